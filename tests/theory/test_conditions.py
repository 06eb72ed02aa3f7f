"""Conditions and weights against exact values: |z| ≤ 4, the standard error from replications.

Reserves for mails and for numbers that are dialled, help for a crowd, weighted waits, priorities.
`CALLSIM_GRID` sets how many runs are played (default 10). One model is a scenario file, too.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import callsim
from callsim import erlang
from callsim.distribution import EXPONENTIAL
from callsim.results.measures import OFFERED
from callsim.sim.centre import CONDITION, PACE_ONE, PAIR, WEIGHT, Centre, Clock
from callsim.sim.count.columns import G_ANSWERED, G_BUSY, G_ON_DUTY, TALK
from callsim.sim.count.tally import Tallier
from callsim.sim.engines.day import Day
from callsim.sim.luck.demand import Busyness, Demand, QueueDemand, Sampler
from callsim.sim.luck.draw import draw
from callsim.units import DAY_MS
from tests.makers.conditions import condition, weight
from tests.makers.steady import z_score
from tests.theory.oracle import PATH

PATH = PATH.with_name("floor.json")
if not PATH.exists():
    pytest.skip(f"there is no {PATH.name} beside this repository", allow_module_level=True)

RUNS = int(os.environ.get("CALLSIM_GRID", "10"))
DAYS, WARM_UP = 8, 1
MINUTE = 60_000.0
MORE = 1.15  # times the numbers that agents dial come, so that the list never ends
FEATURES = (
    "blended, agent reservation",
    "blended",
    "e-mail below calls, reservation",
    "VIP / priority classes",
    "longest weighted wait",
    "overflow on queue length",
)


def rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of each model."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(PATH.read_text("utf-8")):
        if row["feature"] in FEATURES:
            found.setdefault(row["id"], []).append(row)
    return found


class Line(NamedTuple):
    """A queue; times are minutes."""

    per_min: float
    talk: float
    patience: float | None = None
    priority: int = 1


class Played(NamedTuple):
    """Sums of each run."""

    calls: np.ndarray  # int64 [run, queue, column]
    work: np.ndarray  # int64 [run, group, column]


TIMES = ("outbound_per_min", "occupancy", "helped_share", "helpers_busy")
NAMES = {"p_wait": "p_wait", "EW_min": "EW", "p_ab": "p_ab", "SL_T": "SL_offered(20)"}
NO_CONDITIONS, NO_WEIGHTS = np.zeros(0, CONDITION), np.zeros(0, WEIGHT)


def played(
    lines: list[Line],
    agents: list[int],
    conditions: np.ndarray = NO_CONDITIONS,
    weights: np.ndarray = NO_WEIGHTS,
) -> Played:
    """All groups answer all queues, the first group first."""
    clock = Clock(DAY_MS, WARM_UP * DAY_MS, (WARM_UP + DAYS) * DAY_MS)
    queues, groups = len(lines), len(agents)
    pairs = np.zeros(queues * groups, PAIR)
    pairs["queue"], pairs["group"] = np.repeat(np.arange(queues), groups), np.tile(np.arange(groups), queues)
    pairs["rank"], pairs["pace"] = 1 + pairs["group"], PACE_ONE
    centre = Centre(
        clock=clock,
        priority=np.array([line.priority for line in lines], np.int32),
        disconnects=np.zeros(queues, bool),
        open=(((0, DAY_MS),),) * queues,
        pairs=pairs,
        lines=np.zeros(0, np.int64),
        holds=np.zeros((0, 2), np.int32),
        site=np.zeros(groups, np.int32),
        crew_group=np.arange(groups, dtype=np.int32),
        staff=np.array([agents], np.int64),
        conditions=conditions,
        weights=weights,
    )
    demand = Demand(
        clock,
        tuple(
            QueueDemand(
                key=number,
                times=np.array([0.0, DAY_MS]),
                expected=np.array([[0.0, line.per_min * 1440]]),
                pattern=np.zeros(WARM_UP + DAYS, np.int64),
                times_day=np.ones(WARM_UP + DAYS),
                talk=exponential(line.talk),
                wrap=None,
                patience=None if line.patience is None else exponential(line.patience),
                balk=0.0,
                redial=None,
                busyness=Busyness(0, 0, 0, 0),
            )
            for number, line in enumerate(lines)
        ),
    )

    def one(run: int) -> tuple[np.ndarray, np.ndarray]:
        day = Day(
            centre, draw(demand, 2026, run), calls_per_ms=2 * demand.calls_per_ms, slice_ms=demand.slice_ms
        )
        sums = day.play(Tallier(centre, np.full(queues, 20_000), DAY_MS))
        return sums.calls.sum(axis=0), sums.work.sum(axis=0)

    with ThreadPoolExecutor(2) as pool:
        calls, work = zip(*pool.map(one, range(RUNS)), strict=True)
    return Played(np.stack(calls), np.stack(work))


def exponential(minutes: float) -> Sampler:
    return Sampler(EXPONENTIAL, np.array([minutes * MINUTE]))


def model(name: str, p: dict[str, Any], values: dict[str, float]) -> Played:
    """The model of that name, played; `values`: what is known of it."""
    if name.startswith("blend"):
        inbound, outbound = (
            (p["talk_in_min"], p["talk_out_min"]) if "unequal" in name else (p["aht_min"],) * 2
        )
        calls = Line(p["lam_per_min"], inbound, p.get("patience_min"))
        list_ = Line(MORE * values["outbound_per_min"], outbound, priority=2)
        return played([calls, list_], [p["agents"]], condition((1, 0, p["spare"], 0, 0)))
    if name.startswith("mail"):
        both = [Line(p["calls_per_min"], p["aht_min"]), Line(p["mails_per_min"], p["aht_min"], priority=2)]
        return played(both, [p["agents"]], condition((1, 0, p["spare"], 0, 0)))
    if name.startswith("crowd"):
        line = Line(p["lam_per_min"], p["aht_min"], p["patience_min"])
        return played([line], [p["agents"], p["helpers"]], condition((0, 1, 0, p["from_waiting"], 0)))
    weights = p.get("weights", ())
    lines = [Line(lam, p["aht_min"], priority=1 if weights else k) for k, lam in enumerate(p["lams_per_min"])]
    return played(lines, [p["agents"]], weights=weight(*((q, w, 0) for q, w in enumerate(weights))))


def score(found: Played, measure: str, exact: float, p: dict[str, Any]) -> float:
    """Standard errors between a measure and its exact value."""
    whose, _, kind = measure.partition("_")
    queue = {"mails": 1, "class2": 1, "class3": 2}.get(whose, 0)
    if whose not in ("calls", "mails", "class1", "class2", "class3"):
        kind = measure
    calls, last, time = found.calls[:, queue], found.work[:, -1], DAYS * 1440 * MINUTE
    if kind in TIMES:
        values = {
            # What is dialled waits for ever, so that time at work tells how many of its calls were made.
            "outbound_per_min": (last[:, G_BUSY] - calls[:, TALK])
            / time
            / p.get("talk_out_min", p.get("aht_min")),
            "occupancy": last[:, G_BUSY] / last[:, G_ON_DUTY],
            "helped_share": last[:, G_ANSWERED] / calls[:, list(OFFERED)].sum(axis=1),
            "helpers_busy": last[:, G_BUSY] / time,
        }[kind]
        return float((values.mean() - exact) / (values.std(ddof=1) / np.sqrt(RUNS)))
    return z_score(calls, NAMES[kind], exact * (60.0 if kind == "EW_min" else 1.0))


@pytest.mark.parametrize("name", sorted(rows()))
def test_exact(name: str) -> None:
    expected = rows()[name]
    values = {row["measure"]: row["value"] for row in expected}
    p = expected[0]["params"]
    found = model(name, p, values)
    scores = {m: round(score(found, m, exact, p), 2) for m, exact in values.items() if abs(exact) > 1e-9}
    assert all(abs(z) <= 4 for z in scores.values()), scores


def test_weights_conserve_the_work_that_waits() -> None:
    """Equal times: what one class waits less the others wait more (Kleinrock 1965)."""
    (expected,) = (some for name, some in rows().items() if name.startswith("weighted"))
    p, values = expected[0]["params"], {row["measure"]: row["value"] for row in expected}
    of_all = erlang.evaluate(
        agents=p["agents"], calls_per_hour=60 * sum(p["lams_per_min"]), aht_s=60 * p["aht_min"]
    )
    waits = [values[f"class{k + 1}_EW_min"] * lam for k, lam in enumerate(p["lams_per_min"])]
    assert sum(waits) * 60 / sum(p["lams_per_min"]) == pytest.approx(of_all.wait_s, rel=1e-9)


FILE = """\
calendar: {days: %d, warm_up: 1 d, interval: 1 h}
queues:
  calls: {arrivals: {per_hour: 120}, talk: {exponential: {mean: 3 min}}}
  mails: {arrivals: {per_hour: 60}, talk: {exponential: {mean: 3 min}}, priority: 2}
groups:
  all: {staff: 13, answers: {calls: {}, mails: {reserve: 2}}}
"""
OF_INTERVALS = 2.262  # half the width of a 95 % interval of 10 runs, in standard errors


def test_a_scenario_file(tmp_path: Path) -> None:
    (tmp_path / "mail.yaml").write_text(FILE % DAYS, "utf-8")
    queues = callsim.run(callsim.load(tmp_path / "mail.yaml"), runs=10, seed=2026).to_dict()["queues"]
    (expected,) = (some for name, some in rows().items() if name.startswith("mail"))
    for row in expected:
        queue, kind = row["measure"].split("_", 1)
        figure = queues[queue]["wait_s" if kind == "EW_min" else "delayed_share"]
        exact = row["value"] * (60 if kind == "EW_min" else 1)
        error = (figure["high"] - figure["low"]) / 2 / OF_INTERVALS
        assert abs(figure["mean"] - exact) <= 4 * error, row["measure"]
