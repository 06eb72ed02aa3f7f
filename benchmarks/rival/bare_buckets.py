"""The floor, as fast as we can: only who talks is noted, far ends in buckets, near ones in a small heap."""

import math

import numba
import numpy as np

from benchmarks.rival import drawn
from benchmarks.work import SEED, TALK, Answer, Work

LIKED_IN_A_BUCKET = 24
LONGEST = 25 * TALK  # ms; one exponential talk in 10^10 is longer


def play(work: Work) -> Answer:
    return played(work, *work.columns)


def draw_and_play(work: Work, seed: int = SEED) -> Answer:
    return played(work, *drawn.columns(work, seed))


def played(work: Work, arrive: np.ndarray, talk: np.ndarray, patience: np.ndarray) -> Answer:
    shift = max(int(math.log2(LIKED_IN_A_BUCKET / min(work.rate, work.agents / TALK))), 0)
    buckets = 1 << math.ceil(math.log2((LONGEST >> shift) + 2))
    assert talk.max() < LONGEST
    return Answer(len(arrive), *loop(arrive, talk, patience, work.agents, shift, buckets))


@numba.njit(cache=True, nogil=True)
def loop(arrive, talk, patience, agents, shift, buckets):
    near, size = np.empty(agents, np.int64), 0
    ends, after = np.empty(len(arrive), np.int64), np.empty(len(arrive), np.int32)
    first, mask, turn = np.full(buckets, -1, np.int32), buckets - 1, 0
    idle, abandoned, waited = agents, 0, 0
    for call in range(len(arrive)):
        now = arrive[call]
        wait = 0
        while True:
            # A bucket is opened when its time has come, or when nobody is idle before it.
            while size == 0 and idle < agents and (idle == 0 or (turn + 1) << shift <= now):
                turn += 1
                other = first[turn & mask]
                first[turn & mask] = -1
                while other >= 0:
                    up(near, size, ends[other])
                    size += 1
                    other = after[other]
            if size == 0 or (idle > 0 and near[0] > now):
                break
            wait = max(near[0] - now, 0)
            if wait > patience[call]:
                break
            size -= 1
            down(near, size)
            idle += 1
            if wait > 0:
                break
        if idle == 0:
            abandoned += 1
            waited += patience[call]
            continue
        waited += wait
        idle -= 1
        end = now + wait + talk[call]
        bucket = end >> shift
        if bucket <= turn:
            up(near, size, end)
            size += 1
        else:
            ends[call] = end
            after[call] = first[bucket & mask]
            first[bucket & mask] = call
    return abandoned, waited


@numba.njit(cache=True, nogil=True, inline="always")
def up(heap, hole, time):
    while hole > 0:
        parent = (hole - 1) >> 2
        if heap[parent] <= time:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = time


@numba.njit(cache=True, nogil=True, inline="always")
def down(heap, size):
    moving, hole = heap[size], 0
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
