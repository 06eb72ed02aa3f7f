"""Work that is due, such as mails, in text and on a page: what is overdue, and what waits."""

from __future__ import annotations

from rich.console import Group, RenderableType

from callsim.report.kit.columns import cell, column
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Table as PageTable
from callsim.report.kit.tables import Column, Page, title
from callsim.results import catalogue
from callsim.results.run import RunResult
from callsim.sentences import label, say
from callsim.units import show_duration

SHOWN = [one for one in catalogue.BACKLOG.values() if one.text is not None]


def table(found: RunResult, page: Page) -> RenderableType | None:
    """A row for each queue that says when its work is due; none where no queue does."""
    if not found.due:
        return None
    figures = [queue.figures for queue in found.due.values()]
    columns = [Column("queue", list(found.due), names=True), Column("due", _dues(found))]
    columns += [column(one, figures) for one in SHOWN]
    return Group(
        title(say("backlog.title"), f"{label(': ')}{say('backlog.about')}"), page.fitted("backlog", columns)
    )


def section(found: RunResult) -> list[Section]:
    """The same on a page."""
    if not found.due:
        return []
    cells = [
        [name, due, *(cell(one, queue.figures) for one in SHOWN)]
        for (name, queue), due in zip(found.due.items(), _dues(found), strict=True)
    ]
    head = ["queue", "due", *(one.page_heading for one in SHOWN)]
    return [Section(say("backlog.title"), [PageTable(head, cells)], say("backlog.about"))]


def _dues(found: RunResult) -> list[str]:
    return [show_duration(queue.due_s or 0.0) for queue in found.due.values()]
