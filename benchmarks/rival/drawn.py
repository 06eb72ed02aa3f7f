"""The random numbers of the hour, drawn with NumPy and nothing else: what every simulator needs at least."""

import numpy as np

from benchmarks.work import PATIENCE, SEED, TALK, Work


def columns(work: Work, seed: int = SEED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Arrive, talk, patience, in whole ms: like the calls of `work`, with luck of its own."""
    stream = np.random.default_rng(seed)
    count = stream.poisson(work.rate * work.clock.ends)
    arrive = stream.standard_exponential(count + 1)
    np.cumsum(arrive, out=arrive)
    arrive *= work.clock.ends / arrive[-1]
    talk = stream.standard_exponential(count)
    talk *= TALK
    patience = stream.standard_exponential(count)
    patience *= PATIENCE
    return arrive[:-1].astype(np.int64), talk.astype(np.int32), patience.astype(np.int32)
