"""CSV files of any length, read column by column into numbers.

Plain fields become numbers at once: dates as 2026-02-14 09:30, durations in seconds, numbers without
separators. Where a column has other fields its different texts are kept, for `fields` to read; in callsim's
own tables such a field is a mistake. DuckDB reads the file into a database on disk, so that memory holds one
column at a time.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import numpy as np

from callsim.database import Database, Unreadable, connected, name_of, text, trouble
from callsim.errors import Mistake, ScenarioError
from callsim.history.read.fields import shown_safely
from callsim.history.read.head import Head, mistake
from callsim.sentences import say

Kind = Literal["moment", "seconds", "number", "clear", "word"]

_BAD = -2  # stands for a field that cannot be read
_SHOWN = 3  # mistakes of a column that are listed
_MOMENT = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}([.]\d+)?)?"
_AMOUNT = r"\d{1,15}([.]\d*)?|[.]\d+"
_OPEN = r"\d{1,3}[.]\d{3}"  # 1.234, which can be a thousand or one and a bit
_LONGEST_MS = 2_000_000_000  # 23 days

# By kind: SQL that makes a number of a field @ that is not empty, NULL if it cannot; and the SQL type.
_READ: Mapping[str, tuple[str, str]] = {
    "moment": (
        f"CASE WHEN regexp_full_match(@, '{_MOMENT}') THEN epoch_ms(TRY_CAST(@ AS TIMESTAMP)) END",
        "BIGINT",
    ),
    "seconds": (
        f"CASE WHEN regexp_full_match(@, '{_AMOUNT}') AND TRY_CAST(@ AS DOUBLE) * 1000 <= {_LONGEST_MS} "
        "THEN round(TRY_CAST(@ AS DOUBLE) * 1000) END",
        "INTEGER",
    ),
    "number": (f"CASE WHEN regexp_full_match(@, '{_AMOUNT}') THEN TRY_CAST(@ AS DOUBLE) END", "DOUBLE"),
    "clear": (
        f"CASE WHEN regexp_full_match(@, '{_AMOUNT}') AND NOT regexp_full_match(@, '{_OPEN}') "
        "THEN TRY_CAST(@ AS DOUBLE) END",
        "DOUBLE",
    ),
    "word": ("hash(@)", "UBIGINT"),
}

# By kind: what stands for an empty field, and NumPy's type of the column.
_NOTHING: Mapping[str, tuple[float, str]] = {
    "moment": (np.iinfo(np.int64).min, "int64"),
    "seconds": (-1, "int32"),
    "number": (np.nan, "float64"),
    "clear": (np.nan, "float64"),
    "word": (0, "uint64"),
}
_PIECE = 1_000_000  # rows that are fetched at a time


class PlainFile:
    """An open file whose wanted columns have been read as numbers."""

    def __init__(self, head: Head, there: Database, kinds: Mapping[str, Kind]):
        self.head, self._there, self._kinds = head, there, kinds
        self.rows = int(there.execute("SELECT count(*) FROM plain").fetchall()[0][0])

    def column(self, name: str) -> np.ndarray:
        """Returns a column [row]: moments as datetime64[ms], seconds as int32 ms, numbers as float64, words
        as uint64.

        Empty fields are NaT, -1, NaN and 0. The number of a word is its key in `words`.
        """
        kind = self._kinds[name]
        nothing, dtype = _NOTHING[kind]
        values = np.empty(self.rows, dtype)
        for start, piece in self._pieces(name):
            part = values[start : start + len(piece)]
            part[:] = np.ma.getdata(piece)
            if isinstance(piece, np.ma.MaskedArray):
                part[np.ma.getmaskarray(piece)] = nothing
        return values.view("datetime64[ms]") if kind == "moment" else values

    def coded(self, name: str, codes: Mapping[int, int]) -> np.ndarray:
        """int32 [row]: the code of each row's word.

        `codes`: by the number of a word; all words must be there.
        """
        keys = np.array(sorted(codes), np.uint64)
        told = np.array([codes[int(key)] for key in keys], np.int32)
        found = np.empty(self.rows, np.int32)
        for start, piece in self._pieces(name):
            words = np.ma.filled(piece, 0).astype(np.uint64)
            found[start : start + len(words)] = told[np.searchsorted(keys, words)]
        return found

    def _pieces(self, name: str) -> Iterator[tuple[int, np.ndarray]]:
        """Yields a column in parts: the first row of each, and its fields."""
        for start in range(0, self.rows, _PIECE):
            where = f"rowid BETWEEN {start} AND {start + _PIECE - 1}"
            yield start, self._there.execute(f'SELECT "{name}" FROM plain WHERE {where}').fetchnumpy()[name]

    def numbered(self, name: str) -> np.ndarray:
        """int32 [row]: the words of a column, numbered as they first appear; -1 for none."""
        query = f'SELECT "{name}" FROM plain WHERE "{name}" IS NOT NULL GROUP BY 1 ORDER BY min(rowid)'
        keys = np.ma.getdata(self._there.execute(query).fetchnumpy()[name])
        order = np.argsort(keys)
        ordered, numbers = keys[order], np.full(self.rows, -1, np.int32)
        for start, piece in self._pieces(name) if len(keys) else ():
            words = np.ma.filled(piece, 0).astype(np.uint64)
            there = words != 0
            numbers[start : start + len(words)][there] = order[np.searchsorted(ordered, words[there])]
        return numbers

    def bad(self, name: str, most: int) -> tuple[int, list[int]]:
        """Returns how many fields of a column cannot be read, and the rows of the first `most` of them."""
        if self._kinds[name] == "word":
            return 0, []
        ((many,),) = self._there.execute(f'SELECT count(*) FROM plain WHERE "{name}" = {_BAD}').fetchall()
        if not many:
            return 0, []
        rows = f'SELECT rowid FROM plain WHERE "{name}" = {_BAD} ORDER BY rowid LIMIT {most}'
        return int(many), [int(row) for (row,) in self._there.execute(rows).fetchall()]

    def is_word(self, name: str) -> bool:
        """Returns whether a column is kept as words: by its kind, or because some fields are not plain."""
        return self._kinds[name] == "word"

    def of_word(self, name: str, key: int) -> int:
        """Returns the first row with a word, by the word's number; number 0 is the empty field."""
        query = f'SELECT min(rowid) FROM plain WHERE coalesce("{name}", 0) = {key}::UBIGINT'
        ((row,),) = self._there.execute(query).fetchall()
        return int(row)

    def words(self, name: str) -> dict[int, str]:
        """The different words of a column by the numbers that stand for them."""
        found = self._there.execute(f'SELECT DISTINCT "{name}", "{name} word" FROM plain').fetchall()
        return {int(number): str(word) for number, word in found if number is not None}

    def lacks(self, name: str) -> bool:
        """Whether a row has no word in a column."""
        query = f'SELECT count(*) FROM plain WHERE "{name}" IS NULL'
        ((many,),) = self._there.execute(query).fetchall()
        return bool(many)


@contextlib.contextmanager
def opened(
    head: Head, kinds: Mapping[str, Kind], named: frozenset[str] = frozenset(), strict: bool = True
) -> Iterator[PlainFile]:
    """Opens a file and reads columns as their kinds say; of columns in `named` the words themselves are kept.

    With `strict` raises ScenarioError with the places of fields that are not plain; without it columns with
    such fields become words.
    """
    with tempfile.TemporaryDirectory(prefix="callsim-") as folder:
        file = os.path.join(folder, "plain.db")
        there = connected(folder, file, threads=2)
        try:
            there.execute("SET memory_limit = '200MB'")
            with name_of(head.file) as name:
                _fill(there, head, name, kinds, named)
                plain = PlainFile(head, there, kinds)
                if strict:
                    _refuse(plain, kinds)
                elif odd := [column for column in kinds if plain.bad(column, 1)[0]]:
                    there.execute("DROP TABLE plain")
                    kinds = {**kinds, **dict.fromkeys(odd, "word")}
                    _fill(there, head, name, kinds, named | frozenset(odd))
                    plain = PlainFile(head, there, kinds)
            there.execute("SET memory_limit = '100MB'")  # reading it back needs less
            yield plain
        finally:
            there.close()


def _fill(there: Database, head: Head, name: str, kinds: Mapping[str, Kind], named: frozenset[str]) -> None:
    place = {column: f"c{number}" for number, column in enumerate(head.names)}
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(head.names)))
    wanted = []
    for column, kind in kinds.items():
        field = f"trim({place[column]})"
        read, as_type = _READ[kind]
        made = read.replace("@", field)
        wanted.append(
            f"CASE WHEN {place[column]} IS NULL OR {field} = '' THEN NULL "
            f'ELSE coalesce({made}, {_BAD if kind != "word" else 0}) END::{as_type} AS "{column}"'
        )
        if column in named:
            wanted.append(f'{field} AS "{column} word"')
    source = (
        f"read_csv({text(name)}, auto_detect=false, header=false, skip={head.skip}, delim={text(head.mark)}, "
        f"quote='\"', escape='\"', columns={{{columns}}})"
    )
    try:
        with trouble():
            there.execute(f"CREATE TABLE plain AS SELECT {', '.join(wanted)} FROM {source}")
    except Unreadable as error:
        if error.errno == errno.ENOMEM:
            raise mistake(head.path, 0, str(error.strerror)) from None
        raise _first_trouble(head, error.line or 1) from None


def _first_trouble(head: Head, number: int) -> ScenarioError:
    """Returns the mistake of a file that DuckDB cannot read, about a line that it names: rows of unequal
    length, no UTF-8, line ends of two kinds, an open quotation.
    """
    try:
        with open(head.file, encoding="utf-8-sig", newline="") as file:
            for fields in (reader := csv.reader(file, delimiter=head.mark)):
                if any("\n" in field for field in fields):
                    break  # a row over several lines: a quotation mark is open
                if reader.line_num >= number and fields and len(fields) != len(head.names):
                    told = say("read.fields", fields=len(fields), columns=len(head.names))
                    return mistake(head.path, reader.line_num, told)
    except UnicodeDecodeError:
        return mistake(head.path, number, say("read.line_not_utf8"))
    except csv.Error:
        pass
    if line := _line_of_two_ends(head.file):
        return mistake(head.path, line, say("read.carriage_return"))
    return mistake(head.path, number, say("read.open_quotation"))


def _line_of_two_ends(file: str) -> int:
    """Returns the first line with a carriage return that ends no line, beside line feeds; 0: none."""
    line, lone = 0, 0
    with open(file, "rb") as there:
        for line, text_of_line in enumerate(there, start=1):
            if not lone and b"\r" in text_of_line.removesuffix(b"\r\n"):
                lone = line
    return lone if line > 1 else 0


def _refuse(plain: PlainFile, kinds: Mapping[str, Kind]) -> None:
    """Raises ScenarioError with the fields that could not be read."""
    mistakes = []
    for column, kind in kinds.items():
        many, rows = plain.bad(column, _SHOWN)
        if not many:
            continue
        index = plain.head.names.index(column)
        for line, fields in _rows_at(plain.head, rows):
            more = say("read.more_in_column", more=many - _SHOWN) if many > _SHOWN else ""
            at = 1 + sum(len(field) + 1 for field in fields[:index])
            told = _unread(kind, column, shown_safely(fields[index].strip()), more)
            mistakes.append(Mistake(plain.head.path, line, at, told))
    if mistakes:
        raise ScenarioError(sorted(mistakes))


def _unread(kind: Kind, column: str, field: str, more: str) -> str:
    """Returns what is wrong with a field of a column, and what to write instead."""
    if kind == "moment":
        return say("read.no_moment", column=column, field=field, more=more)
    if kind == "seconds":
        return say("read.no_seconds", column=column, field=field, more=more)
    return say("read.no_amount", column=column, field=field, more=more)


def _rows_at(head: Head, rows: list[int]) -> Iterator[tuple[int, list[str]]]:
    """Yields line and fields of some rows (ascending); row 0 is the first below the names of the columns."""
    with open(head.file, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=head.mark)
        number = 0
        for fields in reader:
            if not fields or reader.line_num <= head.skip:
                continue
            if number in rows:
                yield reader.line_num, fields
                if number == rows[-1]:
                    return
            number += 1


def place_of(head: Head, row: int) -> Callable[[str], ScenarioError]:
    """Returns a function that makes a mistake of a row of what is wrong there; row 0 is the first below the
    names.
    """
    line = next((line for line, _ in _rows_at(head, [row])), 0)
    return lambda told: mistake(head.path, line, told)
