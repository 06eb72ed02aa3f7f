"""Times of the movable breaks of a shift, spread over their windows.

The agents of a shift are numbered. Each takes breaks at the times at which fewest agents of lower numbers are
away. So the first n agents are spread evenly, for any n: of one break at most n ÷ (lengths that fit into the
window one after another), rounded up, are away at once. One more agent changes nobody else's breaks; and
where the last agents do not come, because of shrinkage, the breaks of the others are still even.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from callsim.units import MINUTE_MS

APART = 120  # minutes at least between two breaks of one agent, where the windows allow it
MOST_TRIED = 2_000  # sets of times for the breaks of one agent, after which no further is tried
REPEATED = 4096  # agents after whom the same breaks may be repeated
LEAST_ROW = 16  # agents


class Movable(NamedTuple):
    """A break that moves, placed in its shift."""

    length: int  # ms
    begin: int  # ms since midnight of the day on which the shift begins: not before …
    end: int  # … and over by then


class NoRoomError(Exception):
    """The breaks of a shift do not fit beside each other."""


def in_turn(movable: tuple[Movable, ...], fixed: tuple[tuple[int, int], ...], agents: int) -> np.ndarray:
    """When the breaks of the first agents of a shift begin: int64 [agent, break] ms since midnight.

    `fixed`: breaks that all have, and which no other may touch. Raises NoRoomError.
    """
    row = LEAST_ROW
    while row < min(agents, REPEATED):
        row *= 2
    starts = _row(movable, fixed, row)
    if agents > len(starts):
        even = _most_even(movable, starts)
        starts = starts[np.arange(agents) % even]
    return starts[:agents]


@lru_cache(maxsize=512)
def _row(movable: tuple[Movable, ...], fixed: tuple[tuple[int, int], ...], agents: int) -> np.ndarray:
    """See in_turn: for at least `agents` agents, kept for later calls. The array must not be changed."""
    first = min(one.begin for one in movable)
    minutes = (max(one.end for one in movable) - first) // MINUTE_MS
    lengths = [one.length // MINUTE_MS for one in movable]
    times = [(np.array([*choices(one, fixed)], np.int64) - first) // MINUTE_MS for one in movable]
    # Breaks with the least choice first; of equal ones the longest.
    order = sorted(range(len(movable)), key=lambda b: (len(times[b]), -lengths[b], b))
    away = np.zeros(minutes, np.int64)
    found = np.zeros((agents, len(movable)), np.int64)
    for agent in range(agents):
        before = np.concatenate([[0], np.cumsum(away)])
        costs = [before[at + length] - before[at] for at, length in zip(times, lengths, strict=True)]
        taken = _placed(times, costs, lengths, order)
        if taken is None:
            if agent == 0:
                raise NoRoomError
            taken = found[0].tolist()
        for b, at in enumerate(taken):
            away[at : at + lengths[b]] += 1
        found[agent] = taken
    found = found * MINUTE_MS + first
    found.flags.writeable = False
    return found


def choices(one: Movable, fixed: tuple[tuple[int, int], ...], least: int = 0, most: int = 0) -> Iterator[int]:
    """When a break may begin: in steps that divide its length and each part of its window; ms.

    `least`, `most`: ms, between which the steps are, where given.
    """
    begin = one.begin
    for stop, again in [*sorted(fixed), (one.end, one.end)]:
        end = min(stop, one.end)
        if end - begin >= one.length:
            step = math.gcd(one.length, end - begin)
            step = max(min(step, most or step), least)
            yield from range(begin, end - one.length + 1, step)
        begin = max(begin, min(again, one.end))


def _placed(
    times: list[np.ndarray], costs: list[np.ndarray], lengths: list[int], order: list[int]
) -> list[int] | None:
    """The times of the breaks of one agent that cost least, taken one after the other; None if none fit."""
    taken, tried = [-1] * len(order), 0

    def place(k: int) -> bool:
        nonlocal tried
        if k == len(order):
            return True
        b = order[k]
        at, length = times[b], lengths[b]
        apart = np.full(len(at), APART)
        for other in order[:k]:
            gap = np.maximum(at - taken[other] - lengths[other], taken[other] - at - length)
            apart = np.minimum(apart, gap)
        best = np.argsort(costs[b] * (APART + 1) - np.maximum(apart, 0), kind="stable")
        for choice in best[apart[best] >= 0]:
            tried += 1
            taken[b] = int(at[choice])
            if place(k + 1):
                return True
            if tried > MOST_TRIED:
                return False
        return False

    return taken if place(0) else None


def _most_even(movable: tuple[Movable, ...], starts: np.ndarray) -> int:
    """Returns after how many agents, in the second half of all, the numbers of agents away are most even."""
    first = min(one.begin for one in movable)
    away = np.zeros((max(one.end for one in movable) - first) // MINUTE_MS, np.int64)
    best, even = math.inf, len(starts)
    for agent, times in enumerate(starts):
        for one, at in zip(movable, times, strict=True):
            away[(at - first) // MINUTE_MS : (at + one.length - first) // MINUTE_MS] += 1
        if 2 * agent >= len(starts):
            uneven = float(away @ away) / (agent + 1) ** 2
            if uneven < best - 1e-12:
                best, even = uneven, agent + 1
    return even
