"""What kind of day each date is in a country.

A day is ordinary, or a public holiday (on a working day or at a weekend), a bridge day, a make-up working
day, the first working day after a holiday, or within reach of a Spring Festival.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from callsim.errors import UserError
from callsim.public_holidays import Country
from callsim.sentences import say

ORDINARY, HOLIDAY, WEEKEND_HOLIDAY, BRIDGE, MAKE_UP, AFTER = range(6)
KINDS = (
    "ordinary",
    "holiday",
    "holiday at a weekend",
    "bridge day",
    "make-up working day",
    "day after a holiday",
)
"""The kinds of days by their numbers."""

SATURDAY = 5
NO_FESTIVAL = 99
_BEFORE, _BEHIND = -10, 15  # days around the eve of the Spring Festival that it changes
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class DayKinds:
    """Dates in a row, and what kind of day each is."""

    dates: np.ndarray  # datetime64[D] [day]
    kind: np.ndarray  # int64 [day]  index in KINDS
    like: np.ndarray  # int64 [day]  the weekday it behaves as; Monday is 0
    festival: np.ndarray  # int64 [day]  days since the eve of the Spring Festival, or NO_FESTIVAL
    names: tuple[str, ...]
    """Of each holiday its name; of the others nothing."""
    country: str = ""
    warnings: tuple[str, ...] = field(default=())


def kinds_of(
    dates: np.ndarray,
    country: str | None = None,
    also: Collection[datetime.date] = (),
    working: Collection[datetime.date] = (),
) -> DayKinds:
    """The kind of each of the dates (datetime64[D]), which follow each other.

    `country`: its code, such as CN, FR or DE-BY; None: no day is a holiday but those of `also`. `also`: more
    holidays; `working`: days that are worked although they are at a weekend or holidays. Raises UserError
    for a country that is not known.
    """
    days: list[datetime.date] = dates.astype("datetime64[D]").tolist()
    many = len(days)
    kind, like = np.zeros(many, np.int64), (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7
    festival, names = np.full(many, NO_FESTIVAL), [""] * many
    years = range(days[0].year - 1, days[-1].year + 2) if days else range(0)
    known = _known(country, years) if country else None
    off = {**(known.off if known else {}), **dict.fromkeys(also, "holiday")}
    swapped = {**(known.swapped if known else {}), **{day: day.weekday() for day in working}}
    for day in swapped:
        off.pop(day, None)

    def works(day: datetime.date) -> bool:
        return day in swapped or (day.weekday() < SATURDAY and day not in off)

    for place, day in enumerate(days):
        if day in off:
            kind[place] = HOLIDAY if day.weekday() < SATURDAY else WEEKEND_HOLIDAY
            names[place] = off[day]
        elif day in swapped:
            kind[place] = MAKE_UP if day.weekday() >= SATURDAY else ORDINARY
            like[place] = swapped[day]
        elif works(day) and not works(day - _DAY) and not works(day + _DAY):
            kind[place] = BRIDGE
        elif works(day) and _after_holiday(day, off, works):
            kind[place] = AFTER
        for eve in known.eves if known else ():
            if _BEFORE <= (day - eve).days <= _BEHIND:
                festival[place] = (day - eve).days
    warnings = known.warnings(days) if known else ()
    return DayKinds(dates, kind, like, festival, tuple(names), country or "", warnings)


def _after_holiday(day: datetime.date, off: Collection[datetime.date], works: object) -> bool:
    """Whether the days off just before this working day include a holiday on a Monday to Friday."""
    assert callable(works)
    before = day - _DAY
    while not works(before):
        if before in off and before.weekday() < SATURDAY:
            return True
        before -= _DAY
    return False


def _known(code: str, years: range) -> Country:
    """A country that an option names."""
    try:
        return Country(code, years)
    except UserError as error:
        raise UserError(say("calendar.option", wrong=error)) from None
