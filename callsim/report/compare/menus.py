"""By how much plans differ in menus, in text, on a page and in a workbook; a row for each menu of a pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType

from callsim.report.kit.columns import difference, there
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Table as PageTable
from callsim.report.kit.tables import Column, Page, title
from callsim.report.workbook.book import Field, Sheet, figure_fields, figure_values
from callsim.results import catalogue
from callsim.results.declared import Declared
from callsim.results.schema import Figures
from callsim.sentences import say
from callsim.study.runs.compared import Between


def table(letters: Mapping[str, str], shown: Sequence[Between], page: Page) -> RenderableType | None:
    """None where no two plans have a menu, or only saved results know of it."""
    rows = _rows(shown)
    if not rows:
        return None
    found = [row for *_, row in rows]
    columns = [
        Column("plans", [f"{letters[pair.before]} → {letters[pair.after]}" for pair, *_ in rows], names=True),
        Column("menu", [name for _, name, _ in rows], names=True),
        *(Column(one.heading, [difference(one, row) for row in found]) for one in _declared(found)),
    ]
    return Group(title("Differences", say("menus.differences")), page.fitted("menus", columns))


def sections(letters: Mapping[str, str], shown: Sequence[Between]) -> list[Section]:
    """The same on a page."""
    rows = _rows(shown)
    if not rows:
        return []
    declared = _declared([row for *_, row in rows])
    cells = [
        [f"{letters[pair.before]} → {letters[pair.after]}", name, *(difference(one, row) for one in declared)]
        for pair, name, row in rows
    ]
    head = ["plans", "menu", *(one.page_heading for one in declared)]
    return [Section(say("menus.title"), [PageTable(head, cells, 2)], say("menus.differences"))]


def sheets(pairs: Sequence[Between]) -> list[Sheet]:
    """The same as a table of a workbook."""
    rows = _rows(pairs)
    if not rows:
        return []
    declared = _declared([row for *_, row in rows])
    fields = [Field("before"), Field("after"), Field("menu"), *figure_fields(declared)]
    return [
        Sheet(
            say("menus.title"),
            fields,
            [[pair.before, pair.after, name, *figure_values(declared, row)] for pair, name, row in rows],
        )
    ]


def _rows(pairs: Sequence[Between]) -> list[tuple[Between, str, Figures]]:
    return [(pair, name, menu.figures) for pair in pairs for name, menu in (pair.menus or {}).items()]


def _declared(rows: Sequence[Figures]) -> list[Declared]:
    return there(catalogue.MENUS, rows)
