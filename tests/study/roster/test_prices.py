"""What makes a roster dear, beside what follows from its shifts by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.report.staff.text import report
from callsim.study.roster.shifts import roster
from callsim.study.staff.subproblem import Options

LUNCH = """\
calendar: {start: 2026-03-02, warm_up: 1 h, interval: 30 min}
queues:
  q:
    open: 08:00-18:00
    arrivals: {per_hour: 90}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 80%, within: 20 s}
groups: {desk: {staff: 10, answers: {q: {}}, shrinkage: 20%}}
shifts:
  early: {from: 08:00, to: 16:30, breaks: ["12:00-12:30"]}
  late: {from: 09:30, to: 18:00, breaks: ["13:00-13:30"]}
"""


def test_the_lunch_of_either_shift_asks_for_the_other(tmp_path: Path) -> None:
    """At 12:00 only those of the late shift are there, at 13:00 only those of the early one; before 09:30 and
    after 16:30 one shift is alone as well, with no more calls. So any of these hours ask for all of a shift.
    """
    path = tmp_path / "lunch.yaml"
    path.write_text(LUNCH, "utf-8")
    found = roster(callsim.load(path), Options(effort=1e5, jobs=1))
    dear = found.answer.dearest
    assert [one.group for one in dear] == ["desk", "desk"]
    assert [one.share for one in dear] == pytest.approx([0.5, 0.5], abs=0.02)
    # Four of five who are planned are on the phone; each is paid for eight hours.
    assert [one.hours_saved for one in dear] == pytest.approx([8 / 0.8, 8 / 0.8])
    begins = [one.begin_s / 3600 for one in dear]
    early, late = (8.0, 8.5, 9.0, 13.0), (12.0, 16.5, 17.0, 17.5)
    assert sum(begin in early for begin in begins) == 1
    assert sum(begin in late for begin in begins) == 1
    assert "What makes it dear" in report(found.answer, 100)
