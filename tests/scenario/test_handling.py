"""The handling time that `check` tells is that of calls: means count as often as calls come in their time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model.model import build
from callsim.scenario.checks.handling import usual_handling_s

HEAD = """
name: a desk
calendar: {start: 2024-01-08, days: 8, interval: 3 h}
groups: {g: {answers: {q: {}}, staff: 9}}
queues:
  q:
    wrap: {exponential: {mean: 10 s}}
    goal: {answer: 80%, within: 20 s}
"""
BUSY_AT_NOON = "[0, 0, 0, 0, 0, 1, 4, 2, 1, 0, 0, 0]"
TALK = "    talk: {exponential: {mean: [60 s, 60 s, 60 s, 120 s, 300 s, 90 s, 90 s, 90 s]}}\n"
BY_DAY = (
    "    talk: {exponential: {mean: {mon-fri: [1 min, 1 min, 1 min, 2 min, 5 min, 90 s, 90 s, 90 s],"
    " sat: 4 min, sun: [9 min, 8 min, 7 min, 6 min, 5 min, 4 min, 3 min, 2 min]}}}\n"
)
CASES = {
    "a profile": TALK + f"    arrivals: {{per_day: 600, profile: {BUSY_AT_NOON}}}\n",
    "a flat day": TALK + "    arrivals: {per_hour: 30}\n",
    "weekdays": BY_DAY + "    arrivals: {per_day: 600, weekdays: [2, 1, 1, 1, 1, .5, 0]}\n",
    "calls by day": BY_DAY
    + f"    arrivals: {{per_day: {{mon-fri: 600, other: 90}}, profile: {BUSY_AT_NOON}}}\n",
    "one mean": "    talk: {exponential: {mean: 3 min}}\n    arrivals: {per_hour: 30}\n",
    "nobody calls": TALK + "    arrivals: {per_hour: 0}\n",
    "a table": TALK + "    arrivals: {counts: calls.csv}\n",
    "dated": BY_DAY + "    arrivals: {counts: dated.csv}\n",
}


def recounted(path: Path) -> float:
    """From what the simulation draws: the calls that it expects, and the mean of each."""
    queue = build(callsim.load(str(path))).demand.queues[0]
    calls = taken = 0.0
    minutes = np.arange(0, 86_400_001, 60_000)
    for day in range(8):
        of_day = queue.on(day, 8)
        come = np.diff(np.interp(minutes, queue.times, queue.expected[queue.pattern[day]]))
        come = come * queue.times_day[day]
        means = np.zeros(1440)
        for part in (of_day.talk, of_day.wrap):
            assert part is not None
            means += np.repeat(part.mean, 1440 // len(part.mean)) / 1000
        calls += come.sum()
        taken += come @ means
    return float(taken / calls)


@pytest.mark.parametrize("case", CASES)
def test_it_is_weighted_by_calls(tmp_path: Path, case: str) -> None:
    (tmp_path / "calls.csv").write_text(
        "interval_start,offered\n" + "".join(f"{k:02}:00,{(k - 5) ** 2}\n" for k in range(0, 24, 3))
    )
    days = [f"2024-01-{day:02}T{k:02}:00,{day * k}\n" for day in range(8, 16) for k in range(0, 24, 3)]
    (tmp_path / "dated.csv").write_text("interval_start,offered\n" + "".join(days))
    path = tmp_path / "plan.yaml"
    path.write_text(HEAD + CASES[case])
    scenario = callsim.load(str(path))
    found = usual_handling_s(scenario.queues["q"], scenario.calendar)
    if case == "nobody calls":
        assert found == pytest.approx(870 / 8 + 10)
    else:
        assert found == pytest.approx(recounted(path), rel=1e-6)
    if case == "a profile":
        assert found > 870 / 8 + 60  # at noon calls are many, and long
