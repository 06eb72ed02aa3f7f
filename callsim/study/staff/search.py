"""The search for the fewest agents of one part of a centre, on fixed traces.

Each round simulates the same days with better staff. What a round shows is by how much each promise is kept
worse than its formula says, in each interval, and how surely that is known: so much better must the formula
be, and its agents are the next round's. All intervals move at once; an interval is right only when those
before it are, so the rounds go on until nothing moves, and the last rounds see the most days.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.model.hours import ready_share
from callsim.results.measures import COUNTS
from callsim.study.staff.components import Part
from callsim.study.staff.cut import WHOLE, Bounds, Cuts, cheapest
from callsim.study.staff.evidence import (
    FEWEST_POOLED,
    MOST_DOUBT,
    beyond_formula,
    certain,
    counted,
    density,
    mean_of_alike,
    pooled,
    tells,
)
from callsim.study.staff.feasibility import Trouble, reachable
from callsim.study.staff.formula import Needs
from callsim.study.staff.subproblem import Options, Question, Seen
from callsim.study.staff.twins import apart, as_agents, of_twins

A_DAY = 30_000  # calls take as long as what a day takes however few call
FIRST, MOST = 12, 1000  # days of the first rounds, and at most of the last ones
ENOUGH = 30  # days of the last rounds that even the largest centre gets, where they are wanted
FEW_A_DAY = 20.0  # calls, below which a share of them says little of a day: that follows from their number
FEWEST_SURE = 100  # days, at least, where a share of days shall meet the goals
GROWS = 4  # days of a round ÷ days of the round before
ROUNDS = 10  # at most
SETTLES = 4  # the round from which the day's mix of groups stands …
SEEKS, KEEPS = 0.03, 0.5  # … the price of an agent off it before and after
CALMS = 0.7  # each round goes less far than the one before, where groups share queues
UNSHARP, MORE = (
    0.2,
    3.0,
)  # standard error ÷ share that may be lost, above which a part gets `MORE` times the days
HARDLY = 0.01  # agents; whoever is needed at all is a whole one
DEAR, SURELY_DEAR = 0.5, 3.0  # of the share that may be lost, what one agent of few is worth; standard errors
SHARPEST, SHARPEST_SHARED = 0.1, 0.2  # agents: no requirement need be known better; where groups share
SHARP = 0.035  # of the share that may be lost: the standard error to aim at, and what rounding may cost

Tell = Callable[[float], None]


class Wished(NamedTuple):
    """Agents with whom groups would be no busier than was wished for, and how busy they were seen to be."""

    agents: np.ndarray  # int64 [interval, group]; 0 without a wish
    busy: np.ndarray  # float64 [interval, group]  share of their time on duty


class Found(NamedTuple):
    """What a search has found, by group and queue of the file."""

    part: Part
    needs: list[Needs]  # [queue]
    alike: list[np.ndarray]  # [queue]  float64 [interval, any]: equal where intervals are alike to it
    twins: list[list[int]]  # [queue]  queues that are one with it to whoever waits
    spread: list[np.ndarray]  # [queue]  float64 [interval]  agents for one standard step of its promises
    start: np.ndarray  # float64 [interval, group]
    wanted: np.ndarray  # float64 [interval, group]  fractional
    staff: np.ndarray  # int64 [interval, group]
    cuts: Cuts
    doubt: np.ndarray  # float64 [interval, group]  standard error, agents
    share_doubt: np.ndarray  # float64 [interval, queue]  standard error, of the share that a promise may lose
    runs: int
    calls: int  # simulated
    troubles: list[Trouble]
    wished: Wished


class Reading(NamedTuple):
    """What a round has shown."""

    cuts: Cuts  # that keep every promise
    nearly: Cuts  # that keep it but for what the round leaves in doubt: the last agent is rounded by these
    doubt: np.ndarray  # float64 [interval, group]  standard error of its requirement, agents
    share_error: np.ndarray  # float64 [interval, row]  standard error of the share that fares well
    undecided: (
        np.ndarray
    )  # bool [interval, row]  a standard error more or less, of few three, would change the agents


class Search:
    """One part's search."""

    def __init__(self, part: Part, options: Options):
        self.options = options
        self.question = Question(part, options)
        self.higher = np.zeros(len(part.queues))  # standard steps to aim higher, for certainty
        # float64 [interval, row]: agents that count besides those whom slopes count (see `_slopes`).
        self._besides = np.zeros((self.question.intervals, len(self.question.rows)))
        rows, capped = self.question.rows, len(self.question.capped)
        self._promises = [(row.queue, row.promise) for row in rows]
        offered = np.stack([row.calls > 0 for row in rows], axis=1)
        self._offered = np.pad(offered, ((0, 0), (0, capped)))  # bool [interval, row]
        # float64 [interval, row]: what one agent more is worth of a share, about the promise.
        self._worth = np.stack([density(row.promise.quantile) / row.spread for row in rows], axis=1)
        # bool [interval, row]: whether one agent too few would lose far more than may be lost.
        dear = self._worth >= DEAR * np.array([row.promise.lost for row in rows])
        self._dear = dear & self.question.separate
        # bool [interval, row]: where the lines begin empty.
        self._begins = np.stack([self.question.begins[row.queue] for row in rows], axis=1)

    def find(self, tell: Tell) -> Found:
        """The fewest agents of every group and interval."""
        question = self.question
        troubles, within_reach = reachable(question, FIRST)
        cuts = self.first_cuts()
        wanted, runs = question.start, FIRST
        next_staff = self._whole(cuts, wanted)
        for number in range(ROUNDS):
            tell(number / ROUNDS)
            staff = next_staff
            seen = question.simulate(staff, runs)
            if not question.separate and number > 0:
                cuts = self._slopes(cuts, staff, seen, min(runs, 4 * FIRST))
            read = self._read(cuts, staff, seen, within_reach)
            cuts, bounds = read.cuts, self._bounds(staff, number)
            wanted = cheapest(cuts, question.cost, bounds, whole=False)
            last = runs == (most := self._most_runs(read, seen, runs))
            alone = question.separate
            near = cheapest(read.nearly, question.cost, bounds, whole=False) if alone else wanted
            next_staff = self._whole(read.nearly, near)
            moved = np.abs(next_staff - staff)
            settled = (
                last
                and bool((moved <= np.maximum(1.0, 0.5 * read.doubt)).all())
                and number > (1 if question.separate else SETTLES)
            )
            if settled:
                break
            runs = min(most, runs * GROWS)
        staff, wished = self._nearest(read.nearly, next_staff, runs)
        wanted = np.where(staff < next_staff, np.minimum(wanted, staff), wanted)
        cuts.least[:, len(question.rows) :] = np.minimum(
            cuts.least[:, len(question.rows) :], staff[:, [g for g, _ in question.capped]]
        )
        tell(1.0)
        return Found(
            question.part,
            question.needs,
            question.alike,
            question.twins,
            question.spread,
            question.start,
            wanted,
            staff.astype(np.int64),
            cuts,
            read.doubt,
            self._by_queue(read.share_error),
            runs,
            question.simulated,
            troubles,
            wished,
        )

    def _nearest(self, nearly: Cuts, staff: np.ndarray, runs: int) -> tuple[np.ndarray, Wished]:
        """Whole agents with whom groups are nearly as busy as was wished for, and those who keep the wishes.

        `staff`: float64 [interval, group], those who keep them. One agent less is tried where that leaves
        enough for the goals.
        """
        question, fewer = self.question, staff.copy()
        wished = Wished(np.zeros(staff.shape, np.int64), np.zeros(staff.shape))
        if all(g in question.hard for g, _ in question.capped):
            return staff, wished
        goals = slice(len(question.rows))
        for g, _ in question.capped:
            if g in question.hard:
                continue
            one = fewer.copy()
            one[:, g] -= 1
            kept = np.einsum("trg,tg->tr", nearly.weight[:, goals], one) >= nearly.least[:, goals] - WHOLE
            enough = kept.all(axis=1) & (one[:, g] >= 1)
            all_alike = mean_of_alike(enough.astype(float), question.start, staff) > 1 - WHOLE
            fewer[all_alike, g] -= 1
        chosen = staff.copy()
        seen = [(plan, question.simulate(plan, runs).busy) for plan in (staff, fewer)]
        for g, most in question.capped:
            ready = ready_share(question.part.scenario.groups[question.part.groups[g]])
            many, few = (
                mean_of_alike(busy[:, g], question.start, staff, fewer)
                / np.maximum(plan[:, g] * ready, WHOLE)
                for plan, busy in seen
            )
            chosen[:, g] = np.where(np.abs(few - most) < np.abs(many - most), fewer[:, g], staff[:, g])
            wished.agents[:, g], wished.busy[:, g] = staff[:, g], many
        return chosen, wished

    def _by_queue(self, rows: np.ndarray) -> np.ndarray:
        """The largest of a queue's promises, each of what it may lose: float64 [interval, queue]."""
        found = np.zeros((self.question.intervals, len(self.question.part.queues)))
        for k, row in enumerate(self.question.rows):
            found[:, row.queue] = np.maximum(found[:, row.queue], rows[:, k] / row.promise.lost)
        return found

    def first_cuts(self) -> Cuts:
        """Everybody who may answer in time counts as one, until slopes are known."""
        rows, groups = len(self.question.rows) + len(self.question.capped), len(self.question.part.groups)
        weight = np.zeros((self.question.intervals, rows, groups))
        for k, row in enumerate(self.question.rows):
            weight[:, k, self.question.direct[row.queue]] = 1.0
        for k, (g, _) in enumerate(self.question.capped, len(self.question.rows)):
            weight[:, k, g] = 1.0
        return Cuts(weight, np.einsum("trg,tg->tr", weight, self.question.start))

    def _read(self, cuts: Cuts, staff: np.ndarray, seen: Seen, within_reach: np.ndarray) -> Reading:
        """The cuts as a round shows them, and how surely."""
        question = self.question
        had, began = (np.einsum("trg,tg->tr", cuts.weight, agents) for agents in (staff, question.start))
        shape = (question.intervals, len(question.rows))
        above, beyond, unsure = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        told, short = np.zeros(shape, bool), np.zeros(shape)
        # Of queues that share agents no formula knows how far it is off.
        off = MOST_DOUBT if question.separate else math.inf
        for k, row in enumerate(question.rows):
            formula = row.table.at(had[:, k] + self._besides[:, k])
            found = question.level(row, seen, self.higher[row.queue], special.ndtr(formula))
            above[:, k], told[:, k] = found.above, tells(found)
            known = within_reach[:, k] & (row.calls > 0) & np.isfinite(found.doubt)
            aim = row.promise.quantile + self.higher[row.queue]
            own, unsure[:, k] = beyond_formula(found, formula, aim, known, off, question.begins[row.queue])
            beyond[:, k] = mean_of_alike(own, question.alike[row.queue])
        beyond, unsure = of_twins(beyond, unsure, self._promises, apart(question.twins, question.shares))
        if self.options.certainty is not None:
            self._aim(seen, above)
        if not question.separate:
            tables = [row.table for row in question.rows]
            there = had[:, : len(tables)] + self._besides
            fewer, beyond = as_agents(tables, there, beyond), np.zeros(shape)
            # For good where that is known, and for this round elsewhere.
            self._besides -= np.where(told, fewer, 0.0)
            short = np.where(told, 0.0, fewer)
            # Alike intervals have alike slopes, so agents beside those are alike in them, too.
            self._besides, short = self._of_alike(self._besides), self._of_alike(short)
        least, nearly = began.copy(), began.copy()
        nobody = 0.0 if question.separate else HARDLY
        doubt = np.zeros_like(question.start)
        share_error, undecided = np.zeros(shape), np.zeros(shape, bool)
        for k, row in enumerate(question.rows):
            there = row.calls > 0
            known = there & np.isfinite(unsure[:, k])
            more = beyond[:, k] + self.higher[row.queue]
            besides = self._besides[:, k] - short[:, k]
            error = np.where(known, unsure[:, k], 0.0)
            share_error[:, k] = error * density(row.promise.quantile)
            allowed = np.clip(SHARP * row.promise.lost - share_error[:, k], 0.0, share_error[:, k])
            lower = special.ndtri(special.ndtr(row.promise.quantile) - allowed)
            for found_least, aim in ((least, row.promise.quantile), (nearly, lower)):
                wanted = np.maximum(row.table.least(aim + more) - besides, nobody)
                found_least[:, k] = np.where(there, wanted, began[:, k])
            sure = error * np.where(self._dear[:, k], SURELY_DEAR, 1.0)
            low, high = (row.table.least(lower + more + shift) - besides for shift in (-sure, sure))
            undecided[:, k] = known & (np.ceil(low - WHOLE) < np.ceil(high - WHOLE))
            mine = question.direct[row.queue]
            doubt[:, mine] = np.maximum(doubt[:, mine], (error * row.spread)[:, None])
        for k, (g, cap) in enumerate(question.capped, len(question.rows)):
            ready = ready_share(question.part.scenario.groups[question.part.groups[g]])
            busy = mean_of_alike(seen.busy[:, g], question.start, staff)
            least[:, k] = nearly[:, k] = busy / (cap * ready)
        return Reading(Cuts(cuts.weight, least), Cuts(cuts.weight, nearly), doubt, share_error, undecided)

    def _of_alike(self, values: np.ndarray) -> np.ndarray:
        """Means of the intervals that are alike to each row's queue: float64 [interval, row]."""
        alike = [self.question.alike[row.queue] for row in self.question.rows]
        return np.stack([mean_of_alike(values[:, k], keys) for k, keys in enumerate(alike)], axis=1)

    def _aim(self, seen: Seen, above: np.ndarray) -> None:
        """Aim as many steps higher as it takes for the wanted share of days to meet the goal."""
        assert self.options.certainty is not None
        for q in range(len(self.question.part.queues)):
            rows = [k for k, row in enumerate(self.question.rows) if row.queue == q]
            calls = self.question.rows[rows[0]].calls
            of_day = [
                tuple(
                    (seen.calls[:, :, q].sum(axis=1) @ counts)
                    for counts in counted(self.question.rows[k].promise)
                )
                for k in rows
            ]
            promises = [self.question.rows[k].promise for k in rows]
            if np.mean(of_day[0][1]) < FEW_A_DAY:
                self.higher[q] = max(
                    certain(all_, promise, self.options.certainty) - promise.quantile
                    for (_, all_), promise in zip(of_day, promises, strict=True)
                )
                continue
            margins = []
            for (good, all_), promise in zip(of_day, promises, strict=True):
                many = np.maximum(all_, 1)
                share = np.clip(good / many, 0.5 / many, 1 - 0.5 / many)
                margins.append(np.where(all_ > 0, special.ndtri(share) - promise.quantile, np.inf))
            worst = np.min(margins, axis=0)
            worst = worst[np.isfinite(worst)]
            reached = float(np.quantile(worst, 1 - self.options.certainty, method="lower"))
            was = min(float(above[:, k] @ calls) / float(calls.sum()) for k in rows)
            self.higher[q] += float(np.clip(was - reached, -2.0, 2.0))

    def _slopes(self, cuts: Cuts, staff: np.ndarray, seen: Seen, runs: int) -> Cuts:
        """What one more agent of each group is worth to each promise, from the same days with a few more.

        Slopes hold near the staff that was simulated: whoever is there goes on counting as before, and only
        agents more or fewer count by the new slopes.
        """
        weight = cuts.weight.copy()
        base = seen if len(seen.calls) == runs else Seen(seen.calls[:runs], seen.busy)
        at_first = [self.question.level(row, base, self.higher[row.queue]) for row in self.question.rows]
        for g in range(len(self.question.part.groups)):
            rows = [k for k, row in enumerate(self.question.rows) if self.question.direct[row.queue, g]]
            if not rows:
                continue
            spread = np.max([self.question.rows[k].spread for k in rows], axis=0)
            step = np.where(staff.sum(axis=1) > 0, np.maximum(1.0, np.round(0.5 * spread)), 0.0)
            more = staff.copy()
            more[:, g] += step
            after = self.question.simulate(more, runs)
            worth = np.zeros((len(staff), len(self.question.rows)))
            doubt = np.full_like(worth, np.inf)
            for k in rows:
                row = self.question.rows[k]
                aim, was = row.promise.quantile + self.higher[row.queue], at_first[k]
                now = self.question.level(row, after, self.higher[row.queue]).above
                known = (step > 0) & (row.calls > 0) & tells(was)
                gained, a_quantile = (
                    row.table.least(aim + high) - row.table.least(aim + low)
                    for low, high in ((was.above, now), (was.above - 0.5, was.above + 0.5))
                )
                found, doubt[:, k] = pooled(
                    np.where(known, gained / np.maximum(step, 1), 0.0),
                    np.where(known, was.doubt * a_quantile / np.maximum(step, 1), np.inf),
                )
                worth[:, k] = np.where(known | (known.sum() >= FEWEST_POOLED), found, cuts.weight[:, k, g])
            worth, _ = of_twins(worth, doubt, self._promises, apart(self.question.twins))
            for k in rows:
                alike = self.question.alike[self.question.rows[k].queue]
                weight[:, k, g] = np.clip(mean_of_alike(worth[:, k], alike), 0.0, 1.5)
        counted_less = np.einsum("trg,tg->tr", cuts.weight - weight, staff)
        self._besides = self._of_alike(self._besides + counted_less[:, : len(self.question.rows)])
        return Cuts(weight, cuts.least)

    def _bounds(self, staff: np.ndarray, number: int) -> Bounds:
        """Not too far from the agents that were simulated: less far every round.

        At first the mix of groups is sought; then it stands, and an interval leaves it only as it must.
        """
        reach = 0.5 if number < 2 or self.question.separate else 0.5 * CALMS ** (number - 1)
        far = np.maximum(
            3.0 if self.question.separate else 2.0, reach * np.maximum(staff, self.question.start)
        )
        usual = self.question.start * (staff.sum(axis=0) / np.maximum(self.question.start.sum(axis=0), 1e-9))
        off = SEEKS if number < SETTLES else KEEPS
        return Bounds(np.maximum(staff - far, 0.0), staff + far, usual, off)

    def _whole(self, nearly: Cuts, near: np.ndarray) -> np.ndarray:
        """The cheapest whole agents near a fractional requirement, one at least where anybody calls.

        The last agent must be seen to be needed: by more than a standard error, where that is sharp.
        """
        least = np.minimum(nearly.least, np.einsum("trg,tg->tr", nearly.weight, near))
        least = np.where(self._offered, np.maximum(least, HARDLY), least)
        low = np.zeros_like(near) if self.question.separate else np.floor(near)
        bounds = Bounds(low, np.ceil(near) + 1, near, SEEKS)
        found = cheapest(Cuts(nearly.weight, least), self.question.cost, bounds, whole=True)
        return np.maximum(found, np.ceil(near - WHOLE)) if self.question.separate else found

    def _most_runs(self, read: Reading, seen: Seen, runs: int) -> int:
        """Days that are worth simulating: as many as the wanted resolution takes, within the effort."""
        if self.options.runs is not None:
            return self.options.runs
        a_run = float(seen.calls.sum(axis=(0, 1, 2)) @ COUNTS["offered"].over) / runs
        lost = np.array([row.promise.lost for row in self.question.rows])
        agents = read.share_error / self._worth  # of doubt
        sharpest = SHARPEST if self.question.separate else SHARPEST_SHARED
        sharp = read.share_error / (SHARP * lost)
        # No other interval helps where the lines begin empty: its own days must tell.
        surely = np.where(self._begins, SURELY_DEAR, 1.0)
        steps = np.where(self._dear, surely * sharp, np.minimum(sharp, agents / sharpest))
        steps = np.where(read.undecided, steps, 0.0).max(axis=1)
        worst = float(np.quantile(steps[steps > 0], 0.9)) if (steps > 0).any() else 0.0
        unsharp = self.question.separate and worst * SHARP > UNSHARP
        effort = self.options.effort * (MORE if unsharp else 1.0)
        affordable = max(ENOUGH, int(effort / max(a_run + A_DAY, 1)))
        least = FEWEST_SURE if self.options.certainty is not None else FIRST
        return max(runs, min(max(math.ceil(runs * worst**2), least), affordable, MOST))
