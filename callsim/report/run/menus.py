"""Menus, in text and on a page: how many calls they get, and what becomes of these."""

from __future__ import annotations

from rich.console import Group, RenderableType

from callsim.report.kit.columns import cell, column, there
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Table as PageTable
from callsim.report.kit.tables import Column, Page, title
from callsim.results import catalogue
from callsim.results.run import RunResult
from callsim.sentences import label, say


def table(found: RunResult, page: Page) -> RenderableType | None:
    """A row for each menu; none where nobody meets one."""
    if not found.menus:
        return None
    figures = [menu.figures for menu in found.menus.values()]
    columns = [Column("menu", list(found.menus), names=True)]
    columns += [column(one, figures) for one in there(catalogue.MENUS, figures)]
    return Group(
        title(say("menus.title"), f"{label(': ')}{say('menus.about')}"), page.fitted("menus", columns)
    )


def section(found: RunResult) -> list[Section]:
    """The same on a page."""
    if not found.menus:
        return []
    declared = there(catalogue.MENUS, [menu.figures for menu in found.menus.values()])
    cells = [[name, *(cell(one, menu.figures) for one in declared)] for name, menu in found.menus.items()]
    head = ["menu", *(one.page_heading for one in declared)]
    return [Section(say("menus.title"), [PageTable(head, cells)], say("menus.about"))]
