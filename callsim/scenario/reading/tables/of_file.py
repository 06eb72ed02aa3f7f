"""The calls of a table by itself, that no scenario names."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from callsim import units
from callsim.errors import Mistake, ScenarioError, UserError
from callsim.scenario.document import Node, Place
from callsim.scenario.reading.tables import layout
from callsim.scenario.reading.tables.fill import counts, handling_times
from callsim.scenario.reading.tables.spec import Spec, spec_of
from callsim.scenario.reading.tables.table import Table, TooMuch
from callsim.scenario.words.demand import CountsRow
from callsim.sentences import say
from callsim.units import shown


def spec_on_command_line(path: str, words: Mapping[str, str]) -> Spec:
    """What is said of a table on the command line: `words` as a scenario has them, {"sheet": "Week 10"}.

    Raises ScenarioError.
    """
    place, mistakes = Place(say("tables.command_line"), 0, 0), list[Mistake]()

    def node(key: str, text: str) -> Node:
        parts = [part.strip() for part in text.split(",")] if key == "time" else []
        return Node([Node(part, place) for part in parts], place) if parts[1:] else Node(text, place)

    spec = spec_of(
        Node({key: node(key, text) for key, text in {"file": path, **words}.items()}, place), mistakes
    )
    if spec is None:
        raise ScenarioError(mistakes)
    return spec


def counts_in(spec: Spec, queue: str = "") -> tuple[CountsRow, ...]:
    """The calls of the intervals of a file, as `arrivals.counts` has them: (date or None, ms of day, calls).

    `queue`: whose, in a file of several. Raises ScenarioError with all mistakes of the file.
    """
    spec = replace(spec, missing=spec.missing or "zero")  # no field, no row: of hours without calls
    table = Table(spec)
    try:
        rows = () if _asks_whose(table, spec, queue) else counts(table, spec, queue, None)
    except TooMuch:
        rows = ()
    if table.mistakes:
        raise ScenarioError(table.told)
    return rows


def times_in(spec: Spec, queue: str = "") -> dict[tuple[datetime.date | int | None, int], float]:
    """Seconds of the handling times of the intervals of a file, by day and ms of the day; none where nobody
    called. Raises ScenarioError with all mistakes of the file.
    """
    spec = replace(spec, missing=spec.missing or "interpolate")
    table = Table(spec)
    found: dict[tuple[datetime.date | int | None, int], float] = {}
    try:
        means = handling_times(table, spec, queue)
        found = {(day, at): mean for day, of_day in means.items() for at, mean in of_day.items()}
    except TooMuch:
        pass
    if table.mistakes:
        raise ScenarioError(table.told)
    return found


def _asks_whose(table: Table, spec: Spec, queue: str) -> bool:
    """Whether a file is of several queues and none is named, which is noted."""
    if queue or spec.where or not table.rows:
        return False
    layout.tidy(table, {*map(layout.plain, (*layout.CALLS, spec.column, *spec.time)), layout.STARTS[0]})
    column, names = layout.queues_in(table)
    if len(names) > 1:
        some = ", ".join(map(shown, names[:6])) + (", …" if len(names) > 6 else "")
        told = say("tables.whose", column=shown(column), values=some, queue=shown(names[0]))
        table.wrong(table.top, told)
    return len(names) > 1


def length_of(rows: Sequence[CountsRow]) -> int:
    """The length of the intervals of some rows, ms: the shortest way from one to the next.

    Raises UserError where it is none, or does not divide a day.
    """
    moments = [((date.toordinal() if date else 0) * units.DAY_MS + at) for date, at, _ in rows]
    width = min((after - before for before, after in itertools.pairwise(moments)), default=0)
    if not width or units.DAY_MS % width:
        raise UserError(say("tables.no_interval", rows=len(rows), step=units.show_duration(width / 1000)))
    return width
