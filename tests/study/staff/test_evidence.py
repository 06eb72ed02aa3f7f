"""What runs say about a promise: unbiased, sharper with controls, and pooled only where it may be."""

from __future__ import annotations

import numpy as np

from callsim.study.staff.evidence import controlled, pooled

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
