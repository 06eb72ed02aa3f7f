"""Waits that are told, and callbacks, against exact values: |z| ≤ 4, the standard error from replications.

Every model is a scenario file. Where a model asks how many calls wait, `from` lies between the waits that are
told with as many and with one fewer. `CALLSIM_GRID` sets how many runs are played (default 10).
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.results.measures import OFFERED
from callsim.sim.count.columns import (
    ANSWERED_IN,
    G_BUSY,
    G_ON_DUTY,
    N_ABANDONED,
    N_ANSWERED,
    N_BALKED,
    N_CALLED_BACK,
    WAIT_ABANDONED,
    WAIT_ANSWERED,
)
from callsim.sim.floor.announce import predict
from callsim.sim.floor.promises import T_BACK_WAIT, T_OFFERED, T_REACHED, T_TOLD
from callsim.sim.floor.state import open_floor
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate
from tests.makers.floors import centre
from tests.makers.follow_ups import constant, luck
from tests.theory.oracle import PATH

PATH = PATH.with_name("floor.json")
if not PATH.exists():
    pytest.skip(f"there is no {PATH.name} beside this repository", allow_module_level=True)

RUNS = int(os.environ.get("CALLSIM_GRID", "10"))
FEATURES = ("announcement of the wait", "callback", "virtual hold")
MINUTE = 60_000.0


def rows(*features: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each model."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(PATH.read_text("utf-8")):
        if row["feature"] in features:
            found.setdefault(row["id"], []).append(row)
    return found


def told(p: dict[str, float], waiting: float) -> float:
    """The wait that a call is told that finds so many waiting, minutes."""
    rate = p["agents"] / p["aht_min"]
    if "patience_min" not in p:
        return (waiting + 1) / rate
    theta = 1 / p["patience_min"]
    return math.log((rate + (waiting + 0.5) * theta) / (rate - 0.5 * theta)) / theta


def scenario(model: str, p: dict[str, float]) -> str:
    """The model as a scenario file."""
    balks = "balk" in p
    if balks:  # the fewest that wait when (waiting + 1) × AHT ÷ agents comes to the limit
        least = math.ceil(p["told_more_than_min"] * p["agents"] / p["aht_min"] - 1 - 1e-9)
    else:
        least = int(p["offer_from_waiting"])
    begins = (told(p, least - 1) + told(p, least)) / 2
    does = f"hang_up: {p['balk']}" if balks else f"callback: {p['accept']}"
    lines = [
        "calendar: {days: 8, warm_up: 1 d, interval: 1 h}",
        "goals: {callbacks: counted}" if "T_min" in p else "",
        "queues:",
        "  service:",
        f"    arrivals: {{per_hour: {p['lam_per_min'] * 60}}}",
        f"    talk: {{exponential: {{mean: {p['aht_min']} min}}}}",
        f"    announcement: {{wait: expected, steps: [{{from: {begins * 60:.3f} s, {does}}}]}}",
        "    goal: {answer: 80%, within: 20 s}",
    ]
    if "patience_min" in p:
        lines.append(f"    patience: {{exponential: {{mean: {p['patience_min']} min}}}}")
    answers = "service: {}"
    if not balks:
        own = "{queue: later}" if "low" in model else "kept"
        most = f", at_most: {p['at_most']}" if "at_most" in p else ""
        lines.append(f"    callback: {{place: {own}{most}}}")
        if "low" in model:
            answers += ", later: {}"
            lines.append(f"  later: {{priority: 2, talk: {{exponential: {{mean: {p['aht_min']} min}}}}}}")
    lines.append(f"groups: {{all: {{staff: {p['agents']}, answers: {{{answers}}}}}}}")
    return "\n".join(lines) + "\n"


def values(calls: np.ndarray, of_told: np.ndarray, work: np.ndarray) -> dict[str, np.ndarray]:
    """What each run says of each measure: float64 [run]. Arguments: int64 [run, column]."""
    offered = calls[:, OFFERED].sum(axis=1)
    back = calls[:, N_CALLED_BACK]
    waited = calls[:, WAIT_ANSWERED] + calls[:, WAIT_ABANDONED]
    lost = calls[:, N_ABANDONED]
    until = of_told[:, T_BACK_WAIT] / np.maximum(of_told[:, T_REACHED], 1) / MINUTE
    return {
        "p_wait": of_told[:, T_TOLD] / offered,
        "p_wait_or_balk": of_told[:, T_TOLD] / offered,
        "balked": calls[:, N_BALKED] / offered,
        "p_ab": lost / offered,
        "EW_of_queued_min": waited / (offered - calls[:, N_BALKED]) / MINUTE,
        "occupancy": work[:, G_BUSY] / work[:, G_ON_DUTY],
        "offered_share": of_told[:, T_OFFERED] / offered,
        "called_back_share": back / offered,
        "p_ab_of_calls": lost / (offered - back),
        "EW_calls_min": waited / (offered - back) / MINUTE,
        "EW_callback_min": until,
        "EW_of_offered_min": until,
        "EW_min": waited / calls[:, N_ANSWERED] / MINUTE,
        "SL_T": calls[:, ANSWERED_IN] / offered,
    }


@pytest.mark.parametrize("model", rows(*FEATURES))
def test_exact(model: str, tmp_path: Path) -> None:
    wanted = rows(*FEATURES)[model]
    file = tmp_path / "model.yaml"
    file.write_text(scenario(model, wanted[0]["params"]), "utf-8")
    found = replicate(callsim.load(file), RunOptions(runs=RUNS, seed=2026))
    sums = found.sums
    row = [copy.name for copy in found.model.queues].index("service")
    calls, of_told = sums.calls.sum(axis=1)[:, row], sums.told.sum(axis=1)[:, row]

    each = values(calls, of_told, sums.work.sum(axis=(1, 2)))
    if "T_min" in wanted[0]["params"]:
        each["called_back_share"] = of_told[:, T_REACHED] / calls[:, OFFERED].sum(axis=1)
    scores = {}
    for one in wanted:
        by_run = each[one["measure"]]
        scores[one["measure"]] = (by_run.mean() - one["value"]) / (by_run.std(ddof=1) / RUNS**0.5)
    assert len(scores) >= 5
    assert all(abs(z) <= 4 for z in scores.values()), scores


@pytest.mark.parametrize("model", rows("wait predictors"))
def test_what_is_told(model: str) -> None:
    """The closed form is within 0.1 % of the sum that it stands for; without patience it is the sum."""
    wanted = rows("wait predictors")[model]
    p = wanted[0]["params"]
    exact = {row["measure"]: row["value"] for row in wanted}
    for patience, measure, error in (
        (p["patience_min"] * MINUTE, "with_abandonment_min", 1e-3),
        (math.inf, "queue_length_min", 1e-4),
    ):
        plain = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[p["agents"]]])
        means = np.array([[[p["aht_min"] * MINUTE], [0.0], [patience]]])
        telling = plain._replace(announced=np.array([(0, 0)], plain.announced.dtype), means=means)
        floor = open_floor(telling, luck=luck(1, [(constant(0.0),) * 4], []))
        floor.groups["on_duty"], floor.queues["waiting"] = p["agents"], p["waiting"]
        assert predict(floor, 0, 0) / MINUTE == pytest.approx(exact[measure], rel=error)
