"""Verdicts on many queues at once: hardly ever a difference where there is none."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

import callsim
from callsim.results import measures
from callsim.results.estimates import Estimates
from callsim.results.run import Promise
from callsim.scenario import Scenario
from callsim.study.runs.compare import LOOKS, Comparison
from callsim.study.runs.multiple import holm

TRIALS = 1000
RARE = 0.05 + 4 * (0.05 * 0.95 / TRIALS) ** 0.5  # four standard errors above what is promised


def test_holm_by_hand() -> None:
    assert holm([0.01, None, 0.04, 0.03]) == pytest.approx([0.03, None, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([None]) == [None]
    assert holm([]) == []


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]])
def test_the_order_of_questions_changes_no_answer(order: list[int]) -> None:
    asked = [0.001, 0.02, 0.02, 0.4]
    found = holm([asked[k] for k in order])
    assert found == [holm(asked)[k] for k in order]


@pytest.mark.parametrize("runs", [2, 3, 10, 100])
def test_a_doubt_is_the_p_value_of_the_paired_test(runs: int) -> None:
    luck = np.random.default_rng(runs)
    before, after = luck.normal(0.8, 0.1, runs), luck.normal(0.82, 0.1, runs)
    found = measures.doubt(measures.estimate_of(before), measures.estimate_of(after))
    assert found == pytest.approx(stats.ttest_rel(before, after).pvalue, rel=1e-9)


def test_a_doubt_where_luck_plays_no_part() -> None:
    some = measures.estimate_of(np.array([0.1, 0.7, 0.5]))
    nobody = measures.estimate_of(np.full(3, np.nan))
    assert measures.doubt(some, some) == 1.0
    assert measures.doubt(measures.estimate_of(np.zeros(3)), measures.estimate_of(np.ones(3))) == 0.0
    assert measures.doubt(some, nobody) is None
    assert measures.doubt(measures.estimate_of(np.zeros(1)), measures.estimate_of(np.ones(1))) is None


def made_up(levels: np.ndarray, look: int) -> Any:
    """A plan that has been played: float64 [run, queue] of service levels, of which a look sees the first."""
    queues = {
        f"q{row}": {"service_level.offered": measures.estimate_of(levels[:look, row])}
        for row in range(levels.shape[1])
    }
    promises = {name: Promise(answer=0.8, within_s=20.0, abandon_at_most=None) for name in queues}
    estimates = Estimates(total={}, queues=queues, groups={}, costs=None)
    return SimpleNamespace(promises=promises, terms=SimpleNamespace(counted="offered"), estimates=estimates)


@pytest.mark.parametrize(("plans", "queues", "looks"), [(2, 1, 1), (2, 15, 1), (3, 5, 1), (2, 5, 5)])
def test_wrong_verdicts_are_rare_where_there_is_no_difference(plans: int, queues: int, looks: int) -> None:
    luck, wrong = np.random.default_rng(plans * 100 + queues), 0
    for _ in range(TRIALS):
        levels = luck.normal(0.8, 0.05, (plans, LOOKS[looks - 1], queues))
        for look in LOOKS[:looks]:
            found = Comparison({str(k): made_up(levels[k], look) for k in range(plans)}, looks)
            if any(a.verdict in ("better", "worse") for pair in found.pairs for a in found.answers(*pair)):
                wrong += 1
                break
    assert wrong / TRIALS < RARE
    if looks == 1:
        assert wrong / TRIALS > 0.05 / 4  # nor is it all called open


def test_a_true_difference_is_seen_among_many_that_are_none() -> None:
    luck = np.random.default_rng(3)
    old, new = luck.normal(0.8, 0.02, (2, 40, 60))
    new[:, :50] += 0.1
    found = Comparison({"old": made_up(old, 40), "new": made_up(new, 40)})
    verdicts = [answer.verdict for answer in found.answers("old", "new")]
    assert verdicts[:50] == ["better"] * 50
    assert set(verdicts[50:]) == {"open"}


def test_one_queue_in_one_pair_is_judged_by_its_own_interval() -> None:
    luck = np.random.default_rng(8)
    for shift in np.linspace(0, 0.1, 21):
        old, new = luck.normal(0.8, 0.05, (2, 12, 1))
        found = Comparison({"old": made_up(old, 12), "new": made_up(new + shift, 12)})
        (answer,) = found.answers("old", "new")
        low, high = answer.difference.low, answer.difference.high
        assert low is not None
        assert high is not None
        assert (answer.verdict == "open") == (low <= 0 <= high)


DESKS = """
name: {name}
calendar: {{start: 2024-01-08, interval: 1 h}}
queues:
{queues}
groups:
{groups}
"""


def desks(folder: Path, crew: str, queues: int = 15) -> Scenario:
    """Queues with a desk each. Absence has streams by a group's name, so other names are other luck."""
    path = folder / f"{crew}.yaml"
    call = "talk: {exponential: {mean: 3 min}}, patience: {exponential: {mean: 3 min}}"
    names = [f"{row:02d}" for row in range(queues)]
    path.write_text(
        DESKS.format(
            name=crew,
            queues="\n".join(
                f"  q{n}: {{arrivals: {{per_hour: 60}}, {call}, goal: {{answer: 80%, within: 20 s}}}}"
                for n in names
            ),
            groups="\n".join(
                f"  {crew}{n}: {{answers: {{q{n}: {{}}}}, staff: 5, "
                "absence: {share: 10%, correlation: 0.02}}"
                for n in names
            ),
        )
    )
    return callsim.load(path)


def test_fifteen_desks_under_other_names_are_hardly_ever_called_better(tmp_path: Path) -> None:
    plans = [desks(tmp_path, "desk"), desks(tmp_path, "team")]
    wrong = 0
    for seed in range(1, 21):
        (pair,) = callsim.compare(plans, runs=10, seed=seed).to_dict()["differences"].values()
        wrong += pair["verdict"] not in ("open", "alike")
    assert wrong <= 3  # of 20; more would come in one of sixty such tests


def test_the_json_says_what_holds_for_what(tmp_path: Path) -> None:
    plans = [desks(tmp_path, "desk", 3), desks(tmp_path, "team", 3)]
    told = callsim.compare(plans, runs=5).to_dict()
    assert told["confidence"]["questions"] == 3
    assert "Holm" in told["confidence"]["verdicts"]
    (pair,) = told["differences"].values()
    doubts = sorted(question["doubt"] for question in pair["questions"])
    assert all(a <= b for a, b in pairwise(doubts))
    assert all((q["doubt"] < 0.05) == (q["verdict"] in ("better", "worse")) for q in pair["questions"])
