"""Arrivals and their busyness, recovered from counts that are drawn without any of callsim's code."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.history.canonical import weekdays_of
from callsim.history.fit.arrivals import arrivals, dispersion
from callsim.history.fit.busyness import busyness

DAYS = np.arange(np.datetime64("2024-01-01"), np.datetime64("2024-02-26"))  # eight weeks
PROFILE = np.concatenate([np.zeros(8), np.array([4, 8, 10, 9, 7, 7, 9, 9, 7, 5]), np.zeros(6)])
LEVELS = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.6, 0.5])


def counts(
    seed: int, day_cv: float, interval_cv: float, correlation: float, scale: float = 6.0
) -> np.ndarray:
    """float64 [day, hour]: Poisson with gamma days and gamma intervals, an autoregression by betas."""
    luck = np.random.default_rng(seed)
    rates = scale * LEVELS[weekdays_of(DAYS)][:, None] * PROFILE
    if day_cv:
        rates = rates * luck.gamma(day_cv**-2, day_cv**2, (len(DAYS), 1))
    if interval_cv:
        k = interval_cv**-2
        busy = luck.gamma(k, 1 / k, len(DAYS))
        for hour in range(24):
            if hour:
                kept = luck.beta(k * correlation, k * (1 - correlation), len(DAYS)) if correlation else 0.0
                busy = busy * kept + luck.gamma(k * (1 - correlation), 1 / k, len(DAYS))
            rates[:, hour] *= busy
    return luck.poisson(rates).astype(float)


@pytest.mark.parametrize(
    ("day_cv", "interval_cv", "correlation"),
    [(0.1, 0.15, 0.4), (0.15, 0.0, 0.0), (0.0, 0.2, 0.7), (0.0, 0.0, 0.0)],
)
def test_busyness_is_recovered(day_cv: float, interval_cv: float, correlation: float) -> None:
    seeds = 16
    found = [arrivals(counts(seed, day_cv, interval_cv, correlation), DAYS).busyness for seed in range(seeds)]
    excess = np.array([one.excess for one in found if one])
    truth = (1 + day_cv**2) * (1 + interval_cv**2) - 1
    # of no busyness only half can be found, for a variance is not negative
    assert abs(excess.mean() - truth) <= 4 * excess.std() / np.sqrt(seeds) + (1e-3 if not truth else 0)
    if truth:
        inside = np.mean([one.excess_interval[0] <= truth <= one.excess_interval[1] for one in found if one])
        assert inside >= 0.8
        assert not any(one.is_poisson for one in found if one)
    else:
        # 2.5 % of intervals lie above 0 by chance; more than 3 of 16 have a chance of 5e-4
        assert sum(not one.is_poisson for one in found if one) <= 3
    if interval_cv and day_cv:
        for name, true in (("day_cv", day_cv), ("interval_cv", interval_cv), ("correlation", correlation)):
            values = np.array([getattr(one, name) for one in found])
            assert abs(values.mean() - true) <= 4 * values.std() / np.sqrt(seeds) + 0.1 * true, name


def test_lasting_busyness_cannot_be_told_from_busy_days() -> None:
    found = arrivals(counts(1, 0.1, 0.2, 0.97), DAYS).busyness
    assert found is not None
    assert not found.told_apart


def test_variance_ratios_are_those_of_a_slow_count() -> None:
    calls = counts(3, 0.1, 0.2, 0.5)[:, 8:18]
    weekday = weekdays_of(DAYS)
    groups = [calls[weekday == day] for day in range(7)]
    found = dispersion(groups)
    assert found is not None
    squares = means = 0.0
    for group in groups:
        for column in group.T:
            squares += sum((value - column.mean()) ** 2 for value in column)
            means += (len(column) - 1) * column.mean()
    assert found.by_weekday == pytest.approx(squares / means)
    assert found.by_slot == pytest.approx(calls.var(0, ddof=1).sum() / calls.mean(0).sum())
    assert found.mean == pytest.approx(calls.mean())


def test_poisson_calls_are_told_to_be_so() -> None:
    found = [arrivals(counts(seed, 0, 0, 0), DAYS).kinds[0].dispersion for seed in range(10)]
    p = np.array([one.p for one in found if one])
    assert 0.2 < p.mean() < 0.8
    assert found[0] is not None
    assert found[0].by_weekday == pytest.approx(1, abs=0.15)


def test_a_day_that_is_missing_in_part_is_unknown_there() -> None:
    whole = counts(5, 0.1, 0.1, 0.3)
    holes = whole.copy()
    holes[3, 10:14] = np.nan
    holes[20, :] = np.nan
    found, full = arrivals(holes, DAYS), arrivals(whole, DAYS)
    assert found.missing == 4 + 10
    assert found.busyness is not None
    assert full.busyness is not None
    assert found.busyness.excess == pytest.approx(full.busyness.excess, rel=0.3)
    assert found.per_day == pytest.approx(full.per_day, rel=0.1)


def test_an_outage_is_left_out_and_one_empty_interval_is_not() -> None:
    calls = counts(6, 0, 0, 0)
    calls[9, 11:13] = 0  # a Wednesday, two hours
    calls[16, 11] = 0
    found = arrivals(calls, DAYS)
    assert [(str(day), first, end) for day, first, end in found.outages] == [("2024-01-10", 11, 13)]
    assert found.busyness is not None
    assert found.raw_busyness is not None
    assert found.raw_busyness.excess > found.busyness.excess
    assert found.rates[2, 11] == pytest.approx(6 * PROFILE[11], rel=0.1)


def test_a_spike_is_kept_and_told() -> None:
    calls = counts(7, 0, 0, 0)
    calls[10, 12] = 400
    assert [(str(day), slot) for day, slot, *_ in arrivals(calls, DAYS).spikes] == [("2024-01-11", 12)]


def test_weekdays_of_other_hours_are_of_another_kind() -> None:
    calls = counts(8, 0.05, 0, 0)
    calls[weekdays_of(DAYS) == 5, 13:] = 0
    kinds = arrivals(calls, DAYS).kinds
    assert [kind.weekdays for kind in kinds] == [(0, 1, 2, 3, 4, 6), (5,)]
    assert [kind.open_slots for kind in kinds] == [(8, 18), (8, 13)]


def test_another_profile_of_the_same_hours_is_seen() -> None:
    calls = counts(9, 0.05, 0, 0)
    assert arrivals(calls, DAYS).kinds[0].one_profile
    saturdays = weekdays_of(DAYS) == 5
    calls[saturdays, 8:18] = calls[saturdays, 8:18][:, ::-1]
    kind = arrivals(calls, DAYS).kinds[0]
    assert not kind.one_profile
    assert kind.p_one_profile is not None
    assert kind.p_one_profile < 0.01


def test_one_profile_is_rejected_no_more_than_chance_does() -> None:
    rejected = sum(not arrivals(counts(seed, 0.1, 0.2, 0.6), DAYS).kinds[0].one_profile for seed in range(20))
    assert rejected <= 3  # at 1 % each, more have a chance of 5e-5


@pytest.mark.parametrize("scale", [0.01, 0.2, 300.0])
def test_few_and_many_calls(scale: float) -> None:
    calls = counts(2, 0.1, 0.1, 0.3, scale)
    if not calls.any():
        calls[0, 10] = 1
    found = arrivals(calls, DAYS)
    assert found.calls == calls.sum()
    assert np.nansum(found.rates[weekdays_of(DAYS)]) == pytest.approx(calls.sum(), rel=1e-6)
    assert sum(found.ranks) == pytest.approx(1)


def test_one_week_tells_no_busyness() -> None:
    found = arrivals(counts(1, 0.1, 0.1, 0.1)[:7], DAYS[:7])
    assert found.busyness is None
    assert found.kinds[0].dispersion is None
    assert busyness([np.ones((1, 5))]) is None


def test_equal_days_are_no_busyness() -> None:
    calls = np.tile(6 * PROFILE, (len(DAYS), 1))
    found = arrivals(calls, DAYS).busyness
    assert found is not None
    assert found.is_poisson
    assert found.day_cv == found.interval_cv == 0
