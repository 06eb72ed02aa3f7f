"""Comparing plans: the same calls through each, verdicts that luck would hardly turn, honest refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.errors import UserError
from callsim.results.saved.tables import Saved, tables_of
from callsim.scenario import Scenario
from callsim.study.runs.compare import LOOKS, Comparison, overall, unique

PLAN = """
name: Plan
calendar: {start: 2024-01-08, interval: 1 h}
queues:
  a:
    arrivals: {per_hour: 60, day_cv: 10%}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 80%, within: 20 s, abandon_at_most: 10%}
  b:
    arrivals: {per_hour: 20}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 2 min}}
    goal: {abandon_at_most: 10%}
groups:
  one: {answers: {a: {}}, staff: 4}
  two: {answers: {b: {}}, staff: 2}
costs: {currency: CNY, wage_per_hour: {one: 30, two: 40}, per_abandoned_call: 2}
"""


def plan(folder: Path, **changes: Any) -> Scenario:
    path = folder / "plan.yaml"
    path.write_text(PLAN)
    return callsim.load(path, set={key.replace("__", "."): value for key, value in changes.items()})


def two(folder: Path, **changes: Any) -> list[Scenario]:
    return [plan(folder), plan(folder, name="Other", **changes)]


def test_a_plan_and_itself_are_alike_to_the_last_digit(tmp_path: Path) -> None:
    found = callsim.compare(two(tmp_path), runs=4)
    assert [answer.verdict for answer in found.answers("Plan", "Other")] == ["alike", "alike"]
    pair = found.to_dict()["differences"]["Plan → Other"]

    def leaves(tree: Any) -> Any:
        for value in tree.values():
            yield from leaves(value) if isinstance(value, dict) else [value]

    figures = {name: pair[name] for name in ("total", "queues", "groups", "costs")}
    assert {value for value in leaves(figures) if value is not None} == {0.0}
    assert pair["verdict"] == "alike"
    assert found.decided


def test_more_agents_are_better_for_their_queue_and_nothing_to_the_other(tmp_path: Path) -> None:
    found = callsim.compare(two(tmp_path, groups__one__staff=5), runs=10)
    better, same = found.answers("Plan", "Other")
    assert (better.question.queue, better.verdict) == ("a", "better")
    assert (same.question.queue, same.question.figure, same.verdict) == ("b", "abandoned_share", "alike")
    assert better.gain is not None
    assert better.gain > 1
    (back, _) = callsim.compare(two(tmp_path, groups__one__staff=5)[::-1], runs=10).answers("Other", "Plan")
    assert back.verdict == "worse"
    assert back.difference.mean == pytest.approx(-better.difference.mean)  # type: ignore[operator]
    two_agents = found.to_dict()["differences"]["Plan → Other"]
    assert two_agents["groups"]["one"]["on_duty_h"]["mean"] == pytest.approx(24)
    assert two_agents["costs"]["wages"]["mean"] == pytest.approx(24 * 30)
    hung_up = two_agents["queues"]["a"]["abandoned"]["mean"]
    assert hung_up < 0
    assert two_agents["costs"]["abandoned"]["mean"] == pytest.approx(2 * hung_up)
    assert two_agents["costs"]["total"]["mean"] == pytest.approx(24 * 30 + 2 * hung_up)


def test_each_plan_is_what_a_run_of_its_own_would_say(tmp_path: Path) -> None:
    plans = two(tmp_path, groups__one__staff=5)
    told = callsim.compare(plans, runs=5, seed=4, jobs=3).to_dict()
    for one, scenario in zip(told["plans"], plans, strict=True):
        alone = callsim.run(scenario, runs=5, seed=4).to_dict()
        assert {**one, "warnings": []} == {"plan": scenario.name, **alone, "warnings": []}
    assert told == callsim.compare(plans, runs=5, seed=4, jobs=1).to_dict()


def test_both_engines_find_the_same(tmp_path: Path) -> None:
    plans = two(tmp_path, groups__one__staff=5)
    kernel, reference = (
        callsim.compare(plans, runs=2, engine=name).to_dict() for name in ("kernel", "reference")
    )
    assert kernel["differences"] == reference["differences"]


def test_intervals_widen_with_the_number_of_pairs_and_looks(tmp_path: Path) -> None:
    three = [plan(tmp_path, name=str(staff), groups__one__staff=staff) for staff in (4, 5, 6)]
    found = callsim.compare(three, runs=5)
    assert found.pairs == [("4", "5"), ("4", "6"), ("5", "6")]
    assert found.confidence == pytest.approx(1 - 0.05 / 3)
    alone = callsim.compare(three[:2], runs=5)
    assert alone.confidence == pytest.approx(0.95)
    wide, narrow = (one.answers("4", "5")[0].difference for one in (found, alone))
    assert wide.mean == narrow.mean
    assert wide.high - wide.low > narrow.high - narrow.low  # type: ignore[operator]
    assert callsim.compare(three[:2]).confidence == pytest.approx(1 - 0.05 / len(LOOKS))


def test_left_open_it_looks_until_it_is_decided(tmp_path: Path) -> None:
    quick = callsim.compare(two(tmp_path, groups__one__staff=6))
    assert quick.decided
    assert quick.plans["Plan"].runs == LOOKS[0]
    # The same distribution drawn another way: other talks, but no better or worse ones.
    close = callsim.compare(two(tmp_path, queues__a__talk={"gamma": {"mean": "3 min", "cv": 1.0}}))
    assert not close.decided
    assert close.plans["Plan"].runs == LOOKS[-1]
    assert close.to_dict()["decided"] is False


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"calendar__start": "2024-01-09"}, "calendar.start is 2024-01-08 and 2024-01-09"),
        ({"calendar__days": 2}, "calendar.days is 1 and 2"),
        ({"calendar__interval": "30 min"}, "calendar.interval is 1 h and 30 min"),
        ({"goals__counted": "answered"}, "goals.counted is offered and answered"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, changes: dict[str, Any], about: str) -> None:
    with pytest.raises(UserError, match=about):
        callsim.compare(two(tmp_path, **changes), runs=1)


def test_one_plan_is_not_compared(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to compare"):
        callsim.compare([plan(tmp_path)], runs=1)


def test_plans_that_wait_differently_are_not_compared_by_how_many_were_quick(tmp_path: Path) -> None:
    pair = callsim.compare(two(tmp_path, queues__a__goal__within="30 s"), runs=3).to_dict()
    (only,) = pair["differences"].values()
    assert "service_level" not in only["queues"]["a"]
    assert "service_level" not in only["total"]
    assert "asa_s" in only["queues"]["a"]
    assert "service_level" in only["queues"]["b"]
    assert [question["queue"] for question in only["questions"]] == ["b"]


def test_plans_that_differ_in_queues_are_compared_by_what_both_have(tmp_path: Path) -> None:
    text = PLAN.replace("  b:\n", "  c:\n").replace("answers: {b: {}}", "answers: {c: {}}")
    (tmp_path / "c.yaml").write_text(text.replace("name: Plan", "name: With c"))
    found = callsim.compare([plan(tmp_path), callsim.load(tmp_path / "c.yaml")], runs=3).to_dict()
    (pair,) = found["differences"].values()
    assert list(pair["queues"]) == ["a"]
    assert pair["queues"]["a"]["offered"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_without_goals_all_calls_decide(tmp_path: Path) -> None:
    bare = {"queues__a__goal": None, "queues__b__goal": None}
    plans = [plan(tmp_path, **bare), plan(tmp_path, name="Other", groups__one__staff=6, **bare)]
    (answer,) = callsim.compare(plans, runs=5).answers("Plan", "Other")
    assert (answer.question.queue, answer.verdict) == (None, "better")


def test_names_are_made_unique() -> None:
    assert unique([("a", "x.yaml"), ("b", "y.yaml")]) == ["a", "b"]
    assert unique([("a", "p/x.yaml"), ("a", "p/y.yaml")]) == ["a (x.yaml)", "a (y.yaml)"]
    assert unique([("a", "x.yaml"), ("a", "x.yaml")]) == ["a (x.yaml) 1", "a (x.yaml) 2"]


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [
        (["better", "alike", "open"], "better"),
        (["worse", "alike"], "worse"),
        (["better", "worse", "open"], "mixed"),
        (["alike", "open"], "open"),
        (["alike", "alike"], "alike"),
    ],
)
def test_one_word_for_all_queues(verdicts: list[str], word: str) -> None:
    assert overall(verdicts) == word


def test_a_saved_result_is_compared_like_the_result_itself(tmp_path: Path) -> None:
    plans = two(tmp_path, groups__one__staff=5)
    results = {scenario.name: callsim.run(scenario, runs=4) for scenario in plans}
    saved = {name: Saved(result.told(), tables_of(result)) for name, result in results.items()}
    assert Comparison(saved).to_dict() == Comparison(results).to_dict()


def test_the_tables_add_up_to_the_result(tmp_path: Path) -> None:
    result = callsim.run(plan(tmp_path), runs=3)
    tables, told = tables_of(result), result.to_dict()
    assert {name: len(table["run"]) for name, table in tables.items()} == {
        "runs": 3,
        "queues": 6,
        "groups": 6,
    }
    for name in ("answered", "abandoned", "redialled"):
        assert tables["runs"][name].sum() / 3 == pytest.approx(told["total"][name]["mean"])
        assert tables["queues"][name].sum() == tables["runs"][name].sum()
    a = tables["queues"]["queue"] == "a"
    assert np.mean(tables["queues"]["goal_kept"][a]) == told["queues"]["a"]["goal"]["probability"]["mean"]
    assert tables["groups"]["on_duty_ms"].sum() / 3 / 3_600_000 == 24 * 6
