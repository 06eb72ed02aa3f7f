"""The calls of a table by itself, that no scenario names."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from callsim import units
from callsim.errors import ScenarioError, UserError
from callsim.scenario.document import Node, Place
from callsim.scenario.reading.tables.fill import counts
from callsim.scenario.reading.tables.spec import Spec
from callsim.scenario.reading.tables.table import Table, TooMuch
from callsim.scenario.words.demand import CountsRow
from callsim.sentences import say


def counts_in(path: str) -> tuple[CountsRow, ...]:
    """The calls of the intervals of a file, as `arrivals.counts` has them: (date or None, ms of day, calls).

    Raises ScenarioError with all mistakes of the file.
    """
    spec = Spec(Node(path, Place(say("tables.command_line"), 0, 0)))
    table = Table(spec)
    try:
        rows = counts(table, spec, "", None)
    except TooMuch:
        rows = ()
    if table.mistakes:
        raise ScenarioError(table.told)
    return rows


def length_of(rows: Sequence[CountsRow]) -> int:
    """The length of the intervals of some rows, ms: the shortest way from one to the next.

    Raises UserError where it is none, or does not divide a day.
    """
    moments = [((date.toordinal() if date else 0) * units.DAY_MS + at) for date, at, _ in rows]
    width = min((after - before for before, after in itertools.pairwise(moments)), default=0)
    if not width or units.DAY_MS % width:
        raise UserError(say("tables.no_interval", rows=len(rows), step=units.show_duration(width / 1000)))
    return width
