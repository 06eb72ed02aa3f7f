"""A result in the form that was asked for, where it was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TypeVar

from callsim.errors import UserError
from callsim.report.kinds import KINDS, Result
from callsim.report.kit.data import as_csv, as_json
from callsim.report.kit.file import cannot_write, show, writable, write
from callsim.report.kit.folder import is_folder, writable_folder
from callsim.report.kit.terminal import columns, tell
from callsim.sentences import say

F = TypeVar("F", bound=Result)

ENDINGS = {"": "text", ".txt": "text", ".md": "text", ".json": "json", ".csv": "csv"}  # of files to write
PAGE = {".html": "html"}  # where a result has a page
BOOK = {".xlsx": "xlsx"}  # where it can be a workbook
BYTE_ORDER_MARK = "\ufeff"
PAPER = 100  # columns of a text report that goes to a file


def form_of(
    form: str | None,
    out: str | None,
    not_over: str | None = None,
    *,
    page: bool = False,
    book: bool = False,
    tables: bool = False,
) -> str:
    """The form that was asked for or that the file's name ends in; what cannot be written is said first.

    `page`: the result has one, to be written as html. `book`: it can be a workbook.
    `tables`: it can be a folder of them.
    """
    if form == "parquet" and out is None:
        raise UserError(say("files.parquet_where"))
    if form == "xlsx" and out is None:
        raise UserError(say("files.xlsx_where"))
    if out is None:
        return form or "text"
    if form == "parquet" or (form is None and tables and is_folder(out)):
        writable_folder(out)
        return "parquet"
    writable(out, not_over=not_over)
    endings = ENDINGS | (PAGE if page else {}) | (BOOK if book else {})
    ending = os.path.splitext(out)[1].lower()
    if form is None and ending not in endings:
        why = say("files.no_form_page", ending=ending) if page else say("files.no_form", ending=ending)
        raise cannot_write(out, why)
    return form or endings[ending]


def deliver(
    found: F,
    rows: Sequence[Mapping[str, object]],
    as_text: Callable[[F, int, bool], str] | None,
    form: str,
    out: str | None,
    bom: bool = False,
) -> None:
    """Write the result to standard output or to a file.

    `as_text`: None for the report of its kind. `bom`: CSV begins with a byte-order mark.
    """
    as_text = as_text or import_module(KINDS[found.kind].text).report
    content: str | bytes
    if form == "json":
        content = as_json(found.to_dict())
    elif form == "csv":
        content = BYTE_ORDER_MARK * bom + as_csv(rows)
    elif form == "html":
        content = _page(found)
    elif form == "xlsx":
        content = _book(found)
    elif out is not None:
        content = as_text(found, PAPER, False)
    else:
        content = as_text(found, columns(), _coloured())
    if out is None:
        assert isinstance(content, str)  # a workbook needs a file
        show(content, data=form != "text")
    else:
        write(out, content)
        tell(say("files.wrote", path=out))


def _page(found: Result) -> str:
    from callsim.report.html import page

    return page(found)


def _book(found: Result) -> bytes:
    from callsim.report.workbook.book import book

    return book(import_module(f"callsim.report.workbook.{KINDS[found.kind].book}").sheets(found))


def _coloured() -> bool:
    """Colours are for terminals, and NO_COLOR (no-color.org) declines them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
