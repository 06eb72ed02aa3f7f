"""Looks at changed scenarios: each is simulated once, and what was seen is kept."""

from __future__ import annotations

import threading

from callsim.model.plan_day import Day
from callsim.study.buildout.day_figures import kept_of, last_day_of
from callsim.study.buildout.days import DayFigures
from callsim.study.buildout.journal import Kept, content
from callsim.study.buildout.question import Progress
from callsim.study.runs.replicate import run as simulate


class Looker:
    """Simulates changed scenarios, each once, and keeps what it saw."""

    def __init__(
        self,
        seed: int,
        runs: int,
        engine: str,
        jobs: int | None,
        kept: Kept,
        on_progress: Progress | None,
        stop: threading.Event | None,
    ):
        self.seed, self.runs, self.engine, self.jobs = seed, runs, engine, jobs
        self.kept, self.on_progress, self.stop = kept, on_progress, stop
        self.looks, self.expected = 0, 1

    def at(self, day: Day, last_day: bool = False) -> DayFigures:
        """The figures of a day; `last_day`: of the last day of its calendar alone."""
        name = content(day.scenario, self.seed, self.runs, self.engine) + "/last day" * last_day
        self.looks += 1
        known = self.kept.day(name)
        if known is None:
            result = simulate(
                day.scenario, self.runs, self.seed, self.engine, self.jobs, self._tell, self.stop, weigh=False
            )
            known = self.kept.keep_day(name, kept_of(day, last_day_of(result) if last_day else result))
        return known.figures

    def _tell(self, done: float, _runs: int, _expected: int) -> None:
        if self.on_progress is not None:
            expected = max(self.expected, self.looks)
            self.on_progress(min((self.looks - 1 + done) / expected, 1.0), self.looks - 1, expected)
