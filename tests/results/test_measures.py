"""Figures: each formula on sums worked out by hand, and intervals that cover what they claim to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from callsim.results import measures
from callsim.results.measures import COUNTS, RATIOS, SERVICE_LEVEL, WORK, Figure, figure
from callsim.sim.count import columns as at
from callsim.sim.count.columns import CALL_COLUMNS, WORK_COLUMNS


def sums(**columns: int) -> np.ndarray:
    row = np.zeros((1, CALL_COLUMNS), np.int64)
    for name, value in columns.items():
        row[0, getattr(at, name)] = value
    return row


# 200 offered: 120 answered (90 in time), 40 abandoned (16 in time), 10 balked, 20 blocked, 10 dropped;
# 50 closed apart. 30 of them were not the caller's first call. Who balks gave up after 0 s: with those who
# abandoned, in time.
DAY = sums(
    N_ANSWERED=120,
    N_ABANDONED=40,
    N_BALKED=10,
    N_BLOCKED=20,
    N_DROPPED=10,
    N_CLOSED=50,
    N_AGAIN=30,
    ANSWERED_IN=90,
    ABANDONED_IN=16,
    WAIT_ANSWERED=2_400_000,
    WAIT_ABANDONED=1_600_000,
    N_WAITED=64,
    TALK=21_600_000,
    WRAP=2_400_000,
)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (SERVICE_LEVEL["offered"], 90 / 200),
        (SERVICE_LEVEL["answered"], 90 / 120),
        (SERVICE_LEVEL["quick_abandons_excluded"], 90 / (200 - 16 - 10)),
        (SERVICE_LEVEL["quick_abandons_met"], (90 + 16 + 10) / 200),
        (COUNTS["offered"], 200),
        (COUNTS["answered"], 120),
        (COUNTS["abandoned"], 40),
        (COUNTS["balked"], 10),
        (COUNTS["blocked"], 20),
        (COUNTS["dropped"], 10),
        (COUNTS["closed"], 50),
        (COUNTS["redialled"], 30),
        (RATIOS["asa_s"], 20),
        (RATIOS["wait_s"], 4000 / 170),
        (RATIOS["delayed_share"], 64 / 160),
        (RATIOS["abandoned_share"], 0.25),
        (RATIOS["blocked_share"], 0.1),
        (RATIOS["aht_s"], 200),
    ],
)
def test_a_formula_of_calls(formula: measures.Formula, expected: float) -> None:
    assert figure(DAY, formula) == Figure(pytest.approx(expected, rel=1e-15))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("occupancy", 0.75), ("answered", 40), ("busy_h", 3), ("on_duty_h", 4), ("late_h", 0.5)],
)
def test_a_formula_of_work(name: str, expected: float) -> None:
    hour = 3_600_000
    row = np.zeros((1, WORK_COLUMNS), np.int64)
    row[0] = (40, 3 * hour, 4 * hour, hour // 2)
    assert figure(row, WORK[name]).mean == pytest.approx(expected, rel=1e-15)


def test_nothing_over_nothing_is_no_figure() -> None:
    assert figure(sums(), RATIOS["asa_s"]) == Figure(None, None, None)
    assert figure(np.vstack([sums(), sums()]), RATIOS["asa_s"]) == Figure(None, None, None)
    assert figure(sums(), COUNTS["offered"]).mean == 0


def test_over_runs_a_ratio_is_a_ratio_of_sums() -> None:
    runs = np.vstack([sums(N_ANSWERED=10, ANSWERED_IN=10), sums(N_ANSWERED=90, ANSWERED_IN=30)])
    found = figure(runs, SERVICE_LEVEL["answered"])
    assert found.mean == 0.4, "not the mean of 100 % and 33 %"
    # Residuals 10 - 0.4·10 = 6 and 30 - 0.4·90 = -6, over a mean of 50: ±0.12; times t(1) = 12.706.
    half = stats.t.ppf(0.975, 1) * np.std([0.12, -0.12], ddof=1) / math.sqrt(2)
    assert half > 0.6
    assert (found.low, found.high) == (0.0, 1.0), "cut where no share can be"
    calm = np.vstack([sums(N_ANSWERED=100, ANSWERED_IN=k) for k in (80, 82, 84)])
    half = stats.t.ppf(0.975, 2) * 0.02 / math.sqrt(3)
    found = figure(calm, SERVICE_LEVEL["answered"])
    assert found.to_dict() == pytest.approx({"mean": 0.82, "low": 0.82 - half, "high": 0.82 + half})


def test_a_mean_per_run_has_a_student_interval() -> None:
    runs = np.vstack([sums(N_ANSWERED=n) for n in (4, 8, 9)])
    low, high = stats.t.interval(0.95, 2, loc=7, scale=stats.sem([4, 8, 9]))
    assert figure(runs, COUNTS["answered"]).to_dict() == pytest.approx({"mean": 7, "low": low, "high": high})
    values = measures.mean_of(np.array([4.0, np.nan, 8.0, 9.0]))
    assert values.to_dict() == pytest.approx({"mean": 7, "low": low, "high": high}), "NaN: no such run"
    assert measures.mean_of(np.array([np.nan])) == Figure(None)


@pytest.mark.parametrize("runs", [5, 20])
def test_intervals_cover_the_truth_nineteen_times_in_twenty(runs: int) -> None:
    # Busy days have a worse service level: the ratio of sums is E[met]/E[offered], not a mean of ratios.
    luck, trials = np.random.default_rng(3), 4000
    busy = luck.gamma(100, 0.01, (trials, runs))
    offered = luck.poisson(2000 * busy)
    met = luck.binomial(offered, np.clip(0.9 - 0.3 * (busy - 1), 0, 1))
    truth = 0.9 - 0.3 * 0.01  # E[B (0.9 - 0.3 (B - 1))] for a gamma B of mean 1, variance 0.01
    covered = 0
    for trial in range(trials):
        rows = np.zeros((runs, CALL_COLUMNS), np.int64)
        rows[:, at.N_ANSWERED], rows[:, at.ANSWERED_IN] = offered[trial], met[trial]
        found = figure(rows, SERVICE_LEVEL["answered"])
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= truth <= found.high
    # The linearised interval is a little short for few runs: its known bias is of order 1/runs.
    error = math.sqrt(0.95 * 0.05 / trials)
    assert 0.95 - 4 * error - 0.05 / runs <= covered / trials <= 0.95 + 4 * error


@pytest.mark.parametrize(
    ("met", "of"), [(0, 10), (1, 10), (5, 10), (9, 10), (10, 10), (81, 263), (15, 148), (1, 1), (0, 1)]
)
def test_the_share_of_days_has_wilsons_interval(met: int, of: int) -> None:
    found, known = measures.share(met, of), stats.binomtest(met, of).proportion_ci(method="wilson")
    assert found.mean == met / of
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=1e-12)


def test_wilsons_interval_as_published() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81/263, 15/148, 0/20, 1/29.
    for met, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = measures.share(met, of)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert measures.share(0, 0) == Figure(None)


def pairs(trials: int, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """Two plans that meet the same busy days: sums int64 [trial, run, column], the second 0.03 better."""
    luck = np.random.default_rng(5)
    busy = luck.gamma(100, 0.01, (trials, runs))
    offered = luck.poisson(2000 * busy)
    likely = luck.random((trials, runs)) * 0.02 - 0.3 * (busy - 1)
    found = []
    for level in (0.83, 0.86):
        rows = np.zeros((trials, runs, CALL_COLUMNS), np.int64)
        rows[..., at.N_ANSWERED] = offered
        rows[..., at.ANSWERED_IN] = luck.binomial(offered, np.clip(level + likely, 0, 1))
        found.append(rows)
    return found[0], found[1]


@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_paired_intervals_cover_the_true_difference_and_are_narrower(confidence: float) -> None:
    trials = 3000
    before, after = pairs(trials, 12)
    level = SERVICE_LEVEL["answered"]
    covered, wide, narrow = 0, 0.0, 0.0
    for old, new in zip(before, after, strict=True):
        estimates = [measures.estimate(sums, level) for sums in (old, new)]
        found = measures.difference(*estimates, confidence)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.03 <= found.high
        narrow += (found.high - found.low) / 2
        for one in map(measures.known, estimates):
            assert one.low is not None
            assert one.high is not None
            wide += (one.high - one.low) / 4
    error = math.sqrt(confidence * (1 - confidence) / trials)
    assert confidence - 4 * error - 0.005 <= covered / trials <= confidence + 4 * error
    assert narrow / trials < wide / trials * (0.8 if confidence == 0.95 else 1.1)


def test_the_gain_is_how_many_times_as_many_runs_separate_luck_would_need() -> None:
    before, after = pairs(1, 20_000)
    level = SERVICE_LEVEL["answered"]
    old, new = measures.estimate(before[0], level), measures.estimate(after[0], level)
    apart = measures.Estimate(new.mean, np.roll(new.values, 1))  # the same runs, but not the same days
    gain = measures.gain(old, new)
    assert gain is not None
    assert gain > 3
    paired, separate = measures.difference(old, new), measures.difference(old, apart)
    assert paired.low is not None
    assert separate.low is not None
    times = (separate.mean - separate.low) ** 2 / (paired.mean - paired.low) ** 2  # type: ignore[operator]
    assert times == pytest.approx(gain, rel=4 * math.sqrt(4 / 20_000))
    assert measures.gain(old, old) is None


def test_a_difference_needs_both_and_pairs_what_both_have() -> None:
    old = measures.estimate_of(np.array([1.0, np.nan, 4.0, 5.0]))
    new = measures.estimate_of(np.array([2.0, 9.0, 7.0, np.nan]))
    low, high = stats.t.interval(0.95, 1, loc=2, scale=stats.sem([1, 3]))
    assert measures.difference(old, new).to_dict() == pytest.approx({"mean": 2, "low": low, "high": high})
    nothing = measures.estimate_of(np.full(4, np.nan))
    assert measures.difference(old, nothing) == Figure(None)
    assert measures.difference(old, old) == Figure(0.0, 0.0, 0.0)


def test_a_difference_of_shares_stays_between_minus_one_and_one() -> None:
    worst = np.vstack([sums(N_ANSWERED=10, ANSWERED_IN=k) for k in (0, 1)])
    best = np.vstack([sums(N_ANSWERED=10, ANSWERED_IN=k) for k in (10, 8)])
    level = SERVICE_LEVEL["answered"]
    found = measures.difference(measures.estimate(worst, level), measures.estimate(best, level))
    assert found.high == 1.0
