"""The offered load of a changing day, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from callsim.distribution import CONSTANT, EXPONENTIAL, GAMMA, HYPEREXPONENTIAL, LOGNORMAL, UNIFORM, WEIBULL
from callsim.sim.luck.demand import Busyness, QueueDemand, Sampler
from callsim.study.staff.offered_load import PARTS, first_calls, offered_load
from callsim.units import DAY_MS

HOUR = 3_600_000
ALWAYS = ((0, DAY_MS),)
ALL = slice(0, 1)


def queue(rates: list[float], talk: Sampler, wrap: Sampler | None = None) -> QueueDemand:
    """Calls per hour, hour by hour."""
    per_hour = np.array(rates * (24 // len(rates)))
    times = np.arange(0, DAY_MS + 1, HOUR, dtype=float)
    expected = np.concatenate([[0.0], np.cumsum(per_hour)])[None, :]
    calm = Busyness(0.0, 0, 0.0, 0.0)
    one = np.ones(1)
    return QueueDemand(0, times, expected, np.array([0]), one, talk, wrap, None, 0.0, None, calm)


@pytest.mark.parametrize(
    "talk",
    [
        Sampler(CONSTANT, np.array([240_000.0])),
        Sampler(EXPONENTIAL, np.array([240_000.0])),
        Sampler(LOGNORMAL, np.array([240_000.0]), (math.sqrt(math.log(2)),)),
        Sampler(GAMMA, np.array([240_000.0]), (2.0,)),
        Sampler(WEIBULL, np.array([240_000.0]), (1.5,)),
        Sampler(HYPEREXPONENTIAL, np.array([240_000.0]), (0.5, 0.5, 0.5, 1.5)),
        Sampler(UNIFORM, np.array([240_000.0]), (0.5, 1.5)),
    ],
)
def test_a_constant_rate_offers_rate_times_handling_time(talk: Sampler) -> None:
    wrap = Sampler(EXPONENTIAL, np.array([60_000.0]))
    load = offered_load(queue([120.0], talk, wrap), ALWAYS, ALL, HOUR)
    # A step of the grid is an eighth of the mean at most; trapezoids are then exact to (1/8)²/12.
    exact = 120 * 300 / 3600
    assert load.workload == pytest.approx(np.full(24, exact), rel=(1 / 8) ** 2 / 12)
    assert load.aht_s == pytest.approx(300, rel=(1 / 8) ** 2 / 12)
    assert load.calls == pytest.approx(np.full(24, 120.0))


def test_after_a_jump_the_load_follows_with_a_lag() -> None:
    """λ μ (1 − e^(−t/μ)) after t, for exponential handling times (Eick, Massey & Whitt 1993)."""
    mean = 900.0
    load = offered_load(
        queue([0.0] * 12 + [400.0] * 12, Sampler(EXPONENTIAL, np.array([mean * 1000]))), ALWAYS, ALL, HOUR
    )
    third = 1200.0
    full = 400 * mean / 3600
    at = [
        full * (1 - mean / third * math.exp(-k * third / mean) * (1 - math.exp(-third / mean)))
        for k in range(PARTS)
    ]
    # The sum over a grid lags by at most one step, 15 s, of a curve no steeper than full ÷ mean.
    assert load.busy[12] == pytest.approx(at, abs=full * 15 / mean)
    assert load.busy[12, 0] < 0.6 * full
    # Yesterday was such a day too, so at midnight it falls the same way.
    assert load.busy[0] == pytest.approx([full - one for one in at], abs=full * 15 / mean)


def test_calls_outside_the_hours_offer_nothing() -> None:
    talk = Sampler(CONSTANT, np.array([180_000.0]))
    load = offered_load(queue([60.0], talk), ((8 * HOUR, 18 * HOUR + HOUR // 2),), ALL, HOUR)
    assert load.calls[:8].sum() == pytest.approx(0)
    assert load.calls[8:18] == pytest.approx(np.full(10, 60.0))
    assert load.calls[18] == pytest.approx(30.0)
    assert load.calls[19:].sum() == pytest.approx(0)
    known = first_calls(load, ((8 * HOUR, 18 * HOUR + HOUR // 2),), HOUR)
    assert np.isnan(known[18])
    assert known[17] == pytest.approx(60)


def test_a_slower_pace_is_more_load() -> None:
    talk = Sampler(CONSTANT, np.array([200_000.0]))
    usual, slow = (offered_load(queue([90.0], talk), ALWAYS, ALL, HOUR, pace) for pace in (1.0, 1.5))
    assert slow.workload == pytest.approx(1.5 * usual.workload, rel=1e-3)


def test_a_shortened_distribution_has_a_shorter_mean() -> None:
    """An exponential of mean 1 drawn again above a: 1 − a e^(−a) ÷ (1 − e^(−a))."""
    a, mean = 2.0, 300.0
    talk = Sampler(EXPONENTIAL, np.array([mean * 1000]), at_most=a * mean * 1000)
    load = offered_load(queue([60.0], talk), ALWAYS, ALL, HOUR)
    assert load.aht_s == pytest.approx(mean * (1 - a * math.exp(-a) / -math.expm1(-a)), rel=1e-6)
