"""How many classes the intake of a school fills at once: `check`, `plan` and what it would take count alike.

Classes begin with a week, so each holds its room and its trainer for whole weeks.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import NamedTuple

from callsim.scenario.buildout.workforce import School
from callsim.scenario.words.over_time import ALWAYS, on
from callsim.units import WEEK_S

MONTH_DAYS = 365.25 / 12
WEEK_MONTHS = 7 / MONTH_DAYS
EXACT = 1e-9  # of a room


class Full(NamedTuple):
    """A date from which a school has fewer rooms, or trainers, than its intake fills."""

    date: datetime.date
    what: str  # rooms, trainers
    there: float
    intake: float  # people a month
    classes: float  # at once
    least: float  # the same if a room were free on the very day on which its class is over

    @property
    def takes(self) -> float:
        """People a month that find room."""
        return self.intake * self.there / self.classes

    @property
    def never_fits(self) -> bool:
        """Whether rooms are too few however classes are laid, not only because they begin with a week."""
        return self.least > self.there + EXACT


def weeks_of(seconds: float) -> int:
    """The whole weeks of the plan that a class, or a wait, of `seconds` lasts."""
    return math.ceil(seconds / WEEK_S)


def overfull(school: School, hires: float = 0.0, rooms: float = 0.0) -> Iterator[Full]:
    """Where a school's intake does not find room, first rooms, then trainers, by date.

    `hires` (people a month), `rooms` (with trainers): how many more are tried. Classes are as long as the
    school says; those of a line with a `training` of its own are not looked at.
    """
    if school.intake is None:
        return
    for what, over_time in (("rooms", school.rooms), ("trainers", school.trainers)):
        if over_time is None:
            continue
        for date in sorted({*school.intake, *over_time}):
            if date == ALWAYS and date not in over_time:
                continue  # an intake without a date begins with the rooms
            intake, there = on(school.intake, date) + hires, on(over_time, date) + rooms
            classes = intake * weeks_of(school.length) * WEEK_MONTHS / school.class_size
            if classes > there + EXACT:
                least = intake * school.length / WEEK_S * WEEK_MONTHS / school.class_size
                yield Full(date, what, there, intake, classes, least)
