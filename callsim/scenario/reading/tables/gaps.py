"""Intervals of a table without a row: mistakes, or filled as the scenario says."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from callsim import units
from callsim.scenario.document import Place
from callsim.scenario.reading.tables.closed import Closed, never
from callsim.scenario.reading.tables.spec import Spec
from callsim.scenario.reading.tables.table import Figure, Table
from callsim.scenario.reading.tables.times import Day
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.scenario.words.calendar import Calendar
from callsim.sentences import say
from callsim.units import DAY_MS

_ONE_DAY = datetime.timedelta(days=1)


def complete(
    table: Table,
    spec: Spec,
    spread: dict[Day, dict[int, Figure]],
    grid: int,
    calendar: Calendar | None,
    closed: Closed,
    are_times: bool,
) -> None:
    """Reports the intervals that have no row, or fills them as the scenario says.

    Those in which the queue is closed need none: nobody calls then, and a time is that of the hours beside
    it. `are_times`: whether the values are means of times.
    """
    days: list[Day] = sorted(spread, key=str)
    if calendar and any(isinstance(day, datetime.date) for day in days):
        days = [calendar.start + day * _ONE_DAY for day in range(calendar.days)]
    elif calendar and any(isinstance(day, int) for day in days):
        days = list(dict.fromkeys(day.weekday for day in calendar.all_days()))
    missing = [(day, at) for day in days for at in range(0, DAY_MS, grid) if at not in spread.get(day, {})]
    needed = [(day, at) for day, at in missing if not closed(day, at, at + grid)]
    if (needed and not spec.missing) or (missing and not spread):
        word = "interpolate" if are_times else "zero"
        if closed is never:
            how = say("tables.none_then", file=table.short, how=word)
        else:
            how = say("tables.none_while_open", file=table.short, how=word)
        _refuse(table, (f"{day_name(day)} {units.show_clock(at)}".strip() for day, at in needed), how)
    elif missing:
        table.notes.append(
            say("tables.filled", count=len(missing), how=spec.missing or say("tables.closed_then"))
        )
        usual = spread.get(None) or next(iter(spread.values()))
        for day, at in missing:
            of_day = spread.setdefault(day, {})
            between = are_times or spec.missing == "interpolate"
            of_day[at] = _between(of_day or usual, at) if between else 0  # type: ignore[assignment]


def _refuse(table: Table, missing: Iterable[str], instead: str) -> None:
    """Notes the intervals that have no row. `instead`: what to write where that is right."""
    first, *others = missing
    text = say("tables.missing", first=first, instead=instead)
    more = say("tables.missing_more", first=first, more=len(others), instead=instead)
    table.wrong(Place(table.file, 1, 1), more if others else text)


def _between(of_day: dict[int, Figure], at: int) -> float:
    """A value between its neighbours of the day; at the ends of the day that of the nearest."""
    before = max((one for one in of_day if one < at), default=None)
    after = min((one for one in of_day if one > at), default=None)
    if before is None or after is None:
        only = after if before is None else before
        return 0 if only is None else of_day[only]
    part = (at - before) / (after - before)
    return of_day[before] + (of_day[after] - of_day[before]) * part


def day_name(day: Day) -> str:
    """A date or weekday as a scenario writes it; nothing where it is every day."""
    return "" if day is None else WEEKDAYS[day] if isinstance(day, int) else str(day)
