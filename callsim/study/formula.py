"""Where the search begins: the agents each queue would need alone, by formula, on a day that changes.

The steps of the staircase that formulas can tell fall out of it. Requirements stay fractional: between n − 1
agents, which are too few, and n, which are enough, the share of good calls is taken as straight.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.build import Plan
from callsim.build.copies import GroupCopy
from callsim.scenario import Goal
from callsim.sim.centre import DAY, NEVER
from callsim.sim.demand import Busyness
from callsim.study.curve import Curve, Promise
from callsim.study.load import Load, offered_load

NODES = 7  # busynesses that stand for all
MOST_PER_LOAD = 12  # where the search for agents ends: so many square roots above the load …
MOST_ABOVE = 12  # … and so many agents


class Needs(NamedTuple):
    """What one queue needs by formula; all but the load are float64 [interval], agents."""

    load: Load
    busyness: Busyness
    promises: list[Promise]
    curves: list[Curve]  # [promise]
    waiting: np.ndarray  # Erlang C, for the service level
    abandoning: np.ndarray  # Erlang A, for all goals
    variable: np.ndarray  # the same for days and intervals that differ: where the search begins
    spread: np.ndarray  # float64 [promise, interval]  agents for one unit of the share's normal quantile
    handled: np.ndarray  # ms, what an answered call takes on the mean; NaN where it depends on who answers


def promises_of(goal: Goal, counted: str) -> list[Promise]:
    """A goal as shares of calls that fare well."""
    found = []
    if goal.answer is not None:
        found.append(Promise(counted, goal.answer, goal.within))
    if goal.abandon_at_most is not None:
        found.append(Promise("kept", 1 - goal.abandon_at_most, goal.within))
    return found


def needs(plan: Plan, row: int, goal: Goal) -> Needs:
    """The requirement of one queue of the plan, if its agents answered nothing else."""
    queue, clock = plan.demand.queues[row], plan.centre.clock
    first = -clock.day(0)
    days = slice(first, first + (clock.ends - clock.opens) // DAY)
    pace = _pace(plan.groups, plan.queues[row].name)
    load = offered_load(queue, plan.centre.open[row], days, clock.width, pace)
    patience = None
    if queue.patience is not None and queue.patience.mean.max() < NEVER:
        patience = float(queue.patience.mean.mean()) / 1000
    promises = promises_of(goal, plan.scenario.goals.counted)
    cv = math.hypot(queue.busyness.day_cv, queue.busyness.interval_cv)

    def least(promises: list[Promise], patience: float | None, cv: float) -> np.ndarray:
        curves = [Curve(promise.counted, promise.within_s, load.aht_s, patience) for promise in promises]
        least = [
            _least(load, curve, promise.share, cv) for curve, promise in zip(curves, promises, strict=True)
        ]
        return np.max(least, axis=0) if least else load.workload

    level = [promise for promise in promises if promise.counted != "kept"]
    variable = least(promises, patience, cv)
    curves = [Curve(promise.counted, promise.within_s, load.aht_s, patience) for promise in promises]
    return Needs(
        load,
        queue.busyness,
        promises,
        curves,
        least(level, None, 0.0),
        least(promises, patience, 0.0),
        variable,
        np.array(
            [
                _spread(load, Curve(p.counted, p.within_s, load.aht_s, patience), variable, cv)
                for p in promises
            ]
        ),
        _handled(plan, row, load),
    )


def _handled(plan: Plan, row: int, load: Load) -> np.ndarray:
    """What a call takes, where that is one figure: not if groups differ in pace, or talk goes by the hour and
    a call that comes again brings that of another hour.
    """
    name, queue = plan.queues[row].name, plan.demand.queues[row]
    paces = {copy.answers[name].pace for copy in plan.groups if name in copy.answers}
    moves = queue.redial is not None and np.ptp(load.handled) > 0
    return np.full_like(load.handled, np.nan) if len(paces) > 1 or moves else load.handled


def busynesses(cv: float) -> tuple[np.ndarray, np.ndarray]:
    """Busynesses that stand for a gamma of mean 1, and the share of calls that each brings: float64 [node].

    Gauss's nodes for the distribution of the busyness that a *call* meets, a gamma of one more in its shape.
    """
    if cv == 0:
        return np.ones(1), np.ones(1)
    shape = cv**-2
    if shape > 50:  # nearly normal; the polynomials of a large shape overflow
        nodes, weights = special.roots_hermitenorm(NODES)
        # Wilson & Hilferty 1931: the cube root of a gamma is nearly normal.
        of_calls = shape + 1
        spread = 1 / (9 * of_calls)
        return of_calls / shape * (1 - spread + nodes * math.sqrt(spread)) ** 3, weights / weights.sum()
    nodes, weights = special.roots_genlaguerre(NODES, shape)
    return nodes / shape, weights / weights.sum()


def share_quantile(load: Load, curve: Curve, agents: np.ndarray, cv: float) -> np.ndarray:
    """The normal quantile of the share of each interval's calls that fare well: float64 [interval]."""
    busy, weights = busynesses(cv)
    quantile = curve.quantile(load.busy[:, :, None] * busy, agents[:, None, None])
    calls = load.arrivals / np.maximum(load.calls, 1e-300)[:, None]
    share = (special.ndtr(quantile) * calls[:, :, None] * weights).sum(axis=(1, 2))
    return np.asarray(special.ndtri(np.clip(share, 1e-15, 1 - 1e-15)))


def _least(load: Load, curve: Curve, share: float, cv: float) -> np.ndarray:
    """The fewest agents, also fractions, at which an interval's calls fare well: float64 [interval]."""
    wanted = float(special.ndtri(min(share, 1 - 1e-6)))
    highest = load.busy.max(axis=1) * (1 + 4 * cv)
    low = np.zeros(len(highest))
    high = highest + MOST_PER_LOAD * np.sqrt(highest) + MOST_ABOVE
    for _ in range(40):
        middle = (low + high) / 2
        enough = share_quantile(load, curve, middle, cv) >= wanted
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.asarray(np.where(load.calls > 0, high, 0.0))


def _spread(load: Load, curve: Curve, agents: np.ndarray, cv: float) -> np.ndarray:
    """How many agents move the normal quantile by one, around a requirement: float64 [interval]."""
    half = np.maximum(0.25 * np.sqrt(load.workload), 0.5)
    rise = share_quantile(load, curve, agents + half, cv) - share_quantile(load, curve, agents - half, cv)
    return np.asarray(np.where(load.calls > 0, 2 * half / np.maximum(rise, 1e-3), 1.0))


def _pace(groups: list[GroupCopy], queue: str) -> float:
    """The usual pace of those who answer a queue first."""
    answers = [copy.answers[queue] for copy in groups if queue in copy.answers]
    first = min(answer.rank for answer in answers)
    paces = [answer.pace for answer in answers if answer.rank == first]
    return sum(paces) / len(paces)
