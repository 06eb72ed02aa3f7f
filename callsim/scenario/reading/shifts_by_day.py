"""Shifts by day: `{mon-fri: {early: 5}, other: {late: 2}}` become shifts with days of their own.

A shift that some agents work on some days only is one with these days: `early mon-fri`. Dates and holidays,
on which it is worked unlike its weekdays say, are its `also` and `but`. All that follows knows shifts only.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words import by_day
from callsim.scenario.words.by_day import WEEKDAYS, Day
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.mistakes import nearest
from callsim.scenario.words.shifts import AROUND, Shift
from callsim.sentences import say
from callsim.units import shown


class Unfolded(NamedTuple):
    """A tree without shifts by day."""

    root: Node
    mistakes: list[Mistake]
    made: tuple[str, ...]  # shifts that the file does not have


def unfolded(root: Node, calendar: Calendar | None) -> Unfolded:
    """The tree with shifts by day as shifts with days of their own, and what is wrong with them."""
    mistakes: list[Mistake] = []
    shifts, groups = dict(root.section("shifts")), dict(root.section("groups"))
    written = frozenset(shifts)
    for name, group in groups.items():
        node = group.mapping.get("shifts")
        if node is None or not any(map(by_day.is_key, node.mapping)):
            continue
        wrong = list(_wrong(node, shifts, calendar))
        worked: dict[str, Node] = {}
        if not wrong and calendar is not None:
            for shift in dict.fromkeys(one for of_day in node.children() for one in of_day.mapping):
                for key, number, plain in _of_keys(node, shift, shifts[shift], calendar):
                    called = _free_name(f"{shift} {key}", plain, shifts)
                    shifts[called] = plain
                    worked[called] = number
        mistakes += wrong
        groups[name] = group.with_value(group.mapping | {"shifts": node.with_value(worked)})
        if wrong or not worked:
            rest = {key: child for key, child in group.mapping.items() if key != "shifts"}
            groups[name] = group.with_value(rest | {"staff": Node(1, node.place, node.key)})
    made = tuple(name for name in shifts if name not in written)
    if groups == root.section("groups"):
        return Unfolded(root, mistakes, ())
    pairs = root.mapping | {"groups": root.mapping["groups"].with_value(groups)}
    if made:
        pairs["shifts"] = root.mapping["shifts"].with_value(shifts)
    return Unfolded(root.with_value(pairs), mistakes, made)


def _wrong(node: Node, shifts: dict[str, Node], calendar: Calendar | None) -> Iterator[Mistake]:
    yield from by_day.mixed(node)
    if calendar is not None:
        yield from by_day.unmeant(node, calendar.holidays is not None)
        yield from by_day.uncovered(node, calendar.all_days())
    for of_day in node.children():
        if not isinstance(of_day.value, dict):
            text = say("hours.by_day", value=shown(of_day.value))
            yield of_day.place.mistake(text)
        for shift, number in of_day.mapping.items():
            if shift not in shifts:
                yield number.head.mistake(
                    say("names.no_shift", name=shown(shift), hint=nearest(shift, shifts))
                )
            elif "starts" in shifts[shift].mapping:
                yield number.head.mistake(say("hours.plain_shifts", shift=shown(shift)))
    if not any(number.value != 0 for of_day in node.children() for number in of_day.children()):
        yield node.head.mistake(say("hours.nobody"))


def _of_keys(node: Node, shift: str, words: Node, calendar: Calendar) -> Iterator[tuple[str, Node, Node]]:
    """Of a shift each key on which some work it: the key, their number, and the shift with these days."""
    keys = {key.strip().lower(): of_day for key, of_day in node.mapping.items()}
    try:
        base = Shift.model_validate(words.plain())
    except ValidationError:
        base = Shift.model_construct()  # what is wrong with it is told where it stands
    followed = {key: key for key in keys}
    about = [
        calendar.day(calendar.start + datetime.timedelta(days=k))
        for k in range(-AROUND, calendar.days + AROUND)
    ]
    for key, of_day in keys.items():
        number = of_day.mapping.get(shift)
        if number is None or number.value == 0:
            continue
        weekdays = [day for day in base.days if by_day.on_weekday(followed, day) == key]
        comes = {day: _key_of(followed, day, calendar) == key and base.works(day) for day in about}
        also = [day.date for day, there in comes.items() if there and day.weekday not in weekdays]
        but = [day.date for day, there in comes.items() if not there and day.weekday in weekdays]
        days = [WEEKDAYS[day] for day in weekdays] or "none"
        if comes and any(comes.values()):
            yield key, number, _with(words, days=days, also=also, but=but)


def _key_of(followed: dict[str, str], day: Day, calendar: Calendar) -> str:
    """The key that a day in or about the calendar follows."""
    return calendar.value(followed, day.date)


def _with(words: Node, **changed: object) -> Node:
    """The words of a shift with other days; what is empty is left out."""
    kept = {key: child for key, child in words.mapping.items() if key not in changed}
    for key, value in changed.items():
        if value:
            items = [Node(str(one), words.place) for one in value] if isinstance(value, list) else value
            kept[key] = Node(items, words.place, words.key)
    return words.with_value(kept)


def _free_name(name: str, plain: Node, shifts: dict[str, Node]) -> str:
    """The name of a shift that is new: no other shift has it."""
    called, number = name, 1
    while called in shifts and shifts[called].plain() != plain.plain():
        number += 1
        called = f"{name} ({number})"
    return called
