"""The evidence of simulated days on a promise: how far above it each interval is, and how surely that is
known.

Chance differences in the number of calls and in talk are taken out (see control_variates.py).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import optimize, special

from callsim.results.measures import RATIOS, SERVICE_LEVEL, Figure, student
from callsim.study.staff.control_variates import Luck
from callsim.study.staff.curve import ASA, FURTHEST, WORST, Promise

FEWEST_CONTROLLED = 10  # runs for each control, below which it costs more than it gives
FEWEST_POOLED = 3  # intervals, at least, that are pooled
FEW_BAD = 10  # calls that fare badly, below which an interval says nothing of what an agent is worth
FEW_EVENTS = 20  # clusters of calls that fare badly, below which an interval's own variance is not used
UNLIKE = 0.1  # quantiles, about, by which the formula's error where a day begins differs from that elsewhere
MOST_DOUBT = 1.0  # of a shift, in standard steps: formulas are seldom further off
SURELY = 2.0  # standard deviations of chance, beyond which values differ
LOWEST = -2.5  # the lowest normal quantile of a share that is used: lower ones say no more


class Level(NamedTuple):
    """How an interval's calls fared; float64 [interval]."""

    share: np.ndarray  # of calls that fared well, the luck taken out
    error: np.ndarray  # its standard error
    above: np.ndarray  # normal quantile of the share, less that of the promise
    doubt: np.ndarray  # standard error of `above`; inf where nothing is known
    calls: np.ndarray  # that were judged, of all runs
    free: np.ndarray  # `share` before it is kept within what can be
    together: float  # standard error of the number of calls of all runs and intervals that fared well


def density(quantile: float | np.ndarray) -> np.ndarray:
    """Returns the slope of the share by its normal quantile, at that quantile."""
    return np.asarray(np.exp(-0.5 * np.square(quantile)) / math.sqrt(2 * math.pi))


def counted(promise: Promise) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the columns of calls that fared well, and of all that count: int64 [column], both; of a
    mean wait float64, since a call that waited fared well in part.
    """
    if promise.counted == ASA:
        formula = RATIOS["asa_s"]
        assert formula.under is not None
        lost = formula.over * formula.scale / (WORST * promise.within_s)
        return formula.under - lost, formula.under
    if promise.counted == "kept":
        formula = RATIOS["abandoned_share"]
        assert formula.under is not None
        return formula.under - formula.over, formula.under
    formula = SERVICE_LEVEL[promise.counted]
    assert formula.under is not None
    return formula.over, formula.under


def level(
    calls: np.ndarray, promise: Promise, aim: float, luck: Luck | None, before: np.ndarray | None = None
) -> Level:
    """How a queue's calls fared. `calls`: int64 [run, interval, column]; `aim`: a share's normal quantile.

    Without `luck` the shares are the simulated ones. `before`: float64 [interval], the share expected before
    anything is simulated; it weighs as much as half a call that fares badly, so it counts where calls are
    few.
    """
    over, under = counted(promise)
    share = float(special.ndtr(aim))
    good, all_ = (calls @ over).astype(float), (calls @ under).astype(float)
    beyond = good - share * all_
    mean_all = all_.mean(axis=0)
    known = mean_all * len(calls) >= 1
    controls = () if luck is None else luck.of(calls)
    mean, error = controlled(beyond, *controls)
    divisor = np.where(known, mean_all, 1.0)
    number = mean_all * len(calls)
    least = 0.5 / (number + 1)
    found = np.clip(share + mean / divisor, least, 1 - least)
    # Where all calls fared alike the runs do not differ; there is doubt all the same.
    error = np.maximum(error / divisor, least)
    judged = found
    if before is not None:
        rare = np.maximum(np.minimum(before, 1 - before), 1e-15)
        weight = np.minimum(0.5 / rare, number) / np.maximum(number, 1)
        judged = (np.clip(share + mean / divisor, 0, 1) + weight * before) / (1 + weight)
    quantile = np.clip(special.ndtri(judged), -FURTHEST, FURTHEST)
    doubt = error / density(np.maximum(quantile, LOWEST))
    free = share + np.where(known, mean, 0.0) / divisor
    _, each = controlled(
        beyond.sum(axis=1, keepdims=True), *(one.sum(axis=1, keepdims=True) for one in controls)
    )
    together = float(each[0]) * len(calls)
    return Level(found, error, quantile - aim, np.where(known, doubt, np.inf), number, free, together)


def unlikely(calls: np.ndarray, promise: Promise, share: float, errors: float) -> np.ndarray:
    """Whether as many calls as did would hardly fare badly if a share of them fared well: bool [...].

    A handful of calls has no standard error that says much; the binomial distribution says how they may come
    out. `calls`: int64 [..., column]; `errors`: what counts as hardly, in
    standard errors of a normal distribution.
    """
    good, all_ = (calls @ weights for weights in counted(promise))
    return np.asarray(special.bdtr(good, all_, share) < special.ndtr(-errors))


def tells(found: Level) -> np.ndarray:
    """Where enough calls fared badly to say what one agent more or less would change: bool [interval]."""
    return np.asarray(found.calls * (1 - found.free) >= FEW_BAD)


def certain(calls: np.ndarray, promise: Promise, certainty: float) -> float:
    """The share of calls, as a normal quantile, with which a share of the days keeps a promise if calls fare
    well one by one. `calls`: int64 [run], of days, of which those without calls do not count.
    """
    number = calls[calls > 0]
    if not len(number):
        return promise.quantile
    lost = np.floor((number - np.ceil(promise.share * number - 1e-9)).astype(float))

    def too_few(quantile: float) -> float:
        return float(special.bdtr(lost, number, special.ndtr(-quantile)).mean()) - certainty

    low, high = -FURTHEST, FURTHEST
    return low if too_few(low) >= 0 else float(optimize.brentq(too_few, low, high, xtol=1e-4))


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
    """Returns means over runs and their standard errors, less what the controls explain: float64 [interval],
    both.

    `values`, `controls`: float64 [run, interval]; the mean of each control over all possible runs is 0. The
    strongest control comes first: where runs are few, only the first ones are used.
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


def beyond_formula(
    found: Level,
    formula: np.ndarray,
    aim: float,
    known: np.ndarray,
    off: float = MOST_DOUBT,
    begins: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """By how much calls fare worse than by formula, and the standard error: float64 [interval], both.

    `found`: as simulated; `formula`: float64 [interval], normal quantiles of the shares, whose units both
    have; `aim`: as in `level`; `known`: bool [interval]; `off`: quantiles by which
    formulas are off, about; `begins`: bool [interval], those in which the lines begin empty.

    First all intervals together give one shift of the formula, with which it expects as many calls to fare
    badly as did. Then each interval gets a difference from that, as far as intervals differ by more than
    chance (empirical Bayes with the moment estimate of DerSimonian & Laird 1986, Controlled Clinical Trials
    7, 177-188). The variance of chance is taken from the shifted formula: by its own calls an interval in
    which few happened to fare badly would seem to be known best.

    Where the lines begin empty, the formula of a steady state has another error: such intervals are left out
    of the shift of the others, which holds for them only roughly.
    """
    own = formula - found.above - aim
    pool = known if begins is None else known & ~begins
    if pool.sum() < FEWEST_POOLED:
        pool = known
    apart = np.where(known & ~pool, UNLIKE**2, 0.0)
    if known.sum() < FEWEST_POOLED:
        return np.where(known, own, 0.0), np.where(known, found.doubt, np.inf)
    calls, bad = np.where(known, found.calls, 0.0), np.where(known, 1 - found.free, 0.0)
    told = np.where(pool, calls, 0.0)
    shift = _shift(formula, told, bad, found.together, off)
    quantile = np.maximum(formula - shift, LOWEST)
    expected = special.ndtr(-(formula - shift))
    # The variance if calls fared one by one; in fact they fare badly in clusters.
    alone = np.maximum(expected * (1 - expected), 1e-15) / np.maximum(calls, 1e-9)
    events = calls * np.minimum(expected, 1 - expected)
    times = found.error**2 / alone
    usual = max(float(times @ events / max(events.sum(), 1e-300)), 1e-6)
    heard = events / (events + FEW_EVENTS * max(usual, 1.0))
    times = heard * times + (1 - heard) * usual
    error = np.sqrt(alone * times)
    doubt = np.where(known, error / density(quantile), np.inf)
    slope = float(told @ density(np.clip(formula - shift, LOWEST, FURTHEST)))
    together = max(found.together, math.sqrt(0.5)) / max(slope, 1e-300)
    weight = np.where(pool, 1 / np.maximum(doubt, 1e-9) ** 2, 0.0)
    freedom = pool.sum() - 1
    differ = float((((bad - expected) / error)[pool] ** 2).sum()) - freedom
    clusters = np.maximum(events / np.maximum(times, 1.0), 1e-6)[pool]
    between = apart
    differs = differ > SURELY * math.sqrt(float((2 + 1 / clusters).sum()))
    if differs:
        between = np.maximum(apart, differ / (weight.sum() - (weight @ weight) / weight.sum()))
    keep = np.where(known, between / (between + np.where(known, doubt, 1.0) ** 2), 0.0)
    unsure = np.sqrt(between * (1 - keep) + (1 - keep) ** 2 * min(together, MOST_DOUBT) ** 2)
    beyond = shift + keep * (np.where(known, own, shift) - shift)
    return np.where(known | differs, beyond, 0.0), unsure


def _shift(formula: np.ndarray, calls: np.ndarray, bad: np.ndarray, together: float, off: float) -> float:
    """The shift of a formula's quantiles with which it expects as many bad calls as there were.

    A few bad calls say little: found is the likeliest shift, given that formulas are seldom further off than
    `off`. `together`: standard error of the number of bad calls.
    """
    were = float(calls @ bad)
    clusters = max(together**2 / max(were, 0.5), 1.0)  # calls that fare badly together count as one

    def likelier_above(shift: float) -> float:
        """The slope of the log likelihood and of what is known beforehand."""
        expected = float(calls @ special.ndtr(shift - formula))
        slope = float(calls @ density(shift - formula))
        return (max(were, 0.0) / expected - 1) * slope / clusters - shift / off**2

    low, high = -FURTHEST, 2 * FURTHEST
    if likelier_above(low) <= 0:
        return low
    return high if likelier_above(high) >= 0 else float(optimize.brentq(likelier_above, low, high))


def mean_of_alike(values: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """float64 [interval]: each value replaced by the mean of the intervals with equal keys.

    `keys`: float64 [interval] or [interval, any]; equal to 1e-6.
    """
    table = np.round(np.column_stack(keys), 6)
    number = np.unique(table, axis=0, return_inverse=True)[1].ravel()
    return np.asarray((np.bincount(number, values) / np.bincount(number))[number])


def pooled(values: np.ndarray, doubt: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns values moved towards their mean, as far as their doubts explain how they differ, and new
    doubts.

    Empirical Bayes with the moment estimate of DerSimonian & Laird (1986, Controlled Clinical Trials 7,
    177-188). Intervals that really differ, and are well known, keep what they have. float64 [interval].
    """
    known = np.isfinite(doubt)
    if known.sum() < FEWEST_POOLED:
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
