"""Handling times in tables: seconds, clocks such as 0:03:45, or durations with a unit."""

from __future__ import annotations

import re

from callsim import units
from callsim.scenario.reading.tables.table import Cell, Table
from callsim.sentences import say
from callsim.units import shown

_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:\.0+)?)?", re.ASCII)


def is_zero(text: str) -> bool:
    """Whether a cell says that there was no time at all: nobody called."""
    return bool(re.fullmatch(r"0*[.,:0]*0", text, re.ASCII))


def mean_time(table: Table, cell: Cell) -> float:
    """Seconds of a cell, more than none. What is wrong with it is noted."""
    text = str(cell.text)
    if clock := _CLOCK.fullmatch(text):
        if clock[3] is None:
            whole = f"0:{int(clock[1]):02d}:{clock[2]}"
            table.wrong(cell, say("tables.clock_or_duration", value=text, clock=whole))
            return 0.0
        seconds = int(clock[1]) * 3600.0 + int(clock[2]) * 60 + int(clock[3])
    else:
        try:
            seconds = units.duration(text)
        except units.UnitError:
            seconds = table.number(cell)
            if table.mistakes:
                return seconds
    if seconds == 0:
        table.wrong(
            cell,
            say("tables.no_mean", value=shown(text), file=table.short),
        )
    return seconds
