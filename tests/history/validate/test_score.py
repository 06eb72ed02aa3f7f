"""The score: exact if the model is true, whatever the figures are like; strong if it is not."""

from __future__ import annotations

import os

import numpy as np
from scipy import stats

from callsim.history.validate.score import calibration, judge, within

MANY = int(os.environ.get("CALLSIM_SCORES", "0")) or 300
RUNS = 99


def day(luck: np.random.Generator, shift: float = 0.0) -> dict[str, np.ndarray]:
    """Figures that hang together, are skewed, and are often equal."""
    calls = luck.poisson(20, 1 + RUNS).astype(float)
    lost = luck.binomial(calls.astype(int), 0.1) / calls
    waits = luck.lognormal(0, 1, 1 + RUNS) * calls
    waits[0] += shift * waits[1:].std()
    return {"offered": calls, "lost": lost, "waits": waits}


def shape(luck: np.random.Generator) -> dict[str, np.ndarray]:
    return {"calls": luck.poisson(3, (1 + RUNS, 12)).astype(float)}


def test_if_the_model_is_true_every_p_value_is_uniform() -> None:
    luck = np.random.default_rng(1)
    found = [
        judge([day(luck) for _ in range(days)], [shape(luck) for _ in range(days)])
        for days in (1, 3)
        for _ in range(MANY)
    ]
    for name in ("p", "p_bias", "p_days", "p_shape"):
        values = np.array([getattr(one, name) for one in found])
        assert stats.kstest(values, "uniform").pvalue >= 1e-3, name
        # Of 1 in 20 there is one in 20: neither more nor, but for ties, fewer.
        false = (values <= 0.05).mean()
        assert abs(false - 0.05) <= 4 * np.sqrt(0.05 * 0.95 / len(values)), (name, false)


def test_a_small_bias_every_day_is_found_by_the_days_together() -> None:
    luck = np.random.default_rng(2)
    alone = np.mean([judge([day(luck, 1.2)], []).p_bias <= 0.05 for _ in range(60)])
    together = np.mean([judge([day(luck, 1.2) for _ in range(8)], []).p_bias <= 0.05 for _ in range(60)])
    assert alone < 0.4
    assert together > 0.6


def test_bands_hold_what_they_promise_although_counts_tie() -> None:
    luck = np.random.default_rng(3)
    found = calibration([luck.poisson(1.5, (1 + RUNS, 40)).astype(float) for _ in range(60)])
    assert found.intervals == 2400
    for promised, inside, low, high in zip(
        (0.5, 0.8, 0.95), found.inside, found.low, found.high, strict=True
    ):
        assert abs(inside - promised) <= 4 * np.sqrt(promised * (1 - promised) / 2400)
        assert low <= inside <= high
    assert np.allclose(found.ranks, 0.1, atol=4 * np.sqrt(0.09 / 2400))
    assert np.isclose(sum(found.ranks), 1)


def test_bands_that_are_too_narrow_are_seen() -> None:
    luck = np.random.default_rng(4)
    wide = [luck.normal(0, np.r_[2, np.ones(RUNS)][:, None], (1 + RUNS, 40)) for _ in range(20)]
    assert calibration(wide).high[2] < 0.9
    narrow = [luck.normal(0, np.r_[0.3, np.ones(RUNS)][:, None], (1 + RUNS, 40)) for _ in range(20)]
    assert calibration(narrow).low[0] > 0.6


def test_intervals_without_a_figure_are_left_out() -> None:
    values = np.full((1 + RUNS, 3), np.nan)
    values[:, 0] = np.arange(1 + RUNS)
    values[1:, 1] = 1.0
    assert calibration([values]).intervals == 1
    assert calibration([values[:, 1:]]).intervals == 0


def test_how_sure_a_difference_is_within_its_limit() -> None:
    assert within(0.0, 1.0, 1.96) > 0.9499
    assert within(1.0, 0.0, 1.0) == 1.0
    assert within(1.1, 0.0, 1.0) == 0.0
    assert abs(within(3.0, 1.0, 3.0) - 0.5) < 1e-6
