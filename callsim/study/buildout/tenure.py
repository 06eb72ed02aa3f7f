"""Attrition and experience: the share of people who stay and their pace, by month of tenure."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from callsim.arrays import Floats
from callsim.scenario import Attrition, Experience
from callsim.units import DAY_S

YEAR = 12  # months


def leaving_rates(attrition: Attrition, hazard: tuple[float, ...], times: float = 1.0) -> Floats:
    """Rate of leaving in each month of tenure, a month, the last for ever after: float64 [month].

    A hazard is the share of those there at the month's begin that leaves within it, so its rate is
    -log(1 - share). The rates are multiplied by one number such that the attrition comes out, and then
    by `times`. By first year: exp(-sum of twelve rates) stays. By turnover: where every leaver is replaced
    at once, people leave at a rate of one over the mean stay (Cox, Renewal Theory, 1962, section 4.1).
    """
    rates = -np.log1p(-np.array(hazard))
    if attrition.turnover is not None:
        wanted = YEAR / attrition.turnover
        scale = brentq(lambda log: math.log(mean_stay(rates * math.exp(log)) / wanted), -30, 30, xtol=1e-13)
        return np.asarray(rates * (math.exp(scale) * times))
    assert attrition.first_year is not None
    year = rates[np.minimum(np.arange(YEAR), len(rates) - 1)].sum()
    return np.asarray(rates * (-math.log1p(-attrition.first_year) / year * times))


def stay(rates: Floats, months: Floats) -> Floats:
    """The share that is still there at a tenure: float64 like `months`."""
    edges = np.concatenate([[0.0], np.cumsum(rates)])  # integral of the rate up to each month
    whole = np.minimum(np.floor(months).astype(int), len(rates) - 1)
    return np.asarray(np.exp(-(edges[whole] + rates[whole] * (months - whole))))


def mean_stay(rates: Floats) -> float:
    """Months that people stay on the mean: the integral of `stay`."""
    alive, total = 1.0, 0.0
    for rate in rates[:-1]:
        total += alive * (-math.expm1(-rate) / rate if rate else 1.0)
        alive *= math.exp(-rate)
    return float(total + alive / rates[-1])


def pace(experience: Experience, days: Floats) -> Floats:
    """Handling time at a tenure, as times an old hand's: float64 like `days`."""
    return np.asarray(1 + (experience.starts_at - 1) * np.exp(-days * DAY_S / experience.fades))
