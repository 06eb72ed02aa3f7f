"""What happens in one island changes nothing in another, unless one waits for what both share (rule 10).

`CALLSIM_FUZZ=200` tries as many centres.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import callsim
from callsim.errors import ScenarioError
from callsim.model import Model, build
from callsim.model.islands import Island, islands, part_of
from callsim.model.stories import stories
from callsim.scenario import Scenario
from callsim.sim.count.seats import SeatTimeline, SeatUse
from callsim.sim.engines.day import play as play_day
from callsim.sim.floor.state import SEAT_CHANGE
from callsim.sim.luck.presence import come_and_go
from callsim.study import by_islands, player
from callsim.study.player import Around, Task, play
from tests.makers.archipelago import archipelago, changed, shuffled
from tests.makers.bundled import FOLDER

MANY = int(os.environ.get("CALLSIM_FUZZ", "0")) or 8
HELPER = """
def lend(floor):
    while True:
        yield floor.wait("10 min")
        for queue, group in zip(sorted(floor.queues), sorted(floor.groups)):
            if floor.longest_wait(queue) > 5:
                floor.call_in(1, group, "1 h")
"""


def scenario_of(folder: Path, centre: dict[str, Any]) -> Scenario:
    (folder / "help.py").write_text(HELPER)
    file = folder / "centre.yaml"
    file.write_text(yaml.safe_dump(centre, sort_keys=False))
    return callsim.load(file)


def settled(model: Model, engine: str = "kernel") -> list[Island]:
    """What is played together."""
    run = by_islands._Run(model, alone(engine), None)
    return [
        part.island for part in run.settled([by_islands._Part(model, one) for one in islands(model)], None)
    ]


def alone(engine: str) -> by_islands.Alone:
    def one(model: Model, missed: np.ndarray | None = None, **more: Any) -> Any:
        roster = come_and_go(model.roster, model.centre, 1, 0, missed)
        return play_day(
            model.centre, model.demand, model.within, model.grid, seed=1, run=0, engine=engine,
            roster=roster, supervisors=stories(model), **more,
        )  # fmt: skip

    return one


def figures_of(model: Model, engine: str = "kernel") -> dict[str, Any]:
    """All sums of run 0, by the names of queues and groups."""
    run = play(Task(model.scenario, 1, 0, engine))
    queues = {
        copy.name: (
            run.tally.calls[:, row].tolist(),
            run.tally.longest[:, row].tolist(),
            run.waits[row].tolist(),
        )
        for row, copy in enumerate(model.queues)
    }
    groups = {
        copy.name: (run.tally.work[:, row].tolist(), int(run.absent[row]))
        for row, copy in enumerate(model.groups)
    }
    seats = run.tally.sites, run.tally.seats_peak
    sites = {name: [of[:, row].tolist() for of in seats] for row, name in enumerate(model.sites)}
    return {"queues": queues, "groups": groups, "sites": sites, "cut off": run.tally.cut_off.tolist()}


def names_of(model: Model, parts: list[Island]) -> list[set[str]]:
    return [{model.queues[row].name[:3] for row in part.queues} for part in parts]


@pytest.fixture(scope="module")
def centres() -> list[dict[str, Any]]:
    found = []
    for seed in range(MANY):
        rng = np.random.default_rng(seed)
        centre = archipelago(rng, short=seed % 2 == 0)
        if seed % 3 == 0:
            own = [[key for key in centre[kind] if key.startswith("elm")] for kind in ("queues", "groups")]
            centre["supervisors"] = [{"run": "help.py:lend", "queues": own[0], "groups": own[1]}]
        found.append(centre)
    return found


@pytest.mark.parametrize("seed", range(MANY))
def test_an_island_changes_nothing_elsewhere(
    centres: list[dict[str, Any]], seed: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1000 + seed)
    engine = ("kernel", "reference")[seed // 2 % 2]
    model = build(scenario_of(tmp_path, centres[seed]))
    other = build(scenario_of(tmp_path, changed(centres[seed], "ash", rng)))
    # What is tied to the island that changes, before or after, may differ.
    tied = {"ash"}
    for one in (model, other):
        for together in names_of(one, settled(one, engine)):
            tied |= together if "ash" in together else set()
    before, after = figures_of(model, engine), figures_of(other, engine)
    for kind in ("queues", "groups"):
        for name in before[kind]:
            if name[:3] not in tied:
                assert before[kind][name] == after[kind][name], name
    assert before["queues"]["ash-a"] != after["queues"]["ash-a"]


@pytest.mark.parametrize("seed", range(MANY))
def test_both_engines_and_any_order_and_any_threads(
    centres: list[dict[str, Any]], seed: int, tmp_path: Path
) -> None:
    centre = centres[seed]
    scenario = scenario_of(tmp_path, centre)
    found = figures_of(build(scenario))
    assert found == figures_of(build(scenario), "reference")
    mixed = scenario_of(tmp_path, shuffled(centre, np.random.default_rng(seed)))
    assert found == figures_of(build(mixed))
    spare = threading.Semaphore(3)
    run, same = play(Task(scenario, 1, 0)), play(Task(scenario, 1, 0), Around(spare=spare))
    np.testing.assert_array_equal(run.tally.calls, same.tally.calls)
    np.testing.assert_array_equal(run.tally.seats_peak, same.tally.seats_peak)
    assert all(spare.acquire(blocking=False) for _ in range(3)), "every thread is given back"


@pytest.mark.parametrize("seed", range(MANY))
def test_islands_that_join_are_as_if_forced_into_one(
    centres: list[dict[str, Any]], seed: int, tmp_path: Path
) -> None:
    """A part that was joined, played as a whole, has the very sums; and parts apart share nothing short."""
    model = build(scenario_of(tmp_path, centres[seed]))
    found = figures_of(model)
    for part in settled(model):
        tally = alone("kernel")(part_of(model, part))
        for k, row in enumerate(part.queues):
            assert found["queues"][model.queues[row].name][0] == tally.calls[:, k].tolist()
    whole = alone("kernel")(model)
    blocked, waited = whole.calls[:, :, 3].sum(), whole.sites[:, :, 1].sum()
    if not blocked and not waited:
        assert len(settled(model)) == len(islands(model))


def test_many_join_and_many_do_not(centres: list[dict[str, Any]], tmp_path: Path) -> None:
    models = [build(scenario_of(tmp_path, centre)) for centre in centres]
    joined = [len(settled(model)) < len(islands(model)) for model in models]
    assert sum(joined) >= len(joined) / 3
    assert not all(joined)


def test_records_come_with_the_rows_of_the_whole(centres: list[dict[str, Any]], tmp_path: Path) -> None:
    records_are_whole(scenario_of(tmp_path, centres[0]))


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
