"""What is left out of a history, taken for empty or listed; nothing is repaired silently."""

import numpy as np

from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.series import Found, Series, first_day, series_of
from tests.makers.histories import dates, drawn, means

DAYS = dates("2026-03-02", 84)  # a Monday


def made(calls: np.ndarray, country: str | None = None) -> Series:
    return series_of(calls, kinds_of(dates("2026-03-02", len(calls) + 7), country))


def clean() -> np.ndarray:
    return drawn(means(DAYS))


def only(series: Series) -> Found:
    assert len(series.found) == 1, series.found
    return series.found[0]


def test_a_clean_history_has_nothing_to_say() -> None:
    series = made(clean())
    assert not series.found
    assert not series.left_out.any()
    assert series.ordinary.all()
    np.testing.assert_array_equal(series.filled, series.calls)


def test_an_outage_is_listed_and_its_day_left_out_only_where_it_was_long() -> None:
    calls = clean()
    calls[30, 20:22] = 0
    short = made(calls)
    one = only(short)
    assert (one.kind, one.day, one.begin, one.end, one.left_out) == ("outage", 30, 20, 22, False)
    assert np.isnan(short.calls[30, 20:22]).all(), "no count of an outage is judged"
    assert (short.filled[30, 20:22] > 10).all()
    calls[30, 18:26] = 0
    long = made(calls)
    assert only(long).left_out
    assert long.left_out[30]
    assert not long.ordinary[30]


def test_a_single_empty_interval_is_no_outage() -> None:
    calls = clean()
    calls[30, 20] = 0
    assert not made(calls).found


def test_missing_rows_are_missing_and_those_of_closed_hours_are_empty() -> None:
    calls = clean()
    calls[:, :16] = np.nan  # at night the file has no rows
    calls[31, 20] = np.nan
    series = made(calls)
    one = only(series)
    assert (one.kind, one.day, one.begin, one.end) == ("missing", 31, 20, 21)
    assert np.isnan(one.calls)
    assert not np.nan_to_num(series.calls[:, :16]).any()


def test_a_day_without_rows_is_left_out_unless_it_is_a_holiday() -> None:
    calls = clean()
    calls[35] = np.nan  # Monday 6 April 2026, Easter Monday in France
    assert only(made(calls)).kind == "no rows"
    series = made(calls, "FR")
    assert not series.found
    assert series.calls[35].sum() == 0
    assert not series.left_out[35]
    calls[36] = 0
    assert [one.kind for one in made(calls, "FR").found] == [], "the day after may be closed, too"
    calls[37] = 0
    assert [one.kind for one in made(calls, "FR").found] == ["no calls"]


def test_weekends_without_rows_are_closed() -> None:
    calls = clean()
    calls[[day for day in range(84) if day % 7 >= 5]] = np.nan
    series = made(calls)
    assert not series.found
    assert not series.left_out.any()


def test_a_spike_is_listed_and_taken_for_missing() -> None:
    calls = clean()
    calls[40, 20:23] *= 5
    series = made(calls)
    one = only(series)
    assert (one.kind, one.begin, one.end, one.left_out) == ("spike", 20, 23, False)
    assert one.calls > 3 * one.usual
    assert np.isnan(series.calls[40, 20:23]).all()
    np.testing.assert_allclose(series.filled[40, 20:23], means(DAYS)[40, 20:23], rtol=0.3)


def test_a_level_that_moves_is_no_spike_to_leave_out() -> None:
    calls = clean()
    calls[50:] = drawn(means(DAYS, 5000))[50:]
    series = made(calls)
    assert np.isfinite(series.calls[56:]).mean() > 0.999
    assert series.filled[56:].sum() > 0.98 * calls[56:].sum()


def test_the_first_day_with_calls() -> None:
    calls = clean()
    calls[:10] = np.nan
    calls[10:12] = 0
    assert first_day(calls) == 12
    assert first_day(np.zeros((3, 48))) == 3


def test_a_holiday_in_a_hole_is_unknown_and_not_closed() -> None:
    calls = clean()
    calls[33:42] = np.nan  # 4 to 12 April 2026, Easter Monday among them
    series = made(calls, "FR")
    assert series.left_out[33:42].all()
    assert [one.kind for one in series.found] == ["no rows"] * 9
    assert np.isnan(series.calls[35]).all()


def test_missing_at_random_is_not_closed() -> None:
    calls = clean()
    luck = np.random.default_rng(5)
    gone = luck.random(len(calls)) < 0.3
    of_days = calls.copy()
    of_days[gone] = np.nan
    series = made(of_days)
    assert (series.left_out == gone).mean() > 0.95
    of_slots = np.where(luck.random(calls.shape) < 0.3, np.nan, calls)
    series = made(of_slots)
    assert series.ordinary.mean() > 0.9
    assert abs(series.filled[series.ordinary[: len(calls)]].mean() / calls.mean() - 1) < 0.03
