"""Conditions under which a group answers a queue, and what the wait in a queue weighs.

The first argument of each rule is the floor's `conditions`, and `table` below. Where a centre has none it is
None, and numba leaves out what comes after the question for it, so a plain call pays nothing. Floors of
follow-ups, of people or of a dialler always have a table: each kind of floor takes half a minute to compile.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.centre import NEVER, NOBODY, WEIGHT_ONE, Centre
from callsim.sim.jit import rule

OF_PAIR = np.dtype(
    [
        ("reserve", np.int64),  # the group answers only while more agents than these are idle …
        ("min_waiting", np.int64),  # … and at least this many calls wait in the queue
        ("quota", np.int64),  # of the queue's calls that groups of one rank may take; 0: without one
        ("answered", np.int64),  # calls since the run began
    ]
)
OF_QUEUE = np.dtype(
    [
        ("weight", np.int64),  # WEIGHT_ONE: the wait as it is
        ("head_start", np.int64),  # ms
        ("crowd", np.int64),  # the fewest that must wait for a group that asks for several; or NEVER
        # What switches ask, since the run began: calls whose wait has ended, and those of them that were
        # answered `within`.
        ("within", np.int64),  # ms
        ("short", np.int64),  # ms; calls that give up before are not among the `decided`
        ("decided", np.int64),
        ("in_time", np.int64),
    ]
)


class Conditions(NamedTuple):
    """What a centre says beyond ranks and priorities."""

    pairs: np.ndarray  # OF_PAIR [pair], as Floor.pairs
    queues: np.ndarray  # OF_QUEUE [queue]
    called: np.ndarray  # int64 [1]  place of the call that was answered because another joined, or NOBODY


def open_conditions(centre: Centre, pairs: np.ndarray, always: bool = False) -> Conditions | None:
    """None where a centre has no condition: then no rule has any code for them. `pairs`: of the floor.

    `always`: then there is a table without conditions, under which all is chosen as where there is none.
    """
    if not (always or len(centre.conditions) or len(centre.weights) or len(centre.switches)):
        return None
    queues = (
        centre.queues + centre.menus_with_lines
    )  # calls that find no line in a menu are counted in its row
    of_pairs, of_queues = np.zeros(len(pairs), OF_PAIR), np.zeros(queues, OF_QUEUE)
    of_queues["weight"], of_queues["crowd"] = WEIGHT_ONE, NEVER
    for row in centre.conditions:
        here = (pairs["queue"] == row["queue"]) & (pairs["group"] == row["group"])
        for name in ("reserve", "min_waiting", "quota"):
            of_pairs[name][here] = row[name]
        if row["min_waiting"] > 1:
            queue = of_queues[row["queue"]]
            queue["crowd"] = min(queue["crowd"], row["min_waiting"])
    for row in centre.weights:
        of_queues[row["queue"]]["weight"] = row["weight"]
        of_queues[row["queue"]]["head_start"] = row["head_start"]
    for row in centre.switches:
        queue = of_queues[row["queue"]]  # all switches of a queue look at one goal
        queue["within"] = max(queue["within"], row["within"])
        queue["short"] = max(queue["short"], row["short"])
    return Conditions(of_pairs, of_queues, np.full(1, NOBODY))


@rule
def allows(table, floor, pair, waiting):
    """Whether the pair's group may answer now, as one agent of it has room. `waiting`: calls in the queue."""
    if table is None:
        return True
    condition = table.pairs[pair]
    idle, reserve = floor.groups[floor.pairs[pair]["group"]]["idle"], condition["reserve"]
    return bool((reserve == 0 or idle > reserve) and waiting >= condition["min_waiting"])


@rule
def may_interrupt(table, pair, waiting):
    """Whether a call of the pair's queue may interrupt other work of its group: not one that leaves a
    reserve.
    """
    if table is None:
        return True
    condition = table.pairs[pair]
    return bool(condition["reserve"] == 0 and waiting >= condition["min_waiting"])


@rule
def comes_first(table, pair, since, other, other_since):
    """Whether of two groups of one rank that of `pair` answers.

    The group with the least answered ÷ quota; equal ones, and without quotas: whose agent is idle longest.
    """
    if table is None:
        return since < other_since
    mine, its = table.pairs[pair], table.pairs[other]
    behind = mine["answered"] * its["quota"] - its["answered"] * mine["quota"]
    if behind != 0:
        return behind < 0
    return since < other_since


@rule
def turn(table, q, arrive, now):
    """What orders the first calls of queues that an agent may serve next, the smallest first, ms.

    By arrival: longest wait first. With weights: longest (wait + head start) × weight first.
    """
    if table is None:
        return np.int64(arrive)
    queue = table.queues[q]
    return -(now - arrive + queue["head_start"]) * queue["weight"]


@rule
def crowds(table, floor, q):
    """Whether enough calls wait in the queue now for a further group to answer the first of them."""
    if table is None:
        return False
    return bool(floor.queues[q]["waiting"] >= table.queues[q]["crowd"])


@rule
def call_up(table, place):
    """The call in this place was answered because another has joined its queue: the engine is told."""
    if table is None:
        return
    table.called[0] = place


@rule
def count_answered(table, pair, q, wait):
    """A call of the queue is answered."""
    if table is None:
        return
    table.pairs[pair]["answered"] += 1
    queue = table.queues[q]
    queue["decided"] += 1
    if wait <= queue["within"]:
        queue["in_time"] += 1


@rule
def count_lost(table, q, gave_up, wait):
    """A call of the queue has ended without an answer, after that wait; `gave_up`: not for want of a line."""
    if table is None:
        return
    if gave_up and wait < table.queues[q]["short"]:
        return
    table.queues[q]["decided"] += 1
