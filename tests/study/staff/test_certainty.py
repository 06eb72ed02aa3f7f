"""How sure a verdict is: decided goals, the chance of each interval, warnings, and what makes days differ."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.results.judgement import CALLED, Judgement, bounds_of
from callsim.results.measures import Figure
from callsim.scenario import Goal, Scenario
from callsim.sim.luck.draw import draw
from callsim.sim.luck.streams import DAY_BUSYNESS
from callsim.study.runs.replicate import LOOKS, MOST
from callsim.study.runs.why import DAY, INTERVAL, KINDS, SINGLE, why
from callsim.study.runs.why import FEWEST as FEWEST_PAIRS

STEADY = """
name: Steady
calendar: {interval: 1 h, warm_up: 6 h}
queues:
  q:
    arrivals: {per_hour: 100}
    talk: {exponential: {mean: 6 min}}
    patience: {exponential: {mean: 6 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  g: {answers: {q: {}}, staff: 10}
"""


def steady(folder: Path, **changes: Any) -> Scenario:
    path = folder / "steady.yaml"
    path.write_text(STEADY)
    return callsim.load(path, set={key.replace("__", "."): value for key, value in changes.items()})


def judged(
    level: tuple[float, float, float], abandoned: tuple[float, float, float], met: bool | None
) -> Judgement:
    goal = Goal.model_validate({"answer": 0.8, "within": "20 s", "abandon_at_most": 0.05})
    days = np.zeros((25, 1, 1), np.int64)
    bounds, reached = bounds_of(goal, "offered"), [Figure(*level), Figure(*abandoned)]
    return Judgement(bounds, CALLED, reached, met, Figure(0.5), datetime.date(2024, 1, 1), days)


@pytest.mark.parametrize(
    ("level", "abandoned", "met", "decided", "verdict"),
    [
        ((0.85, 0.81, 0.89), (0.03, 0.02, 0.04), True, True, "met"),
        ((0.85, 0.79, 0.91), (0.03, 0.02, 0.04), True, False, "too close to call after 25 runs"),
        ((0.85, 0.81, 0.89), (0.04, 0.02, 0.06), True, False, "too close to call after 25 runs"),
        ((0.75, 0.71, 0.79), (0.03, 0.02, 0.04), False, True, "missed"),
        # One half of the promise is surely broken, so the other half does not matter.
        ((0.80, 0.76, 0.84), (0.08, 0.06, 0.10), False, True, "missed"),
        ((0.79, 0.78, 0.81), (0.04, 0.02, 0.06), False, False, "too close to call after 25 runs"),
    ],
)
def test_a_goal_is_decided_where_its_promises_lie_outside_the_intervals(
    level: tuple[float, float, float],
    abandoned: tuple[float, float, float],
    met: bool,
    decided: bool,
    verdict: str,
) -> None:
    found = judged(level, abandoned, met)
    assert (found.decided, found.verdict) == (decided, verdict)
    assert (found.runs_to_decide == 0) == decided


def test_the_runs_that_would_decide_follow_from_the_distance() -> None:
    # Half the interval is twice as wide as the distance: four times as many runs.
    close = judged((0.82, 0.78, 0.86), (0.03, 0.02, 0.04), True)
    assert close.runs_to_decide == pytest.approx(25 * 4)
    assert judged((0.80, 0.78, 0.82), (0.03, 0.02, 0.04), True).runs_to_decide == np.inf


def test_nobody_and_one_run_decide_nothing() -> None:
    nobody = judged((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), None)
    assert (nobody.decided, nobody.verdict) == (None, "no calls")
    once = judged((0.85, None, None), (0.03, None, None), True)  # type: ignore[arg-type]
    assert (once.decided, once.verdict) == (None, "met, as far as one run can tell")


def test_runs_go_on_where_some_more_would_decide(tmp_path: Path) -> None:
    plan = {"queues__q__arrivals__per_hour": 1000, "groups__g__staff": 110, "calendar__warm_up": "2 h"}

    def played(answer: float) -> tuple[int, Figure]:
        result = callsim.run(steady(tmp_path, **plan, queues__q__goal__answer=answer))
        return result.runs, result.queues["q"].figures.level("offered")

    enough, level = played(0.01)
    assert level.mean is not None
    assert level.low is not None
    half = level.mean - level.low
    # A promise at 0.8 of half the interval wants 1 / 0.64 as many runs; half as many again are played.
    more = enough / 0.64 * 1.5
    assert more <= MOST
    assert played(level.mean - 0.8 * half)[0] == -(-more // LOOKS) * LOOKS
    assert played(level.mean)[0] == enough, "no number of runs would decide this"
    assert played(level.mean - 0.1 * half)[0] == enough, "more than there may be"


def test_each_interval_tells_how_often_it_met_the_goal(tmp_path: Path) -> None:
    result = callsim.run(steady(tmp_path, queues__q__arrivals__day_cv="20%", calendar__days=2), runs=12)
    told = result.to_dict()
    calls = result.sums.calls[:, :, 0]
    offered, quick = calls[..., [0, 1, 2, 3, 5]].sum(axis=-1), calls[..., 6]
    met = quick >= 0.8 * offered
    assert 0 < met.mean() < 1
    found = [row["goal_probability"] for row in told["intervals"]]
    assert [row["mean"] for row in found] == pytest.approx(met.mean(axis=0).tolist())
    assert all(row["low"] <= row["mean"] <= row["high"] for row in found)


def test_an_empty_building_at_the_start_is_told_and_a_warm_up_mends_it(tmp_path: Path) -> None:
    busy = {"groups__g__staff": 9, "queues__q__talk": {"exponential": {"mean": "30 min"}}}
    busy |= {"groups__g__staff": 45, "queues__q__arrivals__per_hour": 100}
    (warning,) = callsim.run(steady(tmp_path, **busy, calendar__warm_up="0 s"), runs=10).warnings
    assert "starts with an empty building" in warning
    assert "write calendar.warm_up: 3 h" in warning
    assert not callsim.run(steady(tmp_path, **busy, calendar__warm_up="6 h"), runs=10).warnings
    assert not callsim.run(steady(tmp_path, **busy, queues__q__open="08:00-20:00"), runs=10).warnings


def test_an_overloaded_queue_is_told_where_nobody_hangs_up(tmp_path: Path) -> None:
    few = [10] * 8 + [8] * 4 + [12] * 12
    endless = {"queues__q__patience": None, "groups__g__staff": few}
    (warning,) = callsim.run(steady(tmp_path, **endless), runs=5).warnings
    assert warning.startswith("overloaded from 2024-01-01T")
    assert "q with all that shares their agents is 1." in warning
    assert not callsim.run(steady(tmp_path, groups__g__staff=few), runs=5).warnings, (
        "with patience it is stable"
    )
    assert not callsim.run(steady(tmp_path, queues__q__patience=None, groups__g__staff=14), runs=5).warnings


def test_luck_of_another_run_is_that_runs_luck(tmp_path: Path) -> None:
    plan = build(steady(tmp_path, queues__q__arrivals__day_cv="20%", queues__q__arrivals__interval_cv="10%"))
    everything = dict.fromkeys(sum(KINDS.values(), ()), 7)
    mixed = list(draw(plan.demand, 1, 0, everything))
    other, own = list(draw(plan.demand, 1, 7)), list(draw(plan.demand, 1, 0))
    assert all(np.array_equal(one, two) for one, two in zip(mixed, other, strict=True))
    busy = np.array([len(trace) for trace in draw(plan.demand, 1, 0, {DAY_BUSYNESS: 7})])
    assert not np.array_equal(busy, [len(trace) for trace in own])
    # The same uniforms at another rate: busier or calmer in every interval alike.
    times = busy / np.array([len(trace) for trace in own])
    expected = sum(map(len, other)) / sum(map(len, own))
    assert times.mean() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, [SINGLE]),
        ({"queues__q__arrivals__day_cv": "20%"}, [DAY, SINGLE]),
        (
            {"queues__q__arrivals__day_cv": "5%", "queues__q__arrivals__interval_cv": "20%"},
            [DAY, INTERVAL, SINGLE],
        ),
    ],
)
def test_what_makes_days_differ_adds_up(tmp_path: Path, changes: dict[str, str], kinds: list[str]) -> None:
    found = why(steady(tmp_path, **changes), runs=20).to_dict()
    assert list(found["total"]["shares"]) == kinds
    shares = [share["mean"] for share in found["queues"]["q"]["shares"].values()]
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0
    assert found["queues"]["q"] == found["total"]


def test_the_busyness_of_days_is_told_from_the_chance_of_calls(tmp_path: Path) -> None:
    # Variances of the day's level are measured apart: with and without random busyness.
    def deviation(**changes: str) -> float:
        calls = callsim.run(steady(tmp_path, **changes), runs=60).sums.calls[:, :, 0].sum(axis=1)
        return float(np.var(calls[:, 6] / calls[:, [0, 1, 2, 3, 5]].sum(axis=1), ddof=1))

    calm, moody = deviation(), deviation(queues__q__arrivals__day_cv="6%")
    found = why(steady(tmp_path, queues__q__arrivals__day_cv="6%"), runs=60).to_dict()["total"]
    share = found["shares"][SINGLE]
    # A variance from 60 runs is known to a fifth (the root of 2/59), a ratio of two to a fourth.
    assert share["low"] - 4 * 0.26 * calm / moody <= calm / moody <= share["high"] + 4 * 0.26 * calm / moody
    assert found["shares"][DAY]["mean"] > 0.2
    assert found["standard_deviation"] ** 2 == pytest.approx(moody, rel=4 * 0.26)
    assert FEWEST_PAIRS <= 60
