"""`goals.short_abandon`: who gives up too soon is in no share, against a Markov chain that shares no code.

The chain: states are calls in the building. A call that joins behind k others waits in stages k, k − 1, … 0
calls ahead of it; from each it moves on when an agent gets free or one ahead gives up, or gives up itself. So
P(gives up before t) is a power of a matrix (phase-type distributions: Neuts 1981, "Matrix-geometric
solutions in stochastic models", chapter 2).
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy import linalg

import callsim
from callsim import cli
from callsim.erlang import evaluate, fared, fewest_agents
from callsim.errors import UserError
from callsim.history.canonical import ABANDONED, ANSWERED, blank_calls
from callsim.history.validate.figures import Sums, figures_of
from callsim.history.validate.reality import _count
from callsim.results.measures import student
from callsim.sim.count.columns import CALL_COLUMNS
from callsim.sim.floor.conditions import OF_PAIR, OF_QUEUE, Conditions, count_lost

LEVELS = ("offered", "answered", "quick_abandons_excluded", "quick_abandons_met")
MOST = 110  # calls that wait: more hardly ever do in any of these queues


class Exact(NamedTuple):
    """Shares of all calls; seconds."""

    answered: float
    answered_in: float
    abandoned: float
    abandoned_in: float
    balked: float
    short: float  # without balked ones
    waited_abandoned: float  # of all calls together, those of short ones left out

    def levels(self, within_s: float, short_s: float) -> dict[str, float]:
        """The four formulas, as the contract has them."""
        balked = 0.0 if short_s else self.balked
        offered = 1 - self.short - (self.balked - balked)
        gave_up_in = max(self.abandoned_in - self.short, 0.0) + balked
        return {
            "offered": self.answered_in / offered,
            "answered": self.answered_in / self.answered if self.answered else math.nan,
            "quick_abandons_excluded": self.answered_in / (offered - gave_up_in),
            "quick_abandons_met": (self.answered_in + gave_up_in) / offered,
        }

    def abandoned_share(self, short_s: float) -> float:
        """Abandoned and balked ÷ offered."""
        balked = 0.0 if short_s else self.balked
        return (self.abandoned - self.short + balked) / (1 - self.short - (self.balked - balked))


def chain(
    agents: int,
    an_hour: float,
    aht_s: float,
    patience_s: float,
    within_s: float,
    short_s: float,
    balk: float = 0.0,
) -> Exact:
    """A queue in steady state, from its chain."""
    come, serve, leave = an_hour / 3600, 1 / aht_s, 1 / patience_s
    weights = [1.0]
    for n in range(1, agents + MOST + 1):
        joins = come if n <= agents else come * (1 - balk)
        weights.append(weights[-1] * joins / (min(n, agents) * serve + max(n - agents, 0) * leave))
    shares = np.array(weights) / sum(weights)
    idle = float(shares[:agents].sum())
    starts = shares[agents : agents + MOST] * (1 - balk)  # by the calls that wait already
    ahead = np.arange(MOST)
    rates = agents * serve + ahead * leave
    stages = np.diag(-(rates + leave)) + np.diag(rates[1:], -1)

    everyone, back = np.ones(MOST), linalg.inv(stages)

    def ends(spent: np.ndarray) -> tuple[float, float]:
        """Those of the calls that wait who are answered, and who give up, by the time spent in each stage."""
        return float(spent[0] * rates[0]), float(spent.sum() * leave)

    def until(t: float) -> np.ndarray:
        """The time that calls spend in each stage, up to a time: ∫ exp(stages u) du."""
        return starts @ back @ (linalg.expm(stages * t) - np.eye(MOST))

    (soon, left_soon), (all_answered, all_left) = ends(until(within_s)), ends(-starts @ back)
    short, waited = 0.0, 0.0
    if short_s:
        short = ends(until(short_s))[1]
        # ∫ u exp(stages u) du, by parts
        later = short_s * starts @ linalg.expm(stages * short_s)
        waited = float((later - until(short_s)) @ back @ everyone) * leave
    whole = float(starts @ back @ back @ everyone) * leave  # E[wait; gives up]
    busy = float(shares[agents:].sum())
    return Exact(idle + all_answered, idle + soon, all_left, left_soon, busy * balk, short, whole - waited)


GRID = [
    (n, load, patience, within, short)
    for n, load in ((1, 0.4), (1, 3.0), (4, 3.0), (12, 14.0), (30, 22.0))
    for patience in (15.0, 90.0, 900.0)
    for within, short in ((20.0, 5.0), (20.0, 20.0), (5.0, 30.0), (0.0, 5.0), (20.0, 3_000.0))
]


@pytest.mark.parametrize(("agents", "load", "patience", "within", "short"), GRID)
def test_formula_is_the_chain(agents: int, load: float, patience: float, within: float, short: float) -> None:
    an_hour = load * 20
    exact = chain(agents, an_hour, 180, patience, within, short)
    found = evaluate(agents, an_hour, 180, patience, within, short_s=short)
    assert found.short_abandoned == pytest.approx(exact.short, abs=1e-9)
    for name, level in exact.levels(within, short).items():
        assert found.service_level[name] == pytest.approx(level, rel=1e-7, abs=1e-9), name
    assert found.abandoned_share == pytest.approx(exact.abandoned_share(short), rel=1e-6, abs=1e-9)
    rest = exact.abandoned - exact.short
    if rest > 1e-6:
        mean = exact.waited_abandoned / rest
        assert found.wait_of_abandoned_s == pytest.approx(mean, rel=1e-5)
        answered_wait = found.asa_s * exact.answered
        wait = (answered_wait + exact.waited_abandoned) / (1 - exact.short)
        assert found.wait_s == pytest.approx(wait, rel=1e-6)
    some = fared(np.array([float(agents)]), np.array([load]), 180, patience, within, short)
    for name in LEVELS:
        assert float(some.service_level[name][0]) == pytest.approx(found.service_level[name], rel=1e-9), name
    assert float(some.abandoned[0]) == pytest.approx(found.abandoned_share, rel=1e-7, abs=1e-12)


def test_without_a_shortest_time_nothing_changes() -> None:
    for short in (0.0, 1e-9):
        one, other = evaluate(9, 150, 180, 60), evaluate(9, 150, 180, 60, short_s=short)
        for name in LEVELS:
            assert one.service_level[name] == pytest.approx(other.service_level[name], rel=1e-8)
        assert one.wait_of_abandoned_s == pytest.approx(other.wait_of_abandoned_s, rel=1e-8)
    assert evaluate(9, 150, 180, 60).to_dict() == evaluate(9, 150, 180, 60, short_s=0.0).to_dict()
    assert "p_short_abandon" in evaluate(9, 150, 180, 60, short_s=5.0).to_dict()


def test_nobody_there_and_nobody_who_gives_up() -> None:
    none = evaluate(0, 100, 180, 60, 20, short_s=5.0)
    assert none.short_abandoned == pytest.approx(1 - math.exp(-5 / 60))
    assert none.abandoned_share == pytest.approx(1.0)
    assert none.service_level["offered"] == 0
    assert none.wait_s == pytest.approx(65)  # patience has no memory
    patient = evaluate(12, 200, 180, None, 20, short_s=5.0)
    assert patient.service_level == evaluate(12, 200, 180, None, 20).service_level
    assert patient.abandoned_share == 0


@pytest.mark.parametrize("counted", LEVELS)
@pytest.mark.parametrize("short", [1.0, 5.0, 30.0])
def test_more_agents_are_never_worse(counted: str, short: float) -> None:
    """So a search for the fewest agents finds them."""
    levels = [evaluate(n, 300, 180, 40, 20, short_s=short).service_level[counted] for n in range(1, 40)]
    assert all(one <= other + 1e-12 for one, other in pairwise(levels))
    gone = [evaluate(n, 300, 180, 40, 20, short_s=short).abandoned_share for n in range(1, 40)]
    assert all(one >= other - 1e-12 for one, other in pairwise(gone))
    fewest = fewest_agents(0.8, 300, 180, 40, 20, counted=counted, short_s=short)
    assert levels[fewest - 1] >= 0.8
    assert fewest == 1 or levels[fewest - 2] < 0.8


def test_lines_are_refused() -> None:
    with pytest.raises(UserError, match="lines are limited"):
        evaluate(9, 150, 180, 60, lines=12, short_s=5.0)


SCENARIO = """
name: callers in a hurry
calendar: {{start: 2024-01-08, days: 4, warm_up: 2 h, interval: 1 h}}
queues:
  q:
    arrivals: {{per_hour: {an_hour}}}
    talk: {{exponential: {{mean: 180 s}}}}
    patience: {{exponential: {{mean: {patience} s}}}}
    balk: {balk}
    goal: {{answer: 80%, within: {within} s, abandon_at_most: 10%}}
groups: {{g: {{answers: {{q: {{}}}}, staff: {agents}}}}}
goals: {{short_abandon: {short} s, counted: {counted}}}
"""
RUNS = 24


def hurried(balk: float, counted: str) -> str:
    return SCENARIO.format(
        agents=12, an_hour=250, patience=25, within=20, short=5, balk=balk, counted=counted
    )


@pytest.mark.parametrize(
    ("agents", "load", "patience", "within", "short", "balk"),
    [
        (4, 4.0, 40, 20, 5, 0.0),
        (12, 13.0, 25, 20, 5, 0.3),
        (12, 12.0, 60, 10, 30, 0.1),
        (3, 6.0, 30, 20, 20, 0.0),
    ],
)
def test_simulation_is_the_chain(
    tmp_path: Path, agents: int, load: float, patience: float, within: float, short: float, balk: float
) -> None:
    """All z-scores are within 4; the standard error is that of the runs."""
    told = SCENARIO.format(
        agents=agents, an_hour=load * 20, patience=patience, within=within, short=short, balk=balk,
        counted="offered",
    )  # fmt: skip
    path = tmp_path / "plan.yaml"
    path.write_text(told)
    found = callsim.run(callsim.load(path), runs=RUNS, seed=11).told(pages=False).queues["q"].figures
    exact = chain(agents, load * 20, 180, patience, within, short, balk)
    offered = load * 20 * 96
    wanted = {
        **{f"service_level.{name}": level for name, level in exact.levels(within, short).items()},
        "abandoned_share": exact.abandoned_share(short),
        "short_abandoned": (exact.short + exact.balked) * offered,
        "ata_s": exact.waited_abandoned / (exact.abandoned - exact.short),
        "offered": offered,
    }
    scores = {}
    for name, value in wanted.items():
        figure = found[name]
        assert figure.mean is not None
        assert figure.high is not None
        scores[name] = (figure.mean - value) / ((figure.high - figure.mean) / student(RUNS - 1))
    assert max(map(abs, scores.values())) <= 4, scores


def test_both_engines_count_alike(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        SCENARIO.format(
            agents=12, an_hour=260, patience=25, within=20, short=5, balk=0.3, counted="quick_abandons_met"
        )
    )
    kernel, reference = (
        callsim.run(callsim.load(path, set={"calendar.days": 1}), runs=3, engine=engine).to_dict()
        for engine in ("kernel", "reference")
    )
    assert kernel["total"]["short_abandoned"]["mean"] > 0
    assert {**kernel, "engine": ""} == {**reference, "engine": ""}


@pytest.mark.parametrize("counted", LEVELS)
def test_goals_required_and_probability_follow(tmp_path: Path, counted: str) -> None:
    """With short abandons left out fewer agents are required, and more intervals keep the goal."""
    path = tmp_path / "plan.yaml"
    path.write_text(hurried(balk=0.1, counted=counted))
    left_out = callsim.run(callsim.load(path), runs=4).to_dict()
    all_count = callsim.run(callsim.load(path, set={"goals.short_abandon": None}), runs=4).to_dict()
    one, other = left_out["queues"]["q"], all_count["queues"]["q"]
    assert one["abandoned_share"]["mean"] < other["abandoned_share"]["mean"]
    assert one["offered"] == other["offered"]
    assert one["abandoned"] == other["abandoned"]
    assert one["balked"] == other["balked"]
    required = [sum(row["required"]["mean"] for row in found["intervals"]) for found in (left_out, all_count)]
    assert required[0] < required[1]
    assert "short_abandoned" not in other
    kept = [
        sum(row["goal_probability"]["mean"] for row in found["intervals"]) for found in (left_out, all_count)
    ]
    assert kept[0] >= kept[1]


def test_a_saved_result_is_read_back_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(hurried(balk=0.3, counted="offered"))
    folders = [str(tmp_path / name) for name in ("before", "after")]
    for folder, agents in zip(folders, (11, 12), strict=True):
        words = ("run", str(path), "--runs", "3", "--set", "calendar.days=1", "--format", "parquet")
        assert cli.main((*words, "--set", f"groups.g.staff={agents}", "--out", folder)) == 0
    capsys.readouterr()
    assert cli.main(("compare", *folders, "--format", "json")) == 0
    (pair,) = json.loads(capsys.readouterr().out)["differences"].values()
    assert pair["queues"]["q"]["short_abandoned"]["mean"] < 0
    words = ("--set", "goals.short_abandon=null", "--set", "calendar.days=1", "--runs", "3")
    assert cli.main(("run", str(path), *words, "--format", "parquet", "--out", str(tmp_path / "all"))) == 0
    assert cli.main(("compare", folders[0], str(tmp_path / "all"))) == 2
    assert "goals.short_abandon" in capsys.readouterr().err


def test_a_switch_does_not_look_at_calls_that_gave_up_too_soon() -> None:
    queues = np.zeros(1, OF_QUEUE)
    queues["short"], table = 5_000, Conditions(np.zeros(0, OF_PAIR), queues, np.zeros(1, np.int64))
    for gave_up, wait in ((True, 0), (True, 4_999), (True, 5_000), (False, 0)):
        count_lost(table, 0, gave_up, wait)
    assert queues["decided"].tolist() == [2]  # who waited long enough, and who found no line


def test_formats_tell_short_abandons_only_where_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(hurried(balk=0.3, counted="offered"))
    for form in ("json", "csv", "html", "text"):
        for short, there in (("5 s", True), ("0 s", False), ("null", False)):
            words = ("--set", f"goals.short_abandon={short}", "--set", "calendar.days=1", "--runs", "2")
            assert cli.main(("run", str(path), *words, "--format", form)) == 0
            said = capsys.readouterr().out
            if form == "text":
                assert ("gave up before 5 s" in said) == there
            else:
                assert (">short_abandoned<" if form == "html" else "short_abandoned") in said or not there
                assert there or ">short_abandoned<" not in said
                assert there or form == "html" or "short_abandoned" not in said


def test_reality_and_runs_leave_out_the_same_calls() -> None:
    """A log says who gave up too soon; a report does not, so nothing is compared that would need it."""
    calls = blank_calls(4)
    calls["arrival"] = np.array(["2024-01-08T09:00:00"] * 4, "datetime64[ms]")
    calls["queue"] = 0
    calls["outcome"] = [ANSWERED, ABANDONED, ABANDONED, ANSWERED]
    calls["wait_ms"] = [3_000, 4_999, 5_000, 30_000]
    sums = np.zeros((24, 1, CALL_COLUMNS), np.int64)
    _count(calls, sums, {0: 0}, 3_600_000, np.array([20_000.0]), 5_000)
    told = figures_of(Sums(sums.sum(axis=0)[None], np.zeros(1), None))
    assert told["offered"] == 4
    assert told["abandoned_share"] == pytest.approx(1 / 3)
    assert told["service_level"] == pytest.approx(1 / 3)
