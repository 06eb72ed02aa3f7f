"""Patience: recovered from waits that an answer cut off, against slow counts and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from callsim.history.fit.patience import kaplan_meier, patience, patience_of_sums

MANY = 6_000


def seen(law: str, seed: int, many: int = MANY) -> tuple[np.ndarray, np.ndarray]:
    """Waits and who gave up: two thirds find a free agent, the others' waits are exponential."""
    luck = np.random.default_rng(seed)
    patient = {
        "exponential": lambda: luck.exponential(120, many),
        "weibull": lambda: 150 * luck.weibull(0.7, many),
        "lognormal": lambda: luck.lognormal(4.3, 1.2, many),
    }[law]()
    offered = np.where(luck.random(many) < 0.4, 0.0, luck.exponential(80, many))
    return np.minimum(patient, offered), patient < offered


def test_kaplan_and_meier_count_as_by_hand() -> None:
    waits = np.array([1.0, 2, 2, 3, 3, 3, 5, 8, 8, 9])
    gone = np.array([1, 0, 1, 1, 0, 1, 0, 1, 0, 0], bool)
    curve = kaplan_meier(waits, gone)
    share, by_hand = 1.0, []
    for at in (1, 2, 3, 8):
        share *= 1 - sum(gone[waits == at]) / sum(waits >= at)
        by_hand.append((at, sum(waits >= at), share))
    assert curve[:, :3] == pytest.approx(np.array(by_hand, float))


def test_kaplan_and_meier_are_those_of_scipy() -> None:
    waits, gone = seen("weibull", 1, 500)
    curve = kaplan_meier(waits, gone)
    theirs = stats.ecdf(stats.CensoredData(uncensored=waits[gone], right=waits[~gone])).sf
    assert curve[:, 2] == pytest.approx(theirs.evaluate(curve[:, 0]), abs=1e-12)
    assert np.all((curve[:, 3] <= curve[:, 2]) & (curve[:, 2] <= curve[:, 4]))


@pytest.mark.parametrize("law", ["exponential", "weibull"])
def test_parameters_are_within_their_standard_errors(law: str) -> None:
    z = []
    truth = {"mean_s": 120.0} if law == "exponential" else {"shape": 0.7, "scale_s": 150.0}
    for seed in range(12):
        found = patience(*seen(law, seed, 5_000))
        assert found is not None
        fit = next(one for one in found.candidates if one.family == law)
        z.append([(fit.parameters[name] - value) / fit.errors[name] for name, value in truth.items()])
    assert np.all(np.abs(np.mean(z, 0)) * math.sqrt(12) <= 4)
    assert np.all(np.std(z, 0) < 2)


@pytest.mark.parametrize("law", ["exponential", "weibull", "lognormal"])
def test_the_family_is_found(law: str) -> None:
    for seed in range(3):
        found = patience(*seen(law, seed, 20_000))
        assert found is not None
        assert found.best is not None
        assert found.best.family == law
        assert found.best.distance < 0.03


def test_the_wait_of_those_who_gave_up_is_not_their_patience() -> None:
    found = patience(*seen("exponential", 1))
    assert found is not None
    assert found.best is not None
    assert found.wait_of_abandoned_s < 70
    assert found.best.mean_s == pytest.approx(120, rel=0.05)


def test_sums_give_what_single_calls_give() -> None:
    waits, gone = seen("exponential", 2)
    single = patience(waits, gone)
    sums = patience_of_sums(len(waits), float(gone.sum()), waits[~gone].sum(), waits[gone].sum())
    assert single is not None
    assert sums is not None
    assert sums.best is not None
    exponential = next(one for one in single.candidates if one.family == "exponential")
    assert sums.best.mean_s == pytest.approx(exponential.mean_s)
    assert sums.from_sums
    assert not sums.lower_bound


def test_unknown_waits_of_those_who_gave_up_give_a_lower_bound() -> None:
    waits, gone = seen("exponential", 2)
    found = patience_of_sums(len(waits), float(gone.sum()), waits[~gone].sum(), math.nan)
    assert found is not None
    assert found.best is not None
    assert found.lower_bound
    assert found.best.mean_s < 120


def test_those_who_hang_up_at_once_are_told_apart() -> None:
    waits, gone = seen("exponential", 3)
    more = np.zeros(500)
    found = patience(np.concatenate([waits, more]), np.concatenate([gone, more == 0]))
    plain = patience(waits, gone)
    assert found is not None
    assert plain is not None
    assert found.balked == 500
    assert found.best == plain.best


def test_a_peak_of_hanging_up_is_found_and_chance_is_not() -> None:
    luck = np.random.default_rng(1)
    peaks = []
    for seed in range(5):
        found = patience(*seen("exponential", seed))
        assert found is not None
        peaks += [one for one in found.hazards if one.is_bump]
    assert len(peaks) <= 1
    waits, gone = seen("exponential", 1)
    at_message = (waits > 50) & (luck.random(MANY) < 0.3)
    waits, gone = np.where(at_message, luck.uniform(46, 59, MANY), waits), gone | at_message
    found = patience(waits, gone)
    assert found is not None
    assert [(one.from_s, one.to_s) for one in found.hazards if one.is_bump] == [(45, 60)]


@pytest.mark.parametrize("many", [0, 1, 5, 40])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_few_calls_and_all_or_none_who_give_up(many: int, share: float) -> None:
    luck = np.random.default_rng(2)
    waits, gone = luck.exponential(50, many), np.arange(many) < share * many
    found = patience(waits, gone)
    if not many:
        assert found is None
        return
    assert found is not None
    assert (found.best is None) == (not gone.any())
    if found.best is not None:
        assert found.best.mean_s > 0


@pytest.mark.parametrize("wait", [0.0, 7.0])
def test_equal_waits(wait: float) -> None:
    found = patience(np.full(100, wait), np.arange(100) < 50)
    assert found is not None
    assert (found.best is None) == (wait == 0)
