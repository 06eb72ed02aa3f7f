"""The luck of how many called and how long they talked: control variates for simulated days.

Days differ mostly by the number of calls, whose distribution is known. For each simulated day a formula
predicts, from its number of calls, by how much the promise is kept or broken; the mean of that prediction
over all possible days is known, too. By how much the predictions of the simulated days lie above that mean,
on average, is subtracted from the simulated result (Lavenberg & Welch 1981, Management Science 27, 322-335).
Two more predictions are used likewise: by how much the calls of an interval took longer than usual, and how
much more work than usual the interval before left. A wrong formula makes the result less sharp, but not
wrong.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.results.measures import COUNTS
from callsim.sim.count.columns import (
    N_AGAIN,
    N_ANSWERED,
    TALK,
    WRAP,
)
from callsim.sim.luck.demand import Busyness
from callsim.study.staff.formula import Needs, shares_by_busyness

GRID = 25  # busynesses at which the formula is asked
FINE = 400  # of them in the mean
EDGE = 5e-4  # of the busynesses are left out at either end


class Luck(NamedTuple):
    """What is known beforehand of one promise on days like those that were simulated."""

    expected: np.ndarray  # float64 [interval]  first calls; NaN where they are not known
    busy: np.ndarray  # float64 [node]  busynesses, of a run or of an interval
    above: np.ndarray  # float64 [node, interval]  calls above the promise, by formula
    mean_of_day: np.ndarray  # float64 [interval]  of that over all runs, by the busyness of the run
    mean_of_interval: np.ndarray  # float64 [interval]  … and by that of the interval
    handled: np.ndarray  # float64 [interval]  ms a call takes on the mean; NaN where that is not known

    def of(self, calls: np.ndarray) -> tuple[np.ndarray, ...]:
        """Returns the controls, float64 [run, interval] each, the strongest first.

        They are the formula's prediction from each interval's calls, less its mean; the one from the calls of
        the day, less its mean; the handling time above the usual; and the work above the usual that came in
        the interval before. `calls`: int64 [run, interval, column].
        """
        first = calls @ COUNTS["offered"].over - calls[..., N_AGAIN]
        known = self.expected > 0  # not where it is NaN
        usual = np.where(known, self.expected, 1.0)
        here = np.where(known, first / usual, 1.0)
        day = np.where(known, first, 0).sum(axis=1) / max(float(usual[known].sum()), 1e-9)
        by_interval = np.zeros(first.shape)
        by_day = np.zeros(first.shape)
        for k in np.flatnonzero(known):
            by_interval[:, k] = np.interp(here[:, k], self.busy, self.above[:, k]) - self.mean_of_interval[k]
            by_day[:, k] = np.interp(day, self.busy, self.above[:, k]) - self.mean_of_day[k]
        longer = np.nan_to_num(calls[..., TALK] + calls[..., WRAP] - calls[..., N_ANSWERED] * self.handled)
        more = np.where(known, first - usual, 0.0) * np.nan_to_num(self.handled)
        return by_interval, by_day, longer, _one_later(longer + more)


def _one_later(values: np.ndarray) -> np.ndarray:
    """float64 [run, interval]: the values of the interval before, 0 for the first."""
    return np.pad(values, ((0, 0), (1, 0)))[:, :-1]


def luck_of(need: Needs, number: int, expected: np.ndarray, copies: int, days: int) -> Luck:
    """The luck of a promise. `expected`: float64 [interval], first calls of one copy on one day, or NaN.

    `copies`, `days`: how many of each are summed.
    """
    asked = number, expected.tobytes(), copies, days
    if asked not in need.lucks:
        need.lucks[asked] = _luck_of(need, number, expected, copies, days)
    luck: Luck = need.lucks[asked]
    return luck


def _luck_of(need: Needs, number: int, expected: np.ndarray, copies: int, days: int) -> Luck:
    load, promise, curve = need.load, need.promises[number], need.curves[number]
    many = copies * days
    calls = np.nan_to_num(expected)
    day = need.busyness.day_cv**2 / days  # copies may share it or not: the mean is nearly the same
    interval = day + (need.busyness.interval_cv**2 + 1 / np.maximum(calls, 1e-9)) / many
    whole = day + _of_intervals(calls, need.busyness) / many
    busiest = max(whole, float(interval[calls > 0].max(initial=1e-12)))
    nodes = np.unique(np.concatenate([_quantiles(busiest, GRID), _quantiles(whole, GRID)]))
    # The prediction from an interval's own calls: no busyness is left to average over.
    share = shares_by_busyness(load, curve, need.variable, nodes)
    above = nodes[:, None] * load.calls * many * (share - promise.share)

    def mean(variance: float, k: int) -> float:
        return float(np.interp(_quantiles(variance, FINE), nodes, above[:, k]).mean())

    each = range(len(calls))
    return Luck(
        expected * many,
        nodes,
        above,
        np.array([mean(whole, k) for k in each]),
        np.array([mean(min(float(interval[k]), busiest), k) for k in each]),
        need.handled,
    )


def _of_intervals(calls: np.ndarray, busyness: Busyness) -> float:
    """The variance of a day's busyness that comes from its intervals and from calls one by one."""
    total = float(calls.sum())
    if total == 0:
        return 1e-12
    part = calls / total
    apart = np.abs(np.subtract.outer(np.arange(len(calls)), np.arange(len(calls))))
    return float(part @ busyness.correlation**apart @ part) * busyness.interval_cv**2 + 1 / total


@lru_cache(maxsize=2000)
def _quantiles(variance: float, number: int) -> np.ndarray:
    """Busynesses that stand for a gamma of mean 1, equally likely: float64 [number]."""
    at = EDGE + (1 - 2 * EDGE) * (np.arange(number) + 0.5) / number
    if variance < 1e-4:  # nearly normal
        return np.asarray(1 + np.sqrt(max(variance, 1e-12)) * special.ndtri(at))
    return np.asarray(special.gammaincinv(1 / variance, at) * variance)
