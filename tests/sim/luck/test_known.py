"""Calls that are known beforehand: exactly these, exactly so many, whatever the luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from callsim.distribution import EXPONENTIAL, UNIFORM
from callsim.sim.luck.demand import KNOWN, Busyness, Demand, Sampler
from callsim.sim.luck.draw import draw
from callsim.sim.luck.trace import TRACE
from callsim.units import DAY_MS

from .test_draw import HOUR, clock, queue, slices, trace

WARM_UP = 2 * HOUR
PATIENCE = Sampler(EXPONENTIAL, np.array([60_000.0]))


def log(*calls: tuple[int, int, int, int, int]) -> np.ndarray:
    return np.array(list(calls), KNOWN)


def test_exact_counts_are_those_of_every_run_and_their_times_are_spread() -> None:
    times = np.arange(0.0, DAY_MS + 1, HOUR)
    many = np.arange(24) * 10
    exact = queue(
        expected=np.concatenate([[0.0], np.cumsum(many)])[None],
        pattern=np.zeros(2, np.int64),
        times_day=np.ones(2),
        times=times,
        exact=True,
        busyness=Busyness(0.5, 1, 0.5, 0.0),
    )
    at = clock(warm_up=WARM_UP)
    within = []
    for run in range(3):
        parts = slices(exact, at=at, run=run)
        assert [len(part) for part in parts] == [*many[-2:], *many]
        for number, part in enumerate(parts):
            assert (np.diff(part["arrive"]) >= 0).all()
            within.append(part["arrive"] - number * HOUR)
    assert stats.kstest(np.concatenate(within) / HOUR, "uniform").pvalue >= 1e-4
    assert not np.array_equal(slices(exact, at=at)[9], slices(exact, at=at, run=1)[9])


def test_a_replay_brings_these_very_calls_and_draws_what_is_not_known() -> None:
    calls = log(
        (5, 1000, 20, 300, -1),
        (5, -1, -1, 7000, -1),
        (HOUR, 2000, -1, -1, 120_000),
        (3 * HOUR - 1, -1, 40, -1, -1),
    )
    replayed = queue(replay=calls, patience=PATIENCE, wrap=Sampler(EXPONENTIAL, np.array([9_000.0])))
    other = queue(8)
    for run in range(50):
        rows = trace(replayed, other, run=run)
        mine = rows[rows["queue"] == 0]
        assert mine["arrive"].tolist() == calls["arrive"].tolist()
        for name in ("talk", "wrap", "patience"):
            known = calls[name] >= 0
            assert (mine[name][known] == calls[name][known]).all(), name
            assert (mine[name] >= 0).all()
        assert mine["patience"][2] > 120_000
        # Nothing that a queue replays changes the luck of another.
        assert np.array_equal(rows[rows["queue"] == 1], _second(trace(queue(7), other, run=run)))


def _second(rows: np.ndarray) -> np.ndarray:
    found: np.ndarray = rows[rows["queue"] == 1]
    return found


def test_who_waited_is_patient_beyond_it_by_the_law_of_the_queue() -> None:
    """Exponential patience forgets: what is left of it beyond the real wait is as long as all of it."""
    many, waited = 4000, 100_000
    calls = log(*((k, 1, 1, -1, waited) for k in range(many)))
    left = trace(queue(replay=calls, patience=PATIENCE, balk=0.5))
    assert not left["balks"].any()
    beyond = (left["patience"] - waited) / 60_000
    assert stats.kstest(beyond, "expon").pvalue >= 1e-4
    short = Sampler(UNIFORM, np.array([60_000.0]), (0.5, 1.5))
    assert (trace(queue(replay=calls, patience=short))["patience"] == waited).all()


def test_an_interval_with_more_calls_than_the_desk_has_room_for() -> None:
    calls = log(*((k, 1, 1, 1, -1) for k in range(5000)))
    (first, *_) = draw(Demand(clock(), (queue(replay=calls),)), 1, 0)
    assert first.dtype == TRACE
    assert len(first) == 5000


def test_how_long_slices_are_changes_no_known_call(monkeypatch: pytest.MonkeyPatch) -> None:
    replay = log(*((k * 60_001, -1, -1, -1, 90_000 if k % 3 else -1) for k in range(1400)))
    queues = (queue(replay=replay, patience=PATIENCE), queue(8, 4800, exact=True), queue(9))
    whole = np.concatenate(list(draw(Demand(clock(), queues), 1, 0)))
    monkeypatch.setattr("callsim.sim.luck.demand.SLICE_CALLS", 9)
    cut = Demand(clock(), queues)
    assert cut.slice_ms < HOUR
    np.testing.assert_array_equal(np.concatenate(list(draw(cut, 1, 0))), whole)
