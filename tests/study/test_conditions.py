"""Commands that play a centre many times know the conditions of its groups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from callsim import cli

CENTRE = """\
queues:
  calls:
    arrivals: {per_hour: 60}
    open: 09:00-11:00
    talk: 3 min
    patience: 2 min
    goal: {answer: 80%, within: 20 s}
  chats:
    arrivals: {per_hour: 20}
    open: 09:00-11:00
    talk: 5 min
    patience: 30 min
    priority: 2
    goal: {answer: 80%, within: 10 min}
groups: {all: {staff: 6, answers: {calls: {}, chats: {reserve: 1}}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE, "utf-8")
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, (out, err) = cli.main([*words, "--format", "json"]), capsys.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_what_staff_finds_meets_the_goals_when_it_is_run(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    staff = told(capsys, "staff", file, "--runs", "20")["groups"]["all"]["staff"]
    again = told(capsys, "run", file, "--runs", "60", "--seed", "9", "--set", f"groups.all.staff={staff}")
    for name, goal in (("calls", 0.8), ("chats", 0.8)):
        assert again["queues"][name]["service_level"]["offered"]["mean"] >= goal


def test_a_reserve_changes_what_stress_sees(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    key = "groups.all.answers.chats.reserve"
    with_it, without = (
        told(capsys, "stress", file, "--runs", "2", "--set", f"{key}={idle}") for idle in (1, 0)
    )
    assert with_it != without


def test_plan_plays_a_group_with_a_reserve(capsys: pytest.CaptureFixture[str]) -> None:
    plan = Path(__file__).parents[2] / "scenarios/hiring.yaml"
    words = ("plan", str(plan), "--runs", "1", "--set", "groups.old desk.answers.service.reserve=3")
    assert told(capsys, *words)["kind"] == "plan"
