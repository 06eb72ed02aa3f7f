"""Crews that are made once for plans whose groups are alike are those that would be made anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import build, presence
from callsim.model.model import Model

PLAN = """
calendar: {start: 2026-03-02, days: 2, interval: 30 min}
sites: {park: {}, hill: {}}
queues:
  east: {copies: 2, arrivals: {per_hour: 60}, talk: 180 s}
  north: {arrivals: {per_hour: 90}, talk: 180 s}
shifts:
  early: {from: 00:00, to: 13:00, breaks: [{length: 30 min, between: "09:00-11:00"}]}
  late: {from: 11:00, to: 24:00}
groups:
  of-east: {site: park, answers: {east: {}}, shifts: {early: 5, late: 5}}
  of-north: {site: hill, answers: {north: {}}, staff: 6}
  both: {site: hill, answers: {east: {}, north: {}}, staff: {mon: 2, tue-sun: 3}}
"""
CHANGES: dict[str, dict[str, object]] = {
    "nothing": {},
    "calls": {"queues.*.scale.volume": 1.2, "queues.east.talk": "200 s"},
    "copies": {"queues.east.copies": 3},
    "shrinkage": {"groups.of-east.shrinkage": 0.1},
    "absence": {"groups.of-north.absence.share": 0.1},
    "shifts": {"groups.of-east.shifts.early": 6},
    "staff": {"groups.both.scale.staff": 2},
    "hours": {"shifts.late.from": "12:00"},
    "breaks": {"shifts.early.breaks": []},
    "answers": {"groups.both.answers": {"north": {}}},
    "calendar": {"calendar.start": "2026-03-03"},
    "days": {"calendar.days": 3},
    "warm-up": {"calendar.warm_up": "2 h"},
    "interval": {"calendar.interval": "15 min"},
    "site": {"groups.both.site": "park"},
    "absent": {"incidents": [{"site": "park", "from": "day 1 10:00", "to": "day 1 12:00", "absence": "30%"}]},
}
KEPT = "nothing", "calls"  # the same crews, so they are the very same objects


def same(one: Model, other: Model) -> bool:
    return np.array_equal(one.centre.staff, other.centre.staff) and all(
        np.array_equal(a, b) for a, b in zip(arrays(one), arrays(other), strict=True)
    )


def arrays(model: Model) -> list[np.ndarray]:
    rows = model.roster.rows
    few = [rows.crews, rows.numbers, rows.steps, rows.away, rows.weekdays, rows.ends]
    unlike = [np.array(repr(list(some))) for some in (rows.dates, rows.waves)]
    return [model.centre.crew_group, *few, *unlike, *rows.dates.values(), *rows.waves.values()]


@pytest.mark.parametrize("change", CHANGES)
def test_known_crews_are_those_that_would_be_made(tmp_path: Path, change: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    plan = build(callsim.load(file))
    after = callsim.load(file, CHANGES[change])
    found = build(after)
    presence._recent.clear()
    assert same(found, build(after))
    assert (found.roster is plan.roster) is (change in KEPT)


def test_groups_in_another_order_are_other_crews(tmp_path: Path) -> None:
    file, swapped = tmp_path / "plan.yaml", tmp_path / "swapped.yaml"
    file.write_text(PLAN)
    *head, first, second, third = PLAN.rstrip().splitlines()
    swapped.write_text("\n".join([*head, second, first, third]))
    assert build(callsim.load(file)).roster is not build(callsim.load(swapped)).roster
