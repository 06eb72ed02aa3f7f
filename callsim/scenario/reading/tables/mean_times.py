"""Handling times in tables: seconds, clocks such as 0:03:45, or durations with a unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from statistics import median

from callsim import units
from callsim.scenario.reading.tables import layout
from callsim.scenario.reading.tables.table import Cell, Table
from callsim.sentences import say
from callsim.units import shown

_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:\.0+)?)?", re.ASCII)
_SECONDS = {"s": 1.0, "ms": 0.001, "min": 60.0}
_BARE = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)
_FEW_S = 20.0
"""Means of less are hardly seconds of a call, and often minutes: 4.5. Seconds after a call may be as few."""


def times_of(table: Table, told: str) -> Callable[[Cell], float]:
    """What reads the cells of a table as seconds; see `mean_time`.

    `told`: the unit that the scenario tells, one of `spec.UNITS`, or nothing. Else a column's name tells it,
    which is noted; where neither does, small numbers without a unit are a mistake, one for the column.
    """
    units_of: dict[int, str] = {}

    def seconds(cell: Cell) -> float:
        if cell.column not in units_of:
            units_of[cell.column] = told or _unit_of(table, cell)
        return mean_time(table, cell, units_of[cell.column])

    return seconds


def _unit_of(table: Table, cell: Cell) -> str:
    """The unit that the name of a column of times tells, which is noted; nothing where it tells none."""
    name = table.rows[0][cell.column]
    unit = layout.unit_in(name)[1]
    if unit not in ("", "s"):
        note = say("tables.unit", column=shown(name), unit=unit)
        table.notes.extend([note] * (note not in table.notes))
    elif not unit and layout.bare_time(name) not in layout.TIMES_OF["wrap"]:
        some = [row[cell.column] for row in table.rows[1:] if cell.column < len(row)]
        bare = [value for text in some if _BARE.fullmatch(text) and (value := float(text.replace(",", ".")))]
        if bare and median(bare) < _FEW_S and 2 * len(bare) > sum(map(bool, some)) - some.count("0"):
            text = shown(str(cell.text))
            told = say("tables.seconds_or_minutes", column=shown(name), value=text, file=table.short)
            table.wrong(cell, told)
    return unit


def is_zero(text: str) -> bool:
    """Whether a cell says that there was no time at all: nobody called."""
    return bool(re.fullmatch(r"0*[.,:0]*0", text, re.ASCII))


def mean_time(table: Table, cell: Cell, unit: str) -> float:
    """Seconds of a cell, more than none. What is wrong with it is noted.

    `unit`: one of `spec.UNITS`, or nothing where neither the scenario nor the column's name tells one.
    """
    text = str(cell.text)
    if clock := _CLOCK.fullmatch(text):
        first, second = int(clock[1]), int(clock[2])
        if clock[3] is not None:
            seconds = first * 3600.0 + second * 60 + int(clock[3])
        elif unit in ("m:ss", "min"):
            seconds = first * 60.0 + second
        elif unit == "h:mm":
            seconds = first * 3600.0 + second * 60
        else:
            if not table.mistakes:  # one for all clocks of the column
                column = shown(table.rows[0][cell.column])
                table.wrong(
                    cell, say("tables.clock_or_duration", column=column, value=text, file=table.short)
                )
            return 0.0
    else:
        try:
            seconds = units.duration(text)
        except units.UnitError:
            seconds = table.number(cell) * _SECONDS.get(unit, 1.0)
            if table.mistakes:
                return seconds
    if seconds == 0:
        table.wrong(
            cell,
            say("tables.no_mean", value=shown(text), file=table.short),
        )
    return seconds
