"""Distributions become samplers: a shape of mean 1, and a mean in milliseconds."""

from __future__ import annotations

import datetime
import math

import numpy as np

from callsim.scenario import Calendar, Family
from callsim.sim.centre import Clock
from callsim.sim.luck.demand import Sampler
from callsim.units import DAY_MS


def sampler(distribution: Family, calendar: Calendar, clock: Clock) -> Sampler:
    """Returns the sampler of a distribution, in milliseconds."""
    at_most = math.inf if distribution.at_most is None else distribution.at_most * 1000.0
    return Sampler(distribution.code, _means(distribution, calendar, clock), distribution.numbers(), at_most)


def _means(distribution: Family, calendar: Calendar, clock: Clock) -> np.ndarray:
    """One, or one per interval of the day, or where days differ one per interval of the run: float64 ms."""
    means = distribution.mean
    if not isinstance(means, dict):
        return np.array(means) * 1000.0
    intervals = DAY_MS // clock.width
    dates = [
        calendar.start + datetime.timedelta(days=day)
        for day in range(clock.day(0), clock.day(clock.ends - 1) + 1)
    ]
    of_days = [np.broadcast_to(calendar.value(means, date), intervals) for date in dates]
    return np.concatenate(of_days) * 1000.0
