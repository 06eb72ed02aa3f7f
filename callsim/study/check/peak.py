"""The busiest interval of each pool of queues and agents: its work beside its agents, by formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from callsim.erlang import evaluate
from callsim.model.components import Component, components
from callsim.scenario.checks.plausible import mean_s
from callsim.study.check.expected import Expected
from callsim.units import HOUR_S


class Peak(NamedTuple):
    """The interval in which most work comes to a pool."""

    part: Component  # the pool
    queues: list[str]  # their names, in the order of the file
    aht_s: float  # of the calls of that interval
    start: str  # ISO 8601, local
    calls: float  # in the interval
    erlangs: float  # work of these
    agents: float  # on duty then, on the mean
    occupancy: float | None  # of these by Erlang A (C where nobody hangs up); None without agents


def peaks(found: Expected) -> Iterator[Peak]:
    """For each pool, in the order of the file: queues and groups that are tied by who answers whom."""
    starts = found.model.starts()
    for pool in components(found.model):
        load = found.load[:, pool.queues].sum(axis=1)
        cell = int(load.argmax())
        if load[cell] > 0:
            yield _peak(found, pool, cell, starts[cell])


def _peak(found: Expected, pool: Component, cell: int, start: str) -> Peak:
    interval_s = found.model.centre.clock.width / 1000
    rows = [row for row in found.model.shown_queues if row in pool.queues]
    calls, erlangs = (float(part[cell, pool.queues].sum()) for part in (found.offered, found.load))
    agents = float(found.agents[cell, pool.groups].sum())
    aht_s = erlangs * interval_s / calls
    return Peak(
        pool,
        [found.model.queues[row].name for row in rows],
        aht_s,
        start,
        calls,
        erlangs,
        agents,
        _occupancy(found, rows, cell, agents, aht_s) if round(agents) else None,
    )


def _occupancy(found: Expected, rows: list[int], cell: int, agents: float, aht_s: float) -> float:
    """Of all calls as one queue, with the mean patience of those that have one."""
    each = found.offered[cell, rows]
    patience = [mean_s(found.model.queues[row].queue.patience) or np.inf for row in rows]
    leave = float((each / np.array(patience)).sum() / each.sum())  # a second, of a caller who waits
    an_hour = float(each.sum()) * HOUR_S / (found.model.centre.clock.width / 1000)
    return evaluate(round(agents), an_hour, aht_s, 1 / leave if leave > 0 else None).occupancy
