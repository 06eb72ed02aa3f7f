"""The figures of a report: each a formula over exact sums, told once, with its interval over runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from callsim.arrays import Floats, Ints, Numbers
from callsim.sim.count.columns import (
    ABANDONED_IN,
    ANSWERED_IN,
    CALL_COLUMNS,
    G_ANSWERED,
    G_BUSY,
    G_LATE,
    G_ON_DUTY,
    N_ABANDONED,
    N_AGAIN,
    N_ANSWERED,
    N_BACK_COUNTED,
    N_BALKED,
    N_BLOCKED,
    N_CALLED_BACK,
    N_CLOSED,
    N_DROPPED,
    N_SHORT,
    N_SHORT_BALKED,
    N_WAITED,
    S_USED,
    S_WAITED,
    SITE_COLUMNS,
    TALK,
    WAIT_ABANDONED,
    WAIT_ANSWERED,
    WORK_COLUMNS,
    WRAP,
    bin_middles,
)

CONFIDENCE = 0.95
MS = 1e-3  # seconds in a millisecond
HOUR = 1 / 3_600_000  # hours in a millisecond

HERE = (N_ANSWERED, N_ABANDONED, N_BALKED, N_BLOCKED, N_DROPPED)
OFFERED = (*HERE, N_CALLED_BACK)  # of which shares are taken
JUDGED = (*HERE, N_BACK_COUNTED)  # service levels leave callbacks out, unless goals count them
# Calls that gave up before `goals.short_abandon`: counts have them, shares have not.
SHORT = (N_SHORT, N_SHORT_BALKED)
# A balked call is one abandoned after a wait of 0: within any goal's time, and its wait adds nothing.
GAVE_UP = (N_ABANDONED, N_BALKED)
GAVE_UP_IN = (ABANDONED_IN, N_BALKED)


class Formula(NamedTuple):
    """Sum of some columns ÷ sum of others × scale; without a divisor: a mean per run."""

    over: Ints  # int64 [column]  weights of the columns above the line
    under: Ints | None  # int64 [column]
    scale: float
    most: float = math.inf  # no value can be more; 1 for shares


def _columns(size: int, *columns: int, without: tuple[int, ...] = ()) -> Ints:
    weights = np.zeros(size, np.int64)
    weights[list(columns)] += 1
    weights[list(without)] -= 1
    return weights


def columns_of(columns: tuple[int, ...]) -> Ints:
    """The weights that add up some columns of calls: int64 [column]."""
    return _columns(CALL_COLUMNS, *columns)


def _calls(
    over: tuple[int, ...],
    under: tuple[int, ...] | None = None,
    scale: float = 1.0,
    without: tuple[int, ...] = (),
) -> Formula:
    below = None if under is None else _columns(CALL_COLUMNS, *under, without=without)
    most = math.inf if scale != 1 or below is None else 1.0
    return Formula(_columns(CALL_COLUMNS, *over), below, scale, most)


SERVICE_LEVEL = {
    "offered": _calls((ANSWERED_IN,), JUDGED),
    "answered": _calls((ANSWERED_IN,), (N_ANSWERED,)),
    "quick_abandons_excluded": _calls((ANSWERED_IN,), JUDGED, without=GAVE_UP_IN),
    "quick_abandons_met": _calls((ANSWERED_IN, *GAVE_UP_IN), JUDGED),
}
COUNTS = {
    "offered": _calls((*OFFERED, *SHORT)),
    "answered": _calls((N_ANSWERED,)),
    "abandoned": _calls((N_ABANDONED, N_SHORT)),
    "balked": _calls((N_BALKED, N_SHORT_BALKED)),
    "blocked": _calls((N_BLOCKED,)),
    "dropped": _calls((N_DROPPED,)),
    "closed": _calls((N_CLOSED,)),
    "redialled": _calls((N_AGAIN,)),
}
SHORT_COUNT = {"short_abandoned": _calls(SHORT)}
RATIOS = {
    "asa_s": _calls((WAIT_ANSWERED,), (N_ANSWERED,), MS),
    "ata_s": _calls((WAIT_ABANDONED,), GAVE_UP, MS),
    "wait_s": _calls((WAIT_ANSWERED, WAIT_ABANDONED), (N_ANSWERED, *GAVE_UP), MS),
    "delayed_share": _calls((N_WAITED,), (N_ANSWERED, N_ABANDONED)),
    "abandoned_share": _calls(GAVE_UP, OFFERED),
    "blocked_share": _calls((N_BLOCKED,), OFFERED),
    "aht_s": _calls((TALK, WRAP), (N_ANSWERED,), MS),
}
WORK = {
    "occupancy": Formula(_columns(WORK_COLUMNS, G_BUSY), _columns(WORK_COLUMNS, G_ON_DUTY), 1.0, 1.0),
    "answered": Formula(_columns(WORK_COLUMNS, G_ANSWERED), None, 1.0),
    "busy_h": Formula(_columns(WORK_COLUMNS, G_BUSY), None, HOUR),
    "on_duty_h": Formula(_columns(WORK_COLUMNS, G_ON_DUTY), None, HOUR),
    "late_h": Formula(_columns(WORK_COLUMNS, G_LATE), None, HOUR),
}
SEATS = {
    "seats_used_h": Formula(_columns(SITE_COLUMNS, S_USED), None, HOUR),
    "waited_for_seat_h": Formula(_columns(SITE_COLUMNS, S_WAITED), None, HOUR),
}
PERCENTILES = {"wait_p50_s": 0.5, "wait_p90_s": 0.9, "wait_p95_s": 0.95, "wait_p99_s": 0.99}
WAITS_UP_TO_S = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)  # classes of waits, and one for more
WAITS = {
    name: Formula(over, np.ones(len(over), np.int64), 1.0, 1.0)
    for name, over in zip(
        (*map(str, WAITS_UP_TO_S), "more"), np.eye(len(WAITS_UP_TO_S) + 1, dtype=np.int64), strict=True
    )
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over runs and its 95 % interval, which one run alone does not have."""

    mean: float | None  # null: there is none, as the mean wait of no calls
    low: float | None = None  # of the 95 % interval; null after one run
    high: float | None = None  # likewise

    def to_dict(self) -> dict[str, float | None]:
        """As in the JSON of results."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


class Estimate(NamedTuple):
    """A figure of one cell or of many, and what each run says of it: the values' mean is the figure."""

    mean: Floats  # float64 […]; NaN where there is none
    values: Floats  # float64 […, run]; NaN of a run that has none
    most: float = math.inf  # no value can be more


def estimate(sums: Numbers, formula: Formula) -> Estimate:
    """A formula over the sums of some runs, of each cell: int64 (float64 if weighted) [run, …, column].

    A ratio is a ratio of sums; a run says its residual around it (the usual linearised variance of a
    ratio estimator, Cochran, Sampling Techniques, 1977, section 2.11).
    """
    above, scale = _by_run(sums @ formula.over), formula.scale
    most = formula.most * scale
    if formula.under is None:
        return Estimate(above.mean(axis=-1) * scale, above * scale, most)
    share = ratio(above, _by_run(sums @ formula.under))
    return Estimate(share.mean * scale, share.values * scale, most)


def ratio(above: Numbers, below: Numbers) -> Estimate:
    """The ratio of two sums over runs: int64 or float64 […, run], both."""
    total = np.where(below.any(axis=-1), below.sum(axis=-1), np.nan)
    share = above.sum(axis=-1) / total
    each = share[..., None]
    return Estimate(share, each + (above - each * below) * (below.shape[-1] / total)[..., None])


def estimate_of(values: Numbers) -> Estimate:
    """The mean over runs of a number that each run has: float64 [run, …]; NaN where a run has none."""
    values = _by_run(values)
    mean = np.asarray(values.mean(axis=-1))
    for cell in _in_some_runs(values):
        there = values[cell]
        mean[cell] = there[~np.isnan(there)].mean()
    return Estimate(mean, values)


def _by_run(values: Numbers) -> Floats:
    """float64 […, run] of [run, …]: a cell's runs lie side by side, so its sums do not depend on others."""
    return np.ascontiguousarray(values.transpose(*range(1, values.ndim), 0), np.float64)


def _in_some_runs(values: Floats) -> list[tuple[int, ...]]:
    """The cells that some runs have and others have not: float64 […, run]."""
    missing = np.isnan(values)
    some = missing.any(axis=-1) & ~missing.all(axis=-1)
    return [tuple(cell) for cell in np.argwhere(some).tolist()]


def figure(sums: Numbers, formula: Formula) -> Figure:
    """A formula over the sums of some runs, int64 [run, column], with Student's interval."""
    return known(estimate(sums, formula))


def mean_of(values: Floats) -> Figure:
    """The mean over runs of a number that each run has: float64 [run]; NaN where a run has none."""
    return known(estimate_of(values))


def change_of(values: Floats) -> Figure:
    """The mean over runs of a difference that each run has, which may be negative: float64 [run]."""
    return _told(estimate_of(values), -math.inf)[0]


def known(found: Estimate) -> Figure:
    """The figure of the only cell with Student's interval, cut where no value can be."""
    (only,) = figures(found)
    return only


def figures(found: Estimate) -> list[Figure]:
    """The figure of each cell with Student's interval, cut where no value can be: none is negative."""
    return _told(found, 0.0)


def _told(found: Estimate, least: float, confidence: float = CONFIDENCE) -> list[Figure]:
    mean, values = found.mean, found.values
    half = np.asarray(_half(values, confidence))
    for cell in _in_some_runs(values):
        there = values[cell]
        half[cell] = _half(there[~np.isnan(there)], confidence)
    each = np.stack([mean, np.maximum(mean - half, least), np.minimum(mean + half, found.most)], axis=-1)
    return [
        Figure(*(None if math.isnan(value) else value for value in cell))
        for cell in each.reshape(-1, 3).tolist()
    ]


def _half(values: Floats, confidence: float) -> Floats:
    """Half the width of Student's interval: float64 […] of […, run]; NaN of fewer than two runs."""
    runs = values.shape[-1]
    if runs < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.asarray(student(runs - 1, confidence) * values.std(axis=-1, ddof=1) / math.sqrt(runs))


def difference(before: Estimate, after: Estimate, confidence: float = CONFIDENCE) -> Figure:
    """Returns the difference of a figure of one cell, `after` − `before`: see `differences`."""
    (only,) = differences(before, after, confidence)
    return only


def differences(before: Estimate, after: Estimate, confidence: float = CONFIDENCE) -> list[Figure]:
    """Returns the difference of a figure, `after` − `before`, of each cell: its mean and Student's interval
    over runs.

    Both have met the same luck in the same run (common random numbers: Law, Simulation Modeling and
    Analysis, 2015, section 11.2), so what both have in common cancels.
    """
    values = after.values - before.values
    mean = np.asarray(after.mean - before.mean)
    missing = np.isnan(values)
    for cell in map(tuple, np.argwhere(missing.any(axis=-1)).tolist()):
        both = ~missing[cell]
        mean[cell] = values[cell][both].mean() if both.any() else np.nan
    most = max(before.most, after.most)
    return _told(Estimate(mean, values, most), -most, confidence)


def doubt(before: Estimate, after: Estimate) -> float | None:
    """Returns the p value of Student's paired test: the probability of so large a difference by luck alone.

    Returns None where fewer than two runs have both figures.
    """
    pairs = after.values - before.values
    pairs = pairs[~np.isnan(pairs)]
    if len(pairs) < 2:
        return None
    error = float(pairs.std(ddof=1)) / math.sqrt(len(pairs))
    mean = float(after.mean - before.mean if len(pairs) == len(after.values) else pairs.mean())
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    from scipy import special  # slow to import, and `callsim check` needs no interval

    return 2 * float(special.stdtr(len(pairs) - 1, -abs(mean) / error))


def gain(before: Estimate, after: Estimate) -> float | None:
    """What common random numbers save: with luck of their own both plans would need this many times the runs.

    Returns None where fewer than two runs have both figures, or all differ by the same.
    """
    pairs = after.values - before.values
    both = ~np.isnan(pairs)
    if both.sum() < 2:
        return None
    paired = float(pairs[both].var(ddof=1))
    apart = float(before.values[both].var(ddof=1) + after.values[both].var(ddof=1))
    return apart / paired if paired > 0 else None


@lru_cache(maxsize=4096)
def student(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Returns the half width of Student's interval in standard errors, to 12 digits.

    Solved here because SciPy's own differs between its releases in the ninth digit. Newton's method climbs
    from the normal quantile and never overshoots, since P(|T| < t) is concave.
    """
    found = NormalDist().inv_cdf(0.5 + confidence / 2)
    log_top = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    while True:
        log_density = log_top - (freedom + 1) / 2 * math.log1p(found * found / freedom)
        density = 2 * math.exp(log_density) / math.sqrt(freedom * math.pi)
        step = (confidence - _within(found, freedom)) / density
        if step <= 1e-13 * found:
            return float(f"{found:.12g}")
        found += step


def _within(t: float, freedom: int) -> float:
    """P(|T| < t) of Student's distribution: Abramowitz & Stegun, 1964, 26.7.3 and 26.7.4."""
    square = freedom / (freedom + t * t)  # of the cosine of atan(t / sqrt(freedom))
    odd = freedom % 2
    term = total = 0.0 if freedom == 1 else 1.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= square * (k - 1) / k
        total += term
    sine = t / math.sqrt(freedom + t * t)
    if not odd:
        return sine * total
    return 2 / math.pi * (math.atan(t / math.sqrt(freedom)) + sine * math.sqrt(square) * total)


def share(met: int, of: int) -> Figure:
    """A share of days and its Wilson interval (Wilson 1927, JASA 22, 209-212)."""
    if of == 0:
        return Figure(None)
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    p = met / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    # At 0 and 1 the interval ends exactly there; rounding would leave 1 - 1e-17.
    return Figure(p, 0.0 if met == 0 else middle - half, 1.0 if met == of else middle + half)


def percentiles(waits: Ints) -> Floats:
    """The percentiles of a run's answered waits: float64 [..., percentile] s; NaN without answers.

    `waits`: int64 [..., bin]; known to 0.2 % (see tally).
    """
    rows = waits.reshape(-1, waits.shape[-1])
    found = np.full((len(rows), len(PERCENTILES)), np.nan)
    there = np.flatnonzero(rows.any(axis=-1))
    # Nobody waits for hours: the bins behind the longest wait are not looked at.
    bins = 1 + int(np.flatnonzero(rows.any(axis=0)).max(initial=0))
    sums = np.cumsum(rows[there, :bins], axis=-1)
    wanted = np.maximum(np.ceil(np.array([*PERCENTILES.values()]) * sums[:, -1:]), 1).astype(np.int64)
    at = [row.searchsorted(some) for row, some in zip(sums, wanted, strict=True)]
    if at:
        found[there] = bin_middles()[np.stack(at)] * MS
    return found.reshape(*waits.shape[:-1], len(PERCENTILES))


def wait_classes(waits: Ints) -> Ints:
    """Answered calls by the class of their wait: int64 [..., class]; edges are known to 0.2 % (see tally).

    `waits`: int64 [..., bin]. A class holds the waits up to its edge and longer than the one before.
    """
    of_bin = np.searchsorted(WAITS_UP_TO_S, bin_middles() * MS)
    firsts = np.searchsorted(of_bin, np.arange(len(WAITS)))
    return np.asarray(np.add.reduceat(waits, firsts, axis=-1))
