"""What no number of agents can do is never said of what enough of them would do."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim.study.staff.components import parts
from callsim.study.staff.feasibility import reachable
from callsim.study.staff.subproblem import Options, Question
from tests.makers.centres import centre

QUIET_NIGHT = """
name: A small line with quiet nights and busy days
calendar: {start: 2024-01-01, warm_up: 1 h}
queues:
  line:
    arrivals:
      per_day: 390
      profile: [0.9, 0.5, 0.35, 0.3, 0.3, 0.4, 1.0, 2.6, 7.0, 10.1, 9.7, 7.6,
                4.4, 4.4, 7.4, 8.4, 7.8, 5.8, 4.2, 4.0, 4.1, 3.9, 3.1, 1.75]
      day_cv: 10%
      interval_cv: 8%
    talk: {lognormal: {mean: 160 s, cv: 0.9}}
    wrap: {exponential: {mean: 140 s}}
    patience: {exponential: {mean: 400 s}}
    goal: {answer: 90%, within: 15 s, abandon_at_most: 3%}
groups:
  desk: {answers: {line: {}}, staff: 1}
"""


@pytest.mark.parametrize("seed", range(6))
def test_a_few_calls_at_night_are_not_out_of_reach(tmp_path: Path, seed: int) -> None:
    (part,) = parts(centre(tmp_path, QUIET_NIGHT))
    troubles, within = reachable(Question(part, Options(seed=seed)), 12)
    assert not troubles
    assert within.all()
