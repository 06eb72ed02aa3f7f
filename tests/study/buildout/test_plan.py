"""The plan: what `run` gives for one phase, the same numbers after any stop, and what binds by name."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.errors import Interrupted, ScenarioError, UserError
from callsim.study.buildout.delays import slipped
from callsim.study.buildout.looks import Known
from callsim.study.buildout.plan import plan, played_out
from callsim.study.buildout.rows import rows
from callsim.study.options import RunOptions
from callsim.study.store.store import Store
from callsim.study.stress.sensitivity import depends_on, variants
from tests.makers.plans import GROWING, ONE_PHASE, loaded, strong


def test_one_phase_is_exactly_a_run(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, ONE_PHASE)
    found = plan(scenario, runs=3, seed=5).to_dict()
    run = callsim.run(scenario, runs=3, seed=5).to_dict()
    (period,) = found["periods"]
    for queue in run["queues"].values():
        queue["goal"].pop("by_day", None)
    assert period["queues"] == run["queues"]
    for name, group in period["days"]["day"]["groups"].items():
        assert group == {key: run["groups"][name][key] for key in group}
    for figure in ("offered", "answered", "service_level", "asa_s", "abandoned_share"):
        assert period["total"][figure] == run["total"][figure]
    for name, site in period["sites"].items():
        assert site["seats_used_peak"] == run["sites"][name]["seats_used_peak"]
        assert site["waited_for_seat_h"] == run["sites"][name]["waited_for_seat_h"]
    assert found["holds"] is all(queue["goal"]["met"] for queue in run["queues"].values())


def test_people_who_neither_come_nor_leave_change_nothing(tmp_path: Path) -> None:
    bare = plan(loaded(tmp_path, ONE_PHASE), runs=2).to_dict()
    people = {"shrinkage": "30%", "attrition": "0%", "support": "10%", "new_at_start": "50%"}
    staffed = plan(loaded(tmp_path, ONE_PHASE, people=people), runs=2).to_dict()
    assert bare["periods"][0]["queues"] == staffed["periods"][0]["queues"]


def test_left_open_the_runs_are_those_of_run(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, ONE_PHASE)
    found, run = plan(scenario).to_dict(), callsim.run(scenario)
    assert found["periods"][0]["days"]["day"]["runs"] == run.runs
    assert (
        found["periods"][0]["queues"]["x"]["service_level"] == run.to_dict()["queues"]["x"]["service_level"]
    )


def test_a_stopped_plan_goes_on_with_the_same_numbers(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, GROWING)
    whole = plan(scenario, runs=2)
    stop, told = threading.Event(), []

    def until_two(done: float, days: int, of: int) -> None:
        told.append((done, days, of))
        if days == 2:
            stop.set()

    first, second, none = Store(tmp_path / "state"), Store(tmp_path / "state"), Store()
    with pytest.raises(Interrupted):
        plan(scenario, runs=2, store=first, on_progress=until_two, stop=stop)
    assert plan(scenario, runs=2, store=second, jobs=1).to_dict() == whole.to_dict()
    assert plan(scenario, runs=2, store=none, jobs=1).to_dict() == whole.to_dict()
    assert first.played >= 2 * 2  # runs of two days
    assert first.played + second.played == none.played


def test_alike_periods_are_played_once(tmp_path: Path) -> None:
    steady = loaded(tmp_path, ONE_PHASE, until="2018-06-04")
    known = Known()
    found = played_out(steady, RunOptions(runs=2), known, reliefs=False)
    assert (len(found.periods), len(known)) == (12, 1)


def test_copies_that_stand_for_others_meet_the_luck_of_a_run_of_all(tmp_path: Path) -> None:
    path = tmp_path / "copies.yaml"
    path.write_text(
        """
queues: {x: {copies: 3, arrivals: {per_hour: 60, day_cv: 10%}, talk: 3 min, patience: 2 min,
             goal: {answer: 80%, within: 20 s}}}
groups: {g: {site: a, answers: {x: {}}, staff: 5}}
sites: {a: {seats: 30}}
buildout: {phases: [{name: now, on: 2017-06-05, seats: {a: 30}}], until: 2017-06-12, copies_played: 1}
"""
    )
    scenario = callsim.load(path)
    one = plan(scenario, runs=4).to_dict()["periods"][0]["queues"]["x"]
    run = callsim.run(scenario, runs=4).to_dict()
    assert one["copies"] == 3
    assert one["service_level"] == run["queues"]["x-1"]["service_level"]
    assert one["goal"]["probability"] == run["queues"]["x-1"]["goal"]["probability"]
    assert one["offered"]["mean"] == pytest.approx(3 * run["queues"]["x-1"]["offered"]["mean"])
    all_three = plan(callsim.load(path, {"buildout.copies_played": None}), runs=4).to_dict()["periods"][0]
    assert all_three["total"]["offered"] == run["total"]["offered"]
    assert all_three["total"]["service_level"] == run["total"]["service_level"]


@pytest.mark.parametrize(
    ("settings", "binding", "says"),
    [
        ({}, "people", "agents are missing"),
        (
            {"people__schools__college__intake": 2000, "people__schools__college__rooms": 200},
            "demand",
            "all goals",
        ),
        (
            {"people__schools__college": {"class_size": 2, "rooms": 1, "length": "14 d"}},
            "training rooms",
            "missing",
        ),
        (
            {
                "people__schools__college": {"class_size": 20, "rooms": 20, "length": "14 d"},
                "people__labour_market": {"labour_force": 45},
            },
            "labour market",
            "missing",
        ),
        (
            {"people": {"shrinkage": "10%"}, "client_fill": "45%", "volumes_at_fill": "30%"},
            "seats",
            "agents at once",
        ),
    ],
)
def test_what_binds_is_named(tmp_path: Path, settings: dict[str, Any], binding: str, says: str) -> None:
    if binding == "seats":
        settings = settings | {"phases": [{"name": "two", "on": "2017-09-04", "seats": {"a": 9, "b": 5}}]}
        scenario = loaded(tmp_path, GROWING, **settings)
        # Nine agents and half as many again want to sit on nine seats.
        scenario = scenario.model_copy(
            update={
                "sites": {
                    n: s.model_copy(update={"seats": {"a": 9, "b": 5}[n]}) for n, s in scenario.sites.items()
                }
            }
        )
    else:
        scenario = loaded(tmp_path, GROWING, **settings)
    last = plan(scenario, runs=2, usual_only=True).to_dict()["phases"][-1]
    assert (last["binding"], last["holds"]) == (binding, binding == "demand")
    assert says in last["says"]


def test_the_relief_relieves(tmp_path: Path) -> None:
    found = plan(loaded(tmp_path, GROWING), runs=2, usual_only=True).to_dict()["phases"][-1]
    fills = found["reliefs"]["fills_the_roster"]
    hires = math.ceil(fills["hires_a_month"]["college"])
    assert f"{fills['hires_a_month']['college']:g} more hires a month" in found["relief"]
    rooms = 1 + int(fills.get("rooms", {}).get("college", 0))
    college = {"class_size": 10, "rooms": rooms, "intake": 2 + hires, "length": "14 d"}
    relieved = plan(
        loaded(tmp_path, GROWING, people__schools={"college": college}), runs=2, usual_only=True
    ).to_dict()["phases"][-1]
    assert found["people"]["missing"] > 10
    assert relieved["people"]["missing"] <= 0.006 * relieved["people"]["needed"]


def test_another_day_than_the_usual_is_told_apart(tmp_path: Path) -> None:
    enough = {"people__schools__college__intake": 200, "people__schools__college__rooms": 20}
    result = plan(strong(tmp_path, GROWING, **enough), runs=2)
    found = result.to_dict()
    november = next(period for period in found["periods"] if period["start"] == "2017-11")
    assert set(november["days"]) == {"usual", "double eleven"}
    assert november["binding"] == "shifts"
    assert "double eleven" in november["says"]
    assert found["holds"]
    assert {row["day"] for row in rows(result.answer)} == {"usual", "double eleven"}


def test_weeks_are_told_by_their_dates(tmp_path: Path) -> None:
    found = plan(loaded(tmp_path, ONE_PHASE, period="week"), runs=1).to_dict()
    assert [period["start"] for period in found["periods"]] == [
        "2017-06-05",
        "2017-06-12",
        "2017-06-19",
        "2017-06-26",
    ]


def test_futures_are_late_never_early_and_the_same_for_one_seed(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, GROWING, opening_slips="30 d", people__schools__college__slips="7 d")
    result = plan(scenario, runs=1, usual_only=True)
    assert result.slips is not None
    planned = result.years.seats.sum(axis=0)
    assert (result.slips.seats <= planned).all()
    assert (result.slips.seats[0] < planned).any()
    again = slipped(result.years, 1)
    assert again is not None
    np.testing.assert_array_equal(again.seats, result.slips.seats)
    np.testing.assert_array_equal(again.present, result.slips.present)
    assert plan(loaded(tmp_path, GROWING), runs=1, usual_only=True).slips is None


def test_assumptions_that_turn_the_verdict_are_found(tmp_path: Path) -> None:
    assumptions = [
        {"key": "buildout.people.schools.college.intake", "low": 2, "high": 24, "source": "A"},
        {"key": "buildout.people.hire_ahead", "low": "0 s", "high": "1 d"},
    ]
    scenario = strong(tmp_path, GROWING, people__schools__college__rooms=9, assumptions=assumptions)
    first, second = depends_on(scenario, variants(scenario), RunOptions(runs=2), Known())
    assert (first.turns, second.turns) == (["two"], [])
    assert first.high.phases["two"].holds
    assert not first.low.phases["two"].holds
    wrong = loaded(tmp_path, GROWING, assumptions=[{"key": "buildout.peple.attrition", "low": 1, "high": 2}])
    with pytest.raises(ScenarioError, match="peple"):
        variants(wrong)


def test_without_a_build_out_there_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no `buildout`"):
        plan(loaded(tmp_path, ""))
