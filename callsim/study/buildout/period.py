"""A month or week of a plan: the figures of its days, what binds in it, and whether it holds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from callsim.results.warned import Warned
from callsim.study.buildout.binding import Binding
from callsim.study.buildout.days import DayFigures


@dataclass(frozen=True)
class Period:
    """A month or week of the plan."""

    week: int  # its column in the plan's `Years`
    start: datetime.date
    days: dict[str, DayFigures]  # by kind of day, the usual one first
    wanted_peak: dict[str, int]  # site → agents on the phones at once if all who are wanted came
    binding: Binding
    short_lines: tuple[str, ...]  # lines without queues whose people or seats are missing
    warned: tuple[Warned, ...]  # on all its days

    @property
    def usual(self) -> DayFigures:
        """Figures of the usual day."""
        return next(iter(self.days.values()))


def holds(period: Period) -> bool:
    """Whether the usual day meets its goals and all are there who dial; without goals: whether nobody and no
    seat is missing."""
    goals = period.usual.goals_met
    if period.short_lines:
        return False
    return goals.met == goals.of if goals.of else period.binding.word == "demand"
