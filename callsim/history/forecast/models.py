"""What ordinary days bring: the models that the rolling test chooses among, each a pure function of counts.

A model sees the ordinary days before an origin and says the calls of each interval of days ahead. Days that
are not ordinary (holidays, events, outages) are taken out before, see `special.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh
from scipy.stats import poisson

WEEK = 7
SUNDAY = 6
_LEVEL_DAYS, _PROFILE_DAYS = (
    10.0,
    42.0,
)  # days, after which a day counts for 37 %: for the level, for the profile
_SVD_DAYS = 182.0  # how far back the factors of `svd` look
_FACTORS = 3
_MEMORIES = (0.5, 2.0, 5.0, 12.0, 30.0)  # days; how long a factor may remember what was unusual
_FEW = 20.0  # days' worth of doubt whether what was unusual lasts
_MONTH_WIDTH, _MONTH_DOUBT = 2.0, 2.0  # days of the month that are alike; days' worth of doubt of each
_MONTH_LEVEL_DAYS = 20.0  # days on either side that say what is usual whatever the place in the month
_MONTH_DAYS = 30.4
_MONTH_CALLS = 100.0  # calls' worth of doubt: months move calls by a tenth, which 100 calls do by chance
_OPEN_DAYS = 8  # of a weekday, by which an hour is told to be open
_NO_SURPRISE = 3.0  # calls to expect, of which with 5 % none comes
_MANY = 50  # calls, from which on the mean of their root is the root of their mean


class Days(NamedTuple):
    """Days by number (1970-01-01 is 0): what a model needs to know of each."""

    number: np.ndarray  # float64 [day]
    weekday: np.ndarray  # int64 [day]  Monday is 0
    month: np.ndarray  # float64 [day]  the place in its month, as a day of a month of 30.4 days


class Past(NamedTuple):
    """Ordinary days before an origin, in their order."""

    days: Days
    calls: np.ndarray  # float64 [day, slot], no NaN


Model = Callable[[Past, Days, int], np.ndarray]
"""(past, days ahead, leads as the number of the origin) → expected calls, float64 [day ahead, slot]."""


def days_of(dates: np.ndarray, weekday: np.ndarray | None = None) -> Days:
    """The dates (datetime64[D]) as a model needs them; `weekday` where they behave as another one."""
    number = dates.astype("datetime64[D]").astype(np.int64)
    month = dates.astype("datetime64[M]")
    begins = month.astype("datetime64[D]").astype(np.int64)
    ends = (month + 1).astype("datetime64[D]").astype(np.int64)
    own = (number + 3) % WEEK
    return Days(
        number.astype(float),
        own if weekday is None else weekday,
        (number - begins) / (ends - begins) * _MONTH_DAYS,
    )


def mean_of_four(past: Past, ahead: Days, origin: int) -> np.ndarray:
    """The mean of the last four ordinary days of the same weekday: what planners do by hand."""
    means = np.zeros((WEEK, past.calls.shape[1]))
    for weekday in range(WEEK):
        of = np.flatnonzero(past.days.weekday == weekday)[-4:]
        if len(of):
            means[weekday] = past.calls[of].mean(axis=0)
    return np.asarray(means[ahead.weekday])


def profile(past: Past, ahead: Days, origin: int) -> np.ndarray:
    """A level, times a factor of the weekday, times the weekday's shape; what is recent weighs more."""
    return around(past, origin, ahead.weekday)


def around(past: Past, moment: float, weekdays: np.ndarray) -> np.ndarray:
    """What days of these weekdays would bring at a moment (a day's number), by the days on either side of it.

    Returns float64 [weekday asked for, slot].
    """
    number, weekday, calls = past.days.number, past.days.weekday, past.calls
    far = np.abs(moment - number)
    weigh, near = np.exp(-far / _PROFILE_DAYS), np.exp(-far / _LEVEL_DAYS)
    total = calls.sum(axis=1)
    factor = weekday_factors(past, weigh)
    level = (near @ total) / max(float(near @ factor[weekday]), 1e-12)
    by_weekday = np.zeros((WEEK, calls.shape[1]))
    np.add.at(by_weekday, weekday, weigh[:, None] * calls)
    shape = by_weekday / np.maximum(by_weekday.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(level * factor[weekdays][:, None] * shape[weekdays])


def weekday_factors(past: Past, weigh: np.ndarray) -> np.ndarray:
    """Calls of a day of each weekday relative to the level of the days around it: float64 [7]."""
    number, weekday = past.days.number, past.days.weekday
    total = past.calls.sum(axis=1)
    close = _by_distance(number, np.exp(-np.arange(_furthest(number) + 1) / _LEVEL_DAYS))
    level_total, factor = close @ total, np.ones(WEEK)
    for _ in range(4):  # level and factors in turn, until they agree
        level = level_total / np.maximum(close @ factor[weekday], 1e-12)
        up = np.bincount(weekday, weigh * total, WEEK)
        down = np.bincount(weekday, weigh * level, WEEK)
        factor = np.where(down > 1e-9 * max(down.max(), 1e-300), up / np.maximum(down, 1e-300), 1.0)
    return factor


def svd(past: Past, ahead: Days, origin: int) -> np.ndarray:
    """Days as sums of a few shapes; how much of each shape a day has follows its weekday and what lasts.

    Shen and Huang (2008), Interday forecasting and intraday updating of call center arrivals: singular
    values of the square roots. What is unusual of late is carried on by the share that proved to last.
    """
    first = np.searchsorted(past.days.number, origin - _SVD_DAYS)
    number, weekday, calls = past.days.number[first:], past.days.weekday[first:], past.calls[first:]
    if len(number) < 2 * WEEK:
        return profile(past, ahead, origin)
    root = np.sqrt(calls + 0.25)
    shapes = _shapes(root)
    scores = root @ shapes.T
    weigh = np.exp(-(origin - number) / _PROFILE_DAYS)
    usual = np.zeros((WEEK, scores.shape[1]))
    for of in range(WEEK):
        mine = weigh * (weekday == of)
        weights = mine if mine.any() else weigh
        usual[of] = weights @ scores / weights.sum()
    lasting = _lasting(number, scores - usual[weekday], ahead.number)
    open_ = _open(calls, weekday)
    # Of few calls none may have come for weeks at an hour that is open: there the profile says how few.
    few = around(past, origin, np.arange(WEEK))
    few = np.where(open_ | (few * _OPEN_DAYS >= _NO_SURPRISE), 0.0, few)
    fitted = np.where(open_, _unrooted(usual @ shapes), few)
    expected = _unrooted((usual[ahead.weekday] + lasting) @ shapes)
    expected = np.where(open_[ahead.weekday], expected, few[ahead.weekday])
    # A mean of roots misses by what days of a weekday differ by: what is usual brings what such days brought.
    would = float(weigh @ fitted.sum(axis=1)[weekday])
    return expected * (float(weigh @ calls.sum(axis=1)) / would if would > 0 else 1.0)


def _unrooted(roots: np.ndarray) -> np.ndarray:
    """Returns the means of Poisson counts x whose √(x + ¼) have these means: float64 of the same shape.

    The square of a mean is less than the mean of squares: roots² − ¼ would be a quarter of a call too low for
    many calls, and a fifth for one. Beyond `_MANY` calls the mean is roots² but for 1 part in 10,000.
    """
    return np.where(roots < _ROOTS[-1], np.interp(roots, _ROOTS, _MEANS), roots**2)


def _mean_roots(means: np.ndarray) -> np.ndarray:
    """Returns the mean of √(x + ¼) of Poisson counts x: float64 [mean]."""
    counts = np.arange(4 * int(means[-1]))
    return np.asarray(poisson.pmf(counts, means[:, None]) @ np.sqrt(counts + 0.25))


def _shapes(root: np.ndarray) -> np.ndarray:
    """The first right singular vectors: float64 [factor, slot], by way of the smaller square matrix."""
    days, slots = root.shape
    few = min(_FACTORS, days, slots)
    if slots <= days:
        _, vectors = eigh(root.T @ root, subset_by_index=(slots - few, slots - 1))
        return np.ascontiguousarray(vectors[:, ::-1].T)
    values, vectors = eigh(root @ root.T, subset_by_index=(days - few, days - 1))
    return np.asarray((vectors.T @ root / np.sqrt(np.maximum(values, 1e-12))[:, None])[::-1])


def _furthest(number: np.ndarray) -> int:
    return int(number[-1] - number[0]) if len(number) else 0


def _by_distance(number: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """float64 [day, day]: the weight of the days between each two."""
    whole = number.astype(np.int64)
    return np.asarray(weights[np.abs(whole[:, None] - whole)])


def _lasting(number: np.ndarray, unusual: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Returns the factors of recent unusual days, as far as they last: float64 [day ahead, factor].

    Each factor has the memory with which the past foretold itself best: the mean of what followed was
    regressed on what was remembered.
    """
    spans = _spans(ahead[-1] - number[-1])
    lead = ahead - number[-1]
    gap = number[:, None] - number
    total = np.concatenate([np.zeros((1, unusual.shape[1])), np.cumsum(unusual, axis=0)])
    followed = []
    for low, high in spans:
        begin = np.searchsorted(number, number + low)
        end = np.searchsorted(number, number + high, side="right")
        there = end > begin
        mean = (total[end[there]] - total[begin[there]]) / (end - begin)[there][:, None]
        followed.append((there, mean))
    best = np.full(unusual.shape[1], np.inf)
    lasts = np.zeros((len(ahead), unusual.shape[1]))
    for memory in _MEMORIES:
        weights = np.where(gap >= 0, np.exp(-np.maximum(gap, 0.0) / memory), 0.0)
        remembered = weights @ unusual / weights.sum(axis=1, keepdims=True)
        error = np.zeros(unusual.shape[1])
        said = np.zeros_like(lasts)
        for (low, _), (there, mean) in zip(spans, followed, strict=True):
            by = remembered[there]
            doubt = 1 + _FEW / max(int(there.sum()), 1)
            slope = (by * mean).sum(axis=0) / np.maximum((by**2).sum(axis=0) * doubt, 1e-12)
            slope = np.clip(slope, 0.0, 1.0)
            error += ((mean - slope * by) ** 2).sum(axis=0)
            said[lead >= low] = slope * remembered[-1]
        better = error < best
        best = np.where(better, error, best)
        lasts[:, better] = said[:, better]
    return lasts


def _spans(furthest: float) -> list[tuple[float, float]]:
    """Stretches of days ahead of which each has its own share that lasts."""
    edges = [1.0, 4.0, 8.0, 15.0, 29.0, 57.0, 113.0]
    wanted = [edge for edge in edges if edge <= furthest] or [1.0]
    return [(low, edges[edges.index(low) + 1] - 1 if low < edges[-1] else 400.0) for low in wanted]


def _open(calls: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """bool [weekday, slot]: whether anybody called in one of the last `_OPEN_DAYS` such days."""
    there = np.zeros((WEEK, calls.shape[1]), bool)
    for of in range(WEEK):
        there[of] = (calls[np.flatnonzero(weekday == of)[-_OPEN_DAYS:]] > 0).any(axis=0)
    return there


def month_factors(past: Past, days: Days) -> np.ndarray:
    """Returns the factor of each day for its place in the month: float64 [day], about 1.

    Bills, wages and reminders have their days.
    """
    number, weekday = past.days.number, past.days.weekday
    total = past.calls.sum(axis=1)
    factor = weekday_factors(past, np.ones(len(number)))
    close = _by_distance(number, np.exp(-0.5 * (np.arange(_furthest(number) + 1) / _MONTH_LEVEL_DAYS) ** 2))
    usual = factor[weekday] * (close @ total) / np.maximum(close @ factor[weekday], 1e-12)
    known = (total > 0) & (usual > 0)
    busier = np.log(np.where(known, total, 1.0) / np.where(known, usual, 1.0))
    far = np.abs(days.month[:, None] - past.days.month)
    far = np.minimum(far, _MONTH_DAYS - far)
    alike = np.exp(-0.5 * (far / _MONTH_WIDTH) ** 2) * known
    return np.asarray(np.exp(alike @ busier / (alike.sum(axis=1) + _MONTH_DOUBT * _MONTH_WIDTH)))


_MEANS = np.linspace(0.0, np.sqrt(_MANY), 512) ** 2
_ROOTS = _mean_roots(_MEANS)

PLAIN: dict[str, Model] = {"mean of four": mean_of_four, "profile": profile, "svd": svd}
"""By name."""

BY_MONTH = {f"{name} by month": PLAIN[name] for name in ("profile", "svd")}
"""Models that see days divided by the factors of their places in the month."""

MODELS = (*PLAIN, *BY_MONTH)
"""The names of all. The rolling test also tries the means of profile and svd."""


def predict(past: Past, ahead: Days, origin: int) -> np.ndarray:
    """Returns the calls that each model forecasts: float64 [model, day ahead, slot], none negative."""
    said = [model(past, ahead, origin) for model in PLAIN.values()]
    many = len(past.days.number)
    joined = Days(*(np.concatenate(parts) for parts in zip(past.days, ahead, strict=True)))
    factors = month_factors(past, joined)
    flat = Past(past.days, past.calls / factors[:many, None])
    said += [model(flat, ahead, origin) * factors[many:, None] for model in BY_MONTH.values()]
    return np.asarray(np.maximum(np.array(said), 0.0))
