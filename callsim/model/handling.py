"""How long talk and wrap take, as distributions below their longest times: for formulas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim import distribution
from callsim.arrays import Floats
from callsim.sim.centre import NEVER, PACE_ONE, Centre
from callsim.sim.luck.demand import Sampler
from callsim.units import DAY_MS

EXACT = 1e-12  # of what is convolved: less is rounding
FINE = 20_000  # steps of the mean of a shortened distribution


class OfAgent(NamedTuple):
    """How much of an agent's time a call takes, as a share of its talk and of its wrap-up."""

    talk: float
    wrap: float


ALONE = OfAgent(1.0, 1.0)


def of_agent(centre: Centre, queue: int) -> OfAgent:
    """The least that a call takes of those who answer the queue first: with as many at once as pays most.

    What each of l works takes beside the others is pace[l] times its talk, for an l-th of the agent.
    """
    pairs = centre.pairs[centre.pairs["queue"] == queue]
    first = pairs["group"][pairs["rank"] == pairs["rank"].min()]
    found = [ALONE]
    for row in centre.handled[centre.handled["queue"] == queue]:
        paces = centre.in_rows["pace"][centre.in_rows["group"] == row["group"]][0] / PACE_ONE
        if row["group"] in first:
            found += [OfAgent(float(paces[k - 1]) / k, 1 / k) for k in range(1, int(row["concurrency"]) + 1)]
    return min(found)


def mean_of(sampler: Sampler, kind: int) -> float:
    """The mean of the kind-th interval of the day, ms, as if none were too long. `kind`: from 0."""
    return float(sampler.mean[kind % len(sampler.mean)])


def shortened(sampler: Sampler, mean: float, pace: float = 1.0) -> float:
    """The mean of what is drawn, ms: shorter than the family's, `mean` ms, where longer times are drawn
    again. `pace` has lengthened both.
    """
    if not np.isfinite(sampler.at_most):
        return mean
    at_most = min(sampler.at_most, NEVER) * pace
    edges = np.linspace(0.0, at_most, FINE + 1)
    done = share_below(sampler, mean, edges, pace)
    return float((1.0 - (done[:-1] + done[1:]) / 2).sum() * at_most / FINE)


def share_below(sampler: Sampler, mean: float, time: np.ndarray, pace: float = 1.0) -> np.ndarray:
    """The chance to be over by a time: float64 [time]. Times and `mean`: ms, with the pace in both."""
    at_most = min(sampler.at_most, NEVER) * pace
    below = distribution.below(sampler.family, sampler.shape, np.minimum(time, at_most) / mean)
    kept = distribution.below(sampler.family, sampler.shape, np.array([at_most / mean]))
    return np.asarray(np.where(time >= at_most, 1.0, below / kept))


def lags_of(parts: list[tuple[Sampler, float, float]], waited: float, step: int) -> list[Floats]:
    """Of each part of a delay, and of the wait, how much of it ends in step 0, 1, 2 …"""
    found = []
    if waited >= step / 2:
        found.append(np.pad([1.0], (round(waited / step), 0)))
    for sampler, by, mean in parts:
        if mean <= 0:
            continue
        longest = int(min(max(40 * mean, step), 60 * DAY_MS) / step) + 2
        edges = (np.arange(longest) + 0.5) * step
        found.append(np.diff(share_below(sampler, mean, edges, by), prepend=0.0))
    return found


def convolved(values: Floats, lags: list[Floats], size: int) -> Floats:
    """Values, each later by the sum of some lags: float64 [step]."""
    if not lags:
        return values
    length = 1 << (2 * size - 1).bit_length()
    product = np.fft.rfft(values, length)
    for lag in lags:
        product = product * np.fft.rfft(lag[:size], length)
    found = np.fft.irfft(product, length)[:size]
    return np.where(found > EXACT * values.sum(), found, 0.0)
