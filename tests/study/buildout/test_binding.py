"""What binds is what stops that very day, and what it would take is what that day needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.results.schema import plain as as_json
from callsim.scenario.summary import describe
from callsim.study.buildout.plan import plan
from callsim.study.buildout.reliefs import Changes
from callsim.study.buildout.seat_relief import seat_relief

FILE = """
name: small
calendar: {start: 2024-01-08, interval: 1 h}
sites: {mill: {seats: 50}, hall: {seats: 20}}
queues:
  calls: {arrivals: {per_hour: 180}, talk: {exponential: {mean: 3 min}},
          patience: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
groups:
  desk: {site: mill, answers: {calls: {}}, staff: 12}
buildout:
  until: 2024-04
  runs: 3
  phases: [{name: old, on: 2024-01-08, seats: {mill: 50, hall: 20}}]
  people: {attrition: 0%}
"""
LINES = "buildout.lines={{in: {{queues: [calls]}}, out: {{seats: {{{}}}, agents_per_seat: 1.5}}}}"
SCHOOL = "buildout.people.schools={{s: {{class_size: 12, rooms: 9, length: 21 d{}}}}}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(FILE)
    return path


def last(path: Path, *settings: str) -> dict[str, Any]:
    phase: dict[str, Any] = plan(callsim.load(path, list(settings))).to_dict()["phases"][-1]
    return phase


# Seats: of the day that is judged.

FEW = ("sites.mill.seats=14", "buildout.phases=[{name: old, on: 2024-01-08, seats: {mill: 14}}]")
WEEKEND = "groups.desk.staff={mon-fri: 12, sat-sun: 20}"


def test_seats_that_lack_on_sundays_do_not_stop_a_monday(file: Path) -> None:
    phase = last(file, *FEW, WEEKEND, "buildout.people.at_start=60%")
    assert phase["sites"]["mill"]["wanted_peak"] == 12
    assert (phase["holds"], phase["binding"]) == (False, "people")
    assert "agents are missing" in phase["says"]


def test_a_saturday_without_seats_takes_seats_and_no_other_roster(file: Path) -> None:
    days = "buildout.days={monday: {weekday: mon, usual: yes}, saturday: {weekday: sat, times: 1.5}}"
    phase = last(file, *FEW, WEEKEND, days)
    assert (phase["holds"], phase["binding"]) == (True, "seats")
    assert phase["says"] == "20 agents at once in mill, and 14 seats on the day called saturday"
    assert phase["reliefs"]["seats"] == {"mill": 6}


def test_a_monday_that_people_are_missing_for_takes_people(file: Path) -> None:
    days = "buildout.days={thursday: {weekday: thu}, monday: {weekday: mon, times: 1.05}}"
    settings = ("buildout.people.at_start=93%", SCHOOL.format(", intake: 0.01"), days)
    phase = last(file, *settings)
    assert (phase["holds"], phase["binding"]) == (True, "people")
    assert phase["says"] == "4 of 50 agents are missing on the day called monday"
    assert phase["reliefs"]["keeps_the_goals"]["hires_a_month"]["s"] > 0


@pytest.mark.parametrize("share", [1.0, 0.9])
def test_the_seats_that_keep_the_goals_do_and_fewer_do_not(file: Path, share: float) -> None:
    """28 agents, and ten dialling seats, at 30 seats. The file's own seats grow, too, for the same calls."""
    crowd = ("queues.calls.arrivals.per_hour=450", "groups.desk.staff=28", LINES.format("mill: 10"))

    def with_seats(many: int) -> dict[str, Any]:
        phases = f"buildout.phases=[{{name: old, on: 2024-01-08, seats: {{mill: {many}}}}}]"
        return last(file, *crowd, f"sites.mill.seats={many}", phases)

    phase = with_seats(30)
    assert (phase["binding"], phase["reliefs"]["seats"]) == ("seats", {"mill": 8})
    keeps = phase["reliefs"]["keeps_the_goals"]["seats"]["mill"]
    assert phase["relief"] == (
        f"8 more seats in mill to seat everybody, and {keeps} more seats in mill to keep the goals"
    )
    assert with_seats(30 + int(keeps * share))["holds"] is (share == 1.0)


def test_one_site_after_the_other_gets_as_few_seats_as_do() -> None:
    def misses(seats: Any) -> list[str]:
        return [] if seats["a"] >= 2 and seats["a"] + seats["b"] >= 9 else ["q"]

    told, reliefs = seat_relief({"b": 4, "a": 7}, misses)
    assert as_json(reliefs) == {"seats": {"a": 7, "b": 4}, "keeps_the_goals": {"seats": {"a": 5, "b": 4}}}
    assert told.endswith("and 5 more seats in a, 4 more seats in b to keep the goals")
    told, reliefs = seat_relief({"a": 1}, lambda seats: ["q", "r"])
    assert told == "1 more seat in a; the goals of q and 1 more are missed even then"
    assert as_json(reliefs) == {"seats": {"a": 1}}
    keep = seat_relief({"a": 3}, lambda seats: [])[1].keeps_the_goals
    assert keep == Changes(seats={})


# People: whom no school teaches, and where nobody has a goal.

HALL = ("queues.bank={arrivals: {per_hour: 90}, talk: 3 min, goal: {answer: 80%, within: 20 s}}",
        "groups.clerks={site: hall, answers: {bank: {}}, staff: 7}")  # fmt: skip


def test_a_site_that_no_school_teaches_for_takes_a_school(file: Path) -> None:
    grows = "buildout.phases=[{name: old, on: 2024-01-08, seats: {mill: 50, hall: 10}}, \
{name: new, on: 2024-02-05, seats: {hall: 20}}]"
    settings = (*HALL, grows, SCHOOL.format(", sites: [mill]"))
    phase = last(file, *settings)
    assert (phase["binding"], phase["relief"], phase["reliefs"]) == ("people", "a school for hall", {})
    said = " ".join(describe(callsim.load(file, list(settings))))
    assert "no school teaches for hall: nobody is hired there" in said
    also = (*settings[:3], SCHOOL.format(", sites: [mill], intake: 1"), "buildout.people.at_start=80%")
    assert "; no school teaches for hall; the goal of bank is missed even then" in last(file, *also)["relief"]
    # The rooms of another site's school once stopped some; no room brings anybody here.
    rooms = SCHOOL.replace("rooms: 9", "rooms: 1").format(", sites: [mill]")
    once = last(file, *settings[:3], rooms, "buildout.people.at_start=60%", "buildout.until=2024-07")
    assert (once["binding"], once["relief"]) == ("people", "a school for hall")
    every = last(file, *settings[:3], SCHOOL.format(""))
    assert every["people"]["missing"] == pytest.approx(0, abs=0.01)
    assert "no school" not in str(describe(callsim.load(file, [*settings[:3], SCHOOL.format("")])))


def test_without_goals_it_is_told_what_fills_the_roster(file: Path) -> None:
    school = SCHOOL.format(", intake: 0.01")
    phase = last(file, "queues.calls.goal=null", school, "buildout.people.at_start=90%")
    assert (phase["holds"], phase["binding"]) == (False, "people")
    assert list(phase["reliefs"]) == ["fills_the_roster"]
    assert phase["relief"].endswith("more hires a month from the start")


def test_people_too_many_in_one_site_are_said_beside_those_missing_in_another(file: Path) -> None:
    closes = "buildout.phases=[{name: old, on: 2024-01-08, seats: {mill: 50, hall: 10}}, \
{name: new, on: 2024-02-05, seats: {hall: 20, mill: 0}, close: [mill]}]"
    phase = last(file, *HALL, closes)
    assert phase["says"] == "15 of 29 agents are missing, and 50 too many elsewhere, and nobody is hired"


def test_those_who_dial_are_named_where_nobody_else_is_missing(file: Path) -> None:
    grows = "buildout.phases=[{name: old, on: 2024-01-08, seats: {mill: 50, hall: 10}}, \
{name: new, on: 2024-02-05, seats: {hall: 20}}]"
    phase = last(file, LINES.format("hall: 20"), grows)
    assert phase["says"] == "15 of 80 agents are missing, all for out, and nobody is hired"


# Growth: of what?


@pytest.mark.parametrize(
    ("phases", "is_refused"),
    [
        (
            "[{name: a, on: 2024-01-08, seats: {mill: 25}}, {name: b, on: 2024-02-05, seats: {mill: 50}}]",
            True,
        ),
        ("[{name: a, on: 2024-01-08, over: 30 d, seats: {mill: 50}}]", True),
        (
            "[{name: a, on: 2024-01-08, seats: {hall: 20}}, {name: b, on: 2024-02-05, seats: {mill: 50}}]",
            True,
        ),
        ("[{name: a, on: 2024-01-08, seats: {mill: 50}}]", False),
        (
            "[{name: a, on: 2024-01-08, seats: {mill: 50}}, {name: b, on: 2024-02-05, seats: {mill: 50}}]",
            False,
        ),
        (
            "[{name: a, on: 2024-01-08, seats: {hall: 10}}, {name: b, on: 2024-02-05, seats: {hall: 20}}]",
            False,
        ),
    ],
)
def test_a_site_that_grows_says_how_large_it_is_in_the_file(
    file: Path, phases: str, is_refused: bool
) -> None:
    """Demand stayed as it was, without a word, though seats doubled."""
    settings = ["sites.mill={}", f"buildout.phases={phases}"]
    if not is_refused:
        callsim.load(file, settings)
        return
    with pytest.raises(ScenarioError, match=r"the seats of mill change.*such as seats: 50"):
        callsim.load(file, settings)
