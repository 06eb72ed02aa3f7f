"""`callsim staff` on days that differ, with shrinkage and absence: what is written holds when it is run."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import callsim
from callsim.cli import main
from callsim.scenario import Scenario
from callsim.study.staff import staffing
from callsim.study.staff.subproblem import Options

CENTRE = """\
calendar: {start: START, days: DAYS, interval: 1 h, warm_up: 1 h}
queues:
  q:
    open: 08:00-18:00
    arrivals: {per_hour: 60, weekdays: [1.2, 1, 1, 1, 1, 0.3, 0.3], day_cv: 5%}
    talk: {lognormal: {mean: 4 min, cv: 1}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {answers: {q: {}}, staff: 99, shrinkage: 12%, absence: {share: 6%, correlation: 0.05}}
"""


MANY = bool(os.environ.get("CALLSIM_GRID"))


@pytest.fixture(autouse=True)
def searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that a test gives twice, for its file and for its figures, searches once."""
    known: dict[tuple[object, ...], staffing.Staffing] = {}
    find = staffing.staff

    def once(scenario: Scenario, options: Options) -> staffing.Staffing:
        key = scenario.path, options.runs, options.certainty
        if key not in known:
            known[key] = find(scenario, options)
        return known[key]

    monkeypatch.setattr(staffing, "staff", once)


def written(
    folder: Path, capsys: pytest.CaptureFixture[str], days: int, *words: str
) -> tuple[list[str], str]:
    """The words of the command that is printed, and the headline."""
    path = folder / "centre.yaml"
    path.write_text(CENTRE.replace("START", "2026-03-04").replace("DAYS", str(days)))
    over = folder / "over.yaml"
    assert main(["staff", str(path), "--out", str(over), "--strict", *words]) == 0
    told = capsys.readouterr()
    command = re.search(r"next: callsim (run .*)", told.err)
    assert command
    return command[1].split(), told.out.splitlines()[1]


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, ["--runs", "60"]), (5, ["--runs", "60"]), (9, ["--runs", "30"]), *[(1, []), (5, [])] * MANY],
)
def test_the_command_that_is_printed_keeps_every_goal_on_every_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], days: int, words: list[str]
) -> None:
    command, headline = written(tmp_path, capsys, days, *words)
    assert "meet the goals on the mean, in every interval" in headline
    staff = callsim.load(tmp_path / "over.yaml").groups["desk"].staff
    assert isinstance(staff, dict) == (days > 1)
    # What staff tells of its check is what the printed command shows, to the last digit.
    assert main(["staff", str(tmp_path / "centre.yaml"), *words, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["queues"]["q"]["service_level"]
    for more in ([], ["--runs", "200", "--seed", "20261127"]):
        assert main([*command, *more, "--format", "json"]) == 0
        queue = json.loads(capsys.readouterr().out)["queues"]["q"]
        # Days that nothing has seen may lie below by luck, a single date in the check, too; not by more.
        assert more or (queue["goal"]["met"] and queue["service_level"] == told)
        assert queue["service_level"]["offered"]["high"] > 0.8
        assert all(day["service_level"]["high"] > 0.8 for day in queue["goal"].get("by_day", []))


def test_a_weekend_is_not_staffed_like_a_monday(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.replace("START", "2026-03-02").replace("DAYS", "7"))
    assert main(["staff", str(path), "--runs", "60", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    staff = told["groups"]["desk"]["staff"]
    assert list(staff) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert staff["tue"] == staff["fri"] != staff["mon"]
    assert max(staff["sat"]) < max(staff["tue"]) < max(staff["mon"])
    assert [len(day["days"]) for day in told["queues"]["q"]["expected"]["by_day"]] == [1, 4, 2]
    steps = told["staircase"]
    assert [step["step"] for step in steps[-3:]] == ["whole agents", "shrinkage", "absence"]
    assert steps[-1]["total"] == pytest.approx(told["groups"]["desk"]["agent_hours"] / 8)


def test_a_certainty_is_a_share_of_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command, headline = written(tmp_path, capsys, 5, "--certainty", "90%")
    assert "meet the goals on 90 % of days (fresh days: " in headline
    assert main([*command[:2], "--runs", "200", "--seed", "5", "--format", "json"]) == 0
    share = json.loads(capsys.readouterr().out)["queues"]["q"]["goal"]["probability"]
    assert share["high"] >= 0.9  # of a thousand days nobody has seen


def test_a_goal_that_nobody_can_keep_is_said_and_strict_exits_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "centre.yaml"
    path.write_text(
        CENTRE.replace("START", "2026-03-02").replace("DAYS", "1").replace("{q: {}}", "{q: {after: 1 min}}")
    )
    assert main(["staff", str(path), "--runs", "20", "--strict"]) == 3
    assert "Not all goals can be met" in capsys.readouterr().out
