"""Waits that are told, and callbacks, as scenario files: recounted from single calls, by every command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model import build
from callsim.model.buildout import lay_out
from callsim.model.plan_day import Crowd, day_of
from callsim.scenario import PlanDay
from callsim.sim.floor.outcomes import ANSWERED, BALKED, CALLED_BACK, NOT_REACHED
from callsim.sim.floor.records import CALLBACK
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate

CENTRE = """\
calendar: {start: 2026-03-02, days: 1, warm_up: 1 h, interval: 1 h}
queues:
  service:
    arrivals: {per_hour: 110}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
    announcement:
      wait: expected
      steps: [{from: 20 s, patience: 1.5}, {from: 1 min, hang_up: 15%, callback: 50%}]
    callback: {place: kept, reached: 60%, ring: 20 s, attempts: 2, every: 15 min, at_most: 30}
  later:
    talk: {exponential: {mean: 2 min}}
    priority: 2
    arrivals: {per_hour: 1}
  apart:
    arrivals: {per_hour: 20}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {staff: 5, answers: {service: {}, later: {}}}
  elsewhere: {staff: 2, answers: {apart: {}}}
"""
PLACES = ("kept", "last", "{queue: later}", "{at: announced, times: 0.5}")


def read(tmp_path: Path, text: str = CENTRE, **changes: str) -> callsim.Scenario:
    file = tmp_path / "centre.yaml"
    file.write_text(text, "utf-8")
    return callsim.load(str(file), changes)


def placed(tmp_path: Path, place: str) -> callsim.Scenario:
    return read(tmp_path, CENTRE.replace("place: kept", f"place: {place}"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("counted", ["apart", "counted"])
def test_a_recount_of_single_calls_says_the_same(tmp_path: Path, place: str, counted: str) -> None:
    text = CENTRE.replace("place: kept", f"place: {place}") + f"goals: {{callbacks: {counted}}}\n"
    scenario = read(tmp_path, text)
    kept: list[np.ndarray] = []
    options = RunOptions(runs=1, engine="kernel", jobs=1)
    found = replicate(scenario, options, also=lambda _, rows: kept.append(rows.copy())).told()
    model, rows = build(scenario), np.concatenate(kept)
    number = [copy.name for copy in model.queues].index("service")
    own = rows[(rows["queue"] == number) & (rows["arrive"] >= model.centre.clock.opens)]
    back = own["flags"] & CALLBACK > 0
    calls, callbacks = own[~back], own[back]
    reached = callbacks[callbacks["outcome"] == ANSWERED]
    accepted = int((calls["outcome"] == CALLED_BACK).sum())
    said = {name: figure.mean for name, figure in found.queues["service"].figures.items()}
    assert accepted > 20
    assert len(reached) > 10
    assert (callbacks["outcome"] == NOT_REACHED).any()
    assert said["called_back"] == accepted
    assert said["offered"] == len(calls), "five outcomes and those who are called back"
    assert said["callbacks.reached_share"] == pytest.approx(len(reached) / len(callbacks))
    assert said["callbacks.attempts"] == pytest.approx(callbacks["attempt"].mean())
    assert said["callbacks.wait_s"] == pytest.approx(reached["wait"].mean() / 1000)
    assert said["callbacks.accepted_share"] == pytest.approx(accepted / said["callbacks.offered"])
    assert said["callbacks.open_at_end"] >= accepted - len(callbacks)
    answered = calls[calls["outcome"] == ANSWERED]
    in_time, judged = (answered["wait"] <= 20_000).sum(), len(calls) - accepted
    if counted == "counted":
        in_time, judged = in_time + (reached["wait"] <= 20_000).sum(), len(calls)
        answered = np.concatenate([answered, reached])
    assert said["answered"] == len(answered)
    assert said["service_level.offered"] == pytest.approx(in_time / judged)
    assert said["asa_s"] == pytest.approx(answered["wait"].mean() / 1000)
    assert 0 < said["hung_up_share"] < 0.2
    assert said["balked"] == (calls["outcome"] == BALKED).sum()
    assert said["announced_s"] > 0


@pytest.mark.parametrize("place", PLACES)
def test_engines_and_jobs_say_the_same(tmp_path: Path, place: str) -> None:
    scenario = placed(tmp_path, place)
    one = callsim.run(scenario, runs=2, jobs=1).to_dict()
    other = callsim.run(scenario, runs=2, jobs=2, engine="reference").to_dict()
    one.pop("engine"), other.pop("engine")
    assert one == other


def test_a_word_more_changes_nobody_elses_luck(tmp_path: Path) -> None:
    """What a wait told changes nothing for costs no number; another island never notices."""
    plain = CENTRE[: CENTRE.index("    announcement")] + CENTRE[CENTRE.index("  later:") :]
    told = plain.replace("  later:", "    announcement: {steps: [{from: 10 s}]}\n  later:", 1)
    before = callsim.run(read(tmp_path, plain), runs=2).to_dict()["queues"]
    after = callsim.run(read(tmp_path, told), runs=2).to_dict()["queues"]
    whole = callsim.run(read(tmp_path), runs=2).to_dict()["queues"]
    assert before["service"].items() <= after["service"].items()
    assert set(after["service"]) - set(before["service"]) == {"announced_s", "hung_up_share"}
    assert before["apart"].items() <= whole["apart"].items()


def test_compare_tells_differences_and_saved_results_know_them(tmp_path: Path) -> None:
    plans = [placed(tmp_path, place) for place in ("kept", "last")]
    found = callsim.compare(plans, names=["kept", "last"], runs=3).to_dict()
    (between,) = found["differences"].values()
    assert between["queues"]["service"]["callbacks"]["wait_s"]["mean"] > 0, (
        "behind all calls they wait longer"
    )


BUILDOUT = """\
buildout:
  until: 2026-05-01
  copies_played: 1
  phases: [{name: now, on: 2026-03-02, seats: {hall: 60}}]
"""


def test_copies_of_a_build_out_call_back_in_their_own_queue(tmp_path: Path) -> None:
    """It plays one copy of three: the queue in which callbacks wait goes by its name there."""
    text = CENTRE.replace("place: kept", "place: {queue: later}").replace("{staff", "{site: hall, staff")
    for name in ("service", "later"):
        text = text.replace(f"  {name}:\n", f"  {name}:\n    copies: 3\n")
    text = text.replace("queues:\n", "sites: {hall: {seats: 60}}\nqueues:\n", 1)
    scenario = read(tmp_path, text + BUILDOUT)
    day = day_of(lay_out(scenario), 0, PlanDay(), Crowd({}, {}, {}))
    (service,) = (queue for name, queue in day.scenario.queues.items() if name.startswith("service"))
    assert service.calls_back_in == "later-1"
    model = build(day.scenario)
    assert [model.queues[row["to"]].name for row in model.centre.callbacks] == ["later-1"]
    assert callsim.plan(scenario, runs=1).to_dict()["periods"]


MISTAKES = {
    "hang_up: 15%, callback: 50%": ("hang_up: 60%, callback: 50%", "at most 100%"),
    "{from: 20 s, patience: 1.5}": ("{from: 2 min, patience: 1.5}", "in the order of their waits"),
    "place: kept": ("place: {queue: latter}", "no queue"),
    "place: kept,": ("place: {queue: later, at: announced},", "one place"),
    "place: kept, ": ("place: {queue: later, times: 2}, ", "at: announced"),
    ", callback: 50%": ("", "nobody asks to be called back"),
    "    callback: {place: kept, reached: 60%, ring: 20 s, attempts: 2, every: 15 min, at_most: 30}\n": (
        "",
        "has no `callback`",
    ),
    "attempts: 2": ("attempts: 0", "attempts"),
    "wait: expected": ("wait: expectd", "expected"),
}


@pytest.mark.parametrize("part", MISTAKES)
def test_mistakes(tmp_path: Path, part: str) -> None:
    instead, said = MISTAKES[part]
    assert part in CENTRE
    with pytest.raises(ScenarioError) as raised:
        read(tmp_path, CENTRE.replace(part, instead, 1))
    assert said in str(raised.value)
