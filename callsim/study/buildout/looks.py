"""Looks at changed scenarios: each is simulated once, and what was seen is kept."""

from __future__ import annotations

from callsim.model.plan_day import Day
from callsim.study.buildout.day_figures import kept_of, last_day_of
from callsim.study.buildout.days import DayFigures
from callsim.study.buildout.journal import Kept, content
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate


class Looker:
    """Simulates changed scenarios, each once, and keeps what it saw."""

    def __init__(self, options: RunOptions, kept: Kept):
        self.options, self.kept = options, kept
        self.looks, self.expected = 0, 1

    def at(self, day: Day, last_day: bool = False) -> DayFigures:
        """The figures of a day; `last_day`: of the last day of its calendar alone."""
        name = content(day.scenario, self.options) + "/last day" * last_day
        self.looks += 1
        known = self.kept.day(name)
        if known is None:
            expected = max(self.expected, self.looks)
            part = self.options.progress.part(
                (self.looks - 1) / expected, 1 / expected, self.looks - 1, expected
            )
            result = replicate(day.scenario, self.options.but(progress=part), weigh=False)
            known = self.kept.keep_day(name, kept_of(day, last_day_of(result) if last_day else result))
        return known.figures
