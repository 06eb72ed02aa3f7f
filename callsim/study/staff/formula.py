"""The start of the search: by formula, the agents that each queue would need alone in each interval.

The steps of the staircase that formulas give are made here, too. Requirements are fractions: between n − 1
agents, which are too few, and n, which are enough, the share of good calls is interpolated.

Agents are scheduled ones. Shrinkage and absence take some of them away, on some days more than on others; the
formulas average over that.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from callsim.model import Model
from callsim.model.copies import GroupCopy
from callsim.model.handling import ALONE, of_agent
from callsim.model.menus import busyness_of
from callsim.model.traffic import at_goals
from callsim.scenario import Goal
from callsim.sim.centre import CONSULT, NEVER, WARM
from callsim.sim.luck.demand import Busyness
from callsim.study.staff.curve import ASA, FURTHEST, WORST, Curve, Promise
from callsim.study.staff.offered_load import Load, offered_load
from callsim.units import DAY_MS

NODES = (0.06, 3), (0.15, 5), (math.inf, 7)  # up to this cv of busyness, how many values of it stand for all
PRESENT = 3  # numbers of agents who come, that stand for all
BELOW, ABOVE = 6, 14  # places of a table below a requirement and above it; beyond them it goes on straight
NARROW = 0.25  # agents that move the quantile by one, at least: a step from one agent to the next is steeper


class Thinning(NamedTuple):
    """What takes scheduled agents off the phones."""

    on_phone: float = 1.0  # the share that shrinkage leaves
    absent: float = 0.0  # the mean share that is absent …
    correlation: float = 0.0  # … and how much colleagues are absent together

    @property
    def ready(self) -> float:
        """Of those who are scheduled the share that is ready, on the mean."""
        return self.on_phone * (1 - self.absent)

    def present(self, agents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of ready agents that stand for all, and how likely they are: float64 [..., node], [node].

        What shrinkage leaves is rounded by drawing; of those who are left the absent are beta-binomial
        (Skellam 1948, J. R. Stat. Soc. B 10, 257-261). Both together are taken as normal.
        """
        if self.on_phone == 1 and self.absent == 0:
            return np.asarray(agents)[..., None], np.ones(1)
        planned = agents * self.on_phone
        part = planned - np.floor(planned)
        together = 1 + np.maximum(planned - 1, 0) * self.correlation
        variance = planned * self.absent * (1 - self.absent) * together
        variance += part * (1 - part) * (1 - self.absent) ** 2
        nodes, weights = special.roots_hermitenorm(PRESENT)
        mean, deviation = planned * (1 - self.absent), np.sqrt(variance)
        come: np.ndarray = mean[..., None] + deviation[..., None] * nodes
        return np.asarray(np.clip(come, 0.0, agents[..., None])), np.asarray(weights / weights.sum())


ALL_READY = Thinning()


class Table(NamedTuple):
    """How an interval's calls fare by formula with more and fewer whole agents; straight between them."""

    agents: np.ndarray  # float64 [interval, place], rising
    quantiles: np.ndarray  # float64 [interval, place]  normal quantile of the share that fares well, rising

    def at(self, agents: np.ndarray) -> np.ndarray:
        """The quantile with `agents` agents, float64 [interval]: float64 [interval]."""
        return self._read(agents, self.agents, self.quantiles)

    def least(self, quantiles: np.ndarray) -> np.ndarray:
        """The fewest agents for a quantile: float64 [interval], of float64 [interval]. At least none."""
        return np.asarray(np.maximum(self._read(quantiles, self.quantiles, self.agents), 0.0))

    @staticmethod
    def _read(wanted: np.ndarray, known: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Beyond its ends a table goes on as it does between its last two places."""
        place = np.clip((known <= wanted[:, None]).sum(axis=1) - 1, 0, known.shape[1] - 2)[:, None]
        x0, x1 = (np.take_along_axis(known, place + k, 1)[:, 0] for k in (0, 1))
        y0, y1 = (np.take_along_axis(values, place + k, 1)[:, 0] for k in (0, 1))
        return np.asarray(y0 + (wanted - x0) * (y1 - y0) / (x1 - x0))


class Needs(NamedTuple):
    """What one queue needs by formula, if its agents answer nothing else; agents are float64 [interval]."""

    load: Load
    busyness: Busyness
    thinning: Thinning
    promises: list[Promise]
    curves: list[Curve]  # [promise]
    waiting: np.ndarray  # Erlang C, for the service level; agents who are ready
    abandoning: np.ndarray  # Erlang A, for all goals; agents who are ready
    variable: np.ndarray  # the same for days and intervals that differ; agents who are ready
    scheduled: np.ndarray  # … and agents who are scheduled: where the search begins
    handled: np.ndarray  # ms, what an answered call takes on the mean; NaN where it depends on who answers
    lucks: dict[object, Any]  # Any: the lucks of control_variates.py, which is above; found out once

    @property
    def cv(self) -> float:
        """The coefficient of variation of an interval's busyness."""
        return math.hypot(self.busyness.day_cv, self.busyness.interval_cv)


def promises_of(goal: Goal, counted: str) -> list[Promise]:
    """A goal as shares of calls that fare well."""
    found = []
    if goal.answer is not None:
        found.append(Promise(counted, goal.answer, goal.within))
    if goal.abandon_at_most is not None:
        found.append(Promise("kept", 1 - goal.abandon_at_most, goal.within))
    if goal.asa_at_most is not None:
        found.append(Promise(ASA, 1 - 1 / WORST, goal.asa_at_most))
    return found


def needs(model: Model, row: int, goal: Goal) -> Needs:
    """The requirement of one queue of the plan, if its agents answered nothing else."""
    clock = model.centre.clock
    first = -clock.day(0)
    queue = model.demand.queues[row].on(first, DAY_MS // clock.width)  # days of a search are alike
    days = slice(first, first + (clock.ends - clock.opens) // DAY_MS)
    pace, share = _pace(model.groups, model.queues[row].name), of_agent(model.centre, row)
    later = None
    if len(model.centre.follows) or model.demand.menus:
        later = at_goals(model).on_days(row, clock.opens, days.stop - days.start)
    load = offered_load(queue, model.centre.hours(row, 0), days, clock.width, pace * share.talk, later)
    patience = None
    if queue.patience is not None and queue.patience.mean.max() < NEVER:
        patience = float(queue.patience.mean.mean()) / 1000
    promises = promises_of(goal, model.scenario.goals.counted)
    # Not weighed by the day's calls: days that differ a little then have one curve, which is dear to make.
    aht_s = float((load.handled[load.calls > 0] if load.calls.any() else load.handled).mean()) / 1000
    swings = busyness_of(model.demand, row)
    cv = math.hypot(swings.day_cv, swings.interval_cv)

    short_s = model.scenario.goals.short_abandon or 0.0

    def curve(promise: Promise, patience: float | None) -> Curve:
        return Curve(promise.counted, promise.within_s, aht_s, patience, short_s)

    def least(promises: list[Promise], patience: float | None, cv: float, thin: Thinning) -> np.ndarray:
        found = [fewest(load, curve(promise, patience), promise, cv, thin) for promise in promises]
        return np.max(found, axis=0) if found else load.workload

    level = [promise for promise in promises if promise.counted != "kept"]
    thinning = _thinning(model.groups, model.queues[row].name)
    scheduled = least(promises, patience, cv, thinning)
    curves = [curve(promise, patience) for promise in promises]
    return Needs(
        load,
        swings,
        thinning,
        promises,
        curves,
        least(level, None, 0.0, ALL_READY),
        least(promises, patience, 0.0, ALL_READY),
        scheduled if thinning == ALL_READY else least(promises, patience, cv, ALL_READY),
        scheduled,
        _handled(model, row, load),
        {},
    )


def _thinning(groups: list[GroupCopy], queue: str) -> Thinning:
    """That of the group that answers a queue first; of several the most usual one."""
    answers = [copy for copy in groups if queue in copy.answers]
    first = min(copy.answers[queue].rank for copy in answers)
    found = []
    for copy in answers:
        if copy.answers[queue].rank == first:
            absence = copy.group.absence
            lost = (absence.share, absence.correlation) if absence else (0.0, 0.0)
            found.append(Thinning(1 - copy.group.shrinkage, *lost))
    return max(found, key=found.count)


def _handled(model: Model, row: int, load: Load) -> np.ndarray:
    """What a call takes, where that is one figure: not if groups differ in pace, or talk goes by the hour and
    a call that comes again brings that of another hour, or agents stay on the line for the next call, or
    have others in hand beside it.
    """
    name, queue = model.queues[row].name, model.demand.queues[row]
    paces = {copy.answers[name].pace for copy in model.groups if name in copy.answers}
    moves = queue.redial is not None and np.ptp(load.handled) > 0
    follows = model.centre.follows
    stays = row in follows["queue"][np.isin(follows["transfer"], (WARM, CONSULT))]
    beside = of_agent(model.centre, row) != ALONE
    varies = len(paces) > 1 or moves or stays or beside
    return np.full_like(load.handled, np.nan) if varies else load.handled


def busynesses(cv: float) -> tuple[np.ndarray, np.ndarray]:
    """Busynesses that stand for a gamma of mean 1, and the share of calls that each brings: float64 [node].

    Gauss's nodes for the distribution of the busyness that a *call* meets, a gamma of one more in its shape.
    """
    if cv == 0:
        return np.ones(1), np.ones(1)
    shape, number = cv**-2, next(number for most, number in NODES if cv <= most)
    if shape > 50:  # nearly normal; the polynomials of a large shape overflow
        nodes, weights = special.roots_hermitenorm(number)
        # Wilson & Hilferty 1931: the cube root of a gamma is nearly normal.
        of_calls = shape + 1
        spread = 1 / (9 * of_calls)
        return of_calls / shape * (1 - spread + nodes * math.sqrt(spread)) ** 3, weights / weights.sum()
    nodes, weights = special.roots_genlaguerre(number, shape)
    return nodes / shape, weights / weights.sum()


def share_quantile(
    load: Load, curve: Curve, agents: np.ndarray, cv: float, thinning: Thinning = ALL_READY
) -> np.ndarray:
    """The normal quantile of the share of each interval's calls that fare well: float64 [interval]."""
    busy, of_busy = busynesses(cv)
    ready, of_ready = thinning.present(np.asarray(agents, float))
    quantile = curve.quantile(load.busy[:, :, None, None] * busy[:, None], ready[:, None, None, :])
    share = np.einsum("tpbr,tp,b,r->t", special.ndtr(quantile), _parts(load), of_busy, of_ready)
    return np.asarray(special.ndtri(np.clip(share, 1e-15, 1 - 1e-15)))


def shares_by_busyness(load: Load, curve: Curve, agents: np.ndarray, busy: np.ndarray) -> np.ndarray:
    """The shares of calls that fare well where each busyness is known: float64 [busyness, interval].

    `agents`: float64 [interval], who are ready.
    """
    quantile = curve.quantile(busy[:, None, None] * load.busy, agents[:, None])
    return np.asarray(np.einsum("btp,tp->bt", special.ndtr(quantile), _parts(load)))


def _parts(load: Load) -> np.ndarray:
    """The share of an interval's calls that comes in each part of it: float64 [interval, part]."""
    return np.asarray(load.arrivals / np.maximum(load.calls, 1e-300)[:, None])


def fewest(load: Load, curve: Curve, promise: Promise, cv: float, thinning: Thinning) -> np.ndarray:
    """The fewest agents, also fractions, at which an interval's calls fare well: float64 [interval]."""
    wanted = promise.quantile
    here = load.calls > 0
    square_root = (load.workload + wanted * np.sqrt(load.workload)) / thinning.ready
    tried = np.maximum(np.ceil(square_root), 1.0)
    step = np.ceil(np.sqrt(tried) / 4)
    low, at_low = np.zeros(len(here)), np.full(len(here), -FURTHEST)  # nobody answers nothing
    high, at_high = np.full(len(here), math.inf), np.full(len(here), math.nan)
    while (going := here & (high - low > 1)).any():
        was = high - low
        found = share_quantile(load, curve, np.where(going, tried, np.minimum(high, tried)), cv, thinning)
        few = found < wanted
        low, at_low = (np.where(going & few, new, old) for new, old in ((tried, low), (found, at_low)))
        high, at_high = (np.where(going & ~few, new, old) for new, old in ((tried, high), (found, at_high)))
        with np.errstate(invalid="ignore"):
            straight = low + (high - low) * (wanted - at_low) / (at_high - at_low)
            between = np.where(high - low > was / 2, np.floor((low + high) / 2), np.round(straight))
        step = np.where(np.isinf(high), 2 * step, step)
        tried = np.where(np.isinf(high), low + step, np.clip(between, low + 1, high - 1))
    below, above = (
        special.ndtr(share_quantile(load, curve, np.where(here, at, 0.0), cv, thinning)) for at in (low, high)
    )
    part = (special.ndtr(wanted) - below) / np.maximum(above - below, 1e-300)
    return np.asarray(np.where(here, low + np.clip(part, 0.0, 1.0), 0.0))


def table_of(
    load: Load,
    curve: Curve,
    promise: Promise,
    cv: float,
    thinning: Thinning,
    around: np.ndarray | None = None,
) -> tuple[Table, np.ndarray]:
    """The table of a promise around its requirement, and agents for one unit of the share's normal quantile:
    float64 [interval]. `around`: the requirement of all promises, where that is known: float64 [interval].
    """
    if around is None:
        around = fewest(load, curve, promise, cv, thinning)
    table = _table(load, curve, around, cv, thinning)
    return table, _spread(load, table, promise.quantile)


def _table(load: Load, curve: Curve, around: np.ndarray, cv: float, thinning: Thinning) -> Table:
    """Whole agents around a requirement, one by one or, of many, in strides."""
    stride = np.maximum(np.floor(np.sqrt(np.maximum(around, load.workload)) / 4), 1.0)
    first = np.maximum(np.ceil(around) - BELOW * stride, 0.0)
    agents = first[:, None] + stride[:, None] * np.arange(BELOW + ABOVE + 1)
    found = np.stack(
        [share_quantile(load, curve, agents[:, k], cv, thinning) for k in range(agents.shape[1])], axis=1
    )
    # Strictly rising, also where all calls fare well whatever one adds.
    return Table(agents, np.maximum.accumulate(found, axis=1) + 1e-6 * np.arange(agents.shape[1]))


def _spread(load: Load, table: Table, quantile: float) -> np.ndarray:
    """How many agents move the normal quantile by one, around a requirement: float64 [interval]."""
    above, below = (table.least(np.full(len(table.agents), quantile + half)) for half in (0.5, -0.5))
    return np.asarray(np.where(load.calls > 0, np.maximum(above - below, NARROW), 1.0))


def _pace(groups: list[GroupCopy], queue: str) -> float:
    """The usual pace of those who answer a queue first."""
    answers = [copy.answers[queue] for copy in groups if queue in copy.answers]
    first = min(answer.rank for answer in answers)
    paces = [answer.pace for answer in answers if answer.rank == first]
    return sum(paces) / len(paces)
