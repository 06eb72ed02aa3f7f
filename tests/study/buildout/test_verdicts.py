"""Random small build-outs: each verdict is that of `run`, and what it would take lifts what bound."""

from __future__ import annotations

import copy
import datetime
import math
import os
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

import callsim
from callsim.errors import ScenarioError
from callsim.model.buildout import lay_out
from callsim.study.buildout.plan import plan
from callsim.study.buildout.relief import WhatIf

from .count import count, needs
from .files import random_file

GRID = bool(os.environ.get("CALLSIM_GRID"))
FILES = range(40)  # some 15 s of processor time
MORE = range(120) if GRID else [*range(10), 32]  # 9: rooms for whom it hires; 32: seats
ENOUGH = 0.005  # of the agents needed, as the docs say: fewer are missing than anybody can count


class _Digits(yaml.SafeDumper):
    """1.125 can be read in two ways, 1.125000000 in one."""


_Digits.add_representer(
    float, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", f"{value:.9f}")
)


def loaded(words: dict[str, Any], folder: Path, name: str = "a.yaml") -> callsim.Scenario:
    path = folder / name
    path.write_text(yaml.dump(words, Dumper=_Digits, sort_keys=False))
    return callsim.load(path)


@pytest.mark.parametrize("seed", FILES)
def test_each_verdict_is_that_of_run(seed: int, tmp_path: Path) -> None:
    """The same people, seats and calls at the judged week, counted and written here by other means."""
    words = random_file(random.Random(seed))
    scenario = loaded(words, tmp_path)
    years, found = lay_out(scenario), plan(scenario, reliefs=False).to_dict()
    weeks = len(years.weeks)
    needed = needs(words, weeks)
    present = count(words["buildout"], needed, [team.site or "" for team in years.teams])["present"]
    first = words["buildout"]["phases"][0]["on"]
    for phase in found["phases"]:
        day = datetime.date.fromisoformat(phase["day"])
        if (day - first).days % 7:
            continue  # between two weeks: see test_cases
        week = (day - first).days // 7
        run = callsim.run(loaded(_day(words, needed, present, week), tmp_path, "day.yaml"), runs=3, seed=1)
        levels = run.to_dict()["queues"]
        short = [
            sum(max(0.0, needed[row][week] - present[row][week]) for row in rows) > ENOUGH * total
            for rows in [range(len(words["groups"]), len(needed))]
            if (total := sum(needed[row][week] for row in rows))
        ]
        assert phase["holds"] is (not any(short) and all(one.met is not False for one in run.goals.values()))
        for name, queue in phase["queues"].items():
            expected = levels[name]["service_level"]["offered"]["mean"]
            assert queue["service_level"]["offered"]["mean"] == pytest.approx(expected, abs=0.002), name


def _day(words: dict[str, Any], needed: Any, present: Any, week: int) -> dict[str, Any]:
    """The file as it stands in a week, without a build-out: calls, crews and seats."""
    day = copy.deepcopy(words)
    lines = day.pop("buildout").get("lines", {})
    names = list(words["groups"])
    gives = 40 * (1 - float(words["buildout"]["people"]["shrinkage"].rstrip("%")) / 100)
    whole = {name: words["groups"][name]["staff"] * 168 / gives for name in names}
    size = {name: needed[row][week] / whole[name] for row, name in enumerate(names)}
    for queue in day["queues"]:
        ranks = {
            name: min(answer.get("rank", 1) for answer in group["answers"].values())
            for name, group in words["groups"].items()
        }
        homes = [
            name
            for name, group in words["groups"].items()
            if group["answers"].get(queue, {"rank": 99}).get("rank", 1) == ranks[name]
        ] or [name for name, group in words["groups"].items() if queue in group["answers"]]
        staff = {name: words["groups"][name]["staff"] for name in homes}
        factor = sum(size[name] * staff[name] for name in homes) / sum(staff.values())
        day["queues"][queue]["arrivals"]["per_hour"] *= max(factor, 1e-9)
    for row, name in enumerate(names):
        group = day["groups"][name]
        there = size[name] * min(1.0, present[row][week] / needed[row][week]) if needed[row][week] else 0.0
        times = max(1, math.ceil(there - 1e-9))
        group["staff"] *= times
        keeps = (1 - float(group.get("shrinkage", "0%").rstrip("%")) / 100) * min(1.0, there / times)
        group["shrinkage"] = min(1 - keeps, 0.999999)
    for site in day["sites"]:
        seats = 0
        for phase in words["buildout"]["phases"]:
            begins, over = phase["on"], float(phase["over"].split()[0])
            since = (words["buildout"]["phases"][0]["on"] + datetime.timedelta(days=7 * week) - begins).days
            if site in phase["seats"] and since >= over:
                seats = phase["seats"][site]
        dialling = [(of, words) for words in lines.values() for of in words.get("seats", {})]
        for row, (of, line) in enumerate(dialling, start=len(names)):
            if of == site and needed[row][week]:
                used = needed[row][week] / line["agents_per_seat"]
                used *= min(1.0, present[row][week] / needed[row][week])
                seats -= math.floor(used + 0.5)
        day["sites"][site]["seats"] = max(seats, 1)
    return day


@pytest.mark.parametrize("seed", MORE)
def test_what_it_would_take_lifts_what_bound_and_5_percent_less_does_not(seed: int, tmp_path: Path) -> None:
    words = random_file(random.Random(1000 + seed))
    scenario = loaded(words, tmp_path)
    found, what_if = plan(scenario).to_dict(), WhatIf(lay_out(scenario))
    for number, phase in enumerate(found["phases"]):
        if phase["binding"] == "seats":
            (site, many), *_ = phase["reliefs"]["seats"].items()
            wanted = phase["sites"][site]["wanted_peak"]
            assert phase["sites"][site]["seats"] + many >= wanted
            assert phase["sites"][site]["seats"] + math.floor(0.95 * many) < wanted
            if number + 1 == len(words["buildout"]["phases"]):
                for share in (1.0, 0.95):
                    more = {name: math.floor(share * k) for name, k in phase["reliefs"]["seats"].items()}
                    given = _phase(_seated(words, more), tmp_path, number)
                    assert given["binding"] != "seats" or share < 1
                    short = given["sites"][site]["wanted_peak"] > given["sites"][site]["seats"]
                    assert short is (share < 1), "somebody has no seat"
        fills = phase["reliefs"].get("fills_the_roster")
        if not fills:
            continue
        late = what_if.left(what_if.years.judged[number])  # nothing brings those in time
        tolerated = max(ENOUGH * phase["people"]["needed"], late + 1e-3)
        enough = _phase(_lifted(words, fills, 1.0), tmp_path, number)
        assert enough["people"]["missing"] <= tolerated + 1e-6
        try:
            less = _phase(_lifted(words, fills, 0.95), tmp_path, number)
        except ScenarioError:
            continue  # with a room less the intake does not fit: `check` says so
        assert less["people"]["missing"] > tolerated - 1e-3 or (
            set(less["without_queues_short"]) - set(enough["without_queues_short"])
        )


def _phase(words: dict[str, Any], folder: Path, number: int) -> dict[str, Any]:
    """A phase, if this is the file."""
    found = plan(loaded(words, folder, "lifted.yaml"), runs=1, reliefs=False).to_dict()
    phase: dict[str, Any] = found["phases"][number]
    return phase


def _seated(words: dict[str, Any], more: dict[str, int]) -> dict[str, Any]:
    """The file with more seats in the end for the same calls, which follow the share that is open."""
    words = copy.deepcopy(words)
    for site, many in more.items():
        words["sites"][site]["seats"] += many
        last = [phase for phase in words["buildout"]["phases"] if site in phase["seats"]][-1]
        last["seats"][site] += many
    return words


def _lifted(words: dict[str, Any], fills: dict[str, Any], share: float) -> dict[str, Any]:
    """The file with a share of what it would take, typed in by hand; rooms are whole ones."""
    words = copy.deepcopy(words)
    people = words["buildout"]["people"]
    for name, hires in fills.get("hires_a_month", {}).items():
        people["schools"][name]["intake"] += hires * share
    for name, rooms in fills.get("rooms", {}).items():
        more = math.floor(rooms * share)
        school = people["schools"][name]
        school["rooms"] += more
        if "trainers" in school:
            school["trainers"] += more
    if "labour_market_times" in fills:
        market, times = people["labour_market"], max(1.0, fills["labour_market_times"] * share)
        most = float(market["at_most"].rstrip("%")) / 100 * times
        market["labour_force"] = math.ceil(market["labour_force"] * max(1.0, most))
        market["at_most"] = min(1.0, most)
    return words
