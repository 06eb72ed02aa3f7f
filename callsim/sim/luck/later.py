"""Streams and tables for the luck of calls that follow others: it is read when such a call is born."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.luck.in_menus import MenuLuck
from callsim.sim.luck.sampling import Samplers


class Later(NamedTuple):
    """`roots` begin the streams; the name of a stream tells call and purpose, see `floor.story`."""

    roots: np.ndarray  # uint64 [queue, WORDS]
    samplers: Samplers  # rows: SAMPLER [queue, column of a trace], then [row of Centre.follows, column]
    wraps_as: np.ndarray  # int64 [queue]  the column that names the luck of wrap: its own, or talk's
    balk: np.ndarray  # float64 [queue]  share that hangs up at once when not answered at once
    redials: np.ndarray  # float64 [queue, 2]  times an exponential, at most: how often a caller dials again
    menus: MenuLuck | None = None  # where clients hold lines in any
