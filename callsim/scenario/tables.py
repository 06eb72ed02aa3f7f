"""The CSV files that a scenario names: staff, profiles, counts and measured values, put into the tree."""

from __future__ import annotations

import csv
import datetime
import difflib
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from callsim import units
from callsim.errors import Mistake, ScenarioError
from callsim.scenario.calendar import Calendar
from callsim.scenario.document import Node, Place, Unread, read_text
from callsim.scenario.overlay import Steps, is_distribution
from callsim.scenario.quantities import MOST_PEOPLE, Seconds
from callsim.units import shown

# A file that is refused costs at most 3 s and 300 MB, whatever it holds.
LARGEST_BYTES = 20_000_000
MOST_CELLS = 250_000
MOST_WRONG = 10_000  # mistakes, after which no more are looked for
LONGEST_LINE = 100_000  # characters
_LISTED = 3  # mistakes of a kind in one file
_NUMBER = re.compile(r"\d+")
_DECIMAL = re.compile(r"[-+]?\d*\.\d+", re.ASCII)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FILE = re.compile(r".+\.(csv|tsv|txt)", re.IGNORECASE | re.DOTALL)

Figure = TypeVar("Figure", int, float)


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a CSV and where it stands."""

    text: str
    file: str
    line: int
    column: int
    index: int  # of its column

    @property
    def place(self) -> Place:
        return Place(self.file, self.line, self.column)


class _TooMuch(Exception):
    """A table larger than any that is meant."""

    def __init__(self, place: Place, text: str):
        super().__init__(text)
        self.place = place


class Table:
    """A CSV's rows, and the mistakes found in them."""

    def __init__(self, named: Node):
        at = named.place
        self._named = "this file is named at " + (f"{at.file}:{at.line}:{at.column}" if at.line else at.file)
        self.file = str(named.place.folder / str(named.value))
        self.mistakes: list[Mistake] = []
        self._alike: dict[str, list[int]] = {}
        self._more: Counter[int] = Counter()
        self._found = 0
        self.rows: list[list[Cell]] = []
        self._with_point: set[int] = set()  # columns in which a point can only be a decimal one
        try:
            text = read_text(self.file, LARGEST_BYTES)
        except ScenarioError as error:
            first = error.mistakes[0]
            if first.line:
                self.wrong(Place(self.file, first.line, first.column), first.text)
            else:
                self.mistakes.append(named.place.mistake(f"{shown(named.value)}: {first.text}"))
            return
        try:
            self.rows = list(self._read(text))
        except csv.Error:
            self.wrong(Place(self.file, 1, 1), "this is not a CSV file")
        except _TooMuch as error:
            self.rows = []
            self.wrong(error.place, str(error))
        if not self.rows and not self.mistakes:
            self.wrong(Place(self.file, 1, 1), "the file is empty")

    def _read(self, text: str) -> Iterator[list[Cell]]:
        head, start = text.lstrip().split("\n", 1)[0], text[:4096]
        mark = next((mark for where in (head, start) for mark in "\t;," if mark in where), ",")
        reader = csv.reader(self._lines(text), delimiter=mark, skipinitialspace=True)
        many = 0
        for fields in reader:
            column, cells = 1, []
            many += max(len(fields), 1)
            if many > MOST_CELLS:
                place = Place(self.file, reader.line_num, 1)
                raise _TooMuch(
                    place, f"more than {MOST_CELLS:,} fields; keep what is needed, or a sample of it"
                )
            for index, field in enumerate(fields):
                cell = Cell(field.strip(), self.file, reader.line_num, column, index)
                if _DECIMAL.fullmatch(cell.text) and not units.Pointed.fits(cell.text):
                    self._with_point.add(index)
                cells.append(cell)
                column += len(field) + 1
            if any(cell.text for cell in cells):
                yield cells

    def _lines(self, text: str) -> Iterator[str]:
        """The lines, one at a time; no list of them is made."""
        for number, match in enumerate(_LINE.finditer(text), start=1):
            if match.end() - match.start() > LONGEST_LINE:
                place = Place(self.file, number, 1)
                raise _TooMuch(place, f"this line has more than {LONGEST_LINE:,} characters: is it a table?")
            yield match[0]

    def wrong(self, at: Cell | Place, text: str) -> None:
        """Notes a mistake; of many that differ only in what the cell holds the third counts the others."""
        self._found += 1
        if self._found > MOST_WRONG:
            raise _TooMuch(Place(self.file, 1, 1), f"more than {MOST_WRONG:,} mistakes")
        place, kind = (at.place, text.replace(shown(at.text), "")) if isinstance(at, Cell) else (at, text)
        alike = self._alike.setdefault(_NUMBER.sub("", kind), [])
        if len(alike) < _LISTED:
            alike.append(len(self.mistakes))
            self.mistakes.append(place.mistake(f"{text} ({self._named})"))
        else:
            self._more[alike[-1]] += 1

    @property
    def told(self) -> list[Mistake]:
        """The mistakes, the last of its kind with the number of those left out."""
        return [
            replace(
                mistake,
                text=mistake.text.replace(
                    f" ({self._named})", f"; and {more:,} more like this ({self._named})"
                ),
            )
            if (more := self._more[index])
            else mistake
            for index, mistake in enumerate(self.mistakes)
        ]

    def complete(self, missing: Iterable[str]) -> None:
        """Reports the intervals that have no row."""
        first, *others = [*missing] or [""]
        if first:
            more = f" and {len(others):,} more" if others else ""
            text = f"{first}{more} missing: every interval needs a row (0 for none)"
            self.wrong(Place(self.file, 1, 1), text)

    def number(self, cell: Cell) -> float:
        """A number of 0 or more. One that can be read in two ways, such as 1.200, is a mistake.

        In a column with 0.5 or 12.25, whose point can only be a decimal one, so is that of 1.200.
        """
        try:
            value = float(cell.text)
        except ValueError:
            self.wrong(cell, f"{shown(cell.text)} is not a number{units.with_point(cell.text)}")
            return 0.0
        if units.Pointed.fits(cell.text) and cell.index not in self._with_point:
            self.wrong(cell, f"{cell.text} can be read in two ways; {units.Pointed(cell.text).choice}")
            return 0.0
        if not math.isfinite(value) or value < 0 or value > 1e12:
            self.wrong(cell, f"{shown(cell.text)} cannot stand here; write a number of 0 or more")
            return 0.0
        return value

    def people(self, cell: Cell) -> int:
        value = self.number(cell)
        if not value.is_integer():
            self.wrong(cell, f"{shown(cell.text)} is not a whole number")
        elif value > MOST_PEOPLE:
            self.wrong(cell, f"{shown(cell.text)} is out of range; it must be at most {MOST_PEOPLE:,}")
        return int(value)

    def headed(self, *names: str) -> str:
        """Which of these names the first row has, the first of them if several, or nothing."""
        head = [cell.text.lower() for cell in self.rows[0]] if self.rows else []
        return next((name for name in names if name in head), "")

    def columns(self, *names: str) -> Iterator[list[Cell]]:
        """The cells of these columns, row by row; the first row must name them."""
        if not self.rows:
            return
        head = [cell.text.lower() for cell in self.rows[0]]
        for name in names:
            if name not in head:
                self.wrong(self.rows[0][0].place, f"the column {name} is missing{_has(head, name)}")
            elif head.count(name) > 1:
                self.wrong(self.rows[0][0].place, f"the column {name} is there twice")
        if self.mistakes:
            return
        indices = [head.index(name) for name in names]
        for row in self.rows[1:]:
            more = next((cell for cell in row[len(head) :] if cell.text), None)
            if len(row) <= max(indices):
                self.wrong(row[0].place, f"this row has {len(row)} of {len(head)} columns")
            elif more:
                self.wrong(
                    more,
                    f"{shown(more.text)} is one field more than there are columns ({len(head)}); a comma in "
                    "a number makes it two: write 1200 or 20.5",
                )
            else:
                yield [row[index] for index in indices]
        if len(self.rows) == 1:
            self.wrong(self.rows[0][0].place, "there are no rows below the names of the columns")

    def single(self, *names: str, read: Callable[[Cell], Figure]) -> list[Figure]:
        """The numbers of the column of one of these names, or of the only column (a header is optional)."""
        if not self.rows:
            return []
        head = [cell.text.lower() for cell in self.rows[0]]
        if name := self.headed(*names):
            return [read(cell) for (cell,) in self.columns(name)]
        if any(head[1:]):
            self.wrong(
                self.rows[0][0].place, f"more than one column, and none is called {' or '.join(names)}"
            )
            return []
        rows = self.rows[1:] if re.match(r"[^\W\d]", head[0]) and head[0] not in ("nan", "inf") else self.rows
        if not rows:
            self.wrong(self.rows[0][0].place, "there are no numbers in this file")
        for row in rows:
            if any(cell.text for cell in row[1:]):
                self.wrong(row[1].place, "a second column begins in this row")
        return [read(row[0]) for row in rows]


def _has(head: list[str], wanted: str = "") -> str:
    """The columns there are, as the end of a sentence."""
    if close := wanted and difflib.get_close_matches(wanted, head, n=1, cutoff=0.75):
        return f"; did you mean {shown(close[0])}?"
    some = ", ".join(map(shown, head[:12])) + (", …" if len(head) > 12 else "")
    return f"; the file has the column{'s' * (len(head) > 1)} {some}"


def fill(root: Node, calendar: Calendar | None) -> tuple[Node, list[Mistake]]:
    """The tree with the contents of its CSV files in place of their names."""
    mistakes: list[Mistake] = []

    def held(path: Steps, node: Node) -> object:
        table = Table(node)
        try:
            value = _contents(table, path, calendar)
        except _TooMuch:
            value = Unread
        mistakes.extend(table.told)
        return Unread if table.mistakes else value

    def filled(path: Steps, node: Node) -> Node:
        if isinstance(node.value, str) and (key := _names_file(path)):
            if _FILE.fullmatch(node.value):
                return node.with_value(held(path, node))
            if key == "file" or not re.fullmatch(r"[-+]?\d[\d_]*(\.\d+)?", node.value, re.ASCII):
                wanted = {"file": "", "counts": "", "staff": "a number nor "}.get(key, "a list nor ")
                text = f"neither {wanted}" if wanted else "not "
                mistakes.append(
                    node.place.mistake(
                        f"{shown(node.value)} is {text}the name of a CSV file, such as {key}.csv"
                    )
                )
                return node.with_value(Unread)
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

    return filled((), root), mistakes


def _names_file(path: Steps) -> str:
    """The last key of a path where a CSV may be named, else nothing."""
    if len(path) == 4 and path[0] == "queues" and path[2] == "arrivals" and path[3] in ("profile", "counts"):
        return str(path[3])
    if len(path) == 3 and path[0] == "groups" and path[2] == "staff":
        return "staff"
    if len(path) >= 5 and path[-2:] == ("empirical", "file") and is_distribution(path[:-2]):
        return "file"
    return ""


def _leads_to_file(path: Steps) -> bool:
    if not path or path[0] == "groups":
        return len(path) <= 2
    return path[0] == "queues" and (
        len(path) <= 2
        or path[2:] in (("arrivals",), ("redial",))
        or is_distribution(path)
        or (is_distribution(path[:-1]) and path[-1] == "empirical")
    )


def _contents(table: Table, path: Steps, calendar: Calendar | None) -> object:
    if path[-1] == "staff":
        grid = units.DAY_MS // calendar.intervals if calendar else None
        return tuple(_of_the_day(table, ("staff", "agents"), table.people, lambda _: grid))
    if path[-1] == "profile":
        return tuple(_of_the_day(table, ("profile", "weight"), table.number, _own_grid))
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
    head = [cell.text.lower() for cell in table.rows[0]] if table.rows else []
    if "interval_start" not in head:
        # Times under another name would silently count for nothing.
        if alike := difflib.get_close_matches("interval_start", head, n=1, cutoff=0.85):
            table.wrong(
                table.rows[0][0].place, f"unknown column {shown(alike[0])}; did you mean interval_start?"
            )
            return []
        return table.single(*names, read=read)
    name = table.headed(*names)
    if not name:
        table.wrong(table.rows[0][0].place, f"no column is called {' or '.join(names)}{_has(head)}")
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


def _counts(table: Table, calendar: Calendar | None) -> object:
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
