"""What one look at a changed plan shows: each line of the file beside the plan as it is, on the same days."""

from __future__ import annotations

import math
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
        scenario = self.model.scenario
        queues = [
            (name, rows, bounds_of(goal, scenario.goals.counted))
            for name, rows in self.rows.items()
            if (goal := self.model.queues[rows[0]].queue.goal) is not None
        ]
        by_name = _by_name((copy.original for copy in self.model.groups), scenario.groups)
        groups = [
            (name, rows, bounds)
            for name, rows in by_name.items()
            if (bounds := bound_of(self.model.groups[rows[0]].group))
        ]
        calls = _Sides(*(sums.calls.sum(axis=1) for sums in (self.before, self.after)))
        work = _Sides(*(sums.work.sum(axis=1) for sums in (self.before, self.after)))
        return [
            *_lines(queues, False, calls, self.sampled.queues, self.waiting.queues),
            *_lines(groups, True, work, self.sampled.groups, self.waiting.groups),
        ]

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
        nth = list(self.rows).index(name)
        was, now = self._levels
        return was[:, nth], now[:, nth]

    @cached_property
    def _levels(self) -> tuple[Floats, Floats]:
        """The same of all queues of the file: float64 [cell, queue], each."""
        formula = measures.SERVICE_LEVEL[self.model.scenario.goals.counted]
        every, waiting = list(self.rows.values()), set(self.waiting.queues)
        some = [[row for row in rows if row not in waiting] for rows in every]
        was, now = (
            measures.estimate(np.stack([calls[:, :, rows].sum(axis=2) for rows in of], axis=2), formula).mean
            for calls, of in ((self.before.calls, every), (self.after.calls, some))
        )
        return was, now


class _Sides(NamedTuple):
    """Sums of the plan as it is, and of the changed one: int64 [run, row, column], both."""

    before: Ints
    after: Ints


def _by_name(originals: Iterable[str], names: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {name: [] for name in names}
    for row, original in enumerate(originals):
        found[original].append(row)
    return {name: rows for name, rows in found.items() if rows}


def _lines(
    found: Sequence[tuple[str, list[int], list[Bound]]],
    of_group: bool,
    sides: _Sides,
    sampled: Iterable[int],
    waiting: Iterable[int],
) -> list[LineSeen]:
    """Goals of lines in both plans: each with its rows and what it bounds. `sampled`, `waiting`: see Seen."""
    known, open_yet, judged_by = set(sampled), set(waiting), ON_DUTY if of_group else CALLED
    some = [[row for row in rows if row in known] for _, rows, _ in found]
    about = [not open_yet.union(known).isdisjoint(rows) for _, rows, _ in found]
    bounds: dict[tuple[int, str], BoundSeen] = {}
    for key in dict.fromkeys(bound.key for _, _, of_line in found for bound in of_line):  # all lines at once
        mine = [(nth, bound) for nth, line in enumerate(found) for bound in line[2] if bound.key == key]
        rows = [found[nth][1] for nth, _ in mine]
        of = [some[nth] if about[nth] else found[nth][1] for nth, _ in mine]
        seen = _bounds([bound for _, bound in mine], rows, of, [about[nth] for nth, _ in mine], sides)
        bounds |= {(nth, key): one for (nth, _), one in zip(mine, seen, strict=True)}
    lines = []
    for nth, (name, copies, of_line) in enumerate(found):
        was, now = (int(unbroken(of_line, judged_by, sums[:, copies].sum(axis=0)).sum()) for sums in sides)
        each = [bounds[nth, bound.key] for bound in of_line]
        met = None if about[nth] else now
        lines.append(LineSeen(name, of_group, about[nth], each, len(copies), was, met))
    return lines


def _bounds(
    bounds: Sequence[Bound],
    rows: Sequence[list[int]],
    of: Sequence[list[int]],
    about: Sequence[bool],
    sides: _Sides,
) -> list[BoundSeen]:
    """A figure of some lines. `rows`: of each; `of`: those of which the change is; `about`: whether it is
    approximate.
    """

    def estimates(sums: Ints, rows: Sequence[list[int]]) -> measures.Estimate:
        return measures.estimate(np.stack([sums[:, some].sum(axis=1) for some in rows], axis=1), formula)

    formula = bounds[0].formula
    levels = estimates(sides.before, rows).mean.tolist()
    was, now = estimates(sides.before, of), estimates(sides.after, of)
    changes = measures.differences(was, now)
    found = []
    for bound, level, exact, change, guess in zip(
        bounds, map(_number, levels), now.mean.tolist(), changes, about, strict=True
    ):
        after = _number(exact)
        if guess:
            # The plan's own figure with the change of the copies that were simulated: nearer than theirs.
            after = None if level is None or change.mean is None else level + change.mean
            if after is not None:
                after = min(max(after, 0.0), formula.most * formula.scale)
            change = Figure(change.mean)
        found.append(BoundSeen(bound.key, bound.bound, bound.sign, level, after, change))
    return found


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
