"""Islands of one run: records of the whole, seats by the millisecond, and what supervisors tie together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model import build
from callsim.model.islands import islands
from callsim.scenario import Scenario
from callsim.sim.count.seats import SeatTimeline, SeatUse
from callsim.sim.engines.day import play as play_day
from callsim.sim.floor.state import SEAT_CHANGE
from callsim.study import player
from callsim.study.player import Around, Task, play
from tests.makers.archipelago import archipelago
from tests.makers.bundled import FOLDER
from tests.makers.islands import scenario_of


def test_records_come_with_the_rows_of_the_whole(tmp_path: Path) -> None:
    records_are_whole(scenario_of(tmp_path, archipelago(np.random.default_rng(0), short=True)))


def test_records_of_islands_that_share_nothing_take_no_second_play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("b", "a", "c")
    calls = {"arrivals": {"per_hour": 30}, "talk": {"exponential": {"mean": "3 min"}}}
    centre = {
        "queues": dict.fromkeys(names, calls),
        "groups": {f"of {name}": {"answers": {name: {}}, "staff": 3} for name in names},
    }
    played: list[int] = []
    monkeypatch.setattr(player, "play_day", lambda *of, **how: played.append(1) or play_day(*of, **how))
    rows = records_are_whole(scenario_of(tmp_path, centre))
    assert len(played) == len(names)
    assert (np.diff(rows["queue"]) >= 0).all()  # island by island


def records_are_whole(scenario: Scenario) -> np.ndarray:
    """The records of a run, which have the sums of the run."""
    kept: list[np.ndarray] = []
    run = play(Task(scenario, 1, 0), Around(also=lambda rows: kept.append(rows.copy())))
    rows = np.concatenate(kept)
    calls = run.tally.calls.sum(axis=0)
    assert np.bincount(rows["queue"], minlength=len(calls)).tolist() == calls[:, :6].sum(axis=1).tolist()
    answered = np.bincount(rows["group"][rows["group"] >= 0], minlength=run.tally.work.shape[1])
    assert answered.tolist() == run.tally.work[:, :, 0].sum(axis=0).tolist()
    return rows


def test_a_change_of_one_group_is_no_difference_for_other_islands() -> None:
    """Zunyi of 2016: other shifts of tel-xinpu, and 15 queues that have nothing to do with it."""
    file = FOLDER / "zunyi-2016.yaml"
    plans = [callsim.load(file), callsim.load(file, ["groups.tel-xinpu.shifts.late-a=200"])]
    model = build(plans[0])
    tel = next(one for one in islands(model) if model.queues[one.queues[0]].name.startswith("tel"))
    assert {model.queues[row].original[:3] for row in tel.queues} == {"tel"}
    found = callsim.compare(plans, runs=2, jobs=1, names=["as it is", "late"])
    answers = [
        answer
        for answer in found.answers("as it is", "late")
        if answer.question.queue is not None and not answer.question.queue.startswith("tel")
    ]
    assert len({answer.question.queue for answer in answers}) == 15
    assert {answer.verdict for answer in answers} == {"alike"}
    assert {answer.difference.mean for answer in answers} == {0.0}


def use(rows: list[tuple[int, int, int, int, int]], waited: bool = False) -> SeatTimeline:
    timeline = SeatTimeline()
    timeline.take(np.array(rows, SEAT_CHANGE))
    timeline.waited = np.array([waited])
    return timeline


def test_who_leaves_by_the_roster_goes_first_and_who_finishes_a_call_last() -> None:
    first = use([(0, 0, 0, 5, 0)])
    assert not SeatUse(0, [first, use([(10, 0, 0, 5, 0)])]).is_short(10)
    assert SeatUse(0, [first, use([(10, 0, 0, 6, 0)])]).is_short(10)
    by_roster, late = use([(0, 0, 0, 5, 0), (10, 0, 5, 0, 0)]), use([(0, 0, 0, 5, 0), (10, 0, 0, 0, 5)])
    assert not SeatUse(0, [by_roster, use([(10, 0, 0, 10, 0)])]).is_short(10)
    assert SeatUse(0, [late, use([(10, 0, 0, 10, 0)])]).is_short(10)
    assert SeatUse(0, [first, use([], waited=True)]).is_short(1000)


def test_a_supervisor_sees_what_it_names_and_no_more(tmp_path: Path) -> None:
    centre = archipelago(np.random.default_rng(5), short=False)
    looks = 'def look(floor):\n    yield floor.wait("1 h")\n    floor.{0}\n'
    for ask, fails in (('waiting("elm-a")', False), ('waiting("ash-a")', True), ('seats("hill")', True)):
        (tmp_path / "look.py").write_text(looks.format(ask))
        centre["supervisors"] = [{"run": "look.py:look", "queues": "elm-a"}]
        scenario = scenario_of(tmp_path, centre)
        assert len(islands(build(scenario))) > 1
        if fails:
            with pytest.raises(LookupError):
                play(Task(scenario, 1, 0))
        else:
            play(Task(scenario, 1, 0))
    centre["supervisors"] = ["look.py:look"]
    assert len(islands(build(scenario_of(tmp_path, centre)))) == 1


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"run": "help.py:lend", "queues": ["elm-q"]}, "there is no queue"),
        ({"run": "help.py:lend", "groups": ["elm-a"]}, "there is no group"),
        ({"run": "help.py:lend", "queues": []}, "nothing is named"),
        ({"queues": ["elm-a"]}, "run is missing"),
        ({"run": "help.py:lend", "queue": ["elm-a"]}, "is not known here"),
        ({"run": "help.py:nobody"}, "has no function"),
        ({"run": "nowhere.py:lend", "queues": ["elm-a"]}, "there is no such file"),
        ({"run": 3, "queues": ["elm-a"]}, "names no function"),
    ],
)
def test_what_a_supervisor_names_is_checked(written: dict[str, Any], says: str, tmp_path: Path) -> None:
    centre = archipelago(np.random.default_rng(5), short=False)
    centre["supervisors"] = [written]
    with pytest.raises(ScenarioError, match=says) as raised:
        scenario_of(tmp_path, centre)
    assert len(raised.value.mistakes) == 1
