"""Required agents by interval, by Erlang A (C without patience): before anything is simulated."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from callsim.arrays import Floats
from callsim.erlang import evaluate, fewest_agents
from callsim.errors import UserError
from callsim.model import Model
from callsim.model.handling import ALONE, of_agent
from callsim.model.traffic import at_goals
from callsim.scenario import Goal, Goals
from callsim.sim.centre import NEVER
from callsim.sim.luck.demand import Sampler
from callsim.units import DAY_MS


def required(model: Model, row: int) -> list[float | None] | None:
    """Agents for one queue by itself in each cell of the report: its expected calls, means of its talk, wrap
    and patience, its goal and how busy its groups may be. None without a goal of either, or where cells are
    longer than an interval. Calls that follow others or come through menus are counted, and the time
    that its agents stay on the line for them (`model/traffic.py`). Fractions as in `staff`: between n − 1
    agents, too few, and n what is promised is straight.

    None, too, where agents answer several of its calls at once: Erlang A knows nothing of that.
    A cell is None where no number of agents would do, as for an abandoned share of callers without patience.
    """
    goal, queue, clock = model.queues[row].queue.goal, model.demand.queues[row], model.centre.clock
    most = _busy_at_most(model, row)
    if (goal is None and most is None) or model.grid != clock.width:
        return None
    if of_agent(model.centre, row) != ALONE:
        return None
    later, stays = _besides(model, row)
    edges = np.searchsorted(queue.times, np.arange(0, DAY_MS + 1, clock.width))
    every = np.diff(queue.expected[:, edges])
    first = -clock.day(0)  # days of warm-up are not reported
    an_hour, intervals = 3_600_000 / clock.width, DAY_MS // clock.width
    found: list[float | None] = []
    for day, (pattern, busy) in enumerate(zip(queue.pattern[first:], queue.times_day[first:], strict=True)):
        of_day = queue.on(first + day, intervals)
        calls = every[pattern] * _open_share(model, row, day)
        cells = slice(day * intervals, (day + 1) * intervals)
        every_call = calls * busy + later[cells]
        longer_s = stays[cells] / np.maximum(every_call, 1e-9) / 1000
        for k, expected in enumerate((every_call * an_hour).tolist()):
            aht = _mean(of_day.talk, k) + (_mean(of_day.wrap, k) if of_day.wrap else 0.0) + longer_s[k]
            patience = _mean(of_day.patience, k) if of_day.patience else None
            found.append(_fewest(expected, aht, patience, goal, most, model.scenario.goals))
    return found


def _besides(model: Model, row: int) -> tuple[Floats, Floats]:
    """A queue's calls that follow others, and ms that its agents stay on the line for the next call: float64
    [cell], both.
    """
    clock = model.centre.clock
    if not len(model.centre.follows) and not model.demand.menus:
        none = np.zeros((clock.ends - clock.opens) // clock.width)
        return none, none
    found = at_goals(model)
    one = slice(row, row + 1)
    later, stays = (
        found.in_cells(each[one], clock.width, clock.opens)[0] for each in (found.following, found.staying)
    )
    return later, stays


def _busy_at_most(model: Model, row: int) -> float | None:
    """How busy the groups may be whose first choice a queue is; None where one of them may always be."""
    pairs = model.centre.called_pairs
    mine = pairs[pairs["queue"] == row]
    direct = mine["group"][mine["rank"] == mine["rank"].min()]
    each = [model.groups[group].group.occupancy_at_most for group in direct.tolist()]
    limits = [limit for limit in each if limit is not None]
    return max(limits) if limits and len(limits) == len(each) else None


def _open_share(model: Model, row: int, day: int) -> Floats:
    """Returns the open share of each interval of a day, 0 is day 1: float64 [interval of day]."""
    width = model.centre.clock.width
    starts = np.arange(0, DAY_MS, width)
    open_ms = np.zeros(len(starts))
    for start, end in model.centre.hours(row, day):
        open_ms += np.clip(np.minimum(end, starts + width) - np.maximum(start, starts), 0, None)
    return open_ms / width


def _mean(sampler: Sampler, interval: int) -> float:
    """Seconds, of calls that arrive in this interval of the day."""
    mean = sampler.mean
    return float(min(mean[interval if len(mean) > 1 else 0], NEVER)) / 1000


@lru_cache(maxsize=100_000)  # copies of a queue, and days of a week, ask the same
def _fewest(
    an_hour: float, aht: float, patience: float | None, goal: Goal | None, busy: float | None, goals: Goals
) -> float | None:
    if an_hour == 0 or aht == 0:
        return 0.0
    counted, short = goals.counted, goals.short_abandon or 0.0
    answer, within, abandoned, asa = (
        (goal.answer, goal.within, goal.abandon_at_most, goal.asa_at_most)
        if goal
        else (None, 20.0, None, None)
    )
    try:
        whole = fewest_agents(
            answer,
            an_hour,
            aht,
            patience,
            within,
            abandon_at_most=abandoned,
            asa_at_most_s=asa,
            occupancy_at_most=busy,
            counted=counted,
            short_s=short,
        )
    except UserError:
        return None
    if whole == 0:
        return 0.0
    fewer, enough = (evaluate(n, an_hour, aht, patience, within, short_s=short) for n in (whole - 1, whole))
    parts = [0.0]
    if answer is not None:
        parts.append(_part(fewer.service_level[counted], answer, enough.service_level[counted]))
    if abandoned is not None:
        parts.append(_part(1 - fewer.abandoned_share, 1 - abandoned, 1 - enough.abandoned_share))
    if asa is not None:
        # Where one agent fewer would never keep up, the wait has no end and the last agent is needed whole.
        parts.append(_part(-fewer.asa_s, -asa, -enough.asa_s) if math.isfinite(fewer.asa_s) else 1.0)
    if busy is not None:
        # Without agents nobody is busy; then the first is needed whole.
        parts.append(_part(-fewer.occupancy, -busy, -enough.occupancy) if whole > 1 else 1.0)
    return whole - 1 + max(parts)


def _part(low: float, wanted: float, high: float) -> float:
    """How far what is wanted lies on the way from what one agent fewer reaches to what one more does."""
    low = 0.0 if math.isnan(low) else low
    return min(max((wanted - low) / (high - low), 0.0), 1.0) if high > low else 1.0
