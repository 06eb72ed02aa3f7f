"""Menus whose clients hold lines, against exact values: |z| ≤ 4, the standard error from replications.

`CALLSIM_GRID` sets how many runs are played (default 10).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.results.measures import OFFERED
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY, N_WAITED, WAIT_ABANDONED, WAIT_ANSWERED
from callsim.sim.count.columns import TALK as TALKED
from callsim.sim.luck.menu_sums import M_BLOCKED, M_OFFERED, M_TIME
from callsim.study.options import RunOptions
from callsim.study.runs.replicate import replicate
from tests.theory.oracle import PATH

PATH = PATH.with_name("floor.json")
if not PATH.exists():
    pytest.skip(f"there is no {PATH.name} beside this repository", allow_module_level=True)

RUNS, DAYS = int(os.environ.get("CALLSIM_GRID", "10")), 8
MINUTE, DAY = 60_000.0, 86_400_000.0
SCENARIO = """\
calendar: {{days: {days}, warm_up: 1 d, interval: 1 h}}
menus:
  hotline:
    arrivals: {{per_hour: {hourly}}}
    duration: {{{length}: {{mean: {menu_min} min{cv}}}}}
    contained: {done}
    to: {{service: 100%}}
queues: {{service: {{talk: {{exponential: {{mean: {aht_min} min}}}}}}}}
groups: {{desk: {{staff: {agents}, answers: {{service: {{}}}}}}}}
lines: {{main: {{count: {lines}, queues: [service], menus: [hotline]}}}}
"""


def wanted() -> list[dict[str, Any]]:
    rows = json.loads(PATH.read_text("utf-8"))
    return [row for row in rows if row["feature"] == "IVR, containment, lines"]


@pytest.mark.parametrize(
    ("length", "cv"), [("exponential", ""), ("lognormal", ", cv: 0.6"), ("constant", "")]
)
def test_exact(length: str, cv: str, tmp_path: Path) -> None:
    """Whatever the distribution of the time in the menu, for only its mean matters."""
    rows = wanted()
    p = dict(rows[0]["params"])
    p |= {"hourly": 60 * p["lam_per_min"], "done": 1 - p["to_queue"], "days": DAYS}
    file = tmp_path / "model.yaml"
    file.write_text(SCENARIO.format(length=length, cv=cv, **p), "utf-8")
    sums = replicate(callsim.load(file), RunOptions(runs=RUNS, seed=59)).sums
    calls, menu = sums.calls.sum(axis=1)[:, 0], sums.menus.sum(axis=1)[:, 0]
    work, offered = sums.work.sum(axis=(1, 2)), calls[:, OFFERED].sum(axis=1)
    waited = calls[:, WAIT_ANSWERED] + calls[:, WAIT_ABANDONED]
    each = {
        "blocked": menu[:, M_BLOCKED] / menu[:, M_OFFERED],
        "p_wait_of_queued": calls[:, N_WAITED] / offered,
        "lines_used": (menu[:, M_TIME] + waited + calls[:, TALKED]) / (DAYS * DAY),
        "EW_queued_min": waited / offered / MINUTE,
        "occupancy": work[:, G_BUSY] / work[:, G_ON_DUTY],
    }
    scores = {}
    for row in rows:
        by_run = each[row["measure"]]
        scores[row["measure"]] = (by_run.mean() - row["value"]) / (by_run.std(ddof=1) / np.sqrt(RUNS))
    assert len(scores) == 5
    assert all(abs(z) <= 4 for z in scores.values()), scores
