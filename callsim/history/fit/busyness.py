"""Busyness of days and intervals beside the mean of their weekday: the cvs that scenarios have.

The model is the engine's own (`sim/luck/calls.py`): the calls of day d and slot j are Poisson with mean
λ(weekday, j) · B(d) · W(d, j), where B is gamma with mean 1 and cv b, and W is a beta-gamma autoregression
with mean 1, cv w and correlation ρ from slot to slot (Lewis, McKenzie & Hugus 1989). So for two slots of one
day that are l apart, Cov(X, X') / (λ λ') = (1 + b²)(1 + w² ρ^l) − 1, and for l = 0 the same plus 1 / λ.
Covariances within weekdays are pooled by l, and b², w², ρ are the least squares through them.

`history/forecast/busyness.py` estimates the same cvs of errors of a forecast, by another estimator: there
each day has means of its own that are known; here alike days share a mean that is estimated from them, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_LAGS = 20
SHARE_OF_LAGS = 0.85  # of a day's slots; beyond it a lag has too few pairs
BOOTSTRAPS = 1000
_CORRELATIONS = np.linspace(
    0.0, 0.97, 195
)  # what lasts longer is the busyness of a day, not of its intervals
TOLD_APART = 0.5  # an interval of the day's share wider than this says that nothing is known of it
LARGE = 0.85  # a correlation beyond which an interval's busyness lasts as long as a day


@dataclass(frozen=True)
class Busyness:
    """The estimates; each interval (low, high) is a 95 % bootstrap interval over days."""

    days: int
    """Days that were used, of weekdays with at least two."""
    cells: int
    """Intervals of these days that were used."""
    excess: float
    """(1 + b²)(1 + w²) − 1: the variance beyond Poisson's of one interval ÷ its squared mean."""
    excess_interval: tuple[float, float]
    day_cv: float
    day_cv_interval: tuple[float, float]
    interval_cv: float
    interval_cv_interval: tuple[float, float]
    correlation: float
    correlation_interval: tuple[float, float]
    covariances: tuple[float, ...]
    """By lag from 0: the pooled relative covariance beyond Poisson's."""
    fitted: tuple[float, ...]
    """The same as the model has it."""
    told_apart: bool
    """Whether the history can tell the busyness of days from that of intervals."""

    @property
    def is_poisson(self) -> bool:
        """Whether nothing beyond Poisson's chance was found."""
        return self.excess <= 0 or self.excess_interval[0] <= 0


def busyness(groups: Sequence[np.ndarray], seed: int = 1) -> Busyness | None:
    """The busyness of groups of alike days: float64 [day, slot] of each, NaN where a count is unknown.

    All slots of a group are open. None where no group has two days.
    """
    usable = [group for group in groups if len(group) >= 2 and group.shape[1] >= 2]
    if not usable:
        return None
    lags = max(_lags(group.shape[1]) for group in usable)
    (found,) = _covariances(usable, [np.ones((1, len(group))) for group in usable], lags)
    luck = np.random.default_rng(seed)
    days = [luck.multinomial(len(group), [1 / len(group)] * len(group), BOOTSTRAPS) for group in usable]
    drawn = _covariances(usable, days, lags, resampled=True)
    a, b, correlation = _least_squares(np.vstack([found, drawn]))
    day, interval = np.sqrt(a), np.sqrt(b / (1 + a))
    share = a / np.maximum(a + b, 1e-12)
    low, high = np.percentile(share[1:], (2.5, 97.5))
    swings = a[0] + b[0] > 0
    return Busyness(
        sum(len(group) for group in usable),
        sum(int(np.isfinite(group).sum()) for group in usable),
        float(a[0] + b[0]),
        _interval(a[1:] + b[1:]),
        float(day[0]),
        _interval(day[1:]),
        float(interval[0]),
        _interval(interval[1:]),
        float(correlation[0]) if b[0] > 0 else 0.0,
        _interval(correlation[1:]),
        tuple(found.tolist()),
        tuple((a[0] + b[0] * correlation[0] ** np.arange(lags)).tolist()),
        bool(swings and high - low <= TOLD_APART and correlation[0] <= LARGE),
    )


def _lags(slots: int) -> int:
    return max(2, min(MOST_LAGS, round(SHARE_OF_LAGS * slots)))


def _covariances(
    groups: Sequence[np.ndarray], days: Sequence[np.ndarray], lags: int, resampled: bool = False
) -> np.ndarray:
    """float64 [draw, lag]: relative covariances beyond Poisson's.

    `days`: how often each day counts, [draw, day] of each group. Resampled days are too alike by 1 − 1/n,
    which is mended. Sums over days, slots and groups of products of what is off the mean, ÷ those of means.
    """
    tops, bottoms = np.zeros((2, len(days[0]), lags))
    for group, often in zip(groups, days, strict=True):
        known = np.isfinite(group).astype(float)
        calls = np.where(known > 0, group, 0.0)
        many = often @ known  # [draw, slot]
        mean = (often @ calls) / np.maximum(many, 1)
        more = len(group) / (len(group) - 1) if resampled else 1.0
        for lag in range(min(lags, _lags(group.shape[1]))):
            here, there = slice(0, group.shape[1] - lag), slice(lag, None)
            pairs = often @ (known[:, here] * known[:, there])
            off = (
                often @ (calls[:, here] * calls[:, there])
                - mean[:, here] * (often @ (known[:, here] * calls[:, there]))
                - mean[:, there] * (often @ (calls[:, here] * known[:, there]))
                + mean[:, here] * mean[:, there] * pairs
            )
            off *= more * (pairs > 1)
            free = np.maximum(pairs - 1, 0)
            tops[:, lag] += off.sum(1)
            if lag == 0:
                tops[:, lag] -= (free * mean).sum(1)  # Poisson's variance
            # m m' is too large by Cov / n, for both means are of the same days
            means = mean[:, here] * mean[:, there] - off / np.maximum(free * pairs, 1)
            bottoms[:, lag] += (free * means).sum(1)
    covariances: np.ndarray = tops / np.where(bottoms > 0, bottoms, np.inf)
    return covariances


def _least_squares(covariances: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """α, β and ρ, each float64 [row], of α + β ρ^lag through each row of covariances [row, lag].

    For a given ρ that is a regression on two columns, none of whose coefficients may be negative.
    """
    powers = _CORRELATIONS[:, None] ** np.arange(covariances.shape[1])  # [correlation, lag]
    ones, both, squares = covariances.shape[1], powers.sum(1), (powers**2).sum(1)
    total, moved = covariances.sum(1)[:, None], covariances @ powers.T  # [row, 1], [row, correlation]
    spread = np.maximum(ones * squares - both**2, 1e-12)
    beta = (ones * moved - both * total) / spread
    alpha = (total - both * beta) / ones
    alone = np.maximum(moved / squares, 0.0)  # β without α
    flat = np.maximum(total / ones, 0.0) + np.zeros_like(beta)  # α without β
    beta, alpha = (
        np.where(alpha < 0, alone, np.where(beta < 0, 0.0, beta)),
        np.where(alpha < 0, 0.0, np.where(beta < 0, flat, alpha)),
    )
    # what is left of Σ (c − α − β ρ^l)², but for Σ c²
    left = (
        ones * alpha**2 + beta**2 * squares + 2 * alpha * beta * both - 2 * alpha * total - 2 * beta * moved
    )
    best = np.argmin(left, axis=1)
    rows = np.arange(len(best))
    return alpha[rows, best], beta[rows, best], _CORRELATIONS[best]


def _interval(drawn: np.ndarray) -> tuple[float, float]:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)
