"""Agents: as reports tell them, or inferred from the waits that Erlang A gives so many agents."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.erlang import erlang_a, erlang_c
from callsim.history.canonical import (
    ANSWERED,
    CallTable,
    IntervalTable,
    blank_calls,
    blank_intervals,
    days_of,
)
from callsim.history.fit.staffing import pools, staffing

HALF_HOUR = 1_800_000


def report(load: float, agents: int, patience_s: float | None, aht_s: float = 240.0) -> IntervalTable:
    """Two weeks of a report in which every interval has exactly what Erlang's formula says."""
    calls = load * 1800 / aht_s
    found = (
        erlang_c(agents, load, aht_s, 0)
        if patience_s is None
        else erlang_a(agents, load, aht_s, patience_s, 0)
    )
    rows = blank_intervals(14 * 48)
    rows["start"] = np.datetime64("2024-01-01", "ms") + np.arange(14 * 48) * np.timedelta64(HALF_HOUR, "ms")
    rows["queue"] = 0
    rows["offered"], rows["answered"] = calls, calls * found.p_answered
    rows["abandoned"] = calls * found.p_abandon
    rows["wait_answered_s"] = calls * found.wait_s * 0.7
    rows["wait_abandoned_s"] = calls * found.wait_s * 0.3
    return IntervalTable(rows, ("q",), HALF_HOUR)


@pytest.mark.parametrize("patience_s", [60.0, 300.0, None])
@pytest.mark.parametrize(
    ("load", "spare"), [(0.4, 1), (3.0, 1), (8.5, -1), (8.5, 2), (40.0, 3), (200.0, -8), (200.0, 5)]
)
def test_the_agents_of_erlang_are_found_again(load: float, spare: int, patience_s: float | None) -> None:
    agents = max(round(load) + spare, 1)
    if patience_s is None and agents <= load:
        return
    table = report(load, agents, patience_s)
    rates = np.full((7, 48), load * 1800 / 240)
    found = staffing(table, days_of(table.rows["start"])[::48], [0], rates, 240.0, patience_s, 0.0)
    assert found.source == "inferred"
    assert np.all(found.agents == agents)


def test_agents_who_are_told_are_not_inferred() -> None:
    table = report(8.5, 10, 120.0)
    table.rows["staffed_s"] = np.tile(np.where(np.arange(48) < 24, 12, 7) * 1800.0, 14)
    rates = np.full((7, 48), 8.5 * 1800 / 240)
    found = staffing(table, days_of(table.rows["start"])[::48], [0], rates, 240.0, 120.0, 0.0)
    assert found.source == "logged"
    assert found.agents.tolist() == [[12] * 24 + [7] * 24] * 7


def test_without_waits_agents_are_assumed() -> None:
    table = report(9.0, 10, 120.0)
    for name in ("wait_answered_s", "wait_abandoned_s"):
        table.rows[name] = np.nan
    rates = np.full((7, 48), 9.0 * 1800 / 240)
    rates[0, 0] = 0
    found = staffing(table, days_of(table.rows["start"])[::48], [0], rates, 240.0, 120.0, 0.0)
    assert found.source == "assumed"
    assert found.agents[0, 0] == 0
    assert found.agents[3, 5] == 12


def test_queues_that_share_agents_are_one_pool() -> None:
    rows = blank_calls(400)
    rows["outcome"] = ANSWERED
    rows["queue"] = np.repeat([0, 1, 2, 3], 100)
    rows["agent"] = np.concatenate(
        [np.arange(100) % 5, 4 + np.arange(100) % 5, 20 + np.arange(100) % 5, np.full(100, 30)]
    )
    calls = CallTable(rows, ("a", "b", "c", "d"))
    assert pools(calls, 4) == [(0, 1), (2,), (3,)]
    rows["agent"][399] = 20  # one call in a hundred is a favour
    assert pools(calls, 4) == [(0, 1), (2,), (3,)]
    assert pools(None, 3) == [(0,), (1,), (2,)]
