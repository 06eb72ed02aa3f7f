"""Days as planners name them on the command line: dates, ranges of dates, weekdays."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence

import numpy as np

from callsim.errors import UserError
from callsim.history.canonical import as_date, weekdays_of
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.scenario.words.by_day import weekdays_of as weekdays_named
from callsim.sentences import say
from callsim.units import shown

_DATE = r"\d{4}-\d{2}-\d{2}"
_DATES = re.compile(rf"\s*({_DATE})(?:\s+to\s+({_DATE}))?\s*", re.ASCII)


def _how() -> str:
    return say("days.how")


def chosen(days: np.ndarray, use: Sequence[str] = (), exclude: Sequence[str] = ()) -> np.ndarray:
    """bool [day]: which of the days (datetime64[D]) are used.

    Each text is a list, with commas, of dates, ranges (`2027-02-05 to 2027-02-11`) and weekdays (`mon-fri`).
    `use` keeps only days that it names (all, where it is empty); `exclude` takes days out of these. Raises
    UserError for a text that is none of these, and for a date or range in which the history has no day.
    """
    wanted = named(days, use, "--use") if use else np.ones(len(days), bool)
    kept: np.ndarray = wanted & ~named(days, exclude, "--exclude")
    return kept


def named(days: np.ndarray, texts: Iterable[str], option: str) -> np.ndarray:
    """bool [day]: the days that at least one of the texts names."""
    found = np.zeros(len(days), bool)
    for text in texts:
        for word in text.split(","):
            one = _named(days, word, option)
            if not one.any():
                raise UserError(f"{option}: {_without(days, word)}")
            found |= one
    return found


def _named(days: np.ndarray, word: str, option: str) -> np.ndarray:
    if weekdays := weekdays_named(word.strip()):
        return np.isin(weekdays_of(days), weekdays)
    match = _DATES.fullmatch(word)
    if match is None:
        raise UserError(say("days.no_day", option=option, word=shown(word.strip()), how=_how()))
    first, last = (_date(part or match[1], option) for part in match.groups())
    if last < first:
        raise UserError(say("days.backwards", option=option, word=shown(word.strip())))
    return (days >= np.datetime64(first)) & (days <= np.datetime64(last))


def _date(text: str, option: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UserError(say("days.not_in_calendar", option=option, day=text)) from None


def _without(days: np.ndarray, word: str) -> str:
    if not len(days):
        return say("days.none_at_all")
    return say("days.none_such", day=word.strip(), first=as_date(days[0]), last=as_date(days[-1]))


def in_words(days: np.ndarray, most: int = 6) -> str:
    """Days (datetime64[D], ascending) as `1999-02-01 to 1999-02-13, 1999-02-15`; of many only the ends."""
    if not len(days):
        return say("days.none")
    breaks = np.flatnonzero(np.diff(days).astype(np.int64) != 1) + 1
    runs = np.split(days, breaks)
    if len(runs) > most:
        return say("days.many", days=len(days), first=as_date(days[0]), last=as_date(days[-1]))
    return ", ".join(
        as_date(run[0]).isoformat()
        if len(run) == 1
        else say("lists.span", first=as_date(run[0]), last=as_date(run[-1]))
        for run in runs
    )


def in_file(days: np.ndarray) -> list[str]:
    """Days (datetime64[D], ascending) as scenario files have them: `1999-02-01 to 1999-02-13`, in English."""
    if not len(days):
        return []
    runs = np.split(days, np.flatnonzero(np.diff(days).astype(np.int64) != 1) + 1)
    ends = [(as_date(run[0]).isoformat(), as_date(run[-1]).isoformat()) for run in runs]
    return [first if first == last else f"{first} to {last}" for first, last in ends]


def weekday_name(weekday: int) -> str:
    """`mon` for 0."""
    return WEEKDAYS[weekday]
