"""Handling times in tables: seconds, clocks such as 0:03:45, or durations with a unit."""

from __future__ import annotations

import re

from callsim import units
from callsim.scenario.reading.tables.table import Cell, Table
from callsim.sentences import say
from callsim.units import shown

_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:\.0+)?)?", re.ASCII)
_SECONDS = {"s": 1.0, "ms": 0.001, "min": 60.0}


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
