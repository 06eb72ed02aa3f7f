"""Stress: limits are where the goals turn, sites are lost and come back, and a stop loses nothing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.errors import Interrupted
from callsim.scenario import Scenario
from callsim.study.buildout.plan import plan
from callsim.study.store.store import Store
from callsim.study.stress.answer import StressResult
from callsim.study.stress.stress import as_written, stress
from tests.makers.answers import fits_its_schema
from tests.makers.plans import GROWING, loaded
from tests.makers.plans import strong as parks

STRONG = {"groups.ga.staff": 11, "groups.gb.staff": 6}


def strong(folder: Path, **settings: object) -> Scenario:
    """The parks with agents to spare, so that every goal is met as it is."""
    loaded(folder, "", **settings)
    return callsim.load(folder / "plan.yaml", STRONG)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> StressResult:
    return stress(strong(tmp_path_factory.mktemp("stress")), runs=1)


@pytest.fixture(scope="module")
def stressed(answer: StressResult) -> dict[str, Any]:
    return answer.to_dict()


def test_the_answer_fits_its_schema(answer: StressResult) -> None:
    fits_its_schema(answer, "stress")


def test_each_limit_is_where_its_goal_turns(tmp_path: Path, stressed: dict[str, Any]) -> None:
    strong(tmp_path)
    found = stressed
    assert {limit["what"] for limit in found["limits"]} == {"volume", "handling time", "absence"}
    for limit in found["limits"]:
        if limit["what"] != "volume":
            continue
        for amount, met in ((limit["times"], False), (limit["holds_at"], True)):
            changed = {
                f"queues.{name}.arrivals.per_hour": per_hour * amount
                for name, per_hour in (("x", 120), ("y", 60))
            }
            run = callsim.run(callsim.load(tmp_path / "plan.yaml", STRONG | changed), runs=1)
            assert run.goals[limit["goal"]].met is met
        assert limit["times"] - limit["holds_at"] == pytest.approx(0.01)
        assert limit["room"] == pytest.approx(limit["times"] - 1)
    first = found["ranking"][0]
    assert first["room"] == min(limit["room"] for limit in found["limits"])
    by_what = {row["what"]: row for row in found["tornado"]}
    volume = by_what["volume"]
    levels = [volume[end]["service_level"]["mean"] for end in ("low", "as_it_is", "high")]
    assert levels[0] > levels[1] > levels[2]


def test_what_is_broken_already_has_its_limit_below_one(tmp_path: Path) -> None:
    path = tmp_path / "weak.yaml"
    loaded(tmp_path, "")
    scenario = callsim.load(tmp_path / "plan.yaml", {"groups.ga.staff": 5, "groups.gb.staff": 2})
    found = stress(scenario, runs=1).to_dict()
    volume = [limit for limit in found["limits"] if limit["what"] == "volume"]
    assert all(limit["times"] < 1 and limit["room"] < 0 for limit in volume)
    absence = [limit for limit in found["limits"] if limit["what"] == "absence"]
    assert all((limit["share"], limit["holds_at"]) == (0.0, None) for limit in absence)
    assert not path.exists()


def test_a_stopped_stress_goes_on_with_the_same_numbers(tmp_path: Path, stressed: dict[str, Any]) -> None:
    scenario, stop = strong(tmp_path), threading.Event()

    def until_five(done: float, looks: int, of: int) -> None:
        assert 0 <= done <= 1
        if looks == 5:
            stop.set()

    first, second, none = Store(tmp_path / "state"), Store(tmp_path / "state"), Store()
    with pytest.raises(Interrupted):
        stress(scenario, runs=1, store=first, on_progress=until_five, stop=stop)
    for store in (second, none):
        assert stress(scenario, runs=1, store=store).to_dict() == stressed
    assert first.played
    assert first.played + second.played == none.played


def test_a_lost_site_cuts_calls_off_and_comes_back(stressed: dict[str, Any]) -> None:
    by_site = {row["site"]: row for row in stressed["sites"]}
    assert set(by_site) == {"a", "b"}
    for site, at_home in (("a", "x"), ("b", "y")):
        lost = by_site[site]
        assert not lost["missed_before"]
        assert lost["dropped"]["mean"] > 0
        assert lost["recovery_s"][at_home] is not None
        assert lost["queues"][at_home]["mean"] < stressed["goals"][at_home]["service_level"]["mean"]


def test_a_plan_stands_so_many_leavers_and_so_late_an_opening(tmp_path: Path) -> None:
    enough = {"class_size": 10, "rooms": 20, "length": "14 d"}
    scenario = parks(tmp_path, GROWING, people__schools={"college": enough}, people__attrition="60%")
    found = fits_its_schema(stress(scenario, runs=1), "stress")
    delays = {row["goal"]: row for row in found["limits"] if row["what"] == "opening delay"}
    assert set(delays) == {"one: x", "one: y", "two: x", "two: y"}
    # Where seats open in time all is well; some months late, nobody has a seat at the end of the phase.
    assert plan(scenario, runs=1, usual_only=True).to_dict()["holds"]
    assert 0 < delays["two: x"]["days"] <= 364
    assert delays["two: x"]["days"] % 7 == 0
    attrition = {row["goal"]: row for row in found["limits"] if row["what"] == "attrition"}
    assert all(row["times"] is None or row["times"] > 1 for row in attrition.values())


def test_a_file_as_it_is_stays_as_it_is(tmp_path: Path) -> None:
    scenario = strong(tmp_path)
    assert as_written(scenario, None).scenario == scenario
