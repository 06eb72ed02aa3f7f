"""Draws the luck of a run, interval by interval, before any engine sees it.

Every number comes from a stream of its own, named by seed, run, queue, purpose, day and interval of
that day: plans with one seed and one grid of intervals meet the same calls, whatever else differs
between them. NumPy draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.random.bit_generator import ISeedSequence
from scipy.special import gammaincinv

from .centre import DAY, NEVER
from .demand import (
    CONSTANT,
    EXPONENTIAL,
    GAMMA,
    HYPEREXPONENTIAL,
    LOGNORMAL,
    UNIFORM,
    WEIBULL,
    Busyness,
    Demand,
    QueueDemand,
    Sampler,
)
from .trace import Luck, blank_luck, grow, in_order

# What a stream is for; part of its name, so the order may only grow.
ARRIVALS, TALK, WRAP, PATIENCE, BALK, REDIAL, AGAIN_AFTER, INTERVAL, DAY_BUSYNESS = range(9)

MOST_REDIALS = 250  # of a caller; the trace has 8 bits for them
MOST_WARM_UP = 400  # days; a stream is named by its day counted from day 1, whatever the warm-up


class Words(ISeedSequence):
    """Seed words made beforehand: a SeedSequence of its own for every stream would cost too much."""

    __slots__ = ("words",)

    def __init__(self, words: np.ndarray):
        self.words = words

    def generate_state(self, n_words: int, dtype: object = np.uint32) -> np.ndarray:
        return self.words


class When(NamedTuple):
    """The interval that is being drawn."""

    day: int  # 0 is day 1, before it is warm-up
    of_day: int  # which interval of its day


class Streams:
    """The random streams of one queue in one run."""

    def __init__(self, seed: int, run: int, key: int, intervals_per_day: int, instead: Mapping[int, int]):
        self.name = (seed, run, key)
        self.instead = instead
        self.per_day = intervals_per_day
        self.days: dict[int, np.ndarray] = {}  # purpose -> uint64 [interval of day, 4], of the day at hand
        self.day = -MOST_WARM_UP

    def of(self, purpose: int, when: When) -> Generator:
        """The stream for a purpose in an interval."""
        if when.day != self.day:
            self.day, self.days = when.day, {}
        if purpose not in self.days:
            seed, run, key = self.name
            run = self.instead.get(purpose, run)
            words = SeedSequence(seed, spawn_key=(run, key, purpose, MOST_WARM_UP + when.day))
            self.days[purpose] = words.generate_state(self.per_day * 4, np.uint64).reshape(-1, 4)
        return Generator(PCG64(Words(self.days[purpose][when.of_day])))  # type: ignore[arg-type]


def draw(
    demand: Demand, seed: int, run: int, instead: Mapping[int, int] | None = None
) -> Iterator[np.ndarray]:
    """The trace of each interval of a run, warm-up first: TRACE [call], by time of arrival.

    Calls that arrive in the same millisecond come in the order of their queues. `instead`: purposes whose
    streams are those of another run, purpose -> run; so studies tell one kind of luck from another.
    """
    clock = demand.clock
    queues = [
        _QueueLuck(row, queue, demand, seed, run, instead or {}) for row, queue in enumerate(demand.queues)
    ]
    luck = blank_luck(1 << 10)
    for interval in range(clock.ends // clock.width):
        calls, start = 0, interval * clock.width
        when = When(clock.day(start), clock.interval_of_day(start))
        for queue in queues:
            drawn = queue.arrivals(when)
            while calls + len(drawn) > len(luck.offset):
                luck = grow(luck)
            queue.fill(luck, drawn, calls, when)
            calls += len(drawn)
        yield in_order(luck, calls, start, clock.width)


class _QueueLuck:
    """Draws the calls of one queue, interval after interval."""

    def __init__(
        self, row: int, queue: QueueDemand, demand: Demand, seed: int, run: int, instead: Mapping[int, int]
    ):
        self.row, self.queue, self.clock = row, queue, demand.clock
        self.seed, self.day_run = seed, instead.get(DAY_BUSYNESS, run)
        self.per_day = DAY // self.clock.width
        self.streams = Streams(seed, run, queue.key, self.per_day, instead)
        self.first_day = self.clock.day(0)
        self.busy_interval: float | None = None
        self.busy_day = (-MOST_WARM_UP, 1.0)
        edges = np.arange(0, DAY + 1, self.clock.width)
        self.edges = np.searchsorted(queue.times, edges).tolist()
        self.means = np.diff(queue.expected[:, self.edges], axis=1).tolist()

    def arrivals(self, when: When) -> np.ndarray:
        """Arrival times, sorted, ms since the interval began: Poisson at the rate times its busyness."""
        queue, clock = self.queue, self.clock
        day, of_day = when.day - self.first_day, when.of_day
        pattern = queue.pattern[day]
        mean = self.means[pattern][of_day] * queue.times_day[day]
        mean *= self._day_busyness(when.day) * self._interval_busyness(when)
        if mean <= 0:
            return np.empty(0)
        stream = self.streams.of(ARRIVALS, when)
        count = stream.poisson(mean)
        # Sorted uniforms are the partial sums of exponentials over their total: nothing to sort.
        sums = stream.standard_exponential(count + 1)
        np.cumsum(sums, out=sums)
        drawn: np.ndarray = sums[:-1]
        low, high = self.edges[of_day], self.edges[of_day + 1]
        if high - low == 1:
            drawn *= clock.width / sums[-1]
            return drawn
        times, expected = queue.times[low : high + 1], queue.expected[pattern, low : high + 1]
        drawn *= (expected[-1] - expected[0]) / sums[-1]
        return np.asarray(np.interp(drawn + expected[0], expected, times - times[0]))

    def fill(self, luck: Luck, arrive: np.ndarray, at: int, when: When) -> None:
        """Write down what the callers of an interval bring, from row `at` on."""
        queue, streams = self.queue, self.streams
        here = slice(at, at + len(arrive))
        luck.queue[here] = self.row
        luck.offset[here] = arrive
        calls = len(arrive)
        if not calls:
            return
        for column, purpose, sampler in (
            (luck.talk, TALK, queue.talk),
            (luck.wrap, WRAP, queue.wrap),
            (luck.patience, PATIENCE, queue.patience),
            (luck.again_after, AGAIN_AFTER, queue.redial.after if queue.redial else None),
        ):
            if sampler is None:
                column[here] = NEVER if purpose == PATIENCE else 0
            elif sampler.family == CONSTANT:
                column[here] = min(round(_mean(sampler, when.of_day)), NEVER)
            else:
                column[here] = sample(sampler, streams.of(purpose, when), calls, when.of_day)
        luck.balks[here] = streams.of(BALK, when).random(calls) < queue.balk if queue.balk > 0 else 0
        luck.redials[here] = self._redials(calls, when) if queue.redial else 0

    def _day_busyness(self, day: int) -> float:
        busyness = self.queue.busyness
        if busyness.day_cv == 0:
            return 1.0
        if self.busy_day[0] != day:
            name = SeedSequence(
                self.seed, spawn_key=(self.day_run, busyness.day_key, DAY_BUSYNESS, MOST_WARM_UP + day)
            )
            k = busyness.day_cv**-2
            self.busy_day = day, _settle(float(gammaincinv(k, Generator(PCG64(name)).random())) / k)
        return self.busy_day[1]

    def _interval_busyness(self, when: When) -> float:
        """Gamma with the wanted correlation from one interval to the next.

        The beta-gamma autoregression of Lewis, McKenzie & Hugus (1989), Communications in
        Statistics: Stochastic Models 5(1), 1-30: exactly gamma at every step.
        """
        busyness: Busyness = self.queue.busyness
        if busyness.interval_cv == 0:
            return 1.0
        stream = self.streams.of(INTERVAL, when)
        k, rho = busyness.interval_cv**-2, busyness.correlation
        if rho == 0 or self.busy_interval is None:
            now = float(stream.standard_gamma(k)) / k
        else:
            kept = stream.beta(k * rho, k * (1 - rho)) * self.busy_interval
            now = kept + float(stream.standard_gamma(k * (1 - rho))) / k
        self.busy_interval = _settle(now)
        return self.busy_interval

    def _redials(self, calls: int, when: When) -> np.ndarray | int:
        """How often each caller is willing to dial again: each time with the same probability.

        An exponential of mean 1 passes k times -log(p) with probability p to the k.
        """
        redial = self.queue.redial
        assert redial is not None
        most = redial.at_most
        if redial.probability <= 0 or redial.probability >= 1:
            return most if redial.probability >= 1 else 0
        luck = self.streams.of(REDIAL, when).standard_exponential(calls)
        luck *= -1 / math.log(redial.probability)
        return np.minimum(luck, most, out=luck)


def sample(sampler: Sampler, stream: Generator, calls: int, of_day: int) -> np.ndarray:
    """Draws in whole ms: float64 [call]. What is longer than at_most is drawn again."""
    mean = _mean(sampler, of_day)
    drawn = shapes(sampler, stream, calls)
    drawn *= mean
    if sampler.at_most < NEVER:
        while len(again := np.flatnonzero(drawn > sampler.at_most)):
            drawn[again] = shapes(sampler, stream, len(again)) * mean
    np.rint(drawn, out=drawn)
    return np.asarray(np.minimum(drawn, NEVER, out=drawn))


def _mean(sampler: Sampler, of_day: int) -> float:
    return float(sampler.mean[of_day % len(sampler.mean)])


def shapes(sampler: Sampler, stream: Generator, calls: int) -> np.ndarray:
    """Draws of mean 1 from the sampler's family: float64 [call].

    `shape` is: LOGNORMAL (sigma); GAMMA (k); WEIBULL (k); HYPEREXPONENTIAL (each phase's share, then
    each phase's mean); UNIFORM (low, high).
    """
    family, shape = sampler.family, sampler.shape
    if family == EXPONENTIAL:
        return stream.standard_exponential(calls)
    if family == LOGNORMAL:
        sigma = shape[0]
        drawn = np.asarray(stream.standard_normal(calls))
        drawn *= sigma
        drawn -= sigma * sigma / 2
        return np.asarray(np.exp(drawn, out=drawn))
    if family == GAMMA:
        return stream.standard_gamma(shape[0], calls) / shape[0]
    if family == WEIBULL:
        return stream.weibull(shape[0], calls) / math.gamma(1 + 1 / shape[0])
    if family == HYPEREXPONENTIAL:
        phases = len(shape) // 2
        shares, means = np.array(shape[:phases]), np.array(shape[phases:])
        phase = np.searchsorted(np.cumsum(shares)[:-1], stream.random(calls), "right")
        return np.asarray(stream.standard_exponential(calls) * means[phase])
    if family == UNIFORM:
        return shape[0] + (shape[1] - shape[0]) * stream.random(calls)
    assert sampler.values is not None, family
    return np.asarray(sampler.values[stream.integers(0, len(sampler.values), calls)])


def _settle(busyness: float) -> float:
    """Rounded, so that the last bit of somebody's mathematics library decides nothing."""
    return round(busyness, 9)
