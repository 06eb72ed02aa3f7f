"""Clients, in text and on a page: whether they were reached, how often they called, who handed them on."""

from __future__ import annotations

from rich.console import Group, RenderableType

from callsim.report.kit.columns import cell, column
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Table as PageTable
from callsim.report.kit.tables import Column, Page, below, title
from callsim.results import catalogue
from callsim.results.declared import Declared
from callsim.results.measures import Figure
from callsim.results.run import RunResult
from callsim.results.schema import Figures
from callsim.sentences import label, say

MOST = 15  # queues in text
CLIENTS = "clients.clients"


def shown(rows: list[tuple[str, Figures]]) -> list[Declared]:
    """The figures that any of these rows has; those of transfers only where there are some."""
    return [
        one
        for one in catalogue.CLIENTS.values()
        if any(one.key in row for _, row in rows)
        and (not one.rare or any(row.get(one.key, Figure(None)).mean for _, row in rows))
    ]


def table(found: RunResult, page: Page) -> RenderableType | None:
    """A row for each queue, by the queue that a client called first; none where everybody calls once."""
    rows = _rows(found)
    if not rows:
        return None
    left = len(found.queues) - MOST
    notes = [below(say("pages.other_queues", n=left))] if left > 0 else []
    rows = rows[:MOST] + rows[-1:] if left > 0 else rows
    figures = [row for _, row in rows]
    columns = [Column("queue", [name for name, _ in rows], names=True)]
    columns += [column(one, figures) for one in shown(rows)]
    return Group(title("Clients", f": {say('run.clients')}"), page.fitted("clients", columns), *notes)


def section(found: RunResult) -> list[Section]:
    """The same on a page."""
    rows = _rows(found)
    if not rows:
        return []
    declared = shown(rows)
    cells = [[name, *(cell(one, row) for one in declared)] for name, row in rows]
    head = ["queue", *(one.page_heading for one in declared)]
    return [Section("Clients", [PageTable(head, cells)], say("run.clients"))]


def _rows(found: RunResult) -> list[tuple[str, Figures]]:
    """Each queue with its figures, then all together."""
    total = found.total.figures
    if CLIENTS not in total:
        return []
    rows = [(name, queue.figures) for name, queue in found.queues.items()]
    return [*rows, (label("all queues"), total)] if len(rows) > 1 else rows
