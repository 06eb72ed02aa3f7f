"""Looks at changes of a plan: bit for bit runs of the changed file, of which only what differs is played."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import Interrupted, ScenarioError, UserError
from callsim.report.what_if.told import look
from callsim.study.store.store import Store
from callsim.study.what_if import what_if as module
from callsim.study.what_if.what_if import WhatIf

CENTRE = """
name: three programmes
calendar: {start: 2026-03-02, days: 1, interval: 30 min}
sites: {park: {seats: 60}, hill: {}}
queues:
  east:
    copies: 4
    arrivals: {per_hour: 60}
    talk: 180 s
    wrap: 20 s
    patience: {lognormal: {mean: 90 s, cv: 1.2}}
    goal: {answer: 80%, within: 20 s, abandon_at_most: 5%}
  north: {arrivals: {per_hour: 90}, talk: 180 s, patience: 90 s, goal: {answer: 80%, within: 20 s}}
  west: {arrivals: {per_hour: 30}, talk: 180 s, patience: 90 s}
shifts: {early: {from: 00:00, to: 13:00}, late: {from: 11:00, to: 24:00}}
groups:
  of-east: {site: park, answers: {east: {}}, shifts: {early: 5, late: 5}, shrinkage: 10%}
  of-north: {site: hill, answers: {north: {}}, staff: 6, absence: {share: 4%}}
  of-west: {site: park, answers: {west: {}}, staff: 2}
costs: {wage_per_hour: 32}
"""


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    file = tmp_path / "centre.yaml"
    file.write_text(CENTRE)
    return file


@pytest.fixture
def desk(centre: Path) -> WhatIf:
    return callsim.what_if(callsim.load(centre), jobs=1)


LOST = [{"site": "park", "from": "day 1 10:00", "to": "day 1 12:00", "seats_lost": "100%"}]
SLIDERS = {
    "staff of a line": ({"groups.of-east.scale.staff": 0.9}, 4),
    "staff of all": ({"groups.*.scale.staff": 0.9}, 6),
    "volume": ({"queues.north.scale.volume": 1.1}, 1),
    "handling time": ({"queues.east.scale.aht": 1.05}, 4),
    "patience": ({"queues.east.scale.patience": 0.8}, 4),
    "absence": ({"groups.of-north.absence.share": 0.09}, 1),
    "absence of those that have none": ({"groups.of-east.absence.share": 0.05}, 4),
    "shrinkage": ({"groups.of-east.shrinkage": 0.15}, 4),
    "goal": ({"queues.north.goal.answer": 0.9}, 1),
    "a site": ({"incidents": LOST}, 2),  # who shares its seats is one island
    "nothing": ({}, 0),
}


@pytest.mark.parametrize("slider", SLIDERS)
def test_a_look_is_a_run_of_the_changed_file(centre: Path, desk: WhatIf, slider: str) -> None:
    changes, differ = SLIDERS[slider]
    *_, seen = desk.look(changes)
    assert seen.changed == seen.simulated == differ
    assert seen.result is not None
    fresh = callsim.run(callsim.load(centre, changes), runs=1, jobs=1)
    for name, sums in vars(fresh.sums).items():
        if name != "lost_to_seats":  # what seats cost is not weighed by a look
            np.testing.assert_array_equal(getattr(seen.result.sums, name), sums)
    for line in seen.lines:
        rows = seen.rows[line.name]
        met = [fresh.goals[seen.model.queues[row].name].met for row in rows]
        assert (line.met_after, line.copies, line.approximate) == (sum(map(bool, met)), len(met), False)


def test_only_islands_that_differ_are_played(centre: Path) -> None:
    store = Store()
    desk = callsim.what_if(callsim.load(centre), jobs=1, store=store)
    played = []
    for changes in ({}, {"groups.of-east.scale.staff": 0.9}, {"queues.north.scale.volume": 1.1}, {}):
        before = store.played
        desk.result(changes)
        played.append(store.played - before)
    assert played == [6, 4, 1, 0]
    desk.result({"groups.of-east.scale.staff": 0.9})
    assert store.played == 11  # a value that was seen before


def test_the_first_look_is_approximate_and_has_no_verdict(desk: WhatIf) -> None:
    first, last = desk.look({"groups.of-east.scale.staff": 0.8})
    assert (first.exact, first.changed, first.simulated) == (False, 4, 1)
    assert (last.exact, last.changed, last.simulated) == (True, 4, 4)
    (east, north), (exact, _) = first.lines, last.lines
    assert (east.name, east.approximate, east.met_after) == ("east", True, None)
    assert (north.name, north.approximate, north.met_after) == ("north", False, north.met_before)
    assert north.bounds[0].difference.mean == 0
    level, surely = east.bounds[0], exact.bounds[0]
    assert level.before == surely.before
    assert level.difference.low is None
    assert level.after is not None
    assert surely.after is not None
    assert surely.before is not None
    assert level.after < surely.before - 0.05  # a fifth of the agents fewer
    assert surely.after < surely.before - 0.05


def test_of_much_the_largest_come_first(desk: WhatIf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST", 2500)  # calls: a north has 2160, an east 1440, a west 720
    largest, sample, last = desk.look({"queues.*.scale.volume": 1.1, "groups.*.scale.staff": 0.9})
    assert [one.simulated for one in (largest, sample, last)] == [1, 3, 6]
    assert [one.exact for one in (largest, sample, last)] == [False, False, True]
    (east, north), (guess, again), (exact, surely) = (one.lines for one in (largest, sample, last))
    assert (east.approximate, east.bounds[0].after, east.met_after) == (True, None, None)
    assert east.bounds[0].difference.mean is None
    assert largest.offered("east")[1] is None
    assert not np.isfinite(largest.levels("east")[1]).any()
    # The north has no copies, so what is known of it is exact, but for others that may take its seats.
    assert (north.approximate, north.met_after, again.met_after) == (True, None, None)
    assert north.bounds[0].after == again.bounds[0].after == surely.bounds[0].after
    assert guess.bounds[0].after is not None
    assert guess.bounds[0].before == exact.bounds[0].before == east.bounds[0].before
    told = [look(one, 1.0)["lines"][0]["bounds"][0] for one in (largest, sample)]  # type: ignore[index]
    assert [one["after"][0] for one in told] == [one["difference"][0] for one in told] == ["…", "≈"]
    # Not more than is to be simulated at all, and at least one island.
    monkeypatch.setattr(module, "FIRST", 10)
    assert [one.simulated for one in desk.look({"queues.north.scale.volume": 1.2})] == [1]
    assert [one.simulated for one in desk.look({"queues.east.scale.volume": 1.2})] == [1, 4]


def test_more_days_make_the_difference_certain(centre: Path, desk: WhatIf) -> None:
    seen = list(desk.look({"queues.north.scale.volume": 1.1}, runs=3))
    assert [one.runs for one in seen] == [1, 2, 3]
    both = callsim.compare(
        [callsim.load(centre), callsim.load(centre, {"queues.north.scale.volume": 1.1})], runs=3, jobs=1
    )
    (told,) = both.to_dict()["differences"].values()
    told = told["queues"]["north"]["service_level"]["offered"]
    (level,) = next(line for line in seen[-1].lines if line.name == "north").bounds
    assert level.difference.to_dict() == told
    (one_day,) = next(line for line in seen[0].lines if line.name == "north").bounds
    assert (one_day.difference.low, one_day.difference.high) == (None, None)


def test_mistakes_are_those_of_set(desk: WhatIf) -> None:
    for changes in ({"groups.of-east.scale.staf": 1}, {"queues.*.scale.volume": 20}, {"extends": "x.yaml"}):
        with pytest.raises(ScenarioError, match="--set"):
            list(desk.look(changes))
    made = desk.scenario.model_copy()
    made._path = ""
    with pytest.raises(UserError, match="file"):
        callsim.what_if(made)


def test_of_many_looks_at_once_only_the_last_completes(desk: WhatIf) -> None:
    desk.result({})
    begun, ended, lock = [], [], threading.Lock()

    def look(number: int) -> None:
        looks = desk.look({"queues.*.scale.volume": 1.01 + number / 100}, runs=1 if number == 19 else 10_000)
        with lock:
            first = next(looks)
            begun.append(first.changed)
        try:
            for _ in looks:
                pass
            ended.append(number)
        except Interrupted:
            pass

    with ThreadPoolExecutor(20) as pool:
        for number in range(20):
            waiting = pool.submit(look, number)
            while len(begun) <= number and not waiting.done():
                time.sleep(0.001)
    assert begun == [6] * 20
    assert ended == [19]


def test_a_stopped_look_frees_its_threads(desk: WhatIf) -> None:
    desk.result({})
    stop, ended = threading.Event(), threading.Event()

    def look() -> None:
        with pytest.raises(Interrupted):
            list(desk.look({"queues.*.scale.volume": 1.07}, runs=10_000, stop=stop))
        ended.set()

    thread = threading.Thread(target=look)
    before = threading.active_count()
    thread.start()
    time.sleep(0.1)
    stop.set()
    assert ended.wait(0.5)
    thread.join()
    assert threading.active_count() <= before


def test_a_plan_is_the_file_as_it_was(centre: Path, desk: WhatIf) -> None:
    before = desk.result({"queues.north.scale.volume": 1.1}).sums.calls
    centre.write_text(CENTRE.replace("per_hour: 90", "per_hour: 9"))
    np.testing.assert_array_equal(desk.result({"queues.north.scale.volume": 1.1}).sums.calls, before)
    assert (desk.result({"queues.north.scale.volume": 1.0}).sums.calls == desk.result({}).sums.calls).all()


def test_lines_that_help_each_other_out_are_told_in_the_order_of_the_file(desk: WhatIf) -> None:
    assert desk.together == []
    scenarios = Path(__file__).parents[3] / "scenarios"
    zunyi = callsim.what_if(callsim.load(scenarios / "zunyi-2016.yaml"))
    sites = "xinpu", "wuzhengdao", "tongzi"
    assert sorted(zunyi.together) == sorted(
        [f"{client}-{site}" for site in sites] for client in ("tel", "bnk", "ecm", "gov", "ins")
    )


def test_calls_of_a_day_are_told(desk: WhatIf) -> None:
    first, last, more = desk.look({"queues.east.scale.volume": 1.5}, runs=2)
    assert first.offered("east")[1] is None  # four copies, of which one was simulated
    was, now = last.offered("east")
    assert now is not None
    assert was == pytest.approx(4 * 60 * 24, rel=0.05)
    assert now == pytest.approx(1.5 * was, rel=0.05)
    assert last.offered("north") == (last.offered("north")[0],) * 2
    assert more.offered("east")[0] == pytest.approx(was, rel=0.05)
