"""The first answer of `staff`: by formula, fast, and told as what it is."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

import callsim
from callsim.cli import main
from callsim.erlang import fewest_agents
from callsim.errors import UserError
from callsim.study.by_formula import by_formula
from callsim.study.staff.subproblem import Options
from tests.makers.bundled import FILES
from tests.makers.centres import TWO_LINES

TWO = """
name: two
calendar: {warm_up: 1 h, interval: 60 min}
queues:
  q: {arrivals: {per_hour: 60}, talk: {exponential: {mean: 4 min}}, goal: {asa_at_most: 25 s}}
  r: {arrivals: {per_hour: 90}, talk: {exponential: {mean: 2 min}}, goal: {answer: 50%, within: 60 s}}
groups:
  g: {answers: {q: {}}, staff: 1, shrinkage: 10%}
  h: {answers: {r: {}}, staff: 1, occupancy_at_most: 60%}
"""
SECONDS = 10.0  # of processor time


def two(folder: Path) -> Path:
    path = folder / "two.yaml"
    path.write_text(TWO)
    return path


def test_agents_are_those_of_erlang(tmp_path: Path) -> None:
    found = by_formula(callsim.load(two(tmp_path), set={"groups.g.shrinkage": 0}))
    q = fewest_agents(None, 60, 240, asa_at_most_s=25)
    r = fewest_agents(0.5, 90, 120, within_s=60, occupancy_at_most=0.6)
    assert found.groups["g"].staff == [q] * 24
    assert found.groups["h"].staff == [r] * 24
    assert found.most_agents == q + r
    assert found.agent_hours == 24 * (q + r)


def test_a_wish_counts_and_shrinkage_asks_for_more(tmp_path: Path) -> None:
    scenario = callsim.load(two(tmp_path))
    usual = by_formula(scenario)
    less = by_formula(scenario, Options(occupancy={"g": 0.3}))
    assert min(less.groups["g"].staff) == -(-4 // (0.3 * 0.9))  # 4 erlangs
    assert min(usual.groups["g"].staff) > fewest_agents(None, 60, 240, asa_at_most_s=25)
    with pytest.raises(UserError, match="no goal"):
        by_formula(
            scenario.model_copy(
                update={"queues": {"q": scenario.queues["q"].model_copy(update={"goal": None})}}
            )
        )


def test_it_says_that_nothing_was_simulated_and_never_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plausible wrong answer must not look like a checked one, in any form."""
    file = str(two(tmp_path))
    assert main(["staff", file, "--quick"]) == 0
    assert "By formula, not simulated" in capsys.readouterr().out.splitlines()[1]
    assert main(["staff", file, "--quick", "--strict"]) == 3
    capsys.readouterr()
    assert main(["staff", file, "--quick", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["simulated"]) == ("staff_by_formula", False)
    assert main(["staff", file, "--quick", "--format", "csv"]) == 0
    assert all("not simulated" in line for line in capsys.readouterr().out.splitlines()[1:])
    out = tmp_path / "quick.yaml"
    assert main(["staff", file, "--quick", "--out", str(out)]) == 0
    assert "not simulated" in capsys.readouterr().err
    assert out.read_text().startswith("# Staff by formula, NOT SIMULATED")
    assert callsim.load(out).groups["g"].staff == (told["groups"]["g"]["staff"][0],)
    for wrong in (
        ["--shifts"],
        ["--format", "html"],
        ["--format", "xlsx", "--out", str(tmp_path / "a.xlsx")],
    ):
        assert main(["staff", file, "--quick", *wrong]) == 2
        assert "--quick" in capsys.readouterr().err


def test_the_first_answer_comes_before_the_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.yaml"
    path.write_text(TWO_LINES)
    assert main(["staff", str(path), "--runs", "12"]) == 0
    first = by_formula(callsim.load(path))
    said = capsys.readouterr().err
    assert f"by formula about {first.agent_hours:,.0f} agent-hours a day" in said
    assert "refining" in said


@pytest.mark.parametrize("file", [file for file in FILES if file.stem == "zunyi-2017"])
def test_the_largest_file_has_its_answer_within_seconds(file: Path) -> None:
    scenario = callsim.load(file)
    begun = time.process_time()
    found = by_formula(scenario)
    assert time.process_time() - begun < SECONDS
    assert found.agent_hours > 10_000
