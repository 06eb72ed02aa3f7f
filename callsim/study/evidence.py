"""What simulated days say about a promise: how far above it each interval is, and how surely that is known.

Days differ most by how many call, and that is known beforehand: the calls expected in a day and an interval
serve as control variates (Lavenberg & Welch 1981, Management Science 27, 322-335).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.measures import COUNTS, RATIOS, SERVICE_LEVEL, Figure, student
from callsim.sim.tally import N_AGAIN
from callsim.study.curve import FURTHEST, Promise

FEWEST_CONTROLLED = 12  # runs, below which controls cost more than they give
NO_DOUBT = 0.999_999  # a promise beyond this is one that nobody waits at all


class Level(NamedTuple):
    """How an interval's calls fared; float64 [interval]."""

    share: np.ndarray  # of calls that fared well, the luck of how many called taken out
    error: np.ndarray  # its standard error
    above: np.ndarray  # normal quantile of the share, less that of the promise
    doubt: np.ndarray  # standard error of `above`; inf where nothing is known


def quantile_of(promise: Promise) -> float:
    """The normal quantile of the promised share."""
    return float(special.ndtri(min(promise.share, NO_DOUBT)))


def counted(promise: Promise) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the columns of calls that fared well, and of all that count: int64 [column], both."""
    if promise.counted == "kept":
        formula = RATIOS["abandoned_share"]
        assert formula.under is not None
        return formula.under - formula.over, formula.under
    formula = SERVICE_LEVEL[promise.counted]
    assert formula.under is not None
    return formula.over, formula.under


def level(calls: np.ndarray, promise: Promise, aim: float, expected: np.ndarray) -> Level:
    """How a queue's calls fared. `calls`: int64 [run, interval, column]; `aim`: normal quantile of the share.

    `expected`: float64 [interval], first calls; NaN where they are not known.
    """
    over, under = counted(promise)
    share = float(special.ndtr(aim))
    good, all_ = (calls @ over).astype(float), (calls @ under).astype(float)
    beyond = good - share * all_
    mean_all = all_.mean(axis=0)
    known = mean_all * len(calls) >= 1
    mean, error = controlled(beyond, _surplus(calls, expected))
    divisor = np.where(known, mean_all, 1.0)
    least = 0.5 / (mean_all * len(calls) + 1)
    found = np.clip(share + mean / divisor, least, 1 - least)
    # Where all calls fared alike the runs do not differ; there is doubt all the same.
    error = np.maximum(error / divisor, least)
    above = np.clip(special.ndtri(found), -FURTHEST, FURTHEST) - aim
    slope = np.exp(-0.5 * aim * aim) / np.sqrt(2 * np.pi)
    return Level(found, error, above, np.where(known, error / slope, np.inf))


def of_days(calls: np.ndarray, promise: Promise, expected: np.ndarray) -> Figure:
    """The share of all calls that fared well, the luck of how many called taken out. Arguments as above."""
    over, under = counted(promise)
    beyond = (calls @ over - promise.share * (calls @ under)).sum(axis=1, keepdims=True)
    all_ = float((calls @ under).sum()) / len(calls)
    if all_ == 0:
        return Figure(None)
    mean, error = controlled(beyond, _surplus(calls, expected).sum(axis=1, keepdims=True))
    share = promise.share + float(mean[0]) / all_
    half = student(max(len(calls) - 1, 1)) * float(error[0]) / all_
    return Figure(share, max(share - half, 0.0), min(share + half, 1.0))


def _surplus(calls: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """First calls beyond those expected; 0 where nothing is expected: float64 [run, interval]."""
    first = calls @ COUNTS["offered"].over - calls[..., N_AGAIN]
    return np.asarray(np.nan_to_num(first - expected))


def controlled(values: np.ndarray, surplus: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over runs and their standard errors, freed of the luck of how many called: float64 [interval].

    `values`: float64 [run, interval]; `surplus`: float64 [run, interval], calls beyond those expected.
    """
    runs, intervals = values.shape
    mean = values.mean(axis=0)
    if runs < 2:
        return mean, np.full(intervals, np.inf)
    if runs < FEWEST_CONTROLLED:
        return mean, values.std(axis=0, ddof=1) / np.sqrt(runs)
    day = surplus.sum(axis=1)
    error = np.empty(intervals)
    for k in range(intervals):
        controls = np.stack([day, surplus[:, k]], axis=1)
        centred = controls - controls.mean(axis=0)
        slope = np.linalg.lstsq(centred, values[:, k] - mean[k], rcond=None)[0]
        rest = values[:, k] - mean[k] - centred @ slope
        mean[k] -= controls.mean(axis=0) @ slope
        error[k] = np.sqrt((rest @ rest) / (runs - 1 - len(slope)) / runs)
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
