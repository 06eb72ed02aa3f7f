"""Replications: the same numbers however they are run, as many as the goal needs, and a stop that stops."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.errors import Interrupted, UserError
from callsim.scenario import Scenario
from callsim.sim.count.columns import ANSWERED_IN, N_ABANDONED
from callsim.sim.count.tally import Tally
from callsim.sim.engines import day
from callsim.sim.engines.kernel import Kernel
from callsim.study import player
from callsim.study.options import RunOptions
from callsim.study.player import Run
from callsim.study.runs.replicate import FEWEST, LOOKS, MOST, SHARP, replicate

SMALL = """
name: Small
calendar: {start: 2024-01-08, days: 2, interval: 1 h, warm_up: 1 h}
queues:
  a:
    open: 08:00-20:00
    arrivals: {per_hour: 60, day_cv: 10%}
    talk: {lognormal: {mean: 3 min, cv: 1}}
    wrap: {exponential: {mean: 20 s}}
    patience: {exponential: {mean: 2 min}}
    redial: {probability: 50%, after: {exponential: {mean: 5 min}}, at_most: 2}
    goal: {answer: 80%, within: 20 s, abandon_at_most: 10%}
  b:
    arrivals: {per_hour: 20}
    talk: {exponential: {mean: 4 min}}
groups:
  one: {answers: {a: {}, b: {rank: 2}}, staff: 4}
  two: {answers: {b: {}, a: {after: 10 s, pace: 1.2}}, staff: 2}
"""


def scenario(folder: Path, text: str = SMALL, **changes: Any) -> Scenario:
    path = folder / "small.yaml"
    path.write_text(text)
    return callsim.load(path, set={key.replace("__", "."): value for key, value in changes.items()})


def test_runs_that_were_played_are_not_played_again_where_more_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, done, played = scenario(tmp_path), list[Run](), list[int]()
    play = player.play_day
    monkeypatch.setattr(player, "play_day", lambda *a, **k: (played.append(k["run"]), play(*a, **k))[1])
    for runs in (3, 6):
        found = replicate(small, RunOptions(runs=runs, seed=3), weigh=False, done=done)
    assert sorted(played) == [0, 1, 2, 3, 4, 5]
    assert found.to_dict() == replicate(small, RunOptions(runs=6, seed=3), weigh=False).to_dict()


def test_any_number_of_jobs_gives_the_same_numbers(tmp_path: Path) -> None:
    small = scenario(tmp_path)
    one, two, seven = (callsim.run(small, runs=7, seed=3, jobs=jobs).to_dict() for jobs in (1, 2, 7))
    assert one == two == seven
    calmer = scenario(tmp_path, calendar__days=5, groups__one__staff=6)
    until_sharp = [callsim.run(calmer, seed=3, jobs=jobs).to_dict() for jobs in (1, 5)]
    assert until_sharp[0] == until_sharp[1]


class Hands:
    """Who draws and who plays, and how many do so at once."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.at_work: list[int] = []
        self.most, self.drawn_by, self.played_by = 0, set[int](), set[int]()
        draw, offer = day.draw, Kernel.offer

        def drawing(*name: Any) -> Any:
            traces = draw(*name)
            while True:
                self.at_work.append(threading.get_ident())
                self.most = max(self.most, len(self.at_work))
                self.drawn_by.add(threading.get_ident())
                time.sleep(0.001)
                trace = next(traces, None)
                self.at_work.remove(threading.get_ident())
                if trace is None:
                    return
                yield trace

        def offering(engine: Kernel, trace: np.ndarray) -> None:
            self.played_by.add(threading.get_ident())
            offer(engine, trace)

        patch.setattr(day, "draw", drawing)
        patch.setattr(Kernel, "offer", offering)


def test_one_job_is_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch)
    callsim.run(scenario(tmp_path), runs=2, jobs=1, weigh=False)
    assert hands.drawn_by == hands.played_by
    assert len(hands.drawn_by) == hands.most == 1


def test_a_job_to_spare_draws_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch)
    callsim.run(scenario(tmp_path), runs=1, jobs=2, weigh=False)
    assert hands.drawn_by - hands.played_by


def test_no_more_draw_at_once_than_there_are_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch)
    callsim.run(scenario(tmp_path), runs=7, jobs=3, weigh=False)
    assert hands.most <= 3


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_run_that_fails_leaves_no_thread_to_the_collector(tmp_path: Path, engine: str) -> None:
    def late(floor: callsim.Floor) -> Generator[object, None, None]:
        yield floor.wait("2 h")
        raise RuntimeError("enough")

    before = set(threading.enumerate())
    gc.disable()
    try:
        with pytest.raises(RuntimeError, match="enough") as failed:
            callsim.run(scenario(tmp_path), runs=1, jobs=2, engine=engine, supervisors=[late])
        assert failed.value.__traceback__ is not None  # it holds the frames of the day
        left = {thread.name for thread in set(threading.enumerate()) - before}
        assert left <= {"supervisors"}, "the thread that watches supervisors stays, for all days"
    finally:
        gc.enable()


NOBODY_AT_FIRST = {
    f"queues__{name}__arrivals": {"per_hour": 60, "surges": [{"at": "00:00-01:00", "times": 0, "days": [1]}]}
    for name in "ab"
} | {"queues__a__open": "00:00-24:00"}

NO_MONDAYS = {f"queues__{name}__arrivals": {"per_hour": 60, "weekdays": [0] + [1] * 6} for name in "ab"}


@pytest.mark.parametrize(
    ("runs", "weigh", "changes", "plays"),
    [
        (4, True, {}, 4),
        (12, True, {}, 12 + 10),
        (12, False, {}, 12),
        (5, True, NOBODY_AT_FIRST, 5),
        (5, True, NOBODY_AT_FIRST | {"calendar__warm_up": "1 d"}, 5),
        (5, True, NO_MONDAYS, 5),
    ],
)
def test_runs_are_played_again_where_that_tells_whether_the_warm_up_is_long_enough(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    runs: int,
    weigh: bool,
    changes: dict[str, Any],
    plays: int,
) -> None:
    told: list[str] = []
    play = player.play_day

    def playing(*about: Any, **more: Any) -> Tally:
        told.append("play")
        return play(*about, **more)

    def progress(done: float, finished: int, expected: int) -> None:
        if finished > told.count("done"):
            told.append("done")

    monkeypatch.setattr(player, "play_day", playing)
    small = scenario(tmp_path, calendar__days=1, **changes)
    callsim.run(small, runs=runs, jobs=1, weigh=weigh, on_progress=progress)
    assert told.count("play") == plays
    again = plays - runs
    assert told == ["play", "play", "done"] * again + ["play", "done"] * (runs - again)


def test_the_waits_of_a_run_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[weakref.ref[np.ndarray]] = []
    play = player.play_day

    def playing(*about: Any, **more: Any) -> Tally:
        tally = play(*about, **more)
        waits.append(weakref.ref(tally.waits))
        return tally

    monkeypatch.setattr(player, "play_day", playing)
    result = callsim.run(scenario(tmp_path, calendar__days=1), runs=2, jobs=1)
    assert result.runs == len(waits) == 2
    assert [kept() for kept in waits] == [None, None]


def test_both_engines_give_the_same_sums(tmp_path: Path) -> None:
    small = scenario(tmp_path)
    kernel = callsim.run(small, runs=2, engine="kernel")
    reference = callsim.run(small, runs=2, engine="reference")
    for name in ("calls", "longest", "work", "percentiles"):
        np.testing.assert_array_equal(getattr(kernel.sums, name), getattr(reference.sums, name))
    told = [{**result.to_dict(), "engine": ""} for result in (kernel, reference)]
    assert told[0] == told[1]


def test_more_runs_begin_with_the_fewer(tmp_path: Path) -> None:
    small = scenario(tmp_path)
    few, many = callsim.run(small, runs=2), callsim.run(small, runs=4)
    np.testing.assert_array_equal(few.sums.calls, many.sums.calls[:2])
    assert not np.array_equal(many.sums.calls[0], many.sums.calls[1])
    assert not np.array_equal(callsim.run(small, runs=2, seed=2).sums.calls, few.sums.calls)


def test_one_run_has_no_interval(tmp_path: Path) -> None:
    told = callsim.run(scenario(tmp_path), runs=1).to_dict()
    for figure in (
        told["total"]["offered"],
        told["queues"]["a"]["asa_s"],
        told["groups"]["one"]["occupancy"],
    ):
        assert figure["mean"] is not None
        assert figure["low"] is figure["high"] is None


def test_runs_go_on_until_every_goal_is_known_to_a_point(tmp_path: Path) -> None:
    calmer = scenario(tmp_path, calendar__days=2, groups__one__staff=6)
    result = callsim.run(calmer)
    assert FEWEST < result.runs < MOST

    def halves(runs: int) -> list[float]:
        told = callsim.run(calmer, runs=runs).to_dict()["queues"]["a"]
        figures = (told["service_level"]["offered"], told["abandoned_share"])
        return [max(f["high"] - f["mean"], f["mean"] - f["low"]) for f in figures]

    assert max(halves(result.runs)) <= SHARP
    assert max(halves(result.runs - LOOKS)) > SHARP, "one look earlier would not have done"


def test_without_a_goal_the_fewest_runs_do(tmp_path: Path) -> None:
    assert callsim.run(scenario(tmp_path, queues__a__goal=None)).runs == FEWEST


def test_an_endless_search_ends_at_the_most_runs(tmp_path: Path) -> None:
    wild = scenario(tmp_path, queues__a__arrivals__day_cv="90%", calendar__days=1)
    assert callsim.run(wild).runs == MOST


def test_the_probability_is_the_share_of_days(tmp_path: Path) -> None:
    moody = scenario(tmp_path, groups__one__staff=6, queues__a__arrivals__day_cv="40%")
    result = callsim.run(moody, runs=10)
    calls = result.sums.calls[:, :, 0].reshape(10, 2, 24, -1).sum(axis=2).reshape(20, -1)
    offered = calls[:, [0, 1, 2, 3, 5]].sum(axis=1)
    met = (calls[:, ANSWERED_IN] >= 0.8 * offered) & (calls[:, N_ABANDONED] <= 0.1 * offered)
    assert 0 < met.sum() < 20
    goal = result.to_dict()["queues"]["a"]["goal"]
    assert goal["probability"]["mean"] == met.mean()
    total = calls.sum(axis=0)
    whole = total[ANSWERED_IN] >= 0.8 * offered.sum() and total[N_ABANDONED] <= 0.1 * offered.sum()
    assert goal["met"] == whole


def test_a_stop_before_the_start_interrupts(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Interrupted):
        callsim.run(scenario(tmp_path), runs=1, stop=stop)


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_stop_interrupts_within_a_second(tmp_path: Path, jobs: int) -> None:
    stop = threading.Event()
    stopped: list[float] = []

    def on_progress(done: float, runs: int, expected: int) -> None:
        if runs >= 1 and not stop.is_set():
            stop.set()
            stopped.append(time.monotonic())

    with pytest.raises(Interrupted):
        callsim.run(scenario(tmp_path), runs=5000, jobs=jobs, stop=stop, on_progress=on_progress)
    assert time.monotonic() - stopped[0] < 1


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[float, int, int]] = []
    callsim.run(scenario(tmp_path), runs=3, jobs=1, on_progress=lambda *now: seen.append(now))
    parts = [part for part, _, _ in seen]
    assert parts == sorted(parts)
    assert seen[-1] == (1.0, 3, 3)


@pytest.mark.parametrize("wrong", [{"engine": "warp"}, {"runs": 0}, {"seed": -1}])
def test_nonsense_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        callsim.run(scenario(tmp_path), **wrong)


TOO_FEW = """
name: Too few
calendar: {start: 2024-01-08, interval: 1 h}
queues:
  q: {arrivals: {per_hour: 60}, talk: {constant: {mean: 4 min}}}
  nobody: {arrivals: {per_hour: 1}, talk: {constant: {mean: 1 min}}}
groups:
  g: {answers: {q: {}}, staff: 1}
  h: {answers: {nobody: {}}, staff: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}
"""


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_too_few_agents_for_endless_patience_end_with_a_warning(tmp_path: Path, engine: str) -> None:
    # 1,440 calls a day, and one agent answers 15 an hour: 48 hours are good for 720.
    result = callsim.run(scenario(tmp_path, TOO_FEW), runs=1, engine=engine)
    told = result.to_dict()["queues"]["q"]
    assert told["answered"]["mean"] + told["abandoned"]["mean"] == told["offered"]["mean"]
    assert 719 <= told["answered"]["mean"] <= 721
    cut_short = int(told["abandoned"]["mean"])
    (warning,) = [text for text in result.warnings if "still waited" in text]
    assert f"{cut_short:,} calls" in warning
    assert result.to_dict()["warnings"] == result.warnings
    enough = callsim.run(scenario(tmp_path), runs=1)
    assert not [text for text in enough.warnings if "still waited" in text]


def test_an_interval_that_ends_at_one_is_judged_by_its_other_side(tmp_path: Path) -> None:
    moody = scenario(
        tmp_path,
        calendar__days=1,
        groups__one__staff=8,
        queues__a__arrivals__day_cv="40%",
        queues__a__goal__abandon_at_most=None,
    )
    for seed in (54, 56):  # four calm days and a busy one: 0.991, from 0.976 to 1.0
        result = callsim.run(moody, seed=seed)
        level = result.to_dict()["queues"]["a"]["service_level"]["offered"]
        assert result.runs == MOST or level["mean"] - level["low"] <= SHARP
