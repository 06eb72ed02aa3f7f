"""Tables that a text and a page show alike: their columns are told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from callsim.report.kit.tables import Column
from callsim.report.kit.verdicts import Word

if TYPE_CHECKING:
    from callsim.report.kit.html_page import Cell, Table

FAILED = "!"  # stands before the figure that misses its goal


class Missed(NamedTuple):
    """A figure that misses what was promised."""

    words: str


Said = str | Missed | Word


@dataclass(frozen=True)
class Shown:
    """One column."""

    heading: str
    cells: Sequence[Said]
    need: int = 0  # on a terminal, as the others; see tables.Column
    names: bool = False
    usual: str = ""
    fuller: Sequence[Said] | None = None  # says more, on a page and where a terminal has room
    page: str = ""  # the heading on a page, where it is another


def columns(shown: Sequence[Shown]) -> list[Column]:
    """For a terminal."""
    return [
        Column(
            one.heading,
            [on_terminal(cell) for cell in one.cells],
            one.need,
            None if one.fuller is None else [on_terminal(cell) for cell in one.fuller],
            one.names,
            one.usual,
        )
        for one in shown
    ]


def table(shown: Sequence[Shown], names: int, label: str = "") -> Table:
    """For a page; the first `names` columns stand left."""
    from callsim.report.kit.html_page import Table  # pages need more than texts: jinja2

    told = [one.fuller or one.cells for one in shown]
    rows = [[on_page(cell) for cell in row] for row in zip(*told, strict=True)]
    return Table([one.page or one.heading for one in shown], rows, names, label)


def on_terminal(cell: Said) -> str | Text:
    """A cell as a terminal shows it."""
    if isinstance(cell, Word):
        return cell.text()
    return Text(FAILED + cell.words, "bold red") if isinstance(cell, Missed) else cell


def on_page(cell: Said) -> Cell:
    """A cell as a page shows it."""
    from callsim.report.kit.html_page import Marked

    if isinstance(cell, Word):
        return cell.lamp()
    return Marked(cell.words) if isinstance(cell, Missed) else cell


def marked(words: str, missed: bool) -> Said:
    """A figure, marked if it misses its goal."""
    return Missed(words) if missed else words
