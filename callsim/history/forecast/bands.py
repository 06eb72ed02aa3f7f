"""How far off a forecast may be: bands that hold the calls of a given share of intervals (and days).

Errors of the rolling test are put on one scale, on which a count varies by chance as a Poisson count does and
by the same share beyond that everywhere. Bands end at the quantiles of those errors, small and large counts
apart; they are widened where the test was short, as Student's distribution is wider than the normal one.
Last, bands are multiplied by a factor with which those of earlier origins would have held their share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import ndtri, stdtrit

SHARES = (0.80, 0.95)
"""What bands hold."""

MEMORY_WEEKS = 12.0
"""Weeks, after which an error counts for 37 %. Of 8, 12, 16 and 20 this is the one with which most
stretches of real days held 93 to 97 % (`benchmarks.forecast`)."""

CLOSED = 0.02  # expected calls below which nobody is expected, and a band says nothing
CLOSED_DAY = 0.5  # likewise of a day

_BINS, _LEAST = 6, 200  # of expected calls, and errors that each needs
_FEW_DAYS = 60  # below which quantiles of days are those of a normal distribution
_SPECIAL_DOUBT = 4.0  # special days' worth of doubt how far off special days are
_SPECIAL_TIMES, _SPECIAL_LEAST = 2.0, 0.25  # then as many times as ordinary days are, and at least this share
_NO_FACTOR = 12.0  # weeks of errors that the factor 1 is worth
_MOST_FACTOR = 5.0  # by which bands may be off either way


@dataclass(frozen=True)
class _Scale:
    """Quantiles of errors in standard deviations, by the size of what was expected."""

    spread: float  # the share beyond chance by which errors vary
    special: float  # likewise of special days
    edges: np.ndarray  # float64 [bin − 1]
    ends: np.ndarray  # float64 [bin, share, low and high]
    plain: np.ndarray  # float64 [share]  ends of special days, on either side

    def bands(self, expected: np.ndarray, doubt: np.ndarray) -> np.ndarray:
        """float64 [share, low and high, …]: bands around expected calls, float64 [lead] or [lead, slot].

        `doubt`: float64 [lead], of special days the share by which they may be off at least, else NaN.
        """
        doubt = np.broadcast_to(doubt.reshape(-1, *[1] * (expected.ndim - 1)), expected.shape)
        special = np.isfinite(doubt)
        share = np.where(special, np.fmax(doubt, max(self.special, self.spread)), self.spread)
        deviation = np.sqrt(expected + (share * expected) ** 2)
        ends = np.moveaxis(self.ends[np.searchsorted(self.edges, expected)], (-2, -1), (0, 1))
        plain = np.stack([-self.plain, self.plain], axis=1).reshape(len(SHARES), 2, *[1] * expected.ndim)
        bands = np.maximum(expected + np.where(special, plain, ends) * deviation, 0.0)
        return np.where(expected > 0, bands, 0.0)

    def reached(self, expected: np.ndarray, calls: np.ndarray) -> np.ndarray:
        """float64 [share, count]: errors of ordinary counts ÷ the end of the band on their side.

        NaN where that end is what was expected: no factor moves it.
        """
        errors = (calls - expected) / np.sqrt(expected + (self.spread * expected) ** 2)
        ends = np.abs(self.ends[np.searchsorted(self.edges, expected)])
        end = np.where((errors < 0)[:, None], ends[:, :, 0], ends[:, :, 1]).T
        return np.asarray(np.abs(errors) / np.where(end > 0, end, np.nan))

    def times(self, factors: np.ndarray) -> Self:
        """The scale with ordinary ends multiplied by float64 [share]; wider bands hold narrower ones."""
        ends = self.ends * factors[:, None]
        low, high = ends[:, :, 0], ends[:, :, 1]
        ends = np.stack([np.minimum.accumulate(low, axis=1), np.maximum.accumulate(high, axis=1)], axis=2)
        return replace(self, ends=ends)


@dataclass(frozen=True)
class Reached:
    """Errors of an origin's ordinary days ÷ the ends of the bands known there: float64 [share, error]."""

    interval: np.ndarray
    day: np.ndarray


@dataclass(frozen=True)
class Bands:
    """Bands of one stretch of leads, as they are known at one origin."""

    interval: _Scale
    day: _Scale

    @classmethod
    def of(
        cls, said: np.ndarray, truth: np.ndarray, doubt: np.ndarray, ages: np.ndarray, weeks: float
    ) -> Self | None:
        """The bands that errors show; None where there are too few.

        `said`, `truth`: float64 [origin, lead, slot]; `doubt`: float64 [origin, lead], NaN on ordinary days;
        `ages`: weeks since each origin; `weeks`: length of the stretch.
        """
        special = np.isfinite(doubt)
        known = np.isfinite(truth)
        weigh = np.exp(-ages / MEMORY_WEEKS)
        there = known.any(axis=(1, 2))
        if not there.any() or not (known & (said > CLOSED)).any():
            return None
        # Errors of a stretch go together, so that it is the number of stretches that tells how much is known.
        alone = weigh[there].sum() ** 2 / (weigh[there] ** 2).sum() / weeks
        by_slot = np.broadcast_to(weigh[:, None, None], truth.shape)
        of_day = np.broadcast_to(special[:, :, None], truth.shape)
        tested = int((special & (known & (said > CLOSED)).any(axis=2)).sum())
        # Most of an interval's error is chance, which has nothing to do with that of the next.
        interval = _scale(said[known], truth[known], of_day[known], by_slot[known], 3 * alone, tested, _BINS)
        days = known.any(axis=2)
        had, would = (np.where(known, of, 0.0).sum(axis=2)[days] for of in (truth, said))
        by_day = np.broadcast_to(weigh[:, None], days.shape)[days]
        day = _scale(would, had, special[days], by_day, alone, tested, 1)
        return cls(interval, day)

    def reached(self, said: np.ndarray, truth: np.ndarray, doubt: np.ndarray) -> Reached:
        """How far the calls of one origin went: `said`, `truth` float64 [lead, slot], `doubt` [lead]."""
        plain = np.isnan(doubt)
        known = np.isfinite(truth) & (said > CLOSED) & plain[:, None]
        interval = self.interval.reached(said[known], truth[known])
        would = said.sum(axis=1)
        whole = np.isfinite(truth).all(axis=1) & (would > CLOSED_DAY) & plain
        return Reached(interval, self.day.reached(would[whole], truth[whole].sum(axis=1)))

    def following(self, before: Mapping[int, Reached], row: int, weeks: float) -> Self:
        """The bands of an origin, multiplied by what those of earlier origins were too narrow by.

        `before`: by row, a week apart, the origins whose days are known; `weeks`: length of the stretch.
        """
        ages = {of: float(row - of) for of in before}
        interval = _factors([(ages[of], one.interval) for of, one in before.items()], weeks)
        day = _factors([(ages[of], one.day) for of, one in before.items()], weeks)
        return replace(self, interval=self.interval.times(interval), day=self.day.times(day))


def _factors(before: list[tuple[float, np.ndarray]], weeks: float) -> np.ndarray:
    """float64 [share]: the factors with which bands would have held their share; nearer 1 if few tell so.

    `before`: the age in weeks of each origin, and errors ÷ the end of its band, float64 [share, error].
    """
    factors = np.ones(len(SHARES))
    for place, share in enumerate(SHARES):
        some = [(age, of[place][np.isfinite(of[place])]) for age, of in before]
        some = [(age, of) for age, of in some if of.size]
        if some:
            weigh = np.exp(-np.array([age for age, _ in some]) / MEMORY_WEEKS)
            errors, each = (
                np.concatenate([of for _, of in some]),
                np.repeat(weigh, [of.size for _, of in some]),
            )
            factor = np.clip(_quantiles(errors, each, np.array(share)), 1 / _MOST_FACTOR, _MOST_FACTOR)
            alone = float(weigh.sum()) / weeks
            factors[place] = factor ** (alone / (alone + _NO_FACTOR))
    return factors


def _scale(
    expected: np.ndarray,
    calls: np.ndarray,
    special: np.ndarray,
    weigh: np.ndarray,
    alone: float,
    tested: int,
    bins: int,
) -> _Scale:
    """The scale of errors; what is closed tells nothing.

    `alone`: independent stretches that were tested; `tested`: special days that were.
    """
    plain = ~special & (expected > CLOSED)
    spread = _spread(expected[plain], calls[plain], weigh[plain])
    odd = special & (expected > CLOSED)
    doubtful = max(_SPECIAL_TIMES * spread, _SPECIAL_LEAST) ** 2
    of_special = tested * _spread(expected[odd], calls[odd], weigh[odd]) ** 2 + _SPECIAL_DOUBT * doubtful
    of, had, weights = expected[plain], calls[plain], weigh[plain]
    errors = (had - of) / np.sqrt(np.maximum(of + (spread * of) ** 2, 1e-12))
    bins = max(min(bins, len(of) // _LEAST), 1)
    edges = np.quantile(of, np.linspace(0, 1, bins + 1)[1:-1]) if len(of) else np.empty(0)
    place = np.searchsorted(edges, of)
    normal = _ends_of_normal(np.inf)
    ends = np.zeros((bins, len(SHARES), 2))
    for row in range(bins):
        mine = place == row
        if mine.sum() < _FEW_DAYS:
            ends[row] = np.stack([-normal, normal], axis=1)
        else:
            tails = np.array([[(1 - share) / 2, (1 + share) / 2] for share in SHARES])
            ends[row] = _quantiles(errors[mine], weights[mine], tails.ravel()).reshape(tails.shape)
    ends[:, :, 0], ends[:, :, 1] = np.minimum(ends[:, :, 0], 0.0), np.maximum(ends[:, :, 1], 0.0)
    return _Scale(
        spread,
        float(np.sqrt(of_special / (tested + _SPECIAL_DOUBT))),
        edges,
        ends * (_ends_of_normal(alone) / normal)[None, :, None],
        _ends_of_normal(tested + _SPECIAL_DOUBT),
    )


def _ends_of_normal(freedom: float) -> np.ndarray:
    """Student's quantiles at the upper ends of the bands: float64 [share]."""
    shares = (1 + np.array(SHARES)) / 2
    return np.asarray(ndtri(shares) if np.isinf(freedom) else stdtrit(max(freedom, 2.0), shares))


def _spread(expected: np.ndarray, calls: np.ndarray, weigh: np.ndarray) -> float:
    """The share by which counts vary around what was expected, beyond chance; large counts tell more."""
    down = float((weigh * expected**2).sum())
    up = float((weigh * ((calls - expected) ** 2 - calls)).sum())
    return float(np.sqrt(max(up / down, 0.0))) if down > 0 else 0.0


def _quantiles(values: np.ndarray, weigh: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    order = np.argsort(values, kind="stable")
    up_to = np.cumsum(weigh[order])
    place = np.searchsorted(up_to, wanted * up_to[-1])
    return np.asarray(values[order][np.minimum(place, len(values) - 1)])
