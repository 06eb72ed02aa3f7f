"""The floor, as usually written: a compiled loop over a 4-ary heap of when agents are free."""

import numba
import numpy as np

from benchmarks.rival import drawn
from benchmarks.work import SEED, Answer, Work


def play(work: Work) -> Answer:
    return Answer(len(work.calls), *loop(*work.columns, work.agents))


def draw_and_play(work: Work, seed: int = SEED) -> Answer:
    arrive, talk, patience = drawn.columns(work, seed)
    return Answer(len(arrive), *loop(arrive, talk, patience, work.agents))


@numba.njit(cache=True, nogil=True)
def loop(arrive, talk, patience, agents):
    free = np.zeros(agents, np.int64)
    abandoned, waited = 0, 0
    for call in range(len(arrive)):
        wait = max(free[0] - arrive[call], 0)
        if wait > patience[call]:
            abandoned += 1
            waited += patience[call]
            continue
        waited += wait
        end = arrive[call] + wait + talk[call]
        hole = 0
        while True:
            child = 4 * hole + 1
            if child >= agents:
                break
            least = child
            for other in range(child + 1, min(child + 4, agents)):
                if free[other] < free[least]:
                    least = other
            if free[least] >= end:
                break
            free[hole] = free[least]
            hole = least
        free[hole] = end
    return abandoned, waited
