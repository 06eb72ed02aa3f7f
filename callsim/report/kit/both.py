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


class Judged(NamedTuple):
    """Whether a goal is met; None: too close to call."""

    met: bool | None


Said = str | Missed | Judged


@dataclass(frozen=True)
class Shown:
    """One column."""

    heading: str
    cells: Sequence[Said]
    need: int = 0  # on a terminal, as the others; see tables.Column
    names: bool = False
    usual: str = ""


def columns(shown: Sequence[Shown]) -> list[Column]:
    """For a terminal."""
    return [
        Column(one.heading, [_text(cell) for cell in one.cells], one.need, names=one.names, usual=one.usual)
        for one in shown
    ]


def table(shown: Sequence[Shown], names: int) -> Table:
    """For a page; the first `names` columns stand left."""
    from callsim.report.kit.html_page import Table  # pages need more than texts: jinja2

    rows = [[_cell(cell) for cell in row] for row in zip(*(one.cells for one in shown), strict=True)]
    return Table([one.heading for one in shown], rows, names)


def _text(cell: Said) -> str | Text:
    if isinstance(cell, Judged):
        words = {True: ("met", "green"), None: ("close", "yellow"), False: ("MISSED", "bold red")}
        return Text(*words[cell.met])
    return Text(FAILED + cell.words, "bold red") if isinstance(cell, Missed) else cell


def _cell(cell: Said) -> Cell:
    from callsim.report.kit.html_page import Lamp, Marked

    if isinstance(cell, Judged):
        return {True: Lamp("good", "met"), None: Lamp("close", "close"), False: Lamp("bad", "missed")}[
            cell.met
        ]
    return Marked(cell.words) if isinstance(cell, Missed) else cell
