"""The agenda: all moments to come, the near ones in order, the others in buckets.

A far moment is written into the bucket of its time, in lines that lie together in memory, without allocation
or sorting. When the time of a bucket comes, its moments are put in order. Buckets are used in turn: a moment
more than one round ahead is written again for the next round. The width of a bucket changes the speed, never
the order.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.floor.state import PLACE_BITS, TIME_SHIFT, on_cache_lines
from callsim.sim.jit import direct, rule
from callsim.sim.prefetch import prefetch

BUCKETS = 1 << 15
# Moments of a bucket at the busiest time. As measured: with fewer there are more buckets, and fewer calls are
# fetched together; more take longer to put in order.
LIKED_IN_A_BUCKET = 64
AHEAD = 8  # moments ahead, whose calls are fetched again: those fetched earlier may have left the cache
LINE_BITS = 5
LINE = (1 << LINE_BITS) - 1  # moments in a line; its last number is the next line
NARROWEST = 512  # ms; large centres would fill more narrow buckets than the cache holds
FEW = 96  # up to this many moments are sorted by comparing all pairs: no branch to predict
PARTS_BITS = 4  # a bucket with more moments is first cut into 2^4 parts by time
PARTS = 1 << PARTS_BITS
PLACE_MASK = (1 << PLACE_BITS) - 1

# Rows of `state`.
AT, END, HANGING, TURN, SHIFT, FREE, UNUSED, STATE = range(8)
NOTHING = 0  # no moment is 0: kinds begin at 1


class Agenda(NamedTuple):
    """The moments of all calls."""

    near: np.ndarray  # int64 [moment + AHEAD]  moments of this turn, in order, from state[AT] to state[END]
    loose: np.ndarray  # int64 [moment]  scratch: the moments of a bucket before they are in order
    lines: np.ndarray  # int64 [line, LINE + 1]  moments of the far future, and the line that goes on
    buckets: np.ndarray  # int64 [BUCKETS]  first line << LINE_BITS | how many moments stand in it; 0: none
    counts: np.ndarray  # int64 [PARTS + 1]  scratch: where each part of a bucket ends
    state: np.ndarray  # int64 [STATE]


def blank_agenda(size: int, moments_per_ms: float) -> Agenda:
    """An empty agenda with room for `size` moments."""
    width = max(LIKED_IN_A_BUCKET / max(moments_per_ms, 1e-9), NARROWEST)
    state = np.zeros(STATE, np.int64)
    state[SHIFT] = TIME_SHIFT + min(int(np.log2(width)), 22)
    state[UNUSED] = 1  # line 0 stands for none
    agenda = Agenda(
        near=np.zeros(0, np.int64),
        loose=np.zeros(0, np.int64),
        lines=np.zeros((0, LINE + 1), np.int64),
        buckets=np.zeros(BUCKETS, np.int64),
        counts=np.zeros(PARTS + 1, np.int64),
        state=state,
    )
    return grow(agenda, size)


def grow(agenda: Agenda, size: int) -> Agenda:
    """The same agenda with room for `size` moments, more than before."""
    lines = on_cache_lines(lines_for(size), np.dtype((np.int64, LINE + 1)), np.empty)
    lines[: len(agenda.lines)] = agenda.lines
    near = np.zeros(size + AHEAD, np.int64)
    near[: len(agenda.near)] = agenda.near
    return agenda._replace(near=near, loose=np.zeros(size, np.int64), lines=lines)


def with_room(agenda: Agenda, moments: int) -> Agenda:
    """The same agenda with room for at least `moments` further moments."""
    missing = moments - _room(agenda)
    return agenda if missing <= 0 else grow(agenda, max(2 * len(agenda.loose), len(agenda.loose) + missing))


def lines_for(size: int) -> int:
    """Returns how many lines `size` moments need at most, in whichever buckets they are."""
    return 2 + size // LINE + min(size, BUCKETS)


@rule
def room(agenda):
    """Returns for how many more moments there is room."""
    state = agenda.state
    return len(agenda.loose) - state[HANGING] - state[END] + state[AT]


_room = direct(room)


@rule
def add(agenda, moment):
    """Adds a moment."""
    turn = moment >> agenda.state[SHIFT]
    if turn <= agenda.state[TURN]:
        insert(agenda, moment)
    else:
        hang(agenda, moment, turn & (BUCKETS - 1))
        agenda.state[HANGING] += 1


@rule
def insert(agenda, moment):
    """Puts a moment of the current bucket in its place among those in order."""
    near, state = agenda.near, agenda.state
    at, hole = state[AT], state[END]
    if hole == len(near) - AHEAD:  # moments that have passed have left room in front
        for k in range(at, hole):
            near[k - at] = near[k]
        at, hole = 0, hole - at
        state[AT] = 0
    state[END] = hole + 1
    while hole > at and near[hole - 1] > moment:
        near[hole] = near[hole - 1]
        hole -= 1
    near[hole] = moment


@rule
def hang(agenda, moment, bucket):
    """Writes a moment into a bucket."""
    head = agenda.buckets[bucket]
    if head == 0 or head & LINE == LINE:
        line = agenda.state[FREE]
        if line == 0:
            line = agenda.state[UNUSED]
            agenda.state[UNUSED] += 1
        else:
            agenda.state[FREE] = agenda.lines[line, LINE]
        agenda.lines[line, LINE] = head >> LINE_BITS
        head = line << LINE_BITS
    agenda.lines[head >> LINE_BITS, head & LINE] = moment
    agenda.buckets[bucket] = head + 1


@rule
def first(agenda, calls, limit):
    """Returns the earliest moment, if it is before `limit` (itself a moment), or NOTHING."""
    state = agenda.state
    while state[AT] == state[END]:
        if state[HANGING] == 0 or (state[TURN] + 1) << state[SHIFT] >= limit:
            return NOTHING
        state[TURN] += 1
        pour(agenda, calls)
    moment = agenda.near[state[AT]]
    prefetch(calls, agenda.near[state[AT] + AHEAD] & PLACE_MASK)
    return moment if moment < limit else NOTHING


@rule
def drop_first(agenda):
    """Removes the earliest moment."""
    agenda.state[AT] += 1


@rule
def pour(agenda, calls):
    """Takes the moments of the current bucket out of it, in order."""
    state, loose, turn = agenda.state, agenda.loose, agenda.state[TURN]
    bucket = turn & (BUCKETS - 1)
    head = agenda.buckets[bucket]
    agenda.buckets[bucket] = 0
    size = 0
    while head != 0:
        line = head >> LINE_BITS
        for k in range(head & LINE):
            moment = agenda.lines[line, k]
            if moment >> state[SHIFT] == turn:
                loose[size] = moment
                size += 1
                # This call is needed soon: it is fetched now, so that nothing waits for memory then.
                prefetch(calls, moment & PLACE_MASK)
            else:
                hang(agenda, moment, bucket)
        after = agenda.lines[line, LINE]
        agenda.lines[line, LINE] = state[FREE]
        state[FREE] = line
        head = (after << LINE_BITS) + LINE if after != 0 else 0
    put_in_order(agenda, size)
    state[AT], state[END] = 0, size
    state[HANGING] -= size


@rule
def put_in_order(agenda, size):
    """Writes the first `size` loose moments to `near`, in order."""
    near, loose = agenda.near, agenda.loose
    if size <= FEW:
        rank(near, loose, 0, size)
        return
    counts, shift = agenda.counts, agenda.state[SHIFT] - PARTS_BITS
    counts[:] = 0
    for k in range(size):
        counts[((loose[k] >> shift) & (PARTS - 1)) + 1] += 1
    for part in range(1, PARTS):
        counts[part + 1] += counts[part]
    for k in range(size):
        part = (loose[k] >> shift) & (PARTS - 1)
        near[counts[part]] = loose[k]
        counts[part] += 1  # after this loop, where the next part begins
    begin = 0
    for part in range(PARTS):
        end = counts[part]
        if end - begin <= FEW:
            for k in range(begin, end):
                loose[k] = near[k]
            rank(near, loose, begin, end)
        else:
            heap_sort(near[begin:end])
        begin = end


@rule
def rank(near, loose, begin, end):
    """Sorts the moments from `begin` to `end`: each goes behind as many as are smaller."""
    for k in range(begin, end):
        moment = loose[k]
        before = begin
        for other in range(begin, k):
            before += loose[other] <= moment  # equal moments: all but one are stale
        for other in range(k + 1, end):
            before += loose[other] < moment
        near[before] = moment


@rule
def heap_sort(near):
    """Sorts many moments by a heap, whose top, the largest, goes to the end again and again."""
    size = len(near)
    for top in range(size // 2 - 1, -1, -1):
        sink(near, top, size)
    for last in range(size - 1, 0, -1):
        near[0], near[last] = near[last], near[0]
        sink(near, 0, last)


@rule
def sink(near, top, size):
    """Moves a moment below larger ones in a binary heap."""
    moment = near[top]
    while 2 * top + 1 < size:
        child = 2 * top + 1
        if child + 1 < size and near[child + 1] > near[child]:
            child += 1
        if near[child] <= moment:
            break
        near[top] = near[child]
        top = child
    near[top] = moment
