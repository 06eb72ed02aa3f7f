"""By how much plans differ in menus and campaigns, in text, on a page and in a workbook; a row for each of a
pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType

from callsim.report.kit.columns import difference, there
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Table as PageTable
from callsim.report.kit.tables import Column, Page, title
from callsim.report.workbook.book import Field, Sheet, figure_fields, figure_values
from callsim.results import catalogue
from callsim.results.declared import Declared
from callsim.results.schema import Figures
from callsim.sentences import label, say
from callsim.study.runs.compared import Between


@dataclass(frozen=True)
class Kind:
    """Parts of one kind that two plans have, pair by pair; there is at least one."""

    key: str  # of the table that hides columns, for want of room
    title: str
    about: str
    each: str  # what a row is
    declared: list[Declared]  # figures that any row has
    rows: list[tuple[Between, str, Figures]]

    def pair(self, letters: Mapping[str, str], row: int) -> str:
        """The plans of a row, as A → B."""
        between = self.rows[row][0]
        return f"{letters[between.before]} → {letters[between.after]}"


def tables(letters: Mapping[str, str], shown: Sequence[Between], page: Page) -> Iterator[RenderableType]:
    """A table for each kind; none where no two plans have any, or only saved results know of it."""
    for kind in _kinds(shown):
        found = [row for *_, row in kind.rows]
        pairs = [kind.pair(letters, row) for row in range(len(found))]
        columns = [
            Column("plans", pairs, names=True),
            Column(kind.each, [name for _, name, _ in kind.rows], names=True),
            *(
                Column(one.heading, [difference(one, row) for row in found], one.text)
                for one in kind.declared
                if one.text is not None
            ),
        ]
        yield Group(title("Differences", f"{label(': ')}{kind.about}"), page.fitted(kind.key, columns))


def sections(letters: Mapping[str, str], shown: Sequence[Between]) -> Iterator[Section]:
    """The same on a page."""
    for kind in _kinds(shown):
        cells = [
            [kind.pair(letters, number), name, *(difference(one, row) for one in kind.declared)]
            for number, (_, name, row) in enumerate(kind.rows)
        ]
        head = ["plans", kind.each, *(one.page_heading for one in kind.declared)]
        yield Section(kind.title, [PageTable(head, cells, 2)], kind.about)


def sheets(pairs: Sequence[Between]) -> Iterator[Sheet]:
    """The same as tables of a workbook."""
    for kind in _kinds(pairs):
        fields = [Field("before"), Field("after"), Field(kind.each), *figure_fields(kind.declared)]
        cells = [
            [pair.before, pair.after, name, *figure_values(kind.declared, row)]
            for pair, name, row in kind.rows
        ]
        yield Sheet(kind.title, fields, cells)


def _kinds(pairs: Sequence[Between]) -> Iterator[Kind]:
    menus = [(pair, name, one.figures) for pair in pairs for name, one in (pair.menus or {}).items()]
    if menus:
        shown = there(catalogue.MENUS, [row for *_, row in menus])
        yield Kind("menus", say("menus.title"), say("menus.differences"), "menu", shown, menus)
    dialled = [(pair, name, one.figures) for pair in pairs for name, one in (pair.campaigns or {}).items()]
    if dialled:
        shown = there(catalogue.CAMPAIGNS, [row for *_, row in dialled])
        about = say("campaigns.differences")
        yield Kind("campaigns", say("campaigns.title"), about, "campaign", shown, dialled)
