"""How many agents there were: as reports tell it, or inferred from how long callers waited."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from scipy.special import gammaincinv

from callsim.erlang import erlang_c
from callsim.erlang.waiting import fared
from callsim.halving import least_whole
from callsim.history.canonical import ANSWERED, CallTable, IntervalTable, weekdays_of
from callsim.history.presence import staffed_s

SHARED = 0.05  # of an agent's calls, from which on a queue is one that the agent answers
LEAST_WAIT_S = 0.5  # a mean wait that cannot be told from none
_LEVELS = (1 / 6, 1 / 2, 5 / 6)  # of busyness, each as likely

Source = Literal["logged", "inferred", "assumed"]


@dataclass(frozen=True)
class Staffing:
    """The agents of queues that share them."""

    queues: tuple[int, ...]
    source: Source
    """logged: from the report; inferred: by Erlang A from the waits; assumed: from the load alone."""
    agents: np.ndarray  # int64 [weekday, slot]; -1 on weekdays that the history does not have


def pools(calls: CallTable | None, queues: int) -> list[tuple[int, ...]]:
    """The queues in groups that share agents; each by itself where the log does not tell who answered."""
    own = list(range(queues))  # of each queue the group's first
    if calls is not None:
        rows = calls.rows[(calls.rows["outcome"] == ANSWERED) & (calls.rows["agent"] >= 0)]
        if len(rows):
            of_agent = np.zeros((int(rows["agent"].max()) + 1, queues))
            np.add.at(of_agent, (rows["agent"], rows["queue"]), 1)
            answers = of_agent >= SHARED * np.maximum(of_agent.sum(1, keepdims=True), 1)
            for mine in np.unique(answers & (of_agent > 0), axis=0):
                together = np.flatnonzero(mine).tolist()
                for queue in together[1:]:
                    low, high = sorted((own[together[0]], own[queue]))
                    own = [low if one == high else one for one in own]
    return [tuple(np.flatnonzero(np.array(own) == first).tolist()) for first in sorted(set(own))]


def staffing(
    table: IntervalTable,
    dates: np.ndarray,
    queues: Sequence[int],
    rates: np.ndarray,
    aht_s: float,
    patience_s: float | None,
    excess: float,
) -> Staffing:
    """The agents of some queues on each weekday.

    `dates`: the days to look at; `rates`: float64 [weekday, slot], their calls; `aht_s`: mean talk and wrap;
    `patience_s`: mean patience, None: nobody gives up; `excess`: variance of the busyness of an interval.
    """
    weekday = weekdays_of(dates)
    logged = _logged(table, queues, dates)
    agents = np.full(rates.shape, -1, np.int64)
    if np.isfinite(logged).any():
        for day in np.unique(weekday):
            mean = _means(logged[weekday == day])
            agents[day] = np.round(np.nan_to_num(mean) / (table.width_ms / 1000))
        return Staffing(tuple(queues), "logged", agents)
    waited = _sum(table, "wait_answered_s", queues, dates)
    given_up = _sum(table, "wait_abandoned_s", queues, dates)
    waited = np.where(np.isfinite(given_up), waited + given_up, waited)
    ended = _sum(table, "answered", queues, dates) + np.nan_to_num(_sum(table, "abandoned", queues, dates))
    known = bool(np.isfinite(waited).any())
    for day in np.unique(weekday):
        mine = weekday == day
        calls = np.nansum(ended[mine], 0)
        wait = np.nansum(waited[mine], 0) / np.maximum(calls, 1)
        for slot, rate in enumerate(rates[day].tolist()):
            if not rate > 0:
                agents[day, slot] = 0
            elif known and not calls[slot]:
                agents[day, slot] = 1  # calls come on other such days only
            elif known:
                load = rate * aht_s / (table.width_ms / 1000)
                agents[day, slot] = _agents_for(load, aht_s, patience_s, float(wait[slot]), excess)
            else:
                load = rate * aht_s / (table.width_ms / 1000)
                agents[day, slot] = max(math.ceil(load + math.sqrt(load)), 1)
    return Staffing(tuple(queues), "inferred" if known else "assumed", agents)


def _agents_for(load: float, aht_s: float, patience_s: float | None, wait_s: float, excess: float) -> int:
    """The agents with whom the mean wait of all calls is closest to this one, when busyness swings."""
    wait_s = max(wait_s, LEAST_WAIT_S)
    loads = load * np.array(_busy(excess))

    @cache
    def wait(agents: int) -> float:
        if patience_s is None:
            waits = np.array([erlang_c(agents, one, aht_s, 0.0).wait_s for one in loads.tolist()])
        else:  # callers give up at a rate of 1 ÷ patience while they wait
            many = np.full(len(loads), float(agents))
            waits = fared(many, loads, aht_s, patience_s, 0.0).abandoned * patience_s
        return float(loads @ waits / loads.sum())

    high, step = max(round(load), 1), 1
    while wait(high) > wait_s:  # with `high` agents they wait no longer, with `low` ones they wait longer
        low, high, step = high, high + step, 2 * step
    if step == 1:
        low = high - 1
        while low > 0 and wait(low) <= wait_s:
            low, high, step = max(low - step, 0), low, 2 * step
    high = least_whole(lambda agents: not wait(agents) > wait_s, low, high)
    low = high - 1
    if low == 0:
        return high
    return low if wait(low) - wait_s < wait_s - wait(high) else high


def _busy(excess: float) -> list[float]:
    """Levels of a gamma busyness of mean 1, each as likely."""
    if excess <= 1e-6:
        return [1.0]
    levels = [float(gammaincinv(1 / excess, level)) * excess for level in _LEVELS]
    return [level * len(levels) / sum(levels) for level in levels]


def _logged(table: IntervalTable, queues: Sequence[int], dates: np.ndarray) -> np.ndarray:
    """float64 [day, slot]: seconds that agents of these queues were there, of a log each agent once."""
    if table.calls is None or table.calls.presence is None:
        return _sum(table, "staffed_s", queues, dates)
    slots = np.arange(table.slots) * np.timedelta64(table.width_ms, "ms")
    starts = dates.astype("datetime64[ms]")[:, None] + slots
    found = staffed_s(table.calls.presence, queues, starts.ravel(), table.width_ms)
    return found.reshape(starts.shape)


def _sum(table: IntervalTable, figure: str, queues: Sequence[int], dates: np.ndarray) -> np.ndarray:
    """float64 [day, slot]: a figure of all these queues; NaN where none of them tells it."""
    grids = np.array([table.grid(figure, queue, dates) for queue in queues])
    known = np.isfinite(grids)
    total: np.ndarray = np.where(known.any(0), np.where(known, grids, 0.0).sum(0), np.nan)
    return total


def _means(grid: np.ndarray) -> np.ndarray:
    known = np.isfinite(grid)
    mean: np.ndarray = np.where(known, grid, 0.0).sum(0) / np.maximum(known.sum(0), 1)
    return mean
