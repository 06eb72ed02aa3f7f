"""The tables that a scenario names: staff, profiles, counts and measured values, put into the tree."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterable

from callsim import units
from callsim.errors import Mistake
from callsim.scenario.document import Node, Unread
from callsim.scenario.reading.overlay import Steps, is_distribution
from callsim.scenario.reading.tables import across, layout
from callsim.scenario.reading.tables.closed import Closed, closed_hours, never
from callsim.scenario.reading.tables.gaps import complete, day_name
from callsim.scenario.reading.tables.logged_calls import MOST_OF_LOG, logged
from callsim.scenario.reading.tables.mean_times import is_zero, times_of
from callsim.scenario.reading.tables.once import Once
from callsim.scenario.reading.tables.spec import FILE, Spec, spec_of
from callsim.scenario.reading.tables.table import MOST_FIELDS, Cell, Figure, Table, TooMuch
from callsim.scenario.reading.tables.times import Day, has_times, times
from callsim.scenario.words import by_day
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.demand import CountsRow
from callsim.scenario.words.quantities import Seconds
from callsim.sentences import say
from callsim.units import DAY_MS, shown

_ONE_DAY = datetime.timedelta(days=1)


def fill(root: Node, calendar: Calendar | None) -> tuple[Node, list[Mistake], list[str]]:
    """The tree with the contents of its tables in place of their names; what is wrong; what was found out."""
    mistakes: list[Mistake] = []
    of_tables = Once()
    notes: list[str] = []

    def held(path: Steps, spec: Spec) -> object:
        table = Table(spec, MOST_OF_LOG if _names_file(path) == "replay" else MOST_FIELDS)
        try:
            of_queue = path[0] == "queues" and len(path) > 1
            closed = closed_hours(root, str(path[1]), calendar) if of_queue else never
            value = _contents(table, spec, path, calendar, closed)
        except TooMuch:
            value = Unread
        of_tables.add(table)
        if not table.mistakes:
            notes.extend(f"{table.short}: {note}" for note in table.notes)
        return Unread if table.mistakes else value

    def filled(path: Steps, node: Node) -> Node:
        key = _names_file(path)
        if isinstance(node.value, str) and key:
            if FILE.fullmatch(node.value):
                return node.with_value(held(path, Spec(node)))
            if key == "mean":
                return node
            if key == "file" or not re.fullmatch(r"[-+]?\d[\d_]*(\.\d+)?", node.value, re.ASCII):
                mistakes.append(node.place.mistake(_no_file(key, shown(node.value))))
                return node.with_value(Unread)
        elif key == "counts" and len(path) == 4 and any(map(by_day.is_key, node.mapping)):
            return of_days(path, node)
        elif isinstance(node.value, dict) and key and (key == "counts" or "file" in node.mapping):
            return described(path, node, ("exact",) if key == "counts" else ())
        elif isinstance(node.value, dict) and _leads_to_file(path):
            pairs = {key: filled((*path, key), child) for key, child in node.mapping.items()}
            if is_distribution(path[:-1]) and path[-1] == "empirical" and "file" in pairs:
                if "values" in pairs:
                    mistakes.append(pairs["values"].head.mistake(say("tables.values_and_file")))
                pairs["values"] = pairs.pop("file")
            return node.with_value(pairs)
        elif isinstance(node.value, list) and path[:1] == ("queues",) and path[2:] == ("follow_ups",):
            return node.with_value([filled((*path, row), child) for row, child in enumerate(node.value)])
        return node

    def described(path: Steps, node: Node, more: tuple[str, ...]) -> Node:
        """`{file: f.csv, column: Sales}`: what the file holds; of counts, with `exact`, the rows."""
        spec = spec_of(node, mistakes, more)
        value = Unread if spec is None else held(path, spec)
        if value is Unread or not more:
            return node.with_value(value)
        kept = {key: node.mapping[key] for key in more if key in node.mapping}
        return node.with_value({"rows": node.with_value(value), **kept})

    def of_days(path: Steps, node: Node) -> Node:
        """Counts by day: a table for each kind of day, of which each date of the run has its rows."""
        before = len(mistakes)
        mistakes.extend(by_day.mixed(node))
        if len(mistakes) > before:
            return node.with_value(Unread)
        found = {key: filled((*path, key), child) for key, child in node.mapping.items()}
        exact = {key: child.mapping["exact"] for key, child in found.items() if "exact" in child.mapping}
        found |= {key: child.mapping["rows"] for key, child in found.items() if "rows" in child.mapping}
        first, *others = [(key, key in exact and exact[key].value in (True, "yes", "true")) for key in found]
        for key, is_exact in others:
            if is_exact != first[1]:
                place = node.mapping[key].head
                mistakes.append(place.mistake(say("tables.some_exact", key=key, first=first[0])))
        days = calendar.all_days() if calendar else []
        if len(mistakes) == before:
            mistakes.extend(by_day.uncovered(node, days))
        unread = any(child.value is Unread for child in found.values())  # its table says why
        if unread or len(mistakes) > before:
            return node.with_value(Unread)
        rows = {key.strip().lower(): child.value for key, child in found.items()}
        dated = node.with_value(
            tuple(
                (day.date, at, offered)
                for day in days
                for date, at, offered in by_day.on(rows, day) or ()  # type: ignore[attr-defined]
                if date in (None, day.date)
            )
        )
        return node.with_value({"rows": dated, "exact": next(iter(exact.values()))}) if exact else dated

    whole = filled((), root)
    return whole, [*mistakes, *of_tables.told], list(dict.fromkeys(notes))


def _names_file(path: Steps) -> str:
    """The last key of a path where a CSV may be named, else nothing."""
    if len(path) >= 4 and path[0] in ("queues", "menus") and path[2] == "arrivals":
        if len(path) == 4 and path[3] in ("profile", "counts", "replay"):
            return str(path[3])
        if len(path) == 5 and path[3] in ("profile", "counts"):
            return str(path[3])
    if (is_distribution(path[:-2]) and path[-1] == "mean") or (
        is_distribution(path[:-3]) and path[-2] == "mean"
    ):
        return "mean"
    if len(path) in (3, 4) and path[0] == "groups" and path[2] == "staff":
        return "staff"
    if len(path) >= 5 and path[-2:] == ("empirical", "file") and is_distribution(path[:-2]):
        return "file"
    return ""


def _leads_to_file(path: Steps) -> bool:
    if not path or path[0] == "groups":
        return len(path) <= 2 or path[2:] == ("staff",)
    return path[0] in ("queues", "menus") and (
        len(path) <= 2
        or path[2:] in (("arrivals",), ("redial",), ("arrivals", "profile"))
        or (len(path) == 4 and path[2] == "follow_ups")
        or is_distribution(path)
        or is_distribution(path[:-1])
        or (is_distribution(path[:-2]) and path[-1] == "mean")
    )


def _contents(table: Table, spec: Spec, path: Steps, calendar: Calendar | None, closed: Closed) -> object:
    if path[-1] == "replay":
        return logged(table, str(path[1]), calendar)
    if not table.rows:
        return ()
    if path[-1] == "file":
        layout.tidy(table, {"seconds", "value", "values", layout.plain(spec.column)})
        layout.filtered(table, spec.where, "")
        column = layout.value_column(table, spec.column, "", ["values"]) if spec.column else ""
        names = (column,) if column else ("values", "value", "seconds")
        return tuple(map(Seconds, table.single(*names, read=table.number)))
    if path[0] == "groups":
        grid = DAY_MS // calendar.intervals if calendar else None
        found = _spread(table, spec, str(path[1]), layout.STAFF, table.people, lambda _: grid, calendar)
        if isinstance(found, list):
            return tuple(found)
        if any(day is not None for day in found) and len(path) > 3:
            table.wrong(table.top, say("tables.hours_of_day"))
        return _by_day(table, found, calendar, round)
    if "mean" in path[-2:]:
        grid = DAY_MS // calendar.intervals if calendar else None
        means = _spread(
            table,
            spec,
            str(path[1]),
            layout.TIMES,
            times_of(table, spec.unit),
            lambda _: grid,
            calendar,
            closed,
            str(path[2]),
        )
        if isinstance(means, list):
            return tuple(map(Seconds, means))
        if any(day is not None for day in means) and path[-1] != "mean":
            table.wrong(table.top, say("tables.means_of_day"))
        return _by_day(table, means, calendar, Seconds)
    if "profile" in path[-2:]:
        weights = _spread(table, spec, "", layout.WEIGHTS, table.number, _own_grid, calendar)
        if isinstance(weights, list):
            return tuple(weights)
        if any(day is not None for day in weights) and path[-1] != "profile":
            table.wrong(table.top, say("tables.profile"))
        return _by_day(table, weights, calendar, float)
    return counts(table, spec, str(path[1]), calendar, closed)


def handling_times(table: Table, spec: Spec, queue: str) -> dict[Day, dict[int, float]]:
    """Seconds of the handling times in a table by day and ms of the day, of the intervals that have one."""
    read = times_of(table, spec.unit)
    found = _spread(table, spec, queue, layout.TIMES, read, lambda _: None, None, prefer="aht")
    return {} if isinstance(found, list) else found


def _no_file(key: str, value: str) -> str:
    """What is wrong with a text under a key where a file's name, a list or a number could stand."""
    if key in ("file", "counts", "replay"):
        return say("tables.no_file", value=value, key=key)
    if key == "staff":
        return say("tables.no_number", value=value, key=key)
    return say("tables.no_list", value=value, key=key)


def _spread(
    table: Table,
    spec: Spec,
    name: str,
    names: list[str],
    read: Callable[[Cell], Figure],
    grid_of: Callable[[list[int]], int | None],
    calendar: Calendar | None,
    closed: Closed = never,
    prefer: str = "",
) -> list[Figure] | dict[Day, dict[int, Figure]]:
    """One number per interval, by day where the rows have one: {day: {ms of the day: number}}; row by row
    where they have no times at all.

    `name`: the queue's or group's, as a column may be called; `names`: what else it may be called.
    """
    layout.tidy(table, {*map(layout.plain, (*names, name, spec.column, *spec.time)), layout.STARTS[0]})
    layout.filtered(table, spec.where, name if names in (layout.CALLS, layout.TIMES) else "")
    if table.mistakes:
        return []

    steps = DAY_MS // calendar.intervals if calendar else None

    def is_hole(cell: Cell, day: Day, at: int) -> bool:
        is_empty = not cell.text or (names is layout.TIMES and is_zero(cell.text))
        return is_empty and (bool(spec.missing) or bool(steps and closed(day, at, at + steps)))

    named = {} if spec.column else across.headings(table, {layout.plain(name) or names[0], *names})
    if table.mistakes:
        return []
    if named:
        values = across.values(table, spec, calendar, named)
        found = [(one.heading, one.day, one.at, one.cell) for one in values]
    elif names is not layout.CALLS and not has_times(table, spec) and "interval_start" not in table.head:
        if spec.column:
            name = layout.value_column(table, spec.column, "", names)
            return table.single(name, read=read) if name else []
        alike = [one for one in table.head if layout.is_called(one, names)]
        return table.single(*(alike[:1] or names[:2]), read=read)
    else:
        column = layout.value_column(table, spec.column, name, names, prefer)
        if not column:
            return []
        cells = {cell.row: cell for (cell,) in table.columns(column)}
        found = [
            (cell, day, at, cells.pop(index))
            for index, cell, day, at in times(table, spec, calendar, steps)
            if index in cells
        ]
        for cell in cells.values():  # of rows whose time is wrong; what they hold may be, too
            if cell.text:
                read(cell)
    rows = [(at, day, ms, read(cell)) for at, day, ms, cell in found if not is_hole(cell, day, ms)]
    starts = sorted({at for _, _, at, _ in rows})
    grid = grid_of(starts)
    finer = _finer(starts, grid) if names is layout.CALLS else None
    wide, grid = grid, finer or grid
    spread: dict[Day, dict[int, Figure]] = {}
    for cell, day, at, number in rows:
        if grid and at % grid:
            text, length = shown(cell.text), units.show_duration(grid / 1000)
            table.wrong(
                cell,
                say("tables.off_calendar", text=text, length=length)
                if names is layout.CALLS
                else say("tables.off_grid", text=text, length=length),
            )
        elif at in spread.get(day, ()):
            table.wrong(cell, say("tables.twice", value=shown(cell.text)))
        elif spread and (next(iter(spread)) is None) != (day is None):
            table.wrong(cell, say("tables.some_dates"))
        else:
            spread.setdefault(day, {})[at] = number
    if grid and not table.mistakes:
        complete(table, spec, spread, grid, calendar, closed, names is layout.TIMES)
    if finer and wide and not table.mistakes:
        table.notes.append(
            say(
                "tables.added_up",
                rows=units.show_duration(finer / 1000),
                interval=units.show_duration(wide / 1000),
            )
        )
        return {day: _added_up(of_day, wide) for day, of_day in spread.items()}
    return spread


def _finer(starts: list[int], grid: int | None) -> int | None:
    """The step of a file whose rows are parts of the intervals of the grid; None where they are not."""
    own = _own_grid(starts) if starts and grid else None
    if not own or not grid or own >= grid or grid % own or any(at % own for at in starts):
        return None
    return own


def _added_up(of_day: dict[int, Figure], grid: int) -> dict[int, Figure]:
    """Calls of the intervals of a coarser grid."""
    found: dict[int, Figure] = {}
    for at, number in of_day.items():
        found[at - at % grid] = found.get(at - at % grid, 0) + number
    return found


def _by_day(
    table: Table,
    spread: dict[Day, dict[int, Figure]],
    calendar: Calendar | None,
    kept_as: Callable[[float], float],
) -> object:
    """Staff or means as a scenario has them: one list, or one for each date or weekday."""
    lists = {day: tuple(kept_as(number) for _, number in sorted(of.items())) for day, of in spread.items()}
    if None in lists:
        return lists[None]
    ends = calendar.start + calendar.days * _ONE_DAY if calendar else None
    kept = {
        day_name(day): Node(numbers, table.top)
        for day, numbers in lists.items()
        if not (calendar and ends and isinstance(day, datetime.date) and not calendar.start <= day < ends)
    }
    return kept


def _own_grid(starts: list[int]) -> int | None:
    """The step from row to row of a file that may have its own: the most common one that divides the day."""
    steps = [after - before for before, after in itertools.pairwise([*starts, units.DAY_MS])]
    whole = [step for step in steps if units.DAY_MS % step == 0]
    if whole or not starts:
        return max(whole, key=whole.count, default=None)
    return units.DAY_MS // len(starts) if units.DAY_MS % len(starts) == 0 else units.DAY_MS


def counts(
    table: Table, spec: Spec, queue: str, calendar: Calendar | None, closed: Closed = never
) -> tuple[CountsRow, ...]:
    """Mean calls by date and the start of their interval; those of weekdays on each date of the run."""
    grid = DAY_MS // calendar.intervals if calendar else None
    found = _spread(table, spec, queue, layout.CALLS, table.number, lambda _: grid, calendar, closed)
    if isinstance(found, list):
        return ()
    if calendar is None and any(isinstance(day, int) for day in found):
        table.wrong(table.top, say("tables.no_calendar", file=table.short))
        return ()
    rows: list[CountsRow] = []
    for day, of_day in found.items():
        dates: Iterable[datetime.date | None] = [None if isinstance(day, int) else day]
        if isinstance(day, int) and calendar:
            dates = [one.date for one in calendar.all_days() if one.weekday == day]
        rows += [(date, at, float(count)) for date in dates for at, count in of_day.items()]
    return tuple(sorted(rows, key=lambda row: (row[0] or datetime.date.min, row[1])))
