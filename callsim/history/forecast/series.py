"""One queue's counts made ready: which days are ordinary, what is missing, what was out of the ordinary.

Nothing is repaired silently: all that is left out, taken for empty or filled in is listed as `Found`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from callsim.history.forecast.blanks import BUSY, with_zeros
from callsim.history.forecast.calendar import NO_FESTIVAL, ORDINARY, DayKinds
from callsim.history.forecast.events import Event
from callsim.history.forecast.special import Special
from callsim.history.forecast.spikes import without_spikes
from callsim.history.forecast.usual import Found, runs_of, usual_of

_SOME = 2.0  # usual calls of intervals that tell how many rows are there
_MOSTLY = 0.75  # of such days with rows that had calls; where fewer had, a day without is no wonder
_AS_OTHERS = 0.6  # of the share of rows that others have; what has fewer has them where it is open
_MOST_LOST = 0.2  # of a day's usual calls; where outages take more, the day is left out
_MOST_FILLED = 0.5  # likewise where rows are missing


@dataclass(frozen=True)
class Series:
    """One queue's days, those of the past first, then those ahead."""

    kinds: DayKinds
    calls: np.ndarray  # float64 [past day, slot]; NaN: unknown
    filled: np.ndarray  # float64 [past day, slot]  without NaN, for models; days left out hold anything
    ordinary: np.ndarray  # bool [day]  neither special nor left out
    left_out: np.ndarray  # bool [past day]  no day to learn from or to be judged by
    special: dict[int, Special]
    """The days that are not ordinary, by index."""
    found: tuple[Found, ...]
    taken_for_empty: int
    """Intervals without a row that were taken for empty ones."""

    @property
    def past(self) -> int:
        """Days that have counts."""
        return len(self.calls)


def series_of(calls: np.ndarray, kinds: DayKinds, events: Sequence[Event] = ()) -> Series:
    """The series of counts [past day, slot] (NaN: no row) from the first of the dates of `kinds` on."""
    many = len(calls)
    special = dict(_special(kinds, events))
    is_special = np.zeros(len(kinds.dates), bool)
    is_special[list(special)] = True
    calls = calls.copy()
    given = np.array([bool(special[day].events) if day in special else False for day in range(many)], bool)
    found: list[Found] = list(without_spikes(calls, kinds.like[:many], is_special[:many], given))
    spiked = np.zeros(calls.shape, bool)
    for one in found:
        spiked[one.day, one.begin : one.end] = True
    spiked &= np.isnan(calls)
    calls, empty = with_zeros(calls, kinds.like[:many], is_special[:many], spiked)
    usual, known = usual_of(calls, kinds.like[:many], is_special[:many])
    there = np.isfinite(calls) | spiked
    busy = np.where(there.any(axis=1), np.nansum(calls, axis=1) > 0, np.nan)[:, None]
    lively, with_rows = (part[:, 0] for part in usual_of(busy, kinds.like[:many], is_special[:many]))
    opened = usual.sum(axis=1) > 0
    mostly = _AS_OTHERS * float(np.median(with_rows[opened])) if opened.any() else 0.0
    # Rows are left out at random everywhere, or where nobody is there: the latter have fewer than the others.
    mostly_slot = _AS_OTHERS * float(np.median(known[usual >= _SOME])) if (usual >= _SOME).any() else 0.0
    left_out, blank_days = np.zeros(many, bool), np.isnan(calls).all(axis=1)
    for day in range(many):
        row, wont = calls[day], usual[day]
        blank = np.isnan(row) & ~spiked[day]
        if blank.all() or np.nansum(row) == 0:
            lost_rows = blank.all() and wont.sum() > 0 and with_rows[day] >= mostly
            lost_calls = wont.sum() >= BUSY and with_rows[day] >= mostly and lively[day] >= _MOSTLY
            if (lost_rows or lost_calls) and not is_special[day]:
                left_out[day] = True
                kind: Literal["no rows", "no calls"] = "no rows" if blank.all() else "no calls"
                found.append(Found(kind, day, 0, len(row), float(np.nansum(row)), float(wont.sum()), True))
            else:
                empty += int(blank.sum()) if wont.sum() > 0 else 0
                calls[day, ~spiked[day]] = 0.0
            continue
        gone = blank & (wont > 0) & (known[day] >= mostly_slot) & (not is_special[day])
        empty += int((blank & ~gone & (wont > 0)).sum())
        calls[day, blank & ~gone] = 0.0
        if not is_special[day]:
            for begin, end in runs_of((row == 0) & (wont >= BUSY)):
                if end - begin >= 2:
                    found.append(Found("outage", day, begin, end, 0.0, float(wont[begin:end].sum()), False))
                    calls[day, begin:end] = np.nan
        for begin, end in runs_of(gone):
            found.append(Found("missing", day, begin, end, np.nan, float(wont[begin:end].sum()), False))
        lost = np.isnan(calls[day])
        out = lost & ~gone & ~spiked[day]
        if wont[lost].sum() > _MOST_FILLED * wont.sum() or wont[out].sum() > _MOST_LOST * wont.sum():
            left_out[day] = True
            found = [one._replace(left_out=True) if one.day == day else one for one in found]
    for day in _in_holes(blank_days, is_special[:many], usual.sum(axis=1) >= BUSY, left_out):
        left_out[day], calls[day] = True, np.nan
        found.append(Found("no rows", day, 0, calls.shape[1], 0.0, float(usual[day].sum()), True))
    ordinary = ~is_special
    ordinary[:many] &= ~left_out
    return Series(
        kinds,
        calls,
        _filled(calls, usual),
        ordinary,
        left_out,
        special,
        tuple(sorted(found, key=lambda one: (one.day, one.begin))),
        empty,
    )


def _in_holes(
    blank: np.ndarray, special: np.ndarray, busy: np.ndarray, left_out: np.ndarray
) -> Iterator[int]:
    """Special days without rows beside an ordinary day without: nobody knows whether they were closed."""
    ordinary = np.flatnonzero(~special & busy)
    missing = blank & left_out
    for day in np.flatnonzero(blank & special).tolist():
        place = int(np.searchsorted(ordinary, day))
        if missing[ordinary[max(place - 1, 0) : place + 1]].any():
            yield day


def first_day(calls: np.ndarray) -> int:
    """The first day on which somebody called; behind the last where nobody ever did."""
    busy = np.flatnonzero(np.nansum(calls, axis=1) > 0)
    return int(busy[0]) if len(busy) else len(calls)


def _special(kinds: DayKinds, events: Sequence[Event]) -> Iterator[tuple[int, Special]]:
    on = [(event, event.on(kinds.dates)) for event in events]
    for day in range(len(kinds.dates)):
        of = tuple(event for event, there in on if there[day])
        kind, festival = int(kinds.kind[day]), int(kinds.festival[day])
        if of or kind != ORDINARY or festival != NO_FESTIVAL:
            yield day, Special(kind, kinds.names[day], festival, of)


def _filled(calls: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Returns a day whose missing intervals are as usual, times the busyness of the rest of the day."""
    there = np.isfinite(calls)
    had = np.where(there, calls, 0.0).sum(axis=1)
    wont = np.where(there, usual, 0.0).sum(axis=1)
    busy = np.where(wont > 0, had / np.maximum(wont, 1e-12), 1.0)
    return np.where(there, calls, usual * busy[:, None])
