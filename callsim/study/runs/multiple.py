"""Many questions asked at once, answered so that all answers together are hardly ever wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(values: Sequence[float | None]) -> list[float | None]:
    """p values as they count when all questions are asked at once, in the order given; None stays None.

    Holm's step-down (Scandinavian Journal of Statistics 6, 1979, 65-70): the smallest of m counts m times,
    the next m - 1 times, and none less than the one before. It needs no assumption on how the questions
    hang together, which queues that share agents and busy days do, and it decides all that Bonferroni does
    and more.
    """
    asked = np.array([row for row, value in enumerate(values) if value is not None], np.int64)
    known = np.array([values[row] for row in asked], np.float64)
    found: list[float | None] = [None] * len(values)
    order = np.argsort(known, kind="stable")
    times = np.arange(len(known), 0, -1)
    adjusted = np.minimum(np.maximum.accumulate(known[order] * times), 1.0)
    for row, value in zip(asked[order], adjusted, strict=True):
        found[int(row)] = float(value)
    return found
