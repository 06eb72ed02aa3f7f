"""What differs by day: a mapping whose keys are weekdays, ranges of them, `holiday`, dates or `other`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from pydantic_core import PydanticCustomError

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.mistakes import wrong
from callsim.sentences import say
from callsim.units import shown

T = TypeVar("T")

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OTHER, HOLIDAY = "other", "holiday"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY = "|".join(WEEKDAYS)
KEY_SCHEMA = {"pattern": rf"^(({_DAY})(-({_DAY}))?|{HOLIDAY}|{OTHER}|\d{{4}}-\d\d-\d\d)$"}
"""What a key may be, in JSON Schema."""


class Day(NamedTuple):
    """A date of a calendar, and what it is there."""

    date: datetime.date
    weekday: int
    """Which weekday it follows, 0 is Monday: of a holiday Sunday, of a make-up day that which it replaces."""
    holiday: bool


def weekdays_of(word: str) -> tuple[int, ...]:
    """Returns the weekdays of `mon` or `sat-mon`, in their order; 0 is Monday. Empty for any other word."""
    first, _, last = (part.strip() for part in word.lower().partition("-"))
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS or word.endswith("-"):
        return ()
    day, to = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return tuple((day + k) % 7 for k in range((to - day) % 7 + 1))


def is_key(name: str) -> bool:
    """Whether a name could be read as a day."""
    return name.lower() in (OTHER, HOLIDAY) or bool(weekdays_of(name)) or bool(_DATE.fullmatch(name))


def date_of(key: str) -> datetime.date | None:
    """The date that a key is, or None."""
    if not _DATE.fullmatch(key):
        return None
    try:
        return datetime.date.fromisoformat(key)
    except ValueError:
        return None


def checked_key(key: object) -> str:
    """Returns a key in small letters. Raises, in a planner's words, what is wrong with it."""
    word = key.strip().lower() if isinstance(key, str) else ""
    if word in (OTHER, HOLIDAY) or weekdays_of(word) or date_of(word):
        return word
    if _DATE.fullmatch(word):
        raise wrong(say("dates.no_day", word=word))
    raise wrong(say("dates.no_key", value=shown(key)))


def on(values: Mapping[str, T], day: Day) -> T | None:
    """The value of a day; of several keys the narrowest wins (date, holiday, weekday, range, other).

    Returns None where no key covers it.
    """
    if day.date.isoformat() in values:
        return values[day.date.isoformat()]
    if day.holiday and HOLIDAY in values:
        return values[HOLIDAY]
    return on_weekday(values, day.weekday)


def on_weekday(values: Mapping[str, T], weekday: int) -> T | None:
    """The value of a weekday that is no special date; 0 is Monday. None where no key covers it."""
    covering = [key for key in values if weekday in weekdays_of(key)]
    if covering:
        return values[min(covering, key=lambda key: len(weekdays_of(key)))]
    return values.get(OTHER)


def twice(keys: Iterable[str]) -> str | None:
    """Returns the mistake of two equally long ranges of weekdays that cover one day, if there is one."""
    ranges = [key for key in keys if len(weekdays_of(key)) > 1]
    for k, key in enumerate(ranges):
        for other in ranges[:k]:
            both = set(weekdays_of(key)) & set(weekdays_of(other))
            if both and len(weekdays_of(key)) == len(weekdays_of(other)):
                day = WEEKDAYS[min(both)]
                return say("dates.as_long", day=day, other=other, key=key)
    return None


def mixed(node: Node) -> Iterator[Mistake]:
    """Yields the mistake of each key that is no day, in a mapping by day."""
    for key, child in node.mapping.items():
        try:
            checked_key(key)
        except PydanticCustomError as error:
            yield child.head.mistake(str(error))


def unmeant(node: Node, holidays: bool) -> Iterator[Mistake]:
    """Yields the mistake of a key `holiday` where the calendar has no `holidays`."""
    for key, child in node.mapping.items():
        if key.strip().lower() == HOLIDAY and not holidays:
            yield child.head.mistake(say("dates.no_holidays"))


def uncovered(node: Node, days: Iterable[Day]) -> Iterator[Mistake]:
    """Yields the mistake of a mapping by day that has no key for one of the days."""
    keys = {key.strip().lower(): key for key in node.mapping}
    for day in days:
        if on(keys, day) is None:
            holiday = f"{HOLIDAY}, " if day.holiday else ""
            yield node.head.mistake(
                say(
                    "dates.uncovered",
                    weekday=day.date,
                    date=day.date,
                    holiday=holiday,
                    key=WEEKDAYS[day.weekday],
                )
            )
            return


def misnamed(kind: str, named: Mapping[str, Node]) -> Iterator[Mistake]:
    """Yields the mistakes of names that would be read as days.

    A queue may be called `other`: no mapping has days and queues as its keys.
    """
    for name, node in named.items():
        if is_key(name) and not (kind == "queue" and name.lower() == OTHER):
            yield node.head.mistake(say("dates.named_as_day", kind=kind, shown=shown(name), name=name))


def in_ranges(values: Mapping[str, T]) -> dict[str, T]:
    """Returns the mapping with ranges in place of neighbouring weekdays of equal values; other keys stay."""
    if not values.keys() <= {*WEEKDAYS, HOLIDAY}:
        return dict(values)
    of_weekday = {WEEKDAYS.index(key): value for key, value in values.items() if key != HOLIDAY}
    found: dict[str, T] = {}
    days = sorted(of_weekday)
    k = 0
    while k < len(days):
        last = k
        while (
            last + 1 < len(days)
            and days[last + 1] == days[last] + 1
            and of_weekday[days[last + 1]] == of_weekday[days[k]]
        ):
            last += 1
        name = WEEKDAYS[days[k]] if last == k else f"{WEEKDAYS[days[k]]}-{WEEKDAYS[days[last]]}"
        found[name] = of_weekday[days[k]]
        k = last + 1
    return found | {key: value for key, value in values.items() if key == HOLIDAY}
