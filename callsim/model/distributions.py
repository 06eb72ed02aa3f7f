"""Distributions become samplers: a shape of mean 1, and a mean in milliseconds."""

from __future__ import annotations

import math

import numpy as np

from callsim.scenario import (
    Constant,
    Empirical,
    Exponential,
    Family,
    Gamma,
    Hyperexponential,
    Lognormal,
    Uniform,
    Weibull,
)
from callsim.sim.luck import demand
from callsim.sim.luck.demand import Sampler


def sampler(distribution: Family) -> Sampler:
    """How to draw from a distribution."""
    mean = np.array(distribution.mean) * 1000.0
    at_most = math.inf if distribution.at_most is None else distribution.at_most * 1000.0
    return _of_family(distribution)._replace(mean=mean, at_most=at_most)


def _of_family(given: Family) -> Sampler:
    none = np.empty(0)
    if isinstance(given, Constant):
        return Sampler(demand.CONSTANT, none)
    if isinstance(given, Exponential):
        return Sampler(demand.EXPONENTIAL, none)
    if isinstance(given, Lognormal):
        return Sampler(demand.LOGNORMAL, none, (math.sqrt(math.log1p(given.cv**2)),))
    if isinstance(given, Gamma):
        return Sampler(demand.GAMMA, none, (given.shape,))
    if isinstance(given, Weibull):
        return Sampler(demand.WEIBULL, none, (given.shape,))
    if isinstance(given, Hyperexponential):
        return Sampler(demand.HYPEREXPONENTIAL, none, _phases(given))
    if isinstance(given, Uniform):
        return Sampler(demand.UNIFORM, none, (given.low / given.mean[0], given.high / given.mean[0]))
    assert isinstance(given, Empirical)
    return Sampler(demand.EMPIRICAL, none, values=np.array(given.values) / given.mean[0])


def _phases(given: Hyperexponential) -> tuple[float, ...]:
    """Shares and means of the phases, for an overall mean of 1.

    By mean and cv alone: two phases of balanced means (each carries half of the total time), the
    usual choice; see Whitt (1982), Operations Research 30, 125-147.
    """
    if given.weights is not None and given.means is not None:
        return (*given.weights, *(mean / given.mean[0] for mean in given.means))
    spread = math.sqrt((given.cv**2 - 1) / (given.cv**2 + 1))
    shares = ((1 + spread) / 2, (1 - spread) / 2)
    return (*shares, *(1 / (2 * share) for share in shares))
