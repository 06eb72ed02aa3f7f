"""Columns filled from samplers, against the distributions they are drawn from.

Seeds are fixed. A tolerance is a standard error: |z| ≤ 4, or a Kolmogorov-Smirnov p of at least 1e-4.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from callsim.distribution import (
    EMPIRICAL,
    EXPONENTIAL,
    GAMMA,
    HYPEREXPONENTIAL,
    LOGNORMAL,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
)
from callsim.sim.centre import NEVER
from callsim.sim.luck.demand import Sampler
from callsim.sim.luck.random import LEFT
from callsim.sim.luck.sampling import fill, tabulate
from tests.makers.near import near

MEAN = 180_000.0  # ms
CALLS = 40_000
VALUES = np.array([0.2, 0.5, 0.5, 1.3, 2.5])

FAMILIES = {
    "exponential": (Sampler(EXPONENTIAL, np.empty(0)), stats.expon()),
    "lognormal": (Sampler(LOGNORMAL, np.empty(0), (0.8,)), stats.lognorm(0.8, scale=math.exp(-0.32))),
    "gamma": (Sampler(GAMMA, np.empty(0), (2.5,)), stats.gamma(2.5, scale=0.4)),
    "weibull": (
        Sampler(WEIBULL, np.empty(0), (0.7,)),
        stats.weibull_min(0.7, scale=1 / math.gamma(1 + 1 / 0.7)),
    ),
    "triangular": (Sampler(TRIANGULAR, np.empty(0), (0.4, 0.8, 1.8)), stats.triang(0.4 / 1.4, 0.4, 1.4)),
    "uniform": (Sampler(UNIFORM, np.empty(0), (0.4, 1.6)), stats.uniform(0.4, 1.2)),
}


def draws(sampler: Sampler, seed: int = 1, calls: int = CALLS, of_day: int = 0) -> np.ndarray:
    if not len(sampler.mean):
        sampler = sampler._replace(mean=np.array([MEAN]))
    root = np.random.SeedSequence(seed).generate_state(3, np.uint64)
    drawn = np.zeros(calls, np.int32)
    samplers = tabulate([[sampler]])
    fill(
        drawn, samplers.rows[0, 0], samplers.numbers, of_day, root, np.uint64(0), 0, np.zeros(LEFT, np.uint64)
    )
    return drawn


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_its_distribution(family: str) -> None:
    sampler, exact = FAMILIES[family]
    drawn = draws(sampler)
    assert np.all(drawn == np.rint(drawn))
    near(drawn, MEAN * exact.mean(), MEAN * exact.std())
    assert exact.mean() == pytest.approx(1)
    # Rounding to a millisecond of 180 s moves no quantile that 40,000 draws could see.
    assert stats.kstest(drawn / MEAN, exact.cdf).pvalue >= 1e-4
    near(
        (drawn / MEAN - 1) ** 2,
        exact.var(),
        math.sqrt(exact.moment(4) - 4 * exact.moment(3) + 6 * exact.moment(2) - 3 - exact.var() ** 2),
    )


def test_hyperexponential_is_a_mixture() -> None:
    shares, means = (0.7, 0.3), (0.5, 1.3 / 0.6)
    drawn = draws(Sampler(HYPEREXPONENTIAL, np.empty(0), (*shares, *means)))

    def cdf(x: np.ndarray) -> np.ndarray:
        return sum(p * stats.expon.cdf(x, scale=m) for p, m in zip(shares, means, strict=True))  # type: ignore[return-value]

    assert stats.kstest(drawn / MEAN, cdf).pvalue >= 1e-4


def test_empirical_draws_its_values_and_nothing_else() -> None:
    drawn = draws(Sampler(EMPIRICAL, np.empty(0), tuple(VALUES)))
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [36_000, 90_000, 234_000, 450_000]
    assert stats.chisquare(counts, np.array([1, 2, 1, 1]) * CALLS / 5).pvalue >= 1e-4


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_too_long_is_drawn_again(family: str) -> None:
    sampler, exact = FAMILIES[family]
    most = 1.3
    drawn = draws(sampler._replace(at_most=most * MEAN), seed=2)
    assert drawn.max() <= most * MEAN
    assert stats.kstest(drawn / MEAN, lambda x: exact.cdf(x) / exact.cdf(most)).pvalue >= 1e-4


def test_nothing_is_longer_than_never() -> None:
    assert draws(Sampler(EXPONENTIAL, np.array([1e12]))).max() == NEVER
