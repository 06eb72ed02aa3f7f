"""Distributions become samplers: a shape of mean 1, and a mean in milliseconds."""

from __future__ import annotations

import math

import numpy as np

from callsim.scenario import Family
from callsim.sim.luck.demand import Sampler


def sampler(distribution: Family) -> Sampler:
    """Returns the sampler of a distribution, in milliseconds."""
    mean = np.array(distribution.mean) * 1000.0
    at_most = math.inf if distribution.at_most is None else distribution.at_most * 1000.0
    return Sampler(distribution.code, mean, distribution.numbers(), at_most)
