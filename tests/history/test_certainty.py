"""Standard errors of a fit: means of histories that were drawn lie as far from the truth as they say."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.history.fit.certainty import certainty
from callsim.history.fit.patience import patience

HISTORIES = 2000


@pytest.mark.parametrize("cv", [0.0, 0.08, 0.3])
@pytest.mark.parametrize("weeks", [2, 8])
def test_calls_of_weekdays(cv: float, weeks: int) -> None:
    """Of five weekdays, one half as busy, with gamma busyness: the mean square of z is 1."""
    luck = np.random.default_rng(round(100 * cv) + weeks)
    usual = np.array([800.0, 1000, 1000, 1000, 500])
    weekday = np.tile(np.arange(5), weeks)
    busy = luck.gamma(1 / cv**2, cv**2, (HISTORIES, len(weekday))) if cv else 1.0
    totals = luck.poisson(usual[weekday] * busy * np.ones((HISTORIES, 1))).astype(float)
    off, said = [], []
    for of_days in totals:
        found = certainty(of_days, weekday, of_days * 0, of_days * 0, None)
        means = np.array([of_days[weekday == day].mean() for day in range(5)])
        off.append(float(((means / usual - 1) ** 2 * usual).sum() / usual.sum()))
        said.append(found.volume**2)
        assert (found.aht, found.patience) == (0, 0)
    # Where days differ by chance alone, what seems to be more is kept, and nothing is taken off.
    assert (0.93 if cv else 0.75) < np.mean(off) / np.mean(said) < 1.07


def test_handling_that_differs_between_days_is_known_by_days() -> None:
    luck = np.random.default_rng(3)
    days, many, cv_day, mean = 30, 400, 0.05, 200.0
    off, said = [], []
    for _ in range(HISTORIES):
        answered = luck.poisson(many, days).astype(float)
        handled = answered * mean * luck.gamma(1 / cv_day**2, cv_day**2, days)
        found = certainty(answered, np.arange(days) % 7, handled, answered, None)
        off.append((handled.sum() / answered.sum() / mean - 1) ** 2)
        said.append(found.aht**2)
    assert 0.93 < np.mean(off) / np.mean(said) < 1.07
    unknown = np.full(days, np.nan)
    assert certainty(answered, np.arange(days) % 7, unknown, unknown, None).aht == 0


@pytest.mark.parametrize("calls", [200, 5000])
def test_patience_of_few_and_of_many(calls: int) -> None:
    """Waits that an answer cut off: the error of an exponential's mean is 1 ÷ √ of those who gave up."""
    luck = np.random.default_rng(calls)
    patient, answered_after = luck.exponential(120, calls), luck.exponential(30, calls)
    gone = patient < answered_after
    found = patience(np.minimum(patient, answered_after), gone)
    days = np.ones(1)
    said = certainty(days, np.zeros(1, int), days, days, found).patience
    assert found is not None
    assert found.best is not None
    assert found.best.family == "exponential"
    assert said == pytest.approx(1 / gone.sum() ** 0.5, rel=0.05)


def test_days_without_calls_are_no_trouble() -> None:
    nothing = np.zeros(7)
    assert certainty(nothing, np.arange(7), nothing, nothing, None).volume == 0
    assert certainty(np.zeros(0), np.zeros(0, int), nothing[:0], nothing[:0], None).volume == 0
    # One day of each weekday tells no more than the chance of single calls.
    assert certainty(np.full(7, 100.0), np.arange(7), nothing, nothing, None).volume == pytest.approx(0.1)
