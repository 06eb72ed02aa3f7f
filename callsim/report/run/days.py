"""A run of several days, day by day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from rich.console import Group, RenderableType

from callsim.report.kit import figures
from callsim.report.kit.both import Shown, columns
from callsim.report.kit.tables import Page, title
from callsim.report.run.short import pools_of
from callsim.results import catalogue
from callsim.results.run import Interval, RunResult
from callsim.sentences import dated, say

MOST = 31  # days; of more only JSON and CSV tell each


def by_day(found: RunResult, page: Page) -> RenderableType | None:
    """One row for each day, on a terminal."""
    days = found.by_day or ()
    if not 1 < len(days) <= MOST:
        return None
    return Group(
        title(say("run.by_day"), say("pages.all_queues")), page.fitted("by day", columns(shown(found)))
    )


def shown(found: RunResult) -> list[Shown]:
    """What each day brought, all queues together, for a text or a page."""
    days = found.by_day or ()
    calls = catalogue.CALLS
    offered, abandoned, asa = (calls[key] for key in ("offered", "abandoned_share", "asa_s"))
    levels = [day.figures.level(found.counted) for day in days]
    on_duty, required = _hours(found, days, "on_duty"), _hours(found, days, "required")
    return [
        Shown(
            "day", [dated(datetime.date.fromisoformat(day.start), "%a %Y-%m-%d") for day in days], names=True
        ),
        Shown(offered.heading, [figures.count(day.figures[offered.key]) for day in days]),
        Shown(
            "service level",
            [figures.percent(level) for level in levels],
            fuller=[figures.percent_about(level) for level in levels],
        ),
        Shown(abandoned.heading, [figures.percent(day.figures[abandoned.key]) for day in days], 1),
        Shown(asa.heading, [figures.seconds(day.figures[asa.key]) for day in days], 3, page=asa.page_heading),
        *([Shown(say("run.hours_on_duty"), on_duty, 2)] if pools_of(found) else []),
        *([Shown(say("run.hours_required"), required, 2)] if pools_of(found) else []),
    ]


def _hours(found: RunResult, days: Sequence[Interval], key: str) -> list[str]:
    """Agent-hours of each day, of the pools that have a requirement."""
    hours = dict.fromkeys((day.start for day in days), 0.0)
    for rows in pools_of(found).values():
        for row in rows:
            hours[row.start[:10]] += (row.figures[key].mean or 0.0) * found.interval_s / 3600
    return [f"{hours[day.start]:,.1f}" for day in days]
