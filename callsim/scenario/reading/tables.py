"""The CSV files that a scenario names: staff, profiles, counts and measured values, put into the tree."""

from __future__ import annotations

import datetime
import difflib
import itertools
import re
from collections.abc import Callable, Sequence

from callsim import units
from callsim.errors import Mistake, ScenarioError, UserError
from callsim.scenario.document import Node, Place, Unread
from callsim.scenario.reading.csv_file import MOST_FIELDS, Cell, Figure, Table, TooMuch, has
from callsim.scenario.reading.logged_calls import MOST_OF_LOG, logged
from callsim.scenario.reading.overlay import Steps, is_distribution
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.demand import CountsRow
from callsim.scenario.words.mistakes import nearest
from callsim.scenario.words.quantities import Seconds
from callsim.units import shown

_FILE = re.compile(r".+\.(csv|tsv|txt)", re.IGNORECASE | re.DOTALL)


def fill(root: Node, calendar: Calendar | None) -> tuple[Node, list[Mistake]]:
    """The tree with the contents of its CSV files in place of their names."""
    mistakes: list[Mistake] = []

    def held(path: Steps, node: Node) -> object:
        table = Table(node, MOST_OF_LOG if _names_file(path) == "replay" else MOST_FIELDS)
        try:
            value = _contents(table, path, calendar)
        except TooMuch:
            value = Unread
        mistakes.extend(table.told)
        return Unread if table.mistakes else value

    def filled(path: Steps, node: Node) -> Node:
        if isinstance(node.value, str) and (key := _names_file(path)):
            if _FILE.fullmatch(node.value):
                return node.with_value(held(path, node))
            if key == "file" or not re.fullmatch(r"[-+]?\d[\d_]*(\.\d+)?", node.value, re.ASCII):
                wanted = {"file": "", "counts": "", "replay": "", "staff": "a number nor "}.get(
                    key, "a list nor "
                )
                text = f"neither {wanted}" if wanted else "not "
                mistakes.append(
                    node.place.mistake(
                        f"{shown(node.value)} is {text}the name of a CSV file, such as {key}.csv"
                    )
                )
                return node.with_value(Unread)
        elif isinstance(node.value, dict) and _names_file(path) == "counts":
            return counted(path, node)
        elif isinstance(node.value, dict) and _leads_to_file(path):
            pairs = {key: filled((*path, key), child) for key, child in node.mapping.items()}
            if is_distribution(path[:-1]) and path[-1] == "empirical" and "file" in pairs:
                if "values" in pairs:
                    mistakes.append(
                        pairs["values"].head.mistake("values does not go with file; write one of them")
                    )
                pairs["values"] = pairs.pop("file")
            return node.with_value(pairs)
        return node

    def counted(path: Steps, node: Node) -> Node:
        """`{file: f.csv, exact: true}`: the rows in the place of the file's name."""
        for key, child in node.mapping.items():
            if key not in ("file", "exact"):
                hint = nearest(key, ("file", "exact"))
                mistakes.append(child.head.mistake(f"unknown key {shown(key)}{hint}"))
        named = node.mapping.get("file")
        if named is None or not isinstance(named.value, str):
            at = node.place if named is None else named.place
            mistakes.append(at.mistake("write {file: counts.csv, exact: true}: the name of a CSV file"))
            return node.with_value(Unread)
        rows = filled(path, named)
        if rows.value is Unread:
            return node.with_value(Unread)
        exact = {"exact": node.mapping["exact"]} if "exact" in node.mapping else {}
        return node.with_value({"rows": rows, **exact})

    return filled((), root), mistakes


def counts_in(path: str) -> tuple[CountsRow, ...]:
    """The calls of the intervals of a file, as `arrivals.counts` has them: (date or None, ms of day, calls).

    Raises ScenarioError with all mistakes of the file.
    """
    table = Table(Node(path, Place("the command line", 0, 0)))
    try:
        rows = _counts(table, None)
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
        raise UserError(
            f"the rows of this table do not tell how long an interval is: {len(rows)} here, and the shortest "
            f"way from one to the next is {units.show_duration(width / 1000)}; write a row for each interval "
            "of a day"
        )
    return width


def _names_file(path: Steps) -> str:
    """The last key of a path where a CSV may be named, else nothing."""
    if (
        len(path) == 4
        and path[0] == "queues"
        and path[2] == "arrivals"
        and path[3] in ("profile", "counts", "replay")
    ):
        return str(path[3])
    if len(path) in (3, 4) and path[0] == "groups" and path[2] == "staff":
        return "staff"
    if len(path) >= 5 and path[-2:] == ("empirical", "file") and is_distribution(path[:-2]):
        return "file"
    return ""


def _leads_to_file(path: Steps) -> bool:
    if not path or path[0] == "groups":
        return len(path) <= 2 or path[2:] == ("staff",)
    return path[0] == "queues" and (
        len(path) <= 2
        or path[2:] in (("arrivals",), ("redial",))
        or is_distribution(path)
        or (is_distribution(path[:-1]) and path[-1] == "empirical")
    )


def _contents(table: Table, path: Steps, calendar: Calendar | None) -> object:
    if path[0] == "groups":
        grid = units.DAY_MS // calendar.intervals if calendar else None
        return tuple(_of_the_day(table, ("staff", "agents"), table.people, lambda _: grid))
    if path[-1] == "profile":
        return tuple(_of_the_day(table, ("profile", "weight"), table.number, _own_grid))
    if path[-1] == "replay":
        return logged(table, str(path[1]), calendar)
    if path[-1] == "file":
        return tuple(map(Seconds, table.single("values", "value", "seconds", read=table.number)))
    return _counts(table, calendar)


def _of_the_day(
    table: Table,
    names: tuple[str, ...],
    read: Callable[[Cell], Figure],
    grid_of: Callable[[list[int]], int | None],
) -> list[Figure]:
    """One number per interval of the day: by `interval_start` if there is such a column, else row by row."""
    head = table.head
    if "interval_start" not in head:
        # Times under another name would silently count for nothing.
        if alike := difflib.get_close_matches("interval_start", head, n=1, cutoff=0.85):
            table.wrong(table.top, f"unknown column {shown(alike[0])}; did you mean interval_start?")
            return []
        return table.single(*names, read=read)
    name = table.headed(*names)
    if not name:
        table.wrong(table.top, f"no column is called {' or '.join(names)}{has(head)}")
        return []
    rows = []
    for start, cell in table.columns("interval_start", name):
        try:
            at = units.clock(start.text)
        except units.UnitError as error:
            table.wrong(start, str(error))
            read(cell)
        else:
            rows.append((at, start, read(cell)))
    grid = grid_of(sorted({at for at, _, _ in rows}))
    found: dict[int, Figure] = {}
    for at, start, number in rows:
        if grid and at % grid:
            text = f"{shown(start.text)} is not on the grid of {units.show_duration(grid / 1000)}"
            table.wrong(start, text)
        elif at in found:
            table.wrong(start, f"{shown(start.text)} is there twice")
        else:
            found[at] = number
    if grid and not table.mistakes:
        table.complete(units.show_clock(at) for at in range(0, units.DAY_MS, grid) if at not in found)
    return [number for _, number in sorted(found.items())]


def _own_grid(starts: list[int]) -> int | None:
    """The step from row to row of a file that may have its own: the most common one that divides the day."""
    steps = [after - before for before, after in itertools.pairwise([*starts, units.DAY_MS])]
    whole = [step for step in steps if units.DAY_MS % step == 0]
    if whole or not starts:
        return max(whole, key=whole.count, default=None)
    return units.DAY_MS // len(starts) if units.DAY_MS % len(starts) == 0 else units.DAY_MS


def _counts(table: Table, calendar: Calendar | None) -> tuple[CountsRow, ...]:
    """Mean calls by the start of their interval: every interval of the calendar's grid exactly once."""
    found: dict[tuple[datetime.date | None, int], float] = {}
    grid = calendar and units.DAY_MS // calendar.intervals
    for start, offered in table.columns("interval_start", "offered"):
        count, moment = table.number(offered), _moment(start.text)
        if moment is None:
            text = f"{shown(start.text)} is neither HH:MM nor a date and time such as 2024-01-31T09:30"
            table.wrong(start, text)
        elif grid and moment[1] % grid:
            grid_text = units.show_duration(grid / 1000)
            table.wrong(start, f"{shown(start.text)} is not on the calendar's grid of {grid_text}")
        elif moment in found:
            table.wrong(start, f"{shown(start.text)} is there twice")
        elif found and (next(iter(found))[0] is None) != (moment[0] is None):
            table.wrong(start, "some rows have a date and some have none; write all of them alike")
        else:
            found[moment] = count
    if calendar and grid and not table.mistakes:
        dated = next(iter(found))[0] is not None
        one = datetime.timedelta(days=1)
        dates = [
            calendar.start + day * one if dated else None for day in range(calendar.days if dated else 1)
        ]
        table.complete(
            f"{date} {units.show_clock(at)}" if date else units.show_clock(at)
            for date in dates
            for at in range(0, units.DAY_MS, grid)
            if (date, at) not in found
        )
    return tuple((date, at, count) for (date, at), count in sorted(found.items(), key=_by_time))


def _by_time(row: tuple[tuple[datetime.date | None, int], float]) -> tuple[datetime.date, int]:
    (date, at), _ = row
    return date or datetime.date.min, at


def _moment(text: str) -> tuple[datetime.date | None, int] | None:
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text, re.ASCII):
            return None, units.clock(text)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.0+)?)?", text, re.ASCII):
            return None
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.date(), ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1000
