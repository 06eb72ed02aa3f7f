"""Agents on duty: they come, take a call, are free again, and go – told once, for both engines.

Agents of a group stand by in a ring, the longest idle first. Times are ms; `g` and `c` are the rows of
a group and of a crew, the agents of one group with the same hours.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NOBODY
from callsim.sim.floor.order import crew_in, forget_orders, give_order, next_order
from callsim.sim.floor.people import lists
from callsim.sim.floor.ring import step_forward
from callsim.sim.floor.seat import (
    leave_idle,
    leave_line,
    line_up,
    log_in,
    log_out,
    log_out_late,
    next_idle,
    sit_down,
    stand_by,
)
from callsim.sim.floor.state import CREW_BITS, CREWS
from callsim.sim.jit import aside, rule


@rule
def idle_since(floor, g):
    """Returns since when the longest idle agent of a group is idle, ms. The group must have an idle agent."""
    since = lists.idle_since(floor.people, g)
    if since != NOBODY:
        return since
    group = floor.groups[g]
    return floor.rings[group["ring_from"] + group["oldest"]] >> CREW_BITS


@rule
def take_up(floor, g, now):
    """The longest idle agent of the group takes a call. Returns the agent's crew."""
    group = floor.groups[g]
    crew = step_forward(floor, group)
    group["idle"] -= 1
    group["busy"] += 1
    group["busy_sum"] -= now
    return crew


@rule
def free(floor, g, c, now):
    """An agent's call is done. Returns the group in which the agent is ready for the next, or NOBODY."""
    group = floor.groups[g]
    group["busy"] -= 1
    group["busy_sum"] += now
    if floor.crews[c]["owed"] > 0 or group["heed"] > 0:
        return stay_or_leave(floor, g, c, now)
    stand_by(floor, g, c, now)
    return np.int64(g)


@aside
def stay_or_leave(floor, g, c, now):
    """An agent is done with a call, and may stay late, have an order, or sit on a seat that is lost.

    Returns the group in which the agent is ready for the next call, or NOBODY if the agent leaves: then the
    seat is free for others.
    """
    crew, group = floor.crews[c], floor.groups[g]
    site = floor.sites[group["site"]]
    if crew["owed"] > 0:
        crew["owed"] -= 1
        group["late"] -= 1
        group["late_sum"] += now
        group["people"] -= 1
        log_out_late(floor, c, now)
        return np.int64(NOBODY)
    if group["called"] > 0:
        to = next_order(floor, g)
        if to != NOBODY:
            return change_group(floor, c, to, now)
        leave_early(floor, c, 1)
        log_out_late(floor, c, now)
        return np.int64(NOBODY)
    if site["used"] > site["seats"]:
        log_out_late(floor, c, now)
        line_up(floor, c, now)
        return np.int64(NOBODY)
    group["heed"] = 0
    stand_by(floor, g, c, now)
    return np.int64(g)


@rule
def change_group(floor, c, to, now):
    """A seated agent, neither busy nor standing by, goes to a group that has counted one more already.

    Within a site the agent keeps the seat. Returns the group if the agent is ready there, or NOBODY if the
    agent waits for a seat.
    """
    crew = floor.crews[c]
    old, new = floor.groups[crew["group"]], floor.groups[to]
    joined = crew_in(floor, crew["hours"], to)
    log_out(floor, c, 1, now)
    old["people"] -= 1
    site = floor.sites[old["site"]]
    if old["site"] == new["site"] and site["used"] < site["seats"]:
        log_in(floor, joined, 1, now)
        return np.int64(to)
    line_up(floor, joined, now)
    return np.int64(NOBODY)


@rule
def leave_early(floor, c, agents):
    """Agents of the crew are sent home before their hours end."""
    floor.groups[floor.crews[c]["group"]]["people"] -= agents
    hours = floor.crews[floor.crews[c]["hours"]]
    hours["early"] += agents
    hours["present"] -= agents


@rule
def plan(floor, c, agents, breaks):
    """The roster has `agents` more agents of a crew (fewer where negative).

    Where it has fewer, agents who were sent home early are counted out first. Agents who were sent home do
    not come back from a break.
    """
    crew = floor.crews[c]
    crew["planned"] += agents
    if agents < 0 and not breaks:
        crew["early"] = max(crew["early"] + agents, 0)


@rule
def missing(floor, c):
    """Returns how many agents of a crew have to come (go, where < 0), until all who are planned and were not
    sent home are there.
    """
    crew = floor.crews[c]
    return max(crew["planned"] - crew["early"], 0) - crew["present"]


@rule
def come(floor, c, agents, now):
    """Agents of a crew come. Those who still finish a call of their earlier hours stay; the others need a
    seat.

    Returns how many got a seat.
    """
    floor.crews[c]["present"] += agents
    crew = c
    while crew != NOBODY:
        stay = min(agents, floor.crews[crew]["owed"])
        group = floor.groups[floor.crews[crew]["group"]]
        floor.crews[crew]["owed"] -= stay
        lists.stay_on(floor.people, floor.crews[crew]["group"], crew, stay, now)
        group["late"] -= stay
        group["late_sum"] += stay * now
        agents -= stay
        crew = floor.crews[crew]["next"]
    floor.groups[floor.crews[c]["group"]]["people"] += agents
    return sit_down(floor, c, agents, now)


@rule
def go(floor, c, agents, now):
    """Rule 5: agents of a crew go, also those who were moved to other groups.

    Agents who wait for a seat go first, the last in line first; then idle agents, the longest idle first;
    then busy ones, which go when their calls are done. Of each kind, those in their own group go before
    moved ones.
    """
    floor.crews[c]["present"] -= agents
    crew = c
    while crew != NOBODY and agents > 0:
        gone = leave_line(floor, crew, agents, now)
        floor.groups[floor.crews[crew]["group"]]["people"] -= gone
        agents -= gone
        crew = floor.crews[crew]["next"]
    crew = c
    while crew != NOBODY and agents > 0:
        gone = leave_idle(floor, crew, agents, now)
        floor.groups[floor.crews[crew]["group"]]["people"] -= gone
        agents -= gone
        crew = floor.crews[crew]["next"]
    crew = c
    while crew != NOBODY and agents > 0:
        agents -= stay_late(floor, crew, agents, now)
        crew = floor.crews[crew]["next"]


@rule
def stay_late(floor, c, agents, now):
    """Up to `agents` agents of a crew, all busy, will leave when their call is done. Returns how many."""
    crew = floor.crews[c]
    group = floor.groups[crew["group"]]
    late = min(agents, crew["on_duty"] - crew["owed"])
    crew["owed"] += late
    lists.stay_late(floor.people, crew["group"], c, late, now)
    group["late"] += late
    group["late_sum"] -= late * now
    forget_orders(floor, crew["group"])
    return late


@rule
def lose_idle(floor, s, now):
    """Where more seats are used than there are, idle agents line up instead, the longest idle first."""
    site = floor.sites[s]
    while site["used"] > site["seats"]:
        longest, since = NOBODY, 0
        for g in range(len(floor.groups)):
            here = floor.groups[g]["site"] == s and floor.groups[g]["idle"] > 0
            if here and (longest == NOBODY or idle_since(floor, g) < since):
                longest, since = g, idle_since(floor, g)
        if longest == NOBODY:
            return
        c = next_idle(floor, longest)
        log_out(floor, c, 1, now)
        line_up(floor, c, now)


@rule
def move_idle(floor, g, to, agents, now):
    """Up to `agents` idle agents go to another group.

    Returns how many go, and how many are ready there at once.
    """
    group = floor.groups[g]
    agents = min(agents, group["idle"])
    ready = 0
    floor.groups[to]["people"] += agents
    for _ in range(agents):
        c = next_idle(floor, g)
        if change_group(floor, c, to, now) != NOBODY:
            ready += 1
    return agents, ready


@rule
def move_waiting(floor, g, to, agents, now):
    """Up to `agents` agents who wait for a seat join the line of another group's site. Returns how many."""
    moved = 0
    for c in range(floor.register[CREWS]):
        if floor.crews[c]["group"] == g:
            left = leave_line(floor, c, agents - moved, now)
            if left > 0:
                joined = crew_in(floor, floor.crews[c]["hours"], to)
                for _ in range(left):
                    line_up(floor, joined, now)
                moved += left
    floor.groups[g]["people"] -= moved
    floor.groups[to]["people"] += moved
    return moved


@rule
def send_home(floor, g, agents, now):
    """Agents of a group leave before their hours end: those who wait for a seat, then idle ones, then busy
    ones.
    """
    for c in range(floor.register[CREWS]):
        if floor.crews[c]["group"] == g:
            left = leave_line(floor, c, agents, now)
            leave_early(floor, c, left)
            agents -= left
    group = floor.groups[g]
    for _ in range(min(agents, group["idle"])):
        c = next_idle(floor, g)
        leave_early(floor, c, 1)
        log_out(floor, c, 1, now)
        agents -= 1
    give_order(floor, g, NOBODY, agents)
