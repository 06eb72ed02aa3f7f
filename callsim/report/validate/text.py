"""The report of a validation on a terminal: chance first, the verdict, each figure, the guilty part."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.history.validate.result import ValidateResult
from callsim.report.kit.both import columns
from callsim.report.kit.page import written
from callsim.report.kit.tables import Page, below, title
from callsim.report.validate import tables
from callsim.sentences import label, say

MOST = 20  # rows of a table
_COLOURS = {"good": "bold green", "close": "bold yellow", "bad": "bold red", "none": "bold"}


def report(found: ValidateResult, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: ValidateResult, page: Page) -> Iterator[RenderableType | None]:
    history = ", ".join(found.history) or "a history"
    yield Group(
        Text(say("validate.against", scenario=found.scenario, history=history), "bold"),
        Text(tables.chance(found)),
        Text(tables.headline(found), _COLOURS[tables.tone(found)]),
        *(Text(line) for line in found.verdict.says),
        Text(tables.luck(found)),
    )
    yield Group(
        title(say("validate.all_days")), page.fitted("all days", columns(tables.figures(found.figures)))
    )
    if len(found.queues) > 1:
        for name, rows in list(found.queues.items())[:MOST]:
            yield Group(
                title(f"{label('Queue')} {name}"), page.fitted("queues", columns(tables.figures(rows)))
            )
    shown = found.days[:MOST]
    more = [below(say("pages.other_days", n=len(found.days) - MOST))] if len(found.days) > MOST else []
    yield Group(title(say("validate.by_day")), page.fitted("days", columns(tables.days(shown))), *more)
    if found.ladder:
        yield Group(
            title(say("validate.which_part_text")),
            page.fitted("ladder", columns(tables.ladder(found.ladder))),
        )
    if found.bands:
        yield Group(title(say("validate.inside")), page.fitted("bands", columns(tables.bands(found.bands))))
    if found.refused:
        lines = [f"{one.date}: {one.why}" for one in found.refused]
        yield Group(title(say("validate.not_judged")), *(Text(line) for line in lines[:MOST]))
    seed = f"{label('seed')} {found.seed}"
    said = label("; ").join((tables.staffing(found), seed, f"callsim {found.version}"))
    lines = [*found.notes, said, *(say("pages.no_room", columns=left) for left in page.left_out)]
    yield Text("\n".join(lines), "dim")
