"""What one look at a changed plan shows: each line of the file beside the plan as it is, on the same days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.model import Model
from callsim.results import measures
from callsim.results.judgement import Bound, bounds_of, kept_in
from callsim.results.measures import Figure
from callsim.results.result import Result
from callsim.results.sums import Runs


@dataclass(frozen=True)
class BoundSeen:
    """A figure that a goal bounds, of all copies of a line together."""

    key: str  # of the figure
    bound: float  # in the figure's unit
    sign: int  # 1: at least; -1: at most
    before: float | None  # in the plan as it is; None where nobody called
    after: float | None  # in the changed plan
    difference: Figure  # after − before, with Student's interval from two days on


@dataclass(frozen=True)
class LineSeen:
    """A queue of the file that has a goal, with all its copies."""

    name: str
    approximate: bool  # whether copies stand for others that are not simulated yet
    bounds: Sequence[BoundSeen]
    copies: int
    met_before: int  # copies that keep the goal on the mean of the days; those that nobody called keep it
    met_after: int | None  # None while the figures are approximate: there is no verdict yet


@dataclass(frozen=True, repr=False)
class Seen:
    """A look: approximate (`result` is None) or exact."""

    model: Model
    islands: int  # of the changed plan
    changed: int  # islands that differ from the plan's
    simulated: int  # islands that these figures have been simulated for, of those that differ
    before: Runs  # the plan as it is
    after: Runs  # the changed plan; in an approximate look rows that `sampled` does not name are the plan's
    sampled: frozenset[int] | None  # rows of queues that stand for others that differ alike; None: exact
    stand_ins: frozenset[int]  # rows of queues that differ and are not simulated yet
    result: Result | None  # as `callsim.run` returns it, without warnings
    plan: Result  # likewise of the plan as it is

    def __repr__(self) -> str:
        return f"Seen(exact={self.exact}, runs={self.runs})"

    @property
    def exact(self) -> bool:
        """Whether all that differs was simulated."""
        return self.result is not None

    @property
    def runs(self) -> int:
        """Returns the number of replications: the same days in both plans."""
        return len(self.after.calls)

    @cached_property
    def lines(self) -> list[LineSeen]:
        """Every queue of the file that has a goal, in the order of the file."""
        return [
            self._line(name, rows)
            for name, rows in self.rows.items()
            if self.model.queues[rows[0]].queue.goal is not None
        ]

    @cached_property
    def rows(self) -> dict[str, list[int]]:
        """The rows of each queue of the file."""
        found: dict[str, list[int]] = {name: [] for name in self.model.scenario.queues}
        for row, copy in enumerate(self.model.queues):
            found[copy.original].append(row)
        return {name: rows for name, rows in found.items() if rows}

    def levels(self, name: str) -> tuple[Floats, Floats]:
        """The service level of a queue of the file by cell of the report, before and after: float64 [cell].

        NaN where nobody called; after, where figures are approximate, of the copies that were simulated.
        """
        formula = measures.SERVICE_LEVEL[self.model.scenario.goals.counted]
        rows = self.rows[name]
        some = [row for row in rows if row not in self.stand_ins]

        def level(calls: Ints, rows: Sequence[int]) -> Floats:
            cells = calls[:, :, rows].sum(axis=2)
            return measures.estimate(cells, formula).mean

        return level(self.before.calls, rows), level(self.after.calls, some or rows)

    def _line(self, name: str, rows: Sequence[int]) -> LineSeen:
        goal, counted = self.model.queues[rows[0]].queue.goal, self.model.scenario.goals.counted
        assert goal is not None
        approximate = not self.stand_ins.isdisjoint(rows)
        by_copy = [runs.calls[:, :, rows].sum(axis=(0, 1)) for runs in (self.before, self.after)]
        met = [int(kept_in(goal, calls, counted).sum()) for calls in by_copy]
        bounds = [self._bound(bound, rows, approximate) for bound in bounds_of(goal, counted)]
        return LineSeen(name, approximate, bounds, len(rows), met[0], None if approximate else met[1])

    def _bound(self, bound: Bound, rows: Sequence[int], approximate: bool) -> BoundSeen:
        def of(runs: Runs, rows: Sequence[int]) -> measures.Estimate:
            return measures.estimate(runs.calls[:, :, rows].sum(axis=(1, 2)), bound.formula)

        before = of(self.before, rows)
        if not approximate:
            after = of(self.after, rows)
            change = measures.difference(before, after)
            return BoundSeen(bound.key, bound.bound, bound.sign, _number(before), _number(after), change)
        # The plan's own figure with the change of the copies that were simulated: nearer than their figure.
        some = [row for row in rows if self.sampled is not None and row in self.sampled]
        change = measures.difference(of(self.before, some), of(self.after, some))
        level = _number(before)
        moved = None if level is None or change.mean is None else level + change.mean
        if moved is not None:
            moved = min(max(moved, 0.0), bound.formula.most * bound.formula.scale)
        return BoundSeen(bound.key, bound.bound, bound.sign, level, moved, Figure(change.mean))


def _number(found: measures.Estimate) -> float | None:
    value = float(found.mean)
    return None if np.isnan(value) else value
