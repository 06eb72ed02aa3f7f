"""What simulated days say about a promise: how far above it each interval is, and how surely that is known.

The luck of how many called and how long they talked (see luck.py) is taken out of it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.measures import RATIOS, SERVICE_LEVEL, Figure, student
from callsim.study.curve import FURTHEST, Promise
from callsim.study.luck import Luck

FEWEST_CONTROLLED = 10  # runs for each control, below which it costs more than it gives
NO_DOUBT = 0.999_999  # a promise beyond this is one that nobody waits at all


class Level(NamedTuple):
    """How an interval's calls fared; float64 [interval]."""

    share: np.ndarray  # of calls that fared well, the luck taken out
    error: np.ndarray  # its standard error
    above: np.ndarray  # normal quantile of the share, less that of the promise
    doubt: np.ndarray  # standard error of `above`; inf where nothing is known


def quantile_of(promise: Promise) -> float:
    """The normal quantile of the promised share."""
    return float(special.ndtri(min(promise.share, NO_DOUBT)))


def density(quantile: float) -> float:
    """What a share gains for each unit of its normal quantile, about there."""
    return math.exp(-0.5 * quantile * quantile) / math.sqrt(2 * math.pi)


def counted(promise: Promise) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the columns of calls that fared well, and of all that count: int64 [column], both."""
    if promise.counted == "kept":
        formula = RATIOS["abandoned_share"]
        assert formula.under is not None
        return formula.under - formula.over, formula.under
    formula = SERVICE_LEVEL[promise.counted]
    assert formula.under is not None
    return formula.over, formula.under


def level(calls: np.ndarray, promise: Promise, aim: float, luck: Luck | None) -> Level:
    """How a queue's calls fared. `calls`: int64 [run, interval, column]; `aim`: a share's normal quantile.

    Without `luck` the shares are those that were simulated.
    """
    over, under = counted(promise)
    share = float(special.ndtr(aim))
    good, all_ = (calls @ over).astype(float), (calls @ under).astype(float)
    beyond = good - share * all_
    mean_all = all_.mean(axis=0)
    known = mean_all * len(calls) >= 1
    mean, error = controlled(beyond, *(() if luck is None else luck.of(calls)))
    divisor = np.where(known, mean_all, 1.0)
    least = 0.5 / (mean_all * len(calls) + 1)
    found = np.clip(share + mean / divisor, least, 1 - least)
    # Where all calls fared alike the runs do not differ; there is doubt all the same.
    error = np.maximum(error / divisor, least)
    above = np.clip(special.ndtri(found), -FURTHEST, FURTHEST) - aim
    return Level(found, error, above, np.where(known, error / density(aim), np.inf))


def of_days(beyond: np.ndarray, all_: np.ndarray, predicted: np.ndarray, share: float) -> Figure:
    """A share of all calls of a run, the luck taken out. All float64 [run]: calls beyond the promised share,
    calls, and calls beyond that the formula predicts, less their mean.
    """
    if not all_.any():
        return Figure(None)
    mean, error = controlled(beyond[:, None], predicted[:, None])
    found = share + float(mean[0]) / float(all_.mean())
    half = student(max(len(all_) - 2, 1)) * float(error[0]) / float(all_.mean())
    # A share that all days agree on may lie a little outside of what is possible, by the control alone.
    mean, low, high = np.clip([found, found - half, found + half], 0.0, 1.0).tolist()
    return Figure(mean, low, high)


def controlled(values: np.ndarray, *controls: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over runs and their standard errors, freed of what the controls explain: float64 [interval].

    `values`, `controls`: float64 [run, interval]; the controls' means over all runs that might be are 0. Of
    several the first count most: few runs have use for one only.
    """
    runs, intervals = values.shape
    mean = values.mean(axis=0)
    if runs < 2:
        return mean, np.full(intervals, np.inf)
    used = controls[: runs // FEWEST_CONTROLLED]
    if not used:
        return mean, values.std(axis=0, ddof=1) / np.sqrt(runs)
    error = np.empty(intervals)
    for k in range(intervals):
        columns = np.stack([control[:, k] for control in used], axis=1)
        centred = columns - columns.mean(axis=0)
        slope = np.linalg.lstsq(centred, values[:, k] - mean[k], rcond=None)[0]
        rest = values[:, k] - mean[k] - centred @ slope
        mean[k] -= columns.mean(axis=0) @ slope
        error[k] = np.sqrt((rest @ rest) / (runs - 1 - len(used)) / runs)
    return mean, error


def pooled(values: np.ndarray, doubt: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values that may be alike, drawn together as far as doubts explain how they differ; and new doubts.

    Empirical Bayes with the moment estimate of DerSimonian & Laird (1986, Controlled Clinical Trials 7,
    177-188). Intervals that really differ, and are well known, keep what they have. float64 [interval].
    """
    known = np.isfinite(doubt)
    if known.sum() < 3:
        return np.where(known, values, 0.0), doubt
    weight = np.where(known, 1 / np.maximum(doubt, 1e-9) ** 2, 0.0)
    values = np.where(known, values, 0.0)
    middle = (weight @ values) / weight.sum()
    spread = weight @ (values - middle) ** 2 - (known.sum() - 1)
    between = max(spread / (weight.sum() - (weight @ weight) / weight.sum()), 0.0)
    if between == 0:
        return np.full_like(values, middle), np.full_like(values, weight.sum() ** -0.5)
    around = np.where(known, 1 / (between + np.where(known, doubt, 0.0) ** 2), 0.0)
    middle = (around @ values) / around.sum()
    keep = np.where(known, between * around, 0.0)
    return middle + keep * (values - middle), np.sqrt(between * (1 - keep) + (1 - keep) ** 2 / around.sum())
