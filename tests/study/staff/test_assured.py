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
from callsim.study.roster import repair as of_rosters
from callsim.study.roster.cover import Requirement
from callsim.study.roster.shifts import roster
from callsim.study.staff.cut import Cuts
from callsim.study.staff.fresh import holdout
from callsim.study.staff.fresh.assurance import (
    ASSURANCE,
    CLEARLY,
    assured,
    nothing_to_spare,
    rounded,
    runs_to_show,
    shown,
    steps_to,
)
from callsim.study.staff.fresh.checks import as_written
from callsim.study.staff.fresh.holdout import OfDays, Reached
from callsim.study.staff.staffing import staff
from callsim.study.staff.subproblem import Options

HOURS = 24
RUNS = 20
PROMISED = Goal.model_validate({"answer": 0.8, "within": "20 s"})
CITY = """\
calendar: {start: 2026-03-02, days: DAYS, interval: 1 h, warm_up: 1 h}
queues:
  tel: {copies: 3, open: 09:00-11:00, arrivals: {per_hour: 120, day_cv: 12%, day_factor: tel}, WORDS}
  ecm: {open: 09:00-11:00, arrivals: {per_hour: 90, day_cv: 15%, weekdays: [1.2, 1, 1, 1, 1, 1, 1]}, WORDS}
groups:
  tel-desk: {answers: {tel: {}}, staff: 9}
  ecm-desk: {answers: {ecm: {}}, staff: 9}
shifts: {all: {from: 09:00, to: 12:00}, late: {from: 10:00, to: 12:00}}
""".replace(
    "WORDS",
    "talk: {exponential: {mean: 4 min}}, patience: {exponential: {mean: 2 min}}, "
    "goal: {answer: 80%, within: 20 s, abandon_at_most: 5%}",
)


def city(path: Path, days: int) -> callsim.Scenario:
    path.write_text(CITY.replace("DAYS", str(days)))
    return callsim.load(path)


@pytest.fixture
def few_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few that agents are needed for every goal to be called met."""
    few = {"SHOWN": 6e4, "SHOWN_DAYS": 60, "RUNS_TO_DECIDE": 40, "MOST_CHECKED": 40, "FEWEST_DAYS": 30}
    for name, number in few.items():
        monkeypatch.setattr(holdout, name, number)


@pytest.mark.usefixtures("few_days")
def test_the_days_of_the_check_call_every_goal_met(tmp_path: Path) -> None:
    """Each copy by itself, on each weekday, on few days that differ much: a few agents more do it."""
    found = staff(city(tmp_path / "city.yaml", 2), Options(effort=2e5))
    good, headline, _ = in_words(found.answer)
    assert good, headline
    run = callsim.run(as_written(found.scenario, found.staff), runs=found.check.runs, seed=found.check.seed)
    assert {name: goal.verdict for name, goal in run.goals.items()} == dict.fromkeys(run.goals, "met")
    assert np.array_equal(run.sums.calls, found.check.sums.calls)
    for goal in run.goals.values():
        for day in goal.by_day:
            assert day.service_level.mean >= 0.8
            assert day.abandoned_share.mean <= 0.05
    certain = found.answer.certain
    assert certain is not None
    assert certain.agent_hours > 0
    assert f"{certain.agent_hours:,.0f} agent-hours of them are bought for certainty" in headline


@pytest.mark.usefixtures("few_days")
def test_a_roster_keeps_the_same_promise(tmp_path: Path) -> None:
    found = roster(city(tmp_path / "city.yaml", 1), Options(effort=2e5))
    run = callsim.run(found.rostered, runs=found.check.runs, seed=found.check.seed)
    assert {name: goal.verdict for name, goal in run.goals.items()} == dict.fromkeys(run.goals, "met")
    good, headline, _ = in_words(found.answer)
    assert good
    certain = found.answer.certain
    assert certain is not None
    people = sum(group.people * group.copies for group in found.answer.groups.values())
    assert certain.people is not None
    assert 0 < certain.people < people / 3
    assert f"{certain.people:,} of them ({certain.agent_hours:,.1f} paid hours a day)" in headline


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


def check(*levels: tuple[float, float], runs: int = RUNS) -> Any:
    """Days of copies of a queue: service levels with half the widths of their intervals, for 80 %."""
    goals = {
        f"q-{number}": SimpleNamespace(
            bounds=bounds_of(PROMISED, "offered"),
            reached=[Figure(mean, mean - half, mean + half)],
            met=mean >= 0.8,
            sums=np.zeros((runs, 1, 1)),
        )
        for number, (mean, half) in enumerate(levels)
    }
    return SimpleNamespace(
        runs=runs,
        goals=goals,
        model=SimpleNamespace(scenario=SimpleNamespace(calendar=SimpleNamespace(days=1))),
    )


def kept(found: Any, expected: float) -> Any:
    """How the copies fare, freed of luck."""
    reached = Reached(service_level=Figure(expected))
    return {name: SimpleNamespace(original="q", reached=reached, by_day=[]) for name in found.goals}


@pytest.mark.parametrize("quiet", [0, 6])
def test_few_agents_more_and_alike_intervals_alike(quiet: int) -> None:
    kind, found, plans = part(40, quiet)
    for half in (0.02, 0.04, 0.06):
        seen = check((0.9, 0.01), (0.81, half))
        more = assured([kind], [found], plans, plans, seen, kept(seen, 0.85), RUNS)
        assert more is not None
        added = (more[0] - plans[0])[:, 0]
        assert 0 < added.sum() <= ASSURANCE * plans[0].sum()
        assert len(np.unique(added[:quiet])) <= 1
        assert len(np.unique(added[quiet:])) == 1


def test_a_goal_that_the_days_show_as_met_gets_nobody() -> None:
    kind, found, plans = part(40)
    seen = check((0.9, 0.01), (0.83, 0.029))
    assert assured([kind], [found], plans, plans, seen, kept(seen, 0.85), RUNS) is None


def test_no_agent_is_added_who_is_more_than_a_tenth() -> None:
    """A whole agent of few is worth more than a verdict: the first line then says what is open."""
    kind, found, plans = part(8)
    seen = check((0.81, 0.02))
    assert assured([kind], [found], plans, plans, seen, kept(seen, 0.81), RUNS) is None


@pytest.mark.parametrize(("mean", "half"), [(0.81, 0.03), (0.79, 0.05), (0.801, 0.002)])
def test_the_interval_then_ends_at_the_promise(mean: float, half: float) -> None:
    """As many standard steps as take it there, if the days differ less as fewer calls are lost."""
    lost, may = 1 - mean, CLEARLY * 0.2
    aim = special.ndtr(special.ndtri(lost) - steps_to(lost, half, may))
    assert aim + half * (aim / lost) ** 0.5 == pytest.approx(may)


def test_rounded_agents_are_as_many_as_are_missing_and_alike_where_these_are() -> None:
    stream = np.random.default_rng(3)
    for _ in range(50):
        missing = np.round(stream.uniform(0, 1.5, 5), 3)[stream.integers(0, 5, HOURS)]
        agents = rounded(missing)
        assert agents.sum() >= missing.sum() - 1e-9
        assert (np.abs(agents - missing) <= 1).all()
        assert all(len(np.unique(agents[missing == value])) == 1 for value in missing)
    assert not rounded(np.zeros(HOURS)).any()


def test_many_days_show_what_is_expected_and_none_show_what_is_not() -> None:
    """Luck shrinks with the root of their number: to a fifth of its interval on 25 times the days."""
    seen = check((0.82, 0.06), (0.86, 0.06))
    assert runs_to_show(seen, kept(seen, 0.82)) == pytest.approx(RUNS * 9)
    assert runs_to_show(seen, kept(seen, 0.84)) == pytest.approx(RUNS * 4)
    assert runs_to_show(seen, kept(seen, 0.8)) == np.inf
    assert nothing_to_spare(seen, kept(seen, 0.8)) == ["q"]
    assert nothing_to_spare(seen, kept(seen, 0.82)) == []
    shown_met = check((0.87, 0.06))
    assert runs_to_show(shown_met, kept(shown_met, 0.8)) == 0


def test_more_days_need_fewer_agents() -> None:
    kind, found, plans = part(400)
    found.spread[0] *= 10
    seen = check((0.8, 0.06))
    added = []
    for runs in (RUNS, 4 * RUNS, 16 * RUNS):
        more = assured([kind], [found], plans, plans, seen, kept(seen, 0.81), runs)
        assert more is not None
        added.append(int((more[0] - plans[0]).sum()))
    assert added[0] > added[1] > added[2] > 0


@pytest.mark.parametrize(("free", "days"), [(0.85, True), (0.81, False)])
def test_agents_are_bought_where_days_cannot_be_played(free: float, days: bool) -> None:
    """Else nobody is added: the same plan is played on more days."""
    begun, many = check((0.8, 0.05)), 16 * RUNS
    seen, told = [], []

    def add(check: Any, kept: Any, runs: int) -> bool:
        told.append(runs)
        return True

    def play(runs: int) -> Any:
        seen.append(runs)
        after = check((0.87, 0.05), runs=runs)
        return after, kept(after, 0.87)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("callsim.study.staff.fresh.assurance.most_to_show", lambda check, options: many)
        sure = shown(begun, kept(begun, free), Options(), add, play)
    assert sure.more is not days
    assert told == ([] if days else [many])
    assert seen[0] == (pytest.approx(RUNS * 1.3 * 4, abs=1) if days else many)
    assert not runs_to_show(sure.check, sure.kept)
    asked = shown(begun, kept(begun, free), Options(runs=RUNS), add, play)
    assert asked.check is begun


def test_a_weekday_that_falls_short_gets_agents_though_the_week_does_not() -> None:
    seen = check((0.9, 0.01))
    goal = seen.goals["q-0"]
    column = np.flatnonzero(goal.bounds[0].formula.under)[0]
    goal.sums = np.zeros((RUNS, 2, len(goal.bounds[0].formula.under)), np.int64)
    goal.sums[..., column] = 100
    good = np.flatnonzero(goal.bounds[0].formula.over)
    goal.sums[:, 0, good[0]], goal.sums[:, 1, good[0]] = 78, 95
    days = [
        OfDays((day,), Reached(service_level=Figure(mean)), True, True, *np.zeros((3, HOURS)))
        for day, mean in ((0, 0.81), (1, 0.95))
    ]
    of_week = {"q-0": SimpleNamespace(original="q", reached=Reached(Figure(0.9)), by_day=days)}
    seen.model.scenario.calendar.days = 2
    kind, found, plans = part(400)
    kinds = [SimpleNamespace(part=kind.part, days=(day,)) for day in (0, 1)]
    more = assured(kinds, [found, found], plans * 2, plans * 2, seen, of_week, RUNS)
    assert more is not None
    assert (more[0] > plans[0]).any()
    assert np.array_equal(more[1], plans[0])
    assert runs_to_show(seen, of_week) > RUNS


def test_a_roster_is_asked_for_few_agents_more() -> None:
    _, found, _ = part(40)
    found.part = SimpleNamespace(queues=["q"], groups=["desk"])
    wanted = [[Requirement(["desk"], Cuts(np.ones((HOURS, 1, 1)), np.full((HOURS, 1), 40.0)))]]
    days, seen = [SimpleNamespace(numbers=(0,))], check((0.81, 0.03))
    more = of_rosters.assured(days, [[found]], wanted, wanted, seen, kept(seen, 0.81), RUNS)
    assert more is not None
    least = more[0][0].cuts.least
    assert (least > 40).all()
    assert (least <= 40 * (1 + ASSURANCE)).all()
    none = of_rosters.assured(days, [[found]], wanted, wanted, seen, kept(seen, 0.81), RUNS, ["desk"])
    assert none is None
