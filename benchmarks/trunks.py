"""Lines that queues share: is "with any number of agents" said where it holds, and only there?"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

import callsim
from callsim.results.measures import SERVICE_LEVEL
from callsim.scenario import Scenario
from callsim.study.staff.components import staffed
from callsim.study.staff.fresh.checks import as_written
from callsim.study.staff.staffing import staff
from callsim.study.staff.subproblem import Options

CENTRE = """
calendar: {{warm_up: 1 h}}
queues:
  a: {{arrivals: {{per_hour: 150}}, {words}}}
  b: {{arrivals: {{per_hour: 150}}, {words}}}
groups:
  ga: {{answers: {{a: {{}}}}, staff: 1}}
  gb: {{answers: {{b: {{}}}}, staff: 1}}
lines:
  main: {{count: {lines}, queues: [a, b]}}
"""
WORDS = (
    "talk: {exponential: {mean: 4 min}}, patience: {exponential: {mean: 3 min}}, "
    "goal: {answer: 80%, within: 20 s}"
)
PLENTY = 60  # agents for ten erlangs
FRESH = 300  # days
LEVEL = SERVICE_LEVEL["offered"]


def trunks(scenario: Callable[[str], Scenario]) -> None:
    """Two queues of ten erlangs on 16 to 24 lines: what is found, and what 300 other days show of it and of
    agents in plenty. `scenario` reads one from its text.
    """
    print("lines  agents   level  in plenty  said to be too few     s")
    wrong = 0
    for lines in range(16, 25):
        plain, begun = scenario(CENTRE.format(words=WORDS, lines=lines)), time.process_time()
        found = staff(plain, Options())
        took = time.process_time() - begun
        too_few = any(verdict.what == "lines" for verdict in found.verdicts)
        level = _worst(as_written(plain, found.staff))
        plenty = _worst(staffed(plain, dict.fromkeys(plain.groups, np.full(48, PLENTY))))
        wrong += too_few != (plenty < 0.8) or (not too_few and level < 0.8)
        agents = sum(int(days[0].max()) for days in found.staff.values())
        print(
            f"{lines:5d} {agents:7d} {level:7.2%} {plenty:10.2%}  {'yes' if too_few else 'no':18} "
            f"{took:5.0f}",
            flush=True,
        )
    print(f"{wrong} of 9 are wrong")


def _worst(plan: Scenario) -> float:
    """The service level of the queue that fares worse."""
    calls = callsim.run(plan, runs=FRESH, seed=99, weigh=False).sums.calls.sum(axis=(0, 1))
    assert LEVEL.under is not None
    return float(((calls @ LEVEL.over) / (calls @ LEVEL.under)).min())
