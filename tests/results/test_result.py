"""Goals by day, and goals that cannot be judged."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.results import measures
from callsim.results.measures import RATIOS, SERVICE_LEVEL
from callsim.results.result import judge
from callsim.scenario import Goal
from callsim.sim.count.columns import (
    ANSWERED_IN,
    CALL_COLUMNS,
    N_ABANDONED,
    N_ANSWERED,
    N_CLOSED,
)

HOUR = 3_600_000
WEEK = """
name: Week
calendar: {start: 2017-06-05, days: 3, interval: 1 h}
queues:
  q:
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s, abandon_at_most: 5%}
groups:
  g: {answers: {q: {}}, staff: 5}
"""


def plan_of(folder: Path, **changes: Any) -> Any:
    path = folder / "week.yaml"
    path.write_text(WEEK)
    return build(callsim.load(path, set={key.replace("__", "."): value for key, value in changes.items()}))


def sums(runs: int, days: int, seed: int = 1) -> np.ndarray:
    """Calls of an hour, answered in time more or less often by run and day: int64 [run, cell, column]."""
    rng = np.random.default_rng(seed)
    calls = np.zeros((runs, days * 24, CALL_COLUMNS), np.int64)
    offered = rng.poisson(50, calls.shape[:2])
    busy = np.repeat(rng.uniform(0.6, 1.0, (runs, days)), 24, axis=1)
    calls[..., N_ABANDONED] = rng.binomial(offered, 0.1 * (1 - busy))
    calls[..., N_ANSWERED] = offered - calls[..., N_ABANDONED]
    calls[..., ANSWERED_IN] = rng.binomial(calls[..., N_ANSWERED], busy)
    return calls


@pytest.mark.parametrize("runs", [1, 2, 9])
def test_each_day_is_saidas_if_it_were_alone(tmp_path: Path, runs: int) -> None:
    plan, calls = plan_of(tmp_path), sums(runs, 3)
    calls[:, 24:48] = 0  # nobody calls on Tuesday
    goal = plan.queues[0].queue.goal
    told = judge(plan, calls, goal).to_dict()
    assert [day["start"] for day in told["by_day"]] == ["2017-06-05", "2017-06-06", "2017-06-07"]
    for number, day in enumerate(told["by_day"]):
        alone = calls[:, number * 24 : number * 24 + 24]
        whole = alone.sum(axis=1)
        for name, formula in (
            ("service_level", SERVICE_LEVEL["offered"]),
            ("abandoned_share", RATIOS["abandoned_share"]),
        ):
            assert list(day[name]) == ["mean", "low", "high"]
            for said, wanted in zip(
                day[name].values(), measures.figure(whole, formula).to_dict().values(), strict=True
            ):
                assert said == (None if wanted is None else pytest.approx(wanted, rel=1e-12))
        assert day["probability"] == judge(plan, alone, goal).probability.to_dict()
    assert told["by_day"][1]["probability"]["mean"] is None


def test_one_day_is_not_saidtwice(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, calendar__days=1)
    assert "by_day" not in judge(plan, sums(2, 1), plan.queues[0].queue.goal).to_dict()


def test_a_promise_to_nobody_is_neither_kept_nor_broken(tmp_path: Path) -> None:
    plan, calls = plan_of(tmp_path), np.zeros((4, 72, CALL_COLUMNS), np.int64)
    calls[..., N_CLOSED] = 7
    judged = judge(plan, calls, plan.queues[0].queue.goal)
    assert judged.met is None
    assert judged.probability.mean is None
    assert judged.to_dict()["met"] is None


def test_days_without_calls_do_not_count_as_kept(tmp_path: Path) -> None:
    plan, calls = plan_of(tmp_path), np.zeros((4, 72, CALL_COLUMNS), np.int64)
    calls[:, :24, N_ANSWERED] = 10
    judged = judge(plan, calls, plan.queues[0].queue.goal)
    assert judged.met is False
    assert judged.probability.mean == 0.0


@pytest.mark.parametrize("counted", ["answered", "offered", "quick_abandons_excluded"])
def test_a_promise_to_callers_of_whom_nobody_was_answered_is_broken(tmp_path: Path, counted: str) -> None:
    plan, calls = plan_of(tmp_path, goals__counted=counted), np.zeros((2, 72, CALL_COLUMNS), np.int64)
    calls[..., N_ABANDONED] = 5
    judged = judge(plan, calls, Goal(answer=0.8, within="20 s"))
    assert judged.met is False
    assert judged.probability.mean == 0.0


def test_a_year_of_a_queue_is_judged_in_a_moment(tmp_path: Path) -> None:
    plan, calls = plan_of(tmp_path, calendar__days=365), sums(20, 365)
    calls = calls.reshape(20, -1, plan.grid // HOUR, CALL_COLUMNS).sum(axis=2)
    judge(plan, calls, plan.queues[0].queue.goal).to_dict()
    begun = time.perf_counter()
    assert len(judge(plan, calls, plan.queues[0].queue.goal).to_dict()["by_day"]) == 365
    assert time.perf_counter() - begun < 0.5  # measured 0.02 s
