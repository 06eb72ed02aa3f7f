"""Days on which a plan misses a goal, with what each plan brings on them, in text and on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit.both import Shown, columns, table
from callsim.report.kit.html_page import Section
from callsim.report.kit.html_page import Text as PageText
from callsim.report.kit.tables import Page, title
from callsim.report.run.weakest import Weak, shown
from callsim.sentences import say
from callsim.study.runs.compared import CompareResult

MOST = 12  # rows; all days are in the JSON


class _Days(NamedTuple):
    table: list[Shown]
    notes: list[str]  # that days are left out


def days_table(found: CompareResult, letters: Mapping[str, str], page: Page) -> RenderableType | None:
    """On a terminal; nothing where no plan surely misses a goal on any of several days."""
    of = _of(found, letters)
    if of is None:
        return None
    notes = [Text(note, "dim") for note in of.notes]
    return Group(title("Days", say("compare.days")), page.fitted("days", columns(of.table)), *notes)


def section(found: CompareResult, letters: Mapping[str, str]) -> list[Section]:
    """The same on a page."""
    of = _of(found, letters)
    if of is None:
        return []
    return [Section("Days", [table(of.table, 3), *map(PageText, of.notes)], say("compare.page_days"))]


def _of(found: CompareResult, letters: Mapping[str, str]) -> _Days | None:
    """The rows of each queue and date of which any plan misses the goal, the worst first."""
    lost = {
        (name, date)
        for plan in found.plans
        for name, goal in plan.goals.items()
        for date in goal.missed_on or ()
    }
    rows: dict[tuple[str, str], list[tuple[Weak, str]]] = {}
    for plan in found.plans:
        for name, goal in plan.goals.items():
            for day in goal.by_day or ():
                if (name, day.start) in lost:
                    row = Weak(name, goal, day), letters[plan.name]
                    rows.setdefault((name, day.start), []).append(row)
    if not rows:
        return None
    worst = sorted(rows.values(), key=lambda each: min(row.order for row, _ in each))
    kept = worst[: max(1, MOST // len(found.plans))]
    weak, plans = zip(*(row for each in kept for row in each), strict=True)
    left = len(worst) - len(kept)
    return _Days(shown(weak, plans), [say("compare.more_days", n=left)] if left else [])
