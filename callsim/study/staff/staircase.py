"""Why this many people: each step adds what one reason costs, from workload to roster, and all add up.

The unit is an agent who works 8 h a day: hours of all groups on a mean day, ÷ 8. Formulas tell the first
steps, queue by queue; simulation what they do not know; the roster the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from callsim.model.copies import group_copies, queue_copies
from callsim.model.hours import ready_share
from callsim.scenario import Scenario
from callsim.sentences import say
from callsim.study.staff.search import Found

FULL_DAY = 8.0  # hours


@dataclass(frozen=True)
class Step:
    """One step of the staircase."""

    step: str  # the reason in a word or two
    agents: float  # added by it, 8 h a day
    total: float  # up to here
    why: str  # the reason in a sentence


class Worked(NamedTuple):
    """Hours of a roster on a mean day, all copies."""

    paid: float
    present: float  # of those who come
    off_phone: float  # of them, on planned other work
    breaks: float  # of those left, on paid breaks
    seats: float  # on the phones, because seats are few

    @property
    def on_phone(self) -> float:
        """What is left."""
        return self.present - self.off_phone - self.breaks


def reason(step: str, dialled: bool = False) -> str:
    """Returns the reason for a step in a sentence. `dialled`: numbers are dialled, too."""
    return {
        "workload": say("staircase.workload"),
        "waiting goal": say("staircase.waiting"),
        "abandonment": say("staircase.abandonment"),
        "variability of days": say("staircase.variability"),
        "as simulated": say("staircase.simulated_dialling") if dialled else say("staircase.simulated"),
        "whole agents": say("staircase.whole"),
        "shifts": say("staircase.shifts"),
        "seats": say("staircase.seats"),
        "breaks": say("staircase.breaks"),
        "shrinkage": say("staircase.shrinkage"),
        "absence": say("staircase.absence"),
    }[step]


def staircase(
    scenario: Scenario,
    days: Sequence[Sequence[Found]],
    worked: Worked | None = None,
    staff: Mapping[str, Sequence[np.ndarray]] | None = None,
) -> list[Step]:
    """The steps of the searches of some days: with a roster up to its paid hours, else up to the scheduled.

    `staff`: scheduled agents, [interval] of each day by group.
    """
    sums = np.mean([_formulas(scenario, day) for day in days], axis=0)
    names = "workload", "waiting goal", "abandonment", "variability of days", "as simulated"
    totals = dict(zip(names, sums, strict=True))
    if worked is not None:
        on_phone = worked.on_phone / FULL_DAY
        totals["shifts"] = on_phone - worked.seats / FULL_DAY
        totals["seats"] = on_phone
        totals["breaks"] = on_phone + worked.breaks / FULL_DAY
        totals["shrinkage"] = worked.present / FULL_DAY
        totals["absence"] = worked.paid / FULL_DAY
    else:
        assert staff is not None
        totals |= _scheduled(scenario, staff)
    steps, before = [], 0.0
    for name, total in totals.items():
        steps.append(Step(name, float(total - before), float(total), reason(name, bool(scenario.campaigns))))
        before = total
    return steps


def _scheduled(scenario: Scenario, staff: Mapping[str, Sequence[np.ndarray]]) -> dict[str, float]:
    """Agents of 8 h up to the steps that make scheduled agents of those who are ready."""
    per_interval = scenario.calendar.interval / 3600 / FULL_DAY
    copies = [copy.group for copy in group_copies(scenario)]
    ready = present = paid = 0.0
    for name, days in staff.items():
        group = scenario.groups[name]
        mine = sum(one is group for one in copies)
        agents = mine * float(np.mean([day.sum() for day in days])) * per_interval
        come = 1 - (group.absence.share if group.absence else 0.0)
        paid += agents
        present += agents * come
        ready += agents * come * (1 - group.shrinkage)
    found = {"whole agents": ready}
    if any(group.shrinkage for group in scenario.groups.values()):
        found["shrinkage"] = present
    if any(group.absence for group in scenario.groups.values()):
        found["absence"] = paid
    return found


def _formulas(scenario: Scenario, day: Sequence[Found]) -> np.ndarray:
    """Agents of 8 h who are ready, up to each step: float64 [step]."""
    per_interval = scenario.calendar.interval / 3600 / FULL_DAY
    originals = [copy.original for copy in queue_copies(scenario)]
    of_group = [copy.group for copy in group_copies(scenario)]
    totals = np.zeros(5)
    for found in day:
        for name, need in zip(found.part.queues, found.needs, strict=True):
            copies = originals.count(name)
            for k, agents in enumerate((need.load.workload, need.waiting, need.abandoning, need.variable)):
                totals[k] += copies * agents.sum() * per_interval
        for g, name in enumerate(found.part.groups):
            group = scenario.groups[name]
            copies = sum(one is group for one in of_group)
            ready = ready_share(found.part.scenario.groups[name])
            totals[4] += copies * found.wanted[:, g].sum() * per_interval * ready
    return totals
