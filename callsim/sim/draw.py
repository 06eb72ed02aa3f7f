"""Draws the luck of a run, interval by interval, before any engine sees it.

Every number comes from a stream of its own, named by seed, run, queue, purpose and interval: plans
with one seed meet the same calls, whatever else differs between them. NumPy draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

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
from .trace import blank_trace

# What a stream is for; part of its name, so the order may only grow.
ARRIVALS, TALK, WRAP, PATIENCE, BALK, REDIAL, AGAIN_AFTER, INTERVAL, DAY_BUSYNESS = range(9)

MOST_REDIALS = 250


class Words(ISeedSequence):
    """Seed words made beforehand: a SeedSequence of its own for every stream would cost too much."""

    __slots__ = ("words",)

    def __init__(self, words: np.ndarray):
        self.words = words

    def generate_state(self, n_words: int, dtype: object = np.uint32) -> np.ndarray:
        return self.words


class Streams:
    """The random streams of one queue in one run."""

    def __init__(self, seed: int, run: int, key: int, intervals_per_day: int):
        self.name = (seed, run, key)
        self.per_day = intervals_per_day
        self.days: dict[int, np.ndarray] = {}  # purpose -> uint64 [interval of day, 4], of the day at hand
        self.day = -1

    def of(self, purpose: int, interval: int) -> Generator:
        """The stream for a purpose in an interval of the run."""
        day, at = divmod(interval, self.per_day)
        if day != self.day:
            self.day, self.days = day, {}
        if purpose not in self.days:
            seed, run, key = self.name
            words = SeedSequence(seed, spawn_key=(run, key, purpose, day))
            self.days[purpose] = words.generate_state(self.per_day * 4, np.uint64).reshape(-1, 4)
        return Generator(PCG64(Words(self.days[purpose][at])))  # type: ignore[arg-type]


def draw(demand: Demand, seed: int, run: int) -> Iterator[np.ndarray]:
    """The trace of each interval of a run, warm-up first: TRACE [call], by time of arrival.

    Calls that arrive in the same millisecond come in the order of their queues.
    """
    queues = [_QueueLuck(queue, demand, seed, run) for queue in demand.queues]
    for interval in range((demand.clock.ends) // demand.clock.width):
        parts = [luck.interval(row, interval) for row, luck in enumerate(queues)]
        calls = np.concatenate(parts) if len(parts) > 1 else parts[0]
        order = np.argsort(calls["arrive"], kind="stable")
        yield calls[order]


class _QueueLuck:
    """Draws the calls of one queue, interval after interval."""

    def __init__(self, queue: QueueDemand, demand: Demand, seed: int, run: int):
        self.queue, self.clock = queue, demand.clock
        self.seed, self.run = seed, run
        self.streams = Streams(seed, run, queue.key, DAY // self.clock.width)
        self.first_day = self.clock.day(0)
        self.busy_interval = 1.0
        self.busy_day = (-1, 1.0)

    def interval(self, row: int, interval: int) -> np.ndarray:
        """The calls of the queue in an interval: TRACE [call], by time of arrival."""
        start = interval * self.clock.width
        arrive = self._arrivals(start, interval)
        calls = blank_trace(len(arrive))
        if not len(arrive):
            return calls
        calls["arrive"] = arrive
        calls["queue"] = row
        of_day = self.clock.interval_of_day(start)
        queue = self.queue
        calls["talk"] = self._sample(queue.talk, TALK, len(calls), interval, of_day)
        if queue.wrap is not None:
            calls["wrap"] = self._sample(queue.wrap, WRAP, len(calls), interval, of_day)
        calls["patience"] = NEVER
        if queue.patience is not None:
            calls["patience"] = self._sample(queue.patience, PATIENCE, len(calls), interval, of_day)
        if queue.balk > 0:
            calls["balks"] = self.streams.of(BALK, interval).random(len(calls)) < queue.balk
        if queue.redial is not None:
            calls["redials"] = self._redials(len(calls), interval)
            calls["again_after"] = self._sample(queue.redial.after, AGAIN_AFTER, len(calls), interval, of_day)
        return calls

    def _arrivals(self, start: int, interval: int) -> np.ndarray:
        """Arrival times in ms, sorted: a Poisson process at the queue's rate times its busyness."""
        queue, clock = self.queue, self.clock
        day = clock.day(start) - self.first_day
        of_day = (start - clock.opens) % DAY
        low, high = np.searchsorted(queue.times, [of_day, of_day + clock.width])
        times = queue.times[low : high + 1]
        expected = queue.expected[queue.pattern[day], low : high + 1]
        mean = (expected[-1] - expected[0]) * queue.times_day[day]
        mean *= self._day_busyness(day) * self._interval_busyness(interval)
        if mean <= 0:
            return np.empty(0, np.int64)
        stream = self.streams.of(ARRIVALS, interval)
        count = stream.poisson(mean)
        if not count:
            return np.empty(0, np.int64)
        # Sorted uniforms are the partial sums of exponentials over their total: nothing to sort.
        sums = np.cumsum(stream.standard_exponential(count + 1))
        share = sums[:-1] / sums[-1]
        if len(times) == 2:
            offset = share * clock.width
        else:
            offset = np.interp(expected[0] + share * (expected[-1] - expected[0]), expected, times) - times[0]
        return np.asarray(start + np.minimum(offset.astype(np.int64), clock.width - 1))

    def _day_busyness(self, day: int) -> float:
        busyness = self.queue.busyness
        if busyness.day_cv == 0:
            return 1.0
        if self.busy_day[0] != day:
            name = SeedSequence(self.seed, spawn_key=(self.run, busyness.day_key, DAY_BUSYNESS, day))
            k = busyness.day_cv**-2
            self.busy_day = day, _settle(float(gammaincinv(k, Generator(PCG64(name)).random())) / k)
        return self.busy_day[1]

    def _interval_busyness(self, interval: int) -> float:
        """Gamma with the wanted correlation from one interval to the next.

        The beta-gamma autoregression of Lewis, McKenzie & Hugus (1989), Communications in
        Statistics: Stochastic Models 5(1), 1-30: exactly gamma at every step.
        """
        busyness: Busyness = self.queue.busyness
        if busyness.interval_cv == 0:
            return 1.0
        stream = self.streams.of(INTERVAL, interval)
        k, rho = busyness.interval_cv**-2, busyness.correlation
        if rho == 0 or interval == 0:
            now = float(stream.standard_gamma(k)) / k
        else:
            kept = stream.beta(k * rho, k * (1 - rho)) * self.busy_interval
            now = kept + float(stream.standard_gamma(k * (1 - rho))) / k
        self.busy_interval = _settle(now)
        return self.busy_interval

    def _redials(self, calls: int, interval: int) -> np.ndarray:
        """How often each caller is willing to dial again: each time with the same probability."""
        redial = self.queue.redial
        assert redial is not None
        most = min(redial.at_most, MOST_REDIALS)
        if redial.probability >= 1:
            return np.full(calls, most)
        if redial.probability <= 0:
            return np.zeros(calls, np.int64)
        luck = 1.0 - self.streams.of(REDIAL, interval).random(calls)
        return np.minimum(np.log(luck) / math.log(redial.probability), most).astype(np.int64)

    def _sample(self, sampler: Sampler, purpose: int, calls: int, interval: int, of_day: int) -> np.ndarray:
        mean = float(sampler.mean[of_day % len(sampler.mean)])
        if sampler.family == CONSTANT:
            return np.full(calls, min(round(mean), NEVER))
        stream = self.streams.of(purpose, interval)
        drawn = shapes(sampler, stream, calls) * mean
        while len(again := np.flatnonzero(drawn > sampler.at_most)):
            drawn[again] = shapes(sampler, stream, len(again)) * mean
        return np.minimum(np.rint(drawn), NEVER)


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
        return np.asarray(np.exp(stream.standard_normal(calls) * sigma - sigma * sigma / 2))
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
