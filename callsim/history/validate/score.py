"""How far reality is from what a model says of it, by the runs themselves: no normality, no tables.

If the model is true, reality is one more run. So every figure of a day is kept as float64 [1 + run], reality
first, and whatever is asked of reality is asked of each run, too: the share of all that are at least as far
off is an exact p value, whatever depends on what within a day (Besag & Clifford 1989, Biometrika 76, 633-642;
Westfall & Young 1993 for many figures at once). Runs of different days must be independent of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

BANDS = (0.5, 0.8, 0.95)
_DIGITS = 9  # distances that differ by less are equal: their last bits are rounding


@dataclass(frozen=True)
class Judged:
    """The distance of reality from the runs."""

    p_bias: float
    """That luck alone puts the days' figures so far to one side, all figures together."""
    p_days: float
    """That luck alone puts single days so far off, in either direction, all figures together."""
    p_shape: float
    """That luck alone makes intervals so unlike those of the model."""
    p: float
    """All of these together, corrected for their number."""
    by_figure: Mapping[str, float]
    """Of each figure the p value of its bias and its days, not corrected for other figures."""


def judge(days: Sequence[Mapping[str, np.ndarray]], shapes: Sequence[Mapping[str, np.ndarray]]) -> Judged:
    """`days`: of each day its figures, float64 [1 + run], reality first, the same names on every day;
    `shapes`: of each day figures by interval, float64 [1 + run, interval]."""
    scores = {name: np.array([_score(day[name]) for day in days]) for name in days[0]}
    bias = {name: np.abs(_score(of_days.sum(axis=0))) for name, of_days in scores.items()}
    each = {name: (of_days**2).sum(axis=0) for name, of_days in scores.items()}
    shape = {
        name: sum((_score(_unlike(day[name])) for day in shapes), start=np.zeros(len(shapes[0][name])))
        for name in (shapes[0] if shapes else {})
    }
    kinds = [_farthest(kind.values()) for kind in (bias, each, shape) if kind]
    p_bias, p_days, p_shape = [*(float(kind[0]) for kind in kinds), 1.0, 1.0][:3]
    return Judged(
        p_bias,
        p_days,
        p_shape,
        _smallest(kinds),
        {name: _smallest([_far(bias[name]), _far(each[name])]) for name in scores},
    )


def _farthest(several: Iterable[np.ndarray]) -> np.ndarray:
    """The p values of each by the farthest of its distances, float64 [1 + run] each, of one scale."""
    return _far(np.max(list(several), axis=0))


def ends_of(runs: np.ndarray) -> tuple[float, float]:
    """The ends of the band that holds 19 of 20 new days, if they are days as the runs are: float64 [run].

    A new day falls with equal chance between any two of N runs in order, below the first or beyond the last:
    the k-th of them has k / (N + 1) of new days below it. Quantiles of the sample itself lie further inside;
    of 199 runs they hold 94.1 % of new days (Hyndman & Fan 1996, The American Statistician 50(4), definition
    6).
    """
    low, high = np.quantile(runs, (0.025, 0.975), method="weibull")
    return float(low), float(high)


def _smallest(several: Sequence[np.ndarray]) -> float:
    """The p value of reality by the smallest of several, float64 [1 + run] each; 1 where none is."""
    return float(_far(-np.min(several, axis=0))[0]) if len(several) else 1.0


def _far(distance: np.ndarray) -> np.ndarray:
    """The share of all that are at least as far off as each: float64 [1 + run]."""
    distance = np.round(distance, _DIGITS)
    at_least = len(distance) - np.searchsorted(np.sort(distance), distance, "left")
    share: np.ndarray = at_least / len(distance)
    return share


def _score(values: np.ndarray) -> np.ndarray:
    """Returns each value's distance from the mean of all, in standard deviations; 0 where all are equal.

    These distances have the order that distances from the mean of the other values would have.
    """
    spread = values.std()
    score: np.ndarray = (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))
    return score


def _unlike(values: np.ndarray) -> np.ndarray:
    """Σ |interval − its mean|, of each; intervals in which a run has no such figure count as their mean."""
    known = np.isfinite(values)
    many = known.sum(axis=0)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(many, 1)
    unlike: np.ndarray = np.abs(np.where(known, values, mean) - mean).sum(axis=1)
    return unlike


@dataclass(frozen=True)
class Calibration:
    """The share of intervals, over all days, in which reality lies inside the band."""

    intervals: int
    inside: tuple[float, ...]
    """Of the bands of 50, 80 and 95 %: the share of intervals inside. As many should be as the band says."""
    low: tuple[float, ...]
    """95 % interval of that share, of whole days drawn again; NaN where there is one day."""
    high: tuple[float, ...]
    ranks: tuple[float, ...]
    """The share of intervals by the rank of reality among the runs, ten classes; each should be a tenth."""


def calibration(shapes: Sequence[np.ndarray], seed: int = 1) -> Calibration:
    """Of figures by interval, one float64 [1 + run, interval] a day, reality first; NaN: no such figure.

    Where reality ties with runs it counts in parts, as if ties were broken by lot: only then do bands of
    small counts hold what they promise.
    """
    parts = [_ranks(day) for day in shapes]
    many = np.array([len(part) for part in parts])
    if not many.sum():
        nothing = (float("nan"),) * len(BANDS)
        return Calibration(0, nothing, nothing, nothing, ())
    inside = np.array([[_share(part, (1 - band) / 2, (1 + band) / 2) for band in BANDS] for part in parts])
    whole = inside.sum(axis=0) / many.sum()
    luck = np.random.default_rng(seed)
    again = luck.integers(len(parts), size=(1000, len(parts)))
    shares = inside[again].sum(axis=1) / np.maximum(many[again].sum(axis=1), 1)[:, None]
    ends = np.quantile(shares, (0.025, 0.975), axis=0) if len(parts) > 1 else np.full((2, len(BANDS)), np.nan)
    everything = np.concatenate(parts)
    ranks = [_share(everything, k / 10, (k + 1) / 10) / len(everything) for k in range(10)]
    return Calibration(int(many.sum()), tuple(whole), tuple(ends[0]), tuple(ends[1]), tuple(ranks))


def _ranks(values: np.ndarray) -> np.ndarray:
    """float64 [interval, 2]: between which shares of the runs reality lies, where both have the figure."""
    real, runs = np.round(values[0], _DIGITS), np.round(values[1:], _DIGITS)
    known = np.isfinite(runs)
    many = known.sum(axis=0) + 1
    below = (known & (runs < real)).sum(axis=0) / many
    up_to = ((known & (runs <= real)).sum(axis=0) + 1) / many
    there = np.isfinite(real) & (many > 20)
    ranks: np.ndarray = np.stack([below, up_to], axis=1)[there]
    return ranks


def _share(ranks: np.ndarray, low: float, high: float) -> float:
    """Returns the number of intervals between two shares; ties count in parts."""
    overlap = np.minimum(ranks[:, 1], high) - np.maximum(ranks[:, 0], low)
    return float((np.clip(overlap, 0.0, None) / (ranks[:, 1] - ranks[:, 0])).sum())


def within(difference: float, spread: float, limit: float) -> float:
    """How sure it is that the true difference is at most `limit`, either way, where luck has this spread."""
    if spread <= 0:
        return float(abs(difference) <= limit)
    low, high = (-limit - difference) / spread, (limit - difference) / spread
    return float(stats.norm.cdf(high) - stats.norm.cdf(low))
