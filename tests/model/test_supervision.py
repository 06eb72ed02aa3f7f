"""Supervisors by name: what they see and do, from Python and from a file, and how they fail."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.cli import main
from callsim.errors import UserError

FILE = """\
calendar: {start: 2017-06-05, warm_up: 1 h}
sites: {a: {seats: 30}, b: {}}
queues:
  telecom: {arrivals: {per_hour: 300}, talk: 4 min, patience: 2 min, goal: {answer: 80%, within: 30 s}}
  bank: {arrivals: {per_hour: 60}, talk: 4 min, patience: 2 min}
groups:
  telecom-desk: {site: a, answers: {telecom: {}, bank: {rank: 2, after: 20 s}}, staff: 18}
  bank-desk: {site: b, answers: {bank: {}}, staff: 8}
"""
Story = Iterator[Any]


@pytest.fixture
def scenario(tmp_path: Path) -> callsim.Scenario:
    (tmp_path / "a.yaml").write_text(FILE, "utf-8")
    return callsim.load(tmp_path / "a.yaml")


def told(scenario: callsim.Scenario, *supervisors: Any, **more: Any) -> callsim.Result:
    return callsim.run(scenario, supervisors=supervisors, **{"runs": 1, "jobs": 1} | more)


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_the_clock_and_the_counts(scenario: callsim.Scenario, engine: str) -> None:
    seen: list[Any] = []

    def look(floor: callsim.Floor) -> Story:
        seen.append(floor.now)
        yield floor.wait_until("23:30")
        seen.append(floor.now)
        yield floor.wait("1h15m")
        seen.append(floor.now)
        yield floor.wait_until("00:45")  # just now: the next is tomorrow
        seen.append(floor.now)
        yield floor.env.timeout(1)
        raise AssertionError("the run is over")

    def count(floor: callsim.Floor) -> Story:
        assert math.isnan(floor.service_level("bank"))  # nobody has called yet
        yield floor.wait_until("09:00")
        for queue in floor.queues:
            assert floor.waiting(queue) >= 0
            assert (floor.longest_wait(queue) > 0) == (floor.waiting(queue) > 0)
            assert 0 <= floor.service_level(queue, last="1 h") <= 1
        assert floor.groups == ["telecom-desk", "bank-desk"]
        for group, agents in (("telecom-desk", 18), ("bank-desk", 8)):
            assert floor.idle(group) + floor.busy(group) == floor.on_duty(group) == agents
            assert floor.late(group) == floor.waiting_for_seat(group) == 0
        assert floor.seats("a") == 30
        assert (floor.seats_used("a"), floor.seats_used("b")) == (18, 8)
        seen.append("counted")

    told(scenario, look, count, engine=engine)
    day = datetime.datetime(2017, 6, 5)
    hours = [-1, -0.5, 0.75]
    assert seen == [*(day + datetime.timedelta(hours=hour) for hour in hours), "counted"]


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_people_move_come_and_go(scenario: callsim.Scenario, engine: str) -> None:
    seen: list[tuple[int, ...]] = []

    def act(floor: callsim.Floor) -> Story:
        def note() -> None:
            on_duty = floor.on_duty("telecom-desk"), floor.on_duty("bank-desk")
            seen.append((*on_duty, floor.waiting_for_seat("telecom-desk")))

        yield floor.wait_until("10:00")
        floor.move(3, "telecom-desk", to="bank-desk")
        yield floor.wait("20 min")
        note()
        floor.send_home(5, "bank-desk")
        yield floor.wait("20 min")
        note()
        floor.call_in(20, "telecom-desk", stay="1 h")
        yield floor.wait("20 min")
        note()
        yield floor.wait("1 h")
        note()

    told(scenario, act, engine=engine)
    limited = [(15, 11, 0), (15, 6, 0), (30, 6, 5), (15, 6, 0)]
    free = [(15, 11, 0), (15, 6, 0), (35, 6, 0), (15, 6, 0)]  # played again, to see what the limit costs
    assert seen == limited + free


def test_a_way_is_opened_and_closed(scenario: callsim.Scenario) -> None:
    def never(floor: callsim.Floor) -> Story:
        floor.overflow("bank", "telecom-desk", open=False)
        yield floor.wait("1 min")

    def at_once(floor: callsim.Floor) -> Story:
        floor.overflow("bank", "telecom-desk", after="0 s")
        yield floor.wait("1 min")

    def back(floor: callsim.Floor) -> Story:
        floor.overflow("bank", "telecom-desk", open=False)
        floor.overflow("bank", "telecom-desk")
        yield floor.wait("1 min")

    short = callsim.load(scenario.path, ["groups.bank-desk.staff=3"])
    waits = [
        told(short, *who).to_dict()["queues"]["bank"]["asa_s"]["mean"] for who in ((never,), (), (at_once,))
    ]
    assert waits[0] > waits[1] > waits[2]
    np.testing.assert_array_equal(told(short, back).sums.calls, told(short).sums.calls)


def test_who_does_nothing_changes_nothing(scenario: callsim.Scenario) -> None:
    def idle(floor: callsim.Floor) -> Story:
        while True:
            yield floor.wait("1 min")
            floor.service_level("telecom")

    np.testing.assert_array_equal(told(scenario, idle).sums.calls, told(scenario).sums.calls)


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda floor: floor.waiting("telecon"), "there is no queue telecon; did you mean telecom?"),
        (lambda floor: floor.idle("desk"), "there is no group desk"),
        (lambda floor: floor.seats("c"), "there is no site c"),
        (lambda floor: floor.overflow("telecom", "bank-desk"), "does not answer"),
        (lambda floor: floor.wait("5"), "has no unit"),
        (lambda floor: floor.wait_until("25:00"), "there is no 25:00"),
        (lambda floor: floor.move(-1, "telecom-desk", "bank-desk"), "fewer than none"),
    ],
)
def test_what_cannot_be_is_said_where_it_was_asked(scenario: callsim.Scenario, ask: Any, text: str) -> None:
    def wrong(floor: callsim.Floor) -> Story:
        yield floor.wait("2 h")
        ask(floor)

    with pytest.raises((LookupError, ValueError), match=text) as caught:
        told(scenario, wrong)
    assert caught.value.__notes__ == [f"This was raised in the supervisor {wrong.__qualname__}."]
    assert "wrong" in [entry.name for entry in caught.traceback]


def test_a_function_that_never_waits(scenario: callsim.Scenario) -> None:
    with pytest.raises(TypeError, match="never waits"):
        told(scenario, lambda floor: None)


OPS = """\
moved = 0

def evening(floor):
    global moved
    while True:
        yield floor.wait("5 min")
        if floor.longest_wait("telecom") > 20 and moved < 6:
            floor.move(2, "bank-desk", "telecom-desk")
            moved += 2

def failing(floor):
    yield floor.wait("5 min")
    1 / 0
"""


def with_file(folder: Path, function: str) -> Path:
    (folder / "ops.py").write_text(OPS, "utf-8")
    (folder / "b.yaml").write_text(FILE + f"supervisors: ops.py:{function}\n", "utf-8")
    return folder / "b.yaml"


def test_from_a_file_runs_have_nothing_in_common(scenario: callsim.Scenario, tmp_path: Path) -> None:
    named = callsim.load(with_file(tmp_path, "evening"))
    one, two = (callsim.run(named, runs=4, jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.sums.calls, two.sums.calls)
    assert (
        (one.sums.work[:, :, 0, 2] != callsim.run(scenario, runs=4).sums.work[:, :, 0, 2]).any(axis=1).all()
    )
    assert one.to_dict()["fingerprint"] == two.to_dict()["fingerprint"]
    (tmp_path / "ops.py").write_text(OPS.replace("> 20", "> 25"), "utf-8")
    other = callsim.run(callsim.load(tmp_path / "b.yaml"), runs=1)
    assert other.to_dict()["fingerprint"] != one.to_dict()["fingerprint"]


def test_from_a_file_and_from_python_are_the_same(scenario: callsim.Scenario, tmp_path: Path) -> None:
    names: dict[str, Any] = {}
    exec(OPS, names)
    from_python = told(scenario, names["evening"])
    from_file = callsim.run(callsim.load(with_file(tmp_path, "evening")), runs=1)
    np.testing.assert_array_equal(from_python.sums.calls, from_file.sums.calls)


def test_one_that_raises_ends_the_run_with_its_own_traceback(tmp_path: Path, capsys: Any) -> None:
    assert main(["run", str(with_file(tmp_path, "failing")), "--runs", "2"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert 'ops.py", line 13, in failing' in err
    assert "1 / 0" in err
    assert err.rstrip().endswith(
        "ZeroDivisionError: division by zero\nThis was raised in the supervisor failing."
    )


def test_a_file_that_raises_while_it_is_read(tmp_path: Path, capsys: Any) -> None:
    path = with_file(tmp_path, "evening")
    (tmp_path / "ops.py").write_text(OPS + "import nothing_of_that_name\n", "utf-8")
    assert main(["run", str(path), "--runs", "1"]) == 1
    assert "nothing_of_that_name" in capsys.readouterr().err


def test_a_name_that_is_no_function(tmp_path: Path) -> None:
    path = with_file(tmp_path, "later")
    (tmp_path / "ops.py").write_text(OPS + "later = 3\n", "utf-8")
    with pytest.raises(UserError, match="has no function later"):
        callsim.run(callsim.load(path), runs=1)
