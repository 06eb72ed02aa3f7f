"""Several chats at once and mails that calls interrupt, against exact values: |z| ≤ 4.

The standard error is from replications. `CALLSIM_GRID` sets how many runs are played (default 10).
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.results.result import Result
from callsim.sim.count.backlog import B_WAITING
from callsim.sim.count.columns import (
    G_BUSY,
    G_ON_DUTY,
    H_WORKS,
    N_ABANDONED,
    N_ANSWERED,
    N_BALKED,
    N_WAITED,
    TALK,
    WAIT_ABANDONED,
    WAIT_ANSWERED,
)
from callsim.units import DAY_MS
from tests.theory.oracle import PATH

PATH = PATH.with_name("floor.json")
if not PATH.exists():
    pytest.skip(f"there is no {PATH.name} beside this repository", allow_module_level=True)

RUNS = int(os.environ.get("CALLSIM_GRID", "10"))
DAYS = 8
MINUTE = 60_000.0
FEATURES = ("chat, several at once", "chat, one agent, any distribution", "e-mail interrupted by calls")
TALKS = {
    "exponential": "{exponential: {mean: 5 min}}",
    "long tail": "{lognormal: {mean: 5 min, cv: 2.5}}",
    "constant": "5 min",
}


@cache
def rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of each model."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(PATH.read_text("utf-8")):
        if row["feature"] in FEATURES:
            found.setdefault(row["id"], []).append(row)
    return found


CALENDAR = f"calendar: {{days: {DAYS}, warm_up: 1 d, interval: 5 min}}\n"


def chats(p: dict[str, Any], talk: str = TALKS["exponential"], more: str = "") -> str:
    """A file of chats alone, each of which takes 5 minutes of an agent who does nothing else."""
    assert p["work_min"] == 5
    return f"""{CALENDAR}
queues: {{chats: {{arrivals: {{per_hour: {60 * p["lam_per_min"]}}}, talk: {talk}{more}}}}}
groups:
  desk:
    staff: {p.get("agents", 1)}
    answers: {{chats: {{concurrency: {p["slots"]}}}}}
    concurrent_pace: {p["pace"]}
"""


def mails(p: dict[str, Any]) -> str:
    """A file of calls and of mails, which they interrupt."""
    talk = f"talk: {{exponential: {{mean: {p['aht_min']} min}}}}"
    return f"""{CALENDAR}
queues:
  calls: {{arrivals: {{per_hour: {60 * p["calls_per_min"]}}}, {talk}}}
  mails: {{arrivals: {{per_hour: {60 * p["mails_per_min"]}}}, {talk}, due: 24 h, priority: 2}}
groups: {{desk: {{staff: {p["agents"]}, answers: {{calls: {{}}, mails: {{interruptible: yes}}}}}}}}
"""


def played(text: str, tmp_path: Any) -> Result:
    """A file, played."""
    file = tmp_path / "centre.yaml"
    file.write_text(text, "utf-8")
    return callsim.run(callsim.load(file), runs=RUNS, seed=2026)


def measured(found: Result, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """What each run has counted of the first queue: float64 [run], above and below a fraction line."""
    sums = found.sums
    calls, work = sums.calls.sum(axis=1)[:, 0], sums.work.sum(axis=1)[:, 0]
    done = calls[:, N_ANSWERED] + calls[:, N_ABANDONED]
    waited = (calls[:, WAIT_ANSWERED] + calls[:, WAIT_ABANDONED]) / MINUTE
    in_hand = sums.in_hand[:, 0, H_WORKS]
    if measure.startswith("mails_"):
        time = DAYS * DAY_MS
        waiting = sums.backlog[:, :, 1, B_WAITING].mean(axis=1)  # of 5 min each
        return waiting + sums.calls.sum(axis=1)[:, 1, TALK] / time, np.ones(len(calls))
    return {
        "p_wait": (calls[:, N_WAITED], done),
        "EW_min": (waited, done),
        "p_ab": (calls[:, N_ABANDONED], done),
        "lost": (calls[:, N_BALKED], done + calls[:, N_BALKED]),
        "chat_min": (calls[:, TALK] / MINUTE, calls[:, N_ANSWERED]),
        "chats_per_agent": (in_hand, work[:, G_ON_DUTY]),
        "chats": (in_hand, work[:, G_ON_DUTY]),
        "agents_busy": (work[:, G_BUSY], work[:, G_ON_DUTY]),
        "busy": (work[:, G_BUSY], work[:, G_ON_DUTY]),
    }[measure.removeprefix("calls_")]


def score(found: Result, measure: str, exact: float) -> float:
    """Standard errors between a measure and its exact value."""
    above, below = measured(found, measure)
    ratio = above.sum() / below.sum()
    error = float((above - ratio * below).std(ddof=1)) * np.sqrt(RUNS) / below.sum()
    return float((ratio - exact) / error)


@pytest.mark.parametrize("name", sorted(name for name in rows() if "one" not in name))
def test_exact(name: str, tmp_path: Any) -> None:
    expected = rows()[name]
    p = expected[0]["params"]
    if "interrupt" in name:
        text = mails(p)
    else:
        patience = p["patience_min"]
        more = f", patience: {{exponential: {{mean: {patience} min}}}}" if patience else ""
        text = chats(p, more=more)
    found = played(text, tmp_path)
    scores = {
        row["measure"]: round(score(found, row["measure"], row["value"]), 2)
        for row in expected
        if abs(row["value"]) > 1e-9
    }
    assert len(scores) >= 4
    assert all(abs(z) <= 4 for z in scores.values()), scores


@pytest.mark.parametrize("talk", TALKS)
def test_one_agent_knows_nothing_of_the_distribution(talk: str, tmp_path: Any) -> None:
    """A symmetric queue (Kelly 1979, chapter 3): only the mean of the work matters."""
    (expected,) = (some for name, some in rows().items() if "one" in name)
    found = played(chats(expected[0]["params"], TALKS[talk], ", balk: 100%"), tmp_path)
    scores = {row["measure"]: round(score(found, row["measure"], row["value"]), 2) for row in expected}
    assert {*scores} == {"lost", "chats", "busy"}
    assert all(abs(z) <= 4 for z in scores.values()), scores


def test_what_is_interrupted_is_counted(tmp_path: Any) -> None:
    (expected,) = (some for name, some in rows().items() if "interrupt" in name)
    figures = played(mails(expected[0]["params"]), tmp_path).to_dict()["groups"]["desk"]
    assert figures["interruptions"]["mean"] > 100
    assert figures["concurrency"]["mean"] == 1
    assert figures["busy_share"] == figures["slots_used_share"] == figures["occupancy"]
