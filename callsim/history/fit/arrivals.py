"""When calls come: by weekday and interval, with outages left out, and how far from Poisson they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from callsim.history.canonical import weekdays_of
from callsim.history.fit.busyness import Busyness, busyness

OPEN = 0.05  # of the busiest interval's calls; an interval with fewer lies outside the hours of the queue
ALIKE_HOURS = 0.8  # intervals that two weekdays share, of those that at least one has
FEWEST_CALLS = 5.0  # of an interval in all days, from which on it tells that a weekday is open
ELSEWHERE = 0.2  # of another weekday's calls: with fewer a weekday is closed
OUTAGE_CALLS = 10.0  # usual calls of an interval: two such intervals without a call are an outage
SPIKE = 6.0  # standard deviations
PERMUTATIONS = 999
REJECTED = 0.01


@dataclass(frozen=True)
class Dispersion:
    """How much the calls of an interval vary from day to day; 1 is Poisson's chance."""

    days: int
    slots: int
    """Intervals of the day within the hours of the queue."""
    mean: float
    """Calls per interval."""
    by_slot: float
    """Variance ÷ mean, the days of all weekdays together."""
    by_weekday: float
    """Variance ÷ mean, each weekday by itself."""
    chi_square: float
    """Of the counts by weekday and slot against Poisson's."""
    free: int
    p: float
    """The chance of a chi square as large, were the calls Poisson's."""


@dataclass(frozen=True)
class DayKind:
    """Weekdays of the same hours."""

    weekdays: tuple[int, ...]
    """Monday is 0."""
    open_slots: tuple[int, int]
    """The first interval within the hours, and the first one after them."""
    one_profile: bool
    """Whether these weekdays differ in their number of calls only, not in how the day spreads them."""
    p_one_profile: float | None
    """The chance of profiles as different, were they one; None for a single weekday."""
    raw: Dispersion | None
    """Of the history as it is, outages included; None where no weekday has two days."""
    dispersion: Dispersion | None
    """Without outages."""


@dataclass(frozen=True)
class Arrivals:
    """The calls of one queue."""

    days: int
    calls: float
    """In the days used."""
    rates: np.ndarray  # float64 [weekday, slot]  mean calls; NaN on weekdays that the history does not have
    kinds: tuple[DayKind, ...]
    """The busiest first."""
    outages: tuple[tuple[np.datetime64, int, int], ...]
    """Date, first slot, slot after the last one: without calls where many are usual, and left out."""
    spikes: tuple[tuple[np.datetime64, int, float, float], ...]
    """Date, slot, calls, and how many are usual: kept."""
    missing: int
    """Intervals within the hours that have no row."""
    lowest: np.ndarray  # float64 [weekday, slot]  the fewest calls of any day used; NaN where none is known
    highest: np.ndarray  # float64 [weekday, slot]  the most
    band: np.ndarray  # float64 [end, weekday, slot]  between which the model has 95 % of days
    ranks: tuple[float, ...]
    """The share of intervals within the hours whose calls fall into each tenth of the model's range; a tenth
    each where the model is right."""
    busyness: Busyness | None
    """Without outages; None where no weekday has two days."""
    raw_busyness: Busyness | None
    """With outages, and with intervals that have no row as if they were empty."""

    @property
    def per_day(self) -> np.ndarray:
        """float64 [weekday]: mean calls; NaN of weekdays that no used day is."""
        known = np.isfinite(self.rates)
        totals: np.ndarray = np.where(known.any(1), np.where(known, self.rates, 0.0).sum(1), np.nan)
        return totals


def arrivals(counts: np.ndarray, dates: np.ndarray, usual: np.ndarray | None = None) -> Arrivals:
    """Of the counts of a queue: float64 [day, slot], NaN where there is none; dates: datetime64[D].

    `usual` (bool [day], default all): the days that are used.
    """
    used = np.ones(len(dates), bool) if usual is None else usual
    counts, dates = counts[used], dates[used]
    weekday = weekdays_of(dates)
    outage = outages(counts, weekday)
    clean = np.where(outage, np.nan, counts)
    means = np.array([_mean(clean[weekday == day]) for day in range(7)])  # [weekday, slot]
    kinds, rates = [], np.full_like(means, np.nan)
    groups: list[np.ndarray] = []
    gaps: list[np.ndarray] = []
    missing = 0
    for weekdays in _alike(clean, weekday, means):
        mine = np.isin(weekday, weekdays)
        inside = _open(_mean(clean[mine]))
        slots = slice(int(np.flatnonzero(inside)[0]), int(np.flatnonzero(inside)[-1]) + 1)
        p = _p_of_one_profile(clean[mine][:, slots], weekday[mine])
        one = p is None or p > REJECTED
        for day in weekdays:
            rates[day] = means[day]
        if one and len(weekdays) > 1:
            rates[list(weekdays)] = _separable(clean[mine], weekday[mine], weekdays)
        parts = [clean[weekday == day][:, slots] for day in weekdays]
        raw_parts = [counts[weekday == day][:, slots] for day in weekdays]
        gaps += [_with_gaps(part) for part in raw_parts]
        missing += int(np.isnan(counts[mine][:, slots]).sum())
        groups += parts
        kinds.append(
            DayKind(
                tuple(weekdays),
                (slots.start, slots.stop),
                one,
                p,
                dispersion(raw_parts),
                dispersion(parts),
            )
        )
    found = busyness(groups)
    return Arrivals(
        len(dates),
        float(np.nansum(counts)),
        rates,
        tuple(kinds),
        tuple(runs(outage, dates)),
        tuple(_spikes(counts, rates, weekday, dates, found)),
        missing,
        *_extremes(clean, weekday),
        _band(rates, found),
        _ranks(clean, rates, weekday, kinds, found),
        found,
        busyness(gaps) if missing or outage.any() else found,
    )


def _with_gaps(counts: np.ndarray) -> np.ndarray:
    """Returns the calls with 0 for intervals without a row, except on days that have no row at all."""
    there = np.isfinite(counts).any(1, keepdims=True)
    filled: np.ndarray = np.where(there & ~np.isfinite(counts), 0.0, counts)
    return filled


def dispersion(groups: list[np.ndarray]) -> Dispersion | None:
    """Of the days of some weekdays: float64 [day, slot] each. None where no weekday has two days."""
    squares = means = chi = 0.0
    free = cells = 0
    for group in groups:
        known = np.isfinite(group)
        many = known.sum(0)
        mean = _mean(group)
        off = np.where(known, group - mean, 0.0) ** 2
        fit = (many > 1) & (mean > 0)
        squares += float(off.sum(0)[fit].sum())
        means += float(((many - 1) * mean)[fit].sum())
        chi += float((off.sum(0)[fit] / mean[fit]).sum())
        free += int((many - 1)[fit].sum())
        cells += int(known.sum())
    if not free:
        return None
    together = np.concatenate(groups)
    many = np.isfinite(together).sum(0)
    off = np.nansum((together - _mean(together)) ** 2, 0)
    variance = np.divide(off, many - 1, out=np.full(together.shape[1], np.nan), where=many > 1)
    return Dispersion(
        len(together),
        together.shape[1],
        float(np.nanmean(together)),
        float(np.nansum(variance) / np.nansum(_mean(together))),
        squares / means,
        chi,
        free,
        float(stats.chi2.sf(chi, free)),
    )


def _extremes(counts: np.ndarray, weekday: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float64 [weekday, slot] twice: the fewest and the most calls of any day."""
    ends = np.full((2, 7, counts.shape[1]), np.nan)
    for day in np.unique(weekday):
        mine = counts[weekday == day]
        known = np.isfinite(mine).any(0)
        ends[0, day, known] = np.nanmin(mine[:, known], 0)
        ends[1, day, known] = np.nanmax(mine[:, known], 0)
    return ends[0], ends[1]


def _law(rates: np.ndarray, found: Busyness | None) -> Any:
    """The counts of intervals: Poisson with gamma busyness, the negative binomial."""
    swing = found.excess if found is not None and not found.is_poisson else 0.0
    if swing <= 1e-9:
        return stats.poisson(rates)
    return stats.nbinom(1 / swing, 1 / (1 + swing * np.maximum(rates, 1e-300)))


def _band(rates: np.ndarray, found: Busyness | None) -> np.ndarray:
    """float64 [end, weekday, slot]: the 2.5 and the 97.5 % point of an interval's calls."""
    law = _law(np.nan_to_num(rates), found)
    ends = np.array([law.ppf(0.025), law.ppf(0.975)])
    band: np.ndarray = np.where(np.isfinite(rates), np.where(rates > 0, ends, 0.0), np.nan)
    return band


def _ranks(
    counts: np.ndarray, rates: np.ndarray, weekday: np.ndarray, kinds: list[DayKind], found: Busyness | None
) -> tuple[float, ...]:
    inside = np.zeros((7, counts.shape[1]), bool)
    for kind in kinds:
        inside[list(kind.weekdays), slice(*kind.open_slots)] = True
    usual = rates[weekday]
    chosen = np.isfinite(counts) & inside[weekday] & (usual > 0)
    if not chosen.any():
        return ()
    law, calls = _law(usual[chosen], found), np.round(counts[chosen])
    below, upto = law.cdf(calls - 1), law.cdf(calls)
    # Whole numbers have no tenths: each is spread over the range that the model gives it.
    luck = np.random.default_rng(1)
    rank = below + luck.random(len(calls)) * (upto - below)
    tenths = np.bincount(np.minimum((rank * 10).astype(int), 9), minlength=10)
    return tuple((tenths / tenths.sum()).tolist())


def _mean(counts: np.ndarray) -> np.ndarray:
    """float64 [slot]: the mean of those that are known; NaN where none is."""
    known = np.isfinite(counts)
    many = known.sum(0)
    total = np.where(known, counts, 0.0).sum(0)
    mean: np.ndarray = np.divide(total, many, out=np.full(counts.shape[1], np.nan), where=many > 0)
    return mean


def _open(mean: np.ndarray) -> np.ndarray:
    """bool [slot]: where enough calls come that the queue must be open."""
    known = np.nan_to_num(mean)
    inside: np.ndarray = known >= OPEN * known.max() if known.max() > 0 else np.ones(len(mean), bool)
    return inside


def _alike(counts: np.ndarray, weekday: np.ndarray, means: np.ndarray) -> list[list[int]]:
    """The weekdays that there are, in groups of like hours, those with most calls first."""
    there = [day for day in range(7) if np.isfinite(means[day]).any()]
    there.sort(key=lambda day: -float(np.nansum(means[day])))
    totals = np.array([np.nansum(counts[weekday == day], 0) for day in range(7)])
    groups: list[list[int]] = []
    for day in there:
        for group in groups:
            if _same_hours(means[[day, group[0]]], totals[[day, group[0]]]):
                group.append(day)
                break
        else:
            groups.append([day])
    return [sorted(group) for group in groups]


def _same_hours(means: np.ndarray, totals: np.ndarray) -> bool:
    """Whether two weekdays ([2, slot]) have calls at the same hours, as far as their number tells."""
    known = np.nan_to_num(means)
    told = (totals >= FEWEST_CALLS) & (known >= OPEN * known.max(1, keepdims=True))
    apart = (told & (known[::-1] < ELSEWHERE * known)).any(0)
    return bool(apart.sum() <= (1 - ALIKE_HOURS) * told.any(0).sum())


def _separable(counts: np.ndarray, weekday: np.ndarray, weekdays: list[int]) -> np.ndarray:
    """float64 [weekday, slot]: level of each weekday × one profile; exact where every count is known."""
    known = np.isfinite(counts)
    levels = np.array([np.nansum(_mean(counts[weekday == day])) for day in weekdays])
    profile = np.ones(counts.shape[1])
    for _ in range(50):
        of_day = levels[np.searchsorted(weekdays, weekday)]
        profile = np.nansum(counts, 0) / np.maximum((of_day[:, None] * known).sum(0), 1e-300)
        before = levels
        levels = np.array(
            [
                np.nansum(counts[weekday == day]) / max((profile * known[weekday == day]).sum(), 1e-300)
                for day in weekdays
            ]
        )
        if np.allclose(levels, before, rtol=1e-12):
            break
    rates: np.ndarray = levels[:, None] * profile
    return rates


def _p_of_one_profile(counts: np.ndarray, weekday: np.ndarray) -> float | None:
    """The chance of profiles that differ so much between weekdays, were they all one.

    Days, each scaled to the same number of calls, are dealt to the weekdays anew (a permutation test): it
    holds for any busyness within a day.
    """
    many = {int(day): int((weekday == day).sum()) for day in np.unique(weekday)}
    if len(many) < 2 or len(weekday) < len(many) + 2:
        return None
    filled = np.where(np.isfinite(counts), counts, _mean(counts))
    totals = filled.sum(1, keepdims=True)
    kept = totals[:, 0] > 0
    if not kept.any():
        return None
    shares, weekday = filled[kept] / totals[kept], weekday[kept]
    middle = shares.mean(0)
    wide = middle > 0
    deal = (weekday[:, None] == np.array(list(many))).astype(float)  # [day, weekday]
    scale = np.maximum(deal.sum(0), 1.0)
    normal = (shares - middle)[:, wide] / np.sqrt(middle[wide])

    def apart(dealt: np.ndarray) -> float:
        return float((((dealt.T @ normal) ** 2).sum(1) / scale).sum())

    luck = np.random.default_rng(1)
    real = apart(deal)
    as_far = sum(apart(deal[luck.permutation(len(deal))]) >= real for _ in range(PERMUTATIONS))
    return (1 + as_far) / (1 + PERMUTATIONS)


def outages(counts: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """bool [day, slot]: at least two intervals in a row without a call where the weekday has many."""
    silent = np.zeros(counts.shape, bool)
    for day in np.unique(weekday):
        mine = np.flatnonzero(weekday == day)
        for one in mine:
            others = counts[mine[mine != one]]
            if len(others):
                silent[one] = (counts[one] == 0) & (np.nan_to_num(_mean(others)) >= OUTAGE_CALLS)
    beside = np.zeros_like(silent)
    beside[:, 1:] |= silent[:, :-1]
    beside[:, :-1] |= silent[:, 1:]
    return silent & beside


def runs(outage: np.ndarray, dates: np.ndarray) -> list[tuple[np.datetime64, int, int]]:
    """Stretches of bool [day, slot]: the date of each, its first interval, and the one behind its last."""
    found = []
    for row in np.flatnonzero(outage.any(1)):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], outage[row].astype(int), [0]])))
        found += [
            (dates[row], int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)
        ]
    return found


def _spikes(
    counts: np.ndarray, rates: np.ndarray, weekday: np.ndarray, dates: np.ndarray, found: Busyness | None
) -> list[tuple[np.datetime64, int, float, float]]:
    """Intervals with far more calls than chance and busyness make."""
    usual = rates[weekday]
    swing = found.excess if found else 0.0
    deviation = np.sqrt(usual + swing * usual**2)
    with np.errstate(invalid="ignore"):
        far = (counts - usual > SPIKE * deviation) & (usual >= 1)
    return [
        (dates[row], int(slot), float(counts[row, slot]), float(usual[row, slot]))
        for row, slot in np.argwhere(far)
    ]
