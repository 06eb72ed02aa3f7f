"""The service level by all four formulas side by side, the one the goals use named."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.columns import column
from callsim.report.kit.tables import Column, Page, title
from callsim.results.catalogue import LEVELS
from callsim.results.run import RunResult
from callsim.results.schema import Figures
from callsim.sentences import label, say
from callsim.units import show_duration

LONG = ("quick_abandons_excluded", "quick_abandons_met")  # explained below the table
BACK = "called_back"


def levels_table(rows: Sequence[tuple[str, Figures]], counted: str, page: Page) -> RenderableType:
    """One row per queue, one column per formula."""
    columns = [Column("queue", [name for name, _ in rows], names=True)]
    columns += [column(one, [row for _, row in rows]) for one in LEVELS.values()]
    return Group(
        title(say("run.by_formula"), say("run.goals_use", formula=label(LEVELS[counted].heading))),
        page.fitted(say("run.by_formula_left"), columns),
        Text(
            "\n".join(
                f"{label(LEVELS[name].heading)}{label(': ')}{label(LEVELS[name].about)}" for name in LONG
            ),
            "dim",
        ),
    )


def short_said(found: RunResult) -> list[str]:
    """How many calls gave up too soon to count, where the scenario says how soon that is."""
    if found.short_abandon_s is None:
        return []
    total = found.total.figures
    short, offered = (figures.count(total[key]) for key in ("short_abandoned", "offered"))
    return [
        say("run.short_abandons", short=short, offered=offered, time=show_duration(found.short_abandon_s))
    ]


def promised_said(found: RunResult) -> list[str]:
    """How many calls ended in the promise of a callback, which the service levels leave out unless asked."""
    told = (row.figures.get(BACK) for row in found.queues.values())
    calls = sum(figure.mean or 0.0 for figure in told if figure is not None)
    return [say("run.promised", calls=calls)] if calls else []
