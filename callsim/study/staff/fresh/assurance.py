"""Agents and days that it takes until a run of the answer calls every goal met, each copy by itself.

A search ends where goals are just kept on the mean. The days of a check come out better or worse than the
mean by luck, and the interval of a share is as wide as days differ, so such a goal is too close to call. Both
shrink with the root of the number of days: many days show what the answer keeps, or few days with agents
more. Of many copies the one with the worst luck decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.results.judgement import Bound
from callsim.results.result import Result
from callsim.study.staff.curve import WORST
from callsim.study.staff.day_kinds import Kind
from callsim.study.staff.evidence import mean_of_alike
from callsim.study.staff.fresh.holdout import SPARE, Kept, Reached, most_to_show
from callsim.study.staff.fresh.repair import who_counts
from callsim.study.staff.search import Found
from callsim.study.staff.subproblem import Options

TRIES = 6  # at most, with more days or few agents more
ASSURANCE = 0.25  # of a queue's agents, at most, are there so that the days of a check show its goal met …
WHOLE, ROUNDING = 0.1, 2.0  # … and so many, where whole agents are more than these times what is missing
CLEARLY = 0.98  # of the share that may be lost: to this the interval of a share shall reach


class Shown(NamedTuple):
    """A check that calls every goal met, if that was to be had."""

    check: Result
    kept: dict[str, Kept]
    more: bool  # whether agents were added for it
    instead: float  # runs, about, that would show it without them; 0: those of the check do
    tight: list[str]  # queues of the file whose goals no number of runs would show met without them


class Share(NamedTuple):
    """A share of calls that fare badly, 0 to 1."""

    expected: float  # freed of luck, of all copies
    lost: float  # on the days of the check
    half: float  # half the width of its interval; 0 where only its mean is looked at
    may: float  # what the goal allows

    def reaches(self, times: float) -> float:
        """To where the interval goes if luck is `times` as much."""
        return self.expected + (self.lost - self.expected + self.half) * times

    @property
    def times(self) -> float:
        """How many times the days it would take for the interval to keep to what the goal allows."""
        if self.reaches(1.0) <= self.may:
            return 0.0
        free = self.may - self.expected
        return ((self.lost - self.expected + self.half) / free) ** 2 if free > 0 else math.inf

    def steps(self, times: float) -> float:
        """Standard steps by which calls must fare better if luck is `times` as much."""
        if self.reaches(times) <= self.may:
            return 0.0
        lost = self.expected + (self.lost - self.expected) * times
        return steps_to(lost, self.half * times, CLEARLY * self.may)


def shown(
    check: Result,
    kept: dict[str, Kept],
    options: Options,
    add: Callable[[Result, dict[str, Kept], int], bool],
    play: Callable[[int], tuple[Result, dict[str, Kept]]],
) -> Shown:
    """Days and agents are chosen together: as many days as show every goal met without anybody more, if these
    are played soon; else as many as are played soon, with few agents more.

    It is the days of the check that are played again: other ones would be chosen by their luck. Where their
    number was asked for, nobody is added.

    Args:
        check: of a plan that keeps its goals once luck is taken out, and `kept`, how.
        add: adds agents for what so many runs would leave open, or returns False.
        play: so many runs with all who were added, on days that begin with those of `check`.
    """
    instead, more, tight = 0.0, False, list[str]()
    most = most_to_show(check, options)
    for _ in range(TRIES if options.runs is None else 0):
        wanted = runs_to_show(check, kept)
        if not more:
            instead, tight = wanted, nothing_to_spare(check, kept)
        if not wanted:
            break
        runs = math.ceil(min(max(SPARE * wanted, check.runs), most))
        if wanted > runs or runs == check.runs:
            added = add(check, kept, runs)
            more |= added
            if not added and runs == check.runs:
                break
        check, kept = play(runs)
    return Shown(check, kept, more, instead, tight)


def runs_to_show(check: Result, kept: Mapping[str, Kept]) -> float:
    """About how many runs it takes until each goal is called met, and kept on the mean of each date; 0 where
    those of the check do.
    """
    return check.runs * max((_times(check, name, kept) for name in kept), default=0.0)


def nothing_to_spare(check: Result, kept: Mapping[str, Kept]) -> list[str]:
    """Queues of the file with a goal that is kept so barely that no number of runs would show it."""
    barely = (one.original for name, one in kept.items() if math.isinf(_times(check, name, kept)))
    return list(dict.fromkeys(barely))


def _times(check: Result, name: str, kept: Mapping[str, Kept]) -> float:
    """How many times the days of a check it takes to show the goal of one queue, on the mean of each date."""
    dates = range(check.model.scenario.calendar.days)
    shares = (*_whole(check, name, kept), *_on(check, name, kept, dates))
    return max((share.times for share in shares), default=0.0)


def steps_to_show(
    check: Result, kept: Mapping[str, Kept], queue: str, days: Iterable[int], runs: int
) -> float:
    """Standard steps by which a queue of the file must fare better on some days of the calendar, from 0, for
    `runs` runs to call the goals of all of its copies met, and to keep them on the mean of each date.
    """
    times = math.sqrt(check.runs / runs)
    shares = [
        share
        for name, one in kept.items()
        if one.original == queue
        for share in (*_whole(check, name, kept), *_on(check, name, kept, days))
    ]
    return max((share.steps(times) for share in shares), default=0.0)


def assured(
    kinds: list[Kind],
    found: list[Found],
    plans: list[np.ndarray],
    first: list[np.ndarray],
    check: Result,
    kept: Mapping[str, Kept],
    runs: int,
) -> list[np.ndarray] | None:
    """A few agents more for goals of which `runs` runs would not say that they are surely met.

    `plans`: int64 [interval, group] of each kind of day, with which `check` was played; `first`: the plan
    that keeps all goals once luck is taken out: no queue gets more than `ASSURANCE` above it. None where
    nothing is open, or nothing that this would show.
    """
    more, changed = [plan.copy() for plan in plans], False
    for kind, one, plan, began, result in zip(kinds, found, plans, first, more, strict=True):
        for queue, name in enumerate(kind.part.queues):
            calls = one.needs[queue].load.calls > 0
            if not calls.any() or name in {trouble.queue for trouble in one.troubles}:
                continue
            steps = steps_to_show(check, kept, name, kind.days, runs)
            if steps <= 0:
                continue
            missing = np.where(calls, steps * one.spread[queue], 0.0)
            missing = np.round(mean_of_alike(missing, one.alike[queue], plan), 9)
            agents = rounded(missing)
            best = who_counts(one, queue)
            wanted = plan.copy()
            wanted[np.arange(len(plan)), best] += np.where(calls, agents, 0)
            mine = np.unique(best)
            most = WHOLE if agents[calls].sum() > ROUNDING * missing.sum() else ASSURANCE
            if wanted[:, mine].sum() <= (1 + most) * began[:, mine].sum():
                np.maximum(result, wanted, out=result)
                changed = True
    return more if changed else None


def rounded(missing: np.ndarray) -> np.ndarray:
    """Whole numbers that add up to as much at least, rounded up where the fractions are largest: int64
    [interval]. Equal values stay equal.
    """
    whole, fraction = np.floor(missing), missing - np.floor(missing)
    found = whole
    for from_ in np.unique(fraction)[::-1]:
        found = whole + ((fraction >= from_) & (missing > 0))
        if found.sum() >= missing.sum() - 1e-9:
            break
    return np.asarray(found, np.int64)


def steps_to(lost: float, half: float, may: float) -> float:
    """From a share that is lost, with half the width of its interval, to one whose interval ends at `may`, in
    standard steps. The fewer are lost, the less days differ: half the width goes with the root of the share.
    """
    if lost <= 0 or lost + half <= may:
        return 0.0
    root = (math.sqrt(half**2 + 4 * lost * may) - half) / (2 * lost)
    aim = max(lost * root**2, 1e-6)
    return float(special.ndtri(min(lost, 1 - 1e-6)) - special.ndtri(aim))


def _whole(check: Result, name: str, kept: Mapping[str, Kept]) -> Iterator[Share]:
    """A queue's shares of all days together, which `run` judges by their intervals."""
    goal = check.goals[name]
    for figure, bound in zip(goal.reached, goal.bounds, strict=True):
        if goal.met is not None and figure.mean is not None and figure.low is not None:
            assert figure.high is not None
            half = figure.mean - figure.low if bound.sign > 0 else figure.high - figure.mean
            yield _share(bound, figure.mean, half, kept[name].reached)


def _on(check: Result, name: str, kept: Mapping[str, Kept], days: Iterable[int]) -> Iterator[Share]:
    """A queue's shares on each of some days of the calendar, of which `run` shows the means."""
    goal = check.goals[name]
    if goal.sums.shape[1] == 1:
        return
    for alike in kept[name].by_day:
        for day in sorted(set(alike.days) & set(days)):
            sums = goal.sums[:, day].sum(axis=0)
            for bound in goal.bounds:
                assert bound.formula.under is not None
                if called := float(sums @ bound.formula.under):
                    mean = float(sums @ bound.formula.over) * bound.formula.scale / called
                    yield _share(bound, mean, 0.0, alike.reached)


def _share(bound: Bound, mean: float, half: float, freed: Reached) -> Share:
    """`mean`: of a figure that a goal bounds, with half the width of its interval; `freed`: of luck."""
    figure = {"abandoned_share": freed.abandoned_share, "asa_s": freed.asa_s}.get(
        bound.key, freed.service_level
    )
    expected = mean if figure is None or figure.mean is None else figure.mean
    # A mean wait loses the share that `ASA` counts.
    size = 1.0 if bound.formula.most == 1 else WORST * bound.bound

    def lost(value: float) -> float:
        return (1 - value if bound.sign > 0 else value) / size

    return Share(lost(expected), lost(mean), half / size, lost(bound.bound))
