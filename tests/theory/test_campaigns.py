"""Campaigns against exact chains of numbers that ring and agents who talk: |z| ≤ 4, the error from runs.

The chains are of lists that never end and of exponential times. `CALLSIM_GRID` sets how many runs are played.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.results.sums import Runs
from callsim.sim.campaigns.sums import D_ATTEMPTS, D_DIALLING, D_LIVE, D_NUISANCE, D_RIGHT, D_WRONG
from callsim.sim.count.columns import ANSWERED_IN, G_BUSY, G_ON_DUTY, N_ANSWERED, N_WAITED, WAIT_ANSWERED
from tests.theory.oracle import PATH

PATH = PATH.with_name("floor.json")
if not PATH.exists():
    pytest.skip(f"there is no {PATH.name} beside this repository", allow_module_level=True)

RUNS = int(os.environ.get("CALLSIM_GRID", "20"))
LIMIT, MINUTE = 4.0, 60_000.0
MODELS: dict[str, dict[str, float]] = {}
EXACT: dict[str, dict[str, float]] = {}
for row in json.loads(PATH.read_text("utf-8")):
    if row["id"].startswith(("progressive", "predictive", "blend_")):
        MODELS[row["id"]] = row["params"]
        EXACT.setdefault(row["id"], {})[row["measure"]] = row["value"]
DIALLER = """
calendar: {{start: 2024-01-01, warm_up: 2 h, interval: 1 h}}
queues:
  callers: {{arrivals: {{per_hour: {calls}}}, talk: {{exponential: {{mean: {talk_in} min}}}}{patience}}}
campaigns:
  numbers:
    contacts: 1_000_000
    dial: {{ratio: {ratio}}}
    ring: {ring}
    reached: {reached}
    talk: {{exponential: {{mean: {talk} min}}}}
    patience: 0 s
groups:
{others}  agents: {{staff: {agents}, answers: {{{answers}numbers: {{rank: 2, reserve: {reserve}}}}}}}
"""


def played(model: dict[str, float], folder: Path, runs: int = RUNS) -> Runs:
    """What runs of a chain's centre have shown."""
    blended = "lam_per_min" in model
    patience = model.get("patience_min")
    text = DIALLER.format(
        calls=60 * model["lam_per_min"] if blended else 0,
        talk_in=model.get("talk_in_min", model.get("aht_min", 1)),
        patience=f", patience: {{exponential: {{mean: {patience} min}}}}" if patience else "",
        ratio=model.get("ratio", 1),
        ring="0 s" if blended else f"{{exponential: {{mean: {model['ring_min']} min}}}}",
        reached=model.get("answer", 1),
        talk=model.get("talk_out_min", model.get("aht_min", model.get("talk_min"))),
        agents=model["agents"],
        answers="callers: {}, " if blended else "",
        reserve=model.get("spare", 0),
        others="" if blended else "  others: {staff: 1, answers: {callers: {}}}\n",
    )
    file = folder / "chain.yaml"
    file.write_text(text, "utf-8")
    return callsim.run(str(file), runs=runs, seed=7).sums


def measures(runs: Runs) -> dict[str, np.ndarray]:
    """Each measure of a chain, run by run."""
    dialled = runs.dialled.sum(axis=(1, 2)).astype(float)
    work, calls = runs.work.sum(axis=1)[:, 0].astype(float), runs.calls.sum(axis=(1, 2)).astype(float)
    minutes, talks = dialled[:, D_DIALLING] / MINUTE, dialled[:, D_RIGHT] + dialled[:, D_WRONG]
    answered = np.maximum(calls[:, N_ANSWERED], 1)
    met = np.maximum(calls[:, :3].sum(axis=1), 1)
    return {
        "occupancy": work[:, G_BUSY] / work[:, G_ON_DUTY],
        "attempts_per_min": dialled[:, D_ATTEMPTS] / minutes,
        "talks_per_min": talks / minutes,
        "outbound_per_min": talks / minutes,
        "nuisance_share": dialled[:, D_NUISANCE] / dialled[:, D_LIVE],
        "p_wait": calls[:, N_WAITED] / met,
        "p_ab": calls[:, 1] / met,
        "EW_min": (calls[:, WAIT_ANSWERED] + calls[:, WAIT_ANSWERED + 1]) / met / MINUTE,
        "SL_T": calls[:, ANSWERED_IN] / answered,
    }


@pytest.mark.parametrize(
    "chain", ["progressive_1", "predictive_31", "predictive_35", "blend_equal_20", "blend_unequal_25"]
)
def test_campaigns_agree_with_exact_chains(chain: str, tmp_path: Path) -> None:
    rare = EXACT[chain].get("nuisance_share", 1) < 0.001  # too few in few runs to know their error
    found = measures(played(MODELS[chain], tmp_path, RUNS * (6 if rare else 1)))
    scores = {}
    for name, exact in EXACT[chain].items():
        if name in found:
            error = found[name].std(ddof=1) / np.sqrt(len(found[name]))
            scores[name] = 0.0 if error == 0 and exact == 0 else float((found[name].mean() - exact) / error)
    assert len(scores) >= 3
    assert max(map(abs, scores.values())) <= LIMIT, scores
    if os.environ.get("CALLSIM_TELL"):
        print(chain, scores)
