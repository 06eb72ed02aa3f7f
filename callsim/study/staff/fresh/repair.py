"""What a check has shown to be too few: more agents where calls fared worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from callsim.results.measures import Figure
from callsim.results.result import Result
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY
from callsim.study.staff.day_kinds import Kind
from callsim.study.staff.evidence import mean_of_alike
from callsim.study.staff.fresh.holdout import Kept, OfDays
from callsim.study.staff.search import Found
from callsim.study.staff.subproblem import goals_of
from callsim.units import DAY_MS

AT_ONCE = 0.7  # of what seems to be missing is added: the next interval gains from it, too
MOST_ADDED = 0.25  # of an interval's agents, at once, and one
MOST_OF_ALIKE = 0.5  # intervals that must be below, for all of them to get more
WELL_KNOWN = 0.15  # the interval of a share of days that is no wider tells by its middle
SURELY_MORE = 0.01  # of an interval's agents, and one at least, where too few days met a goal


def raised(
    kinds: list[Kind], found: list[Found], plans: list[np.ndarray], kept: Mapping[str, Kept], close: bool
) -> list[np.ndarray] | None:
    """More agents on the days on which a goal was missed, and in intervals that fell far short.

    `plans`: int64 [interval, group] of each kind of day; `close`: also where a goal is too close to call, or
    missed by these days' luck alone. None where nothing is missed that agents could mend.
    """
    more, changed = [plan.copy() for plan in plans], False
    for kind, one, plan in zip(kinds, found, more, strict=True):
        for queue, days in _of_kind(kind, one, kept):
            if days.met is not False and queue != _most_called(one, queue):
                continue  # of twins the one of most calls tells how all of them fare
            # Of alike intervals all get more or none: one of many fares badly by chance.
            keys = one.alike[queue], plan
            missing = mean_of_alike(days.short * one.spread[queue], *keys)  # agents
            missing = np.where(one.needs[queue].load.calls > 0, missing, -np.inf)
            short = mean_of_alike(days.below.astype(float), *keys) >= MOST_OF_ALIKE
            if days.met is False or (close and not (days.met and days.plain)):
                short |= missing > 0
                if not short.any():
                    short = missing == missing.max()  # all but met: where calls fared worst
            if short.any():
                _add(one, plan, queue, short, np.ceil(AT_ONCE * np.maximum(missing, 0.0)))
                changed = True
    return more if changed else None


def relieved(
    kinds: list[Kind], found: list[Found], plans: list[np.ndarray], check: Result
) -> list[np.ndarray] | None:
    """More agents in intervals in which a group was busier than its goal allows; None where none was.

    `plans`: int64 [interval, group] of each kind of day. Alike intervals are taken together, and all of them
    get more or none.
    """
    model, goals = check.model, goals_of(check.model.scenario)
    work = check.sums.work.reshape(check.runs, -1, DAY_MS // model.grid, *check.sums.work.shape[2:])
    more, changed = [plan.copy() for plan in plans], False
    for kind, one, plan in zip(kinds, found, more, strict=True):
        for g, name in enumerate(kind.part.groups):
            rows = [row for row, copy in enumerate(model.groups) if copy.original == name]
            if name not in goals or not rows:
                continue
            # int64 [run, interval, column], of all copies on the days of this kind
            mine = work[:, list(kind.days)][:, :, :, rows].sum(axis=(1, 3))
            keys = one.start[:, g], plan[:, g]
            busy, there = (
                np.array([mean_of_alike(run, *keys) for run in mine[..., column].astype(float)])
                for column in (G_BUSY, G_ON_DUTY)
            )
            on_duty = there.mean(axis=0)
            share = busy.mean(axis=0) / np.maximum(on_duty, 1e-9)
            error = (busy - share * there).std(axis=0) / np.maximum(on_duty, 1e-9) / np.sqrt(len(busy))
            over = (on_duty > 0) & (share - error > goals[name])
            if over.any():
                plan[over, g] += np.maximum(np.ceil(plan[:, g] * (share / goals[name] - 1)), 1.0)[
                    over
                ].astype(int)
                changed = True
    return more if changed else None


def short_of_days(
    kinds: list[Kind],
    found: list[Found],
    plans: list[np.ndarray],
    check: Result,
    kept: Mapping[str, Kept],
    certainty: float,
) -> list[np.ndarray] | None:
    """More agents for queues whose goal was met on too few days; None where all were met often enough.

    They come in the half of the queue's intervals in which calls fared worst.
    """
    rare = {name: one for name, one in kept.items() if too_rarely(check.goals[name].probability, certainty)}
    more, changed = [plan.copy() for plan in plans], False
    for kind, one, plan in zip(kinds, found, more, strict=True):
        for queue, days in _of_kind(kind, one, rare):
            calls = one.needs[queue].load.calls > 0
            if calls.any():
                short = mean_of_alike(days.short, one.alike[queue], plan)
                worst = calls & (short >= np.median(short[calls]) - 1e-9)
                _add(one, plan, queue, worst, np.floor(SURELY_MORE * plan.sum(axis=1)))
                changed = True
    return more if changed else None


def too_rarely(probability: Figure, certainty: float) -> bool:
    """Whether days met a goal less often than they shall, as far as they tell: where few had calls, surely.

    `probability`: the share of days, and its interval.
    """
    mean, high, low = probability.mean, probability.high, probability.low
    if mean is None or high is None or low is None:
        return False
    return (mean if high - low < WELL_KNOWN else high) < certainty


def _of_kind(kind: Kind, found: Found, kept: Mapping[str, Kept]) -> Iterator[tuple[int, OfDays]]:
    """Each queue of a part, by its number there, with how its goal was kept on days of this kind."""
    lost = {trouble.queue for trouble in found.troubles}
    of_copies = {one.original: one for one in kept.values()}
    for queue, name in enumerate(kind.part.queues):
        if name in of_copies and name not in lost:  # no number of agents keeps what is lost
            for days in of_copies[name].by_day:
                if days.days == kind.days and any(days.reached):
                    yield queue, days


def _most_called(found: Found, queue: int) -> int:
    return max(found.twins[queue], key=lambda twin: float(found.needs[twin].load.calls.sum()))


def who_counts(found: Found, queue: int) -> np.ndarray:
    """The group that counts most for a queue: int64 [interval]."""
    first = sum(len(need.promises) for need in found.needs[:queue])
    counts = found.cuts.weight[:, first]
    mine = counts.sum(axis=0) > 0
    return np.asarray(np.where(mine, counts, -1.0).argmax(axis=1))


def _add(found: Found, plan: np.ndarray, queue: int, where: np.ndarray, agents: np.ndarray) -> None:
    """Add agents to the group that counts most for a queue, in some intervals: bool [interval]."""
    best = who_counts(found, queue)
    at = np.flatnonzero(where)
    most = np.floor(MOST_ADDED * plan[at, best[at]]) + 1
    plan[at, best[at]] += np.clip(agents[at], 1, most).astype(np.int64)
