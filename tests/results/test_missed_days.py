"""Days on which a goal is missed that is kept on all days together: recounted, and said at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.report.kit.goals import sentences
from callsim.report.kit.html_goals import verdict
from callsim.report.run import text
from callsim.results.goals.missed_days import in_words, listed_days
from callsim.results.run import RunResult
from callsim.sentences import LANGUAGE

WEEK = """\
calendar: {{start: 2026-04-20, days: {days}, interval: 1 h}}
queues:
  a:
    open: {{mon-sat: 09:00-12:00, other: closed}}
    arrivals: {{per_hour: {{mon-fri: 60, other: 20}}}}
    talk: {{constant: {{mean: 2 min}}}}
    patience: {{exponential: {{mean: 1 min}}}}
    goal: {{answer: 80%, within: 20 s}}
groups: {{g: {{answers: {{a: {{}}}}, staff: {{mon-fri: 9, other: {saturday}}}}}}}
"""


def week(folder: Path, days: int, saturday: int, runs: int = 5) -> RunResult:
    path = folder / "week.yaml"
    path.write_text(WEEK.format(days=days, saturday=saturday))
    return callsim.run(callsim.load(path), runs=runs, seed=1).told()


def test_a_lost_saturday_is_in_the_verdict(tmp_path: Path) -> None:
    found = week(tmp_path, 7, 0)
    goal = found.queues["a"].goal
    assert goal is not None
    assert (goal.met, goal.decided, goal.missed_on) == (True, True, ["2026-04-25"])  # on Sunday nobody calls
    assert goal.verdict == "met over all days together, but missed on Sat 2026-04-25"
    (said,) = sentences(found)
    assert said.tone == "close"
    whole = "The goal is met over all days together, but missed on single days: a on Sat 2026-04-25"
    assert whole in " ".join(text.report(found, 120).split("\n\n")[0].split())
    assert (verdict(found).headline, list(verdict(found).lines)) == (f"{whole}.", [])


def test_a_saturday_that_is_kept_and_a_single_day_change_no_word(tmp_path: Path) -> None:
    kept, single = week(tmp_path, 7, 9), week(tmp_path, 1, 0)
    for found in (kept, single):
        assert found.queues["a"].goal is not None
        assert found.queues["a"].goal.missed_on is None
        assert [one.words for one in sentences(found)] == ["The goal is met."]
        assert "missed_on" not in str(found.to_dict())


def test_one_run_says_what_its_tables_say(tmp_path: Path) -> None:
    goal = week(tmp_path, 7, 0, runs=1).queues["a"].goal
    assert goal is not None
    assert goal.missed_on == ["2026-04-25"]
    assert goal.verdict.endswith("but missed on Sat 2026-04-25, as far as one run can tell")


@pytest.mark.parametrize("saturday", [0, 1, 2, 3, 4])
def test_missed_days_are_those_whose_interval_lies_below_the_goal(tmp_path: Path, saturday: int) -> None:
    goal = week(tmp_path, 14, saturday).queues["a"].goal
    assert goal is not None
    below = [
        day.start
        for day in goal.by_day or ()
        if day.service_level.high is not None and day.service_level.high <= 0.8
    ]
    assert (goal.missed_on or []) == below
    assert saturday or below == ["2026-04-25", "2026-05-02"]


def test_days_in_words() -> None:
    dates = [str(np.datetime64("2026-04-20") + k) for k in range(28)]
    saturdays = dates[5::7]
    assert in_words(saturdays, dates) == "Saturdays"
    assert in_words(saturdays[:3], dates) == "Sat 2026-04-25, Sat 2026-05-02, Sat 2026-05-09"
    assert in_words([dates[0], *saturdays], dates) == "Saturdays, Mon 2026-04-20"
    assert in_words(dates[:4], dates) == "4 dates from Mon 2026-04-20 on"
    assert listed_days({"a": "Saturdays", "b": "Fri", "c": "Saturdays"}) == "a, c on Saturdays; b on Fri"
    LANGUAGE.set("zh")
    try:
        assert in_words([dates[0], *saturdays], dates) == "每周六，2026-04-20（周一）"
    finally:
        LANGUAGE.set("en")
