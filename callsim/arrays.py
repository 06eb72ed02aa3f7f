"""The arrays of results, by what they hold. Their shapes stand in docstrings, as `int64 [run, cell]`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Numbers = Ints | Floats
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.void]
"""Rows of named columns, such as RECORD or CHANGE."""
