"""Where agents who are rows stand: one list of a group for those idle, one for each load, one for those who
take up no more; the longest there is the first.

A group of s slots has s² + 2 lists. Load and limit tell an agent's: the limit is the least `concurrency` of
what is in hand, so work of concurrency c may be taken up by agents with less than both.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NOBODY
from callsim.sim.floor.people.table import FREE_AGENT, IN_HAND, NOTED, UNUSED_AGENTS
from callsim.sim.jit import aside, rule

LOAD_BITS = 40  # of two free agents the one with less in hand is first, then the one free longest
ANSWERED_NOW, PUT_BACK, SLOWED, CUT_OFF = 1, 2, 4, 8  # what the engine is told of work, see tell


@rule
def is_in_rows(people, g):
    """Returns whether the agents of a group are rows."""
    if people is None:
        return False
    return bool(people.groups[g]["slots"] > 0)


@rule
def tell(people, place, news):
    """The engine is to be told of the work in this place."""
    work = people.work[place]
    if work["news"] == 0:
        people.noted[people.register[NOTED]] = place
        people.register[NOTED] += 1
    work["news"] |= news


# Lists.


@rule
def list_of(people, a):
    """Returns the list in which an agent belongs."""
    agent = people.agents[a]
    group = people.groups[agent["group"]]
    if agent["load"] == 0:
        return group["lists"]
    slots = group["slots"]
    if agent["stops"] != 0:
        return group["lists"] + slots * slots + 1
    return group["lists"] + 1 + (agent["load"] - 1) * slots + agent["limit"] - 1


@rule
def stand(people, a, now):
    """The agent joins the list of agents like this one, as the last."""
    agent = people.agents[a]
    at = list_of(people, a)
    last = people.lists[at, 1]
    agent["list"] = at
    agent["since"] = now
    agent["ahead"] = last
    agent["behind"] = NOBODY
    if last == NOBODY:
        people.lists[at, 0] = a
    else:
        people.agents[last]["behind"] = a
    people.lists[at, 1] = a


@rule
def step_out(people, a):
    """The agent leaves the list."""
    agent = people.agents[a]
    at, ahead, behind = agent["list"], agent["ahead"], agent["behind"]
    if ahead == NOBODY:
        people.lists[at, 0] = behind
    else:
        people.agents[ahead]["behind"] = behind
    if behind == NOBODY:
        people.lists[at, 1] = ahead
    else:
        people.agents[behind]["ahead"] = ahead
    agent["list"] = NOBODY


@rule
def release(people, a):
    """The agent gives the row back."""
    people.agents[a]["behind"] = people.register[FREE_AGENT]
    people.register[FREE_AGENT] = a


@aside
def take_row(people, g, c, now):
    """An agent of the crew logs in, and is idle."""
    a = people.register[FREE_AGENT]
    if a == NOBODY:
        a = people.register[UNUSED_AGENTS]
        people.register[UNUSED_AGENTS] += 1
    else:
        people.register[FREE_AGENT] = people.agents[a]["behind"]
    agent = people.agents[a]
    agent["group"] = g
    agent["crew"] = c
    agent["load"] = 0
    agent["limit"] = people.groups[g]["slots"]
    agent["first"] = NOBODY
    agent["stops"] = 0
    agent["came"] = now
    agent["busy_sum"] = 0
    stand(people, a, now)


@rule
def idle_since(people, g):
    """Returns since when the longest idle agent of a group is idle, ms; NOBODY if agents are no rows."""
    if people is None:
        return np.int64(NOBODY)
    if people.groups[g]["slots"] == 0:
        return np.int64(NOBODY)
    return np.int64(people.agents[people.lists[people.groups[g]["lists"], 0]]["since"])


# What the rules of seats and of duty ask. Each returns at once where agents are no rows.


@rule
def come(people, g, c, agents, now):
    """Agents of the crew log in. Returns whether they are rows."""
    if people is None:
        return False
    if people.groups[g]["slots"] == 0:
        return False
    for _ in range(agents):
        take_row(people, g, c, now)
    return True


@rule
def stand_by(people, g, now):
    """The agent in hand, see work.hand, is idle. Returns whether agents of the group are rows."""
    if people is None:
        return False
    if people.groups[g]["slots"] == 0:
        return False
    stand(people, people.register[IN_HAND], now)
    people.register[IN_HAND] = NOBODY
    return True


@rule
def step_forward(people, g):
    """The longest idle agent of the group leaves the list and gives the row back. Returns the agent's crew;
    NOBODY if agents of the group are no rows.
    """
    if people is None:
        return np.int64(NOBODY)
    if people.groups[g]["slots"] == 0:
        return np.int64(NOBODY)
    a = people.lists[people.groups[g]["lists"], 0]
    step_out(people, a)
    release(people, a)
    return np.int64(people.agents[a]["crew"])


@rule
def take_out(people, g, c, agents):
    """Up to `agents` idle agents of the crew leave, the longest idle first. Returns how many; NOBODY if
    agents of the group are no rows.
    """
    if people is None:
        return np.int64(NOBODY)
    if people.groups[g]["slots"] == 0:
        return np.int64(NOBODY)
    gone = np.int64(0)
    a = people.lists[people.groups[g]["lists"], 0]
    while a != NOBODY and gone < agents:
        behind = np.int64(people.agents[a]["behind"])
        if people.agents[a]["crew"] == c:
            step_out(people, a)
            release(people, a)
            gone += 1
        a = behind
    return gone


@rule
def stay_late(people, g, c, agents, now):
    """Busy agents of the crew, those with the least in hand first, will leave: they take up no more."""
    if people is None:
        return
    if people.groups[g]["slots"] > 0:
        stop(people, g, c, agents, now)


@aside
def stop(people, g, c, agents, now):
    """See stay_late."""
    group = people.groups[g]
    for at in range(group["lists"] + 1, group["lists"] + 1 + group["slots"] * group["slots"]):
        a = people.lists[at, 0]
        while a != NOBODY and agents > 0:
            behind = np.int64(people.agents[a]["behind"])
            if people.agents[a]["crew"] == c:
                step_out(people, a)
                people.agents[a]["stops"] = 1
                stand(people, a, now)
                agents -= 1
            a = behind


@rule
def stay_on(people, g, c, agents, now):
    """Agents of the crew who would have left stay: those who were told last take up work again."""
    if people is None:
        return
    if people.groups[g]["slots"] > 0 and agents > 0:
        go_on(people, g, c, agents, now)


@aside
def go_on(people, g, c, agents, now):
    """See stay_on."""
    group = people.groups[g]
    a = people.lists[group["lists"] + group["slots"] * group["slots"] + 1, 1]
    while a != NOBODY and agents > 0:
        ahead = np.int64(people.agents[a]["ahead"])
        if people.agents[a]["crew"] == c:
            step_out(people, a)
            people.agents[a]["stops"] = 0
            stand(people, a, now)
            agents -= 1
        a = ahead


# Agents who stop at once.


@rule
def also_in_hand(people, floor, place):
    """Returns the place of other work in the hands of a busy call's agent, or NOBODY."""
    if people is None:
        return np.int64(NOBODY)
    if people.groups[floor.pairs[floor.calls[place]["pair"]]["group"]]["slots"] == 0:
        return np.int64(NOBODY)
    work = people.work[place]
    return np.int64(work["next"] if work["prev"] == NOBODY else people.agents[work["agent"]]["first"])


@rule
def tell_cut_off(people, place):
    """An agent has stopped at once: the engine is told of the work that was in hand."""
    if people is None:
        return
    tell(people, place, CUT_OFF)


# Which agent.


@rule
def takes_no_more(floor, g):
    """Returns whether agents of a group who have work in hand take up no more: some of them shall go to
    another group when they are free, or sit on seats that are lost.
    """
    group = floor.groups[g]
    site = floor.sites[group["site"]]
    return group["called"] > 0 or site["used"] > site["seats"]


@rule
def occupancy(people, a, now):
    """Returns which share of the time since the agent came there was work in hand."""
    agent = people.agents[a]
    there = now - agent["came"]
    if there <= 0:
        return 0.0
    busy = agent["busy_sum"] + (now if agent["load"] > 0 else 0)
    return np.float64(busy) / np.float64(there)


@aside
def choose(floor, g, most, now):
    """Returns the agent of a group who takes up work that goes on beside at most `most - 1` others, or
    NOBODY.

    The agent with the least in hand; of these the one that has stood longest with it, or the least occupied.
    """
    people = floor.people
    group = people.groups[g]
    slots, least = group["slots"], group["least_occupied"] != 0
    if takes_no_more(floor, g):
        most = np.int64(1)
    best, lowest = np.int64(NOBODY), 0.0
    for load in range(most):
        first = group["lists"]
        last = first
        if load > 0:
            first = group["lists"] + 1 + (load - 1) * slots + load
            last = group["lists"] + load * slots
        for at in range(first, last + 1):
            a = people.lists[at, 0]
            while a != NOBODY:
                if least:
                    share = occupancy(people, a, now)
                    if best == NOBODY or share < lowest:
                        best, lowest = np.int64(a), share
                    a = people.agents[a]["behind"]
                else:
                    if best == NOBODY or people.agents[a]["since"] < people.agents[best]["since"]:
                        best = np.int64(a)
                    a = np.int64(NOBODY)
        if best != NOBODY:
            return best
    return best


@aside
def free_since_in_rows(floor, g, most):
    """Returns how soon agents of a group come among groups of one rank, the smallest first; NOBODY if none
    may take up work that goes on beside at most `most - 1` others.
    """
    people = floor.people
    group = people.groups[g]
    slots = group["slots"]
    if takes_no_more(floor, g):
        most = np.int64(1)
    best = np.int64(NOBODY)
    for load in range(most):
        first = group["lists"]
        last = first
        if load > 0:
            first = group["lists"] + 1 + (load - 1) * slots + load
            last = group["lists"] + load * slots
        for at in range(first, last + 1):
            a = people.lists[at, 0]
            if a != NOBODY:
                since = (np.int64(load) << LOAD_BITS) | people.agents[a]["since"]
                if best == NOBODY or since < best:
                    best = since
        if best != NOBODY:
            return best
    return best
