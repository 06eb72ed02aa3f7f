"""Distributions in compiled code: their parameters as tables, and how a column of a trace is filled."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from callsim.distribution import (
    CONSTANT,
    EXPONENTIAL,
    GAMMA,
    HYPEREXPONENTIAL,
    LOGNORMAL,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
)
from callsim.sim.centre import NEVER
from callsim.sim.jit import aside, rule
from callsim.sim.luck.demand import Sampler
from callsim.sim.luck.random import begin, exp, exponential, gamma, kept, lay_aside, log, normal, uniform

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
_NUMBER = np.uint64(32)
TRIES = 1000  # draws, at most, for a time that is longer than another


class Samplers(NamedTuple):
    """Samplers as arrays for compiled code, and their parameters, one after another."""

    rows: np.ndarray  # SAMPLER [queue, column]
    numbers: np.ndarray  # float64 [number]


def tabulate(samplers: Sequence[Sequence[Sampler]]) -> Samplers:
    """Returns the tables of samplers; each queue has equally many."""
    numbers: list[float] = []
    rows = [[_row(sampler, numbers) for sampler in of_queue] for of_queue in samplers]
    return Samplers(np.array(rows, SAMPLER), np.array(numbers))


def _row(sampler: Sampler, numbers: list[float]) -> tuple[float, ...]:
    means, shape = sampler.mean.tolist(), _shape(sampler)
    at = len(numbers)
    numbers += means + shape
    # A constant stays as it is written, also above the limit.
    at_most = math.inf if sampler.family == CONSTANT else sampler.at_most
    return sampler.family, at, len(means), at + len(means), len(shape), at_most


def _shape(sampler: Sampler) -> list[float]:
    """The numbers that `shape` needs."""
    given = list(sampler.shape)
    if sampler.family == LOGNORMAL:
        return [settle(given[0])]
    if sampler.family == WEIBULL:
        return [settle(1 / given[0]), settle(math.lgamma(1 + 1 / given[0]))]
    return given


def lengthened(samplers: Samplers, times: np.ndarray) -> Samplers:
    """The same with means `times` as long: float64 [queue, column]. Limits stay as they are."""
    numbers = samplers.numbers.copy()
    for row, many in zip(samplers.rows.ravel(), times.ravel(), strict=True):
        numbers[row["means"] : row["means"] + row["intervals"]] *= many
    return samplers._replace(numbers=numbers)


def settle(number: float) -> float:
    """Returns a number rounded, so that the last bits of a mathematics library change no result."""
    return round(number, 9)


@rule
def shape(family, numbers, first, length, stream):  # type: ignore[no-untyped-def]
    """Draws from a shape of mean 1: (float64, stream). Its parameters are numbers[first : first + length]."""
    x = 1.0
    if family == LOGNORMAL:
        sigma = numbers[first]
        x, stream = normal(stream)
        x = exp(sigma * x - sigma * sigma / 2)
    elif family in (EXPONENTIAL, WEIBULL, HYPEREXPONENTIAL):
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
    elif family == TRIANGULAR:
        u, stream = uniform(stream)
        low, mode, high = numbers[first], numbers[first + 1], numbers[first + 2]
        if u * (high - low) < mode - low:  # square roots are equal on every machine
            x = low + math.sqrt(u * (high - low) * (mode - low))
        else:
            x = high - math.sqrt((1 - u) * (high - low) * (high - mode))
    elif family != CONSTANT:  # EMPIRICAL: one of its values
        u, stream = uniform(stream)
        x = numbers[first + np.int64(u * length)]
    return x, stream


@aside
def one(samplers, row, column, interval, stream):  # type: ignore[no-untyped-def]
    """Draws one time, in whole ms. `interval`: counted from the run's first midnight."""
    sampler, numbers = samplers.rows[row, column], samplers.numbers
    family, first, length = sampler["family"], sampler["shape"], sampler["length"]
    mean = numbers[sampler["means"] + interval % sampler["intervals"]]
    x, stream = shape(family, numbers, first, length, stream)
    if x * mean > sampler["at_most"]:
        x = shorter(family, numbers, first, length, sampler["at_most"] / mean, stream)
    return np.int64(min(x * mean, NEVER) + 0.5)


@aside
def fill(out, sampler, numbers, of_day, root, name, before, left):  # type: ignore[no-untyped-def]
    """Fills `out`, int32 [call], with times in whole ms.

    `before`: calls of this interval that earlier slices have drawn from the stream; `left`: the rest of the
    stream after them.

    A time above the sampler's limit is drawn again, from a stream of that call alone: so another limit
    changes only the calls whose times exceed one of the two.
    """
    family, first, length = sampler["family"], sampler["shape"], sampler["length"]
    mean, at_most = numbers[sampler["means"] + of_day % sampler["intervals"]], sampler["at_most"]
    stream = kept(left) if before else begin(root, name)
    for k in range(len(out)):
        x, stream = shape(family, numbers, first, length, stream)
        if x * mean > at_most:
            own = begin(root, name | np.uint64(before + k + 1) << _NUMBER)
            x = shorter(family, numbers, first, length, at_most / mean, own)
        out[k] = np.int64(min(x * mean, NEVER) + 0.5)
    lay_aside(stream, left)


@aside
def shorter(family, numbers, first, length, at_most, stream):  # type: ignore[no-untyped-def]
    """Returns the first number drawn from a stream that is at most `at_most`."""
    while True:
        x, stream = shape(family, numbers, first, length, stream)
        if x <= at_most:
            return x


@aside
def longer(sampler, numbers, of_day, waited, k, root, name):  # type: ignore[no-untyped-def]
    """Draws a time of call k, whole ms, among those above `waited` ms; `waited` if TRIES draws give none."""
    family, first, length = sampler["family"], sampler["shape"], sampler["length"]
    mean, at_most = numbers[sampler["means"] + of_day % sampler["intervals"]], sampler["at_most"]
    stream = begin(root, name | np.uint64(k + 1) << _NUMBER)
    for _ in range(TRIES):
        x, stream = shape(family, numbers, first, length, stream)
        time = min(x * mean, NEVER)
        if waited < np.int64(time + 0.5) and time <= at_most:
            return np.int64(time + 0.5)
    return np.int64(waited)
