"""What stands beside the waits of queues, in text and on a page: clients, due work, menus, campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
from callsim.units import show_duration

MOST = 15  # rows of clients in text
CLIENTS = "clients.clients"


@dataclass(frozen=True)
class Listing:
    """A row for each of some parts of a centre, with those figures that any of them has."""

    key: str  # of the table that hides columns, for want of room
    title: str
    about: str
    each: str  # what a row is
    rows: dict[str, Figures]
    declared: Iterable[Declared]
    words: dict[str, list[str]] = field(default_factory=dict)  # columns of words, by their headings
    left: int = 0  # parts that text leaves out: those before the last row, which is of all together

    @property
    def shown(self) -> list[Declared]:
        """The figures that any row has; of rare ones those of which any row has some."""
        rows = self.rows.values()
        return [
            one
            for one in self.declared
            if any(one.key in row for row in rows)
            and (not one.rare or any(row.get(one.key, Figure(None)).mean for row in rows))
        ]

    def table(self, page: Page) -> RenderableType:
        """For a terminal."""
        names = list(self.rows)
        if self.left:
            names = [*names[:MOST], names[-1]]
        figures = [self.rows[name] for name in names]
        columns = [Column(self.each, names, names=True)]
        columns += [Column(heading, cells) for heading, cells in self.words.items()]
        columns += [column(one, figures) for one in self.shown]
        notes = [below(say("pages.other_queues", n=self.left))] if self.left else []
        head = title(self.title, f"{label(': ')}{self.about}")
        return Group(head, page.fitted(self.key, columns), *notes)

    def section(self) -> Section:
        """For a page."""
        shown = self.shown
        words = zip(*self.words.values(), strict=True) if self.words else [()] * len(self.rows)
        cells = [
            [name, *said, *(cell(one, row) for one in shown)]
            for (name, row), said in zip(self.rows.items(), words, strict=True)
        ]
        head = [self.each, *self.words, *(one.page_heading for one in shown)]
        return Section(self.title, [PageTable(head, cells)], self.about)


def listings(found: RunResult) -> Iterator[Listing]:
    """What a run tells beside the waits of its queues; nothing of what its centre has not."""
    for listing in (_clients, _due, _told, _menus, _campaigns):
        one = listing(found)
        if one.rows:
            yield one


def _clients(found: RunResult) -> Listing:
    """By the queue that a client called first; none where everybody calls once."""
    total, rows = found.total.figures, {}
    if CLIENTS in total:
        rows = {name: queue.figures for name, queue in found.queues.items()}
        if len(rows) > 1:
            rows[label("all queues")] = total
    left = max(0, len(found.queues) - MOST) if rows else 0
    about = say("run.clients")
    return Listing("clients", "Clients", about, "queue", rows, catalogue.CLIENTS.values(), left=left)


def _due(found: RunResult) -> Listing:
    """Queues that say when their work is due."""
    rows = {name: queue.figures for name, queue in found.due.items()}
    dues = [show_duration(queue.due_s or 0.0) for queue in found.due.values()]
    declared = [one for one in catalogue.BACKLOG.values() if one.text is not None]
    name, about = say("backlog.title"), say("backlog.about")
    return Listing("backlog", name, about, "queue", rows, declared, {"due": dues})


def _told(found: RunResult) -> Listing:
    """Queues that tell those who wait how long."""
    rows = {name: queue.figures for name, queue in found.telling.items()}
    declared = [one for one in catalogue.WAITING.values() if one.text is not None]
    return Listing("waiting", say("waiting.title"), say("waiting.about"), "queue", rows, declared)


def _menus(found: RunResult) -> Listing:
    rows = {name: menu.figures for name, menu in (found.menus or {}).items()}
    return Listing("menus", say("menus.title"), say("menus.about"), "menu", rows, catalogue.MENUS.values())


def _campaigns(found: RunResult) -> Listing:
    rows = {name: one.figures for name, one in (found.campaigns or {}).items()}
    name, about = say("campaigns.title"), say("campaigns.about")
    return Listing("campaigns", name, about, "campaign", rows, catalogue.CAMPAIGNS.values())
