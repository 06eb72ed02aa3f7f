"""How many people more a queue needs to answer a share of its calls in time, found and checked by simulation.

People are added to the groups that answer the queue (`split.py`), on all their shifts or at all times in
proportion, as a slider of staff adds them. The fewest are taken with whom the goal is kept on the days of the
search. The plan with them is then played on days that the search never saw (`fresh.py`), and where these miss
the goal, people are added and it is played on other days.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from callsim.arrays import Ints
from callsim.errors import UserError
from callsim.model.islands import calls_of, islands
from callsim.results import measures
from callsim.results.judgement import CALLED, Bound, QueueJudgement, bounds_of
from callsim.scenario import Goal, Scenario
from callsim.sentences import say
from callsim.study.hands import Threads, cores, in_turn
from callsim.study.options import Progress, RunOptions
from callsim.study.player import Task, model_of
from callsim.study.what_if.fresh import Fresh, on_fresh_days, runs_of
from callsim.study.what_if.people import Changes, copies_of, key_of, people_of, with_people
from callsim.study.what_if.split import Weights, by_rank, shared_out, splits

FRESH = 1_000_003  # added to the seed for the days of a check, and again for those of the next
CALLS, FEWEST = 1.5e7, 10  # calls of a plan that is tried, about; days of the first steps
FIRST, CLOSE = 0.02, 0.004  # of the people, how far the first steps go: on few days, and on all
TIMES = 9  # as many people more as there are, at most: a scale goes up to 10
CHECKS = 5  # at most
LEAST, HIGHEST = 0.01, 0.999  # of calls that may be asked for
FAR = 1e9


@dataclass(frozen=True)
class More:
    """The answer: `changes` are keys as after `--set`, with which the plan keeps the share."""

    queue: str
    goal: Goal  # of the queue, with the share that is asked for
    changes: dict[str, object]  # all that was asked for, with the share and the scales of staff
    people: dict[str, tuple[int, int]]  # by group that answers the queue, all copies: as asked for, and then
    between: tuple[int, int] | None  # people more, by the 95 % interval of the fresh days; None: no telling
    scenario: Scenario  # the plan with the changes
    fresh: Fresh  # the days that the search never saw, and whether they keep the whole goal with this share

    @property
    def more(self) -> int:
        """People more, in all groups and copies together."""
        return sum(then - now for now, then in self.people.values())

    @property
    def met(self) -> bool:
        """Whether the fresh days keep the whole goal with this share."""
        return self.fresh.seen.met is not False

    @property
    def decided(self) -> bool:
        """Whether other luck would hardly turn that."""
        return bool(self.fresh.seen.decided)


def more(
    read: Callable[[Changes], Scenario],
    changes: Changes,
    queue: str,
    share: float | None,
    options: RunOptions,
) -> More:
    """Find the people. `read`: reads the scenario with changes; `share`: default that of the queue's goal.

    Returns More. Raises UserError for questions that have no answer, ScenarioError for mistakes in the
    changes, Interrupted once the options' `stop` is set.
    """
    before = read(changes)
    goal = before.queues[queue].goal if queue in before.queues else None
    if goal is None or goal.answer is None or goal.within is None:
        raise UserError(say("what_if.no_level", queue=queue))
    share = goal.answer if share is None else share
    if not LEAST <= share <= HIGHEST:
        raise UserError(say("what_if.no_share", share=share, least=LEAST, most=HIGHEST))
    key = key_of("queues", queue, "goal.answer")
    kept = {name: value for name, value in changes.items() if name != key}
    wanted = Search(read, kept | {key: share}, queue, options)  # last, so that no pattern lies over it
    tell = options.progress
    first = by_rank(wanted.scenario, queue)
    if wanted.margin(0, first, wanted.runs) >= 0:
        return wanted.checked(0, first, tell.part(0.8, 0.2))
    ways = list(splits(wanted.scenario, queue, options.but(progress=tell.part(0.0, 0.2))))
    each = 0.6 / max(len(ways), 1)
    found = [wanted.fewest(way, tell.part(0.2 + each * nth, each)) for nth, way in enumerate(ways)]
    some = [(people, nth) for nth, people in enumerate(found) if people is not None]
    if not some:
        raise UserError(say("what_if.never", queue=queue, share=share, times=1 + TIMES))
    people, nth = min(some)
    return wanted.checked(people, ways[nth], tell.part(0.8, 0.2))


class Search:
    """The plan as it is asked for, and people added to it."""

    def __init__(
        self, read: Callable[[Changes], Scenario], changes: Changes, queue: str, options: RunOptions
    ):
        self.read, self.changes, self.queue, self.options = read, changes, queue, options
        self.scenario = read(changes)
        model = model_of(self.scenario)
        self.rows = [row for row, copy in enumerate(model.queues) if copy.original == queue]
        self.copies = copies_of(model)
        self._island = next(one for one in islands(model) if self.rows[0] in one.queues)
        self.runs = runs_of(calls_of(model, self._island), model, CALLS)
        goal, self.counted = self.scenario.queues[queue].goal, self.scenario.goals.counted
        assert goal is not None
        self.goal, self.bounds = goal, bounds_of(goal, self.counted)
        self._tried: dict[tuple[int, tuple[tuple[str, int], ...]], float] = {}

    def margin(self, people: int, way: Weights, runs: int) -> float:
        """By how much the goal is kept on some runs with this number of people more; none is played twice."""
        added = self._added(people, way)
        key = runs, tuple(sorted(added.items()))
        if key not in self._tried:
            _, scenario = self._with(added)
            self._tried[key] = _margin(self.bounds, self._calls(scenario, runs))
        return self._tried[key]

    def fewest(self, way: Weights, tell: Progress) -> int | None:
        """The fewest people more who keep the goal on the days of the search; None: no scale is enough."""
        groups = self.scenario.groups
        most = min(TIMES * people_of(groups[name]) / weight for name, weight in way.items() if weight)
        there, found = sum(people_of(groups[name]) for name in way), 0
        for number, (runs, step) in enumerate(((min(FEWEST, self.runs), FIRST), (self.runs, CLOSE))):
            tell(0.3 * number, number, 2)
            known = partial(self.margin, way=way, runs=runs)
            first = first_of(known, found, max(1, round(step * there)), math.floor(most))
            if first is None:
                return None
            found = first
        tell(1.0, 2, 2)
        return found

    def checked(self, people: int, way: Weights, tell: Progress) -> More:
        """The plan with these people on fresh days, and with more where these days miss the goal."""
        for number in range(1, CHECKS + 1):
            tell(number / (CHECKS + 1), number, CHECKS)
            changes, scenario = self._with(self._added(people, way))
            seed = self.options.seed + FRESH * number
            fresh = on_fresh_days(scenario, self.queue, self.options.but(seed=seed, progress=Progress()))
            together, slope = fresh.seen, self._worth(people, way)
            if together.met is not False or number == CHECKS or not slope:
                break
            missing = -_margin(self.bounds, together.sums.sum(axis=(0, 1))) / slope
            people += max(1, math.ceil(min(missing, people + 10)))
        was, now = self.scenario.groups, scenario.groups
        return More(
            queue=self.queue,
            goal=self.goal,
            changes=changes,
            people={
                name: (people_of(was[name]) * self.copies[name], people_of(now[name]) * self.copies[name])
                for name, group in was.items()
                if self.queue in group.answers
            },
            between=self._between(together, people, way, slope),
            scenario=scenario,
            fresh=fresh,
        )

    def _between(
        self, seen: QueueJudgement, people: int, way: Weights, slope: float
    ) -> tuple[int, int] | None:
        """People more, all copies, with whom the ends of the 95 % intervals would just keep the goal."""
        ends = [(one.low, one.high) for one in seen.reached]
        if not slope or any(low is None or high is None for low, high in ends):
            return None
        sides = [
            (low, high) if bound.sign > 0 else (high, low)
            for bound, (low, high) in zip(self.bounds, ends, strict=True)
        ]
        worst, best = (
            min(_room(bound, end) for bound, end in zip(self.bounds, some, strict=True))
            for some in zip(*sides, strict=True)
        )
        times = max(self.copies[name] for name in way)
        fewer = self._worth(people, way, back=True)
        down = math.floor(max(best, 0) / fewer) if fewer else 0
        up = math.ceil(max(-worst, 0) / slope)
        return max(0, people - down) * times, (people + up) * times

    def _worth(self, people: int, way: Weights, back: bool = False) -> float:
        """By how much one person more, or the last one, raises the margin on the days of the search."""
        apart = max(1, round(CLOSE * sum(people_of(self.scenario.groups[name]) for name in way)))
        low, high = (max(people - apart, 0), people) if back else (people, people + apart)
        if low == high:
            return 0.0
        more = self.margin(high, way, self.runs) - self.margin(low, way, self.runs)
        return max(more, 0.0) / (high - low)

    def _added(self, people: int, way: Weights) -> dict[str, int]:
        return {name: more for name, more in shared_out(people, way).items() if more}

    def _with(self, added: Mapping[str, int]) -> tuple[dict[str, object], Scenario]:
        if not added:
            return dict(self.changes), self.scenario
        wanted = {name: people_of(self.scenario.groups[name]) + more for name, more in added.items()}
        return with_people(self.read, self.changes, wanted)

    def _calls(self, scenario: Scenario, runs: int) -> Ints:
        """What became of the calls of the queue's first copy, whose part alone is played: int64 [column]."""
        options = self.options
        hands = Threads(options.jobs or cores(), options.stop, store=options.store)
        tasks = [
            Task(scenario, options.seed, run, options.engine, queues=frozenset(self._island.queues))
            for run in range(runs)
        ]
        played = list(in_turn(hands, tasks))
        return np.asarray(sum(one.tally.calls[:, self.rows[0]].sum(axis=0) for one in played))


def _margin(bounds: list[Bound], sums: Ints) -> float:
    """By how much a goal is kept: 0 just so, 1 perfectly, below 0 it is missed. `sums`: int64 [column]."""
    if not sums @ CALLED:
        return 1.0
    means = [float(measures.estimate(sums[None], bound.formula).mean) for bound in bounds]
    each = zip(bounds, means, strict=True)
    return min(_room(bound, bound.of_nothing if math.isnan(mean) else mean) for bound, mean in each)


def _room(bound: Bound, value: float) -> float:
    """How far a figure is inside its bound, of what it may lose; what is without end is far outside."""
    may_lose = 1 - bound.bound if bound.sign > 0 else bound.bound
    return (min(value, FAR) - bound.bound) * bound.sign / max(may_lose, 1 / FAR)


def first_of(margin: Callable[[int], float], guess: int, step: int, most: int) -> int | None:
    """A whole number from 0 to `most` whose `margin` is not below 0, while that of one less is; or None.

    It looks on from `guess` by steps that double, then between two numbers, where a line through both says
    or halfway.
    """
    low, high = -1, most + 1  # a number known to be too small, and one that is known to do
    at = min(guess, most)
    while low < 0 or high > most:
        if margin(at) >= 0:
            high = at
            if at == 0:
                return 0
            at = max(0, at - step)
        else:
            low = at
            if at == most:
                return None
            at = min(most, at + step)
        step *= 2
    halve = False
    while high - low > 1:
        below, above = margin(low), margin(high)
        part = 0.5 if halve or above <= below else -below / (above - below)
        at = min(max(low + math.ceil(part * (high - low)), low + 1), high - 1)
        wide = high - low
        low, high = (low, at) if margin(at) >= 0 else (at, high)
        halve = high - low > wide / 2
    return high
