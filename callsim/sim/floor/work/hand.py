"""An agent who is a row takes up work, and is done with it; whatever else is in hand goes slower, or faster.

Work that is left is counted in whole 2^-8 ms at the group's usual pace: 2^31 ms times a pace of 10 still fit
into 63 bits. Each time the load of an agent changes, what was worked off is taken away, and the rest has a
new moment, which `lists.tell` tells the engine; the old one is stale.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, NOBODY, PACE_BITS, PARTS
from callsim.sim.floor import duty
from callsim.sim.floor.lines import paced
from callsim.sim.floor.people import lists
from callsim.sim.floor.people.lists import is_in_rows
from callsim.sim.floor.people.table import IN_HAND
from callsim.sim.floor.people.talk import agent_for
from callsim.sim.floor.places import moment
from callsim.sim.floor.state import KIND_BITS, KIND_SHIFT, TALKED, WRAPPED
from callsim.sim.jit import aside, rule

WORK_BITS = 8
_BITS = WORK_BITS + PACE_BITS
KIND_MASK = (1 << KIND_BITS) - 1


@rule
def take_up(people, floor, place, pair, now):
    """An agent of the pair's group takes up a call. Returns when talk ends, if nothing changes."""
    if people is None:
        floor.calls[place]["crew"] = duty.take_up(floor, floor.pairs[pair]["group"], now)
        return now + paced(floor.calls[place]["talk"], floor.pairs[pair]["pace"])
    g = np.int64(floor.pairs[pair]["group"])
    if not is_in_rows(people, g):
        floor.calls[place]["crew"] = duty.take_up(floor, g, now)
        return now + paced(floor.calls[place]["talk"], floor.pairs[pair]["pace"])
    return take_in_hand(floor, place, pair, now)


@aside
def take_in_hand(floor, place, pair, now):
    """See take_up, where agents are rows."""
    people, call = floor.people, floor.calls[place]
    g = np.int64(floor.pairs[pair]["group"])
    a = np.int64(agent_for(floor, g, pair, now))
    agent, group, asks = people.agents[a], floor.groups[g], people.pairs[pair]
    lists.step_out(people, a)
    if agent["load"] == 0:
        group["idle"] -= 1
        group["busy"] += 1
        group["busy_sum"] -= now
        agent["busy_sum"] -= now
    else:
        work_off(floor, a, now)
    count(people, g, 1, asks["concurrency"], now)
    agent["load"] += 1
    agent["limit"] = min(agent["limit"], asks["concurrency"])
    lists.stand(people, a, now)
    call["crew"] = agent["crew"]
    set_moments(floor, a, now)
    work, other = people.work[place], np.int64(agent["first"])
    work["agent"] = a
    work["prev"] = NOBODY
    work["next"] = other
    if other != NOBODY:
        people.work[other]["prev"] = place
    agent["first"] = place
    usual = floor.pairs[pair]["pace"]
    if asks["shared"] == 0:
        return now + paced(call["talk"], usual)
    if work["times"] == 0:
        work["left"] = paced(call["talk"], usual) << WORK_BITS
        work["spent"] = 0
    elif work["pace"] != usual:
        work["left"] = at_pace(work["left"], np.int64(work["pace"]), np.int64(usual))
    work["pace"] = usual
    work["since"] = work["began"] = now
    work["until"] = now + lasts(people, g, place, agent["load"])
    if asks["interruptible"] != 0:
        newest = people.groups[g]["newest"]
        work["newer"] = NOBODY
        work["older"] = newest
        if newest != NOBODY:
            people.work[newest]["newer"] = place
        people.groups[g]["newest"] = place
    return np.int64(work["until"])


@rule
def at_pace(left, pace, other_pace):
    """Returns what is left at a usual pace, at the other one; at most NEVER."""
    paced_left = (left // pace) * other_pace + (left % pace) * other_pace // pace
    return min(paced_left, np.int64(NEVER) << WORK_BITS)


@rule
def count(people, g, works, concurrency, now):
    """`works` more works are in the hands of a group (fewer where negative)."""
    group = people.groups[g]
    group["load"] += works
    group["load_sum"] -= works * now
    parts = works * (PARTS // np.int64(concurrency))
    group["used"] += parts
    group["used_sum"] -= parts * now


@rule
def lasts(people, g, place, load):
    """Returns how long work takes that is left, beside the other work in hand, ms rounded up."""
    left = max(people.work[place]["left"], 0)
    return min((left * people.paces[g, load] + (1 << _BITS) - 1) >> _BITS, np.int64(NEVER))


@rule
def work_off(floor, a, now):
    """Takes away what was worked off of the work in an agent's hands since its load changed."""
    people, agent = floor.people, floor.people.agents[a]
    pace = people.paces[agent["group"], agent["load"]]
    place = np.int64(agent["first"])
    while place != NOBODY:
        work = people.work[place]
        if people.pairs[floor.calls[place]["pair"]]["shared"] != 0 and work["until"] > now:
            work["left"] -= ((now - work["since"]) << _BITS) // pace
            work["since"] = now
        place = np.int64(work["next"])


@rule
def set_moments(floor, a, now):
    """Work in an agent's hands, whose load has changed, ends at another time."""
    people, agent = floor.people, floor.people.agents[a]
    place = np.int64(agent["first"])
    while place != NOBODY:
        work, call = people.work[place], floor.calls[place]
        if people.pairs[call["pair"]]["shared"] != 0 and work["until"] > now:
            until = now + lasts(people, agent["group"], place, agent["load"])
            if until != work["until"]:
                work["until"] = until
                if (call["moment"] >> KIND_SHIFT) & KIND_MASK == TALKED:
                    call["moment"] = moment(until, TALKED, place)
                else:
                    call["moment"] = moment(until + call["wrap"], WRAPPED, place)
                lists.tell(people, place, lists.SLOWED)
        place = np.int64(work["next"])


@rule
def free(people, floor, place, now):
    """A call is out of the agent's hands. Returns the group in which the agent is ready for the next, or
    NOBODY.
    """
    if people is None:
        call = floor.calls[place]
        return duty.free(floor, np.int64(floor.pairs[call["pair"]]["group"]), np.int64(call["crew"]), now)
    call = floor.calls[place]
    g = np.int64(floor.pairs[call["pair"]]["group"])
    if not is_in_rows(people, g):
        return duty.free(floor, g, np.int64(call["crew"]), now)
    return let_go(floor, place, g, now)


@aside
def let_go(floor, place, g, now):
    """See free, where agents are rows."""
    people, call = floor.people, floor.calls[place]
    work, asks = people.work[place], people.pairs[call["pair"]]
    a, before, after = np.int64(work["agent"]), np.int64(work["prev"]), np.int64(work["next"])
    agent, crew = people.agents[a], floor.crews[call["crew"]]
    lists.step_out(people, a)
    if before == NOBODY:
        agent["first"] = after
    else:
        people.work[before]["next"] = after
    if after != NOBODY:
        people.work[after]["prev"] = before
    if asks["interruptible"] != 0:
        newer, older = np.int64(work["newer"]), np.int64(work["older"])
        if newer == NOBODY:
            people.groups[g]["newest"] = older
        else:
            people.work[newer]["older"] = older
        if older != NOBODY:
            people.work[older]["newer"] = newer
    work_off(floor, a, now)
    count(people, g, -1, asks["concurrency"], now)
    agent["load"] -= 1
    agent["limit"] = people.groups[g]["slots"]
    other = np.int64(agent["first"])
    while other != NOBODY:
        beside = people.pairs[floor.calls[other]["pair"]]["concurrency"]
        agent["limit"] = min(agent["limit"], beside)
        other = np.int64(people.work[other]["next"])
    if agent["load"] > 0:
        lists.stand(people, a, now)
        set_moments(floor, a, now)
        return g
    agent["busy_sum"] += now
    leaves = crew["owed"] > 0
    if leaves and agent["stops"] == 0:  # who is done first leaves; another of the crew goes on instead
        lists.stay_on(people, g, np.int64(call["crew"]), 1, now)
    agent["stops"] = 0
    people.register[IN_HAND] = a
    to = duty.free(floor, g, np.int64(call["crew"]), now)
    if people.register[IN_HAND] != NOBODY:  # the agent does not stand by here
        lists.release(people, a)
        people.register[IN_HAND] = NOBODY
    return to
