"""A goal that nobody called is neither met nor missed, wherever goals are counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from callsim.report.kit.goals import met_of
from callsim.results.goals import goals_of
from callsim.study.buildout.result import holds


def queues(*verdicts: bool | None) -> dict[str, Any]:
    return {"free": {}} | {f"q{row}": {"goal": {"met": met}} for row, met in enumerate(verdicts)}


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
    assert goals_of(queues(*verdicts)) == counted
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
    usual = {"queues": queues(*verdicts)}
    period: Any = SimpleNamespace(usual=usual, short_lines=(), binding=SimpleNamespace(word=word))
    assert holds(period) is held
