"""Scales of a file, its queues and groups, and paths with a star."""

from __future__ import annotations

import itertools
import math
import random
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.scenario.reading.load import changes_of, laid_over
from callsim.scenario.reading.staffed_file import staffed_file

FILE = """\
name: Two desks
{top}calendar: {{start: 2026-03-02, interval: 1 h}}
queues:
  sales: {{arrivals: {{per_hour: 60}}, talk: {{lognormal: {{mean: 3 min, cv: 1}}}}, wrap: 30 s{sales}}}
  help: {{arrivals: {{per_day: 900}}, talk: 4 min, goal: {{answer: 80%, within: 20 s}}}}
shifts:
  early: {{from: 07:00, to: 15:00}}
  late: {{from: 15:00, to: 23:00}}
  night: {{from: 23:00, to: 07:00}}
groups:
  one: {{answers: {{sales: {{}}}}, shifts: {{early: 7, late: 5, night: 2}}{one}}}
  two: {{answers: {{help: {{}}}}, staff: {{mon-fri: 12, other: 5}}}}
"""


def read(folder: Path, *sets: str, top: str = "", sales: str = "", one: str = "") -> callsim.Scenario:
    path = folder / "desks.yaml"
    path.write_text(FILE.format(top=top, sales=sales, one=one))
    return callsim.load(path, sets)


def mistakes(folder: Path, *sets: str, **parts: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, *sets, **parts)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_scales_of_file_and_queue_multiply(tmp_path: Path) -> None:
    found = read(tmp_path, top="scale: {volume: 150%, aht: 0.5}\n", sales=", scale: {volume: 80%, aht: 110%}")
    sales, other = found.queues["sales"], found.queues["help"]
    assert sales.arrivals.per_hour == pytest.approx(60 * 1.5 * 0.8)
    assert sales.talk.mean[0] == pytest.approx(180 * 0.55)
    assert sales.wrap is not None
    assert sales.wrap.mean[0] == pytest.approx(30 * 0.55)
    assert other.arrivals.per_day == pytest.approx(1350)
    assert other.talk.mean[0] == pytest.approx(120)


def test_patience_is_scaled_where_somebody_gives_up(tmp_path: Path) -> None:
    found = read(tmp_path, top="scale: {patience: 50%}\n", sales=", patience: 3 min, scale: {patience: 120%}")
    assert found.queues["sales"].patience is not None
    assert found.queues["sales"].patience.mean == (pytest.approx(108),)
    assert found.queues["help"].patience is None


@pytest.mark.parametrize("seed", range(30))
def test_scaled_shifts_are_whole_people_and_add_up(tmp_path: Path, seed: int) -> None:
    luck = random.Random(seed)
    times = luck.choice([0.01, 0.5, 0.98, 1.0, 1.333, luck.uniform(0.01, 10), 10.0])
    shifts = {name: luck.choice([0, 1, 7, luck.randrange(1000)]) for name in ("early", "late", "night")}
    shifts["early"] += 60  # of which the least scale leaves somebody
    listed = list(shifts.items())
    found = set()
    for order in itertools.permutations(listed):
        words = ", ".join(f"{name}: {agents}" for name, agents in order)
        group = read(tmp_path, f"groups.one.shifts={{{words}}}", one=f", scale: {{staff: {times!r}}}").groups[
            "one"
        ]
        assert group.shifts is not None
        found.add(tuple(sorted(group.shifts.items())))
        assert sum(group.shifts.values()) == math.floor(round(times * sum(shifts.values()), 9) + 0.5)
        for name, agents in group.shifts.items():
            assert abs(agents - times * shifts[name]) < 1, "each shift has its own, up or down to a whole one"
    assert len(found) == 1, "the order of shifts changes nothing"


def test_scaled_staff_is_rounded_at_each_time_and_day(tmp_path: Path) -> None:
    group = read(tmp_path, top="scale: {staff: 90%}\n").groups["two"]
    assert group.staff == {"mon-fri": (11,), "other": (5,)}  # 10.8, 4.5


def test_no_scale_is_the_same_object_and_a_scale_of_one_changes_nothing(tmp_path: Path) -> None:
    plain = read(tmp_path)
    one = read(tmp_path, top="scale: {volume: 100%, aht: 100%, staff: 100%}\n")
    assert (one.queues, one.groups) == (plain.queues, plain.groups)
    assert callsim.run(one, runs=2).to_dict()["total"] == callsim.run(plain, runs=2).to_dict()["total"]


@pytest.mark.parametrize("key", ["volume", "aht", "patience", "staff"])
@pytest.mark.parametrize("bad", ["0%", "0.9%", "1001%", "-5%", "many", "11"])
def test_a_scale_has_bounds(tmp_path: Path, key: str, bad: str) -> None:
    if (key, bad) == ("volume", "0%"):  # its clients have left
        gone = read(tmp_path, top="scale: {volume: 0%}\n")
        assert callsim.run(gone, runs=1).sums.calls.sum() == 0
        return
    told, *_ = mistakes(tmp_path, top=f"scale: {{{key}: {bad}}}\n")
    assert "desks.yaml:2:" in told


def test_scales_that_multiply_have_the_same_bounds(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, top="scale: {volume: 500%}\n", sales=", scale: {volume: 300%}")
    assert "desks.yaml:5:" in told
    assert "1500%" in told.replace(",", "").replace(" ", "")


def test_a_star_sets_every_entry(tmp_path: Path) -> None:
    found = read(tmp_path, "queues.*.scale.volume=90%")
    assert found.queues["sales"].arrivals.per_hour == pytest.approx(54)
    assert found.queues["help"].arrivals.per_day == pytest.approx(810)
    assert {queue.priority for queue in read(tmp_path, "queues.*.priority=2").queues.values()} == {2}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("queues.*.goal.within=30 s", "no goal in queues.sales"),
        ("groups.*.shifts.early=3", "no shifts in groups.two"),
        ("groups.*.answers.help.rank=2", "no help in groups.one.answers"),
        ("queues.*=", "name a key"),
        ("sites.*.seats=3", "nothing in sites"),
        ("queues.*.scale.volum=90%", "volum"),
    ],
)
def test_what_one_entry_has_not_is_a_mistake(tmp_path: Path, path: str, said: str) -> None:
    assert any(said in told for told in mistakes(tmp_path, path)), mistakes(tmp_path, path)


def test_a_queue_may_be_named_star(tmp_path: Path) -> None:
    path = tmp_path / "star.yaml"
    path.write_text(FILE.format(top="", sales="", one="").replace("sales:", '"*":'))
    found = callsim.load(path, ['queues."*".priority=3'])
    assert {name: queue.priority for name, queue in found.queues.items()} == {"*": 3, "help": 1}


def test_variants_take_a_star(tmp_path: Path) -> None:
    read(tmp_path)
    plans = [read(tmp_path, word) for word in ("queues.*.scale.volume=90%", "queues.*.scale.volume=110%")]
    assert [plan.queues["sales"].arrivals.per_hour for plan in plans] == pytest.approx([54, 66])


@pytest.mark.parametrize("top", ["", "scale: {staff: 90%, volume: 120%}\n"])
def test_a_file_with_new_hours_is_not_scaled_again(tmp_path: Path, top: str) -> None:
    base = read(tmp_path, top=top, one=", scale: {staff: 80%}")
    groups: dict[str, Any] = {"one": {"staff": 10}}
    changes = changes_of(base, groups)
    assert changes is not None
    found = laid_over(base, staffed_file("desks.yaml", changes, groups, {}))
    assert found.groups["one"].staff == (10,)
    assert found.groups["two"].staff == base.groups["two"].staff
    assert found.queues == base.queues


def test_check_says_what_is_scaled(tmp_path: Path) -> None:
    text = "\n".join(callsim.scenario.describe(read(tmp_path, top="scale: {volume: 120%, staff: 90%}\n")))
    assert "calls scaled to 120" in text
    assert "agents scaled to 90" in text


@pytest.mark.parametrize(
    ("own", "top", "line"),
    [
        (", scale: {staff: 1%}", "", 11),
        ("", "scale: {staff: 1%}\n", 2),
        (", scale: {staff: 10%}", "scale: {staff: 10%}\n", 12),
    ],
)
def test_a_scale_that_leaves_nobody_is_a_mistake(tmp_path: Path, own: str, top: str, line: int) -> None:
    told = mistakes(tmp_path, top=top, one=own)
    assert any(f"desks.yaml:{line}:" in one and "of one is nobody" in one for one in told), told


@pytest.mark.parametrize("many", ["1e308", str(10**400), ".inf", ".nan", "-1e308"])
def test_people_beyond_all_sense_are_a_mistake(tmp_path: Path, many: str) -> None:
    sets = [f"groups.one.shifts.{shift}={many}" for shift in ("early", "late", "night")]
    with pytest.raises(ScenarioError):
        read(tmp_path, *sets, one=", scale: {staff: 50%}")
