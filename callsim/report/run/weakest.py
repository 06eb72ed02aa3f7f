"""The days on which goals are missed most often: a goal, a day and its figures in each row."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich import console
from rich.console import RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import Said, Shown, columns, marked
from callsim.report.kit.goals import failed
from callsim.report.kit.tables import Page, title
from callsim.results.measures import Figure
from callsim.results.run import Goal, GoalDay, RunResult
from callsim.sentences import dated, say

WEAKEST = 8  # days


class Weak(NamedTuple):
    """A queue's goal on a day."""

    queue: str
    goal: Goal
    day: GoalDay

    @property
    def order(self) -> tuple[float, float]:
        """The worst first: by the share of runs that met the goal, then by how much it is missed."""
        return self.day.probability.mean or 0.0, -_gap(self.goal, self.day)


def days_table(found: RunResult, page: Page) -> RenderableType | None:
    """The days on which goals are missed most often, then by the most."""
    goals = found.goals
    if found.days < 2 or all(goal.by_day is None for goal in goals.values()):
        return None
    weak = [
        Weak(name, goal, day)
        for name, goal in goals.items()
        for day in goal.by_day or ()
        if (mean := day.probability.mean) is not None and mean < 1
    ]
    if not weak:
        return title("Days", say("goals.every_day"))
    weak.sort(key=lambda row: row.order)
    table = shown(weak[:WEAKEST])
    left = len(weak) - WEAKEST
    notes = [Text(say("goals.more_days", n=left), "dim")] if left > 0 else []
    return console.Group(title("Days", say("goals.weakest")), page.fitted("days", columns(table)), *notes)


def shown(rows: Sequence[Weak], plans: Sequence[str] = ()) -> list[Shown]:
    """Returns a table of goals on days. `plans`: the letter of each row's plan, where there are several."""
    broken = [failed(goal, day.service_level, day.abandoned_share, day.asa_s) for _, goal, day in rows]

    def levels(told: Callable[[Figure, float | None], str]) -> list[Said]:
        return [
            marked(told(day.service_level, goal.answer), late)
            for (_, goal, day), (late, *_) in zip(rows, broken, strict=True)
        ]

    def shares(told: Callable[[Figure, float | None], str]) -> list[Said]:
        return [
            marked(told(day.abandoned_share, goal.abandon_at_most), gave_up)
            for (_, goal, day), (_, gave_up, _) in zip(rows, broken, strict=True)
        ]

    def waits(told: Callable[[Figure, float | None], str]) -> list[Said]:
        return [
            marked(told(day.asa_s or Figure(None), goal.asa_at_most_s), waited)
            for (_, goal, day), (*_, waited) in zip(rows, broken, strict=True)
        ]

    any_waits = any(row.goal.asa_at_most_s is not None for row in rows)
    met_in = [say("goals.met_in", share=figures.percent_of_days(row.day.probability)) for row in rows]
    return [
        Shown("day", [_date(row.day.start) for row in rows], names=True),
        Shown("queue", [row.queue for row in rows], names=True),
        *([Shown("plan", plans, names=True)] if plans else []),
        Shown("service level", levels(figures.percent), fuller=levels(figures.percent_about)),
        Shown("abandoned", shares(figures.percent), 1, fuller=shares(figures.percent_about)),
        *([Shown("ASA", waits(figures.seconds), fuller=waits(figures.seconds_about))] if any_waits else []),
        Shown("met in", met_in, 2, usual="99 % of runs"),
    ]


def _date(start: str) -> str:
    return dated(datetime.date.fromisoformat(start), "%a %Y-%m-%d")


def _gap(goal: Goal, day: GoalDay) -> float:
    """By how much the worst part of a promise is missed."""
    level, abandoned, longest = day.service_level.mean, day.abandoned_share.mean, goal.asa_at_most_s
    asa = None if day.asa_s is None else day.asa_s.mean
    return max(
        -1.0 if longest is None or asa is None else 1 - longest / asa if asa > longest else asa / longest - 1,
        -1.0 if goal.answer is None else goal.answer - (level or 0.0),
        -1.0 if goal.abandon_at_most is None else (abandoned or 0.0) - goal.abandon_at_most,
    )
