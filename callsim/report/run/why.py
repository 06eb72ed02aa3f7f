"""What makes one day unlike another, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.tables import Column, Page, title
from callsim.results.measures import Figure
from callsim.results.run import RunResult

SHORT = {  # headings of the kinds of luck
    "busyness of the day": "day",
    "busyness of the interval": "interval",
    "who is absent": "absence",
    "single calls": "calls",
}


def why_table(found: RunResult, queues: Sequence[str], page: Page) -> RenderableType | None:
    """One row for each of the queues: how much its service level varies, and what makes it."""
    why = found.why
    if why is None:
        return None
    rows = [(name, why.queues[name]) for name in queues]
    if len(why.queues) > 1:
        rows.append(("all queues", why.total))
    kinds = list(why.total.shares)
    columns = [
        Column("queue", [name for name, _ in rows], names=True),
        Column("varies by", [_points(row.standard_deviation) for _, row in rows]),
        *(
            Column(
                SHORT.get(kind, kind),
                [figures.percent_of_days(row.shares[kind]) for _, row in rows],
                fuller=[_about(row.shares[kind]) for _, row in rows],
            )
            for kind in kinds
        ),
    ]
    span = "day" if found.days == 1 else f"run of {found.days} days"
    notes = [
        f"varies by: standard deviation of the service level of a {span}, in points.",
        "; ".join(f"{SHORT[kind]}: {kind}" for kind in kinds if kind in SHORT) + ".",
    ]
    if len(kinds) == 1:
        notes.append("There is no other kind of luck in this scenario (see day_cv, interval_cv and absence).")
    notes.append(f"{why.runs} runs, each played {len(kinds) + 2} times with some of the luck of another.")
    return Group(
        title("Why", f" one {span} is not like another: what makes the variance of its service level"),
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
