"""The busyness of errors, found again in counts that were drawn with it."""

import numpy as np
import pytest

from callsim.history.forecast.busyness import busyness


def drawn(b: float, w: float, rho: float, days: int = 400, slots: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Expected calls, and counts whose busyness of days and of intervals is known."""
    luck = np.random.default_rng(7)
    expected = np.broadcast_to(40 + 30 * np.sin(np.linspace(0, 3, slots)), (days, slots))
    walk = luck.normal(size=(days, slots))
    for slot in range(1, slots):
        walk[:, slot] = rho * walk[:, slot - 1] + np.sqrt(1 - rho**2) * walk[:, slot]
    busy = np.exp(w * walk - w * w / 2) * (luck.gamma(b**-2, b**2, (days, 1)) if b else 1.0)
    return expected, luck.poisson(expected * busy).astype(float)


@pytest.mark.parametrize(
    ("b", "w", "rho"), [(0.1, 0.1, 0.3), (0.15, 0.0, 0.0), (0.0, 0.2, 0.8), (0.08, 0.2, 0.9)]
)
def test_it_is_found_again(b: float, w: float, rho: float) -> None:
    expected, counts = drawn(b, w, rho)
    found = busyness(expected, counts, np.ones(len(counts)))
    of_interval = (1 + found.day_cv**2) * (1 + found.interval_cv**2) - 1
    assert np.sqrt(of_interval) == pytest.approx(np.sqrt((1 + b * b) * (1 + w * w) - 1), rel=0.08)
    day = counts.sum(axis=1) / expected.sum(axis=1)
    lags = np.abs(np.subtract.outer(np.arange(24), np.arange(24)))
    shares = expected[0][:, None] * expected[0] / expected[0].sum() ** 2
    told = (
        found.day_cv**2
        + (1 + found.day_cv**2) * found.interval_cv**2 * (shares * found.interval_correlation**lags).sum()
    )
    assert np.sqrt(told + 1 / expected[0].sum()) == pytest.approx(day.std(), rel=0.1), (
        "the variance of days is right"
    )


def test_poisson_counts_have_none() -> None:
    expected, counts = drawn(0.0, 0.0, 0.0)
    found = busyness(expected, counts, np.ones(len(counts)))
    assert found.day_cv < 0.015
    assert found.interval_cv < 0.04


def test_unknown_counts_and_nothing_at_all() -> None:
    expected, counts = drawn(0.1, 0.1, 0.3)
    holes = np.where(np.random.default_rng(1).random(counts.shape) < 0.2, np.nan, counts)
    whole, some = (busyness(expected, of, np.ones(len(counts))) for of in (counts, holes))
    assert some.day_cv == pytest.approx(whole.day_cv, abs=0.02)
    assert busyness(np.zeros((0, 5)), np.zeros((0, 5)), np.zeros(0)) == (0.0, 0.0, 0.0, 0)
    assert busyness(np.zeros((9, 5)), np.zeros((9, 5)), np.ones(9)).days == 0
