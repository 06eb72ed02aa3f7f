"""Tables that a text and a page show alike: their columns are told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from callsim.report.kit.goals import FAILED
from callsim.report.kit.tables import Column

if TYPE_CHECKING:
    from callsim.report.kit.html_page import Cell, Table


class Missed(NamedTuple):
    """A figure that misses what was promised."""

    words: str


@dataclass(frozen=True)
class Shown:
    """One column."""

    heading: str
    cells: Sequence[str | Missed]
    need: int = 0  # on a terminal, see tables.Column
    names: bool = False


def columns(shown: Sequence[Shown]) -> list[Column]:
    """For a terminal."""
    return [
        Column(one.heading, [_text(cell) for cell in one.cells], one.need, names=one.names) for one in shown
    ]


def table(shown: Sequence[Shown], names: int) -> Table:
    """For a page; the first `names` columns stand left."""
    from callsim.report.kit.html_page import Table  # pages need more than texts: jinja2

    rows = [[_cell(cell) for cell in row] for row in zip(*(one.cells for one in shown), strict=True)]
    return Table([one.heading for one in shown], rows, names)


def _text(cell: str | Missed) -> str | Text:
    return Text(FAILED + cell.words, "bold red") if isinstance(cell, Missed) else cell


def _cell(cell: str | Missed) -> Cell:
    from callsim.report.kit.html_page import Marked

    return Marked(cell.words) if isinstance(cell, Missed) else cell
