"""Whether a queue's goal is met, how surely, and on which share of days and intervals."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from callsim.arrays import Bools, Floats, Ints
from callsim.model import Model
from callsim.results import measures, run
from callsim.results.measures import COUNTS, RATIOS, SERVICE_LEVEL, Figure, Formula
from callsim.results.schema import Mapped, mapped
from callsim.scenario import Goal
from callsim.sentences import say
from callsim.units import DAY_MS


@dataclass(frozen=True)
class Days:
    """A queue's goal day by day, over all runs."""

    service_level: list[Figure]  # by day
    abandoned_share: list[Figure]  # by day
    met: Ints  # int64 [day]  runs that met the goal
    judged: Ints  # int64 [day]  runs in which somebody called

    def told(self, start: datetime.date) -> list[run.GoalDay]:
        """As in results. `start`: the first day."""
        share = cache(measures.share)  # few differ among many days
        return [
            run.GoalDay(
                start=(start + datetime.timedelta(days=day)).isoformat(),
                service_level=level,
                abandoned_share=abandoned,
                probability=share(met, of),
            )
            for day, (level, abandoned, met, of) in enumerate(
                zip(
                    self.service_level,
                    self.abandoned_share,
                    self.met.tolist(),
                    self.judged.tolist(),
                    strict=True,
                )
            )
        ]


@dataclass(frozen=True)
class Judgement:
    """Whether a queue's goal is met."""

    goal: Goal
    counted: str
    service_level: Figure
    abandoned_share: Figure
    met: bool | None  # None: nobody could call, so nothing is known
    probability: Figure  # of the days on which somebody called
    start: datetime.date
    sums: Ints  # int64 [run, day, column]

    @property
    def promise(self) -> run.Promise:
        """What was promised."""
        goal = self.goal
        return run.Promise(answer=goal.answer, within_s=goal.within, abandon_at_most=goal.abandon_at_most)

    @cached_property
    def decided(self) -> bool | None:
        """Whether other luck could hardly turn the verdict; None where nothing can be known of that.

        It could not if both intervals keep to the promise, or one of them surely breaks it.
        """
        if self.met is None or self.service_level.low is None:
            return None
        level = _side(self.service_level, self.goal.answer, 1)
        abandoned = _side(self.abandoned_share, self.goal.abandon_at_most, -1)
        return min(level, abandoned) != 0

    @property
    def runs_to_decide(self) -> float:
        """About how many runs would decide it, if the means stayed as they are; 0 if it is decided."""
        if self.decided is not False:
            return 0.0
        halves = (
            (self.service_level, self.goal.answer),
            (self.abandoned_share, self.goal.abandon_at_most),
        )
        return max(len(self.sums) * _times(figure, bound) ** 2 for figure, bound in halves)

    @property
    def verdict(self) -> str:
        """In words."""
        if self.met is None:
            return "no calls"
        word = "met" if self.met else "missed"
        if self.decided is None:
            return say("goals.of_one_run", word=word)
        return word if self.decided else say("goals.too_close", runs=len(self.sums))

    @cached_property
    def kept(self) -> Floats:
        """The share of each run's days that met the goal: float64 [run]; NaN where nobody called."""
        kept, judged = _kept(self.goal, self.sums, SERVICE_LEVEL[self.counted], RATIOS["abandoned_share"])
        days = judged.sum(axis=1)
        return np.asarray(kept.sum(axis=1) / np.where(days > 0, days, np.nan))

    @cached_property
    def by_day(self) -> Days:
        """The goal on each day of the calendar."""
        formulas = (SERVICE_LEVEL[self.counted], RATIOS["abandoned_share"])
        level, abandoned = (measures.figures(measures.estimate(self.sums, one)) for one in formulas)
        met, judged = _kept(self.goal, self.sums, *formulas)
        return Days(level, abandoned, met.sum(axis=0), judged.sum(axis=0))

    def by_interval(self, calls: Ints) -> list[Figure]:
        """The share of runs in which each interval met the goal. `calls`: int64 [run, cell, column]."""
        kept, judged = _kept(self.goal, calls, SERVICE_LEVEL[self.counted], RATIOS["abandoned_share"])
        share = cache(measures.share)  # few differ among many intervals
        met, of = kept.sum(axis=0).tolist(), judged.sum(axis=0).tolist()
        return [share(*pair) for pair in zip(met, of, strict=True)]

    def told(self) -> run.Goal:
        """As in results."""
        return run.Goal(
            answer=self.goal.answer,
            within_s=self.goal.within,
            abandon_at_most=self.goal.abandon_at_most,
            counted=self.counted,
            met=self.met,
            decided=self.decided,
            verdict=self.verdict,
            probability=self.probability,
            by_day=self.by_day.told(self.start) if self.sums.shape[1] > 1 else None,
        )

    def to_dict(self) -> Mapped:
        """As in the JSON of results."""
        return mapped(self.told())


class GoalsMet(NamedTuple):
    """Numbers of goals: met, judged, and not judged because nobody called."""

    met: int
    of: int
    silent: int


def goals_met(verdicts: Iterable[bool | None]) -> GoalsMet:
    """Count verdicts: True met, False missed, None where nobody called."""
    found = list(verdicts)
    silent = sum(met is None for met in found)
    return GoalsMet(sum(met is True for met in found), len(found) - silent, silent)


def judge(model: Model, calls: Ints, goal: Goal) -> Judgement:
    """Whether a goal is met on the mean, and on which share of days. `calls`: int64 [run, cell, column]."""
    counted = model.scenario.goals.counted
    level, abandoned = SERVICE_LEVEL[counted], RATIOS["abandoned_share"]
    days = calls.reshape(len(calls), -1, DAY_MS // model.grid, calls.shape[-1]).sum(axis=2)
    whole = days.sum(axis=1)
    kept, judged = _kept(goal, whole.sum(axis=0), level, abandoned)
    kept_on, judged_on = _kept(goal, days, level, abandoned)
    return Judgement(
        goal,
        counted,
        measures.figure(whole, level),
        measures.figure(whole, abandoned),
        bool(kept) if judged else None,
        measures.share(int(kept_on.sum()), int(judged_on.sum())),
        model.scenario.calendar.start,
        days,
    )


def kept_in(goal: Goal, calls: Ints, counted: str) -> Bools:
    """Where a goal is not broken: bool […]. `calls`: int64 […, column]."""
    kept, judged = _kept(goal, calls, SERVICE_LEVEL[counted], RATIOS["abandoned_share"])
    return np.asarray(kept | ~judged)


def _kept(goal: Goal, sums: Ints, level: Formula, abandoned: Formula) -> tuple[Bools, Bools]:
    """Where a goal is met, and where it can be judged: bool […], both. `sums`: int64 […, column].

    A promise to nobody is neither kept nor broken. One to callers of whom nobody was answered is broken,
    also by a formula that does not count them.
    """
    judged = sums @ COUNTS["offered"].over > 0
    kept = judged.copy()
    if goal.answer is not None:
        kept &= np.nan_to_num(_ratio(sums, level)) >= goal.answer
    if goal.abandon_at_most is not None:
        kept &= np.nan_to_num(_ratio(sums, abandoned)) <= goal.abandon_at_most
    return kept, judged


def _side(figure: Figure, bound: float | None, sign: int) -> int:
    """Where a figure's interval lies: 1 on the good side of a bound, -1 on the bad, 0 across it."""
    if bound is None or figure.mean is None:
        return 1 if bound is None else -1
    assert figure.low is not None
    assert figure.high is not None
    if figure.low < bound < figure.high:
        return 0
    return 1 if (figure.mean - bound) * sign >= 0 else -1


def _times(figure: Figure, bound: float | None) -> float:
    """Returns the factor by which the interval would have to shrink for the bound to lie outside."""
    if bound is None or _side(figure, bound, 1):
        return 0.0
    assert figure.mean is not None
    assert figure.low is not None
    assert figure.high is not None
    far = abs(figure.mean - bound)
    return max(figure.high - figure.mean, figure.mean - figure.low) / far if far else math.inf


def _ratio(sums: Ints, formula: Formula) -> Floats:
    """A share of some sums, NaN of nothing: float64 […]. `sums`: int64 […, column]."""
    assert formula.under is not None
    below = (sums @ formula.under).astype(np.float64)
    return np.asarray((sums @ formula.over) / np.where(below > 0, below, np.nan))
