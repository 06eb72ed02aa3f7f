"""What hangs together: the connected components of things that are tied in pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def tied(first: Sequence[int] | np.ndarray, second: Sequence[int] | np.ndarray, size: int) -> np.ndarray:
    """Returns the part of each of `size` things: int64 [size], from 0, in the order of their first things.

    `first`, `second`: int [pair], each below `size`. The same as SciPy's `connected_components`, whose import
    takes longer than all else that `callsim check` does.
    """
    ones, others = np.asarray(first, np.int64), np.asarray(second, np.int64)
    least = np.arange(size)  # of the things known to hang together with each
    while (least[ones] != least[others]).any():
        low = np.minimum(least[ones], least[others])
        for ends in (ones, others):
            np.minimum.at(least, least[ends], low)
            np.minimum.at(least, ends, low)
        least = least[least]
    return np.unique(least, return_inverse=True)[1]
