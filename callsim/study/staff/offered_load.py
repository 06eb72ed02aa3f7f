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

from callsim.model.handling import mean_of, share_below, shortened
from callsim.model.traffic import Later
from callsim.sim.luck.demand import QueueDemand, Sampler
from callsim.units import DAY_MS

PARTS = 3  # of an interval: the load may rise or fall within it
STEP = 15_000  # ms; of the grid on which the integral is a sum
FINEST = 1_000  # ms


class Load(NamedTuple):
    """A queue's load over one day, at mean busyness."""

    arrivals: np.ndarray  # float64 [interval, part]  expected calls
    busy: np.ndarray  # float64 [interval, part]  agents busy if nobody waited
    handled: np.ndarray  # float64 [interval] ms  mean handling time of the calls that come in it
    all_first: bool = True  # whether no call follows another: then chance alone says how many come

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
        """Expected calls of each interval: float64 [interval]."""
        return np.asarray(self.arrivals.sum(axis=1))


def offered_load(
    queue: QueueDemand,
    hours: tuple[tuple[int, int], ...],
    days: slice,
    width: int,
    pace: float = 1.0,
    later: Later | None = None,
) -> Load:
    """The mean load of some days of the run, each taken as one of many alike. `width`: ms, of an interval.

    `hours`: ranges of ms of the day in which calls are accepted; `pace` multiplies talk; `later`: calls that
    follow others, where there are any. Redials are not in it: how many there are depends on the staff.
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
    if later is not None:
        arrivals += _on_grid(later.calls, later.step, edges)
    busy = np.zeros(len(arrivals))
    kinds = max(len(queue.talk.mean), 1 if queue.wrap is None else len(queue.wrap.mean))
    of_interval = np.arange(len(arrivals)) * step // width
    for kind in range(kinds):
        mine = np.where(of_interval * kinds // intervals == kind, arrivals, 0.0)
        if mine.any():
            still = _still_busy(queue.talk, queue.wrap, kind, pace, step, len(arrivals))
            busy += signal.fftconvolve(np.tile(mine, 2), still)[len(mine) : 2 * len(mine)]
    shape, all_first = (intervals, PARTS, -1), True
    if later is not None:
        stays = _on_grid(later.staying, later.step, edges)
        busy += stays / step
        calls, longer = (one.reshape(intervals, -1).sum(axis=1) for one in (arrivals, stays))
        handled = handled + np.where(calls > 0, longer / np.maximum(calls, 1e-300), 0.0)
        all_first = not later.calls.any()
    return Load(
        arrivals.reshape(shape).sum(axis=2),
        np.maximum(busy, 0.0).reshape(shape).mean(axis=2),
        handled,
        all_first,
    )


def _on_grid(values: np.ndarray, step: int, edges: np.ndarray) -> np.ndarray:
    """Sums by steps of `step` ms as sums between edges: float64 [edge - 1]."""
    until = np.concatenate([[0.0], np.cumsum(values)])
    return np.diff(np.interp(edges, np.arange(len(until)) * step, until))


def first_calls(load: Load, hours: tuple[tuple[int, int], ...], width: int) -> np.ndarray:
    """Calls of each interval, where those who are offered can be compared with them: float64 [interval].

    NaN where the lines are closed for a part of the interval, and where calls follow others: how many come
    then depends on the staff.
    """
    calls = load.calls
    begin = np.arange(len(calls)) * width
    is_open = np.zeros(len(calls), np.bool_)
    for opens, closes in hours:
        is_open |= (opens <= begin) & (begin + width <= closes)
    return np.where(is_open & load.all_first, calls, np.nan)


def _handled(queue: QueueDemand, intervals: int, pace: float) -> np.ndarray:
    """The mean time it takes to handle a call, by the interval it comes in: float64 [interval] ms."""
    found = np.zeros(intervals)
    for sampler, its_pace in ((queue.talk, pace), (queue.wrap, 1.0)):
        if sampler is not None:
            means = [
                shortened(sampler, mean_of(sampler, kind) * its_pace, its_pace)
                for kind in range(len(sampler.mean))
            ]
            found += np.repeat(means, intervals // len(means))
    return found


def _still_busy(
    talk: Sampler, wrap: Sampler | None, kind: int, pace: float, step: int, steps: int
) -> np.ndarray:
    """The chance that a call is still at work so long after its answer, in the middle of step 0, 1, 2 …"""
    edges, talks = np.arange(steps + 1) * float(step), mean_of(talk, kind) * pace
    done = share_below(talk, talks, edges, pace)
    if wrap is not None:
        wrapped = np.diff(share_below(wrap, mean_of(wrap, kind), edges), prepend=0.0)
        # Each wrap falls on the middle of its step: half on either edge.
        on_edges = (wrapped + np.append(wrapped[1:], 0.0)) / 2
        on_edges[0] += wrapped[0] / 2
        done = signal.fftconvolve(done, on_edges)[: len(edges)]
    still = 1.0 - np.clip(done, 0.0, 1.0)
    found = (still[:-1] + still[1:]) / 2
    # The grid may miss where a constant time ends; the whole is known.
    mean = shortened(talk, talks, pace) + (0.0 if wrap is None else shortened(wrap, mean_of(wrap, kind)))
    return np.asarray(found * mean / (float(found.sum()) * step))
