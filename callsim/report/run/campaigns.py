"""Campaigns, in text and on a page: what becomes of the numbers that are dialled."""

from __future__ import annotations

from rich.console import Group, RenderableType

from callsim.report.kit.columns import cell, column
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Table as PageTable
from callsim.report.kit.tables import Column, Page, title
from callsim.results import catalogue
from callsim.results.run import RunResult
from callsim.sentences import say


def table(found: RunResult, page: Page) -> RenderableType | None:
    """A row for each campaign; none where nobody is dialled."""
    if not found.campaigns:
        return None
    figures = [one.figures for one in found.campaigns.values()]
    columns = [Column("campaign", list(found.campaigns), names=True)]
    columns += [column(one, figures) for one in catalogue.CAMPAIGNS.values()]
    return Group(
        title(say("campaigns.title"), f": {say('campaigns.about')}"), page.fitted("campaigns", columns)
    )


def section(found: RunResult) -> list[Section]:
    """The same on a page."""
    if not found.campaigns:
        return []
    declared = catalogue.CAMPAIGNS.values()
    cells = [[name, *(cell(one, its.figures) for one in declared)] for name, its in found.campaigns.items()]
    head = ["campaign", *(one.page_heading for one in declared)]
    return [Section(say("campaigns.title"), [PageTable(head, cells)], say("campaigns.about"))]
