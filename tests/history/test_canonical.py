"""The two tables of a history: sums counted again one call at a time, and grids with what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    CLOSED,
    TRANSFERRED,
    UNKNOWN,
    CallTable,
    IntervalTable,
    blank_calls,
    blank_intervals,
    slots_of,
    summed,
    weekdays_of,
)

HALF_HOUR = 1_800_000


def some_calls(many: int = 300, seed: int = 1) -> CallTable:
    luck = np.random.default_rng(seed)
    rows = blank_calls(many)
    start = np.datetime64("2024-02-28T00:00", "ms")
    rows["arrival"] = np.sort(start + luck.integers(0, 3 * 86_400_000, many).astype("timedelta64[ms]"))
    rows["queue"] = luck.integers(0, 2, many)
    rows["outcome"] = luck.choice([ANSWERED, ABANDONED, TRANSFERRED, CLOSED], many, p=[0.7, 0.2, 0.05, 0.05])
    rows["wait_ms"] = luck.integers(0, 60_000, many)
    rows["talk_ms"] = np.where(rows["outcome"] == ANSWERED, luck.integers(1, 600_000, many), UNKNOWN)
    return CallTable(rows, ("a", "b"))


def test_sums_are_those_of_single_calls() -> None:
    calls = some_calls()
    table = summed(calls, HALF_HOUR, within_s=20, short_s=5)
    assert len(table.rows) == 3 * 48 * 2
    by_place: dict[tuple[object, int], list[np.void]] = {}
    for call in calls.rows:
        if call["outcome"] != CLOSED:
            ms = call["arrival"].astype(np.int64) // HALF_HOUR * HALF_HOUR
            by_place.setdefault((ms, int(call["queue"])), []).append(call)
    for row in table.rows:
        there = by_place.pop((row["start"].astype(np.int64), int(row["queue"])), [])
        answered = [call for call in there if call["outcome"] == ANSWERED]
        gone = [call for call in there if call["outcome"] == ABANDONED]
        assert row["offered"] == len(there)
        assert row["answered"] == len(answered)
        assert row["abandoned"] == len(gone)
        assert row["flow_out"] == len(there) - len(answered) - len(gone)
        assert row["answered_in_sl"] == sum(call["wait_ms"] <= 20_000 for call in answered)
        assert row["abandoned_short"] == sum(call["wait_ms"] <= 5_000 for call in gone)
        assert row["wait_abandoned_s"] == pytest.approx(sum(call["wait_ms"] for call in gone) / 1000)
        assert row["talk_s"] == pytest.approx(sum(call["talk_ms"] for call in answered) / 1000)
        assert np.isnan(row["wrap_s"])  # no call told it
        assert np.isnan(row["wait_max_s"]) == (not there)
        assert np.isnan(row["staffed_s"])
    assert not by_place


def test_a_figure_that_one_call_does_not_tell_is_unknown_there() -> None:
    calls = some_calls()
    first = int(np.flatnonzero(calls.rows["outcome"] == ANSWERED)[0])
    calls.rows["wait_ms"][first] = UNKNOWN
    table = summed(calls, HALF_HOUR)
    unknown = np.isnan(table.rows["wait_answered_s"])
    assert unknown.sum() == 1
    assert table.rows["queue"][unknown] == calls.rows["queue"][first]


def test_no_calls_are_an_empty_table() -> None:
    table = summed(CallTable(blank_calls(0), ("a",)), HALF_HOUR)
    assert len(table.rows) == 0
    assert len(table.dates) == 0


def test_a_grid_has_nan_where_there_is_no_row() -> None:
    rows = blank_intervals(2)
    rows["start"] = np.array(["2024-02-28T23:30", "2024-03-01T00:00"], "datetime64[ms]")
    rows["queue"] = 0
    rows["offered"] = [7, 0]
    table = IntervalTable(rows, ("a",), HALF_HOUR)
    grid = table.grid("offered", 0)
    assert grid.shape == (3, 48)
    assert grid[0, 47] == 7
    assert grid[2, 0] == 0
    assert np.isnan(grid).sum() == 3 * 48 - 2
    only = table.grid("offered", 0, np.array(["2024-03-01"], "datetime64[D]"))
    assert only.shape == (1, 48)
    assert only[0, 0] == 0


def test_weekdays_and_slots() -> None:
    days = np.array(["1969-12-31", "1970-01-01", "2024-01-01", "2024-01-07"], "datetime64[D]")
    assert weekdays_of(days).tolist() == [2, 3, 0, 6]
    times = np.array(["1969-12-31T23:59:59.999", "2024-01-01T00:30"], "datetime64[ms]")
    assert slots_of(times, HALF_HOUR).tolist() == [47, 1]


@pytest.mark.parametrize("seed", range(3))
def test_days_can_be_chosen(seed: int) -> None:
    table = summed(some_calls(seed=seed), HALF_HOUR)
    one = table.on(np.array(["2024-02-29"], "datetime64[D]"))
    assert len(one.rows) == 96
    assert one.calls is not None
    whole = table.grid("offered", 0)[1].sum()
    kept = one.calls.of(0)
    assert whole == (kept["outcome"] != CLOSED).sum()
