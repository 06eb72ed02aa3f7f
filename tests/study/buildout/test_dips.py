"""Where the usual day misses a goal on the way to a phase that holds: when, why, and what it would take."""

from __future__ import annotations

from typing import Any

import pytest

import callsim
from callsim.report.buildout.text import report
from callsim.study.buildout.plan import plan
from callsim.study.buildout.result import PlanResult
from tests.makers.answers import fits_its_schema

from .test_cases import CASES

SCHOOL = "buildout.people.schools.s"


def played(*settings: str) -> PlanResult:
    return plan(callsim.load(CASES / "course-8d.yaml", list(settings)))


def found(*settings: str) -> dict[str, Any]:
    return played(*settings).to_dict()


def test_a_dip_before_a_phase_that_holds_is_told_though_another_phase_fails() -> None:
    answer = played().answer
    result = fits_its_schema(answer, "plan")
    assert [phase["holds"] for phase in result["phases"]] == [False, True]
    (dip,) = result["dips"]
    assert (dip["from"], dip["to"]) == ("2024-06", "2024-10"), "months of the phase that fails are its own"
    assert set(dip["binding"]) == {"people", "training rooms"}
    said = report(answer, 100)
    assert f"From 2024-06 to 2024-10 it would take {dip['relief']}"[:60] in " ".join(said.split())
    within = [one for one in result["periods"] if "2024-06" <= one["start"] <= "2024-10"]
    assert all(one["reliefs"]["fills_the_roster"] == dip["reliefs"]["fills_the_roster"] for one in within)


@pytest.mark.parametrize("what", ["fills_the_roster", "keeps_the_goals"])
def test_what_it_would_take_lifts_the_whole_dip_and_5_percent_less_does_not(what: str) -> None:
    (dip,) = found(f"{SCHOOL}.rooms=2")["dips"]
    more = dip["reliefs"][what]

    def dips_with(share: float) -> list[dict[str, Any]]:
        hires = 7 + more.get("hires_a_month", {}).get("s", 0) * share
        rooms = 2 + int(more.get("rooms", {}).get("s", 0) * share)
        dips: list[dict[str, Any]] = found(f"{SCHOOL}.rooms={rooms}", f"{SCHOOL}.intake={hires}")["dips"]
        return dips

    assert dips_with(1.0) == []
    if what == "keeps_the_goals":
        assert dips_with(0.9), "what keeps the goals is rounded up by 3 %, and known to 1 %"


def test_of_seats_that_lack_in_some_months_the_most_are_told() -> None:
    """Demand that falls: 18, 17 … agents at once, and 13 seats."""
    result = found(
        "sites.mill.seats=13",
        "buildout.phases=[{name: old, on: 2024-01-08, seats: {mill: 13}}]",
        "buildout.lines={inbound: {queues: [calls], growth: {2024-01-08: 1.5, 2024-08-01: 1}}}",
        "buildout.people={attrition: 0%, at_start: 100%}",
    )
    assert result["holds"]
    (dip,) = result["dips"]
    assert dip["binding"] == ["seats"]
    assert dip["reliefs"] == {"seats": {"mill": 5}, "keeps_the_goals": {"seats": {"mill": 3}}}
    assert (
        dip["relief"] == "5 more seats in mill to seat everybody, and 3 more seats in mill to keep the goals"
    )
    assert {one["relief"] for one in result["periods"] if not one["holds"]} == {dip["relief"]}


def test_a_plan_without_dips_has_none() -> None:
    one = "[{name: old, on: 2024-01-08, seats: {mill: 50}}]"
    assert found(f"buildout.phases={one}", "buildout.people.at_start=100%")["dips"] == []
