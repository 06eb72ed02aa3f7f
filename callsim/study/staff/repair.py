"""What a check has shown to be too few: more agents where calls fared worst."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from scipy import special

from callsim.results.measures import Figure
from callsim.results.result import Result
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY
from callsim.study.staff.curve import WORST
from callsim.study.staff.day_kinds import Kind
from callsim.study.staff.evidence import mean_of_alike
from callsim.study.staff.holdout import Kept, OfDays
from callsim.study.staff.search import Found
from callsim.study.staff.subproblem import goals_of
from callsim.units import DAY_MS

AT_ONCE = 0.7  # of what seems to be missing is added: the next interval gains from it, too
MOST_ADDED = 0.25  # of an interval's agents, at once, and one
MOST_OF_ALIKE = 0.5  # intervals that must be below, for all of them to get more
WELL_KNOWN = 0.15  # the interval of a share of days that is no wider tells by its middle
ASSURANCE = 0.1  # of a queue's agents, at most, are there so that the days of a check show its goal met
CLEARLY = 0.98  # of the share that may be lost: to this the interval of a share shall reach
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


def assured(
    kinds: list[Kind],
    found: list[Found],
    plans: list[np.ndarray],
    first: list[np.ndarray],
    check: Result,
) -> list[np.ndarray] | None:
    """A few agents more for goals of which the run of a check does not say that they are surely met.

    `first`: the plan that keeps all goals once luck is taken out; no queue gets more than a tenth above it.
    None where nothing is open, or nothing that this would show.
    """
    more, changed = [plan.copy() for plan in plans], False
    for kind, one, plan, began, result in zip(kinds, found, plans, first, more, strict=True):
        for queue, name in enumerate(kind.part.queues):
            calls = one.needs[queue].load.calls > 0
            steps = _to_show(check, name)
            if steps <= 0 or not calls.any() or name in {trouble.queue for trouble in one.troubles}:
                continue
            missing = np.where(calls, steps * one.spread[queue], 0.0)
            missing = np.round(mean_of_alike(missing, one.alike[queue], plan), 9)
            agents = _rounded(missing)
            best = _who_counts(one, queue)
            wanted = plan.copy()
            wanted[np.arange(len(plan)), best] += np.where(calls, agents, 0)
            mine = np.unique(best)
            if wanted[:, mine].sum() <= (1 + ASSURANCE) * began[:, mine].sum():
                np.maximum(result, wanted, out=result)
                changed = True
    return more if changed else None


def _rounded(missing: np.ndarray) -> np.ndarray:
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


def _to_show(check: Result, queue: str) -> float:
    """Standard steps by which a queue of the file, all of its copies, must fare better for the same days to
    show its goal met: the intervals of its shares then keep to what was promised.
    """
    found = 0.0
    for row in check.model.shown_queues:
        copy = check.model.queues[row]
        if copy.original != queue:
            continue
        one = check.goals[copy.name]
        if one.met is None or one.decided is None or (one.met and one.decided):
            continue
        for figure, bound in zip(one.reached, one.bounds, strict=True):
            if figure.mean is not None and figure.low is not None:
                assert figure.high is not None
                # A mean wait loses the share that `ASA` counts.
                size = 1.0 if bound.formula.most == 1 else WORST * bound.bound
                bad, half, may = figure.mean, figure.high - figure.mean, bound.bound
                if bound.sign > 0:
                    bad, half, may = 1 - bad, figure.mean - figure.low, 1 - may
                found = max(found, _steps(bad / size, half / size, CLEARLY * may / size))
    return found


def _steps(lost: float, half: float, may: float) -> float:
    """From a share that is lost, with half the width of its interval, to one whose interval ends at `may`, in
    standard steps. The fewer are lost, the less days differ: half the width goes with the root of the share.
    """
    if lost <= 0 or lost + half <= may:
        return 0.0
    root = (math.sqrt(half**2 + 4 * lost * may) - half) / (2 * lost)
    aim = max(lost * root**2, 1e-6)
    return float(special.ndtri(min(lost, 1 - 1e-6)) - special.ndtri(aim))


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


def _who_counts(found: Found, queue: int) -> np.ndarray:
    """The group that counts most for a queue: int64 [interval]."""
    first = sum(len(need.promises) for need in found.needs[:queue])
    counts = found.cuts.weight[:, first]
    mine = counts.sum(axis=0) > 0
    return np.asarray(np.where(mine, counts, -1.0).argmax(axis=1))


def _add(found: Found, plan: np.ndarray, queue: int, where: np.ndarray, agents: np.ndarray) -> None:
    """Add agents to the group that counts most for a queue, in some intervals: bool [interval]."""
    best = _who_counts(found, queue)
    at = np.flatnonzero(where)
    most = np.floor(MOST_ADDED * plan[at, best[at]]) + 1
    plan[at, best[at]] += np.clip(agents[at], 1, most).astype(np.int64)
