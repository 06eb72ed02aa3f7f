"""Rows of `callsim staff`: each answer against what is right and against its own run."""

from __future__ import annotations

from math import fsum
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cases.typed import keeps, run, staffed, typed

HOURS = range(8, 18)


def _agents(found: dict[str, Any], group: str = "g") -> list[int]:
    """Agents by interval."""
    agents: list[int] = found["groups"][group]["staff"]
    return agents


def _on_duty(file: str) -> float:
    """Hours on duty that the run of a file shows, of all groups, without what is late."""
    groups = run(file, "--runs", "2")["groups"].values()
    return fsum(group["on_duty_h"]["mean"] - group["late_h"]["mean"] for group in groups)


def _promised(file: str) -> float:
    """Hours of the people that a file of `staff --shifts` counts, without warm-up, of one group `g`."""
    written = yaml.safe_load(Path(file).read_text())
    base = yaml.safe_load((Path(file).parent / written["extends"]).read_text())
    shifts = base["shifts"] | written.get("shifts", {})
    days = (base["calendar"] | written.get("calendar", {}))["days"]
    hours = 0.0
    for name, people in written["groups"]["g"]["shifts"].items():
        begin, end = (60 * int(shifts[name][key][:2]) + int(shifts[name][key][3:]) for key in ("from", "to"))
        hours += people * len(shifts[name].get("days", range(days))) * (end - begin) / 60
    return hours


def hardly_any_calls() -> None:
    """0.001 calls a day: one agent in each half hour that is open, and none outside."""
    agents = _agents(staffed("51_tiny.yaml"))
    assert agents == [int(8 <= half / 2 < 18) for half in range(48)]


def a_call_in_three_days() -> None:
    """0.3 calls a day: one agent, and the written file is read."""
    assert typed("staff", "57_negative.yaml", "--out", "r.yaml").code == 0
    assert typed("check", "r.yaml").code == 0
    written = yaml.safe_load(Path("r.yaml").read_text())
    assert written["groups"]["g"]["staff"] == [int(8 <= half / 2 < 18) for half in range(48)]


def quiet_nights() -> None:
    """A desk with a call in ten nights: one agent by night."""
    agents = _agents(staffed("55_night.yaml"))
    assert agents[1:6] == [1] * 5
    assert min(agents) == 1


def quiet_nights_on_shifts() -> None:
    """People on three shifts who keep every hour, at most the ten of early 5, late 4, night 1."""
    assert typed("staff", "56s_night_shifts.yaml", "--shifts", "--out", "r.yaml").code == 0
    people = yaml.safe_load(Path("r.yaml").read_text())["groups"]["g"]["shifts"]
    assert people["night"] == 1
    assert sum(people.values()) <= 10
    for row in run("r.yaml", "--runs", "200")["intervals"]:
        assert row["service_level"]["offered"]["mean"] >= 0.8, row["start"]


def a_rare_second_line() -> None:
    """0.3 calls a day of a second line change nothing: five agents in each open hour."""
    agents = _agents(staffed("57b_two.yaml"))
    assert [agents[hour] for hour in HOURS] == [5] * 10


def short_calls_by_night() -> None:
    """Calls of 20 s, one an hour by night: two at 07 and 20 h, one in each hour by night, for any luck."""
    for words in ((), ("--seed", "2"), ("--runs", "1000")):
        agents = _agents(staffed("59_short.yaml", *words))
        assert (agents[7], agents[20]) == (2, 2), words
        assert [agents[hour] for hour in (1, 3, 4)] == [1, 1, 1], words


def shrinkage_and_absence() -> None:
    """A file written for people of whom a fifth does not come keeps its goals when it is run."""
    for name in ("mini", "miniabs"):
        assert typed("staff", f"{name}.yaml", "--out", f"r_{name}.yaml").code == 0
        keeps(f"r_{name}.yaml", "--runs", "50")


def each_weekday_of_the_centre() -> None:
    """A requirement for each weekday, Monday's the largest."""
    found = staffed("centre.yaml", "--quick")
    hours = {
        day: fsum(sum(group["staff"][day]) for group in found["groups"].values())
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    }
    assert hours["mon"] == max(hours.values())
    assert hours["sun"] < hours["mon"] / 2


MOVING = """
extends: centre.yaml
shifts:
  early: {breaks: [{length: 15 min, between: 09:00-11:00}, {length: 30 min, between: 11:00-14:00}]}
  mid: {breaks: [{length: 30 min, between: 12:00-15:00}, {length: 15 min, between: 15:30-17:00}]}
  late: {breaks: [{length: 30 min, between: 15:00-18:30}, {length: 15 min, between: 18:30-20:30}]}
  weekend: {breaks: [{length: 30 min, between: 11:30-14:30}, {length: 30 min, between: 16:00-19:00}]}
"""
COPIED = """
extends: centre.yaml
groups:
  sales-leipzig: {shifts: {early-2: 0, mid-2: 0, late-2: 0, weekend-2: 0}}
  support-leipzig: {shifts: {early-2: 0, mid-2: 0, late-2: 0, weekend-2: 0}}
  support-rostock: {shifts: {early-2: 0, mid-2: 0, late-2: 0, weekend-2: 0}}
  billing-rostock: {shifts: {early-2: 0, mid-2: 0}}
shifts:
  early-2: {from: 07:00, to: 15:30, breaks: ["10:00-10:15", "12:30-13:00"], days: mon-fri}
  mid-2: {from: 09:30, to: 18:00, breaks: ["13:30-14:00", "16:15-16:30"], days: mon-fri}
  late-2: {from: 12:30, to: 21:00, breaks: ["17:00-17:30", "19:15-19:30"], days: mon-fri}
  weekend-2: {from: 08:00, to: 20:30, breaks: ["13:00-13:30", "17:30-18:00"], days: sat-sun}
"""


def _keeps_each_weekday(file: str) -> dict[str, Any]:
    """The run of a file, of whose weekdays none lies surely below its goal."""
    found = run(file, "--runs", "20", "--seed", "7")
    for name, queue in found["queues"].items():
        for day in queue["goal"]["by_day"]:
            assert day["service_level"]["high"] >= queue["goal"]["answer"], (file, name, day)
    return found


def the_centre_keeps_each_weekday() -> None:
    """The file that `staff` writes for a week keeps each weekday's goals when it is run."""
    assert typed("staff", "centre.yaml", "--out", "r.yaml").code == 0
    _keeps_each_weekday("r.yaml")


def breaks_that_move_take_fewer_hours() -> None:
    """With --shifts: breaks that move beside two copies of each shift by hand: fewer paid hours."""
    hours = []
    for name, text in (("moving", MOVING), ("copied", COPIED)):
        Path(f"{name}.yaml").write_text(text)
        assert typed("staff", f"{name}.yaml", "--shifts", "--out", f"r_{name}.yaml").code == 0
        found = _keeps_each_weekday(f"r_{name}.yaml")
        hours.append(fsum(group["paid_h"]["mean"] for group in found["groups"].values()))
    print(f"paid hours a week: {hours[0]:,.1f} with breaks that move, {hours[1]:,.1f} with copies")
    assert hours[0] < hours[1]


def whole_people() -> None:
    """A need of 15.4 people is met by 16."""
    said = typed("staff", "41_opening.yaml", "--shifts", "--out", "r.yaml")
    people = yaml.safe_load(Path("r.yaml").read_text())["groups"]["g"]["shifts"]
    assert all(number == int(number) for number in people.values())
    assert f"{sum(people.values())} people on shifts" in said.all
    keeps("r.yaml", "--runs", "50")


def the_file_holds_what_was_promised() -> None:
    """Old counts of shifts are gone: hours on duty of the run are those of the people written."""
    for name, words in (("base1", ("--set", "calendar.days=7")), ("a3", ())):
        assert (
            typed("staff", f"roster/{name}.yaml", "--shifts", *words, "--out", f"roster/r_{name}.yaml").code
            == 0
        )
        written = f"roster/r_{name}.yaml"
        assert _on_duty(written) == pytest.approx(_promised(written))
        keeps(f"roster/r_{name}.yaml", "--runs", "20")


def the_exact_minimum() -> None:
    """Erlang C at 400 erlangs, 95 % in 20 s: 420 agents, not 419."""
    assert set(_agents(staffed("roster/c400.yaml"))) == {420}


def fortnights() -> None:
    """Weekdays are pooled over 14, 8 and 10 days; no half hour is said to lie below its goal."""
    for days in ("14", "8", "10"):
        said = typed(
            "staff", "roster/wk.yaml", "--shifts", "--set", f"calendar.days={days}", "--out", f"r{days}.yaml"
        )
        assert said.code == 0, said
        assert "meet the goals on the mean" in said.all
        assert "below" not in said.out.lower()


def a_group_that_nobody_needs() -> None:
    """Nobody in a second group: the file runs all the same."""
    assert typed("staff", "roster/ovf.yaml", "--out", "roster/r.yaml").code == 0
    keeps("roster/r.yaml", "--runs", "20")


def shared_lines() -> None:
    """Nineteen lines are few and enough: the goals are met, and the written file shows it."""
    said = typed("staff", "roster/lines.yaml", "--set", "lines.main.count=19", "--out", "roster/r.yaml")
    assert "with any number of agents" not in said.all
    keeps("roster/r.yaml", "--runs", "50")


def nothing_proven() -> None:
    """Too few seats: what is short is told, and no gap is claimed."""
    for name in ("limit", "h14"):
        said = typed("staff", f"roster/{name}.yaml", "--shifts")
        assert "not proven to be the fewest" in said.all
        assert "proven within" not in said.all


def wishes_of_occupancy() -> None:
    """Alike half hours get alike agents, five, and whether the wish was kept is said."""
    found = typed("staff", "roster/occ.yaml", "--occupancy-at-most", "70%")
    assert "wished for: at most 70 %, which is missed" in found.all
    assert set(_agents(staffed("roster/occ.yaml", "--occupancy-at-most", "70%"))) == {5}


def names_of_all_kinds() -> None:
    """Shifts and groups named like patterns and like words of YAML: the run keeps what was promised."""
    for name in ("coll", "names"):
        assert typed("staff", f"roster/{name}.yaml", "--shifts", "--out", f"roster/r_{name}.yaml").code == 0
        keeps(f"roster/r_{name}.yaml", "--runs", "20")


def certainty_on_fresh_days() -> None:
    """The share of days that was asked for, or a headline that says what the check saw."""
    for name, share, words in (
        ("cert", 0.9, ("--set", "calendar.days=5")),
        ("certsh", 0.95, ("--shifts",)),
        ("cert2", 0.95, ()),
    ):
        out = f"roster/r_{name}.yaml"
        said = typed("staff", f"roster/{name}.yaml", "--certainty", str(share), *words, "--out", out)
        days = run(out, "--runs", "400", "--seed", "99")["queues"]["q"]["goal"]["probability"]
        assert days["high"] >= share or f"{share:.0%}" not in said.out.splitlines()[1], (name, days, said.out)


DEAR = (
    each_weekday_of_the_centre,
    the_centre_keeps_each_weekday,
    breaks_that_move_take_fewer_hours,
    hardly_any_calls,
    a_call_in_three_days,
    quiet_nights,
    quiet_nights_on_shifts,
    a_rare_second_line,
    short_calls_by_night,
    shrinkage_and_absence,
    whole_people,
    the_file_holds_what_was_promised,
    the_exact_minimum,
    fortnights,
    a_group_that_nobody_needs,
    shared_lines,
    nothing_proven,
    wishes_of_occupancy,
    names_of_all_kinds,
    certainty_on_fresh_days,
)
