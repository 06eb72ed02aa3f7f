"""What makes one day unlike another, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, title
from callsim.results.measures import Figure
from callsim.results.run import LUCK, RunResult, Why, WhyAsked
from callsim.results.schema import Mapped, mapped
from callsim.sentences import label, say

HEADINGS = ("day", "interval", "absence", "calls", "next", "uncertain", "menus")  # of the kinds of luck


def said(kind: str) -> str:
    """A kind of luck in words."""
    day, interval, absence, single, after, uncertain, contained = LUCK
    words = {
        day: say("run.luck_day"),
        interval: say("run.luck_interval"),
        absence: say("run.luck_absence"),
        single: say("run.luck_single"),
        after: say("run.luck_next"),
        uncertain: say("run.luck_uncertain"),
        contained: say("run.luck_contained"),
    }
    return words.get(kind, kind)


def report(found: WhyAsked, width: int, colour: bool = False) -> str:
    """The table alone, ready to be written; without colour it is plain text."""
    name, queues, days = Text(found.scenario, "bold"), list(found.why.queues), found.days
    return written(lambda page: [name, _table(found.why, days, queues, page)], width, colour)


def rows(found: WhyAsked) -> list[Mapped]:
    """A row for each queue, and one without a name for all of them together."""
    named = [*found.why.queues.items(), *([(None, found.why.total)] if len(found.why.queues) > 1 else [])]
    return [{"queue": name, **mapped(split)} for name, split in named]


def why_table(found: RunResult, queues: Sequence[str], page: Page) -> RenderableType | None:
    """One row for each of the queues: how much its service level varies, and what makes it."""
    return None if found.why is None else _table(found.why, found.days, queues, page)


def _table(why: Why, days: int, queues: Sequence[str], page: Page) -> RenderableType:
    rows = [(name, why.queues[name]) for name in queues]
    if len(why.queues) > 1:
        rows.append((label("all queues"), why.total))
    kinds, short = list(why.total.shares), dict(zip(LUCK, HEADINGS, strict=True))
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        Column("varies by", [_points(row.standard_deviation) for _, row in rows]),
        *(
            Column(
                short.get(kind, kind),
                [figures.percent_of_days(row.shares[kind]) for _, row in rows],
                fuller=[_about(row.shares[kind]) for _, row in rows],
            )
            for kind in kinds
        ),
    ]
    notes = [
        say("run.varies_by", n=days),
        label("; ").join(f"{label(short[kind])}{label(': ')}{said(kind)}" for kind in kinds if kind in short)
        + label("."),
    ]
    if len(kinds) == 1:
        notes.append(say("run.no_other_luck"))
    notes.append(say("run.replayed", runs=why.runs, times=len(kinds) + 2))
    return Group(
        title("Why", say("run.why_heading", n=days)),
        page.fitted("why", columns),
        Text("\n".join(notes), "dim"),
    )


def _points(deviation: float | None) -> str:
    return figures.NOTHING if deviation is None else f"{deviation * 100:.1f}"


def _about(share: Figure) -> str:
    """A share and its interval, in whole points."""
    mean, low, high = share.mean, share.low, share.high
    if mean is None or low is None or high is None:
        return figures.percent_of_days(share)
    return f"{mean * 100:.0f} % ± {max(high - mean, mean - low) * 100:.0f}"
