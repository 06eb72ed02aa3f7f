"""What one part of a centre must do, as rows of promises; and how it did with some staff, by simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from callsim.errors import UserError
from callsim.model import Model, build
from callsim.model.copies import queue_copies
from callsim.results.measures import COUNTS
from callsim.results.schema import Mapped
from callsim.scenario import Scenario
from callsim.scenario.reading.load import refused
from callsim.scenario.words.mistakes import Location
from callsim.sentences import say
from callsim.sim.count.columns import G_BUSY
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate
from callsim.study.staff.components import Part, Staff, staffed
from callsim.study.staff.control_variates import Luck, luck_of
from callsim.study.staff.curve import Promise
from callsim.study.staff.evidence import Level, level
from callsim.study.staff.formula import Needs, Table, needs, promises_of
from callsim.study.staff.offered_load import first_calls
from callsim.study.staff.twins import joint_table, shares_of, twins_of
from callsim.units import DAY_MS
from callsim.version import __version__

FLEXIBLE = 1e-3  # an agent with one more skill costs so much more: of equal plans the one with fewer skills


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """How a search is done; `runs`: days of the last rounds and of the check."""

    certainty: float | None = None  # share of days that shall meet the goals; None: on the mean
    occupancy: dict[str, float] = field(default_factory=dict)  # most, by group; others have no limit
    effort: float = 6e7  # calls of the last rounds, about, all parts together

    def told(self, scenario: Scenario) -> Mapped:
        """What every answer of `staff` begins with (see answer.Asked)."""
        calendar = scenario.calendar
        return {
            "scenario": scenario.name,
            "seed": self.seed,
            "certainty": self.certainty,
            "version": __version__,
            "counted": scenario.goals.counted,
            "start": calendar.start.isoformat(),
            "interval_s": calendar.interval,
            "days": calendar.days,
        }


def check_wishes(scenario: Scenario, options: Options) -> None:
    """Refuse what cannot be asked, all of it together."""
    missing = [name for name, queue in scenario.queues.items() if queue.goal is None]
    if missing:
        raise UserError(say("staffing.no_goal", queues=", ".join(missing)))
    if options.certainty is not None and not 0.5 <= options.certainty <= 0.99:
        raise UserError(say("staffing.certainty", certainty=options.certainty))
    busy: dict[Location, str] = {
        ("groups", name, "occupancy_at_most"): say("staffing.busy", group=name)
        for name in limits(scenario, options.occupancy)
        if name in scenario.groups and not scenario.campaigns.keys().isdisjoint(scenario.groups[name].answers)
    }
    if busy:
        raise refused(scenario, busy)
    for group, cap in options.occupancy.items():
        if not 0.1 <= cap <= 1:
            raise UserError(say("staffing.occupancy", share=cap, group=group))


def goals_of(scenario: Scenario) -> dict[str, float]:
    """How busy groups may be by the goals of the file."""
    each = ((name, group.occupancy_at_most) for name, group in scenario.groups.items())
    return {name: most for name, most in each if most is not None}


def limits(scenario: Scenario, wishes: Mapping[str, float]) -> dict[str, float]:
    """How busy groups may be: by wishes, and never more than by the goals of the file."""
    goals = goals_of(scenario)
    return {name: min(goals.get(name, 1.0), wishes.get(name, 1.0)) for name in {**wishes, **goals}}


class Row(NamedTuple):
    """One promise of one queue."""

    queue: int
    promise: Promise
    table: Table  # how its calls fare by formula
    spread: np.ndarray  # float64 [interval]  agents for one standard step
    calls: np.ndarray  # float64 [interval]  expected calls of all its copies and days
    luck: Luck


class Seen(NamedTuple):
    """The sums of a round over all days of each run."""

    calls: np.ndarray  # int64 [run, interval, queue, column]
    busy: np.ndarray  # float64 [interval, group]  agents at work on the mean


class Question:
    """One part, its promises by interval, and who may keep them."""

    def __init__(self, part: Part, options: Options):
        self.part, self.options = part, options
        self.model: Model = build(part.scenario)
        if self.model.grid != self.model.centre.clock.width:
            raise UserError(say("staffing.long_day"))
        self.copies = [name.original for name in queue_copies(part.scenario)]
        self.intervals = DAY_MS // self.model.centre.clock.width
        self.days = part.scenario.calendar.days
        self.needs = [self._needs(name) for name in part.queues]
        self.twins = twins_of(part.scenario, part.queues)
        self.direct = self._direct()
        self.shares = shares_of(self.direct)  # float64 [queue, other]  parts of the others' work
        self.rows = list(self._rows())
        self.alike = self._alike()
        self.begins = self._begins()
        groups = [part.scenario.groups[name] for name in part.groups]
        copies = [sum(copy.group is group for copy in self.model.groups) for group in groups]
        self.cost = np.array([1 + FLEXIBLE * (len(group.answers) - 1) for group in groups]) * copies
        self.start = self._start()
        self.simulated = 0
        most = limits(part.scenario, options.occupancy)
        caps = [most.get(name) for name in part.groups]
        self.capped = [(g, cap) for g, cap in enumerate(caps) if cap is not None]
        goals = goals_of(part.scenario)
        self.hard = {g for g, name in enumerate(part.groups) if name in goals}  # no wish, but a goal

    def _needs(self, name: str) -> Needs:
        row = self.copies.index(name)
        goal = self.part.scenario.queues[name].goal
        if goal is None:
            raise UserError(say("staffing.queue_without_goal", queue=name))
        found = needs(self.model, row, goal)
        if row in self.model.centre.follows["to"] and not found.load.calls.any():
            raise UserError(say("staffing.nobody_calls", queue=name))
        return found

    def _rows(self) -> Iterator[Row]:
        width = self.model.centre.clock.width
        for queue, (name, need) in enumerate(zip(self.part.queues, self.needs, strict=True)):
            copies, hours = self.copies.count(name), self.model.centre.hours(self.copies.index(name), 0)
            calls = need.load.calls * copies * self.days
            expected = first_calls(need.load, hours, width)
            for k, promise in enumerate(need.promises):
                luck = luck_of(need, k, expected, copies, self.days)
                table, spread = joint_table(self.needs, self.shares[queue], queue, k)
                yield Row(queue, promise, table, spread, calls, luck)

    @property
    def spread(self) -> list[np.ndarray]:
        """Agents for one standard step of each queue's promises: [queue] of float64 [interval]."""
        return [
            np.max([row.spread for row in self.rows if row.queue == queue], axis=0)
            for queue in range(len(self.needs))
        ]

    def _direct(self) -> np.ndarray:
        """Who can answer a queue's calls in time: bool [queue, group]; if nobody, all who may at all."""
        found = np.zeros((len(self.part.queues), len(self.part.groups)), bool)
        for q, queue in enumerate(self.part.queues):
            goal = self.part.scenario.queues[queue].goal
            answers = [self.part.scenario.groups[name].answers.get(queue) for name in self.part.groups]
            assert goal is not None
            in_time = max(promise.within_s for promise in promises_of(goal, self.part.scenario.goals.counted))
            found[q] = [answer is not None and answer.after <= in_time for answer in answers]
            if not found[q].any():
                found[q] = [answer is not None for answer in answers]
        return found

    @property
    def separate(self) -> bool:
        """Whether each queue has one group of agents, as far as promises go: then the formulas say what one
        more of them is worth.
        """
        of_group = [np.flatnonzero(column) for column in self.direct.T]
        copies = [{self.copies.count(self.part.queues[queue]) for queue in queues} for queues in of_group]
        return bool((self.direct.sum(axis=1) <= 1).all()) and all(len(many) <= 1 for many in copies)

    def _alike(self) -> list[np.ndarray]:
        """What intervals have in common that are alike to a queue: float64 [interval, any] of each queue.

        The same calls and load of the queue, and of those with which it shares agents.
        """
        own = [np.column_stack([need.load.busy, need.load.arrivals]) for need in self.needs]
        if self.separate:
            return [np.column_stack([own[other] for other in np.flatnonzero(share)]) for share in self.shares]
        return [np.column_stack(own)] * len(own)

    def _begins(self) -> list[np.ndarray]:
        """Where a queue's agents begin with nobody calling before: bool [interval] of each queue."""
        calls = self.shares @ np.array([need.load.calls for need in self.needs])
        return list((calls > 0) & (np.roll(calls, 1, axis=1) == 0))

    def _start(self) -> np.ndarray:
        """Each queue's requirement by formula, shared by those who may answer: float64 [interval, group].

        Nobody is counted for two queues: who has several skills divides the time among them.
        """
        wanted = np.stack([self._by_formula(need) for need in self.needs], axis=1)
        each = wanted / self.direct.sum(axis=1)
        return np.asarray(each @ self.direct)

    def _by_formula(self, need: Needs) -> np.ndarray:
        """The formula's requirement; one agent where only calls of before closing time are left."""
        left = (need.load.calls == 0) & (need.load.busy[:, 0] > 0.01)
        return np.where(left, np.maximum(need.scheduled, 1.0), need.scheduled)

    def simulate(self, staff: np.ndarray, runs: int) -> Seen:
        """Plays `runs` runs of the fixed traces with a staff, float64 [interval, group]."""
        lists: Staff = {name: staff[:, g] for g, name in enumerate(self.part.groups)}
        options = RunOptions(
            runs=runs,
            seed=self.options.seed,
            jobs=self.options.jobs,
            stop=self.options.stop,
            store=self.options.store,
            client=self.options.client,
            part=self.options.part,
        )
        result = replicate(staffed(self.part.scenario, lists), options, weigh=False)
        sums = result.sums
        by_day = sums.calls.reshape(runs, self.days, self.intervals, *sums.calls.shape[2:]).sum(axis=1)
        calls = np.stack(
            [
                by_day[:, :, [k for k, original in enumerate(self.copies) if original == name]].sum(axis=2)
                for name in self.part.queues
            ],
            axis=2,
        )
        self.simulated += int(sums.calls.sum(axis=(0, 1, 2)) @ COUNTS["offered"].over)
        work = sums.work.reshape(runs, self.days, self.intervals, *sums.work.shape[2:])[..., G_BUSY]
        busy = work.mean(axis=(0, 1)) / self.model.centre.clock.width
        return Seen(calls, self._by_group(busy))

    def _by_group(self, columns: np.ndarray) -> np.ndarray:
        """Mean over the copies of each group of the file: float64 [interval, group]."""
        names = [copy.group for copy in self.model.groups]
        groups = [self.part.scenario.groups[name] for name in self.part.groups]
        return np.stack(
            [columns[:, [k for k, of in enumerate(names) if of is group]].mean(axis=1) for group in groups],
            axis=1,
        )

    def level(self, row: Row, seen: Seen, higher: float = 0.0, before: np.ndarray | None = None) -> Level:
        """How one promise was kept, against an aim that lies `higher` standard steps above it. `before`: see
        evidence."""
        aim = row.promise.quantile + higher
        return level(seen.calls[:, :, row.queue], row.promise, aim, row.luck, before)
