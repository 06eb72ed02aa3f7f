"""Calls that follow calls against exact values: |z| ≤ 4, the standard error from replications.

Every model is a first queue and perhaps a second: transfers lead from the one to the other, repeat calls back
to the same. `CALLSIM_GRID` sets how many runs are played (default 10). Two of them are scenario files, too.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import callsim
from callsim.distribution import EXPONENTIAL
from callsim.results.measures import COUNTS
from callsim.sim.centre import COLD, DIALS, PACE_ONE, PAIR, WARM, Centre, Clock
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY, N_AGAIN, WAIT_ANSWERED
from callsim.sim.count.tally import Tallier
from callsim.sim.engines.day import Day
from callsim.sim.floor.records import AGAIN, ANSWERED, LAST
from callsim.sim.luck.demand import Busyness, Demand, QueueDemand, Sampler
from callsim.sim.luck.draw import draw, later
from callsim.units import DAY_MS
from tests.makers.follow_ups import constant, rows
from tests.makers.steady import z_score
from tests.theory.oracle import PATH

PATH = PATH.with_name("floor.json")
if not PATH.exists():
    pytest.skip(f"there is no {PATH.name} beside this repository", allow_module_level=True)

MODELS = ("repeat_0", "repeat_2", "repeat_3", "tier_6", "tier_cold_9", "tier_warm_11")
RUNS = int(os.environ.get("CALLSIM_GRID", "10"))
MEASURES = {"p_wait": "p_wait", "p_ab": "p_ab", "EW_min": "EW", "SL_T": "SL_offered(20)"}
SECONDS = {"EW_min": 60.0}
DAYS, WARM_UP = 4, 1
MINUTE = 60_000.0


def rows_of() -> dict[str, list[dict[str, Any]]]:
    """The rows of each model."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in json.loads(PATH.read_text("utf-8")):
        found[row["id"]].append(row)
    return found


def exponential(minutes: float) -> Sampler:
    return Sampler(EXPONENTIAL, np.array([minutes * MINUTE]))


class Played(NamedTuple):
    """Sums of each run."""

    calls: np.ndarray  # int64 [run, queue, column]
    work: np.ndarray  # int64 [run, group, column]
    held: np.ndarray  # int64 [run, group] ms
    between: np.ndarray  # int64 [run] ms  of clients until they call again, the last day left out


def played(model: str, p: dict[str, float]) -> Played:
    """The model, played."""
    tiers = model.startswith("tier")
    clock = Clock(DAY_MS, WARM_UP * DAY_MS, (WARM_UP + DAYS) * DAY_MS)
    queues = 2 if tiers else 1
    pairs = np.zeros(queues, PAIR)
    pairs["queue"] = pairs["group"] = np.arange(queues)
    pairs["rank"], pairs["pace"] = 1, PACE_ONE
    agents = [p["agents1"], p["agents2"]] if tiers else [p["agents"]]
    talks = [p["talk1_min"], p["talk2_min"]] if tiers else [p["aht_min"]]
    transfer = {"repeat": DIALS, "tier_6": COLD, "tier_c": COLD, "tier_w": WARM}[model[:6]]
    centre = Centre(
        clock=clock,
        priority=np.ones(queues, np.int32),
        disconnects=np.zeros(queues, bool),
        open=(((0, DAY_MS),),) * queues,
        pairs=pairs,
        lines=np.zeros(0, np.int64),
        holds=np.zeros((0, 2), np.int32),
        site=np.zeros(queues, np.int32),
        crew_group=np.arange(queues, dtype=np.int32),
        staff=np.array([agents], np.int64),
        follows=rows(
            {
                "queue": 0,
                "to": queues - 1,
                "share": p["transfer" if tiers else "repeat"],
                "transfer": transfer,
            }
        ),
    )
    delay = p.get("delay_min", 0.0)
    demand = Demand(
        clock,
        tuple(
            QueueDemand(
                key=queue,
                times=np.array([0.0, DAY_MS]),
                expected=np.array([[0.0, p["lam_per_min"] * 1440 if queue == 0 else 0.0]]),
                pattern=np.zeros(WARM_UP + DAYS, np.int64),
                times_day=np.ones(WARM_UP + DAYS),
                talk=exponential(talks[queue]),
                wrap=None,
                patience=exponential(p[f"patience{queue + 1}_min"]) if "patience1_min" in p else None,
                balk=0.0,
                redial=None,
                busyness=Busyness(0, 0, 0, 0),
            )
            for queue in range(queues)
        ),
        follows=((exponential(delay) if delay else constant(0.0), constant(0.0)),),
    )

    def one(run: int) -> tuple[np.ndarray, ...]:
        day = Day(
            centre,
            draw(demand, 2026, run),
            calls_per_ms=2 * demand.calls_per_ms,
            slice_ms=demand.slice_ms,
            luck=later(demand, 2026, run),
        )
        between = np.zeros((), np.int64)

        def also(rows: np.ndarray) -> None:
            between[()] += until_next(rows, clock.opens, clock.ends - DAY_MS)

        found = day.play(Tallier(centre, np.full(queues, 20_000), DAY_MS, also))
        return found.calls.sum(axis=0), found.work.sum(axis=0), found.held, between

    with ThreadPoolExecutor(2) as pool:
        each = zip(*pool.map(one, range(RUNS)), strict=True)
    return Played(*(np.stack(sums) for sums in each))


def until_next(rows: np.ndarray, begins: int, ends: int) -> int:
    """For how long clients were between two calls within a stretch of time, ms: since talk ended, for those
    who call again, less the time since they did.

    Who would call after the last day never does (rule 9): so the stretch must end long before that.
    """
    left = rows[(rows["outcome"] == ANSWERED) & (rows["flags"] & LAST == 0)]
    out = left["arrive"].astype(np.int64) + left["wait"] + left["talk"]
    back = rows["arrive"][rows["flags"] & AGAIN > 0].astype(np.int64)
    spent = [np.clip(ends - np.maximum(times, begins), 0, None).sum() for times in (out, back)]
    return int(spent[0] - spent[1])


def by_run(found: Played, measure: str, tier: int) -> np.ndarray:
    """A measure of times, or of clients, in each run: float64 [run]."""
    work, minutes = found.work[:, tier], DAYS * 1440.0
    offered = found.calls @ COUNTS["offered"].over
    clients = offered[:, 0] - found.calls[:, 0, N_AGAIN]
    if measure == "calls_per_client":
        return offered.sum(axis=1) / clients
    if measure == "calls_per_min":
        return offered[:, tier] / minutes
    if measure == "wait_per_client_min":
        return found.calls[:, :, WAIT_ANSWERED].sum(axis=1) / clients / MINUTE
    if measure == "out_between_calls":
        return found.between / ((DAYS - 1) * DAY_MS)
    busy = work[:, G_BUSY] / work[:, G_ON_DUTY]
    held = found.held[:, tier] / (minutes * MINUTE)
    return held if measure == "holding" else busy


@pytest.mark.parametrize("model", MODELS)
def test_exact(model: str) -> None:
    expected = rows_of()[model]
    found = played(model, expected[0]["params"])
    scores = {}
    for row in expected:
        tier, measure = 1, row["measure"]
        if measure.startswith("tier"):
            tier, measure = int(measure[4]), measure[6:]
        if measure in MEASURES:
            exact = row["value"] * SECONDS.get(measure, 1.0)
            scores[row["measure"]] = z_score(found.calls[:, tier - 1], MEASURES[measure], exact)
        elif row["value"]:
            values = by_run(found, measure, tier - 1)
            scores[row["measure"]] = (values.mean() - row["value"]) / (values.std(ddof=1) / RUNS**0.5)
    assert len(scores) >= 7
    assert all(abs(z) <= 4 for z in scores.values()), scores


HEAD = f"calendar: {{days: {DAYS}, warm_up: {WARM_UP} d, interval: 1 h}}\n"
FILES = {
    "repeat_2": """\
queues:
  tier1:
    arrivals: {per_hour: 150}
    talk: {exponential: {mean: 4 min}}
    follow_ups:
      - {outcome: answered, share: 30%, to: tier1, after: {exponential: {mean: 30 min}}}
groups:
  all: {staff: 16, answers: {tier1: {}}}
""",
    "tier_warm_11": """\
queues:
  tier1:
    arrivals: {per_hour: 180}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 4 min}}
    follow_ups:
      - {outcome: answered, share: 25%, to: tier2, transfer: warm}
  tier2:
    talk: {exponential: {mean: 6 min}}
    patience: {exponential: {mean: 8 min}}
groups:
  one: {staff: 10, answers: {tier1: {}}}
  two: {staff: 5, answers: {tier2: {}}}
""",
}
NAMES = {"p_wait": "delayed_share", "p_ab": "abandoned_share", "EW_min": "wait_s", "SL_T": "service_level"}
OF_INTERVALS = 2.262  # half the width of a 95 % interval of 10 runs, in standard errors


OF_CLIENTS = {"calls_per_client": ("calls_per_client", 1.0), "wait_per_client_min": ("wait_s", 60.0)}


def z_of(figure: dict[str, float], exact: float) -> float:
    """By how many standard errors a figure of 10 runs lies beside its exact value."""
    return (figure["mean"] - exact) * 2 * OF_INTERVALS / (figure["high"] - figure["low"])


@pytest.mark.parametrize("model", FILES)
def test_scenario_files(model: str, tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text(HEAD + FILES[model], "utf-8")
    found = callsim.run(callsim.load(file), runs=10, seed=2026).to_dict()
    queues, clients = found["queues"], found["total"]["clients"]
    scores = {}
    for row in rows_of()[model]:
        tier, measure = ("tier1", row["measure"]) if model[0] == "r" else row["measure"].split("_", 1)
        if measure in NAMES and tier in queues:
            figure = queues[tier][NAMES[measure]]
            figure = figure.get("offered", figure)
            error = (figure["high"] - figure["low"]) / 2 / OF_INTERVALS
            scores[row["measure"]] = (figure["mean"] - row["value"] * SECONDS.get(measure, 1.0)) / error
        if row["measure"] in OF_CLIENTS:
            name, times = OF_CLIENTS[row["measure"]]
            scores[row["measure"]] = z_of(clients[name], row["value"] * times)
        if row["measure"] == "tier1_holding":
            scores["held"] = z_of(found["groups"]["one"]["held_h"], row["value"] * 24 * DAYS)
    assert len(scores) >= 4
    assert all(abs(z) <= 4 for z in scores.values()), scores
