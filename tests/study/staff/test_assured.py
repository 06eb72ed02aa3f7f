"""The command that `staff` prints shows every goal met: more days, or few agents more on the same days."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import special

import callsim
from callsim.report.staff.tables import in_words
from callsim.results.judgement import bounds_of
from callsim.results.measures import Figure
from callsim.scenario import Goal
from callsim.study.staff import holdout, staffing
from callsim.study.staff.cut import Cuts
from callsim.study.staff.repair import ASSURANCE, CLEARLY, _rounded, _steps, assured
from callsim.study.staff.staffing import as_written, staff
from callsim.study.staff.subproblem import Options

HOURS = 24
PROMISED = Goal.model_validate({"answer": 0.8, "within": "20 s"})
CITY = """\
calendar: {start: 2026-03-02, interval: 1 h, warm_up: 1 h}
queues:
  tel: {copies: 3, open: 08:00-13:00, arrivals: {per_hour: 200, day_cv: 12%, day_factor: tel}, WORDS}
  ecm: {open: 08:00-13:00, arrivals: {per_hour: 120, day_cv: 15%}, WORDS}
groups:
  tel-desk: {answers: {tel: {}}, staff: 9}
  ecm-desk: {answers: {ecm: {}}, staff: 9}
""".replace(
    "WORDS",
    "talk: {lognormal: {mean: 4 min, cv: 1}}, patience: {exponential: {mean: 2 min}}, "
    "goal: {answer: 80%, within: 20 s, abandon_at_most: 5%}",
)


def test_the_days_of_the_check_call_every_goal_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each copy by itself, on few days that differ much: a few agents more do it."""
    monkeypatch.setattr(staffing, "SHOWN", 2e5)
    monkeypatch.setattr(holdout, "CHECKED", 2e5)
    path = tmp_path / "city.yaml"
    path.write_text(CITY)
    found = staff(callsim.load(path), Options(effort=1e6))
    assert in_words(found.answer)[0]
    run = callsim.run(as_written(found.scenario, found.staff), runs=found.check.runs, seed=found.check.seed)
    assert {name: goal.verdict for name, goal in run.goals.items()} == dict.fromkeys(run.goals, "met")
    assert np.array_equal(run.sums.calls, found.check.sums.calls)


def part(staff: int, quiet: int = 0) -> tuple[Any, Any, list[np.ndarray]]:
    """A day of one queue and one group, whose first hours have half the calls and agents of the others."""
    load = np.r_[np.full(quiet, 5.0), np.full(HOURS - quiet, 10.0)]
    kind = SimpleNamespace(part=SimpleNamespace(queues=["q"], groups=["desk"]), days=(0,))
    found = SimpleNamespace(
        troubles=[],
        needs=[SimpleNamespace(load=SimpleNamespace(calls=load), promises=[None])],
        alike=[load[:, None]],
        spread=[np.where(load > 5, 4.0, 2.0)],
        cuts=Cuts(np.ones((HOURS, 1, 1)), np.zeros((HOURS, 1))),
    )
    return kind, found, [np.where(load > 5, staff, staff // 2)[:, None]]


def check(*levels: tuple[float, float]) -> Any:
    """Days of copies of a queue: service levels with half the widths of their intervals, for 80 %."""
    goals, queues = {}, []
    for number, (mean, half) in enumerate(levels):
        name = f"q-{number}"
        figure = Figure(mean, mean - half, mean + half)
        met, decided = mean >= 0.8, abs(mean - 0.8) >= half
        queues.append(SimpleNamespace(original="q", name=name))
        goals[name] = SimpleNamespace(
            bounds=bounds_of(PROMISED, "offered"),
            reached=[figure],
            met=met,
            decided=decided,
        )
    return SimpleNamespace(model=SimpleNamespace(shown_queues=range(len(queues)), queues=queues), goals=goals)


@pytest.mark.parametrize("quiet", [0, 6])
def test_few_agents_more_and_alike_intervals_alike(quiet: int) -> None:
    kind, found, plans = part(40, quiet)
    for half in (0.02, 0.04, 0.06):
        more = assured([kind], [found], plans, plans, check((0.9, 0.01), (0.81, half)))
        assert more is not None
        added = (more[0] - plans[0])[:, 0]
        assert 0 < added.sum() <= ASSURANCE * plans[0].sum()
        assert len(np.unique(added[:quiet])) <= 1
        assert len(np.unique(added[quiet:])) == 1


def test_a_goal_that_the_days_show_as_met_gets_nobody() -> None:
    kind, found, plans = part(40)
    assert assured([kind], [found], plans, plans, check((0.9, 0.01), (0.83, 0.029))) is None


def test_no_agent_is_added_who_is_more_than_a_tenth() -> None:
    """A whole agent of few is worth more than a verdict: the first line then says what is open."""
    kind, found, plans = part(8)
    assert assured([kind], [found], plans, plans, check((0.81, 0.02))) is None


@pytest.mark.parametrize(("mean", "half"), [(0.81, 0.03), (0.79, 0.05), (0.801, 0.002)])
def test_the_interval_then_ends_at_the_promise(mean: float, half: float) -> None:
    """As many standard steps as take it there, if the days differ less as fewer calls are lost."""
    lost, may = 1 - mean, CLEARLY * 0.2
    aim = special.ndtr(special.ndtri(lost) - _steps(lost, half, may))
    assert aim + half * (aim / lost) ** 0.5 == pytest.approx(may)


def test_rounded_agents_are_as_many_as_are_missing_and_alike_where_these_are() -> None:
    stream = np.random.default_rng(3)
    for _ in range(50):
        missing = np.round(stream.uniform(0, 1.5, 5), 3)[stream.integers(0, 5, HOURS)]
        agents = _rounded(missing)
        assert agents.sum() >= missing.sum() - 1e-9
        assert (np.abs(agents - missing) <= 1).all()
        assert all(len(np.unique(agents[missing == value])) == 1 for value in missing)
    assert not _rounded(np.zeros(HOURS)).any()
