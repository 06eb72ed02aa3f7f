"""Worlds whose truth is known, and the logs that they leave."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import callsim
from callsim.history.canonical import CallTable
from callsim.history.simulated import log_of
from callsim.model import build
from callsim.scenario import Scenario

WORLD = """
name: world
calendar: {{start: 2024-01-01, days: {days}, interval: 30 min}}
queues:
  sales:
    open: 08:00-20:00
    arrivals:
      per_day: {per_day}
      profile: [0,0,0,0,0,0,0,0,6,9,11,10,8,7,8,9,9,8,7,5,0,0,0,0]
      weekdays: [1.2, 1.1, 1, 1, 0.9, 0.5, 0.3]
      day_cv: {day_cv}
      interval_cv: {interval_cv}
      interval_correlation: {correlation}
    talk: {talk}
    wrap: {{exponential: {{mean: 30 s}}}}
    patience: {patience}
groups:
  desk: {{answers: {{sales: {{}}}}, staff: {staff}}}
"""
USUAL = {
    "days": 56,
    "per_day": 1000,
    "day_cv": "8%",
    "interval_cv": "12%",
    "correlation": 0.5,
    "talk": "{lognormal: {mean: 200 s, cv: 1.1}}",
    "patience": "{exponential: {mean: 120 s}}",
    "staff": 8,
}


def world(folder: Path, **changes: object) -> Scenario:
    """A world like the usual one, with changes."""
    path = folder / "world.yaml"
    path.write_text(WORLD.format(**{**USUAL, **changes}), "utf-8")
    return callsim.load(path)


def log(scenario: Scenario, seed: int) -> CallTable:
    """What a run of a world leaves."""
    parts: list[np.ndarray] = []
    callsim.run(
        scenario, runs=1, seed=seed, jobs=1, also=lambda run, rows: parts.append(rows.copy()), weigh=False
    )
    return log_of(build(scenario), np.concatenate(parts))


def as_csv(calls: CallTable) -> str:
    """A log as a table of calls in plain text."""
    lines = ["call,queue,arrival,wait_s,outcome,talk_s,wrap_s"]
    words = ("answered", "abandoned", "blocked", "transferred", "closed")
    for number, row in enumerate(calls.rows):
        talk, wrap = ("" if row[name] < 0 else f"{row[name] / 1000:.3f}" for name in ("talk_ms", "wrap_ms"))
        lines.append(
            f"{number},{calls.queues[row['queue']]},{row['arrival']},{row['wait_ms'] / 1000:.3f},"
            f"{words[row['outcome']]},{talk},{wrap}"
        )
    return "\n".join(lines) + "\n"
