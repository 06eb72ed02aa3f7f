"""The report of a stress: what would mend a goal that is missed already, and no cheerful word beside it."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.report.stress.html import page
from callsim.report.stress.text import amount, recovery, report, room
from callsim.study.stress.stress import mending, ranking
from tests.makers.made_up import figure


def limit(
    goal: str, what: str, holds: float | None, fails: float | None, start: float = 1.0
) -> dict[str, Any]:
    share = what == "absence"
    return {
        "what": what,
        "goal": goal,
        "times": None if share else fails,
        "share": fails if share else None,
        "holds_at": holds,
        "room": None if fails is None else round(fails - start, 9),
        "looked_up_to": 4.0,
    }


def site(name: str, missed: list[str], before: list[str], recovered: dict[str, Any]) -> dict[str, Any]:
    return {
        "site": name,
        "date": "2024-01-08",
        "weekday": "mon",
        "from": "10:00",
        "to": "14:00",
        "missed": missed,
        "missed_before": before,
        "goals": 2,
        "dropped": figure(3.0),
        "service_level": figure(0.409),
        "abandoned_share": figure(0.2),
        "recovery_s": recovered,
        "recovered": {goal: 0.0 if time is None else 1.0 for goal, time in recovered.items()},
    }


LIMITS = [
    limit("bad", "volume", 0.78, 0.79),
    limit("worse", "volume", 0.60, 0.61),
    limit("good", "volume", 1.19, 1.20),
    limit("bad", "absence", None, 0.0, 0.0),
    limit("good", "absence", 0.1, 0.11, 0.0),
]
SITES = [
    site("a", ["bad", "worse", "good"], ["bad", "worse"], {"bad": 0.0, "worse": 0.0, "good": 0.0}),
    site("b", ["bad", "worse"], ["bad", "worse"], {"bad": None, "worse": None, "good": 0.0}),
]


def found() -> dict[str, Any]:
    level = {"bad": (False, 0.5), "worse": (False, 0.4), "good": (True, 0.9)}
    return {
        "scenario": "S",
        "goals": {
            name: {"answer": 0.8, "met": met, "service_level": figure(share)}
            for name, (met, share) in level.items()
        },
        "ranking": ranking(LIMITS, SITES),
        "mending": mending(LIMITS),
        "limits": LIMITS,
        "sites": SITES,
        "tornado": [],
        "runs": 2,
        "seed": 1,
        "version": "0.1.0",
    }


def test_what_is_missed_already_does_not_break_first() -> None:
    assert [(row["what"], row["goal"]) for row in ranking(LIMITS, SITES)] == [
        ("absence", "good"),
        ("volume", "good"),
        ("loss of a", "good"),
    ]


def test_the_goal_that_takes_most_says_what_would_mend() -> None:
    assert mending(LIMITS) == [
        {"what": "volume", "goal": "worse", "holds_at": 0.60},
        {"what": "absence", "goal": "bad", "holds_at": None},
    ]
    none = limit("hopeless", "volume", None, 0.05)
    assert mending([*LIMITS, none])[0] == {"what": "volume", "goal": "hopeless", "holds_at": None}
    assert mending([none, *LIMITS])[0]["holds_at"] is None


@pytest.mark.parametrize("told", [lambda: report(found(), 100), lambda: page(found())])
def test_a_plan_that_fails_is_told_what_would_mend_it(told: Any) -> None:
    words = told()
    assert "all hold with 40% fewer calls" in words
    assert "does not hold although nobody stays away" in words
    assert "holds to × 0.60" in words
    assert "× 1.20" in words
    assert "less volume" not in words
    assert "at once" not in words


def test_each_row_of_a_limit_has_room_to_fail() -> None:
    assert [amount(row) for row in LIMITS] == [
        "holds to × 0.78",
        "holds to × 0.60",
        "× 1.20",
        "missed",
        "11%",
    ]
    assert room(LIMITS[2]) == "at 20% more volume"


def test_nothing_is_well_again_that_was_not_before() -> None:
    assert recovery(SITES[0]) == "never: 2 missed before"
    assert recovery(site("c", [], [], {"x": 0.0, "y": 0.0})) == "from 14:00 on"
    assert recovery(site("c", [], [], {"x": 0.0, "y": 1800.0})) == "30 min later"
    assert recovery(site("c", [], [], {"x": 0.0, "y": None})) == "not that day"
    assert recovery(site("c", [], [], {})) == "–"
