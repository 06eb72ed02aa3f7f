"""What runs say about a promise: unbiased, sharper with controls, and pooled only where it may be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from callsim.study.staff.evidence import MOST_DOUBT, _shift, controlled, pooled

RUNS, INTERVALS = 60, 4


def test_controls_take_the_luck_of_busy_days_out() -> None:
    """On 400 experiments: the mean is right, its standard error is right, and smaller."""
    stream = np.random.default_rng(1)
    means, errors, plain = [], [], []
    for _ in range(400):
        surplus = stream.normal(0, 10, (RUNS, 1)) + stream.normal(0, 3, (RUNS, INTERVALS))
        values = 5 - 2 * surplus + stream.normal(0, 4, (RUNS, INTERVALS))
        mean, error = controlled(values, surplus)
        means.append(mean)
        errors.append(error)
        plain.append(values.mean(axis=0))
    found = np.array(means)
    assert np.abs((found.mean(axis=0) - 5) / (found.std(axis=0, ddof=1) / 20)).max() < 4
    # A standard deviation of 400 is known to 3.5 %.
    ratio = found.std(axis=0, ddof=1) / np.sqrt((np.array(errors) ** 2).mean(axis=0))
    assert np.abs(ratio - 1).max() < 4 * 0.036
    assert (found.std(axis=0) < np.array(plain).std(axis=0) / 3).all()


def test_values_that_differ_by_luck_are_pooled() -> None:
    stream = np.random.default_rng(2)
    doubt = np.full(48, 0.5)
    alike, doubts = pooled(3 + stream.normal(0, 0.5, 48), doubt)
    assert alike.std() < 0.2
    assert abs(alike.mean() - 3) < 4 * 0.5 / np.sqrt(48)
    assert (doubts < 0.25).all()


def test_values_that_really_differ_keep_what_they_have() -> None:
    values = np.linspace(-5, 5, 48)
    found, doubts = pooled(values, np.full(48, 0.1))
    assert np.abs(found - values).max() < 0.01
    assert np.abs(doubts - 0.1).max() < 0.01


def test_what_is_not_known_takes_the_middle() -> None:
    values, doubt = np.array([1.0, 1.2, 0.8, 9.0]), np.array([0.1, 0.1, 0.1, np.inf])
    found, _ = pooled(values, doubt)
    assert abs(found[3] - 1) < 0.2


def _bad(formula: np.ndarray, calls: np.ndarray, shift: float) -> np.ndarray:
    """The shares of bad calls with which a formula is off by a shift, exactly."""
    return np.asarray(special.ndtr(shift - formula))


@pytest.mark.parametrize("shift", [-0.8, -0.1, 0.0, 0.3, 1.5])
def test_many_bad_calls_tell_the_shift_whatever_is_known_beforehand(shift: float) -> None:
    formula, calls = np.linspace(0.5, 2.5, INTERVALS), np.full(INTERVALS, 1e7)
    bad = _bad(formula, calls, shift)
    together = np.sqrt(float(calls @ bad))
    for off in (0.05, MOST_DOUBT, np.inf):
        assert abs(_shift(formula, calls, bad, together, off) - shift) < 0.02


def test_few_bad_calls_move_a_formula_as_little_as_it_is_known_to_be_off() -> None:
    """One bad call expected and none seen: no shift is too far without a bound; with one it stays within."""
    formula, calls = np.full(INTERVALS, 3.0), np.full(INTERVALS, 0.25 / special.ndtr(-3.0))
    none = np.zeros(INTERVALS)
    found = [_shift(formula, calls, none, 0.0, off) for off in (0.05, 0.3, 1.0, np.inf)]
    assert found[0] > found[1] > found[2] > found[3]
    assert -0.05 < found[0] < 0  # less than a standard deviation of what is known beforehand
    assert found[1] > -0.3
    assert found[3] <= -8.0  # as far as it goes


@pytest.mark.parametrize("off", [0.1, 0.5, 1.0])
def test_the_shift_is_the_likeliest(off: float) -> None:
    """Held against the posterior on a grid: Poisson counts of bad calls, and a normal prior."""
    stream = np.random.default_rng(5)
    formula = np.array([1.0, 1.5, 2.0, 2.5])
    calls = np.array([40.0, 60.0, 200.0, 400.0])
    grid = np.linspace(-3, 3, 60_001)
    for _ in range(30):
        were = stream.poisson(calls * special.ndtr(stream.normal(0, off) - formula))
        expected = (calls[:, None] * special.ndtr(grid - formula[:, None])).sum(axis=0)
        posterior = were.sum() * np.log(expected) - expected - grid**2 / off**2 / 2
        together = np.sqrt(max(were.sum(), 0.5))  # every bad call for itself
        found = _shift(formula, calls, were / calls, together, off)
        assert abs(found - grid[posterior.argmax()]) < 1e-3, were
