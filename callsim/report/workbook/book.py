"""A workbook (.xlsx) of real numbers, dates and percentages: the door through which one is written."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from rich.cells import cell_len

from callsim.errors import UserError
from callsim.results.declared import Declared
from callsim.results.measures import Figure
from callsim.results.schema import Figures
from callsim.sentences import label, say

MOST_ROWS = 1_048_575  # of a sheet, its head not counted
WIDEST = 40  # letters of a column

Kind = Literal[
    "text",
    "count",
    "number",
    "share",
    "seconds",
    "hours",
    "amount",
    "price",
    "times",
    "moment",
    "date",
    "clock",
]
Value = str | float | datetime.date | datetime.time | Figure | None

FORMATS: dict[Kind, str] = {
    "text": "@",  # so that a name such as =1+1 stays one when its cell is edited
    "count": "#,##0.0",
    "number": "#,##0",
    "share": "0.0%",
    "seconds": "#,##0.0",
    "hours": "#,##0.0",
    "amount": "#,##0",
    "price": "#,##0.00",
    "times": "0.00",
    "moment": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
    "clock": "hh:mm",
}


class Field(NamedTuple):
    """A column: its heading, and how its values are written."""

    heading: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its columns, and one value for each in every row."""

    name: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[Value]]


def figure_fields(declared: Sequence[Declared]) -> list[Field]:
    """A column for each figure of the catalogue; waits are in seconds, which their headings say."""
    return [
        Field(f"{label(one.page_heading)} (s)" if one.unit == "seconds" else one.page_heading, one.unit)
        for one in declared
    ]


def figure_values(declared: Sequence[Declared], row: Figures) -> list[Value]:
    """The means of a row's figures; nothing where it has none."""
    return [row.get(one.key) for one in declared]


def moment(start: str) -> datetime.datetime:
    """When an interval begins, local time."""
    return datetime.datetime.fromisoformat(start)


def book(sheets: Sequence[Sheet]) -> bytes:
    """The workbook. Raises UserError where a sheet has more rows than a workbook holds."""
    made = Workbook(write_only=True)
    for sheet in sheets:
        if len(sheet.rows) > MOST_ROWS:
            raise UserError(say("files.xlsx_rows", sheet=sheet.name, rows=len(sheet.rows), most=MOST_ROWS))
        there = made.create_sheet(label(sheet.name))
        there.freeze_panes = "B2"
        for k, field in enumerate(sheet.fields):
            words = [cell_len(str(row[k])) for row in sheet.rows[:200] if field.kind == "text"]
            width = max([cell_len(label(field.heading)), 10, *words, 17 if field.kind == "moment" else 0])
            there.column_dimensions[get_column_letter(k + 1)].width = min(width, WIDEST) + 2
        there.append([_head(there, field) for field in sheet.fields])
        for row in sheet.rows:
            there.append(
                [_cell(there, field.kind, value) for field, value in zip(sheet.fields, row, strict=True)]
            )
        there.auto_filter.ref = f"A1:{get_column_letter(len(sheet.fields))}{len(sheet.rows) + 1}"
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _head(there: object, field: Field) -> WriteOnlyCell:
    cell = _text(there, label(field.heading))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(horizontal="left" if field.kind == "text" else "right", wrap_text=True)
    return cell


def _cell(there: object, kind: Kind, value: Value) -> WriteOnlyCell | None:
    known = value.mean if isinstance(value, Figure) else value
    if known is None or (isinstance(known, float) and not math.isfinite(known)):
        return None
    if isinstance(known, str):
        return _text(there, known)
    cell = WriteOnlyCell(there, value=known)
    cell.number_format = FORMATS[kind]
    return cell


def _text(there: object, words: str) -> WriteOnlyCell:
    """A text that stays one, whatever it begins with; without letters that no workbook may hold."""
    cell = WriteOnlyCell(there, value=ILLEGAL_CHARACTERS_RE.sub("", words))
    cell.data_type = "s"  # a text with = in front is a formula else
    cell.number_format = FORMATS["text"]
    return cell
