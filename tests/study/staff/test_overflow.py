"""`staff` where groups take calls of others that have waited: near the fewest agents of all mixes.

The fewest are those of `python -m benchmarks.staffing overflow`, which plays every mix of every total in a
simulation of its own.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.study.staff.fresh.checks import as_written
from callsim.study.staff.staffing import Options, staff
from tests.makers.chains import PROFILE

HEAD = "calendar: {days: 1, warm_up: 6 h, interval: 6 h}\n"
PATIENT = """\
queues:
  a: {arrivals: {per_hour: 60}, talk: {exponential: {mean: 5 min}}, goal: {answer: 70%, within: 20 s}}
  b:
    arrivals: {per_hour: 36}
    talk: {exponential: {mean: 5 min}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 70%, within: 60 s}
  c: {arrivals: {per_hour: 36}, talk: {exponential: {mean: 5 min}}, goal: {answer: 70%, within: 60 s}}
groups:
  desk-a: {staff: 5, answers: {a: {}, b: {rank: 2, after: 30 s}}}
  desk-b: {staff: 5, answers: {b: {}, c: {}}}
"""
HANDED_ON = """\
queues:
  a:
    arrivals: {per_hour: 45}
    talk: {exponential: {mean: 2 min}}
    goal: {answer: 80%, within: 20 s}
    follow_ups: [{outcome: answered, share: 10%, to: b, transfer: cold}]
  b:
    arrivals: {per_hour: 150}
    talk: {exponential: {mean: 2 min}}
    patience: {exponential: {mean: 4 min}}
    goal: {answer: 80%, within: 20 s}
    follow_ups: [{outcome: answered, share: 20%, to: c, transfer: cold}]
  c:
    arrivals: {per_hour: 14}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 4 min}}
    goal: {answer: 80%, within: 60 s}
groups:
  desk-a: {staff: 5, answers: {a: {}, b: {}}}
  desk-b: {staff: 5, answers: {a: {rank: 2, after: 10 s}, b: {}}}
  desk-c: {staff: 5, answers: {b: {rank: 2, after: 30 s}, c: {}}}
"""
# Nobody gives up, nearly nobody calls at night, and the second queue is small beside the first.
DAY = f"""\
calendar: {{start: 2024-01-08, warm_up: 1 d, interval: 1 h}}
queues:
  a:
    arrivals: {{per_day: 1200, {PROFILE}}}
    talk: {{exponential: {{mean: 4 min}}}}
    goal: {{answer: 78%, within: 20 s}}
    follow_ups:
      - {{outcome: answered, share: 8%, to: b, transfer: cold}}
      - {{outcome: answered, share: 15%, to: a, after: {{lognormal: {{mean: 5 h, cv: 1}}}}}}
  b:
    talk: {{exponential: {{mean: 2 min}}}}
    goal: {{answer: 90%, within: 20 s}}
groups:
  desk-a: {{staff: 9, answers: {{a: {{}}OVERFLOW}}}}
  desk-b: {{staff: 9, answers: {{b: {{}}}}}}
"""


def found_for(path: Path, text: str) -> tuple[int, bool]:
    """Agents of all intervals, and whether the goals are kept on days that nothing has seen."""
    path.write_text(text, "utf-8")
    found = staff(callsim.load(path), Options(jobs=1, runs=60))
    run = callsim.run(as_written(found.scenario, found.staff), runs=60, seed=77, jobs=1)
    agents = sum(int(np.sum(days[0])) for days in found.staff.values())
    return agents, all(goal.verdict != "missed" for goal in run.goals.values())


@pytest.mark.parametrize(("text", "fewest"), [(PATIENT, 14), (HANDED_ON, 12)])
def test_no_more_than_one_agent_above_the_fewest(text: str, fewest: int, tmp_path: Path) -> None:
    agents, kept = found_for(tmp_path / "centre.yaml", HEAD + text)
    assert kept
    assert agents <= 4 * (fewest + 1)


def test_a_group_that_helps_out_may_have_a_goal_of_its_own(tmp_path: Path) -> None:
    """Its occupancy is judged beside the promises of the queues."""
    busy = PATIENT.replace("desk-b: {staff: 5,", "desk-b: {staff: 5, occupancy_at_most: 70%,")
    path = tmp_path / "busy.yaml"
    path.write_text(HEAD + busy, "utf-8")
    found = staff(callsim.load(path), Options(jobs=1, runs=30))
    run = callsim.run(as_written(found.scenario, found.staff), runs=60, seed=77, jobs=1)
    assert all(goal.verdict != "missed" for goal in run.goals.values())
    assert run.to_dict()["groups"]["desk-b"]["occupancy"]["mean"] <= 0.7


def test_who_helps_out_makes_no_centre_dearer(tmp_path: Path) -> None:
    """With a second group for the small queue no more agents are needed than without, in day or night."""
    alone, _ = found_for(tmp_path / "alone.yaml", DAY.replace("OVERFLOW", ""))
    helped, kept = found_for(tmp_path / "helped.yaml", DAY.replace("OVERFLOW", ", b: {rank: 2, after: 10 s}"))
    assert kept
    assert helped <= 1.02 * alone
