"""The numbers of distribution families against SciPy's, over their whole range."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from callsim import distribution as d

X = np.array([0.0, 1e-9, 0.01, 0.2, 0.5, 0.999, 1.0, 1.7, 3.0, 12.0, 1e6])
CVS = (0.05, 0.3, 0.577, 1.0, 1.5, 3.0)


def families(cv: float) -> dict[str, tuple[int, tuple[float, ...], Any]]:
    """Family → its code, its numbers for this cv, and SciPy's distribution of mean 1."""
    sigma, k, w = d.lognormal_sigma(cv), d.gamma_shape(cv), d.weibull_shape(cv)
    found: dict[str, tuple[int, tuple[float, ...], Any]] = {
        "lognormal": (d.LOGNORMAL, (sigma,), stats.lognorm(sigma, scale=math.exp(-(sigma**2) / 2))),
        "gamma": (d.GAMMA, (k,), stats.gamma(k, scale=1 / k)),
        "weibull": (d.WEIBULL, (w,), stats.weibull_min(w, scale=1 / math.gamma(1 + 1 / w))),
    }
    if cv == 1:
        found["exponential"] = d.EXPONENTIAL, (), stats.expon()
    if cv <= 1 / math.sqrt(3):
        half = cv * math.sqrt(3)
        found["uniform"] = d.UNIFORM, (1 - half, 1 + half), stats.uniform(1 - half, 2 * half)
    return found


@pytest.mark.parametrize("cv", CVS)
def test_shares_and_spread_are_those_of_scipy(cv: float) -> None:
    for name, (code, numbers, exact) in families(cv).items():
        np.testing.assert_allclose(d.below(code, numbers, X), exact.cdf(X), atol=1e-9, err_msg=name)
        assert exact.mean() == pytest.approx(1, rel=1e-9), name
        assert exact.std() == pytest.approx(cv, rel=1e-6), name


@pytest.mark.parametrize("cv", CVS)
def test_a_cv_that_is_turned_into_a_shape_comes_back(cv: float) -> None:
    assert d.lognormal_cv(d.lognormal_sigma(cv)) == pytest.approx(cv)
    assert d.gamma_cv(d.gamma_shape(cv)) == pytest.approx(cv)
    assert d.weibull_cv(d.weibull_shape(cv)) == pytest.approx(cv)


@pytest.mark.parametrize("cv", [1.0, 1.2, 2.5, 10.0])
def test_phases_have_mean_1_and_this_cv_and_carry_half_each(cv: float) -> None:
    numbers = d.balanced_phases(cv)
    shares, means = numbers[:2], numbers[2:]
    assert sum(shares) == pytest.approx(1)
    assert [share * mean for share, mean in zip(shares, means, strict=True)] == pytest.approx([0.5, 0.5])
    assert d.mixture_cv(shares, means) == pytest.approx(cv)
    survives, _ = integrate.quad(
        lambda x: 1 - float(d.below(d.HYPEREXPONENTIAL, numbers, np.array([x]))[0]), 0, 200 * cv**2, limit=500
    )
    assert survives == pytest.approx(1, abs=1e-4)


def test_measured_values_and_one_value_are_steps() -> None:
    assert d.below(d.EMPIRICAL, (0.5, 1.5, 1.0), np.array([0.4, 0.5, 1.2, 1.5])).tolist() == [
        0,
        1 / 3,
        2 / 3,
        1,
    ]
    assert d.below(d.CONSTANT, (), np.array([0.0, 0.999, 1.0, 2.0])).tolist() == [0, 0, 1, 1]
