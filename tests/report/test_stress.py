"""The report of a stress: what would mend a goal that is missed already, and no cheerful word beside it."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.report.html import page
from callsim.report.stress.tables import amount, recovery, room
from callsim.report.stress.text import report
from callsim.results.measures import Figure
from callsim.study.stress.answer import Cure, GoalAsItIs, Limit, SiteLost, StressResult, mending, ranking


def limit(goal: str, what: str, holds: float | None, fails: float | None, start: float = 1.0) -> Limit:
    share = what == "absence"
    return Limit(
        what=what,
        goal=goal,
        times=None if share else fails,
        share=fails if share else None,
        holds_at=holds,
        room=None if fails is None else round(fails - start, 9),
        looked_up_to=4.0,
    )


def site(name: str, missed: list[str], before: list[str], recovered: dict[str, float | None]) -> SiteLost:
    return SiteLost(
        site=name,
        date="2024-01-08",
        weekday="mon",
        from_="10:00",
        to="14:00",
        missed=missed,
        missed_before=before,
        goals=2,
        dropped=Figure(3.0),
        service_level=Figure(0.409),
        abandoned_share=Figure(0.2),
        recovery_s=recovered,
        recovered={goal: 0.0 if time is None else 1.0 for goal, time in recovered.items()},
        queues={},
    )


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


def goal(met: bool, level: float) -> GoalAsItIs:
    return GoalAsItIs(
        service_level=Figure(level),
        answer=0.8,
        within_s=20.0,
        abandon_at_most=None,
        counted="offered",
        met=met,
        decided=True,
        verdict="met" if met else "missed",
        probability=Figure(float(met)),
    )


def found() -> StressResult:
    return StressResult(
        scenario="S",
        seed=1,
        runs=2,
        engine="kernel",
        version="0.1.0",
        counted="offered",
        goals={"bad": goal(False, 0.5), "worse": goal(False, 0.4), "good": goal(True, 0.9)},
        ranking=ranking(LIMITS, SITES),
        mending=mending(LIMITS),
        limits=[*LIMITS],
        sites=SITES,
        tornado=[],
    )


def test_what_is_missed_already_does_not_break_first() -> None:
    assert [(row.what, row.goal) for row in ranking(LIMITS, SITES)] == [
        ("absence", "good"),
        ("volume", "good"),
        ("loss of a", "good"),
    ]


def test_the_goal_that_takes_most_says_what_would_mend() -> None:
    assert mending(LIMITS) == [
        Cure(what="volume", goal="worse", holds_at=0.60),
        Cure(what="absence", goal="bad", holds_at=None),
    ]
    none = limit("hopeless", "volume", None, 0.05)
    assert mending([*LIMITS, none])[0] == Cure(what="volume", goal="hopeless", holds_at=None)
    assert mending([none, *LIMITS])[0].holds_at is None


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
    assert room("volume", LIMITS[2].room or 0.0) == "at 20% more volume"


def test_nothing_is_well_again_that_was_not_before() -> None:
    assert recovery(SITES[0]) == "never: 2 missed before"
    assert recovery(site("c", [], [], {"x": 0.0, "y": 0.0})) == "from 14:00 on"
    assert recovery(site("c", [], [], {"x": 0.0, "y": 1800.0})) == "30 min later"
    assert recovery(site("c", [], [], {"x": 0.0, "y": None})) == "not that day"
    assert recovery(site("c", [], [], {})) == "–"
