"""Drawn luck against the distributions it is drawn from, and what two plans with one seed share.

Seeds are fixed. A tolerance is a standard error: |z| ≤ 4, or a Kolmogorov-Smirnov p of at least 1e-4.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from callsim.distribution import (
    CONSTANT,
    EMPIRICAL,
    EXPONENTIAL,
    GAMMA,
    HYPEREXPONENTIAL,
    LOGNORMAL,
    UNIFORM,
    WEIBULL,
)
from callsim.sim.centre import NEVER, Clock
from callsim.sim.luck import demand
from callsim.sim.luck.demand import Busyness, Demand, QueueDemand, Redial, Sampler
from callsim.sim.luck.draw import draw
from callsim.sim.luck.streams import DAY_BUSYNESS, TALK
from callsim.sim.luck.trace import TRACE
from callsim.units import DAY_MS
from tests.makers.near import near

ROOT = Path(__file__).parents[2]
HOUR = 3_600_000
CALM = Busyness(0.0, 0, 0.0, 0.0)
MEAN = 180_000.0  # ms
CALLS = 40_000


# Whole traces.


def queue(key: int = 7, per_day: float = 24_000, **more: object) -> QueueDemand:
    """A flat queue of exponential talk; `times` by the hour, `days` of its calendar."""
    days = int(more.pop("days", 1))  # type: ignore[call-overload]
    times = np.arange(0.0, DAY_MS + 1, HOUR)
    return QueueDemand(
        key=key,
        times=times,
        expected=(times / DAY_MS * per_day)[None],
        pattern=np.zeros(days, np.int64),
        times_day=np.ones(days),
        talk=Sampler(EXPONENTIAL, np.array([MEAN])),
        wrap=None,
        patience=None,
        balk=0.0,
        redial=None,
        busyness=CALM,
    )._replace(**more)


def clock(days: int = 1, warm_up: int = 0, width: int = HOUR) -> Clock:
    return Clock(width, warm_up, warm_up + days * DAY_MS)


def slices(*queues: QueueDemand, seed: int = 1, run: int = 0, at: Clock | None = None) -> list[np.ndarray]:
    """The calls of each interval."""
    demand = Demand(at or clock(len(queues[0].pattern)), queues)
    parts = demand.clock.width // demand.slice_ms
    drawn = list(draw(demand, seed, run))
    return [np.concatenate(drawn[k : k + parts]) for k in range(0, len(drawn), parts)]


def trace(*queues: QueueDemand, seed: int = 1, run: int = 0, at: Clock | None = None) -> np.ndarray:
    return np.concatenate(slices(*queues, seed=seed, run=run, at=at))


def counts(*queues: QueueDemand, seed: int = 1, run: int = 0) -> np.ndarray:
    return np.array([len(one) for one in slices(*queues, seed=seed, run=run)])


@pytest.mark.parametrize("calls", [1, 7, 40])
def test_how_long_slices_are_changes_no_number(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Demand(QUARTER, EVERYTHING)
    assert whole.slice_ms == QUARTER.width
    expected = np.concatenate(list(islice(draw(whole, 1, 0), 48)))
    monkeypatch.setattr(demand, "SLICE_CALLS", calls)
    cut = Demand(QUARTER, EVERYTHING)
    parts = QUARTER.width // cut.slice_ms
    assert parts > 1
    found = np.concatenate(list(islice(draw(cut, 1, 0), 48 * parts)))
    np.testing.assert_array_equal(found, expected)


def test_an_interval_holds_its_calls_in_order() -> None:
    found = slices(queue(1, 20_000), queue(2, 500_000))
    assert len(found) == 24
    for number, rows in enumerate(found):
        assert np.all(np.diff(rows["arrive"]) >= 0)
        assert np.all(rows["arrive"] // HOUR == number)
        ties = np.diff(rows["arrive"]) == 0
        assert ties.any(), "many calls a millisecond: some arrive together"
        assert np.all(np.diff(rows["queue"])[ties] >= 0)


def test_arrivals_of_an_interval_are_poisson() -> None:
    found = counts(queue(per_day=24 * 30, days=100))  # 2,400 intervals
    near(found, 30, math.sqrt(30))
    near((found - 30.0) ** 2, 30, math.sqrt(30 * (1 + 3 * 30) - 30**2))
    at = np.concatenate([rows["arrive"] % HOUR for rows in slices(queue(per_day=24 * 30, days=100))])
    assert stats.kstest(at / HOUR, "uniform").pvalue >= 1e-4
    gaps = np.diff(trace(queue(per_day=24 * 30, days=100))["arrive"])
    assert stats.kstest(gaps, stats.expon(scale=HOUR / 30).cdf).pvalue >= 1e-4


def test_calls_follow_the_profile_inside_an_interval() -> None:
    # The first 15 minutes of every hour bring 3 times the rate of the other 45: half of all calls.
    times = np.array([h * HOUR + part for h in range(24) for part in (0, HOUR // 4)] + [DAY_MS], np.float64)
    rate = np.where(np.arange(48) % 2 == 0, 3.0, 1.0) / HOUR
    expected = np.concatenate([[0], np.cumsum(rate * np.diff(times))]) * 1000
    at = trace(queue()._replace(times=times, expected=expected[None]))["arrive"]
    near(at % HOUR < HOUR // 4, 0.5, 0.5)
    early = at[at % HOUR < HOUR // 4] % HOUR
    assert stats.kstest(early / (HOUR / 4), "uniform").pvalue >= 1e-4


def test_patterns_and_factors_of_days() -> None:
    # Day 2 follows a pattern with a surge of 3 from 10:00 to 11:00; day 3 is a day at half strength.
    calm = queue(days=3)
    surging = np.diff(calm.expected[0])
    surging[10] *= 3
    expected = np.stack([calm.expected[0], np.concatenate([[0], np.cumsum(surging)])])
    found = counts(
        calm._replace(expected=expected, pattern=np.array([0, 1, 0]), times_day=np.array([1, 1, 0.5]))
    )
    wanted = np.concatenate([np.full(24, 1000.0), surging, np.full(24, 500.0)])
    assert wanted[34] == pytest.approx(3000)
    assert np.all(np.abs(found - wanted) <= 4.5 * np.sqrt(wanted))


def test_warm_up_draws_the_hours_before_midnight() -> None:
    per_hour = np.arange(24) * 100.0
    expected = np.concatenate([[0], np.cumsum(per_hour)])[None]
    late = queue(days=2)._replace(expected=expected)
    found = np.array([len(rows) for rows in slices(late, at=clock(1, 2 * HOUR))])
    wanted = np.concatenate([per_hour[22:], per_hour])
    assert len(found) == 26
    assert np.all(np.abs(found - wanted) <= 4.5 * np.sqrt(wanted))


def test_the_day_is_busy_as_a_gamma() -> None:
    busy = queue(days=400)._replace(
        times=np.array([0.0, DAY_MS]), expected=np.array([[0.0, 2e4]]), busyness=Busyness(0.2, 7, 0.0, 0.0)
    )
    found = np.array([len(r) for r in slices(busy, at=clock(400, width=DAY_MS))]) / 2e4
    near(found, 1, 0.2)
    # 20,000 expected calls blur the factor by 0.7 %: nothing against 20 %.
    assert stats.kstest(found, stats.gamma(25, scale=1 / 25).cdf).pvalue >= 1e-4
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) <= 4 / math.sqrt(400)


def test_queues_that_share_a_factor_share_the_day() -> None:
    def days(key: int, day_key: int, cv: float) -> np.ndarray:
        one = queue(key, days=60)._replace(
            times=np.array([0.0, DAY_MS]),
            expected=np.array([[0.0, 2e4]]),
            busyness=Busyness(cv, day_key, 0, 0),
        )
        return np.array([len(r) for r in slices(one, at=clock(60, width=DAY_MS))]) / 2e4

    shared = np.corrcoef(days(1, 99, 0.2), days(2, 99, 0.2))[0, 1]
    assert shared > 0.99
    assert abs(np.corrcoef(days(1, 1, 0.2), days(2, 2, 0.2))[0, 1]) <= 4 / math.sqrt(60)
    # Of one luck each makes its own size of a wave.
    wide = stats.spearmanr(days(1, 99, 0.2), days(2, 99, 0.4)).statistic
    assert wide > 0.99


@pytest.mark.parametrize("correlation", [0.0, 0.55, 0.9])
def test_the_interval_is_busy_as_a_correlated_gamma(correlation: float) -> None:
    busy = queue(per_day=24 * 4000, days=50)._replace(busyness=Busyness(0.0, 7, 0.15, correlation))
    found = counts(busy) / 4000
    n, own, noise = len(found), 0.15**2, 1 / 4000  # Poisson noise is not correlated
    spread = math.sqrt(own + noise)
    # Of a series with this correlation only so many values count as independent.
    independent = n * (1 - correlation) / (1 + correlation)
    assert abs(found.mean() - 1) <= 4 * spread / math.sqrt(independent)
    assert abs(found.std() / spread - 1) <= 4 / math.sqrt(2 * n * (1 - correlation**2) / (1 + correlation**2))
    expected = correlation * own / (own + noise)
    measured = np.corrcoef(found[:-1], found[1:])[0, 1]
    assert abs(measured - expected) <= 4 * math.sqrt((1 - correlation**2) / n) + 2 / n


@pytest.mark.parametrize(("probability", "at_most"), [(0.5, 3), (0.9, 250), (1.0, 4), (0.0, 3)])
def test_how_often_a_caller_is_willing_to_call_again(probability: float, at_most: int) -> None:
    after = Sampler(EXPONENTIAL, np.array([300_000.0]))
    rows = trace(queue(per_day=CALLS)._replace(redial=Redial(probability, after, at_most)))
    assert rows["redials"].max() <= at_most
    for k in range(1, min(at_most, 30) + 1):
        share = probability**k
        near(rows["redials"] >= k, share, math.sqrt(share * (1 - share)) or 1e-9)
    near(rows["again_after"], 300_000, 300_000)


def test_what_a_queue_does_not_have_its_callers_do_not_bring() -> None:
    rows = trace(queue(per_day=2400))
    assert np.all(rows["patience"] == NEVER)
    for name in ("wrap", "again_after", "redials", "balks"):
        assert not rows[name].any()
    some = trace(queue(per_day=CALLS)._replace(balk=0.1, wrap=Sampler(CONSTANT, np.array([20_500.0]))))
    near(some["balks"], 0.1, 0.3)
    assert np.all(some["wrap"] == 20_500)


def test_a_mean_per_interval_is_that_of_the_arrival() -> None:
    means = np.arange(1, 25) * 10_000.0
    rows = trace(
        queue(per_day=24 * 400)._replace(talk=Sampler(CONSTANT, means), wrap=Sampler(EXPONENTIAL, means))
    )
    np.testing.assert_array_equal(rows["talk"], means[rows["arrive"] // HOUR])
    near(rows["wrap"] / means[rows["arrive"] // HOUR], 1, 1)


def test_a_mean_per_interval_goes_by_the_clock_after_a_warm_up() -> None:
    means = np.arange(1, 25) * 10_000.0
    rows = trace(
        queue(per_day=24 * 400, days=2)._replace(talk=Sampler(CONSTANT, means)), at=clock(1, warm_up=2 * HOUR)
    )
    np.testing.assert_array_equal(rows["talk"], means[(rows["arrive"] - 2 * HOUR) % DAY_MS // HOUR])


# Common random numbers: rule 8.

FULL = queue(11, 2400)._replace(
    wrap=Sampler(GAMMA, np.array([30_000.0]), (2.0,)),
    patience=Sampler(EXPONENTIAL, np.array([120_000.0])),
    balk=0.1,
    redial=Redial(0.5, Sampler(EXPONENTIAL, np.array([300_000.0])), 3),
    busyness=Busyness(0.1, 11, 0.05, 0.5),
)
OTHER = queue(12, 4800)._replace(patience=Sampler(WEIBULL, np.array([90_000.0]), (0.9,)))


def of_queue(rows: np.ndarray, number: int) -> np.ndarray:
    own = rows[rows["queue"] == number].copy()
    own["queue"] = 0
    return own


def test_the_same_seed_draws_the_same_calls() -> None:
    np.testing.assert_array_equal(trace(FULL, OTHER), trace(FULL, OTHER))


def test_another_queue_changes_nothing_for_the_first() -> None:
    alone = trace(FULL)
    np.testing.assert_array_equal(of_queue(trace(FULL, OTHER), 0), alone)
    np.testing.assert_array_equal(of_queue(trace(OTHER, FULL), 1), alone)


def test_a_longer_talk_is_the_same_luck_made_longer() -> None:
    longer = FULL._replace(talk=Sampler(EXPONENTIAL, np.array([2 * MEAN])))
    before, after = trace(FULL, OTHER), trace(longer, OTHER)
    for name in set(before.dtype.names or ()) - {"talk"}:
        np.testing.assert_array_equal(before[name], after[name])
    own = before["queue"] == 0
    np.testing.assert_array_equal(before["talk"][~own], after["talk"][~own])
    assert np.all(np.abs(after["talk"][own] - 2.0 * before["talk"][own]) <= 2)
    assert np.any(after["talk"][own] != before["talk"][own])


def test_a_limit_touches_only_what_is_longer() -> None:
    limit = 150_000
    for talk in (
        FULL.talk,
        Sampler(LOGNORMAL, np.array([MEAN]), (0.9,)),
        Sampler(GAMMA, FULL.talk.mean, (2.0,)),
    ):
        free, cut = (trace(FULL._replace(talk=one))["talk"] for one in (talk, talk._replace(at_most=limit)))
        np.testing.assert_array_equal(free[free <= limit], cut[free <= limit])
        assert cut.max() <= limit < free.max()
        # What is drawn again is luck of its own, not that of the calls that follow.
        assert len(np.unique(cut[free > limit])) > 0.98 * np.sum(free > limit)
        assert len(np.intersect1d(cut[free > limit], free)) < 0.05 * np.sum(free > limit)


def test_more_calls_bring_the_same_luck_and_come_sooner() -> None:
    flat = FULL._replace(busyness=CALM)
    busier = flat._replace(times_day=np.array([1.25]))
    for few, many in zip(slices(flat), slices(busier), strict=True):
        assert len(many) > len(few) > 0
        for name in set(few.dtype.names or ()) - {"arrive"}:
            np.testing.assert_array_equal(few[name], many[name][: len(few)])
        since = [rows["arrive"] - rows["arrive"][0] // HOUR * HOUR for rows in (few, many)]
        assert np.all(np.abs(since[0] - 1.25 * since[1][: len(few)]) <= 2.25)


def test_luck_of_another_run_for_one_purpose() -> None:
    flat = FULL._replace(busyness=CALM)
    demand = Demand(clock(), (flat, OTHER))
    first, second = trace(flat, OTHER, run=0), trace(flat, OTHER, run=1)
    mixed = np.concatenate(list(draw(demand, 1, 1, instead={TALK: 0})))
    for name in set(second.dtype.names or ()) - {"talk"}:
        np.testing.assert_array_equal(mixed[name], second[name])
    for number in (0, 1):
        one, other = (of_queue(rows[rows["arrive"] // HOUR == 9], number) for rows in (first, mixed))
        calls = min(len(one), len(other))
        assert calls > 50
        np.testing.assert_array_equal(one["talk"][:calls], other["talk"][:calls])
    busy = flat._replace(busyness=Busyness(0.5, 11, 0.0, 0.0))
    demand = Demand(clock(), (busy,))
    totals = [sum(map(len, draw(demand, 1, run, instead={DAY_BUSYNESS: 0}))) for run in range(20)]
    free = [sum(map(len, draw(demand, 1, run))) for run in range(20)]
    assert len(set(totals)) > 10
    # Poisson noise alone is left: 20 runs know its variance to a third.
    assert np.var(totals, ddof=1) < 4 * np.mean(totals) < np.var(free, ddof=1) / 20


@pytest.mark.parametrize(
    ("changed", "columns"),
    [
        ({"balk": 0.3}, {"balks"}),
        ({"balk": 0.0}, {"balks"}),
        ({"wrap": None}, {"wrap"}),
        ({"patience": None}, {"patience"}),
        ({"patience": Sampler(LOGNORMAL, np.array([60_000.0]), (1.0,), at_most=90_000)}, {"patience"}),
        ({"redial": None}, {"redials", "again_after"}),
    ],
)
def test_a_change_of_one_thing_changes_that_column_alone(
    changed: dict[str, object], columns: set[str]
) -> None:
    before, after = trace(FULL), trace(FULL._replace(**changed))
    for name in before.dtype.names or ():
        assert np.array_equal(before[name], after[name]) == (name not in columns), name


def test_seeds_runs_queues_and_intervals_have_luck_of_their_own() -> None:
    talks = {
        name: rows["talk"][:500]
        for name, rows in {
            "this": trace(FULL),
            "seed": trace(FULL, seed=2),
            "run": trace(FULL, run=1),
            "queue": trace(FULL._replace(key=13)),
            "seed and run": trace(FULL, seed=0, run=1),
        }.items()
    }
    names = list(talks)
    for a in range(len(names)):
        for b in range(a):
            assert len(np.intersect1d(talks[names[a]], talks[names[b]])) < 20, (names[a], names[b])
    hours = [rows["talk"] for rows in slices(queue(per_day=24 * 300, days=2))]
    firsts = {tuple(talk[:3].tolist()) for talk in hours}
    assert len(firsts) == 48
    purposes = trace(FULL._replace(wrap=FULL.talk, patience=FULL.talk))
    assert not np.array_equal(purposes["talk"], purposes["wrap"])
    assert not np.array_equal(purposes["wrap"], purposes["patience"])


def test_a_warm_up_changes_nobodys_luck() -> None:
    cold = trace(queue(per_day=2_000), at=clock(1))
    warm = trace(queue(per_day=2_000, days=2), at=clock(1, warm_up=2 * HOUR))
    of_day_1 = warm[warm["arrive"] >= 2 * HOUR]
    np.testing.assert_array_equal(of_day_1["arrive"] - 2 * HOUR, cold["arrive"])
    np.testing.assert_array_equal(of_day_1["talk"], cold["talk"])


def test_all_calls_of_an_hour_within_a_second() -> None:
    times = np.array([*range(0, 24 * HOUR, HOUR), 10 * HOUR + 1000, DAY_MS], np.float64)
    times.sort()
    expected = np.where(times > 10 * HOUR, 200_000.0, 0.0)[None]
    rows = trace(queue()._replace(times=times, expected=expected), queue(per_day=24_000))
    burst = rows[rows["queue"] == 0]
    assert abs(len(burst) - 200_000) <= 4 * math.sqrt(200_000)
    assert burst["arrive"].min() >= 10 * HOUR
    assert burst["arrive"].max() < 10 * HOUR + 1000
    assert np.all(np.diff(rows["arrive"]) >= 0)


# On any machine.

EVERYTHING = (
    FULL,
    OTHER._replace(talk=Sampler(LOGNORMAL, np.array([MEAN]), (0.8,), at_most=400_000)),
    queue(13, 2400)._replace(
        talk=Sampler(HYPEREXPONENTIAL, np.array([MEAN]), (0.7, 0.3, 0.5, 1.3 / 0.6)),
        wrap=Sampler(UNIFORM, np.array([20_000.0]), (0.4, 1.6)),
        patience=Sampler(GAMMA, np.array([90_000.0]), (0.4,)),
        redial=Redial(0.3, Sampler(EMPIRICAL, np.array([1000.0]), (0.5, 1.5)), 5),
        busyness=Busyness(0.3, 99, 1.5, 0.2),
    ),
)
QUARTER = clock(1, width=HOUR // 4)


def assert_same(found: list[np.ndarray], wanted: list[np.ndarray]) -> None:
    assert sum(map(len, wanted)) > 1000
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_room_that_drawing_begins_with_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for calls in (1, 1 << 16):
        monkeypatch.setattr("callsim.sim.luck.draw.CALLS", calls)
        found.append(slices(*EVERYTHING, at=QUARTER))
    assert_same(*found)


def test_a_demand_is_the_same_in_every_run() -> None:
    demand = Demand(QUARTER, EVERYTHING)
    first, other, again = (list(draw(demand, 1, run)) for run in (0, 1, 0))
    assert_same(again, first)
    assert_same(other, slices(*EVERYTHING, run=1, at=QUARTER))


def test_an_interval_without_calls_hands_its_busyness_on() -> None:
    swinging = Busyness(0.0, 7, 0.5, 0.9)
    steady = queue(per_day=24 * 400, busyness=swinging)
    rises = np.diff(steady.expected)
    rises[0, 5] = 0
    pausing = steady._replace(expected=np.cumsum(np.append([[0.0]], rises, axis=1), axis=1))
    found, wanted = slices(pausing), slices(steady)
    assert not len(found[5])
    del found[5], wanted[5]
    assert_same(found, wanted)


def test_times_in_whole_numbers_are_times() -> None:
    plain = queue()
    assert_same(slices(plain._replace(times=plain.times.astype(np.int64))), slices(plain))


DIGEST = """
import hashlib, sys
from itertools import islice
from callsim.sim.luck import random
from callsim.sim.luck.demand import Demand
from callsim.sim.luck.draw import draw
from tests.sim.luck.test_draw import EVERYTHING, QUARTER
assert not hasattr(random.word, "py_func"), "this is compiled"
for rows in islice(draw(Demand(QUARTER, EVERYTHING), 1, 0), 4):
    sys.stdout.write(rows.tobytes().hex() + "\\n")
"""


def test_without_the_compiler_the_luck_is_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [np.frombuffer(bytes.fromhex(line), TRACE) for line in done.stdout.split()]
    for plain, compiled in zip(found, draw(Demand(QUARTER, EVERYTHING), 1, 0), strict=False):
        assert len(plain) > 50
        for name in TRACE.names or ():
            np.testing.assert_array_equal(plain[name], compiled[name])
