"""Agents that a check has shown to be missing: alike intervals get alike ones, parts are mended alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.results.measures import Figure
from callsim.study.staff.components import only, parts
from callsim.study.staff.cut import Cuts
from callsim.study.staff.fresh.holdout import Kept, OfDays, Reached
from callsim.study.staff.fresh.repair import raised, short_of_days

HOURS = 24
LEVEL = Figure(0.79, 0.78, 0.795)


def flat(staff: int, quiet: int = 0) -> tuple[Any, Any, list[np.ndarray]]:
    """A day of alike hours for one queue and one group; the first `quiet` have half the calls and agents."""
    load = np.r_[np.full(quiet, 5.0), np.full(HOURS - quiet, 10.0)]
    kind = SimpleNamespace(part=SimpleNamespace(queues=["q"], groups=["desk"]), days=(0,))
    need = SimpleNamespace(load=SimpleNamespace(calls=load), promises=[None])
    cuts = Cuts(np.ones((HOURS, 1, 1)), np.zeros((HOURS, 1)))
    found = SimpleNamespace(
        troubles=[],
        needs=[need],
        alike=[load[:, None]],
        twins=[[0]],
        spread=[np.full(HOURS, 2.0)],
        cuts=cuts,
    )
    plan = np.where(load > 5, staff, staff // 2)[:, None]
    return kind, found, [plan]


def seen(short: np.ndarray, met: bool | None, below: np.ndarray | None = None) -> dict[str, Kept]:
    none = np.zeros(HOURS, bool)
    day = OfDays((0,), Reached(LEVEL), met, bool(met), none if below is None else below, none, short)
    return {"q": Kept("q", Reached(LEVEL), met, [day], HOURS)}


@pytest.mark.parametrize("quiet", [0, 8])
@pytest.mark.parametrize("met", [False, None, True])
def test_alike_intervals_get_alike_agents(met: bool | None, quiet: int) -> None:
    """Whatever chance shows of one of them: the goal missed, left open, or one interval far below."""
    stream = np.random.default_rng(7)
    for _ in range(20):
        kind, found, plans = flat(12, quiet)
        below = np.zeros(HOURS, bool)
        below[int(stream.integers(HOURS))] = True
        kept = seen(stream.normal(0.1, 0.2, HOURS), met, below)
        more = raised([kind], [found], plans, kept, close=True)
        for part in (slice(0, quiet), slice(quiet, HOURS)):
            assert more is None or len(np.unique(more[0][part])) <= 1
        assert (more is None) == (met is True)


@pytest.mark.parametrize("quiet", [0, 8])
def test_alike_intervals_get_alike_agents_for_more_days(quiet: int) -> None:
    """A goal that too few days met: the half in which calls fared worst, but never half of alike ones."""
    stream = np.random.default_rng(8)
    goal = SimpleNamespace(probability=Figure(0.8, 0.78, 0.82))
    check: Any = SimpleNamespace(goals={"q": goal})
    for _ in range(20):
        kind, found, plans = flat(12, quiet)
        kept = seen(stream.normal(0, 0.2, HOURS), True)
        more = short_of_days([kind], [found], plans, check, kept, 0.9)
        assert more is not None
        assert more[0].sum() > plans[0].sum()
        for part in (slice(0, quiet), slice(quiet, HOURS)):
            assert len(np.unique(more[0][part])) <= 1


def test_copies_that_fare_alike_get_more_agents_once() -> None:
    """All copies of a queue are judged together, and have the staff of one group of the file."""
    short = np.full(HOURS, 0.3)
    (one,) = seen(short, False).values()
    goals = dict.fromkeys(("q", "q-1", "q-2", "q-3"), SimpleNamespace(probability=Figure(0.8, 0.78, 0.82)))
    check: Any = SimpleNamespace(goals=goals)
    kind, found, plans = flat(12)
    for kept in ({"q": one}, {f"q-{number}": one for number in (1, 2, 3)}):
        more = raised([kind], [found], plans, kept, close=True)
        surer = short_of_days([kind], [found], plans, check, kept, 0.9)
        assert more is not None
        assert surer is not None
        assert set((more[0] - plans[0]).ravel()) == set((surer[0] - plans[0]).ravel()) == {1}


def test_a_part_alone_has_the_calls_that_it_has_in_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    words = "talk: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}"
    path.write_text(
        "calendar: {interval: 1 h}\n"
        f"queues:\n  a: {{arrivals: {{per_hour: 40}}, {words}}}\n"
        f"  b: {{arrivals: {{per_hour: 90}}, {words}}}\n"
        "groups: {one: {answers: {a: {}}, staff: 4}, two: {answers: {b: {}}, staff: 7}}\n"
        "lines: {main: {count: 500, queues: [a, b]}}\n"
    )
    whole = callsim.load(path)
    alone = only(whole, [part for part in parts(whole) if part.queues == ["b"]])
    assert (list(alone.queues), list(alone.groups), dict(alone.lines)) == (["b"], ["two"], {})
    both, part = (callsim.run(scenario, runs=4, seed=3) for scenario in (whole, alone))
    assert np.array_equal(both.sums.calls[:, :, 1], part.sums.calls[:, :, 0])
