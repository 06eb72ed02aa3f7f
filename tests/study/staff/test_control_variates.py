"""Control variates of simulated days: their means are known, and they make a requirement sharper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.results.result import Result
from callsim.scenario import Scenario
from callsim.study.staff.control_variates import Luck, luck_of
from callsim.study.staff.evidence import level
from callsim.study.staff.formula import Needs, needs
from callsim.study.staff.offered_load import first_calls

LINE = """
calendar: {interval: 2 h, warm_up: 1 h}
queues:
  line:
    arrivals: {per_day: 4_000, profile: [1, 1, 1, 1, 1, 2, 3, 3, 4, 4, 3, 2]}
    talk: {lognormal: {mean: 5 min, cv: 1, at_most: 30 min}}
    wrap: {exponential: {mean: 30 s}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {answers: {line: {}}, staff: [9, 9, 9, 9, 9, 17, 25, 25, 34, 34, 27, 18]}
"""
RUNS = 400


def known(path: Path, text: str) -> tuple[Scenario, Needs, Luck]:
    """A centre, what its line needs, and the luck of its goal."""
    file = path / "centre.yaml"
    file.write_text(text)
    scenario = callsim.load(file)
    plan = build(scenario)
    goal = plan.queues[0].queue.goal
    assert goal is not None
    need = needs(plan, 0, goal)
    return (
        scenario,
        need,
        luck_of(need, 0, first_calls(need.load, plan.centre.open[0], plan.centre.clock.width), 1, 1),
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Needs, Luck, Result]:
    scenario, need, luck = known(tmp_path_factory.mktemp("luck"), LINE)
    return need, luck, callsim.run(scenario, runs=RUNS, seed=8)


def test_controls_are_nought_on_the_mean(played: tuple[Needs, Luck, Result]) -> None:
    """What calls took beyond the usual, here and in the interval before."""
    _, luck, result = played
    for control in luck.of(result.sums.calls[:, :, 0])[2:]:
        some = control[:, 1:]
        z = some.mean(axis=0) / (some.std(axis=0, ddof=1) / np.sqrt(RUNS))
        assert np.abs(z).max() < 4


def test_how_long_calls_took_makes_an_interval_sharper(played: tuple[Needs, Luck, Result]) -> None:
    need, luck, result = played
    calls, promise = result.sums.calls[:, :, 0], need.promises[0]
    aim = promise.quantile
    plain = level(calls, promise, aim, None)
    by_calls = level(calls, promise, aim, luck._replace(handled=np.full_like(luck.handled, np.nan)))
    by_both = level(calls, promise, aim, luck)
    # Mean variances of twelve intervals.
    assert np.mean(by_calls.error**2) < 0.9 * np.mean(plain.error**2)
    assert np.mean(by_both.error**2) < 0.85 * np.mean(by_calls.error**2)
    apart = (by_both.share - by_calls.share) / by_calls.error
    assert np.abs(apart).max() < 4


def test_what_a_call_takes_is_known_only_where_it_is_one_figure(tmp_path: Path) -> None:
    _, one, _ = known(tmp_path, LINE)
    assert 300_000 < one.handled[0] < 330_000  # long talks are drawn again
    slow = LINE + "  new: {answers: {line: {pace: 1.3}}, staff: 3}\n"
    assert np.isnan(known(tmp_path, slow)[1].handled).all()
