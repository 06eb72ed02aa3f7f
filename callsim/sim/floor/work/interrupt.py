"""Work that may be interrupted: a call that finds no agent takes the one who last took up such work.

The work goes back to the head of its queue with what is left of it, and is then never given up. What is put
back is offered to agents who are free, and interrupts no other work.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, NOBODY
from callsim.sim.floor.conditions import may_interrupt
from callsim.sim.floor.people import lists
from callsim.sim.floor.people.lists import is_in_rows, takes_no_more
from callsim.sim.floor.people.table import BACK
from callsim.sim.floor.state import BUSY, WAITING
from callsim.sim.floor.work.hand import WORK_BITS, free
from callsim.sim.jit import aside, rule


@rule
def make_way(people, floor, q, waited, waiting, now):
    """No agent is free for a call of queue q. Returns the pair whose group has interrupted other work for it,
    or NOBODY.
    """
    if people is None:
        return np.int64(NOBODY)
    return interrupt_for(floor, q, waited, waiting, now)


@aside
def interrupt_for(floor, q, waited, waiting, now):
    """See make_way. Best rank; equal ranks: the group that took up such work last, then the first."""
    people = floor.people
    best = found = np.int64(NOBODY)
    for p in range(floor.queues[q]["pairs_from"], floor.queues[q]["pairs_to"]):
        pair = floor.pairs[p]
        if best != NOBODY and pair["rank"] > floor.pairs[best]["rank"]:
            break
        g = np.int64(pair["group"])
        if pair["after"] > waited or not is_in_rows(people, g) or takes_no_more(floor, g):
            continue
        if people.pairs[p]["tier"] >= people.groups[g]["yields"]:
            continue
        if not may_interrupt(floor.conditions, p, waiting):
            continue
        place = np.int64(people.groups[g]["newest"])
        while place != NOBODY and not gives_way(floor, place, p, now):
            place = np.int64(people.work[place]["older"])
        if place != NOBODY and (found == NOBODY or people.work[place]["began"] > people.work[found]["began"]):
            best, found = np.int64(p), place
    if found != NOBODY:
        put_back(floor, found, now)
    return best


@rule
def gives_way(floor, place, pair, now):
    """Returns whether work in hand is interrupted for a call of the pair: talk goes on, the call comes first
    for the group, and the agent stays.
    """
    people, call = floor.people, floor.calls[place]
    sooner = people.pairs[pair]["tier"] < people.pairs[call["pair"]]["tier"]
    return sooner and people.work[place]["until"] > now and floor.crews[call["crew"]]["owed"] == 0


@rule
def gives_back(people, floor, place, now):
    """An agent stops at once. Returns whether the call in hand was work that may be interrupted, whose talk
    goes on, so that it went back to its queue.
    """
    if people is None:
        return False
    return try_to_put_back(floor, place, now)


@aside
def try_to_put_back(floor, place, now):
    """See gives_back."""
    people = floor.people
    if people.pairs[floor.calls[place]["pair"]]["interruptible"] == 0:
        return False
    if floor.calls[place]["state"] != BUSY or people.work[place]["until"] <= now:
        return False
    put_back(floor, place, now)
    return True


@aside
def put_back(floor, place, now):
    """Work is interrupted: it goes back to the head of its queue. Returns the group in which its agent is
    ready, or NOBODY.
    """
    people, call = floor.people, floor.calls[place]
    work = people.work[place]
    ready = free(people, floor, place, now)
    work["left"] -= (now - work["since"]) << WORK_BITS  # it was alone in hand, at the usual pace
    work["spent"] += now - work["began"]
    work["since"] = work["began"] = work["until"] = now
    work["times"] += 1
    people.groups[floor.pairs[call["pair"]]["group"]]["interruptions"] += 1
    queue = floor.queues[call["queue"]]
    head = np.int64(queue["head"])
    call["state"] = WAITING
    call["moment"] = 0
    call["patience"] = NEVER
    call["ahead"] = NOBODY
    call["behind"] = head
    if head == NOBODY:
        queue["tail"] = place
    else:
        floor.calls[head]["ahead"] = place
    queue["head"] = place
    queue["waiting"] += 1
    lists.tell(people, place, lists.PUT_BACK)
    people.back[people.register[BACK]] = place
    people.register[BACK] += 1
    return ready
