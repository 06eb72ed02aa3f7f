"""Names of random streams: by seed, run, queue, purpose, day and interval of that day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import SeedSequence

from callsim.sim.luck.demand import QueueDemand
from callsim.sim.luck.random import WORDS

# Purposes of streams. They are part of the names: new ones go to the end.
ARRIVALS, TALK, WRAP, PATIENCE, BALK, REDIAL, AGAIN_AFTER, INTERVAL, DAY_BUSYNESS, LATER = range(10)
UNCERTAIN, CONTAINED = 10, 11  # what menus contain, if it is uncertain, has its roots from UNCERTAIN
NUMBERS = 12
PURPOSES = 13

MOST_WARM_UP = 400  # days; a stream is named by its day counted from day 1, whatever the warm-up


def roots_of(queues: Sequence[QueueDemand], seed: int, runs: Sequence[int]) -> np.ndarray:
    """uint64 [queue, purpose, WORDS]: the roots of streams.

    `runs`: by purpose, the run whose luck is taken.
    """
    roots = np.empty((len(queues), PURPOSES, WORDS), np.uint64)
    own = [queue.key for queue in queues]
    for run in set(runs):
        purposes = np.array(runs) == run
        words = _words(seed, run, own)
        roots[:, purposes] = words[:, purposes]
        if purposes[CONTAINED]:
            roots[:, CONTAINED] = words[:, UNCERTAIN]
    of_day = _words(seed, runs[DAY_BUSYNESS], [queue.busyness.day_key for queue in queues])
    roots[:, DAY_BUSYNESS] = of_day[:, DAY_BUSYNESS]
    alike = [queue.wraps_alike for queue in queues]
    roots[alike, WRAP] = roots[alike, TALK]
    return roots


def _words(seed: int, run: int, keys: list[int]) -> np.ndarray:
    """uint64 [key, purpose, WORDS]; 10 µs a key."""
    names = (SeedSequence(seed, spawn_key=(run, key)) for key in keys)
    words = [name.generate_state(PURPOSES * WORDS, np.uint64) for name in names]
    return np.array(words).reshape(len(keys), PURPOSES, WORDS)


def roots_of_keys(keys: list[int], purpose: int, seed: int, run: int) -> np.ndarray:
    """uint64 [key, WORDS]: the roots of the streams of one purpose, of what is named by `keys`."""
    return np.ascontiguousarray(_words(seed, run, keys)[:, purpose])


def root_of_run(seed: int, run: int) -> np.ndarray:
    """uint64 [WORDS]: the root of the streams of a run that belong to no queue."""
    return SeedSequence(seed, spawn_key=(run,)).generate_state(WORDS, np.uint64)


def name_of(day: int, of_day: int) -> np.uint64:
    """Returns an interval's part of a stream's name, below 2^32; the higher bits name calls."""
    return np.uint64((MOST_WARM_UP + day) << 17 | of_day)
