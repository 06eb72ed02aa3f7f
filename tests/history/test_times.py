"""Talk and wrap: families recovered; short calls, outliers and rounding found, where there are some."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from callsim.history.fit.heaping import heaping
from callsim.history.fit.samples import weighed
from callsim.history.fit.times import times

MANY = 10_000


def drawn(family: str, seed: int, many: int = MANY) -> np.ndarray:
    luck = np.random.default_rng(seed)
    return {
        "lognormal": lambda: luck.lognormal(5.0, 0.8, many),
        "gamma": lambda: luck.gamma(2.5, 80, many),
        "weibull": lambda: 220 * luck.weibull(1.6, many),
        "exponential": lambda: luck.exponential(180, many),
        "short": lambda: luck.exponential(22, many),
    }[family]()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("family", ["lognormal", "gamma", "weibull", "exponential", "short"])
def test_the_family_is_found_and_nothing_else(family: str, seed: int) -> None:
    found = times(drawn(family, seed))
    assert found is not None
    assert found.best is not None
    assert found.best.family == family.replace("short", "exponential")
    assert not found.short_excess
    assert not found.outliers
    assert found.heaping is not None
    assert not found.heaping.found
    assert found.best.distance < 1.63 / math.sqrt(MANY) * 1.2  # Kolmogorov–Smirnov at 1 %


def test_parameters_are_within_their_standard_errors() -> None:
    z = []
    for seed in range(12):
        found = times(drawn("lognormal", seed))
        assert found is not None
        fit = next(one for one in found.candidates if one.family == "lognormal").parameters
        z.append(((fit["mu"] - 5) / (0.8 / MANY**0.5), (fit["sigma"] - 0.8) / (0.8 / (2 * MANY) ** 0.5)))
    assert np.all(np.abs(np.mean(z, 0)) * math.sqrt(12) <= 4)


def test_likelihoods_are_those_of_scipy() -> None:
    sample = drawn("gamma", 1, 2_000)
    found = times(sample)
    assert found is not None
    by_family = {one.family: one for one in found.candidates}
    shape, _, scale = stats.gamma.fit(sample, floc=0)
    assert by_family["gamma"].parameters["shape"] == pytest.approx(shape, rel=1e-3)
    assert by_family["gamma"].parameters["scale_s"] == pytest.approx(scale, rel=1e-3)
    shape, _, scale = stats.weibull_min.fit(sample, floc=0)
    assert by_family["weibull"].parameters["shape"] == pytest.approx(shape, rel=1e-3)
    for one in found.candidates:
        law = {
            "gamma": lambda p: stats.gamma(p["shape"], scale=p["scale_s"]),
            "weibull": lambda p: stats.weibull_min(p["shape"], scale=p["scale_s"]),
            "lognormal": lambda p: stats.lognorm(p["sigma"], scale=math.exp(p["mu"])),
            "exponential": lambda p: stats.expon(scale=p["mean_s"]),
        }[one.family](one.parameters)
        assert one.distance == pytest.approx(stats.kstest(sample, law.cdf).statistic, abs=1e-9)
        assert one.aic == pytest.approx(2 * len(one.parameters) - 2 * law.logpdf(sample).sum(), rel=1e-9)


@pytest.mark.parametrize("share", [0.03, 0.07])
def test_short_calls_are_told_and_stay_in_the_mean(share: float) -> None:
    long = drawn("lognormal", 4)
    luck = np.random.default_rng(5)
    short = luck.uniform(1, 9, round(share * MANY))
    found = times(np.concatenate([long, short]))
    assert found is not None
    assert found.short_excess
    assert found.mean_s == pytest.approx(np.concatenate([long, short]).mean())
    fit = next(one for one in found.candidates if one.family == "lognormal").parameters
    assert fit["mu"] == pytest.approx(5.0, abs=0.03)
    assert fit["sigma"] == pytest.approx(0.8, abs=0.03)


def test_a_phone_left_off_the_hook_is_left_out() -> None:
    usual = drawn("lognormal", 6)
    found = times(np.append(usual, 36_291.0))
    assert found is not None
    assert found.outliers == 1
    assert found.mean_s == pytest.approx(usual.mean())


@pytest.mark.parametrize("family", ["lognormal", "gamma", "exponential", "short"])
@pytest.mark.parametrize("unit", [0.001, 0.1, 1.0])
def test_rounding_to_the_unit_of_the_log_is_no_heaping(family: str, unit: float) -> None:
    sample = np.round(drawn(family, 7) / unit) * unit
    found = times(sample)
    assert found is not None
    assert found.heaping is not None
    assert not found.heaping.found
    assert found.best is not None
    assert found.best.mean_s == pytest.approx(drawn(family, 7).mean(), rel=0.02)


@pytest.mark.parametrize("family", ["lognormal", "gamma", "exponential"])
@pytest.mark.parametrize("step", [5, 10, 15, 30, 60, 300])
def test_rounding_by_people_is_found(family: str, step: int) -> None:
    found = heaping(weighed(np.maximum(np.round(drawn(family, 8) / step) * step, step)))
    assert found.found
    assert found.to_s == step


def test_some_rounded_times_among_others_are_found() -> None:
    sample = np.floor(drawn("gamma", 9))
    sample[:3000] = np.maximum(np.round(sample[:3000] / 60) * 60, 60)
    assert heaping(weighed(sample)).found


def test_means_by_hour_are_told_where_hours_differ() -> None:
    luck = np.random.default_rng(1)
    hours = luck.integers(8, 20, MANY)
    same = times(drawn("lognormal", 1), hours)
    assert same is not None
    assert same.by_hour_s is None
    other = times(drawn("lognormal", 1) * np.where(hours < 12, 1.3, 1.0), hours)
    assert other is not None
    assert other.by_hour_s is not None
    morning, evening = np.mean(other.by_hour_s[8:12]), np.mean(other.by_hour_s[12:20])
    assert morning / evening == pytest.approx(1.3, abs=0.08)


@pytest.mark.parametrize("many", [0, 1, 2, 29])
def test_few_times(many: int) -> None:
    found = times(drawn("gamma", 1, many) if many else np.array([np.nan]))
    if many:
        assert found is not None
        assert found.best is None
        assert found.mean_s > 0
    else:
        assert found is None


@pytest.mark.parametrize("value", [0.0, 1.0, 30.0, 5000.0])
def test_equal_times_have_no_family(value: float) -> None:
    found = times(np.full(500, value))
    assert found is not None
    assert found.best is None
    assert found.mean_s == value


def test_regular_times_have_one() -> None:
    found = times(np.random.default_rng(1).normal(300, 3, 2_000))
    assert found is not None
    assert found.best is not None
    assert found.best.cv == pytest.approx(0.01, rel=0.2)
