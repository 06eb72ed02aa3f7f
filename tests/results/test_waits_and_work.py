"""Goals of mean waits and of occupancy are judged, told and asked for as other goals are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.erlang import erlang_a, erlang_c, evaluate, fewest_agents
from callsim.report.compare.choice import choice
from callsim.report.compare.differences import letters
from callsim.report.run.text import report
from callsim.results.judgement import bounds_of, kept_in
from callsim.results.run import Goal, RunResult
from callsim.results.schema import read
from callsim.scenario import Goal as Words
from callsim.scenario import Scenario
from callsim.sim.count.columns import (
    CALL_COLUMNS,
    G_BUSY,
    G_ON_DUTY,
    N_ABANDONED,
    N_ANSWERED,
    WAIT_ANSWERED,
)
from callsim.study.check.notes import judged

ONE = """
name: one
calendar: {days: 2}
queues:
  q:
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 5 min}}
    goal: {asa_at_most: 25 s}
groups:
  g: {answers: {q: {}}, staff: 6, occupancy_at_most: 70%}
"""


def one(folder: Path, **changes: Any) -> Scenario:
    path = folder / "one.yaml"
    path.write_text(ONE)
    return callsim.load(path, set={key.replace("__", "."): value for key, value in changes.items()})


def test_a_mean_wait_and_an_occupancy_are_judged_as_the_sums_say(tmp_path: Path) -> None:
    result = callsim.run(one(tmp_path), runs=6)
    calls, work = result.sums.calls[:, :, 0], result.sums.work[:, :, 0]
    asa = calls.sum(axis=(0, 1))[WAIT_ANSWERED] / calls.sum(axis=(0, 1))[N_ANSWERED] / 1000
    queue, group = result.goals["q"], result.group_goals["g"]
    assert queue.reached[0].mean == pytest.approx(asa)
    assert queue.met == (asa <= 25)
    days = calls.reshape(6, 2, -1, CALL_COLUMNS).sum(axis=2)
    kept = days[..., WAIT_ANSWERED] <= 25_000 * days[..., N_ANSWERED]
    assert queue.probability.mean == pytest.approx(kept.mean())
    assert result.estimates.queues["q"]["goal_probability"].mean == pytest.approx(kept.mean())
    whole = work.sum(axis=(0, 1))
    assert group.met == (whole[G_BUSY] <= 0.7 * whole[G_ON_DUTY])
    by_day = work.reshape(6, 2, -1, work.shape[-1]).sum(axis=2)
    busy = by_day[..., G_BUSY] <= 0.7 * by_day[..., G_ON_DUTY]
    told = result.to_dict()
    goal = told["groups"]["g"]["goal"]
    assert goal["occupancy_at_most"] == 0.7
    assert [day["probability"]["mean"] for day in goal["by_day"]] == pytest.approx(busy.mean(axis=0).tolist())
    assert told["queues"]["q"]["goal"]["asa_at_most_s"] == 25
    assert [day["asa_s"] for day in told["queues"]["q"]["goal"]["by_day"]]
    assert read(RunResult, told) == result.told()  # and back


def test_who_is_never_answered_waits_too_long() -> None:
    goal = Words.model_validate({"asa_at_most": "25 s"})
    calls = np.zeros((4, CALL_COLUMNS), np.int64)
    calls[1, N_ABANDONED] = 3  # nobody was answered
    calls[2, [N_ANSWERED, WAIT_ANSWERED]] = 2, 50_000
    calls[3, [N_ANSWERED, WAIT_ANSWERED]] = 2, 50_001
    assert kept_in(goal, calls, "offered").tolist() == [True, False, True, False]
    both = Words.model_validate(
        {"asa_at_most": "25 s", "answer": 0.5, "within": "5 s", "abandon_at_most": 0.1}
    )
    assert [bound.sign for bound in bounds_of(both, "offered")] == [1, -1, -1]


def test_goals_missed_stand_first_and_strict_runs_do_not_pass(tmp_path: Path) -> None:
    found = callsim.run(one(tmp_path, groups__g__staff=4), runs=4).told()
    said = report(found, 100)
    assert "2 of 2 goals MISSED: q, group g" in said
    assert "mean wait 25 s" in said
    assert [name for name, _ in found.judged] == ["q", "group g"]
    assert not any(goal.met for _, goal in found.judged)
    from callsim.cli import main

    few = ["--set", "groups.g.staff=5", "--set", "groups.g.occupancy_at_most=60%", "--runs", "2"]
    # Enough for the callers' goal, too busy for the group's: that alone is a goal missed.
    few += ["--set", "queues.q.goal.asa_at_most=10 min", "--strict", "--out", str(tmp_path / "out.txt")]
    assert main(["run", str(tmp_path / "one.yaml"), *few]) == 3


def test_the_cheapest_plan_keeps_the_goals_of_groups_too(tmp_path: Path) -> None:
    goals = {"queues__q__goal": {"asa_at_most": "3 min"}, "groups__g__occupancy_at_most": 0.7}
    plans = [
        one(tmp_path, groups__g__staff=n, name=f"{n} agents", costs={"wage_per_hour": 20}, **goals)
        for n in (4, 7, 9)
    ]
    found = callsim.compare(plans, runs=6).told()
    chosen = choice(found, letters(found))
    assert chosen is not None
    assert "B (7 agents)" in chosen.headline
    assert any("A (4 agents)" in line and "group g" in line for line in chosen.lines)
    question = found.differences["4 agents → 7 agents"].questions[0]
    assert (question.figure, question.verdict) == ("asa_s", "better")


@pytest.mark.parametrize("patience", [None, 60.0, 300.0])
@pytest.mark.parametrize("load", [0.4, 3.0, 17.5, 140.0])
def test_the_fewest_agents_are_the_first_that_the_exact_formulas_let_through(
    load: float, patience: float | None
) -> None:
    """Counted up from none, over exact Erlang A and C."""
    aht = 200.0
    for asa, busy in ((5.0, None), (40.0, None), (None, 0.6), (None, 0.88), (20.0, 0.8)):
        agents = 0
        while True:
            exact = (
                erlang_c(agents, load, aht, 20.0)
                if patience is None
                else erlang_a(agents, load, aht, patience, 20.0)
            )
            if (asa is None or exact.asa_s <= asa) and (busy is None or exact.occupancy <= busy):
                break
            agents += 1
        an_hour = load * 3600 / aht
        found = fewest_agents(None, an_hour, aht, patience, asa_at_most_s=asa, occupancy_at_most=busy)
        assert found == agents


def test_required_agents_keep_all_goals_of_the_queue_and_its_group(tmp_path: Path) -> None:
    """Between one agent fewer, too few, and enough; and of all promises what asks for most."""

    def asked(**changes: Any) -> float:
        cell = callsim.run(one(tmp_path, **changes), runs=1).told().intervals or []
        figure = cell[20].figures["required"].mean
        assert figure is not None
        return figure

    without = "groups__g__occupancy_at_most"
    wait = asked(**{without: 0.999})
    enough = fewest_agents(None, 60, 240, 300, asa_at_most_s=25)
    assert enough - 1 < wait <= enough
    below, above = (evaluate(n, 60, 240, 300).asa_s for n in (enough - 1, enough))
    assert wait == pytest.approx(enough - 1 + (below - 25) / (below - above))
    busy = asked(**{without: 0.5})
    enough = fewest_agents(None, 60, 240, 300, occupancy_at_most=0.5)
    assert enough - 1 < busy <= enough
    assert busy > wait
    assert asked(**{without: 0.5}, queues__q__goal={"answer": 0.999, "within": "1 s"}) > busy


def test_check_says_which_goal_cannot_be_kept(tmp_path: Path) -> None:
    def notes(**changes: Any) -> str:
        return " ".join(note.text for note in judged(one(tmp_path, **changes)).notes)

    assert "70%" not in notes()
    assert "cannot keep to that" in notes(groups__g__occupancy_at_most=0.5)
    assert "busy 50%" in notes(groups__g__occupancy_at_most=0.5)
    late = {"groups__g__answers": {"q": {"after": "40 s"}}}
    assert "mean wait of 25 s cannot be kept" in notes(**late)


def test_a_goal_without_waits_has_none_in_its_json() -> None:
    """So files of former versions are read, and theirs read these."""
    from callsim.results.measures import Figure
    from callsim.results.schema import mapped

    goal = Goal(
        answer=0.8,
        within_s=20.0,
        abandon_at_most=None,
        counted="offered",
        met=True,
        decided=None,
        verdict="",
        probability=Figure(1.0),
    )
    assert "asa_at_most_s" not in mapped(goal)
