"""A week of five queues and 500 agents, on four shifts of which each has two breaks that move."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

import callsim
from callsim.study.roster.shifts import roster
from callsim.study.staff.staffing import staff

CENTRE = """
calendar: {start: 2026-03-02, days: 7, interval: 30 min, warm_up: 1 h}
queues:
QUEUES
groups:
GROUPS
shifts:
  early:   {from: 06:30, to: 15:00, breaks: [{length: 15 min, between: 08:00-10:00}, {length: 30 min, between: 10:30-13:30}]}
  day:     {from: 08:30, to: 17:00, breaks: [{length: 30 min, between: 11:30-14:30}, {length: 15 min, between: 15:00-16:30}]}
  late:    {from: 12:30, to: 21:00, breaks: [{length: 30 min, between: 15:30-18:30}, {length: 15 min, between: 18:30-20:00}]}
  evening: {from: 15:30, to: "24:00", breaks: [{length: 30 min, between: 18:00-21:00}, {length: 15 min, between: 21:30-23:00}]}
"""  # noqa: E501
CALLS = {"sales": 9000, "service": 14_100, "billing": 5800, "technical": 7700, "orders": 3850}  # a day
GOAL = "goal: {answer: 80%, within: 20 s}"
PROFILE = [0] * 7 + [3, 6, 9, 10, 10, 9, 8, 8, 8, 7, 6, 5, 3, 2, 0, 0, 0]


def centre_text() -> str:
    """Five queues, of which each has a group of its own."""
    queues = [
        f"  {name}: {{open: 07:00-21:00, arrivals: {{per_day: {calls}, profile: {PROFILE}, day_cv: 4%, "
        "weekdays: [1.15, 1.05, 1, 1, 0.95, 0.5, 0.35]}, talk: {lognormal: {mean: 270 s, cv: 0.9}}, "
        f"wrap: {{exponential: {{mean: 30 s}}}}, patience: {{exponential: {{mean: 4 min}}}}, {GOAL}}}"
        for name, calls in CALLS.items()
    ]
    groups = [f"  {name}-desk: {{answers: {{{name}: {{}}}}, staff: 99, shrinkage: 12%}}" for name in CALLS]
    return CENTRE.replace("QUEUES", "\n".join(queues)).replace("GROUPS", "\n".join(groups))


def centre() -> None:
    """A week of five queues and some 500 agents: agents by the interval, then shifts with their breaks."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "centre.yaml"
        path.write_text(centre_text())
        plain = callsim.load(path)
        begun = time.perf_counter()
        told = staff(plain)
        most = np.sum([np.array(days) for days in told.staff.values()], axis=0).max()
        print(f"staff: {most:,} agents at most; {time.perf_counter() - begun:.0f} s", flush=True)
        begun = time.perf_counter()
        found = roster(plain)
        made = found.roster
        gap = "nothing proven" if made.gap is None else f"at least {made.bound:,.1f}: gap {made.gap:.2%}"
        print(
            f"--shifts: {sum(found.people.values()):,} people, {made.hours:,.1f} paid hours, {gap}; "
            f"{found.repairs} repairs, {found.missed or 'all goals kept'}; "
            f"{time.perf_counter() - begun:.0f} s"
        )
