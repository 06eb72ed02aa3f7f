"""Samples of times: the different values and how often each is there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

MOST_VALUES = 200_000  # different ones, beyond which times are rounded so that fitting is quick


class Weighed(NamedTuple):
    """Different values and how often each is there."""

    values: np.ndarray  # float64 [value] s, ascending
    times: np.ndarray  # float64 [value]

    @property
    def many(self) -> float:
        """Returns the number of all values."""
        return float(self.times.sum())


def weighed(seconds: np.ndarray) -> Weighed:
    """The values with their numbers; very many different ones are rounded, to a tenth of a second or more."""
    values, many = np.unique(seconds, return_counts=True)
    step = 0.1
    while len(values) > MOST_VALUES:
        values, back = np.unique(np.round(values / step) * step, return_inverse=True)
        many = np.bincount(back, many)
        step *= 10
    return Weighed(values, many.astype(float))


def between(sample: Weighed, low: float, high: float) -> Weighed:
    """The values of this range, its ends included."""
    inside = (sample.values >= low) & (sample.values <= high)
    return Weighed(sample.values[inside], sample.times[inside])


def moments(sample: Weighed) -> tuple[float, float]:
    """Mean and coefficient of variation."""
    mean = float(sample.values @ sample.times) / sample.many
    variance = float((sample.values - mean) ** 2 @ sample.times) / max(sample.many - 1, 1)
    return mean, math.sqrt(variance) / mean if mean else 0.0


def quantiles(sample: Weighed) -> dict[str, float]:
    """p50, p90 and p99, as between the two ordered times on either side."""
    if not sample.many:
        return {}
    wanted = np.array([0.5, 0.9, 0.99]) * (sample.many - 1)  # between which two of the ordered times
    upto = np.cumsum(sample.times)
    low, high = (
        sample.values[np.minimum(np.searchsorted(upto, place, side="right"), len(upto) - 1)]
        for place in (np.floor(wanted), np.ceil(wanted))
    )
    found = low + (wanted - np.floor(wanted)) * (high - low)
    return dict(zip(("p50", "p90", "p99"), found.tolist(), strict=True))


def quantile_values(seconds: np.ndarray, many: int) -> Sequence[float]:
    """As many values as wanted that stand for all times: the means of equal parts of them in their order."""
    ordered = np.sort(seconds[np.isfinite(seconds)])
    return [float(part.mean()) for part in np.array_split(ordered, many) if len(part)]
