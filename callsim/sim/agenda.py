"""What happens next: a small heap for the near future, buckets for the far.

A moment far away hangs in the bucket of its time, in a list linked through the calls' places: no
allocation, no sorting. When a bucket's time comes it is poured into the heap, which so stays small
enough for the first cache. Buckets are used round and round: a moment more than one round away hangs
on for the next. The width of a bucket changes the speed, never the order.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .centre import NOBODY
from .floor import TIME_SHIFT
from .jit import rule

BUCKETS = 1 << 15
LIKED_IN_A_BUCKET = 24  # moments; measured: more make the heap deep, fewer leave empty buckets to pass

# Rows of `state`.
IN_HEAP, HANGING, TURN, SHIFT, TOUCHED = range(5)
NOTHING = 0  # no moment is 0: kinds begin at 1


class Agenda(NamedTuple):
    """All moments that calls wait for."""

    heap: np.ndarray  # int64 [place]  moments; a 4-ary heap
    moments: np.ndarray  # int64 [place]  the moment that hangs there …
    after: np.ndarray  # int32 [place]  … and the next place in its bucket, or NOBODY
    buckets: np.ndarray  # int32 [BUCKETS]  the first place hanging in each, or NOBODY
    state: np.ndarray  # int64 [5]


def blank_agenda(places: int, moments_per_ms: float) -> Agenda:
    """An empty agenda with room for the moments of so many places."""
    width = max(LIKED_IN_A_BUCKET / max(moments_per_ms, 1e-9), 1.0)
    shift = min(int(np.log2(width)), 22)
    state = np.array([0, 0, 0, TIME_SHIFT + shift, 0], np.int64)
    return Agenda(
        heap=np.zeros(places, np.int64),
        moments=np.zeros(places, np.int64),
        after=np.zeros(places, np.int32),
        buckets=np.full(BUCKETS, NOBODY, np.int32),
        state=state,
    )


def grow(agenda: Agenda, places: int) -> Agenda:
    """The same agenda with room for more places."""
    more = places - len(agenda.heap)
    longer = {
        name: np.concatenate([getattr(agenda, name), np.zeros(more, getattr(agenda, name).dtype)])
        for name in ("heap", "moments", "after")
    }
    return agenda._replace(**longer)


@rule
def add(agenda, calls, place):
    """Note the moment of the call at this place."""
    moment = calls[place]["moment"]
    turn = moment >> agenda.state[SHIFT]
    if turn <= agenda.state[TURN]:
        sift_up(agenda.heap, agenda.state[IN_HEAP], moment)
        agenda.state[IN_HEAP] += 1
    else:
        bucket = turn & (BUCKETS - 1)
        agenda.moments[place] = moment
        agenda.after[place] = agenda.buckets[bucket]
        agenda.buckets[bucket] = place
        agenda.state[HANGING] += 1


@rule
def first(agenda, calls, limit):
    """The earliest moment before `limit` (itself a moment), or NOTHING."""
    state = agenda.state
    while state[IN_HEAP] == 0:
        if state[HANGING] == 0 or (state[TURN] + 1) << state[SHIFT] >= limit:
            return NOTHING
        state[TURN] += 1
        pour(agenda, calls)
    moment = agenda.heap[0]
    return moment if moment < limit else NOTHING


@rule
def pour(agenda, calls):
    """Move the moments of this turn from their bucket into the heap."""
    state = agenda.state
    turn = state[TURN]
    bucket = turn & (BUCKETS - 1)
    place = agenda.buckets[bucket]
    agenda.buckets[bucket] = NOBODY
    while place != NOBODY:
        after = agenda.after[place]
        moment = agenda.moments[place]
        if moment >> state[SHIFT] == turn:
            sift_up(agenda.heap, state[IN_HEAP], moment)
            state[IN_HEAP] += 1
            state[HANGING] -= 1
            # Soon it is this call's turn: fetching it now, together with the rest of the bucket, hides
            # how long memory takes (a fifth of the time per call at 40,000 agents).
            state[TOUCHED] += calls[place]["queue"]
        else:
            agenda.after[place] = agenda.buckets[bucket]
            agenda.buckets[bucket] = place
        place = after


@rule
def drop_first(agenda):
    """Take the earliest moment off the heap."""
    heap = agenda.heap
    agenda.state[IN_HEAP] -= 1
    size = agenda.state[IN_HEAP]
    moving = heap[size]
    hole = 0
    while True:
        child = 4 * hole + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[least]:
                least = other
        if heap[least] >= moving:
            break
        heap[hole] = heap[least]
        hole = least
    heap[hole] = moving


@rule
def sift_up(heap, hole, moment):
    """Put a moment into the heap, whose first free row is `hole`."""
    while hole > 0:
        parent = (hole - 1) >> 2
        if heap[parent] <= moment:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = moment
