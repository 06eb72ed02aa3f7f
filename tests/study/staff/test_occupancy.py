"""A wish for how busy agents are: as near to it as whole agents come, and never below the goals."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim import erlang
from callsim.cli import main
from callsim.report.kit import figures
from callsim.report.staff.tables import in_words
from callsim.study.staff import staffing
from callsim.study.staff.occupancy import occupancies
from callsim.study.staff.staffing import Staffing, staff
from callsim.study.staff.subproblem import Options

FLAT = """
calendar: {start: 2017-06-05, days: 1, interval: 30 min, warm_up: 1 h}
queues:
  q:
    arrivals: {per_hour: 63}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 50%, within: 60 s}
groups:
  g: {answers: {q: {}}, staff: 1}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wish") / "flat.yaml"
    path.write_text(FLAT)
    return path


@pytest.fixture(scope="module")
def nearest(path: Path) -> Staffing:
    return staff(callsim.load(path), Options(runs=100, occupancy={"g": 0.7}))


def busy_by_erlang(agents: int) -> float:
    return erlang.evaluate(agents, 63, 240, 180, 60).occupancy


def test_alike_intervals_have_the_whole_number_of_agents_nearest_to_the_wish(nearest: Staffing) -> None:
    """Five agents are busy 73 % of their time (Erlang A), six 65 %; the goal alone needs four."""
    assert abs(busy_by_erlang(5) - 0.7) < abs(busy_by_erlang(6) - 0.7)
    assert set(nearest.staff["g"][0].tolist()) == {5}


def test_the_first_line_says_by_how_much_a_wish_is_missed_and_who_would_keep_it(nearest: Staffing) -> None:
    seen = nearest.answer.groups["g"].occupancy
    assert seen is not None
    assert not seen.met
    assert abs(seen.reached - busy_by_erlang(5)) < seen.known_to + 0.001
    assert seen.kept_by == 6
    assert seen.kept_at is not None
    assert abs(seen.kept_at - busy_by_erlang(6)) < 0.01
    good, first, _ = in_words(nearest.answer)
    assert not good
    points = 100 * (seen.reached - 0.7)
    assert f"at 00:00, {points:.1f} points more than the 70 % that is wished for (6 agents keep" in first


@pytest.mark.parametrize(
    ("wish", "agents"),
    [(0.66, 6), (0.95, 4)],  # nearer from below; and never below the four that the goal needs
)
def test_a_wish_takes_no_agent_that_the_goal_needs(path: Path, wish: float, agents: int) -> None:
    found = staff(callsim.load(path), Options(runs=60, occupancy={"g": wish}))
    assert set(found.staff["g"][0].tolist()) == {agents}
    good, first, _ = in_words(found.answer)
    seen = found.answer.groups["g"].occupancy
    assert good
    assert seen is not None
    told = f"{figures.promise(round(seen.reached, 3))} ± {seen.known_to * 100:.1f}"
    assert f"g is at most {told} busy (wish {figures.promise(wish)})" in first


def test_a_missed_wish_exits_as_a_missed_goal_does(
    path: Path, nearest: Staffing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staffing, "staff", lambda *_: nearest)
    asked = ["staff", str(path), "--occupancy-at-most", "70%"]
    assert [main(asked), main([*asked, "--strict"])] == [0, 3]


def test_the_busiest_of_many_intervals_misses_no_wish_by_luck(nearest: Staffing) -> None:
    """Some interval of many seems busier than all are; a wish that agents keep is not missed for that."""
    for staffed in (nearest.staff, None):
        seen = occupancies(nearest.check, {"g": busy_by_erlang(5)}, nearest.by_day, staffed)["g"]
        assert seen.met
