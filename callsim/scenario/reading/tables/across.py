"""Tables whose intervals stand across the columns: a row for each day, a column for each interval."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from callsim import units
from callsim.scenario.reading.tables.layout import clock_names, is_total_name, plain
from callsim.scenario.reading.tables.moments import Moment
from callsim.scenario.reading.tables.spec import Spec
from callsim.scenario.reading.tables.table import Cell, Table
from callsim.scenario.reading.tables.times import Day, days_of_rows
from callsim.scenario.words.calendar import Calendar
from callsim.sentences import say
from callsim.units import DAY_MS, HOUR_MS, MINUTE_MS, shown

_FEWEST_NUMBERS = 6  # columns named by numbers that may be hours
_NOON_MS = DAY_MS // 2


class Value(NamedTuple):
    """A field with a number, and when it is."""

    cell: Cell
    heading: Cell
    day: Day
    at: int  # ms of the day


def headings(table: Table, names: Collection[str]) -> dict[int, Moment]:
    """The clock times that name columns, by column; none where too few do.

    `names`: what a column with all values may be called; one beside the times is a mistake, and so are
    numbers for times, where there is no such column.
    """
    found = clock_names(table.rows[0]) if table.rows else {}
    others = [name for name in table.head if plain(name) in names]
    if found and others:
        text = say(
            "tables.across_or_column",
            column=shown(others[0]),
            first=table.rows[0][min(found)],
            file=table.short,
            key=others[0],
        )
        table.wrong(table.top, text)
    elif not found and not others and (odd := _numbers(table)):
        text = say("tables.numbers_across", first=odd[0], second=odd[1])
        table.wrong(Cell(table, 0, table.head.index(odd[0])), text)
    return found


def _numbers(table: Table) -> list[str]:
    """Names of columns that are whole numbers in a row; none where they are too few."""
    names = [name for name in table.head if name.isascii() and name.isdigit() and len(name) <= 4]
    if len(names) < _FEWEST_NUMBERS or any(int(a) >= int(b) for a, b in itertools.pairwise(names)):
        return []
    return names


def values(table: Table, spec: Spec, calendar: Calendar | None, named: dict[int, Moment]) -> list[Value]:
    """The fields below clock times, row by row. `named`: as `headings` tells. What is wrong is noted."""
    starts = _starts(table, named)
    if table.mistakes:
        return []
    days = days_of_rows(table, spec, calendar, set(named))
    if table.mistakes:
        return []
    table.same = tuple(named)
    found = []
    seen: set[Day] = set()
    for cells in table.columns(*(table.head[column] for column in named)):
        where, day = days[cells[0].row]
        if day in seen:
            told = shown(where.text) if day is not None else say("tables.no_day_in_row")
            text = say("tables.day_twice", day=told, file=table.short)
            table.wrong(where, text)
            continue
        seen.add(day)
        found += [
            Value(cell, Cell(table, 0, cell.column), day, at) for cell, at in zip(cells, starts, strict=True)
        ]
    names = [table.rows[0][column] for column in (min(named), max(named))]
    table.notes.append(say("tables.across", first=names[0], last=names[1]))
    for name in filter(is_total_name, table.rows[0]):
        table.notes.append(say("tables.total_column", column=shown(name)))
    return found


def _starts(table: Table, named: dict[int, Moment]) -> list[int]:
    """When the interval of each column begins, ms of the day. Noted: what can be read in two ways."""
    at = [said.at or 0 for said in named.values()]
    step = Counter(abs(after - before) for before, after in itertools.pairwise(at)).most_common(1)[0][0]
    columns = list(named)
    ends = step > 0 and at[0] == step and at[-1] in (0, DAY_MS)
    if ends and not any(said.until is not None for said in named.values()):
        last = "24:00" if at[-1] else "00:00"
        table.notes.append(say("tables.ends_of_intervals", first=units.show_clock(step), last=last))
        at = [(ms or DAY_MS) - step for ms in at]
    for place, (column, (before, after)) in enumerate(
        zip(columns[1:], itertools.pairwise(at), strict=True), start=1
    ):
        if after <= before:
            name, other = (shown(table.rows[0][one]) for one in (column, columns[place - 1]))
            table.wrong(Cell(table, 0, column), say("tables.not_after", name=name, before=other))
            return at
    names = [table.rows[0][column] for column in columns]
    if at[0] == HOUR_MS and _NOON_MS <= at[-1] < _NOON_MS + HOUR_MS and not any(map(_says_half, names)):
        text = say("tables.half_of_day", first=shown(names[0]), last=shown(names[-1]))
        table.wrong(Cell(table, 0, columns[0]), text)
    for column, ms in zip(columns, at, strict=True):
        until = named[column].until
        heading = Cell(table, 0, column)
        if ms == DAY_MS:
            table.wrong(heading, say("units.not_on_the_clock", value="24:00", last="23:59"))
        elif until is not None and (until - ms) % DAY_MS not in (step % DAY_MS, step - MINUTE_MS):
            apart = units.show_duration(step / 1000)
            table.wrong(heading, say("tables.not_as_long", name=shown(heading.text), length=apart))
    return at


def _says_half(name: str) -> bool:
    """Whether a clock time says which half of the day it is of, as 01:00 and 1:00 AM do."""
    return name[:1] == "0" or bool(re.search(r"[ap]\.?\s?m|上午|下午", name.casefold()))
