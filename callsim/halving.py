"""The least of something that is enough, when more is never worse: by halving what is between."""

from __future__ import annotations

from collections.abc import Callable


def least_whole(enough: Callable[[int], bool], low: int, high: int) -> int:
    """The least whole number that is enough. `low` is known not to be, `high` is known to be."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def least(enough: Callable[[float], bool], low: float, high: float, exact: float) -> float:
    """The least number that is enough, too large by at most `exact` of itself; `low`, `high`: likewise."""
    while high - low > exact * high:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
