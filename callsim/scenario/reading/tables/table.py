"""A table's rows of cells that know their places, and the mistakes found in it: of a CSV file or a sheet."""

from __future__ import annotations

import csv
import difflib
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple, TypeVar

from callsim.errors import Mistake, ScenarioError
from callsim.scenario.document import Place
from callsim.scenario.reading.tables import workbook
from callsim.scenario.reading.tables.decoding import as_it_may_be, separator_of, text_of
from callsim.scenario.reading.tables.numbers import Marks, marks_of, number_of, whole_column
from callsim.scenario.reading.tables.spec import Spec
from callsim.scenario.words.quantities import MOST_PEOPLE
from callsim.sentences import say
from callsim.units import shown

# A file that is refused costs at most 3 s and 300 MB, whatever it holds.
LARGEST_BYTES = 20_000_000
MOST_FIELDS = 250_000  # a year by ten minutes in four columns has 210,240
MOST_WRONG = 10_000  # mistakes, after which no more are looked for
LONGEST_LINE = 100_000  # characters
_LISTED = 3  # mistakes of a kind in one file
_NUMBER = re.compile(r"\d+")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NEW_LINE = re.compile(r"\r\n|\r|\n")

Figure = TypeVar("Figure", int, float)


@cache
def _field(mark: str) -> re.Pattern[str]:
    """A field with its quotation marks, and the blanks before it, which are none of it."""
    mark = re.escape(mark)
    quoted = rf'(?P<open>")[^"]*(?:""[^"]*)*(?P<close>")?(?P<behind>[^{mark}\r\n]*)'
    return re.compile(rf" *(?P<field>{quoted}|[^{mark}\r\n]*)")


class Cell(NamedTuple):
    """A field. Its place is found where it is asked for: most fields are right."""

    table: Table
    row: int  # the first is 0
    column: int  # the first is 0

    @property
    def text(self) -> str:
        return self.table.rows[self.row][self.column]

    @property
    def place(self) -> Place:
        return self.table.place(self.row, self.column)


class TooMuch(Exception):
    """A table larger than any that is meant."""

    def __init__(self, place: Place, text: str):
        super().__init__(text)
        self.place = place


class Table:
    """A CSV's rows, and the mistakes found in them."""

    def __init__(self, spec: Spec, most: int = MOST_FIELDS):
        """`most`: fields that it may have."""
        named, self._at, self._decimal = spec.named, spec.named.place, spec.decimal
        self.short = str(named.value)
        self.file = str(named.place.folder / self.short)
        self.mistakes: list[Mistake] = []
        self.notes: list[str] = []
        """What was found out and left out."""
        self.certain = True
        """Whether its bytes are letters in one way only; see `unsure`."""
        self._alike: dict[str, list[int]] = {}
        self._more: Counter[int] = Counter()
        self._found, self._most = 0, most
        self._text, self._mark, self._sheet = "", ",", ""
        # Fields without blanks around them, and where each row begins: its line and its place in the text.
        # Not an object a row: the collector would look at each of them again and again.
        self.rows: list[tuple[str, ...]] = []
        self._row_lines, self._starts = array("q"), array("q")
        self._marks: dict[int, Marks] = {}  # of a column: see _marks_of
        self.same: tuple[int, ...] = ()  # columns below whose names stand numbers of one kind
        is_book = self.file.lower().endswith(".xlsx")
        try:
            if is_book:
                self._sheet, rows, others = workbook.rows_of(self.file, spec.sheet)
                if others:
                    self.notes.append(say("tables.only_sheet", sheet=shown(self._sheet)))
                self._read_sheet(rows)
            else:
                self._text, self.certain = text_of(self.file, LARGEST_BYTES, spec.encoding)
                self._read()
        except ScenarioError as error:
            self.rows = []
            first = error.mistakes[0]
            if first.line:
                self.wrong(Place(self.file, first.line, first.column), first.text)
            else:
                self.mistakes.append(named.place.mistake(f"{shown(named.value)}: {first.text}"))
        except TooMuch as error:
            self.rows = []
            self.wrong(error.place, str(error))
        if not self.rows and not self.mistakes:
            self.wrong(Place(self.file, 1, 1), say("tables.sheet_empty") if is_book else say("yaml.empty"))

    def _read_sheet(self, rows: Iterable[workbook.Row]) -> None:
        many = 0
        for number, row in rows:
            many += len(row)
            if many > self._most:
                place = Place(f"{self.file}:{workbook.address(self._sheet, number, 1)}", 0, 0)
                raise TooMuch(place, say("tables.many_fields", most=self._most))
            self.rows.append(row)
            self._row_lines.append(number)
            self._starts.append(0)

    def forget(self, rows: Iterable[int]) -> None:
        """Leaves out rows by their index."""
        gone = set(rows)
        kept = [index for index in range(len(self.rows)) if index not in gone]
        self.rows = [self.rows[index] for index in kept]
        self._row_lines = array("q", (self._row_lines[index] for index in kept))
        self._starts = array("q", (self._starts[index] for index in kept))

    def row_name(self, row: int) -> str:
        """What a row is called in a note."""
        number = self._row_lines[row]
        return say("tables.row", number=number) if self._sheet else say("tables.line", number=number)

    def unsure(self, cell: Cell) -> None:
        """Notes that a field cannot be read before the encoding is known, and how it would be."""
        readings = as_it_may_be(cell.text)
        told = say("lists.or").join(
            say("tables.reading", encoding=encoding, text=shown(text)) for encoding, text in readings
        )
        first = readings[0][0] if readings else "windows-1252"
        self.wrong(cell.place, say("tables.no_utf_8", file=self.short, readings=told, encoding=first))

    def _read(self) -> None:
        self._mark, begin = separator_of(self._text)
        above, ends = int(begin > 0), [begin]  # where the line ends that was read last
        reader = csv.reader(self._lines(ends), delimiter=self._mark, skipinitialspace=True)
        many, line, at = 0, 1 + above, ends[0]
        while (fields := self._next(reader, line)) is not None:
            if self._text.find('"', at, ends[0]) >= 0:
                self._mind_quotes(line, at, ends[0])
            many += len(fields) or 1
            if many > self._most:
                text = say("tables.many_fields", most=self._most)
                raise TooMuch(Place(self.file, line, 1), text)
            row = tuple(map(str.strip, fields))
            if any(row):
                self.rows.append(row)
                self._row_lines.append(line)
                self._starts.append(at)
            line, at = reader.line_num + 1 + above, ends[0]

    def _next(self, reader: Iterator[list[str]], line: int) -> list[str] | None:
        """The fields of the row that begins in this line; nothing behind the last."""
        try:
            return next(reader, None)
        except csv.Error:  # all that the reader minds
            text = say("tables.long_field", most=csv.field_size_limit())
            raise TooMuch(Place(self.file, line, 1), text) from None

    def _mind_quotes(self, line: int, start: int, end: int) -> None:
        """Notes what the reader joins in silence: "20"7 as 207, and all rows below an open mark."""
        field, at = _field(self._mark), start
        while match := field.match(self._text, at, end):
            behind = (match["behind"] or "").strip()
            if behind or (match["open"] and not match["close"]):
                text = say("tables.behind_quotes", text=shown(behind))
                place = self._place_in(line, start, match.start("field"))
                self.wrong(place, text if match["close"] else say("tables.open_quotes"))
            at = match.end() + 1
            if self._text[at - 1 : at] != self._mark:
                return

    def _lines(self, ends: list[int]) -> Iterator[str]:
        """The lines, one at a time; no list of them is made."""
        start = ends[0]
        for number, match in enumerate(_LINE.finditer(self._text, start), start=1 + (start > 0)):
            ends[0] = match.end()
            if ends[0] - match.start() > LONGEST_LINE:
                place = Place(self.file, number, 1)
                raise TooMuch(place, say("tables.long_line", most=LONGEST_LINE))
            yield match[0]

    def place(self, row: int, column: int) -> Place:
        """Where a field begins: blanks before it and quotes around earlier ones are counted, too."""
        if self._sheet:
            cell = workbook.address(self._sheet, self._row_lines[row], column + 1)
            return Place(f"{self.file}:{cell}", 0, 0)
        field, at = _field(self._mark), self._starts[row]
        for _ in range(column):
            if match := field.match(self._text, at):
                at = match.end() + 1
        while self._text[at : at + 1] == " ":
            at += 1
        return self._place_in(self._row_lines[row], self._starts[row], at)

    def _place_in(self, line: int, start: int, at: int) -> Place:
        """Where a place in the text is, in a row that starts in this line."""
        *above, last = _NEW_LINE.split(self._text[start:at])
        return Place(self.file, line + len(above), len(last) + 1)

    def wrong(self, at: Cell | Place, text: str) -> None:
        """Notes a mistake; of many that differ only in what the cell holds the third counts the others."""
        self._found += 1
        if self._found > MOST_WRONG:
            raise TooMuch(Place(self.file, 1, 1), say("tables.many_mistakes", most=MOST_WRONG))
        kind = text.replace(shown(at.text), "") if isinstance(at, Cell) else text
        alike = self._alike.setdefault(_NUMBER.sub("", kind), [])
        if len(alike) < _LISTED:
            alike.append(len(self.mistakes))
            place = at.place if isinstance(at, Cell) else at
            self.mistakes.append(place.mistake(f"{text}{self.named_at}"))
        else:
            self._more[alike[-1]] += 1

    @property
    def named_at(self) -> str:
        """Where the file is named, as the end of a sentence."""
        at = self._at
        if not at.line:
            return say("tables.on_command_line")
        return say("tables.named_at", place=f"{at.file}:{at.line}:{at.column}")

    @property
    def told(self) -> list[Mistake]:
        """The mistakes, the last of its kind with the number of those left out."""
        found = list(self.mistakes)
        for index, more in self._more.items():
            counted = say("tables.more_alike", more=more, place=self.named_at)
            found[index] = replace(found[index], text=found[index].text.replace(self.named_at, counted))
        return found

    def number(self, cell: Cell) -> float:
        """A number of 0 or more. One that can be read in two ways, such as 1.200 or 1,200, is a mistake,
        unless other fields of its column (see numbers) or the file's `decimal` tell which is meant.
        """
        text = cell.text
        if not text and cell.row:
            self.wrong(cell, say("tables.empty_field", value=shown(text), file=self.short))
            return 0.0
        marks = self._marks_of(cell.column) if "." in text or "," in text else Marks()
        plain = marks.plain(text) if type(text) is str else text
        try:
            exact = isinstance(text, workbook.Exact)
            return number_of(plain, marks.decimal, self._commas_may_be_decimal, exact)
        except ValueError as error:
            self.wrong(cell, f"{error}{whole_column(text, self.short)}")
            return 0.0

    @property
    def _commas_may_be_decimal(self) -> bool:
        """Whether something else than a comma separates the fields: it does so in the first row, too."""
        return bool(self._sheet) or (self._mark in ";\t" and bool(self.rows) and len(self.rows[0]) > 1)

    def _marks_of(self, index: int) -> Marks:
        """The marks of a column's numbers, as they show them, which is noted."""
        if index not in self._marks:
            among = self.same if index in self.same else (index,)
            rows = self.rows[1:] if self.same else self.rows
            fields = [text for row in rows for at in among for text in row[at : at + 1] if type(text) is str]
            marks = marks_of(fields, self._commas_may_be_decimal, self._decimal)
            self.notes.extend(marks.notes(shown(self.rows[0][index]), fields))
            self._marks |= dict.fromkeys(among, marks)
        return self._marks[index]

    def people(self, cell: Cell) -> int:
        value = self.number(cell)
        if not value.is_integer():
            self.wrong(cell, say("values.no_whole_number", value=shown(cell.text)))
        elif value > MOST_PEOPLE:
            self.wrong(cell, say("tables.at_most", value=shown(cell.text), most=MOST_PEOPLE))
        return int(value)

    @property
    def head(self) -> list[str]:
        """The first row in lower case."""
        return [field.lower() for field in self.rows[0]] if self.rows else []

    @property
    def top(self) -> Place:
        """Where the first row stands."""
        return self.place(0, 0)

    def headed(self, *names: str) -> str:
        """Which of these names the first row has, the first of them if several, or nothing."""
        head = self.head
        return next((name for name in names if name in head), "")

    def columns(self, *names: str) -> Iterator[list[Cell]]:
        """The cells of these columns, row by row; the first row must name them."""
        if not self.rows:
            return
        head = self.head
        for name in names:
            if name not in head:
                self.wrong(self.top, say("tables.no_column", column=name, hint=has(head, name)))
            elif head.count(name) > 1:
                self.wrong(self.top, say("read.column_twice", column=name))
        for name in names:
            if not self.certain and not name.isascii() and name in head:
                self.unsure(Cell(self, 0, head.index(name)))
        if self.mistakes:
            return
        indices = [head.index(name) for name in names]
        # Rows may be numbered in a first column without a name; elsewhere no name is no column.
        nameless = [index for index, name in enumerate(head) if index and not name]
        last = max(indices)
        cut = last + 1 < len(head) and self._may_be_cut(last + 1)
        for number, row in enumerate(self.rows[1:], start=1):
            if len(row) <= last:
                self.wrong(Cell(self, number, 0), say("tables.short_row", count=len(row), columns=len(head)))
            elif len(row) > len(head) and any(row[len(head) :]):
                self._refuse_more(number, range(len(head), len(row)), say("tables.columns", count=len(head)))
            elif cut and len(row) > len(head) and row[last + 1].isdigit():
                why = say("tables.names_end")
                self._refuse_more(number, [last + 1], why)
            elif nameless and any(map(any, (row[index : index + 1] for index in nameless))):
                self._refuse_more(number, nameless, say("tables.no_name"))
            else:
                cells = [Cell(self, number, index) for index in indices]
                if not self.certain and not all(cell.text.isascii() for cell in cells):
                    self.unsure(next(cell for cell in cells if not cell.text.isascii()))
                    continue
                yield cells
        if len(self.rows) == 1:
            self.wrong(self.top, say("read.no_rows"))

    def _may_be_cut(self, column: int) -> bool:
        """Whether the fields of a column may be the rest of numbers that commas cut, as in x,1,200, of three.

        So it is where rows have an empty field more than there are columns, unless each row has it and
        something in the column is no row of digits: then it is a column of its own.
        """
        many = len(self.rows[0])
        if any(len(row) <= many for row in self.rows[1:]):
            return True
        return all(row[column].isdigit() or not row[column] for row in self.rows[1:])

    def _refuse_more(self, row: int, columns: Iterable[int], why: str) -> None:
        """A field that belongs to no column: the rest of a number that its comma cut, most often."""
        fields = self.rows[row]
        cell = next(
            Cell(self, row, column) for column in columns if fields[column : column + 1] and fields[column]
        )
        self.wrong(
            cell,
            say("tables.field_too_many", value=shown(cell.text), why=why),
        )

    def single(self, *names: str, read: Callable[[Cell], Figure]) -> list[Figure]:
        """The numbers of the column of one of these names, or of the only column (a header is optional)."""
        if not self.rows:
            return []
        head = self.head
        if name := self.headed(*names):
            return [read(cell) for (cell,) in self.columns(name)]
        if not self.certain and (odd := [k for k, name in enumerate(head) if not name.isascii()]):
            self.unsure(Cell(self, 0, odd[0]))
            return []
        if any(head[1:]):
            self.wrong(self.top, say("tables.no_only_column", names=say("lists.or").join(names)))
            return []
        first = int(bool(re.match(r"[^\W\d]", head[0])) and head[0] not in ("nan", "inf"))
        if len(self.rows) == first:
            self.wrong(self.top, say("tables.no_numbers"))
        for number, row in enumerate(self.rows[first:], start=first):
            if len(row) > 1 and any(row[1:]):
                self.wrong(Cell(self, number, 1), say("tables.second_column"))
        return [read(Cell(self, number, 0)) for number in range(first, len(self.rows))]


def has(head: list[str], wanted: str = "") -> str:
    """The columns there are, as the end of a sentence."""
    if close := near(head, wanted):
        return say("hints.did_you_mean", name=shown(close))
    some = ", ".join(map(shown, head[:12])) + (", …" if len(head) > 12 else "")
    return say("tables.has", n=max(len(head), 1), columns=some)


def near(head: list[str], wanted: str) -> str:
    """The column that is called nearly so; nothing where none is."""
    return next(iter(difflib.get_close_matches(wanted, head, n=1, cutoff=0.75)), "") if wanted else ""
