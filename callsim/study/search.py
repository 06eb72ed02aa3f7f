"""The search for the fewest agents of one part of a centre, on fixed traces.

Each round simulates the same days with better staff. What a round shows is told in agents: how many each
promise has too many or too few in each interval, and how surely that is known. All intervals move at once; an
interval is right only when those before it are, so the rounds go on until nothing moves, and the last rounds
see the most days.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.measures import COUNTS
from callsim.study.cut import WHOLE, Bounds, Cuts, cheapest
from callsim.study.evidence import counted, density, pooled, quantile_of
from callsim.study.formula import Needs
from callsim.study.parts import Part
from callsim.study.question import Options, Question, Seen
from callsim.study.reach import Trouble, reachable

FIRST, MOST = 12, 1000  # days of the first rounds, and at most of the last ones
ENOUGH = 30  # days of the last rounds that even the largest centre gets, where they are wanted
FEWEST_SURE = 100  # days, at least, where a share of days shall meet the goals
GROWS = 4  # so many times the days of the round before
ROUNDS = 10  # at most
SETTLES = 4  # the round from which the day's mix of groups stands …
SEEKS, KEEPS = 0.03, 0.5  # … the price of an agent off it before and after
CALMS = 0.7  # each round goes less far than the one before, where groups share queues
SHARP = 0.007  # of a share: the standard error to aim at, told in the agents that are worth so much …
SHARPEST = 0.15  # … but of small groups no more than this part of an agent

Tell = Callable[[float], None]


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


class Search:
    """One part's search."""

    def __init__(self, part: Part, options: Options):
        self.options = options
        self.question = Question(part, options)
        self.higher = np.zeros(len(part.queues))  # standard steps to aim higher, for certainty
        self.sharp = self._sharp()  # float64 [interval, group]  agents

    def find(self, tell: Tell) -> Found:
        """The fewest agents of every group and interval."""
        question = self.question
        troubles, within_reach = reachable(question, FIRST)
        cuts = self.first_cuts()
        wanted, runs = question.start, FIRST
        doubt = np.zeros_like(wanted)
        settled = False
        for number in range(ROUNDS):
            tell(number / ROUNDS)
            staff = self._whole(cuts, wanted, doubt)
            seen = question.simulate(staff, runs)
            if not question.separate and number > 0:
                cuts = self._slopes(cuts, staff, seen, min(runs, 4 * FIRST))
            cuts, doubt = self._read(cuts, staff, seen, within_reach)
            wanted = self._cheapest(cuts, staff, number)
            last = runs == (most := self._most_runs(doubt, seen, runs))
            moved = np.abs(self._whole(cuts, wanted, doubt) - staff)
            settled = (
                last
                and bool((moved <= np.maximum(1.0, 0.5 * doubt)).all())
                and number > (1 if question.separate else SETTLES)
            )
            if settled:
                break
            runs = min(most, runs * GROWS)
        tell(1.0)
        staff = self._whole(cuts, wanted, doubt)
        return Found(
            question.part,
            question.needs,
            question.start,
            wanted,
            staff.astype(np.int64),
            cuts,
            doubt,
            runs,
            question.simulated,
            troubles,
        )

    def _sharp(self) -> np.ndarray:
        """How well a group's requirement should be known, by the sharpest of its promises."""
        found = np.full_like(self.question.start, np.inf)
        for row in self.question.rows:
            mine = self.question.direct[row.queue]
            agents = SHARP * row.spread / density(quantile_of(row.promise))
            found[:, mine] = np.minimum(found[:, mine], agents[:, None])
        return np.asarray(np.maximum(found, SHARPEST))

    def first_cuts(self) -> Cuts:
        """Everybody who may answer in time counts as one, until slopes are known."""
        rows, groups = len(self.question.rows) + len(self.question.capped), len(self.question.part.groups)
        weight = np.zeros((self.question.intervals, rows, groups))
        for k, row in enumerate(self.question.rows):
            weight[:, k, self.question.direct[row.queue]] = 1.0
        for k, (g, _) in enumerate(self.question.capped, len(self.question.rows)):
            weight[:, k, g] = 1.0
        return Cuts(weight, np.einsum("trg,tg->tr", weight, self.question.start))

    def _read(
        self, cuts: Cuts, staff: np.ndarray, seen: Seen, within_reach: np.ndarray
    ) -> tuple[Cuts, np.ndarray]:
        """The cuts as a round shows them, and the standard error of each group's requirement."""
        had, began = (np.einsum("trg,tg->tr", cuts.weight, agents) for agents in (staff, self.question.start))
        least = began.copy()
        doubt = np.zeros_like(self.question.start)
        above = np.zeros((self.question.intervals, len(self.question.rows)))
        for k, row in enumerate(self.question.rows):
            found = self.question.level(row, seen, self.higher[row.queue])
            above[:, k] = found.above
            # In standard steps, the simulation's requirement beyond the formula's.
            doubts = np.where(within_reach[:, k] & (row.calls > 0), found.doubt, np.inf)
            beyond, unsure = pooled((had[:, k] - began[:, k]) / row.spread - found.above, doubts)
            least[:, k] += np.where(row.calls > 0, beyond * row.spread, 0.0)
            mine = self.question.direct[row.queue]
            unsure = np.where(np.isfinite(unsure), unsure * row.spread, 0.0)
            doubt[:, mine] = np.maximum(doubt[:, mine], unsure[:, None])
        for k, (g, cap) in enumerate(self.question.capped, len(self.question.rows)):
            least[:, k] = seen.busy[:, g] / cap
        if self.options.certainty is not None:
            self._aim(seen, above, least)
        return Cuts(cuts.weight, least), doubt

    def _aim(self, seen: Seen, above: np.ndarray, least: np.ndarray) -> None:
        """Aim as many steps higher as it takes for the wanted share of days to meet the goal."""
        assert self.options.certainty is not None
        for q in range(len(self.question.part.queues)):
            rows = [k for k, row in enumerate(self.question.rows) if row.queue == q]
            margins = []
            for k in rows:
                over, under = counted(self.question.rows[k].promise)
                day = seen.calls[:, :, q].sum(axis=1)
                all_ = np.maximum(day @ under, 1)
                share = np.clip((day @ over) / all_, 0.5 / all_, 1 - 0.5 / all_)
                margins.append(special.ndtri(share) - quantile_of(self.question.rows[k].promise))
            worst = np.min(margins, axis=0)
            reached = float(np.quantile(worst, 1 - self.options.certainty, method="lower"))
            calls = self.question.rows[rows[0]].calls
            was = min(float(above[:, k] @ calls) / float(calls.sum()) for k in rows)
            more = float(np.clip(was - reached, -2.0, 2.0))
            self.higher[q] += more
            for k in rows:
                least[:, k] += np.where(calls > 0, more * self.question.rows[k].spread, 0.0)

    def _slopes(self, cuts: Cuts, staff: np.ndarray, seen: Seen, runs: int) -> Cuts:
        """What one more agent of each group is worth to each promise, from the same days with a few more."""
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
            for k in rows:
                row = self.question.rows[k]
                gained = self.question.level(row, after, self.higher[row.queue]).above - at_first[k].above
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
        reach = 0.5 if number < 2 or self.question.separate else 0.5 * CALMS ** (number - 1)
        far = np.maximum(
            3.0 if self.question.separate else 2.0, reach * np.maximum(staff, self.question.start)
        )
        usual = self.question.start * (staff.sum(axis=0) / np.maximum(self.question.start.sum(axis=0), 1e-9))
        off = SEEKS if number < SETTLES else KEEPS
        bounds = Bounds(np.maximum(staff - far, 0.0), staff + far, usual, off)
        return cheapest(cuts, self.question.cost, bounds, whole=False)

    def _whole(self, cuts: Cuts, wanted: np.ndarray, doubt: np.ndarray) -> np.ndarray:
        """The cheapest whole agents near a fractional requirement.

        The last agent must be seen to be needed: by more than a standard error, where that is sharp.
        """
        if self.question.separate:
            return np.asarray(np.ceil(wanted - np.maximum(np.minimum(doubt, self.sharp), WHOLE)))
        bounds = Bounds(np.floor(wanted), np.ceil(wanted) + 1, wanted, SEEKS)
        least = np.minimum(cuts.least, np.einsum("trg,tg->tr", cuts.weight, wanted))
        return cheapest(Cuts(cuts.weight, least), self.question.cost, bounds, whole=True)

    def _most_runs(self, doubt: np.ndarray, seen: Seen, runs: int) -> int:
        """Days that are worth simulating: as many as the wanted resolution takes, within the effort."""
        if self.options.runs is not None:
            return self.options.runs
        a_run = float(seen.calls.sum(axis=(0, 1, 2)) @ COUNTS["offered"].over) / runs
        affordable = max(ENOUGH, int(self.options.effort / max(a_run, 1)))
        worst = float(np.quantile((doubt / self.sharp).max(axis=1), 0.9))
        least = FEWEST_SURE if self.options.certainty is not None else FIRST
        return max(runs, min(max(math.ceil(runs * worst**2), least), affordable, MOST))
