"""Both engines write the same record for every call of every bundled scenario: first hours, busy minutes."""

from __future__ import annotations

import pytest

import callsim
from callsim.model import build
from callsim.sim.floor.records import ABANDONED, ANSWERED, NOT_REACHED
from tests.makers.bundled import FOLDER, LARGE, OUTBOUND, SMALL, numbers_of, slice_of
from tests.makers.floors import HOUR, play, same

MORNING = {
    "zunyi-2015": (9, 30),
    "zunyi-2016": (9, 10),
    "zunyi-2017": (8, 5),
    "zunyi-city": (7, 5),
}  # hour, minutes


@pytest.mark.parametrize("name", SMALL)
def test_small_scenarios_all_day(name: str) -> None:
    plan = build(callsim.load(FOLDER / f"{name}.yaml"))
    centre, trace = slice_of(plan, plan.centre.clock.opens, 24 * 60)
    one, other = (play(centre, trace, engine) for engine in ("kernel", "reference"))
    assert {ANSWERED, ABANDONED} <= set(one.records["outcome"])
    same(one, other)


@pytest.mark.parametrize("name", LARGE[:2])
def test_first_hour_of_the_day(name: str) -> None:
    plan = build(callsim.load(FOLDER / f"{name}.yaml"))
    centre, trace = slice_of(plan, plan.centre.clock.opens, 60)
    one, other = (play(centre, trace, engine) for engine in ("kernel", "reference"))
    assert len(one.records) >= len(trace) > 3_000
    same(one, other)


@pytest.mark.parametrize("name", LARGE)
def test_short_of_staff_in_the_morning(name: str) -> None:
    """A fifth of the agents: calls wait, hang up, dial again and reach the sister base."""
    plan = build(callsim.load(FOLDER / f"{name}.yaml"))
    hour, minutes = MORNING[name]
    centre, trace = slice_of(plan, plan.centre.clock.opens + hour * HOUR, minutes, share=0.2)
    one, other = (play(centre, trace, engine) for engine in ("kernel", "reference"))
    answered = one.records[one.records["outcome"] == ANSWERED]
    assert set(answered["group"]) == set(range(centre.groups))
    assert (answered["group"] != answered["queue"]).any(), "nobody was helped"
    assert (one.records["attempt"] > 1).any()
    same(one, other)


@pytest.mark.parametrize("name", OUTBOUND)
def test_numbers_are_dialled_in_the_morning(name: str) -> None:
    """A twentieth of the agents: seats are not short, but all three bases dial."""
    plan = build(callsim.load(FOLDER / f"{name}.yaml"))
    centre, trace = slice_of(plan, plan.centre.clock.opens + 9 * HOUR, 2, share=0.05)
    luck = numbers_of(plan)
    one, other = (play(centre, trace, engine, numbers=luck) for engine in ("kernel", "reference"))
    dialled = one.records[one.records["queue"] >= centre.called]
    assert set(dialled["queue"]) == set(range(centre.called, centre.called + 3))
    assert {ANSWERED, NOT_REACHED} <= set(dialled["outcome"])
    same(one, other)
