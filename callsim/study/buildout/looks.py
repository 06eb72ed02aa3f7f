"""Days of a plan or a stress: each is simulated once, however often a study looks at it."""

from __future__ import annotations

import hashlib

from callsim.model.plan_day import Day
from callsim.scenario import Scenario
from callsim.study.buildout.day_figures import kept_of, last_day_of
from callsim.study.buildout.days import DayFigures, KeptDay
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate
from callsim.version import __version__

Known = dict[str, KeptDay]  # by content, for as long as a study lasts


def content(scenario: Scenario, options: RunOptions) -> str:
    """Names all that a result hangs on: equal names mean equal numbers."""
    told = f"{__version__}\n{options.seed}\n{options.runs}\n{options.engine}\n{scenario.in_full()}"
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def simulate(day: Day, options: RunOptions, known: Known, last_day: bool = False) -> KeptDay:
    """Returns a day, which is simulated unless it is `known`; there it is added.

    `last_day`: of the last day of its calendar alone.
    """
    name = content(day.scenario, options) + "/last day" * last_day
    if name not in known:
        result = replicate(day.scenario, options, weigh=False)
        known[name] = kept_of(day, last_day_of(result) if last_day else result)
    return known[name]


class Looker:
    """Simulates changed scenarios, and tells how many of the looks that are expected are done."""

    def __init__(self, options: RunOptions):
        self.options, self._known = options, Known()
        self.looks, self.expected = 0, 1

    def at(self, day: Day, last_day: bool = False) -> DayFigures:
        """The figures of a day; `last_day`: of the last day of its calendar alone."""
        self.looks += 1
        expected = max(self.expected, self.looks)
        part = self.options.progress.part((self.looks - 1) / expected, 1 / expected, self.looks - 1, expected)
        return simulate(day, self.options.but(progress=part), self._known, last_day).figures
