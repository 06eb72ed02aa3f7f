"""Whether the goal of a queue or a group is met, how surely, and on which share of days and intervals."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from callsim.arrays import Bools, Floats, Ints
from callsim.model import Model
from callsim.results import catalogue, measures, run
from callsim.results.goals.missed_days import in_words
from callsim.results.measures import OFFERED, RATIOS, SERVICE_LEVEL, WORK, Figure, Formula, columns_of
from callsim.results.schema import Mapped, mapped
from callsim.scenario import Goal, Group
from callsim.sentences import say
from callsim.units import DAY_MS


class Bound(NamedTuple):
    """A figure of which a goal says how much it is at least, or at most."""

    key: str  # of the figure
    formula: Formula
    bound: float  # in the figure's unit
    sign: int  # 1: at least; -1: at most
    of_nothing: float  # what counts where there is no such figure

    def keeps(self, sums: Ints) -> Bools:
        """Where the bound is kept: bool […]. `sums`: int64 […, column]."""
        value = _ratio(sums, self.formula) * self.formula.scale
        value = np.where(np.isnan(value), self.of_nothing, value)
        return np.asarray((value - self.bound) * self.sign >= 0)


# Where these are none nothing is judged.
CALLED, ON_DUTY = columns_of(OFFERED), WORK["on_duty_h"].over


def bounds_of(goal: Goal, counted: str) -> list[Bound]:
    """What a queue's goal bounds.

    A promise to callers of whom nobody was answered is broken, also by a formula that does not count them.
    """
    found = []
    if goal.answer is not None:
        level = catalogue.LEVELS[counted]
        found.append(Bound(level.key, SERVICE_LEVEL[counted], goal.answer, level.better, 0.0))
    for key, bound, of_nothing in (
        ("abandoned_share", goal.abandon_at_most, 0.0),
        ("asa_s", goal.asa_at_most, math.inf),
    ):
        if bound is not None:
            found.append(Bound(key, RATIOS[key], bound, catalogue.CALLS[key].better, of_nothing))
    return found


def bound_of(group: Group) -> list[Bound]:
    """What a group's goal bounds; nothing without one."""
    most = group.occupancy_at_most
    if most is None:
        return []
    return [Bound("occupancy", WORK["occupancy"], most, catalogue.WORK["occupancy"].better, 0.0)]


@dataclass(frozen=True)
class Judgement:
    """Whether a goal is met."""

    bounds: list[Bound]
    judged_by: Ints  # int64 [column]  the sum that is more than 0 where there is something to judge
    reached: list[Figure]  # of each bound
    met: bool | None  # None: nobody could call, or nobody was on duty, so nothing is known
    probability: Figure  # of the days on which somebody called, or was on duty
    start: datetime.date
    sums: Ints  # int64 [run, day, column]

    @cached_property
    def decided(self) -> bool | None:
        """Whether other luck could hardly turn the verdict; None where nothing can be known of that.

        It could not if all intervals keep to the promise, or one of them surely breaks it.
        """
        return None if self.met is None else _decided(self.reached, self.bounds)

    @cached_property
    def missed_on(self) -> list[str]:
        """The dates on which the goal is missed, as surely as a verdict on all days; none of one day.

        A date is left out where nobody called, or was on duty, and where other luck could turn it.
        """
        if not self._has_days:
            return []
        kept, judged = _kept(self.bounds, self.judged_by, self.sums.sum(axis=0))
        each = [measures.figures(measures.estimate(self.sums, one.formula)) for one in self.bounds]
        return [
            self._date(day)
            for day, reached in enumerate(zip(*each, strict=True))
            if judged[day] and not kept[day] and _decided(reached, self.bounds) is not False
        ]

    @property
    def runs_to_decide(self) -> float:
        """About how many runs would decide it, if the means stayed as they are; 0 if it is decided."""
        if self.decided is not False:
            return 0.0
        return max(len(self.sums) * _times(figure, bound) ** 2 for figure, bound in self._each)

    @property
    def verdict(self) -> str:
        """In words."""
        if self.met is None:
            return "no calls" if self.judged_by is CALLED else say("goals.nobody_on_duty")
        word = "met" if self.met else "missed"
        if self.met and self.missed_on and self.decided is not False:
            judged = np.flatnonzero(self.sums.sum(axis=0) @ self.judged_by > 0).tolist()
            word = say("goals.but_missed_on", days=in_words(self.missed_on, [self._date(k) for k in judged]))
        if self.decided is None:
            return say("goals.of_one_run", word=word)
        return word if self.decided else say("goals.too_close", runs=len(self.sums))

    @cached_property
    def kept(self) -> Floats:
        """The share of each run's days that met the goal: float64 [run]; NaN where nothing was judged."""
        kept, judged = _kept(self.bounds, self.judged_by, self.sums)
        days = judged.sum(axis=1)
        return np.asarray(kept.sum(axis=1) / np.where(days > 0, days, np.nan))

    def by_interval(self, sums: Ints) -> list[Figure]:
        """The share of runs in which each interval met the goal. `sums`: int64 [run, cell, column]."""
        return _shares(*_kept(self.bounds, self.judged_by, sums))

    @property
    def _each(self) -> zip[tuple[Figure, Bound]]:
        return zip(self.reached, self.bounds, strict=True)

    def _days(self, *formulas: Formula) -> Iterator[tuple[str, Figure, tuple[Figure, ...]]]:
        """Of each day of the calendar its date, the share of runs that met the goal, and some figures."""
        met = _shares(*_kept(self.bounds, self.judged_by, self.sums))
        each = [measures.figures(measures.estimate(self.sums, one)) for one in formulas]
        for day, (probability, *figures) in enumerate(zip(met, *each, strict=True)):
            yield self._date(day), probability, tuple(figures)

    def _date(self, day: int) -> str:
        return (self.start + datetime.timedelta(days=day)).isoformat()

    @property
    def _has_days(self) -> bool:
        return bool(self.sums.shape[1] > 1)


@dataclass(frozen=True)
class QueueJudgement(Judgement):
    """Whether a queue's goal is met."""

    goal: Goal
    counted: str  # the formula of the service level

    @property
    def promise(self) -> run.Promise:
        """What was promised."""
        goal = self.goal
        return run.Promise(
            answer=goal.answer,
            within_s=goal.within,
            abandon_at_most=goal.abandon_at_most,
            asa_at_most_s=goal.asa_at_most,
        )

    @cached_property
    def by_day(self) -> list[run.GoalDay]:
        """The goal on each day of the calendar."""
        waits = self.goal.asa_at_most is not None
        formulas = SERVICE_LEVEL[self.counted], RATIOS["abandoned_share"], RATIOS["asa_s"]
        return [
            run.GoalDay(
                start=date,
                service_level=level,
                abandoned_share=abandoned,
                probability=probability,
                asa_s=asa if waits else None,
            )
            for date, probability, (level, abandoned, asa) in self._days(*formulas)
        ]

    def told(self) -> run.Goal:
        """As in results."""
        promise = self.promise
        return run.Goal(
            answer=promise.answer,
            within_s=promise.within_s,
            abandon_at_most=promise.abandon_at_most,
            asa_at_most_s=promise.asa_at_most_s,
            counted=self.counted,
            met=self.met,
            decided=self.decided,
            verdict=self.verdict,
            probability=self.probability,
            by_day=self.by_day if self._has_days else None,
            missed_on=self.missed_on or None,
        )

    def to_dict(self) -> Mapped:
        """As in the JSON of results."""
        return mapped(self.told())


@dataclass(frozen=True)
class GroupJudgement(Judgement):
    """Whether a group is no busier than it may be."""

    def told(self) -> run.GroupGoal:
        """As in results."""
        (bound,) = self.bounds
        days = [
            run.GroupGoalDay(start=date, occupancy=busy, probability=probability)
            for date, probability, (busy,) in self._days(bound.formula)
        ]
        return run.GroupGoal(
            occupancy_at_most=bound.bound,
            met=self.met,
            decided=self.decided,
            verdict=self.verdict,
            probability=self.probability,
            by_day=days if self._has_days else None,
            missed_on=self.missed_on or None,
        )


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


def judge(model: Model, calls: Ints, goal: Goal) -> QueueJudgement:
    """Whether a queue's goal is met on the mean, and on which share of days.

    `calls`: int64 [run, cell, column].
    """
    counted = model.scenario.goals.counted
    return QueueJudgement(*_judged(model, calls, bounds_of(goal, counted), CALLED), goal, counted)


def judge_group(model: Model, work: Ints, group: Group) -> GroupJudgement:
    """Whether a group keeps its goal on the mean, and on which share of days.

    `work`: int64 [run, cell, column].
    """
    return GroupJudgement(*_judged(model, work, bound_of(group), ON_DUTY))


class _Judged(NamedTuple):
    """The fields of a Judgement, in their order."""

    bounds: list[Bound]
    judged_by: Ints
    reached: list[Figure]
    met: bool | None
    probability: Figure
    start: datetime.date
    sums: Ints


def _judged(model: Model, sums: Ints, bounds: list[Bound], judged_by: Ints) -> _Judged:
    days = sums.reshape(len(sums), -1, DAY_MS // model.grid, sums.shape[-1]).sum(axis=2)
    whole = days.sum(axis=1)
    kept, judged = _kept(bounds, judged_by, whole.sum(axis=0))
    kept_on, judged_on = _kept(bounds, judged_by, days)
    return _Judged(
        bounds,
        judged_by,
        [measures.figure(whole, one.formula) for one in bounds],
        bool(kept) if judged else None,
        measures.share(int(kept_on.sum()), int(judged_on.sum())),
        model.scenario.calendar.start,
        days,
    )


def kept_in(goal: Goal, calls: Ints, counted: str) -> Bools:
    """Where a goal is not broken: bool […]. `calls`: int64 […, column]."""
    return unbroken(bounds_of(goal, counted), CALLED, calls)


def unbroken(bounds: list[Bound], judged_by: Ints, sums: Ints) -> Bools:
    """Where no bound is broken: bool […]. `judged_by`: as of Judgement; `sums`: int64 […, column]."""
    kept, judged = _kept(bounds, judged_by, sums)
    return np.asarray(kept | ~judged)


def _kept(bounds: list[Bound], judged_by: Ints, sums: Ints) -> tuple[Bools, Bools]:
    """Where a goal is met, and where it can be judged: bool […], both. `sums`: int64 […, column].

    A promise to nobody is neither kept nor broken.
    """
    judged = sums @ judged_by > 0
    kept = judged.copy()
    for bound in bounds:
        kept &= bound.keeps(sums)
    return kept, judged


def _shares(kept: Bools, judged: Bools) -> list[Figure]:
    """The share of runs in which each cell met a goal: bool [run, cell], both."""
    share = cache(measures.share)  # few differ among many cells
    met, of = kept.sum(axis=0).tolist(), judged.sum(axis=0).tolist()
    return [share(*pair) for pair in zip(met, of, strict=True)]


def _decided(reached: Sequence[Figure], bounds: Sequence[Bound]) -> bool | None:
    """Whether other luck could hardly turn a verdict; None after one run."""
    if any(one.mean is not None and one.low is None for one in reached):
        return None
    return min(_side(figure, bound) for figure, bound in zip(reached, bounds, strict=True)) != 0


def _side(figure: Figure, bound: Bound) -> int:
    """Where a figure's interval lies: 1 on the good side of a bound, -1 on the bad, 0 across it."""
    if figure.mean is None:
        return -1
    assert figure.low is not None
    assert figure.high is not None
    if figure.low < bound.bound < figure.high:
        return 0
    return 1 if (figure.mean - bound.bound) * bound.sign >= 0 else -1


def _times(figure: Figure, bound: Bound) -> float:
    """Returns the factor by which the interval would have to shrink for the bound to lie outside."""
    if _side(figure, bound):
        return 0.0
    assert figure.mean is not None
    assert figure.low is not None
    assert figure.high is not None
    far = abs(figure.mean - bound.bound)
    return max(figure.high - figure.mean, figure.mean - figure.low) / far if far else math.inf


def _ratio(sums: Ints, formula: Formula) -> Floats:
    """A share of some sums, NaN of nothing: float64 […]. `sums`: int64 […, column]."""
    assert formula.under is not None
    below = (sums @ formula.under).astype(np.float64)
    return np.asarray((sums @ formula.over) / np.where(below > 0, below, np.nan))
