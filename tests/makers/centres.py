"""Small centres to be staffed in tests."""

from __future__ import annotations

from pathlib import Path

import callsim
from callsim.scenario import Scenario


def centre(folder: Path, text: str) -> Scenario:
    """A scenario from its text."""
    path = folder / "centre.yaml"
    path.write_text(text)
    return callsim.load(path)


def one_queue(
    calls_per_hour: float, aht_s: float, patience_s: float | None, answer: float, within_s: float
) -> str:
    """M/M/n or M/M/n+M, one interval a day."""
    patience = f"patience: {{exponential: {{mean: {patience_s!r} s}}}}, " if patience_s else ""
    return f"""
name: One queue
calendar: {{interval: 24 h, warm_up: 24 h}}
queues:
  line: {{arrivals: {{per_hour: {calls_per_hour!r}}}, talk: {{exponential: {{mean: {aht_s!r} s}}}}, {patience}
         goal: {{answer: {answer!r}, within: {within_s!r} s}}}}
groups:
  desk: {{answers: {{line: {{}}}}, staff: 1}}
"""


TWO_LINES = """
name: Two lines
calendar: {start: 2024-01-01, warm_up: 1 h, interval: 1 h}
sites: {park: {seats: 400}}
queues:
  day:
    open: 08:00-20:00
    arrivals: {per_hour: 300, day_cv: 5%}
    talk: {lognormal: {mean: 3 min, cv: 1}}
    wrap: {exponential: {mean: 30 s}}
    patience: {exponential: {mean: 3 min}}
    redial: {probability: 40%, after: {exponential: {mean: 5 min}}, at_most: 2}
    goal: {answer: 80%, within: 20 s, abandon_at_most: 6%}
  round:
    copies: 2
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 4 min}}
    goal: {answer: 75%, within: 30 s}
groups:
  desk: {site: park, answers: {day: {}}, staff: 20}
  lamp: {site: park, answers: {round: {}}, staff: 7}
"""
