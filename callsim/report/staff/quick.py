"""The answer of `callsim staff --quick`: agents by formula, told as what it is."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, below, title
from callsim.report.staff.file import to_paste
from callsim.report.staff.tables import FEW, by_day, clock
from callsim.sentences import say
from callsim.study.by_formula import FormulaAnswer, GroupByFormula

MOST = 20  # rows of a table; all of them are in the JSON


def report(found: FormulaAnswer, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    return written(lambda page: _parts(found, page, paste=True), width, colour)


def report_of_file(found: FormulaAnswer, width: int, colour: bool = False) -> str:
    """The whole report of an answer that was written as a scenario file: there is nothing to paste."""
    return written(lambda page: _parts(found, page, paste=False), width, colour)


def headline(found: FormulaAnswer) -> str:
    """The first sentence: how many agents, and that nothing was simulated."""
    return say("staff.by_formula", hours=found.agent_hours, most=found.most_agents)


def _parts(found: FormulaAnswer, page: Page, paste: bool) -> Iterator[RenderableType | None]:
    yield Group(Text(found.scenario, "bold"), Text(headline(found), "bold yellow"))
    yield _groups(found, page)
    if paste and len(found.groups) <= FEW:
        yield Group(title("To paste"), Text(to_paste(found, page.width).rstrip()))
    yield Text(say("staff.not_simulated"), "dim")


def _groups(found: FormulaAnswer, page: Page) -> RenderableType:
    shown = list(found.groups.items())[:MOST]
    peaks = [_peak(found, group) for _, group in shown]
    columns = [
        Column("group", [name for name, _ in shown], names=True),
        Column("copies", [f"{group.copies:,}" for _, group in shown], 3),
        Column("most agents", [f"{peak:,}" for peak, _ in peaks]),
        Column("at", [at for _, at in peaks]),
        Column(say("staff.agent_hours"), [f"{group.agent_hours:,.1f}" for _, group in shown]),
    ]
    left = len(found.groups) - len(shown)
    notes = [below(say("pages.other_groups", n=left))] if left else []
    return Group(
        title("Agents scheduled", say("staff.each_by_formula")), page.fitted("groups", columns), *notes
    )


def _peak(found: FormulaAnswer, group: GroupByFormula) -> tuple[int, str]:
    """The most agents at once, and when."""
    days = by_day(group.staff)
    day, interval = max(
        ((day, k) for day, agents in days.items() for k in range(len(agents))),
        key=lambda place: days[place[0]][place[1]],
    )
    at = clock(found, interval)
    return int(days[day][interval]), f"{day} {at}" if len(days) > 1 else at


def rows(found: FormulaAnswer) -> list[dict[str, object]]:
    """For CSV: one row per group and interval, each with how it was found."""
    return [
        {
            "group": name,
            "start": clock(found, k),
            "staff": agents,
            "found": say("staff.formula_only"),
            "day": day,
        }
        for name, group in found.groups.items()
        for day, staff in by_day(group.staff).items()
        for k, agents in enumerate(staff)
    ]
