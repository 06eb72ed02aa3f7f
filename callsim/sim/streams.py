"""Names of random streams: by seed, run, queue, purpose, day and interval of that day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import SeedSequence

from .demand import QueueDemand
from .random import WORDS

# What a stream is for; part of its name, so the order may only grow.
ARRIVALS, TALK, WRAP, PATIENCE, BALK, REDIAL, AGAIN_AFTER, INTERVAL, DAY_BUSYNESS = range(9)
PURPOSES = 9

MOST_WARM_UP = 400  # days; a stream is named by its day counted from day 1, whatever the warm-up


def roots_of(queues: Sequence[QueueDemand], seed: int, runs: Sequence[int]) -> np.ndarray:
    """What streams begin with: uint64 [queue, purpose, WORDS]. `runs`: whose luck, by purpose."""
    roots = np.empty((len(queues), PURPOSES, WORDS), np.uint64)
    for own, queue in zip(roots, queues, strict=True):
        words = {run: _words(seed, run, queue.key) for run in set(runs)}
        for purpose, run in enumerate(runs):
            own[purpose] = words[run][purpose]
        if queue.busyness.day_key != queue.key:
            own[DAY_BUSYNESS] = _words(seed, runs[DAY_BUSYNESS], queue.busyness.day_key)[DAY_BUSYNESS]
    return roots


def _words(seed: int, run: int, key: int) -> np.ndarray:
    words = SeedSequence(seed, spawn_key=(run, key)).generate_state(PURPOSES * WORDS, np.uint64)
    return words.reshape(PURPOSES, WORDS)


def name_of(day: int, of_day: int) -> np.uint64:
    """An interval's part of the names, below 2^32: the rest names calls."""
    return np.uint64((MOST_WARM_UP + day) << 17 | of_day)
