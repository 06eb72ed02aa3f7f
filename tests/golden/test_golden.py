"""Exact results of every bundled scenario, as they were when last looked at.

Sums over copies and over runs of one seed; times are hours to three places, everything else is counted.
After a wanted change: `pytest tests/golden --update-golden`, then read the difference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.model import Model, build
from callsim.model.outbound.campaigns import in_rows
from callsim.sim.count import columns
from tests.makers.bundled import FOLDER, slice_of
from tests.makers.floors import HOUR, play

RUNS = {"one-queue": 3, "overflow": 3, "busy-day": 5, "seat-sharing": 3, "transfer": 3, "blending": 3}
RUNS |= {"second-tier": 2, "first-contact": 2, "reserve": 2, "hotline": 2}
RUNS |= {"chat": 2, "mail": 2, "callback": 2}
RUNS |= {"dialler": 2, "blended": 2}
RUNS |= {"lost-park": 1, "zunyi-2015": 1, "zunyi-2016": 1, "zunyi-2017": 1}
TOLD = ("told", "known", "wait_ms", "hung_up", "offered", "accepted", "reached", "ended", "attempts")
TOLD += ("back_wait_ms", "in_time", "open")
DIALLED = ("attempts", "live", "right", "wrong", "nuisance", "contacts", "talk_ms", "wrap_ms", "dialling_ms")
DIALLED += ("lists", "outs", "out_after_ms")
HERE = Path(__file__).parent
COUNTS = {
    "answered": columns.N_ANSWERED,
    "answered_in_time": columns.ANSWERED_IN,
    "abandoned": columns.N_ABANDONED,
    "blocked": columns.N_BLOCKED,
    "dropped": columns.N_DROPPED,
    "closed": columns.N_CLOSED,
    "waited": columns.N_WAITED,
    "redials": columns.N_AGAIN,
}
HOURS = {
    "waiting_h": (columns.WAIT_ANSWERED, columns.WAIT_ABANDONED),
    "talk_h": (columns.TALK,),
    "wrap_h": (columns.WRAP,),
}


def of_queue(sums: np.ndarray) -> dict[str, Any]:
    counts = {name: int(sums[column]) for name, column in COUNTS.items()}
    hours = {name: round(float(sums[list(columns)].sum() / HOUR), 3) for name, columns in HOURS.items()}
    return counts | hours


def of_group(sums: np.ndarray) -> dict[str, Any]:
    hours = {"busy_h": columns.G_BUSY, "on_duty_h": columns.G_ON_DUTY, "late_h": columns.G_LATE}
    return {"answered": int(sums[columns.G_ANSWERED])} | {
        name: round(float(sums[column] / HOUR), 3) for name, column in hours.items()
    }


def figures(model: Model, calls: np.ndarray, work: np.ndarray) -> dict[str, Any]:
    """`calls`: int64 [queue, column], `work`: int64 [group, column]; copies are added up."""
    queues: dict[str, np.ndarray] = {}
    groups: dict[str, np.ndarray] = {}
    for row, copy in enumerate(model.queues):
        queues[copy.original] = queues.get(copy.original, 0) + calls[row]
    for row, group in enumerate(model.groups):
        name = next(name for name, one in model.scenario.groups.items() if one is group.group)
        groups[name] = groups.get(name, 0) + work[row]
    return {
        "queues": {name: of_queue(sums) for name, sums in queues.items()},
        "groups": {name: of_group(sums) for name, sums in groups.items()},
    }


def compare(name: str, found: dict[str, Any], update: bool) -> None:
    file = HERE / f"{name}.json"
    if update:
        file.write_text(in_lines(found), "utf-8")
    assert found == json.loads(file.read_text("utf-8"))


def in_lines(found: dict[str, Any]) -> str:
    """JSON with one queue or group a line."""
    parts = [
        f'"{part}": {{\n' + ",\n".join(f'  "{name}": {json.dumps(row)}' for name, row in rows.items()) + "\n}"
        for part, rows in found.items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


@pytest.mark.parametrize("name", RUNS)
def test_whole_runs(name: str, update_golden: bool) -> None:
    result = callsim.run(callsim.load(FOLDER / f"{name}.yaml"), runs=RUNS[name], jobs=1)
    sums = result.sums
    found = figures(result.model, sums.calls.sum(axis=(0, 1)), sums.work.sum(axis=(0, 1)))
    for row, (campaign, _) in enumerate(in_rows(result.model.scenario)):
        dialled = sums.dialled.sum(axis=(0, 1))[row].tolist()
        found.setdefault("campaigns", {})[campaign] = dict(zip(DIALLED, dialled, strict=True))
    for row in result.model.centre.announced["queue"].tolist():
        told = sums.told.sum(axis=(0, 1))[row].tolist()
        found.setdefault("told", {})[result.model.queues[row].name] = dict(zip(TOLD, told, strict=True))
    compare(name, found, update_golden)


def test_five_minutes_of_the_city(update_golden: bool) -> None:
    """From 09:00, a fifth of the agents, from an empty building: a sample of its 16 million calls."""
    model = build(callsim.load(FOLDER / "zunyi-city.yaml"))
    centre, trace = slice_of(model, model.centre.clock.opens + 9 * HOUR, 5, share=0.2)
    found = play(centre, trace, "kernel").tally
    compare("zunyi-city", figures(model, found.calls.sum(axis=0), found.work.sum(axis=0)), update_golden)
