"""Who answers whom: which group takes a call, which call an agent takes, and when further groups may."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, NOBODY
from callsim.sim.floor.conditions import allows, comes_first, turn
from callsim.sim.floor.duty import idle_since
from callsim.sim.floor.people import talk
from callsim.sim.floor.places import moment
from callsim.sim.floor.state import FURTHER, PATIENCE
from callsim.sim.floor.work.interrupt import make_way
from callsim.sim.jit import rule


@rule
def group_for(floor, q, waited, waiting):
    """Rule 2: returns the pair whose group answers a call of queue q that has waited `waited` ms, or NOBODY.

    Best rank; equal ranks: the group furthest below its quota, then that whose agent has been idle longest,
    then the first. `waiting`: calls in the queue, the one to be answered first among them.
    """
    best = NOBODY
    best_since = 0
    for p in range(floor.queues[q]["pairs_from"], floor.queues[q]["pairs_to"]):
        pair = floor.pairs[p]
        if best != NOBODY and pair["rank"] > floor.pairs[best]["rank"]:
            break
        g = pair["group"]
        able = talk.has_room(floor.people, floor, g, p)
        if able and pair["after"] <= waited and allows(floor.conditions, floor, p, waiting):
            since = talk.free_since(floor.people, floor, g, p)
            if since == NOBODY:
                since = idle_since(floor, g)
            if best == NOBODY or comes_first(floor.conditions, p, since, best, best_since):
                best, best_since = p, since
    return best


@rule
def pair_for(floor, q, waited, waiting, now):
    """Returns the pair whose group answers, see group_for, be it that it interrupts other work for that."""
    pair = group_for(floor, q, waited, waiting)
    if pair == NOBODY:
        pair = make_way(floor.people, floor, q, waited, waiting, now)
    return pair


@rule
def pick_for(floor, g, now):
    """Rule 3: returns the row of `picks` whose queue an agent of the group serves now, or NOBODY.

    Best priority, then what the group prefers, then rank, then longest wait (see conditions.turn), then the
    first queue.
    """
    best = NOBODY
    best_turn = np.int64(0)
    for k in range(floor.groups[g]["picks_from"], floor.groups[g]["picks_to"]):
        pick = floor.picks[k]
        if best != NOBODY and pick["tier"] > floor.picks[best]["tier"]:
            break
        queue = floor.queues[pick["queue"]]
        first = first_of(floor, k, now)
        if (
            first != NOBODY
            and talk.has_room_beside(floor.people, floor, g, pick["pair"])
            and allows(floor.conditions, floor, pick["pair"], queue["waiting"])
        ):
            mine = turn(floor.conditions, pick["queue"], floor.calls[first]["arrive"], now)
            if best == NOBODY or mine < best_turn:
                best, best_turn = k, mine
    return best


@rule
def first_of(floor, k, now):
    """Returns the place of the first call that row k of `picks` allows to take now, or NOBODY.

    Calls stand in the order in which they came, but for callbacks behind all of them: where the head has not
    waited long enough for the group, the first of these may have.
    """
    pick = floor.picks[k]
    head = np.int64(floor.queues[pick["queue"]]["head"])
    if head == NOBODY or now - floor.calls[head]["arrive"] >= pick["after"]:
        return head
    return first_at_end(floor.follow, floor, pick["queue"], pick["after"], now)


@rule
def first_at_end(follow, floor, q, after, now):
    """Returns the place of the first callback behind all calls of queue q, if it has waited `after` ms."""
    if follow is None:
        return np.int64(NOBODY)
    place = np.int64(follow.promises.queues[q]["at_end"])
    if place != NOBODY and now - floor.calls[place]["arrive"] < after:
        return np.int64(NOBODY)
    return place


@rule
def wait_on(floor, place, now):
    """Sets a waiting call's next moment: further groups become eligible, or patience ends.

    At equal times further groups come first (rule 4: equal times, answered).
    """
    call = floor.calls[place]
    queue = floor.queues[call["queue"]]
    waited = now - call["arrive"]
    soonest = NEVER
    if waited < queue["furthest"]:
        for p in range(queue["pairs_from"], queue["pairs_to"]):
            after = floor.pairs[p]["after"]
            if waited < after < soonest:
                soonest = after
    if soonest < NEVER and soonest <= call["patience"]:
        call["moment"] = moment(call["arrive"] + soonest, FURTHER, place)
    elif call["patience"] < NEVER:
        call["moment"] = moment(call["arrive"] + call["patience"], PATIENCE, place)
    else:
        call["moment"] = 0
