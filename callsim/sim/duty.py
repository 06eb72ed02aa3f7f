"""Agents on duty: they come, stand by, take a call, are free again, and go – told once, for both engines.

Agents of a group stand by in a ring, the longest idle first. Times are ms; `g` and `c` are the rows of
a group and of a crew, the agents of one group with the same hours.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from .floor import CREW_BITS
from .jit import rule

CREW_MASK = (1 << CREW_BITS) - 1


@rule
def longest_idle(floor, g):
    """The longest idle agent of a group that has one, as (idle since, crew) in one integer."""
    group = floor.groups[g]
    return floor.rings[group["ring_from"] + group["oldest"]]


@rule
def idle_since(floor, g):
    """Since when the longest idle agent of a group is idle; the group has one."""
    return longest_idle(floor, g) >> CREW_BITS


@rule
def take_up(floor, g, now):
    """The longest idle agent of the group takes a call. Returns the agent's crew."""
    group = floor.groups[g]
    crew = longest_idle(floor, g) & CREW_MASK
    oldest = group["oldest"] + 1
    group["oldest"] = oldest if oldest < group["ring_size"] else 0
    group["idle"] -= 1
    group["busy"] += 1
    group["busy_sum"] -= now
    return crew


@rule
def free(floor, g, c, now):
    """An agent's call is done: idle again or, if the shift ended meanwhile, home."""
    group = floor.groups[g]
    group["busy"] -= 1
    group["busy_sum"] += now
    crew = floor.crews[c]
    if crew["owed"] > 0:
        crew["owed"] -= 1
        group["late"] -= 1
        group["late_sum"] += now
        group["on_duty"] -= 1
        group["on_duty_sum"] += now
    else:
        stand_by(floor, g, c, now)


@rule
def stand_by(floor, g, crew, now):
    """One more idle agent in the group."""
    group = floor.groups[g]
    place = group["oldest"] + group["idle"]
    if place >= group["ring_size"]:
        place -= group["ring_size"]
    floor.rings[group["ring_from"] + place] = (np.int64(now) << CREW_BITS) | crew
    group["idle"] += 1


@rule
def come(floor, c, agents, now):
    """Agents of a crew come on duty; those who still finish a call of before simply stay."""
    crew = floor.crews[c]
    group = floor.groups[crew["group"]]
    stay = min(agents, crew["owed"])
    crew["owed"] -= stay
    group["late"] -= stay
    group["late_sum"] += stay * now
    for _ in range(agents - stay):
        stand_by(floor, crew["group"], c, now)
    group["on_duty"] += agents - stay
    group["on_duty_sum"] -= (agents - stay) * now


@rule
def go(floor, c, agents, now):
    """Rule 5: agents of a crew go: the longest idle at once, the others when their call is done."""
    crew = floor.crews[c]
    group = floor.groups[crew["group"]]
    first, size = group["ring_from"], group["ring_size"]
    gone, kept = 0, 0
    for k in range(group["idle"]):
        agent = floor.rings[first + (group["oldest"] + k) % size]
        if gone < agents and (agent & CREW_MASK) == c:
            gone += 1
        else:
            floor.rings[first + (group["oldest"] + kept) % size] = agent
            kept += 1
    group["idle"] -= gone
    group["on_duty"] -= gone
    group["on_duty_sum"] += gone * now
    late = agents - gone
    crew["owed"] += late
    group["late"] += late
    group["late_sum"] -= late * now
