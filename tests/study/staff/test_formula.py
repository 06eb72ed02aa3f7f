"""Curves and requirements by formula, against Erlang's formulas themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import special

from callsim import erlang
from callsim.model import build
from callsim.study.staff.curve import Curve
from callsim.study.staff.formula import busynesses, needs
from callsim.study.staff.offered_load import Load
from tests.makers.centres import centre, one_queue


@pytest.mark.parametrize("patience", [None, 150.0])
@pytest.mark.parametrize("load", [3.7, 41.0, 930.0, 7700.0])
def test_a_curve_runs_between_the_agents_around_a_goal(load: float, patience: float | None) -> None:
    """A twentieth of √load off, at most: that is all a start for simulation needs."""
    agents = erlang.fewest_agents(0.8, load * 20, 180, patience, 20)
    off = 0.5 + 0.05 * load**0.5
    curve = Curve("offered", 20.0, 180.0, patience)
    around = curve.quantile(np.full(2, load), np.array([agents - 1 - off, agents + off]))
    assert around[0] < special.ndtri(0.8) < around[1]


@pytest.mark.parametrize(
    ("calls_per_hour", "aht_s", "patience_s", "answer", "within_s"),
    [
        (200, 180, 300.0, 0.8, 20.0),
        (90, 240, None, 0.9, 10.0),
        (2000, 240, None, 0.8, 20.0),
        (9000, 300, 90.0, 0.85, 15.0),
    ],
)
def test_a_steady_queue_starts_at_its_formula(
    tmp_path: Path,
    calls_per_hour: float,
    aht_s: float,
    patience_s: float | None,
    answer: float,
    within_s: float,
) -> None:
    plan = build(centre(tmp_path, one_queue(calls_per_hour, aht_s, patience_s, answer, within_s)))
    goal = plan.queues[0].queue.goal
    assert goal is not None
    need = needs(plan, 0, goal)
    exact = erlang.fewest_agents(answer, calls_per_hour, aht_s, patience_s, within_s)
    off = 0.5 + 0.05 * float(need.load.workload[0]) ** 0.5
    assert exact - 1 - off < need.variable[0] <= exact + off
    assert need.waiting[0] >= need.load.workload[0]
    assert (patience_s is None) == (need.abandoning[0] == pytest.approx(need.waiting[0]))


@pytest.mark.parametrize("cv", [0.06, 0.12, 0.3, 1.0])
def test_busynesses_stand_for_a_gamma(cv: float) -> None:
    """A call meets a mean busyness of 1 + cv²: most call when it is busy."""
    busy, weights = busynesses(cv)
    assert weights.sum() == pytest.approx(1)
    assert weights @ busy == pytest.approx(1 + cv**2, rel=2e-3)
    assert weights @ busy**2 == pytest.approx((1 + cv**2) * (1 + 2 * cv**2), rel=5e-3)


def test_days_that_differ_need_more_agents(tmp_path: Path) -> None:
    calm = one_queue(600, 240, 120.0, 0.8, 20.0)
    restless = calm.replace("per_hour: 600", "per_hour: 600, day_cv: 15%")
    found = []
    for text in (calm, restless):
        plan = build(centre(tmp_path, text))
        goal = plan.queues[0].queue.goal
        assert goal is not None
        found.append(needs(plan, 0, goal))
    assert found[0].variable[0] == pytest.approx(found[0].abandoning[0])
    assert found[1].variable[0] > found[1].abandoning[0] + 1


def test_loads_have_a_mean_and_calls() -> None:
    load = Load(np.array([[1.0, 2.0, 3.0]]), np.array([[4.0, 5.0, 6.0]]), np.array([60e3]))
    assert load.workload == pytest.approx([5.0])
    assert load.calls == pytest.approx([6.0])


def test_the_handling_time_of_a_day_is_weighed_by_calls() -> None:
    arrivals = np.array([[1.0, 1.0, 1.0], [3.0, 3.0, 3.0]])
    load = Load(arrivals, np.ones((2, 3)), np.array([100e3, 300e3]))
    assert load.aht_s == pytest.approx((3 * 100 + 9 * 300) / 12)
    assert load._replace(arrivals=0 * arrivals).aht_s == pytest.approx(200)  # nobody calls
