"""Centres of one shape and any size as scenarios: programmes in pairs, each of which helps the other."""

from __future__ import annotations

import tempfile
from pathlib import Path

from callsim import load
from callsim.scenario import Scenario
from callsim.study.runs.bench import Shape

TEXT = """
calendar: {{start: 2024-03-04, interval: 30 min}}
queues:
  north: &queue
    copies: {pairs}
    arrivals: {{per_day: {calls}, profile: {profile}, day_cv: 6%, interval_cv: 5%,
               interval_correlation: 0.55}}
    talk: {{lognormal: {{mean: 158 s, cv: 1.0}}}}
    wrap: {{exponential: {{mean: 22 s}}}}
    patience: {{exponential: {{mean: 150 s}}}}
    redial: {{probability: 50%, after: {{exponential: {{mean: 5 min}}}}, at_most: 3}}
  south: *queue
groups:
  north: {{staff: {staff}, answers: {{north: {{}}, south: {{rank: 2, after: 60 s}}}}}}
  south: {{staff: {staff}, answers: {{south: {{}}, north: {{rank: 2, after: 60 s}}}}}}
"""


def programmes(seats: int) -> Scenario:
    """A day of so many seats, shaped like those of `callsim bench`."""
    shape = Shape(seats)
    calls = shape.calls_per_interval[:, 0]
    text = TEXT.format(
        pairs=shape.programmes // 2,
        calls=round(float(calls.sum())),
        profile=[round(float(weight / calls.sum()), 6) for weight in calls],
        staff=shape.staff[:, 0].tolist(),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "programmes.yaml"
        path.write_text(text)
        return load(path)
