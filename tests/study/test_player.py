"""A task played: the same run wherever it is played, from something small that any machine can read."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest

import callsim
from callsim.errors import Interrupted
from callsim.model import Model
from callsim.scenario import Scenario
from callsim.study import player
from callsim.study.hands import in_turn
from callsim.study.options import RunOptions
from callsim.study.player import Around, Run, Task, model_of, play
from callsim.study.runs import replicate

FILE = """
name: Small
calendar: {start: 2024-01-08, interval: 1 h, warm_up: 1 h}
sites: {here: {seats: 3}}
queues:
  a:
    arrivals: {per_hour: 60, day_cv: 10%}
    talk: {lognormal: {mean: 3 min, cv: 1}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  one: {site: here, answers: {a: {}}, staff: 4, absence: {share: 5%}}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    path = tmp_path / "small.yaml"
    path.write_text(FILE)
    return callsim.load(path)


def arrays(run: Run) -> dict[str, np.ndarray]:
    """All that a run holds; it fails where that is anything but arrays and whole numbers."""
    held: dict[str, Any] = {key: value for key, value in vars(run).items() if key != "tally"}
    held |= {f"tally.{part.name}": getattr(run.tally, part.name) for part in fields(run.tally)}
    assert all(isinstance(value, np.ndarray | int) for value in held.values()), held
    return {key: np.asarray(value) for key, value in held.items()}


def same(one: Run, other: Run) -> bool:
    mine, theirs = arrays(one), arrays(other)
    return mine.keys() == theirs.keys() and all(
        np.array_equal(mine[key], theirs[key], equal_nan=mine[key].dtype.kind == "f") for key in mine
    )


def test_a_task_that_has_travelled_gives_the_same_run(scenario: Scenario) -> None:
    task = Task(scenario, seed=3, run=2, seats=True, warm=True)
    sent = pickle.dumps(task)
    assert len(sent) < 100_000
    assert same(play(task), play(pickle.loads(sent)))
    assert same(play(task), play(task, Around(spare=threading.Semaphore(2))))


def test_other_luck_is_another_run(scenario: Scenario) -> None:
    here = play(Task(scenario, seed=3, run=0))
    assert not same(here, play(Task(scenario, seed=3, run=1)))
    assert not same(here, play(Task(scenario, seed=4, run=0)))
    taken = dict.fromkeys([purpose for kind in callsim_kinds() for purpose in kind], 1)
    assert same(play(Task(scenario, seed=3, run=0, luck_of=taken)), play(Task(scenario, seed=3, run=1)))


def callsim_kinds() -> Iterator[tuple[int, ...]]:
    from callsim.study.runs.why import KINDS

    yield from KINDS.values()


def test_a_run_is_made_of_arrays_that_need_no_pickle(scenario: Scenario, tmp_path: Path) -> None:
    run = arrays(play(Task(scenario, seed=1, run=0, seats=True, warm=True)))
    np.savez(tmp_path / "run.npz", **run)  # type: ignore[arg-type]
    with np.load(tmp_path / "run.npz", allow_pickle=False) as read:
        assert all(np.array_equal(read[key], run[key], equal_nan=run[key].dtype.kind == "f") for key in run)


def test_a_stop_ends_a_run(scenario: Scenario) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Interrupted):
        play(Task(scenario, seed=1, run=0), Around(stop=stop))


@pytest.mark.parametrize("plans", [1, player.RECENT + 3])
def test_the_model_of_a_plan_is_made_once(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, plans: int
) -> None:
    """However many plans are played side by side, and however often."""
    made: list[str] = []
    build = player.build

    def counting(scenario: Scenario, supervisors: Any = ()) -> Model:
        made.append(scenario.name)
        return build(scenario, supervisors)

    monkeypatch.setattr(player, "build", counting)
    several = [scenario.model_copy(update={"name": f"plan {number}"}) for number in range(plans)]
    models = [model_of(one) for one in several]
    options = RunOptions(runs=2, jobs=2)
    watch = replicate.Watch(options.progress, 2, plans)
    played = list(replicate.in_order(models, options, 2, watch))
    assert [len(together) for together in played] == [plans] * 2
    assert made == [one.name for one in several]


class Elsewhere:
    """Hands that play a task only when somebody wants its run, from what can be sent."""

    abreast = 3
    apart = False

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended = False

    def play(self, task: Task) -> Future[Run]:
        self.begun.append(task.run)
        future: Future[Run] = Future()
        future.set_result(play(pickle.loads(pickle.dumps(task))))
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.ended = True


def test_any_hands_give_runs_in_the_order_of_tasks(scenario: Scenario) -> None:
    hands = Elsewhere()
    played = list(in_turn(hands, (Task(scenario, seed=1, run=run) for run in range(5))))
    assert hands.begun == [0, 1, 2, 3, 4]
    assert hands.ended
    assert all(same(one, play(Task(scenario, seed=1, run=run))) for run, one in enumerate(played))


def test_whoever_has_seen_enough_ends_the_others(scenario: Scenario) -> None:
    hands = Elsewhere()
    runs = in_turn(hands, (Task(scenario, seed=1, run=run) for run in range(100)))
    next(runs)
    runs.close()
    assert hands.begun == [0, 1, 2]
    assert hands.ended
