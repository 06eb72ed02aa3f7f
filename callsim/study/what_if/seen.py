"""What one look at a changed plan shows: each line of the file beside the plan as it is, on the same days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.model import Model
from callsim.model.islands import Island
from callsim.results import measures
from callsim.results.judgement import CALLED, ON_DUTY, Bound, bound_of, bounds_of, unbroken
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
    after: float | None  # in the changed plan; None also where no copy is simulated yet
    difference: Figure  # after − before, with Student's interval from two days on


@dataclass(frozen=True)
class LineSeen:
    """A queue or a group of the file that has a goal, with all its copies."""

    name: str
    of_group: bool
    approximate: bool  # whether it differs, and not all that differs is simulated yet
    bounds: Sequence[BoundSeen]
    copies: int
    met_before: int  # copies that keep the goal on the mean of the days, or have nothing to keep
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
    sampled: Island  # rows that stand for others that differ alike; of an exact look none
    waiting: Island  # rows that differ and are not simulated yet
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
        """Every queue of the file that has a goal, in the order of the file, and then every group."""
        found, counted = [], self.model.scenario.goals.counted
        calls = [sums.calls.sum(axis=1) for sums in (self.before, self.after)]
        work = [sums.work.sum(axis=1) for sums in (self.before, self.after)]
        for name, rows in self.rows.items():
            goal = self.model.queues[rows[0]].queue.goal
            if goal is not None:
                bounds = bounds_of(goal, counted)
                among = _Rows(rows, frozenset(self.sampled.queues), frozenset(self.waiting.queues))
                found.append(_line(name, among, bounds, CALLED, *calls))
        for name, rows in _by_name(
            (copy.original for copy in self.model.groups), self.model.scenario.groups
        ).items():
            bounds = bound_of(self.model.groups[rows[0]].group)
            if bounds:
                among = _Rows(rows, frozenset(self.sampled.groups), frozenset(self.waiting.groups))
                found.append(_line(name, among, bounds, ON_DUTY, *work))
        return found

    @cached_property
    def rows(self) -> dict[str, list[int]]:
        """The rows of each queue of the file."""
        return _by_name((copy.original for copy in self.model.queues), self.model.scenario.queues)

    def offered(self, name: str) -> tuple[float, float | None]:
        """Returns the calls of a queue of the file on a day, all copies together, before and after.

        None after, where figures are approximate.
        """
        rows, over = self.rows[name], measures.COUNTS["offered"].over
        days = len(self.after.calls) * self.model.scenario.calendar.days
        was, now = (
            float(sums.calls[:, :, rows].sum(axis=(0, 1, 2)) @ over) / days
            for sums in (self.before, self.after)
        )
        return was, now if set(rows).isdisjoint(self.waiting.queues) else None

    def levels(self, name: str) -> tuple[Floats, Floats]:
        """The service level of a queue of the file by cell of the report, before and after: float64 [cell].

        NaN where nobody called; after, where figures are approximate, of the copies that were simulated, and
        NaN where none was.
        """
        formula = measures.SERVICE_LEVEL[self.model.scenario.goals.counted]
        rows = self.rows[name]
        some = [row for row in rows if row not in self.waiting.queues]

        def level(calls: Ints, rows: Sequence[int]) -> Floats:
            cells = calls[:, :, rows].sum(axis=2)
            return measures.estimate(cells, formula).mean

        return level(self.before.calls, rows), level(self.after.calls, some)


class _Rows(NamedTuple):
    """Rows of one queue or group of the file."""

    all: Sequence[int]
    sampled: frozenset[int]  # among those of all
    waiting: frozenset[int]

    @property
    def approximate(self) -> bool:
        return not (self.sampled | self.waiting).isdisjoint(self.all)


def _by_name(originals: Iterable[str], names: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {name: [] for name in names}
    for row, original in enumerate(originals):
        found[original].append(row)
    return {name: rows for name, rows in found.items() if rows}


def _line(
    name: str, rows: _Rows, bounds: list[Bound], judged_by: Ints, before: Ints, after: Ints
) -> LineSeen:
    """A goal in both plans. `before`, `after`: int64 [run, row, column]."""
    by_copy = [sums[:, rows.all].sum(axis=0) for sums in (before, after)]
    was, now = (int(unbroken(bounds, judged_by, sums).sum()) for sums in by_copy)
    return LineSeen(
        name,
        judged_by is ON_DUTY,
        rows.approximate,
        [_bound(bound, rows, before, after) for bound in bounds],
        len(rows.all),
        was,
        None if rows.approximate else now,
    )


def _bound(bound: Bound, rows: _Rows, before: Ints, after: Ints) -> BoundSeen:
    def of(sums: Ints, rows: Sequence[int]) -> measures.Estimate:
        return measures.estimate(sums[:, rows].sum(axis=1), bound.formula)

    was = of(before, rows.all)
    if not rows.approximate:
        now = of(after, rows.all)
        change = measures.difference(was, now)
        return BoundSeen(bound.key, bound.bound, bound.sign, _number(was), _number(now), change)
    # The plan's own figure with the change of the copies that were simulated: nearer than their figure.
    some = [row for row in rows.all if row in rows.sampled]
    change = measures.difference(of(before, some), of(after, some))
    level = _number(was)
    moved = None if level is None or change.mean is None else level + change.mean
    if moved is not None:
        moved = min(max(moved, 0.0), bound.formula.most * bound.formula.scale)
    return BoundSeen(bound.key, bound.bound, bound.sign, level, moved, Figure(change.mean))


def _number(found: measures.Estimate) -> float | None:
    value = float(found.mean)
    return None if np.isnan(value) else value
