"""What people may be asked to work, as far as a roster of shifts decides it; and the weeks that it allows.

China's labour law, art. 36 and 41, and the State Council's rules of 1995: 8 h a day, 40 h a week as practised
and 44 h at most, a day of rest a week, overtime of at most 36 h a month. Rest between shifts and nights a
month are usual limits, no law.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from callsim.scenario import Shift
from callsim.scenario.words.labour import Labour, Limits
from callsim.sentences import say
from callsim.units import DAY_MS, HOUR_MS, HOUR_S

NIGHT = (0, 5 * HOUR_MS)  # of a day
NIGHT_AT_LEAST = 2 * HOUR_MS  # of the shift, within the night
WEEKS_A_MONTH = 52 / 12


@dataclass(frozen=True)
class Law:
    """Limits for one person."""

    of: str = "CN"  # whose rules these are: CN, none, or own for those that the file writes
    hours_a_day: float = 8.0
    hours_a_week: float = 40.0
    days_a_week: int = 6
    rest_h: float = 11.0  # hours between two shifts
    overtime_a_month: float = 36.0  # hours above 40 a week
    nights_a_month: float = 8.0

    @classmethod
    def of_labour(cls, labour: Labour) -> Law:
        """The limits that the word `labour` of a scenario stands for."""
        if labour == "CN":
            return cls()
        limits = Limits() if labour == "none" else labour
        assert isinstance(limits, Limits)
        return cls(
            "own" if labour is limits else "none",
            limits.hours_a_day / HOUR_S,
            limits.hours_a_week / HOUR_S,
            limits.days_a_week,
            limits.rest / HOUR_S,
            7 * 24 * WEEKS_A_MONTH,
            limits.nights_a_month,
        )

    def refused(self) -> str | None:
        """Why these limits contradict each other, if they do."""
        overtime = (self.hours_a_week - 40) * WEEKS_A_MONTH
        if overtime <= self.overtime_a_month + 1e-9:
            return None
        most = 40 + self.overtime_a_month / WEEKS_A_MONTH
        return say(
            "roster.overtime",
            hours=self.hours_a_week,
            overtime=overtime,
            limit=self.overtime_a_month,
            most=most,
        )

    def against(self, shift: Shift) -> str | None:
        """Why nobody may work this shift, if so."""
        hours = shift.paid_ms / HOUR_MS
        if hours > self.hours_a_day + 1e-9:
            return say("roster.hours_a_day", hours=hours, limit=self.hours_a_day)
        begin, end = span(shift)
        rest = (DAY_MS - (end - begin)) / HOUR_MS
        if len(shift.days) + len(shift.also) > 1 and rest < self.rest_h - 1e-9:
            return say("roster.rest", rest=rest, limit=self.rest_h)
        return None

    def days_of(self, shift: Shift) -> int:
        """Returns the days of a week that one person may work this shift."""
        most = math.floor(self.hours_a_week / (shift.paid_ms / HOUR_MS) + 1e-9)
        return max(1, min(most, self.days_a_week, len(shift.days)))

    @property
    def nights_a_week(self) -> float:
        """Nights a week and person, on the mean: people take turns."""
        return self.nights_a_month / WEEKS_A_MONTH


def span(shift: Shift) -> tuple[int, int]:
    """From the beginning to the end of a shift: ms since midnight of the day on which it begins."""
    return shift.rostered[0][0], shift.rostered[-1][1]


def at_night(shift: Shift) -> bool:
    """Whether it counts as a night."""
    within = 0
    for begin, end in shift.spans:
        for day in (0, DAY_MS):
            within += max(0, min(end, day + NIGHT[1]) - max(begin, day + NIGHT[0]))
    return within >= NIGHT_AT_LEAST


def on_duty(shift: Shift, moment: int) -> bool:
    """Whether who works a shift is there at a moment of the day, also past midnight; ms."""
    return any(begin <= at < end for begin, end in shift.spans for at in (moment, moment + DAY_MS))
