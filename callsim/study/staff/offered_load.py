"""The offered load of a day that changes: how many agents would be busy if nobody ever waited.

It follows the arrivals with a lag of one handling time: m(t) = ∫ λ(t−u) P(S>u) du (Eick, Massey & Whitt 1993,
"The physics of the Mt/G/∞ queue"). The interval's own rate times the mean handling time is too low after a
peak and too high before it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import signal

from callsim import distribution
from callsim.sim.centre import NEVER
from callsim.sim.luck.demand import QueueDemand, Sampler
from callsim.units import DAY_MS

PARTS = 3  # of an interval: the load may rise or fall within it
STEP = 15_000  # ms; of the grid on which the integral is a sum
FINEST = 1_000  # ms
FINE = 20_000  # steps of the mean of a shortened distribution


class Load(NamedTuple):
    """A queue's load over one day, at mean busyness."""

    arrivals: np.ndarray  # float64 [interval, part]  expected first calls
    busy: np.ndarray  # float64 [interval, part]  agents busy if nobody waited
    handled: np.ndarray  # float64 [interval] ms  mean handling time of the calls that come in it

    @property
    def workload(self) -> np.ndarray:
        """The mean load of each interval: float64 [interval]."""
        return np.asarray(self.busy.mean(axis=1))

    @property
    def aht_s(self) -> float:
        """The mean handling time of all calls of the day."""
        total = self.calls.sum()
        return float((self.calls @ self.handled / total if total else self.handled.mean()) / 1000)

    @property
    def calls(self) -> np.ndarray:
        """Expected first calls of each interval: float64 [interval]."""
        return np.asarray(self.arrivals.sum(axis=1))


def offered_load(
    queue: QueueDemand, hours: tuple[tuple[int, int], ...], days: slice, width: int, pace: float = 1.0
) -> Load:
    """The mean load of some days of the run, each taken as one of many alike. `width`: ms, of an interval.

    `hours`: ranges of ms of the day in which calls are accepted; `pace` multiplies talk. Redials are not in
    it: how many there are depends on the staff.
    """
    intervals = DAY_MS // width
    handled = _handled(queue, intervals, pace)
    mean = float(handled.mean())
    step = width // (PARTS * max(1, math.ceil(width / PARTS / min(STEP, max(FINEST, mean / 8)))))
    edges = np.arange(0, DAY_MS + 1, step)
    factors = queue.times_day[days]
    until = (queue.expected[queue.pattern[days]] * factors[:, None]).mean(axis=0)
    arrivals = np.zeros(len(edges) - 1)
    for opens, closes in hours:
        arrivals += np.diff(np.interp(np.clip(edges, opens, closes), queue.times, until))
    busy = np.zeros(len(arrivals))
    kinds = max(len(queue.talk.mean), 1 if queue.wrap is None else len(queue.wrap.mean))
    of_interval = np.arange(len(arrivals)) * step // width
    for kind in range(kinds):
        mine = np.where(of_interval * kinds // intervals == kind, arrivals, 0.0)
        if mine.any():
            still = _still_busy(queue.talk, queue.wrap, kind, pace, step, len(arrivals))
            busy += signal.fftconvolve(np.tile(mine, 2), still)[len(mine) : 2 * len(mine)]
    shape = (intervals, PARTS, -1)
    return Load(
        arrivals.reshape(shape).sum(axis=2), np.maximum(busy, 0.0).reshape(shape).mean(axis=2), handled
    )


def first_calls(calls: np.ndarray, hours: tuple[tuple[int, int], ...], width: int) -> np.ndarray:
    """Calls of each interval, where those who are offered can be compared with them: float64 [interval].

    NaN where the lines are closed for a part of the interval.
    """
    begin = np.arange(len(calls)) * width
    is_open = np.zeros(len(calls), np.bool_)
    for opens, closes in hours:
        is_open |= (opens <= begin) & (begin + width <= closes)
    return np.where(is_open, calls, np.nan)


def _handled(queue: QueueDemand, intervals: int, pace: float) -> np.ndarray:
    """The mean time it takes to handle a call, by the interval it comes in: float64 [interval] ms."""
    found = np.zeros(intervals)
    for sampler, its_pace in ((queue.talk, pace), (queue.wrap, 1.0)):
        if sampler is not None:
            means = [_shortened(sampler, kind, its_pace) for kind in range(len(sampler.mean))]
            found += np.repeat(means, intervals // len(means))
    return found


def _still_busy(
    talk: Sampler, wrap: Sampler | None, kind: int, pace: float, step: int, steps: int
) -> np.ndarray:
    """The chance that a call is still at work so long after its answer, in the middle of step 0, 1, 2 …"""
    edges = np.arange(steps + 1) * float(step)
    done = _cdf(talk, _mean(talk, kind) * pace, edges, pace)
    if wrap is not None:
        wrapped = np.diff(_cdf(wrap, _mean(wrap, kind), edges, 1.0), prepend=0.0)
        # Each wrap falls on the middle of its step: half on either edge.
        on_edges = (wrapped + np.append(wrapped[1:], 0.0)) / 2
        on_edges[0] += wrapped[0] / 2
        done = signal.fftconvolve(done, on_edges)[: len(edges)]
    still = 1.0 - np.clip(done, 0.0, 1.0)
    found = (still[:-1] + still[1:]) / 2
    # The grid may miss where a constant time ends; the whole is known.
    mean = _shortened(talk, kind, pace) + (0.0 if wrap is None else _shortened(wrap, kind, 1.0))
    return np.asarray(found * mean / (float(found.sum()) * step))


def _mean(sampler: Sampler, kind: int) -> float:
    return float(sampler.mean[kind % len(sampler.mean)])


def _shortened(sampler: Sampler, kind: int, pace: float) -> float:
    """The mean of what is drawn, ms: shorter than the family's where longer times are drawn again."""
    mean, at_most = _mean(sampler, kind) * pace, min(sampler.at_most, NEVER) * pace
    if not np.isfinite(sampler.at_most):
        return mean
    edges = np.linspace(0.0, at_most, FINE + 1)
    done = _cdf(sampler, mean, edges, pace)
    return float((1.0 - (done[:-1] + done[1:]) / 2).sum() * at_most / FINE)


def _cdf(sampler: Sampler, mean: float, time: np.ndarray, pace: float) -> np.ndarray:
    """The chance to be over by a time: float64 [time]. Times and `mean`: ms."""
    at_most = min(sampler.at_most, NEVER) * pace
    below = distribution.below(sampler.family, sampler.shape, np.minimum(time, at_most) / mean)
    kept = distribution.below(sampler.family, sampler.shape, np.array([at_most / mean]))
    return np.asarray(np.where(time >= at_most, 1.0, below / kept))
