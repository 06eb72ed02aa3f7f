"""Distributions in compiled code: tables of what is drawn for each queue, and how a column is filled."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .centre import NEVER
from .demand import (
    CONSTANT,
    EXPONENTIAL,
    GAMMA,
    HYPEREXPONENTIAL,
    LOGNORMAL,
    UNIFORM,
    WEIBULL,
    QueueDemand,
    Sampler,
)
from .jit import aside, rule
from .random import begin, exp, exponential, gamma, log, normal, uniform

SAMPLER = np.dtype(
    [
        ("family", np.int64),
        ("means", np.int64),  # the first of them in the numbers, ms
        ("intervals", np.int64),  # how many there are: 1, or one per interval of the day
        ("shape", np.int64),  # the first in the numbers of what the family needs
        ("length", np.int64),  # how many these are
        ("at_most", np.float64),  # ms
    ]
)
COLUMNS = ("talk", "wrap", "patience", "again_after")  # of a trace, drawn from samplers
_NUMBER = np.uint64(32)


class Samplers(NamedTuple):
    """The samplers of all queues, and the numbers they need, one after another."""

    rows: np.ndarray  # SAMPLER [queue, column of COLUMNS]
    numbers: np.ndarray  # float64 [number]


def tabulate(queues: tuple[QueueDemand, ...]) -> Samplers:
    """The samplers of these queues as tables."""
    rows = np.zeros((len(queues), len(COLUMNS)), SAMPLER)
    numbers: list[float] = []
    for row, queue in zip(rows, queues, strict=True):
        brought = queue.talk, queue.wrap, queue.patience, queue.redial and queue.redial.after
        for column, sampler in enumerate(brought):
            row[column] = _tabulated(sampler or _without(COLUMNS[column]), numbers)
    return Samplers(rows, np.array(numbers))


def _without(column: str) -> Sampler:
    """What callers bring who have no wrap, no patience that ends, no second call."""
    return Sampler(CONSTANT, np.array([float(NEVER) if column == "patience" else 0.0]))


def _tabulated(sampler: Sampler, numbers: list[float]) -> tuple[float, ...]:
    means, shape = sampler.mean.tolist(), _shape(sampler)
    at = len(numbers)
    numbers += means + shape
    # A constant is what the file says, whatever the limit.
    at_most = math.inf if sampler.family == CONSTANT else sampler.at_most
    return sampler.family, at, len(means), at + len(means), len(shape), at_most


def _shape(sampler: Sampler) -> list[float]:
    """What `shape` needs. `sampler.shape` is: LOGNORMAL (sigma); GAMMA (k); WEIBULL (k);
    HYPEREXPONENTIAL (each phase's share, then each phase's mean); UNIFORM (low, high)."""
    given = list(sampler.shape)
    if sampler.family == LOGNORMAL:
        return [settle(given[0])]
    if sampler.family == WEIBULL:
        return [settle(1 / given[0]), settle(math.lgamma(1 + 1 / given[0]))]
    if sampler.values is not None:
        return [float(value) for value in sampler.values]
    return given


def settle(number: float) -> float:
    """Rounded, so that the last bit of somebody's mathematics library decides nothing."""
    return round(number, 9)


@rule
def shape(family, numbers, first, length, stream):  # type: ignore[no-untyped-def]
    """A number of mean 1 from a family: (float64, stream). What it needs is in the numbers from `first` on."""
    x = 1.0
    if family == LOGNORMAL:
        sigma = numbers[first]
        x, stream = normal(stream)
        x = exp(sigma * x - sigma * sigma / 2)
    elif family == EXPONENTIAL or family == WEIBULL or family == HYPEREXPONENTIAL:
        x, stream = exponential(stream)
        if family == WEIBULL:
            x = exp(log(x) * numbers[first] - numbers[first + 1])
        elif family == HYPEREXPONENTIAL:
            u, stream = uniform(stream)
            phases = length // 2
            phase = 0
            while phase < phases - 1 and u >= numbers[first + phase]:
                u -= numbers[first + phase]
                phase += 1
            x *= numbers[first + phases + phase]
    elif family == GAMMA:
        k = numbers[first]
        x, stream = gamma(k, stream)
        x /= k
    elif family == UNIFORM:
        u, stream = uniform(stream)
        x = numbers[first] + (numbers[first + 1] - numbers[first]) * u
    elif family != CONSTANT:  # EMPIRICAL: one of its values
        u, stream = uniform(stream)
        x = numbers[first + np.int64(u * length)]
    return x, stream


@aside
def fill(out, sampler, numbers, of_day, root, name):  # type: ignore[no-untyped-def]
    """Draw as many whole ms as there is room for: int32 [call].

    What is longer than the sampler's limit is drawn again, from a stream that belongs to this call alone:
    so another limit changes nothing for the calls that it does not touch.
    """
    family, first, length = sampler["family"], sampler["shape"], sampler["length"]
    mean, at_most = numbers[sampler["means"] + of_day % sampler["intervals"]], sampler["at_most"]
    stream = begin(root, name)
    for k in range(len(out)):
        x, stream = shape(family, numbers, first, length, stream)
        if x * mean > at_most:
            own = begin(root, name | np.uint64(k + 1) << _NUMBER)
            x = shorter(family, numbers, first, length, at_most / mean, own)
        out[k] = np.int64(min(x * mean, NEVER) + 0.5)


@aside
def shorter(family, numbers, first, length, at_most, stream):  # type: ignore[no-untyped-def]
    """The first number of a stream that is at most so much."""
    while True:
        x, stream = shape(family, numbers, first, length, stream)
        if x <= at_most:
            return x
