"""The search for the fewest agents of one part of a centre, on fixed traces.

Each round simulates the same days with better staff. What a round shows is told in agents: how many each
promise has too many or too few in each interval, and how surely that is known. All intervals move at once; an
interval is right only when those before it are, so the rounds go on until nothing moves, and the last rounds
see the most days.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.build import Plan, build
from callsim.build.copies import queue_copies
from callsim.errors import UserError
from callsim.measures import COUNTS
from callsim.sim.centre import DAY
from callsim.sim.tally import G_BUSY, N_BLOCKED
from callsim.study.curve import Promise
from callsim.study.cut import WHOLE, Bounds, Cuts, cheapest
from callsim.study.evidence import Level, counted, level, pooled, quantile_of
from callsim.study.formula import Needs, needs
from callsim.study.load import first_calls
from callsim.study.parts import Part, Staff, staffed
from callsim.study.replicate import run

FIRST, MOST = 12, 1000  # days of the first rounds and of the last ones
FEWEST_SURE = 100  # days, at least, where a share of days shall meet the goals
GROWS = 4  # so many times the days of the round before
ROUNDS = 10  # at most
SETTLES = 4  # the round from which the day's mix of groups stands …
SEEKS, KEEPS = 0.03, 0.5  # … the price of an agent off it before and after
CALMS = 0.7  # each round goes less far than the one before, where groups share queues
SHARP = 0.3  # agents: the standard error of a requirement to aim at …
SHARP_SHARE = 0.003  # … or this share of it
DOUBTFUL = 3.0  # standard errors, beyond which a promise counts as broken
PLENTY = 6.0  # standard steps above the formula at which nobody should have to wait
FLEXIBLE = 1e-3  # an agent with one more skill costs so much more: of equal plans the one with fewer skills

Tell = Callable[[float], None]


class Options(NamedTuple):
    """How a search is done."""

    seed: int = 1
    runs: int | None = None  # days of the last rounds; None: as the resolution needs
    jobs: int | None = None
    certainty: float | None = None  # share of days that shall meet the goals; None: on the mean
    occupancy: dict[str, float] = {}  # noqa: RUF012  most, by group; others have no limit
    effort: float = 2e7  # calls to simulate, about
    stop: threading.Event | None = None


class Row(NamedTuple):
    """One promise of one queue."""

    queue: int
    promise: Promise
    spread: np.ndarray  # float64 [interval]  agents for one standard step
    expected: np.ndarray  # float64 [interval]  first calls of all copies; NaN where lines are partly closed
    calls: np.ndarray  # float64 [interval]  first calls


class Trouble(NamedTuple):
    """A promise that no number of agents keeps."""

    queue: str
    promise: Promise
    interval: int  # the first in which it shows
    reached: float  # share of calls that fare well with agents in plenty
    why: str  # `lines`, `late` or `patience`


class Found(NamedTuple):
    """What a search has found, by group and queue of the file."""

    part: Part
    needs: list[Needs]  # [queue]
    start: np.ndarray  # float64 [interval, group]
    wanted: np.ndarray  # float64 [interval, group]  fractional
    staff: np.ndarray  # int64 [interval, group]
    cuts: Cuts
    doubt: np.ndarray  # float64 [interval, group]  standard error, agents
    runs: int
    calls: int  # simulated
    troubles: list[Trouble]


class Seen(NamedTuple):
    """The sums of a round over all days of each run."""

    calls: np.ndarray  # int64 [run, interval, queue, column]
    busy: np.ndarray  # float64 [interval, group]  agents at work on the mean


class Search:
    """One part's search."""

    def __init__(self, part: Part, options: Options):
        self.part, self.options = part, options
        self.plan: Plan = build(part.scenario)
        if self.plan.grid != self.plan.centre.clock.width:
            raise UserError("more than 31 days are too many to staff by the interval; write fewer days")
        self.copies = [name.original for name in queue_copies(part.scenario)]
        self.intervals = DAY // self.plan.centre.clock.width
        self.days = part.scenario.calendar.days
        self.needs = [self._needs(name) for name in part.queues]
        self.rows = list(self._rows())
        self.direct = self._direct()
        groups = list(part.scenario.groups.values())
        copies = [sum(copy.group is group for copy in self.plan.groups) for group in groups]
        self.cost = np.array([1 + FLEXIBLE * (len(group.answers) - 1) for group in groups]) * copies
        self.start = self._start()
        self.simulated = 0
        self.higher = np.zeros(len(part.queues))  # standard steps to aim higher, for certainty
        caps = [options.occupancy.get(name) for name in part.groups]
        self.capped = [(g, cap) for g, cap in enumerate(caps) if cap is not None]

    def _needs(self, name: str) -> Needs:
        row = self.copies.index(name)
        goal = self.part.scenario.queues[name].goal
        if goal is None:
            raise UserError(f"queue {name} has no goal, so nobody knows how many agents it needs; write one")
        return needs(self.plan, row, goal)

    def _rows(self) -> Iterator[Row]:
        width = self.plan.centre.clock.width
        for queue, (name, need) in enumerate(zip(self.part.queues, self.needs, strict=True)):
            calls = need.load.calls * self.copies.count(name) * self.days
            hours = self.plan.centre.open[self.copies.index(name)]
            expected = first_calls(calls, hours, width)
            for promise, spread in zip(need.promises, need.spread, strict=True):
                yield Row(queue, promise, spread, expected, calls)

    def _direct(self) -> np.ndarray:
        """Who can answer a queue's calls in time: bool [queue, group]; if nobody, all who may at all."""
        found = np.zeros((len(self.part.queues), len(self.part.groups)), bool)
        for q, queue in enumerate(self.part.queues):
            goal = self.part.scenario.queues[queue].goal
            answers = [group.answers.get(queue) for group in self.part.scenario.groups.values()]
            assert goal is not None
            found[q] = [answer is not None and answer.after <= goal.within for answer in answers]
            if not found[q].any():
                found[q] = [answer is not None for answer in answers]
        return found

    @property
    def separate(self) -> bool:
        """Whether each queue has its own agents, as far as promises go."""
        return bool((self.direct.sum(axis=0) <= 1).all() and (self.direct.sum(axis=1) <= 1).all())

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
        return np.where(left, np.maximum(need.variable, 1.0), need.variable)

    # Rounds.

    def find(self, tell: Tell) -> Found:
        """The fewest agents of every group and interval."""
        troubles, reachable = self._reachable()
        cuts = self._first_cuts()
        wanted, runs = self.start, FIRST
        doubt = np.zeros_like(wanted)
        settled = False
        for number in range(ROUNDS):
            tell(number / ROUNDS)
            staff = self._whole(cuts, wanted)
            seen = self.simulate(staff, runs)
            if not self.separate and number > 0:
                cuts = self._slopes(cuts, staff, seen, min(runs, 4 * FIRST))
            cuts, doubt = self._read(cuts, staff, seen, reachable)
            wanted = self._cheapest(cuts, staff, number)
            last = runs == (most := self._most_runs(cuts, doubt, wanted, seen, runs))
            moved = np.abs(self._whole(cuts, wanted) - staff)
            settled = (
                last
                and bool((moved <= np.maximum(1.0, 0.5 * doubt)).all())
                and number > (1 if self.separate else SETTLES)
            )
            if settled:
                break
            runs = min(most, runs * GROWS)
        tell(1.0)
        staff = self._whole(cuts, wanted)
        return Found(
            self.part,
            self.needs,
            self.start,
            wanted,
            staff.astype(np.int64),
            cuts,
            doubt,
            runs,
            self.simulated,
            troubles,
        )

    def simulate(self, staff: np.ndarray, runs: int) -> Seen:
        """Play so many runs of the fixed traces with a staff: float64 [interval, group]."""
        lists: Staff = {name: staff[:, g] for g, name in enumerate(self.part.groups)}
        options = self.options
        result = run(
            staffed(self.part.scenario, lists), runs, options.seed, jobs=options.jobs, stop=options.stop
        )
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
        busy = work.mean(axis=(0, 1)) / self.plan.centre.clock.width
        return Seen(calls, self._by_group(busy))

    def _by_group(self, columns: np.ndarray) -> np.ndarray:
        """Mean over the copies of each group of the file: float64 [interval, group]."""
        names = [copy.group for copy in self.plan.groups]
        groups = list(self.part.scenario.groups.values())
        return np.stack(
            [columns[:, [k for k, of in enumerate(names) if of is group]].mean(axis=1) for group in groups],
            axis=1,
        )

    def level(self, row: Row, seen: Seen) -> Level:
        """How one promise was kept."""
        aim = quantile_of(row.promise) + self.higher[row.queue]
        return level(seen.calls[:, :, row.queue], row.promise, aim, row.expected)

    def _reachable(self) -> tuple[list[Trouble], np.ndarray]:
        """What no number of agents can do: the first interval of each promise, and bool [interval, row]."""
        troubles, reachable = [], np.ones((self.intervals, len(self.rows)), bool)
        steps = np.zeros_like(self.start)
        for row in self.rows:
            mine = self.direct[row.queue]
            steps[:, mine] = np.maximum(steps[:, mine], row.spread[:, None])
        plenty = np.where(self.start > 0, np.ceil(self.start + PLENTY * steps + PLENTY), 0)
        seen = self.simulate(plenty, FIRST)
        for k, row in enumerate(self.rows):
            found = self.level(row, seen)
            share = float(special.ndtr(quantile_of(row.promise)))
            broken = found.share + DOUBTFUL * found.error < share
            broken &= row.calls > 0
            if broken.any():
                reachable[:, k] = ~broken
                first = int(broken.argmax())
                why = self._why(row, seen, first)
                reached = float(found.share[first])
                troubles.append(Trouble(self.part.queues[row.queue], row.promise, first, reached, why))
        return troubles, reachable

    def _why(self, row: Row, seen: Seen, interval: int) -> str:
        if seen.calls[:, interval, row.queue, N_BLOCKED].any():
            return "lines"
        queue = self.part.queues[row.queue]
        answers = [g.answers[queue] for g in self.part.scenario.groups.values() if queue in g.answers]
        return "late" if min(answer.after for answer in answers) > 0 else "patience"

    def _first_cuts(self) -> Cuts:
        """Everybody who may answer in time counts as one, until slopes are known."""
        weight = np.zeros((self.intervals, len(self.rows) + len(self.capped), len(self.part.groups)))
        for k, row in enumerate(self.rows):
            weight[:, k, self.direct[row.queue]] = 1.0
        for k, (g, _) in enumerate(self.capped, len(self.rows)):
            weight[:, k, g] = 1.0
        return Cuts(weight, np.einsum("trg,tg->tr", weight, self.start))

    def _read(
        self, cuts: Cuts, staff: np.ndarray, seen: Seen, reachable: np.ndarray
    ) -> tuple[Cuts, np.ndarray]:
        """The cuts as a round shows them, and the standard error of each group's requirement."""
        had, began = (np.einsum("trg,tg->tr", cuts.weight, agents) for agents in (staff, self.start))
        least = began.copy()
        doubt = np.zeros_like(self.start)
        above = np.zeros((self.intervals, len(self.rows)))
        for k, row in enumerate(self.rows):
            found = self.level(row, seen)
            above[:, k] = found.above
            # In standard steps, the simulation's requirement beyond the formula's.
            doubts = np.where(reachable[:, k] & (row.calls > 0), found.doubt, np.inf)
            beyond, unsure = pooled((had[:, k] - began[:, k]) / row.spread - found.above, doubts)
            least[:, k] += np.where(row.calls > 0, beyond * row.spread, 0.0)
            mine = self.direct[row.queue]
            unsure = np.where(np.isfinite(unsure), unsure * row.spread, 0.0)
            doubt[:, mine] = np.maximum(doubt[:, mine], unsure[:, None])
        for k, (g, cap) in enumerate(self.capped, len(self.rows)):
            least[:, k] = seen.busy[:, g] / cap
        if self.options.certainty is not None:
            self._aim(seen, above, least)
        return Cuts(cuts.weight, least), doubt

    def _aim(self, seen: Seen, above: np.ndarray, least: np.ndarray) -> None:
        """Aim as many steps higher as it takes for the wanted share of days to meet the goal."""
        assert self.options.certainty is not None
        for q in range(len(self.part.queues)):
            rows = [k for k, row in enumerate(self.rows) if row.queue == q]
            margins = []
            for k in rows:
                over, under = counted(self.rows[k].promise)
                day = seen.calls[:, :, q].sum(axis=1)
                all_ = np.maximum(day @ under, 1)
                share = np.clip((day @ over) / all_, 0.5 / all_, 1 - 0.5 / all_)
                margins.append(special.ndtri(share) - quantile_of(self.rows[k].promise))
            worst = np.min(margins, axis=0)
            reached = float(np.quantile(worst, 1 - self.options.certainty, method="lower"))
            calls = self.rows[rows[0]].calls
            was = min(float(above[:, k] @ calls) / float(calls.sum()) for k in rows)
            more = float(np.clip(was - reached, -2.0, 2.0))
            self.higher[q] += more
            for k in rows:
                least[:, k] += np.where(calls > 0, more * self.rows[k].spread, 0.0)

    def _slopes(self, cuts: Cuts, staff: np.ndarray, seen: Seen, runs: int) -> Cuts:
        """What one more agent of each group is worth to each promise, from the same days with a few more."""
        weight = cuts.weight.copy()
        base = seen if len(seen.calls) == runs else Seen(seen.calls[:runs], seen.busy)
        at_first = [self.level(row, base) for row in self.rows]
        for g in range(len(self.part.groups)):
            rows = [k for k, row in enumerate(self.rows) if self.direct[row.queue, g]]
            if not rows:
                continue
            step = np.max([np.maximum(1.0, np.round(0.5 * self.rows[k].spread)) for k in rows], axis=0)
            step = np.where(staff[:, g] + self.start[:, g] > 0, step, np.where(staff.sum(axis=1) > 0, 1, 0))
            more = staff.copy()
            more[:, g] += step
            after = self.simulate(more, runs)
            for k in rows:
                row = self.rows[k]
                gained = self.level(row, after).above - at_first[k].above
                with np.errstate(divide="ignore", invalid="ignore"):
                    worth = np.where(step > 0, row.spread * gained / step, 0.0)
                doubt = np.where(
                    (step > 0) & (row.calls > 0), at_first[k].doubt * row.spread / np.maximum(step, 1), np.inf
                )
                weight[:, k, g] = np.clip(pooled(worth, doubt)[0], 0.0, 1.5)
        return Cuts(weight, cuts.least)

    def _cheapest(self, cuts: Cuts, staff: np.ndarray, number: int) -> np.ndarray:
        """The cheapest fractional agents, not too far from those that were simulated: less far every round.

        At first the mix of groups is sought; then it stands, and an interval leaves it only as it must.
        """
        reach = 0.5 if number < 2 or self.separate else 0.5 * CALMS ** (number - 1)
        far = np.maximum(3.0 if self.separate else 2.0, reach * np.maximum(staff, self.start))
        usual = self.start * (staff.sum(axis=0) / np.maximum(self.start.sum(axis=0), 1e-9))
        off = SEEKS if number < SETTLES else KEEPS
        bounds = Bounds(np.maximum(staff - far, 0.0), staff + far, usual, off)
        return cheapest(cuts, self.cost, bounds, whole=False)

    def _whole(self, cuts: Cuts, wanted: np.ndarray) -> np.ndarray:
        """The cheapest whole agents near a fractional requirement."""
        if self.separate:
            return np.asarray(np.ceil(wanted - WHOLE))
        bounds = Bounds(np.floor(wanted), np.ceil(wanted) + 1, wanted, SEEKS)
        least = np.minimum(cuts.least, np.einsum("trg,tg->tr", cuts.weight, wanted))
        return cheapest(Cuts(cuts.weight, least), self.cost, bounds, whole=True)

    def _most_runs(self, cuts: Cuts, doubt: np.ndarray, wanted: np.ndarray, seen: Seen, runs: int) -> int:
        """Days that are worth simulating: as many as the wanted resolution takes, within the effort."""
        if self.options.runs is not None:
            return self.options.runs
        a_run = float(seen.calls.sum(axis=(0, 1, 2)) @ COUNTS["offered"].over) / runs
        affordable = max(FIRST, int(self.options.effort / max(a_run, 1)))
        sharp = np.maximum(SHARP, SHARP_SHARE * wanted)
        worst = float(np.quantile((doubt / sharp).max(axis=1), 0.9))
        least = FEWEST_SURE if self.options.certainty is not None else FIRST
        return max(runs, min(max(math.ceil(runs * worst**2), least), affordable, MOST))
