"""Switches: a way from a queue to a group that is open only while a condition holds.

A switch is off when the run begins. It looks at equal steps of time, at midnight among them, after shifts and
incidents of the same millisecond and before supervisors act, and sees all that happened before now. What it
finds is as exact as the floor itself, in both engines.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from callsim.sim.centre import MILLION, NEVER, NOBODY, Centre
from callsim.sim.engines.engine import Engine
from callsim.sim.floor.announce import is_callback
from callsim.sim.floor.people.talk import was_begun
from callsim.sim.jit import direct, rule


def switched(row: np.void, centre: Centre, engine: Engine) -> Iterator[int]:
    """Open and close the way of a switch, a row of SWITCH, when its condition changes: at which times, ms.

    The service level is that of the calls whose wait has ended in the last `over` ms, or since the run began,
    and of those that wait now for longer than the goal's time: answered in time ÷ all. If there are none,
    nothing changes.
    """
    queue, group, every = int(row["queue"]), int(row["group"]), int(row["every"])
    pairs = centre.pairs
    after = int(pairs["after"][(pairs["queue"] == queue) & (pairs["group"] == group)][0])
    before = deque([(0, 0)], maxlen=max(int(row["over"]) // every, 1))
    is_on = False
    time = centre.clock.opens % every or every
    while True:
        yield time
        wanted = _wanted(row, engine, before, time)
        if wanted is not None and wanted != is_on:
            is_on = wanted
            engine.overflow(queue, group, after if is_on else NEVER, time)
        time += every


def _wanted(row: np.void, engine: Engine, before: deque[tuple[int, int]], now: int) -> bool | None:
    """Whether the way shall be open; None where nothing is known."""
    queue, floor = int(row["queue"]), engine.floor
    if row["waiting_above"] != NOBODY:
        return bool(floor.queues["waiting"][queue] > row["waiting_above"])
    assert floor.conditions is not None
    counted = floor.conditions.queues[queue]
    decided, in_time = int(counted["decided"]), int(counted["in_time"])
    all_before, in_time_before = before[0]
    before.append((decided, in_time))
    late = int(waiting_longer(floor, queue, now - int(row["within"])))
    judged = decided - all_before + late
    return (in_time - in_time_before) * MILLION < int(row["below"]) * judged if judged else None


@direct
@rule
def waiting_longer(floor, q, since):
    """How many calls wait in the queue that arrived before this, ms. Neither callbacks, which are in no
    service level, nor work that was begun and interrupted, whose wait is over.
    """
    count = np.int64(0)
    place = np.int64(floor.queues[q]["head"])
    while place != NOBODY:
        if not is_callback(floor.follow, place) and not was_begun(floor.people, place):
            if floor.calls[place]["arrive"] >= since:
                break
            count += 1
        place = np.int64(floor.calls[place]["behind"])
    return count
