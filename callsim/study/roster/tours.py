"""The tours that people can be given: a shift, and the days of the week on which they work it.

A week of tours obeys the law by itself: one shift all week, so the rest between two shifts is that of the
shift; as many days as the hours of the week allow, one after the other, then the days off.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from callsim.scenario import Group, Scenario, Shift
from callsim.scenario.reading.write import flow
from callsim.scenario.words.breaks import PAID_BELOW, Break
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.scenario.words.quantities import LONGEST_NAME
from callsim.study.roster.law import Law, at_night
from callsim.units import DAY_MS, HOUR_MS, MINUTE_MS, show_clock

WEEK = 7
_ONE_DAY = datetime.timedelta(days=1)


class Tour(NamedTuple):
    """One way to work."""

    group: str
    shift: str
    name: str  # of the shift with these days, in the file that is written
    days: tuple[int, ...]  # of the week on which it begins, 0 is Monday
    hours: float  # paid, a day
    people: float  # who take turns to fill one place on it
    night: bool
    told: str = ""  # its days in the name, where it is not worked on all days of the shift
    also: frozenset[datetime.date] = frozenset()  # on which it begins besides
    but: frozenset[datetime.date] = frozenset()  # on which it does not begin

    def begins(self, day: Day, before: int = 0) -> bool:
        """Whether it begins on the dates of a day to cover, or so many days before each of them."""
        date = day.date - before * _ONE_DAY
        if date in self.also:
            return True
        return (day.weekday - before) % WEEK in self.days and date not in self.but


class Day(NamedTuple):
    """A day that the roster must cover, for all days of the calendar that are like it."""

    weekday: int
    date: datetime.date  # the first of them
    numbers: tuple[int, ...]  # which they are, from 0


def days_to_cover(scenario: Scenario, calls: Callable[[int], Hashable] | None = None) -> list[Day]:
    """The kinds of days of the calendar: dates of one weekday, on which the same calls are expected and the
    same shifts are worked, on them and on the day before.

    `calls`: what is expected on a day of the calendar; without it dates of a weekday are all alike.
    """
    calendar = scenario.calendar
    dated = [set(dates) for shift in scenario.shifts.values() for dates in (shift.also, shift.but) if dates]
    kinds: dict[tuple[int, Hashable], list[int]] = {}
    for number in range(calendar.days):
        date = calendar.start + number * _ONE_DAY
        apart = tuple(one in dates for dates in dated for one in (date, date - _ONE_DAY))
        expected = calls and calls(number)
        kinds.setdefault((calendar.day(date).weekday, (expected, apart)), []).append(number)
    return [
        Day(weekday, calendar.start + datetime.timedelta(days=numbers[0]), tuple(numbers))
        for (weekday, _), numbers in kinds.items()
    ]


def with_members(scenario: Scenario) -> Scenario:
    """Returns the scenario with the shifts of families in place of the families.

    Where a name is taken the shift that has it stays, as in a file that was written before.
    """
    shifts = {name: shift for name, shift in scenario.shifts.items() if not shift.is_family}
    for name, family in scenario.shifts.items():
        if family.is_family:
            shifts = family.members(name) | shifts
    return scenario.model_copy(update={"shifts": shifts})


def may_work(scenario: Scenario, group: Group) -> list[str]:
    """The shifts that a group may work: those that it names, or all plain ones; and those of all families."""
    families = {name: shift for name, shift in scenario.shifts.items() if shift.is_family}
    members = [member for name, family in families.items() for member in family.members(name)]
    plain = group.shifts or [name for name in scenario.shifts if name not in families]
    return list(dict.fromkeys([*plain, *members]))


def tours(scenario: Scenario, law: Law) -> tuple[list[Tour], dict[str, str]]:
    """All tours of all groups, and the shifts that nobody may work, each with the reason.

    Over a week people get their days off; over fewer days a place on a shift is filled on all its days, by
    people who take turns. On dates (`also`, `but`) a shift is worked, or not, by all tours of it; one that is
    worked on dates only is filled by people whose own shift is not worked then, see `more_on_dates`.
    """
    whole_week = scenario.calendar.days >= WEEK
    shifts = with_members(scenario).shifts
    named: dict[tuple[str, str], str] = {}
    refused = {name: why for name, shift in shifts.items() if (why := law.against(shift))}
    found = []
    for group, words in scenario.groups.items():
        for name in may_work(scenario, words):
            shift = shifts[name]
            if name in refused:
                continue
            most = law.days_of(shift)
            hours, night = shift.paid_ms / HOUR_MS, at_night(shift)
            also, but = frozenset(shift.also), frozenset(shift.but)
            if not whole_week or most >= len(shift.days):
                people = len(shift.days) / most
                found.append(Tour(group, name, name, shift.days, hours, people, night, "", also, but))
            elif len(shift.days) == WEEK:
                for first in range(WEEK):
                    days = tuple(sorted((first + k) % WEEK for k in range(most)))
                    told = _told(first, most)
                    called = named_after(shifts, named, name, told)
                    found.append(Tour(group, name, called, days, hours, 1.0, night, told, also, but))
            else:
                for first in range(len(shift.days)):
                    days = tuple(sorted((shift.days * 2)[first : first + most]))
                    told = ",".join(WEEKDAYS[day] for day in days)
                    called = named_after(shifts, named, name, told)
                    found.append(Tour(group, name, called, days, hours, 1.0, night, told, also, but))
    return found, refused


def more_on_dates(tours: Sequence[Tour], places: Sequence[int], days: Sequence[Day]) -> dict[str, int]:
    """Returns the people that a group needs on a date beyond those whose own shift is not worked then.

    `places`: on each tour; `days`: those of the calendar. Tours that are worked on dates only have no people.
    """
    most: dict[str, int] = {}
    for day in days:
        more: dict[str, int] = {}
        for tour, filled in zip(tours, places, strict=True):
            if not tour.days and tour.begins(day):
                more[tour.group] = more.get(tour.group, 0) + filled
            elif day.weekday in tour.days and not tour.begins(day):
                more[tour.group] = more.get(tour.group, 0) - filled
        for group, people in more.items():
            most[group] = max(most.get(group, 0), people)
    return most


def named_after(shifts: Iterable[str], named: dict[tuple[str, str], str], shift: str, *told: str) -> str:
    """The name of a shift with some days or breaks: no other shift's, nor longer than names may be.

    `named`: the names that were given before, to which this one is added.
    """
    ending = " ".join(word for word in told if word)
    if (shift, ending) not in named:
        taken = {*shifts, *named.values()}
        for number in itertools.count(1):
            end = f" {ending}" if number == 1 else f" {ending} ({number})"
            called = f"{shift[: LONGEST_NAME - len(end)].rstrip()}{end}"
            if called not in taken:
                named[shift, ending] = called
                break
    return named[shift, ending]


def as_tree(shift: Shift) -> dict[str, object]:
    """A shift as plain data that a scenario file may hold."""
    found: dict[str, object] = {}
    if shift.hours is None:
        assert shift.from_ is not None
        assert shift.to is not None
        found |= {"from": show_clock(shift.from_), "to": show_clock(shift.to)}
    else:
        found["hours"] = _spans(shift.hours)
    if shift.breaks:
        found["breaks"] = [_break(one) for one in shift.breaks]
    found["days"] = [WEEKDAYS[day] for day in shift.days] or "none"
    for key, dates in (("also", shift.also), ("but", shift.but)):
        if dates:
            found[key] = [date.isoformat() for date in dates]
    return found


def as_words(shift: Shift) -> str:
    """Returns the shift as a scenario file writes it."""
    return flow(as_tree(shift))


def _break(one: Break) -> object:
    """A break as a scenario file may hold it: a fixed one that is paid as usual is its range."""
    if one.at is not None and one.paid in (None, one.ms < PAID_BELOW):
        return _spans((one.at,))[0]
    found: dict[str, object] = {}
    if one.at is not None:
        found["at"] = _spans((one.at,))[0]
    else:
        assert one.between is not None
        found |= {"length": _duration(one.ms), "between": _spans((one.between[:2],))[0]}
    return found if one.paid is None else found | {"paid": one.paid}


def _duration(ms: int) -> str:
    return f"{ms // MINUTE_MS} min"


def _spans(spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [f"{show_clock(begin % DAY_MS)}-{_until(end)}" for begin, end in spans]


def _until(end: int) -> str:
    return show_clock(end if end <= DAY_MS else end % DAY_MS)


def _told(first: int, days: int) -> str:
    return f"{WEEKDAYS[first]}-{WEEKDAYS[(first + days - 1) % WEEK]}" if days > 1 else WEEKDAYS[first]
