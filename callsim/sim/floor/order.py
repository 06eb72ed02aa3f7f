"""Orders: where busy agents go when their call is done, and the crews that moved agents join.

An agent's crew tells group and hours: an agent who is moved joins a crew of the other group with the same
hours. Such crews, and the rows of orders, are made when first needed; engines make room for them.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NOBODY
from callsim.sim.floor.state import CREWS, ORDERS
from callsim.sim.jit import rule


@rule
def crew_in(floor, hours, g):
    """Returns the crew of a group that has the hours of the crew `hours`; it is made if there is none."""
    crew = hours
    while True:
        if floor.crews[crew]["group"] == g:
            return crew
        if floor.crews[crew]["next"] == NOBODY:
            break
        crew = floor.crews[crew]["next"]
    new = floor.register[CREWS]
    floor.register[CREWS] += 1
    floor.crews[crew]["next"] = new
    floor.crews[new]["group"] = g
    floor.crews[new]["hours"] = hours
    floor.crews[new]["next"] = NOBODY
    return new


@rule
def give_order(floor, g, to, agents):
    """Up to `agents` busy agents of a group shall go to the group `to`, or home (NOBODY), when their call is
    done.

    Agents who have an order already get no other. Returns how many got this one.
    """
    group = floor.groups[g]
    agents = min(agents, group["busy"] - group["late"] - group["called"])
    if agents <= 0:
        return np.int64(0)
    last, row = np.int64(NOBODY), group["orders"]
    while row != NOBODY and floor.orders[row]["to"] != to:
        last, row = row, floor.orders[row]["next"]
    if row == NOBODY:
        row = floor.register[ORDERS]
        floor.register[ORDERS] += 1
        floor.orders[row]["to"] = to
        floor.orders[row]["next"] = NOBODY
        if last == NOBODY:
            group["orders"] = row
        else:
            floor.orders[last]["next"] = row
    floor.orders[row]["agents"] += agents
    if to != NOBODY:
        floor.groups[to]["people"] += agents
    group["called"] += agents
    group["heed"] = 1
    return agents


@rule
def next_order(floor, g):
    """Takes the first order of a group for an agent. Returns the group to go to, or NOBODY for home."""
    group = floor.groups[g]
    group["called"] -= 1
    row = group["orders"]
    while floor.orders[row]["agents"] == 0:
        row = floor.orders[row]["next"]
    floor.orders[row]["agents"] -= 1
    return floor.orders[row]["to"]


@rule
def forget_orders(floor, g):
    """Drops orders where a group has more of them than busy agents: those to the latest new goal first."""
    group = floor.groups[g]
    void = group["called"] - (group["busy"] - group["late"])
    while void > 0:
        row, last = group["orders"], np.int64(NOBODY)
        while row != NOBODY:
            if floor.orders[row]["agents"] > 0:
                last = row
            row = floor.orders[row]["next"]
        fewer = min(void, floor.orders[last]["agents"])
        floor.orders[last]["agents"] -= fewer
        group["called"] -= fewer
        if floor.orders[last]["to"] != NOBODY:
            floor.groups[floor.orders[last]["to"]]["people"] -= fewer
        void -= fewer


@rule
def reserve(floor, g):
    """Returns the crew of agents who are called in to a group; its hours are its own.

    It is made if needed.
    """
    group = floor.groups[g]
    if group["reserve"] == NOBODY:
        new = floor.register[CREWS]
        floor.register[CREWS] += 1
        floor.crews[new]["group"] = g
        floor.crews[new]["hours"] = new
        floor.crews[new]["next"] = NOBODY
        group["reserve"] = new
    return group["reserve"]
