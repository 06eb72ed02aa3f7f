"""Classes that an intake fills: `check` refuses and warns by the arithmetic by which `plan` hires."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model.buildout import lay_out
from callsim.scenario.checks import notes_buildout
from callsim.scenario.summary import describe
from callsim.study.buildout.head_count import flow

COURSE = Path(__file__).parents[1] / "study" / "buildout" / "cases" / "course-8d.yaml"
SCHOOL = "buildout.people.schools.s"
MONTH = 365.25 / 12


@pytest.mark.parametrize("size", [1, 2, 6])
@pytest.mark.parametrize("rooms", [1, 3])
@pytest.mark.parametrize("days", [1, 6, 7, 8, 13, 14, 15, 21, 25])
def test_a_school_takes_what_the_plan_hires(days: int, rooms: int, size: int) -> None:
    """An intake just below what classes of whole weeks take is hired; above it `check` says what is."""
    weeks = -(-days // 7)
    most = rooms * size / weeks / 7 * MONTH
    settings = [f"{SCHOOL}.{key}={value}" for key, value in _school(days, rooms, size).items()]
    for intake, fits in ((0.99 * most, True), (1.01 * most, days % 7 != 0)):
        words = [*settings, f"{SCHOOL}.intake={intake:.9f}", "groups.desk.staff=500"]
        if not fits:
            with pytest.raises(
                ScenarioError, match=f"for {days} days fill {1.01 * rooms:,.1f} classes of {size} at"
            ):
                callsim.load(COURSE, words)
            continue
        scenario = callsim.load(COURSE, words)
        assert scenario.buildout
        hired = np.diff(flow(lay_out(scenario)).hired.sum(axis=0))[:12]
        assert hired.mean() / 7 * MONTH == pytest.approx(min(intake, most), rel=0.1)
        told = list(notes_buildout.rooms(scenario.buildout))
        assert bool(told) is (intake > most)
        if told:
            assert f"for {weeks} week" in told[0]
            assert f"takes {most:,.1f} people a month" in told[0]
            assert told[0] in "\n".join(describe(scenario))


def _school(days: int, rooms: int, size: int) -> dict[str, object]:
    return {"length": f"{days} d", "rooms": rooms, "class_size": size}


def test_rooms_that_are_lost_later_are_seen_at_their_date() -> None:
    scenario = callsim.load(COURSE, [f"{SCHOOL}.rooms={{2024-01: 4, 2024-09: 1}}"])
    assert scenario.buildout
    (told,) = notes_buildout.rooms(scenario.buildout)
    assert "takes 4.3 people a month, not 7" in told


def test_a_trainer_too_few_is_as_bad_as_a_room_too_few() -> None:
    scenario = callsim.load(COURSE, [f"{SCHOOL}.rooms=4", f"{SCHOOL}.trainers=1"])
    assert scenario.buildout
    (told,) = notes_buildout.rooms(scenario.buildout)
    assert "takes 4.3 people a month, not 7" in told
