"""Families of distributions as numbers, told once for words, engines and formulas.

A family is a shape of mean 1, scaled to a mean. `numbers` are those of the shape. LOGNORMAL: sigma; GAMMA,
WEIBULL: k; HYPEREXPONENTIAL: the share of each phase, then the mean of each; UNIFORM: low, high; TRIANGULAR:
low, mode, high; EMPIRICAL: its values. CONSTANT and EXPONENTIAL have none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

CONSTANT, EXPONENTIAL, LOGNORMAL, GAMMA, WEIBULL, HYPEREXPONENTIAL, UNIFORM, EMPIRICAL, TRIANGULAR = range(9)


def below(family: int, numbers: Sequence[float] | np.ndarray, x: np.ndarray) -> np.ndarray:
    """The share of values up to `x` times the mean: float64 [x]. `x`: float64, at least 0."""
    import numpy as np
    from scipy import special  # slow to import, and `callsim check` rarely needs it

    if family == CONSTANT:
        return np.asarray(x >= 1, float)
    if family == EXPONENTIAL:
        return np.asarray(-np.expm1(-x))
    if family == LOGNORMAL:
        sigma = numbers[0]
        return np.asarray(special.ndtr(np.log(np.maximum(x, 1e-300)) / sigma + sigma / 2))
    if family == GAMMA:
        return np.asarray(special.gammainc(numbers[0], numbers[0] * x))
    if family == WEIBULL:
        with np.errstate(over="ignore"):  # then all values are below
            return np.asarray(-np.expm1(-((x * math.gamma(1 + 1 / numbers[0])) ** numbers[0])))
    if family == HYPEREXPONENTIAL:
        phases = len(numbers) // 2
        parts = zip(numbers[:phases], numbers[phases:], strict=True)
        return np.asarray(sum(share * -np.expm1(-x / mean) for share, mean in parts))
    if family == UNIFORM:
        low, high = numbers
        return np.clip((x - low) / max(high - low, 1e-12), 0.0, 1.0)
    if family == TRIANGULAR:
        low, mode, high = numbers
        x = np.clip(x, low, high)
        rising = (x - low) ** 2 / max((high - low) * (mode - low), 1e-12)
        falling = 1 - (high - x) ** 2 / max((high - low) * (high - mode), 1e-12)
        return np.asarray(np.where(x < mode, rising, falling))
    assert family == EMPIRICAL, family
    return np.asarray(np.searchsorted(np.sort(numbers), x, "right") / len(numbers))


def lognormal_sigma(cv: float) -> float:
    """The standard deviation of the logarithm that has this cv (standard deviation ÷ mean)."""
    return math.sqrt(math.log1p(cv**2))


def lognormal_cv(sigma: float) -> float:
    """Standard deviation ÷ mean of a lognormal distribution."""
    return math.sqrt(math.expm1(sigma**2))


def gamma_shape(cv: float) -> float:
    """The shape of the gamma distribution that has this cv."""
    return float(cv**-2)


def gamma_cv(shape: float) -> float:
    """Standard deviation ÷ mean of a gamma distribution."""
    return float(shape**-0.5)


def weibull_cv(shape: float) -> float:
    """Standard deviation ÷ mean of a Weibull distribution."""
    return math.sqrt(math.expm1(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)))


def weibull_shape(cv: float) -> float:
    """The shape of the Weibull distribution that has this cv, by halving: the cv falls as the shape grows."""
    low, high = 0.1, 10_000.0
    for _ in range(100):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if weibull_cv(middle) > cv else (low, middle)
    return middle


def balanced_phases(cv: float) -> tuple[float, float, float, float]:
    """The hyperexponential of two phases of balanced means that has this cv: two shares, then two means.

    Each phase carries half of the total time, the usual choice; see Whitt (1982), Operations Research 30,
    125-147.
    """
    spread = math.sqrt((cv**2 - 1) / (cv**2 + 1))
    more, less = (1 + spread) / 2, (1 - spread) / 2
    return more, less, 1 / (2 * more), 1 / (2 * less)


def mixture_cv(shares: Sequence[float], means: Sequence[float]) -> float:
    """Standard deviation ÷ mean of a mixture of exponentials; at least 1."""
    mean = sum(w * m for w, m in zip(shares, means, strict=True))
    square = sum(2 * w * m * m for w, m in zip(shares, means, strict=True))
    return math.sqrt(max(square / mean**2 - 1, 1.0))
