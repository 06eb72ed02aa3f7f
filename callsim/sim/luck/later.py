"""What the luck of later calls is read from: calls that follow others are not drawn in advance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.luck.sampling import Samplers


class Later(NamedTuple):
    """Streams begin with `roots`; whose they are and what for says the name, see `floor.story`."""

    roots: np.ndarray  # uint64 [queue, WORDS]
    samplers: Samplers  # rows: SAMPLER [queue, column of a trace], then [row of Centre.follows, column]
    wraps_as: np.ndarray  # int64 [queue]  the column as whose the luck of wrap is named: its own, or talk's
    balk: np.ndarray  # float64 [queue]  share that hangs up at once when not answered at once
    redials: np.ndarray  # float64 [queue, 2]  times an exponential, at most: how often a caller dials again
