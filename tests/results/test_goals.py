"""A goal that nobody called is neither met nor missed, wherever goals are counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from callsim.report.kit.goals import met_of
from callsim.results.judgement import goals_met
from callsim.results.measures import Figure
from callsim.results.run import Goal
from callsim.results.schema import Figures
from callsim.study.buildout.days import CallsOfDay, DayFigures, QueueOfDay
from callsim.study.buildout.period import holds


def day(*verdicts: bool | None) -> DayFigures:
    """A day with a queue for each verdict, and one that has no goal."""
    calls = Figures()
    queues = {"free": QueueOfDay(figures=calls)} | {
        f"q{row}": QueueOfDay(figures=calls, goal=goal(met)) for row, met in enumerate(verdicts)
    }
    return DayFigures(
        runs=1,
        counted="offered",
        total=CallsOfDay(figures=calls),
        queues=queues,
        groups={},
        sites={},
        warnings=[],
        talk_h={},
    )


def goal(met: bool | None) -> Goal:
    return Goal(
        answer=0.8,
        within_s=20.0,
        abandon_at_most=None,
        counted="offered",
        met=met,
        decided=None,
        verdict="",
        probability=Figure(None),
    )


@pytest.mark.parametrize(
    ("verdicts", "counted", "words"),
    [
        ((), (0, 0, 0), "–"),
        ((True, False), (1, 2, 0), "1 of 2"),
        ((True, None), (1, 1, 1), "1 of 1, 1 not called"),
        ((None, None), (0, 0, 2), "nobody called"),
    ],
)
def test_goals_of_many_queues_are_counted(
    verdicts: tuple[bool | None, ...], counted: tuple[int, int, int], words: str
) -> None:
    assert day(*verdicts).goals_met == goals_met(verdicts) == counted
    assert met_of(*counted) == words


@pytest.mark.parametrize(
    ("verdicts", "word", "held"),
    [
        ((True, None), "seats", True),
        ((False, None), "demand", False),
        ((None,), "seats", False),  # judged by what binds, as without goals
        ((None,), "demand", True),
        ((), "seats", False),
    ],
)
def test_a_phase_whose_goals_nobody_called_is_judged_as_one_without(
    verdicts: tuple[bool | None, ...], word: str, held: bool
) -> None:
    period: Any = SimpleNamespace(usual=day(*verdicts), short_lines=(), binding=SimpleNamespace(word=word))
    assert holds(period) is held
