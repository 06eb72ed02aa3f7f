"""How many people more: the fewest with whom the goal is kept, in a file that keeps it on fresh days."""

from __future__ import annotations

import itertools
import random
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import Interrupted, UserError
from callsim.scenario.reading.load import overlay
from callsim.study.what_if.more import More, first_of
from callsim.study.what_if.people import people_of, with_people
from callsim.study.what_if.split import by_rank, shared_out, splits
from callsim.study.what_if.what_if import WhatIf
from tests.study.what_if.test_look import CENTRE

# 100 days as 20 runs, of few intervals: each costs as much as some thousand calls.
STEADY = """
name: steady
calendar: {start: 2024-01-08, warm_up: 6 h, interval: 6 h, days: 5}
queues:
  service:
    arrivals: {per_hour: 200}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 5 min}}
    goal: {answer: 90%, within: 20 s}
groups:
  desk: {answers: {service: {}}, staff: 9}
"""


def desk_of(folder: Path, text: str) -> WhatIf:
    file = folder / "centre.yaml"
    file.write_text(text)
    return callsim.what_if(callsim.load(file), jobs=1)


def saved(desk: WhatIf, found: More, name: str = "what-if.yaml") -> callsim.Scenario:
    """The scenario of the file that the answer yields."""
    file = Path(desk.scenario.path).with_name(name)
    file.write_text(overlay(desk.scenario, found.changes))
    return callsim.load(file)


# Erlang A, 200 calls an hour, 3 min, patience 5 min, within 20 s: agents → share answered in time, of all
# offered (`callsim erlang`): 12 0.77228, 13 0.85696, 14 0.91679, 15 0.95528.
@pytest.mark.parametrize(("share", "agents"), [(0.75, 12), (0.8, 13), (0.9, 14), (0.95, 15)])
def test_it_finds_what_erlang_a_says(tmp_path: Path, share: float, agents: int) -> None:
    found = desk_of(tmp_path, STEADY).more("service", share)
    assert found.people == {"desk": (9, agents)}
    assert found.more == agents - 9
    assert found.between == (agents - 9, agents - 9)
    assert (found.met, found.decided) == (True, True)


@pytest.mark.parametrize(("queue", "share"), [("east", 0.93), ("north", 0.6)])
def test_the_file_keeps_the_share_and_one_person_fewer_does_not(
    tmp_path: Path, queue: str, share: float
) -> None:
    desk = desk_of(tmp_path, CENTRE.replace("days: 1, interval: 30 min", "days: 5, interval: 12 h"))
    found = desk.more(queue, share, {"queues.*.scale.volume": 1.05})
    fresh = found.fresh
    assert (fresh.runs, fresh.apart) == (20, True)
    result = callsim.run(saved(desk, found), runs=fresh.runs, seed=fresh.seed, jobs=1, weigh=False)
    rows = [row for row, copy in enumerate(result.model.queues) if copy.original == queue]
    np.testing.assert_array_equal(fresh.seen.sums.sum(axis=1), result.sums.calls[:, :, rows].sum(axis=(1, 2)))
    copies = [name for name, goal in result.goals.items() if name.startswith(queue)]
    levels = [result.to_dict()["queues"][name]["service_level"]["offered"]["mean"] for name in copies]
    assert np.mean(levels) >= share
    assert fresh.seen.reached[0].mean == pytest.approx(np.mean(levels), abs=0.002)
    (group,) = [name for name, (now, then) in found.people.items() if now]
    now, then = found.people[group]
    per_copy = found.more // len(copies)
    assert found.more == then - now == per_copy * len(copies)
    if not per_copy:
        assert share == 0.6
        return
    # On the days of the search, 20 × 5 of the seed 1, the first copy with one person fewer misses the goal.
    one_fewer = then // len(copies) - 1
    _, scenario = with_people(desk.changed, found.changes, {group: one_fewer})
    assert people_of(scenario.groups[group]) == one_fewer
    fewer = callsim.run(scenario, runs=20, jobs=1, weigh=False)
    assert fewer.goals[copies[0]].met is False
    enough = callsim.run(desk.changed(found.changes), runs=20, jobs=1, weigh=False)
    assert enough.goals[copies[0]].met is True


def test_where_others_take_its_seats_whole_days_count(tmp_path: Path) -> None:
    """14 seats, of which the west takes 7 first: an eighth person of the east, who is needed, finds none."""
    desk = desk_of(
        tmp_path,
        """
calendar: {start: 2026-03-02, interval: 8 h, days: 5}
sites: {park: {seats: 14}}
queues:
  east:
    open: 08:00-16:00
    arrivals: {per_hour: 100}
    talk: 3 min
    patience: 2 min
    goal: {answer: 80%, within: 20 s}
  west: {arrivals: {per_hour: 100}, talk: 3 min, patience: 2 min}
shifts: {day: {from: 08:00, to: 16:00}}
groups:
  of-east: {site: park, answers: {east: {}}, shifts: {day: 6}}
  of-west: {site: park, answers: {west: {}}, staff: 7}
""",
    )
    found = desk.more("east", 0.8)
    fresh = found.fresh
    assert not fresh.apart
    assert fresh.together == fresh.runs == 20
    result = callsim.run(saved(desk, found), runs=20, seed=fresh.seed, jobs=1, weigh=False)
    np.testing.assert_array_equal(fresh.seen.sums.sum(axis=1), result.sums.calls[:, :, 0].sum(axis=1))
    assert found.met is result.goals["east"].met is False


def test_people_are_added_where_staff_misses_them(tmp_path: Path) -> None:
    desk = desk_of(
        tmp_path,
        """
calendar: {start: 2026-03-02, warm_up: 6 h, interval: 6 h, days: 5}
queues:
  calls: {arrivals: {per_hour: 240}, talk: 3 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}
  spare: {arrivals: {per_hour: 30}, talk: 3 min, patience: 2 min, goal: {answer: 50%, within: 60 s}}
groups:
  own: {answers: {calls: {}}, staff: 6}
  both: {answers: {spare: {}, calls: {rank: 2}}, staff: 3}
  none: {answers: {calls: {}}, staff: 0}
""",
    )
    # To those who are asked first, and whom nobody is in cannot be scaled.
    assert by_rank(desk.scenario, "calls") == {"own": 1.0}
    (by_staff, first) = splits(desk.scenario, "calls", desk.options)
    assert first == {"own": 1.0}
    assert sum(by_staff.values()) == pytest.approx(1.0)
    assert set(by_staff) == {"own", "both"}
    assert "none" not in by_staff


def test_other_changes_are_in_force(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, STEADY)
    assert desk.more("service", 0.88, {"queues.service.scale.aht": 1.2}).more == 16 - 9  # Erlang A
    assert desk.more("service", 0.9, {"groups.*.scale.staff": 2.0}).more == 0
    assert desk.more("service", 0.88, {"groups.desk.absence.share": 0.3}).more > 14 - 9


def test_what_has_no_answer_is_refused(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, CENTRE)
    for queue, share in (
        ("west", 0.8),
        ("nowhere", 0.8),
        ("east", 0.0),
        ("east", 1.0),
        ("east", float("nan")),
    ):
        with pytest.raises(UserError):
            desk.more(queue, share)
    with pytest.raises(UserError, match="is nobody"):
        desk.more("north", 0.8, {"groups.of-north.scale.staff": 0.01})
    # Where nobody is there for most of the day, no number of people at other times is enough.
    hours = ", ".join(["0"] * 3 + ["1"])
    with pytest.raises(UserError, match="10 times the people"):
        desk_of(tmp_path, STEADY.replace("staff: 9", f"staff: [{hours}]")).more("service", 0.8)


def test_it_ends_at_once(tmp_path: Path) -> None:
    desk, ended = desk_of(tmp_path, CENTRE), threading.Event()
    desk.result({})  # compiled code is there by now

    def ask() -> None:
        with pytest.raises(Interrupted):
            desk.more("east", 0.999, {"queues.east.scale.volume": 1.5})
        ended.set()

    thread = threading.Thread(target=ask)
    before = threading.active_count()
    thread.start()
    time.sleep(0.2)
    desk.stop("more")
    assert ended.wait(0.5)
    thread.join()
    assert threading.active_count() <= before


def test_the_first_number_is_found_from_anywhere() -> None:
    luck = random.Random(7)
    for first, guess, step, most in itertools.product(
        (0, 1, 2, 9, 50, 99), (0, 3, 50, 200), (1, 7, 60), (99,)
    ):
        asked: list[int] = []

        def margin(people: int, first: int = first, asked: list[int] = asked) -> float:
            asked.append(people)
            return (people - first + 0.5) * luck.random()

        assert first_of(margin, guess, step, most) == first
        assert all(0 <= people <= most for people in asked)
        assert len(set(asked)) <= 20
    assert first_of(lambda people: -1.0, 5, 3, 99) is None


def test_people_are_shared_out_whole() -> None:
    luck = random.Random(3)
    for _ in range(300):
        raw = {str(k): luck.random() for k in range(luck.randint(1, 6))}
        weights = {name: one / sum(raw.values()) for name, one in raw.items()}
        people = luck.choice((0, 1, 2, 17, 4000))
        found = shared_out(people, weights)
        assert sum(found.values()) == people
        assert all(abs(found[name] - people * weight) < 1 + 1e-6 for name, weight in weights.items())


def test_scales_yield_the_people_that_are_wanted(tmp_path: Path) -> None:
    shifts = "{early: 5, late: 5}"
    luck = random.Random(5)
    for _ in range(12):
        early, late, whole = luck.randint(0, 40), luck.randint(1, 40), luck.choice((1, 0.37, 1.8))
        text = CENTRE.replace(shifts, f"{{early: {early}, late: {late}}}") + f"scale: {{staff: {whole}}}\n"
        desk = desk_of(tmp_path, text)
        now = people_of(desk.scenario.groups["of-east"])
        for wanted in {max(now, 1), now + 1, now + 17, 3 * now + 1}:
            if now:
                _, scenario = with_people(desk.changed, {"groups.*.scale.staff": 0.9}, {"of-east": wanted})
                assert people_of(scenario.groups["of-east"]) == wanted
