"""Small build-outs with what is right: by hand, or by the definitions of docs/buildout.md."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.cli import main
from callsim.model.buildout import lay_out
from callsim.scenario.summary import describe
from callsim.study.buildout.head_count import flow
from callsim.study.buildout.plan import plan
from callsim.study.stress.stress import stress

CASES = Path(__file__).with_name("cases")
MONTH = 365.25 / 12  # days


@cache
def found(name: str, *settings: str) -> dict[str, Any]:
    """What `plan` says of a case."""
    return plan(callsim.load(CASES / f"{name}.yaml", list(settings))).to_dict()


def last(name: str, *settings: str) -> dict[str, Any]:
    """Its last phase."""
    phase: dict[str, Any] = found(name, *settings)["phases"][-1]
    return phase


# 1. The order of keys decides nothing.


@pytest.mark.parametrize("name", ["two-schools", "two-schools-swapped"])
def test_each_town_has_its_own_school(name: str) -> None:
    # 10 and 18 rostered × 168 h ÷ 40 h: what each school teaches is there when the second phase needs it.
    people = last(name)["people"]
    assert people["needed"] == pytest.approx((10 + 18) * 168 / 40)
    assert people["present"] == pytest.approx(people["needed"], abs=0.5)
    assert found(name)["holds"]


@pytest.mark.parametrize("name", ["shared", "shared-swapped"])
def test_demand_and_need_of_each_site_follow_its_own_seats(name: str) -> None:
    years = lay_out(callsim.load(CASES / f"{name}.yaml"))
    rows = {team.site: row for row, team in enumerate(years.teams)}
    june = years.week_of(years.plan.phases[1].on)
    whole = 9 * 168 / 40
    assert years.needed[rows["old mill"], [0, june]] == pytest.approx([whole, whole])
    assert years.needed[rows["new hall"], [0, june]] == pytest.approx([0, whole])
    # Half of the roster, and so half of the calls, is in a hall that is not open yet.
    assert years.queues["calls"][[0, june]] == pytest.approx([0.5, 1])


def test_the_order_of_groups_and_schools_changes_no_figure() -> None:
    for one in ("two-schools", "shared"):
        first, second = found(one), found(f"{one}-swapped")
        assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


# 2. Need is what the roster takes.


@pytest.mark.parametrize("loss", ["absence.share=10%", "absence.share=30%", "shrinkage=20%"])
def test_a_roster_takes_the_same_people_whatever_its_absence(loss: str) -> None:
    people = last("e-attr0-noschool", f"groups.desk.{loss}")["people"]
    assert people["needed"] == pytest.approx(12 * 168 / 40)
    assert people["jobs"] == pytest.approx(12 * 168 / 40)


def test_hours_that_are_paid_and_not_rostered_take_more_people() -> None:
    people = last("e-attr0-noschool", "buildout.people.shrinkage=30%")["people"]
    assert people["needed"] == pytest.approx(12 * 168 / 40 / 0.7)


def test_check_says_where_losses_are_told_twice_or_nowhere() -> None:
    def said(*settings: str) -> str:
        return "\n".join(describe(callsim.load(CASES / "e-attr0-noschool.yaml", list(settings))))

    twice = ("buildout.people.shrinkage=30%", "groups.desk.absence.share=5%")
    assert "no loss may be in both" in said(*twice)
    assert "nobody is ever on leave, ill or in training" in said()
    for once in twice:
        assert "no loss" not in said(once)
        assert "nobody is ever" not in said(once)


# 3. People are never rounded one by one.


def test_desks_of_one_are_thinned_as_a_run_thins_them() -> None:
    phase = found("ones-plan")["phases"][0]
    assert not phase["holds"]
    level = phase["service_level"]["mean"]
    assert level == pytest.approx(0.35, abs=0.05)
    shrunk = {f"groups.d{k}.shrinkage": "45%" for k in range(1, 13)} | {"buildout": None}
    run = callsim.run(callsim.load(CASES / "ones-plan.yaml", shrunk), runs=5).to_dict()
    assert level == run["queues"]["calls"]["service_level"]["offered"]["mean"]


def test_absence_of_stress_is_that_of_run() -> None:
    path = CASES / "ones.yaml"
    limits = stress(callsim.load(path), runs=30).to_dict()["limits"]
    (absence,) = [limit for limit in limits if limit["what"] == "absence"]
    assert 0.02 <= absence["share"] <= 0.05
    for share, met in ((absence["share"], False), (absence["holds_at"], True)):
        stays_away = {f"groups.d{k}.absence": {"share": share} for k in range(1, 13) if share}
        run = callsim.run(callsim.load(path, stays_away), runs=30)
        assert run.goals["calls"].met is met


# 4. A phase is judged when it is complete.


def test_a_ramp_is_judged_when_its_seats_are_open_whenever_the_next_begins() -> None:
    verdicts = {}
    for name in ("ramp3", "ramp4"):
        ramp = found(name)["phases"][0]
        assert ramp["day"] >= ramp["complete"] == "2024-02-29"
        assert ramp["seats"] == 25
        assert ramp["people"]["needed"] == pytest.approx(12 * 168 / 40 / 2)
        verdicts[name] = (ramp["holds"], ramp["service_level"])
    assert verdicts["ramp3"] == verdicts["ramp4"]


@pytest.mark.parametrize("name", ["h-oneday", "h-until-soon", "h-no-until", "hp"])
def test_no_phase_is_judged_before_its_seats_are_there(name: str) -> None:
    result = found(name)
    full = {"old": 50, "pilot": 80, "new": 110}
    for phase in result["phases"]:
        assert phase["day"] >= phase["complete"]
        assert phase["seats"] == full[phase["name"]]


def test_a_phase_that_is_over_before_is_said_and_not_judged(capsys: pytest.CaptureFixture[str]) -> None:
    for name, phase in (("h-oneday", "pilot"), ("h-until-soon", "new")):
        result = found(name)
        assert [one["name"] for one in result["not_judged"]] == [phase]
        assert phase not in [one["name"] for one in result["phases"]]
        assert any(phase in warning and "not judged" in warning for warning in result["warnings"])
    assert main(["plan", str(CASES / "h-until-soon.yaml"), "--runs", "1"]) == 0
    assert "new is not judged" in capsys.readouterr().out


def test_a_plan_without_an_end_lasts_until_its_last_phase_is_seen() -> None:
    assert last("h-no-until")["name"] == "new"
    assert last("h-no-until")["day"] >= "2024-07-03"


def test_a_delay_is_judged_while_it_lasts() -> None:
    limits = stress(callsim.load(CASES / "hp.yaml"), runs=2).to_dict()["limits"]
    days = {one["goal"]: one["days"] for one in limits if one["what"] == "opening delay"}
    # Without a seat in the new hall, for seventeen weeks, its calls cannot be answered there.
    assert 7 <= days["new: service"] < 119
    assert days["old: orders"] == 7


# 5. Work without queues counts.


def test_people_who_dial_are_in_the_verdict() -> None:
    phase = last("dial")
    assert (phase["holds"], phase["binding"]) == (False, "people")
    assert phase["without_queues_short"] == ["outbound"]
    (line,) = [line for name, line in phase["lines"].items() if name == "outbound"]
    assert (line["needed"], round(line["present"])) == (60, 26)
    # Twelve on the phones, and 13 of the 30 dialling seats, for which people are there.
    assert phase["sites"]["mill"]["seats_used"] == pytest.approx((12 + 26.3 / 2) / 50, abs=0.01)


def test_seats_of_those_who_dial_are_taken() -> None:
    phase = last("seats-shared")
    assert (phase["holds"], phase["binding"]) == (False, "seats")
    assert phase["says"] == "70 agents at once in mill, and 50 seats"
    assert phase["relief"].startswith("20 more seats in mill to seat everybody, and 17 more")
    assert phase["reliefs"]["seats"] == {"mill": 20}
    for seats in (70, 69):
        words = ("sites.mill.seats=%d", "buildout.phases=[{name: old, on: 2024-01-08, seats: {mill: %d}}]")
        given = last("seats-shared", *(word % seats for word in words))
        assert given["binding"] != "seats"
        assert (given["sites"]["mill"]["wanted_peak"] > seats) is (seats < 70), "one has no seat"


# 6. Figures come from the calls that are played.


def test_an_office_is_billed_for_the_calls_of_its_open_hours() -> None:
    line = last("openh")["lines"]["l"]
    # Ten hours of 100 calls, 1.4 times on five days of seven.
    assert (line["calls_a_day"], line["share_of_nation"]) == (pytest.approx(1000), pytest.approx(0.1))
    minutes = -last("openh")["money"]["month"]["telecom"]["sum"]
    answered = last("openh")["queues"]["calls"]
    share = answered["answered"]["mean"] / answered["offered"]["mean"]
    assert minutes == pytest.approx(1000 * 3 * share * MONTH, rel=0.03)


def test_talk_that_is_cut_is_billed_as_it_is_drawn() -> None:
    drawn = np.random.default_rng(7).lognormal(-np.log(2) / 2, np.sqrt(np.log(2)), 1_000_000) * 100
    mean = drawn[drawn <= 200].mean()  # longer ones are drawn again
    assert -last("tele")["money"]["month"]["telecom"]["sum"] == pytest.approx(
        2400 * mean / 60 * MONTH, rel=0.02
    )


def test_a_platform_is_paid_for_seats_in_use() -> None:
    phase = found("money")["phases"][0]
    assert phase["seats"] == 60
    # Sixteen at most in the mill, and eight thirds in the hall that has a third of its seats.
    assert -phase["money"]["month"]["platform"]["sum"] / 200 == pytest.approx(16 + 8 / 3, abs=0.5)


# 7. What binds, and what it would take.


def test_rooms_bind_where_courses_are_longer_than_a_week() -> None:
    # Half of the intake finds a room: 2 places for 2 weeks. Before January and June one class could begin.
    months = {one["start"]: one["binding"] for one in found("course-8d")["periods"]}
    bound = {f"2024-{month:02d}" for month in (2, 3, 4, 5, 7, 8)}
    assert {months[month] for month in bound} == {"training rooms"}
    phase = found("course-8d")["phases"][0]
    assert (phase["binding"], phase["reliefs"]["fills_the_roster"]) == ("training rooms", {"rooms": {"s": 1}})
    assert "hold a room for 2 weeks" in " ".join(found("course-8d")["warnings"])
    months = {one["start"]: one["binding"] for one in found("course-7d")["periods"]}
    assert {months[f"2024-{month:02d}"] for month in (1, 2, 3, 6, 7)} == {"people"}


@pytest.mark.parametrize("weeks", [1, 2])
def test_a_class_is_in_class_and_paid_for_as_long_as_it_lasts(weeks: int) -> None:
    scenario = callsim.load(CASES / f"learn{7 * weeks}.yaml")
    played = flow(lay_out(scenario))
    begun = np.diff(played.hired.sum(axis=0))[-20:].mean()
    assert played.learning.sum(axis=0)[-20:].mean() == pytest.approx(weeks * begun, rel=0.01)
    people, money = last(f"learn{7 * weeks}")["people"], last(f"learn{7 * weeks}")["money"]
    wages = 3000 * (people["present"] + people["learning"])
    assert -money["month"]["wages of agents"]["sum"] == pytest.approx(wages)


def test_what_it_would_take_is_rounded_so_that_it_does() -> None:
    assert last("market3")["reliefs"]["fills_the_roster"] == {"labour_market_times": pytest.approx(1.04)}
    assert last("market3")["relief"].startswith("1.04 times the share of the labour force")
    assert last("hires")["reliefs"]["fills_the_roster"] == {"hires_a_month": {"s": 1.2}}
    assert "1.2 more hires a month" in last("hires")["relief"]


def test_beyond_the_whole_labour_force_it_takes_more_people_and_no_larger_share() -> None:
    """500 of 504 jobs are all whom the region has: 104 % of them cannot be written into a file."""
    whole = ("labour_market={labour_force: 500, at_most: 100%}",)
    phase = last("market3", *(f"buildout.people.{words}" for words in whole))
    assert phase["reliefs"]["fills_the_roster"] == {"labour_market_times": pytest.approx(1.04)}
    assert phase["relief"].startswith("1.04 times the labour force")
    more = "buildout.people.labour_market={labour_force: 520, at_most: 100%}"
    assert last("market3", more)["people"]["missing"] <= 0.005 * 504


def test_whoever_is_hired_by_what_it_would_take_finds_a_room() -> None:
    """A relief that `check` refuses would be a wrong answer: hires, and rooms for all of them."""
    school = "buildout.people.schools.s"
    settings = (f"{school}.intake=4", f"{school}.length=21 d", f"{school}.rooms=2")
    fills = last("course-8d", *settings, "buildout.until=2024-07")["reliefs"]["fills_the_roster"]
    hires, rooms = fills["hires_a_month"]["s"], fills["rooms"]["s"]
    assert (4 + hires) * 21 / MONTH / 2 <= 2 + rooms
    callsim.load(
        CASES / "course-8d.yaml",
        [*settings[1:2], f"{school}.intake={4 + hires}", f"{school}.rooms={2 + rooms}"],
    )


def test_what_fills_the_roster_and_what_keeps_the_goals_are_both_told() -> None:
    file = Path(__file__).parents[3] / "scenarios" / "hiring.yaml"
    periods = plan(callsim.load(file)).to_dict()["periods"]
    reliefs = [one["reliefs"] for one in periods if not one["holds"]]
    assert reliefs
    for one in reliefs:
        assert one == {
            "fills_the_roster": {"rooms": {"college": 7}},
            "keeps_the_goals": {"rooms": {"college": 5}},
        }


def test_more_demand_is_told_where_it_was_tried() -> None:
    result = found("cpg")
    assert result["holds"]
    # The plan itself carries a tenth more in the end, with the people of its first day.
    assert all(one["relief"] == "" for one in result["periods"][:-1])
    assert "before the goal of c is missed" in last("cpg")["relief"]
    early = last("cpg", "buildout.until=2024-02")
    assert early["reliefs"]["calls_more"] >= 0.11


def test_a_phase_that_misses_every_monday_says_so() -> None:
    phase = last("days")
    assert phase["missed_each_week"] == {"monday": ["calls"]}
    assert phase["relief"] == "a roster for such days"
    from callsim.report.buildout.text import report, verdict

    answer = plan(callsim.load(CASES / "days.yaml")).answer
    assert "It would take a roster for such days." in report(answer, 100)
    assert verdict(answer).style == "bold red"


# 11. Futures.


def test_futures_hire_what_the_plan_hires() -> None:
    years = lay_out(callsim.load(CASES / "hp.yaml", ["buildout.people.schools.college.slips=21 d"]))
    played = flow(years)
    late = flow(years, late=lambda school, week: 3, planned=played.classes)
    np.testing.assert_allclose(late.hired, played.hired, rtol=1e-12)
    assert (late.present.sum(axis=0) <= played.present.sum(axis=0) + 1e-9).all()


def test_few_who_dial_are_missed_though_they_are_few_of_all() -> None:
    """One of sixty is less than one in two hundred of all agents, and more than that of those who dial."""
    phase = last("dial", "groups.desk.staff=200", "sites.mill.seats=400", "buildout.people.attrition=2%")
    assert (phase["holds"], phase["binding"]) == (False, "people")
    assert phase["without_queues_short"] == ["outbound"]
