"""A level that moved in the last days is said: nobody can know whether it lasts."""

import numpy as np
import pytest

from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.moved import moved
from callsim.history.forecast.question import forecast
from callsim.history.forecast.series import series_of
from tests.makers.histories import dates, day, drawn, means, table

DAYS = dates("2025-01-06", 84)
START = day("2025-03-31")


def changed(times: float, last: int, per_day: float, seed: int = 1) -> np.ndarray:
    calls = drawn(means(DAYS, per_day), seed, 0.1, 0.1)
    if last:
        calls[-last:] = drawn(means(DAYS[-last:], per_day * times), seed + 100, 0.1, 0.1)
    return calls


@pytest.mark.parametrize("per_day", [300.0, 3000.0])
@pytest.mark.parametrize("times", [3.0, 1 / 3])
@pytest.mark.parametrize("last", [3, 4, 7, 12])
def test_a_level_that_moved_is_found(per_day: float, times: float, last: int) -> None:
    found = moved(series_of(changed(times, last, per_day), kinds_of(dates("2025-01-06", 91))))
    assert found is not None
    assert last - 1 <= found.days <= last, "busyness may hide the first day"
    assert found.times == pytest.approx(times, rel=0.15)


@pytest.mark.parametrize("per_day", [0.5, 10.0, 300.0, 3000.0])
@pytest.mark.parametrize("last", [0, 2])
def test_busy_days_and_chance_are_no_other_level(per_day: float, last: int) -> None:
    kinds = kinds_of(dates("2025-01-06", 91))
    assert not any(moved(series_of(changed(3.0, last, per_day, seed), kinds)) for seed in range(8))


def test_it_is_said_by_how_much() -> None:
    warnings = forecast(table(DAYS, line=changed(3.0, 4, 3000)), START, 7).warnings
    assert any("the last 4 days each had far from the usual calls, together 3" in text for text in warnings)
    assert not forecast(table(DAYS, line=changed(3.0, 0, 3000)), START, 7).warnings
