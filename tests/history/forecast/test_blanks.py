"""A file that writes no row where nobody called is the same history as one that writes zeros."""

import numpy as np
import pytest

from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.series import Series, series_of
from tests.makers.histories import dates, drawn, means

DAYS = dates("2025-01-06", 140)
RATES = (0.5, 5.0, 10.0, 40.0, 60.0, 300.0, 3000.0)


def made(calls: np.ndarray) -> Series:
    return series_of(calls, kinds_of(dates("2025-01-06", len(calls) + 7)))


def without_zeros(calls: np.ndarray) -> np.ndarray:
    return np.where(calls == 0, np.nan, calls)


@pytest.mark.parametrize("per_day", RATES)
def test_zeros_that_are_not_written_are_zeros(per_day: float) -> None:
    calls = drawn(means(DAYS, per_day), 3)
    found = made(without_zeros(calls))
    np.testing.assert_array_equal(found.filled, calls)
    np.testing.assert_array_equal(found.calls, calls)
    assert not found.found
    assert found.ordinary.all()


@pytest.mark.parametrize("per_day", RATES)
def test_so_they_are_where_calls_vary_more_than_by_chance(per_day: float) -> None:
    calls = drawn(means(DAYS, per_day), 3, 0.3, 0.3)
    assert made(without_zeros(calls)).filled.sum() == pytest.approx(calls.sum(), rel=0.005)


def test_a_few_zeros_that_are_written_prove_nothing() -> None:
    calls = drawn(means(DAYS, 40), 3)
    some = without_zeros(calls)
    some[::30, 18] = np.where(np.isnan(some[::30, 18]), 0.0, some[::30, 18])
    assert (some == 0).any()
    np.testing.assert_array_equal(made(some).filled, calls)


@pytest.mark.parametrize("per_day", [60.0, 300.0, 3000.0])
def test_days_that_are_missing_are_left_out_all_the_same(per_day: float) -> None:
    calls = drawn(means(DAYS, per_day), 3)
    gone = np.random.default_rng(8).random(len(calls)) < 0.3
    some = without_zeros(calls)
    some[gone] = np.nan
    found = made(some)
    np.testing.assert_array_equal(found.left_out, gone)
    np.testing.assert_array_equal(found.filled[~gone], calls[~gone])


def test_hours_that_are_missing_are_missing() -> None:
    calls = drawn(means(DAYS, 300), 3)
    some = without_zeros(calls)
    some[100, 20:23] = np.nan
    found = made(some)
    assert [(one.kind, one.day, one.begin, one.end) for one in found.found] == [("missing", 100, 20, 23)]
    assert found.filled[100, 20:23] == pytest.approx(means(DAYS, 300)[100, 20:23], rel=0.4)


@pytest.mark.parametrize(("per_day", "most"), [(300.0, 0.015), (3000.0, 0.015)])
def test_rows_that_are_missing_at_random_are_told_from_zeros(per_day: float, most: float) -> None:
    calls = drawn(means(DAYS, per_day), 3)
    gone = np.random.default_rng(8).random(calls.shape) < 0.3
    found = made(np.where(gone, np.nan, without_zeros(calls)))
    seen = found.ordinary[: len(calls)]
    assert found.filled[seen].sum() == pytest.approx(calls[seen].sum(), rel=most)
