"""How well the means of a fit are known: standard errors, as shares of the means.

Days are what luck draws: a busy day is busy all day, and agents talk longer on some days than on others. So
the errors of calls and of handling time come from what differs between days, not from counts of calls, which
would call both far better known than they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from callsim.history.fit.patience import Patience

FEWEST_DAYS = 5  # from which on days tell how much handling times differ between days


@dataclass(frozen=True)
class Certainty:
    """Standard errors ÷ means; 0 where there is no such mean."""

    volume: float
    """Of the number of calls, one weekday with another."""
    aht: float
    """Of the handling time."""
    patience: float
    """Of the scale of patience."""


def certainty(
    totals: np.ndarray,
    weekday: np.ndarray,
    handled_s: np.ndarray,
    answered: np.ndarray,
    waits: Patience | None,
) -> Certainty:
    """Of a queue. `totals`: float64 [day] calls; `weekday`: int64 [day]; `handled_s`, `answered`: float64
    [day], NaN where unknown."""
    return Certainty(_of_volume(totals, weekday), _of_ratio(handled_s, answered), _of_patience(waits))


def _of_volume(totals: np.ndarray, weekday: np.ndarray) -> float:
    """Each weekday has a mean of its own; that days differ by the same share is learnt from all of them."""
    beyond = free = 0.0
    means, many = [], []
    for day in np.unique(weekday):
        mine = totals[weekday == day]
        mean = float(mine.mean())
        if mean <= 0:
            continue
        beyond += float((((mine - mean) / mean) ** 2).sum()) - (len(mine) - 1) / mean
        free += len(mine) - 1
        means.append(mean)
        many.append(len(mine))
    if not means:
        return 0.0
    calls, days = np.array(means), np.array(many)
    # Never better known than by the chance of single calls.
    errors = (max(beyond / free, 0.0) + 1 / calls if free else 1 / calls) / days
    return math.sqrt(float((errors * calls).sum() / calls.sum()))


def _of_ratio(above: np.ndarray, below: np.ndarray) -> float:
    """The error of a ratio of sums over days (Cochran 1977, Sampling Techniques, 6.4)."""
    known = np.isfinite(above) & np.isfinite(below) & (below > 0)
    above, below = above[known], below[known]
    days, ratio = len(below), float(above.sum() / below.sum()) if known.any() else 0.0
    if days < FEWEST_DAYS or ratio <= 0:
        return 0.0
    off = float(((above - ratio * below) ** 2).sum()) * days / (days - 1)
    return math.sqrt(off) / float(below.sum()) / ratio


def _of_patience(waits: Patience | None) -> float:
    best = None if waits is None else waits.best
    if best is None:
        return 0.0
    name = {"exponential": "mean_s", "weibull": "scale_s", "lognormal": "mu"}[best.family]
    error = best.errors[name]
    relative = error if best.family == "lognormal" else error / best.parameters[name]
    return relative if math.isfinite(relative) else 0.0
