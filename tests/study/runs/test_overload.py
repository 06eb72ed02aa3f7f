"""Overload is told where waits really grow, and not of a small queue that has a busy hour by luck."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import callsim
from callsim.model import build
from callsim.sim.luck.draw import _Luck
from callsim.sim.luck.streams import PURPOSES
from callsim.study.runs.overload import SPREAD, _by_luck, worst

TEXT = """
name: steady
calendar: {{start: 2024-01-08, interval: 1 h}}
queues: {{q: {{arrivals: {{per_hour: {per_hour}}}, talk: {{exponential: {{mean: {talk} min}}}}}}}}
groups: {{g: {{answers: {{q: {{}}}}, staff: {agents}}}}}
"""
HOUR = 3_600_000


def told(folder: Path, agents: int, load: float, runs: int, seeds: int, talk: int = 10) -> int:
    """Of so many seeds, those in which a queue without patience is called overloaded."""
    path = folder / "steady.yaml"
    path.write_text(TEXT.format(agents=agents, per_hour=load * agents * 60 / talk, talk=talk))
    scenario = callsim.load(path)
    found = (
        callsim.run(scenario, runs=runs, seed=seed, weigh=False).warnings for seed in range(1, seeds + 1)
    )
    return sum(any(warning.startswith("overloaded") for warning in warnings) for warnings in found)


@pytest.mark.parametrize("runs", [1, 5])
@pytest.mark.parametrize("load", [0.5, 0.8, 0.9])
@pytest.mark.parametrize("agents", [1, 2, 5, 20])
def test_a_queue_that_can_do_its_work_is_not_called_overloaded(
    tmp_path: Path, agents: int, load: float, runs: int
) -> None:
    assert told(tmp_path, agents, load, runs, 20) == 0


# agents, load, runs → seeds of 10 in which it must be told.
@pytest.mark.parametrize(
    ("agents", "load", "runs", "at_least"),
    [
        (5, 1.1, 5, 7),
        (5, 1.2, 1, 5),
        (5, 1.3, 1, 9),
        (20, 1.05, 5, 7),
        (20, 1.2, 1, 10),
        (100, 1.05, 1, 7),
        (100, 1.1, 1, 10),
    ],
)
def test_real_overload_is_seen(tmp_path: Path, agents: int, load: float, runs: int, at_least: int) -> None:
    assert told(tmp_path, agents, load, runs, 10) >= at_least


def test_a_quiet_hour_does_not_hide_a_day_of_overload() -> None:
    came = np.array([0, 8, 12, 12, 9, 12, 12, 3]) * HOUR
    done = np.array([0, 10, 10, 10, 10, 10, 10, 10]) * HOUR
    assert worst(came, done) == (2, 7)
    assert worst(np.minimum(came, done), done) == (0, 0)
    assert worst(came[2:3], done[2:3]) == (0, 1), "a report with one cell has no two on end"
    away = np.array([10, 0, 10, 10, 10, 0, 10, 10]) * HOUR
    assert worst(np.full(8, 11) * HOUR, away) == (2, 5), "nobody on duty is another fault"


@pytest.mark.parametrize("seed", range(50))
def test_the_worst_stretch_is_that_of_all_tried(seed: int) -> None:
    luck = np.random.default_rng(seed)
    cells = int(luck.integers(2, 30))
    came, done = luck.integers(0, 20, cells), luck.integers(0, 20, cells)
    tried = [
        (int((came - done)[start:end].sum()), start, end)
        for start in range(cells)
        for end in range(start + 2, cells + 1)
        if (done[start:end] > 0).all()
    ]
    start, end = worst(came, done)
    assert (came - done)[start:end].sum() == max([0, *(surplus for surplus, _, _ in tried)])
    assert end - start != 1


def test_luck_is_that_of_the_number_of_calls() -> None:
    for calls, usual in ((9, 3), (40, 30), (1000, 1000)):
        many = SPREAD * 60_000
        expected = stats.poisson.sf(calls - 1, usual)
        assert _by_luck(calls * many, usual * many, 60_000) == pytest.approx(expected)


def test_a_busy_day_is_told_only_where_it_brings_more_work_than_can_be_done(tmp_path: Path) -> None:
    """At load 0.9, days vary by a tenth: the drawn busyness of the very days is looked up."""
    agents, per_hour = 20, 0.9 * 20 * 6
    path = tmp_path / "busy.yaml"
    text = TEXT.format(per_hour=f"{per_hour:.1f}, day_cv: 10%", agents=agents, talk=10)
    path.write_text(text)
    scenario = callsim.load(path)
    demand, right = build(scenario).demand, 0
    for seed in range(1, 51):
        warnings = callsim.run(scenario, runs=1, seed=seed, weigh=False).warnings
        if any(warning.startswith("overloaded") for warning in warnings):
            luck = _Luck(demand, seed, [0] * PURPOSES)
            came = float(luck._expected(luck.clock.day(0)).sum())
            assert came > 24 * agents * 6, "as many as these can serve"
            right += 1
    assert right >= 2
