"""Intervals with far more calls than usual: which of them are listed, and which are taken for missing.

A spike that comes alone is taken for missing, and so is one that comes again but is more than ten times as
large as is usual there, where most such days went without. One that is ten times as large as all that the
queue has elsewhere goes, too, unless the other hours of its day moved with it: then the level moved.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import nbinom

from callsim.history.forecast.models import WEEK
from callsim.history.forecast.usual import Found, around, medians, runs_of, usual_of

_SPIKE = 6.0  # standard deviations
_QUIET = 1.0  # usual calls below which chance is that of few calls
_NO_CHANCE = 1e-9  # the chance of a count, below which it is no chance
_RUN, _DAYS = 3, 35  # such days so close with spikes at the same hours: the level moved, or it is a habit
_ROUNDS = 5  # in which spikes are looked for that larger ones hid
_FAR = 10.0  # times what is usual
_HABIT = 0.5  # of the days of these weekdays; where fewer have the spike, it is no habit
_MOVED = 3.0  # times the usual calls of the other hours, from which on the whole day moved
_RARE = 0.25  # of days with calls; where more have spikes, calls come in bursts


def without_spikes(
    calls: np.ndarray, weekday: np.ndarray, special: np.ndarray, given: np.ndarray
) -> Iterator[Found]:
    """Yields the spikes; those that are taken for missing are made NaN in `calls`.

    `weekday`, `special`, `given`: [day]; on the days that are given, events that planners wrote down, no
    spike is taken for missing. A spike raises what seems usual on other days and hides smaller ones: these
    are looked for next.
    """
    if not calls.size:
        return
    last: list[Found] = []
    for _ in range(_ROUNDS):
        days = _Days(calls, weekday, special)
        last = list(days.spikes())
        gone = [one for one in last if not given[one.day] and days.is_odd(one, last)]
        for one in gone:
            calls[one.day, one.begin : one.end] = np.nan
        yield from gone
        last = [one for one in last if one not in gone]
        if not gone:
            break
    yield from last


class _Days:
    """The days of a queue, and what is usual of them."""

    def __init__(self, calls: np.ndarray, weekday: np.ndarray, special: np.ndarray):
        self._calls, self._weekday, self._special = calls, weekday, special
        self._usual, _ = usual_of(calls, weekday, special)
        self._median = np.maximum(medians(calls, weekday, special), _QUIET)
        of_day = np.pad(self._median.max(axis=1), WEEK // 2, mode="edge")
        busiest = np.lib.stride_tricks.sliding_window_view(of_day, WEEK).max(axis=1)
        had = np.nan_to_num(calls)
        self._far = had > _FAR * self._median
        self._huge = had > _FAR * busiest[:, None]
        for day in np.flatnonzero(self._huge.any(axis=1)).tolist():
            self._huge[day] &= not self._moved(day)
        self._huge &= self._are_few(int(self._huge.any(axis=1).sum()))

    def spikes(self) -> Iterator[Found]:
        """The stretches with far more calls than such intervals have."""
        usual, plain = self._usual, ~self._special[:, None] & np.isfinite(self._calls)
        busy = plain & (usual >= 20)
        apart = np.abs(self._calls[busy] / usual[busy] - 1) if busy.any() else np.zeros(1)
        chance = float(np.mean(1 / usual[busy])) if busy.any() else 0.0
        spread = max((1.4826 * float(np.median(apart))) ** 2 - chance, 0.0)
        above = (np.nan_to_num(self._calls) - usual) > _SPIKE * np.sqrt(usual + spread * usual**2)
        far = (above & plain & (usual >= _QUIET)) | self._of_quiet(above & plain & (usual < _QUIET))
        far |= self._huge
        for day in np.flatnonzero(far.any(axis=1)).tolist():
            for begin, end in runs_of(far[day]):
                there = slice(begin, end)
                had, wont = (float(of[day, there].sum()) for of in (self._calls, usual))
                yield Found("spike", day, begin, end, had, wont, False, bool(self._far[day, there].any()))

    def is_odd(self, one: Found, spikes: list[Found]) -> bool:
        """Whether a spike says nothing of what will come."""
        there = slice(one.begin, one.end)
        if self._huge[one.day, there].any():
            return True
        if one.far and not self._are_few(len({other.day for other in spikes if other.far})):
            return False
        like = [
            other.day
            for other in spikes
            if abs(other.day - one.day) <= _DAYS and other.begin < one.end and one.begin < other.end
        ]
        return len(like) < _RUN or (one.far and not self._is_habit(like))

    def _is_habit(self, days: list[int]) -> bool:
        """Whether most days of these weekdays between the first and the last one have the spike."""
        between = np.arange(min(days), max(days) + 1)
        alike = np.isin(self._weekday[between], self._weekday[days]) & ~self._special[between]
        return len(set(days)) >= _HABIT * int(alike.sum())

    def _of_quiet(self, above: np.ndarray) -> np.ndarray:
        """Of intervals where less than a call is usual: those with more than could come by chance.

        The chance is that of a Poisson count whose mean is known from as many other days as there are.
        """
        found = np.zeros(above.shape, bool)
        has_rows = np.isfinite(self._calls).any(axis=1)
        for day in np.flatnonzero(above.any(axis=1)).tolist():
            others = around(day, self._weekday, self._special)
            others = others[has_rows[others]]
            slots = np.flatnonzero(above[day])
            had = np.nansum(self._calls[np.ix_(others, slots)], axis=0)
            many = len(others)
            chance = nbinom.sf(self._calls[day, slots] - 1, had + 0.5, many / (many + 1)) if many else 1.0
            found[day, slots] = chance < _NO_CHANCE
        return found & self._are_few(int(found.any(axis=1).sum()))

    def _are_few(self, days: int) -> bool:
        """Whether this number of days is small among the days with calls."""
        return days <= _RARE * int((np.nansum(self._calls, axis=1) > 0).sum())

    def _moved(self, day: int) -> bool:
        """Whether the hours of a day that are not huge moved, too, or all of them are huge."""
        rest = ~self._huge[day] & np.isfinite(self._calls[day])
        others = around(day, self._weekday, self._special)
        totals = np.nansum(self._calls[others], axis=1, where=rest[None, :])
        usual = float(np.median(totals)) if len(others) else 0.0
        had = float(self._calls[day, rest].sum())
        open_ = self._median[day] > _QUIET
        if open_.any() and not (open_ & rest).any():
            return True
        return had > _MOVED * usual + _SPIKE * float(np.sqrt(usual + 1.0))
