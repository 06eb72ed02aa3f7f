"""What calls that wait were told, and their callbacks, in text and on a page."""

from __future__ import annotations

from rich.console import Group, RenderableType

from callsim.report.kit.columns import cell, column
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Table as PageTable
from callsim.report.kit.tables import Column, Page, title
from callsim.results import catalogue
from callsim.results.declared import Declared
from callsim.results.run import RunResult
from callsim.sentences import label, say


def _shown(found: RunResult) -> list[Declared]:
    """The figures that any of the queues has."""
    there = {key for queue in found.telling.values() for key in queue.figures}
    return [one for one in catalogue.WAITING.values() if one.text is not None and one.key in there]


def table(found: RunResult, page: Page) -> RenderableType | None:
    """A row for each queue that tells waits; none where no queue does."""
    if not found.telling:
        return None
    figures = [queue.figures for queue in found.telling.values()]
    columns = [Column("queue", list(found.telling), names=True)]
    columns += [column(one, figures) for one in _shown(found)]
    return Group(
        title(say("waiting.title"), f"{label(': ')}{say('waiting.about')}"), page.fitted("waiting", columns)
    )


def section(found: RunResult) -> list[Section]:
    """The same on a page."""
    if not found.telling:
        return []
    shown = _shown(found)
    cells = [[name, *(cell(one, queue.figures) for one in shown)] for name, queue in found.telling.items()]
    head = ["queue", *(one.page_heading for one in shown)]
    return [Section(say("waiting.title"), [PageTable(head, cells)], say("waiting.about"))]
