"""The sheet of a workbook (.xlsx) as rows of texts: the one door to openpyxl."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator

from callsim.errors import ScenarioError
from callsim.scenario.document import Place, read_bytes
from callsim.sentences import say
from callsim.units import shown

LARGEST_BYTES = 10_000_000
LARGEST_UNPACKED = 30_000_000  # of all parts that are read
LARGEST_SHARED = 6_000_000  # of the texts that cells share, which are read at once
MOST_COLUMNS = 1000
MOST_ROWS = 100_000  # of a sheet, empty ones counted
MOST_TAGS = 1_200_000  # of all parts: a cell has four


class Exact(str):
    """A number of a workbook: it can be read in one way only."""

    __slots__ = ()


Row = tuple[int, tuple[str, ...]]


def rows_of(path: str, sheet: str = "") -> tuple[str, Iterator[Row], bool]:
    """The sheet that is meant, its rows that hold something, each with its number, and whether it was chosen
    among several. Raises ScenarioError.

    `sheet`: its name; without it there must be one sheet only that holds a table: a row of two fields.
    """
    data = read_bytes(path, LARGEST_BYTES)
    top = Place(path, 0, 0)
    try:
        _small(data, top)
        return _opened(data, path, sheet)
    except ScenarioError:
        raise
    except Exception:  # of many kinds, as damaged files are
        raise _unread(top) from None


def address(sheet: str, row: int, column: int) -> str:
    """Where a cell is, as people say it: `Week 10!B7`; both numbers begin with 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{sheet}!{letters}{row}"


def _unread(top: Place) -> ScenarioError:
    return ScenarioError([top.mistake(say("tables.no_workbook"))])


def _small(data: bytes, top: Place) -> None:
    """Refuses what would unpack to very much; what is declared is what zipfile reads at most."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = [part for part in packed.infolist() if part.filename.lower().endswith((".xml", ".rels"))]
        tags = 0
        if sum(part.file_size for part in parts) <= LARGEST_UNPACKED:
            tags = sum(packed.read(part).count(b"<") for part in parts)
    if tags > MOST_TAGS:
        text = say("tables.many_cells")
        raise ScenarioError([top.mistake(text)])
    shared = sum(part.file_size for part in parts if not part.filename.lower().startswith("xl/worksheets/"))
    for many, most in ((sum(part.file_size for part in parts), LARGEST_UNPACKED), (shared, LARGEST_SHARED)):
        if many > most:
            text = say("tables.unpacked", size=many / 1e6)
            raise ScenarioError([top.mistake(text)])


def _opened(data: bytes, path: str, sheet: str) -> tuple[str, Iterator[Row], bool]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets = {one.title: one for one in book.worksheets}
    top, chosen = Place(path, 0, 0), False
    if sheet:
        if sheet not in sheets:
            there = ", ".join(map(shown, sheets))
            raise ScenarioError([top.mistake(say("tables.no_sheet", sheet=shown(sheet), sheets=there))])
    else:
        full = [name for name, one in sheets.items() if next(_rows(one, top), None) is not None]
        if len(full) > 1:
            tables = [name for name in full if any(len(row) > 1 for _, row in _rows(sheets[name], top))]
            full, chosen = tables or full, len(tables) == 1
        if len(full) > 1:
            there = ", ".join(map(shown, full[:12]))
            text = say("tables.which_sheet", sheets=there, sheet=full[0])
            raise ScenarioError([top.mistake(text)])
        sheet = full[0] if full else next(iter(sheets), "")
    return sheet, _rows(sheets[sheet], top), chosen


def _rows(sheet: object, top: Place) -> Iterator[Row]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    cells = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)  # type: ignore[attr-defined]
    number = 0
    while True:
        try:
            row = next(cells, None)
        except Exception:  # as above
            raise _unread(top) from None
        if row is None:
            return
        number += 1
        if number > MOST_ROWS:
            text = say("tables.long_sheet", most=MOST_ROWS)
            raise ScenarioError([top.mistake(text)])
        if any(value is not None for value in row):
            texts = tuple(map(_text, row))
            while texts and not texts[-1]:
                texts = texts[:-1]
            if texts:
                yield number, texts


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return Exact(repr(int(value) if whole else value))
    if isinstance(value, datetime.datetime):
        moment = value + datetime.timedelta(milliseconds=500)  # fractions of days are not exact
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value).strip()
