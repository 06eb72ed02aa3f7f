"""What a mean of independent values may be."""

from __future__ import annotations

import math

import numpy as np


def near(values: np.ndarray, expected: float, spread: float) -> None:
    """The mean of the values is the expected one. `spread`: one value's standard deviation."""
    z = (np.mean(values) - expected) / (spread / math.sqrt(len(values)))
    assert abs(z) <= 4, f"{np.mean(values)} instead of {expected}: z = {z:.1f}"
