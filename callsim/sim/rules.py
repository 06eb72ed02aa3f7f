"""The rulebook: every decision on the floor, told once, for both engines.

A rule reads and moves the `Floor`; it draws no number and keeps no clock of its own (engines pass
`now`, ms). Rules that leave a call with something to happen later put it into the call's `moment`;
keeping that appointment is the engine's work. Rule numbers are those of the contract's section 2.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from .centre import NEVER, NOBODY, PACE_ONE
from .floor import (
    ARRIVE,
    BUSY,
    CALLS_AGAIN,
    CREW_BITS,
    ENDS,
    FIRST_FREE,
    FREE,
    FREE_PLACES,
    FURTHER,
    IN_BUILDING,
    KIND_SHIFT,
    NEVER_USED,
    PATIENCE,
    STALE,
    TALKED,
    TIME_SHIFT,
    WAITING,
    WRAPPED,
)
from .jit import rule
from .records import ABANDONED, ANSWERED, BALKED, BLOCKED, CLOSED, DROPPED, write

CREW_MASK = (1 << CREW_BITS) - 1
QUEUED = -1  # no outcome yet: the call waits


@rule
def moment(time, kind, place):
    """A point in time as one integer; among equal times kinds go in order, then places."""
    return (np.int64(time) << TIME_SHIFT) | (kind << KIND_SHIFT) | place


# Places: a call in the building has one. The place given back last is taken first.


@rule
def take_place(floor):
    """A free place; the engine sees to it that there is one."""
    register = floor.register
    register[FREE_PLACES] -= 1
    place = register[FIRST_FREE]
    if place == NOBODY:
        place = register[NEVER_USED]
        register[NEVER_USED] += 1
    else:
        register[FIRST_FREE] = floor.calls[place]["next"]
    return place


@rule
def give_back(floor, place):
    """The place is free again."""
    floor.calls[place]["state"] = FREE
    floor.calls[place]["next"] = floor.register[FIRST_FREE]
    floor.register[FIRST_FREE] = place
    floor.register[FREE_PLACES] += 1


@rule
def dial(floor, trace, number):
    """The caller in this row of the trace dials for the first time: the place of the call."""
    place = take_place(floor)
    row = trace[number]
    call = floor.calls[place]
    call["talk"] = row["talk"]
    call["wrap"] = row["wrap"]
    call["patience"] = row["patience"]
    call["again_after"] = row["again_after"]
    call["queue"] = row["queue"]
    call["balks"] = row["balks"]
    call["redials"] = row["redials"]
    call["attempt"] = 1
    return place


# Who answers whom.


@rule
def longest_idle(floor, g):
    """The longest idle agent of a group with idle agents, as (idle since, crew) in one integer."""
    group = floor.groups[g]
    return floor.rings[group["ring_from"] + group["oldest"]]


@rule
def group_for(floor, q, waited):
    """Rule 2: the pair whose group answers a call that has waited so long, or NOBODY.

    Best rank; equal ranks: the group whose agent has been idle longest; then the first group.
    """
    best = NOBODY
    best_since = 0
    for p in range(floor.queues[q]["pairs_from"], floor.queues[q]["pairs_to"]):
        pair = floor.pairs[p]
        if best != NOBODY and pair["rank"] > floor.pairs[best]["rank"]:
            break
        g = pair["group"]
        if floor.groups[g]["idle"] > 0 and pair["after"] <= waited:
            since = longest_idle(floor, g) >> CREW_BITS
            if best == NOBODY or since < best_since:
                best, best_since = p, since
    return best


@rule
def pick_for(floor, g, now):
    """Rule 3: the row of `picks` whose queue an agent of the group serves now, or NOBODY.

    Best priority, then rank, then longest wait, then the first queue.
    """
    best = NOBODY
    best_arrive = 0
    for k in range(floor.groups[g]["picks_from"], floor.groups[g]["picks_to"]):
        pick = floor.picks[k]
        if best != NOBODY and pick["tier"] > floor.picks[best]["tier"]:
            break
        head = floor.queues[pick["queue"]]["head"]
        if head != NOBODY:
            arrive = floor.calls[head]["arrive"]
            if pick["after"] <= now - arrive and (best == NOBODY or arrive < best_arrive):
                best, best_arrive = k, arrive
    return best


# A call's life.


@rule
def arrive(floor, place, now):
    """A call arrives: QUEUED if it has to wait, or ANSWERED, CLOSED, BLOCKED, BALKED."""
    call = floor.calls[place]
    q = call["queue"]
    call["arrive"] = now
    call["wait"] = 0
    call["moment"] = 0
    floor.register[IN_BUILDING] += 1
    if floor.queues[q]["open"] == 0:
        return CLOSED
    if not seize_lines(floor, q):
        return BLOCKED
    pair = group_for(floor, q, 0)
    if pair != NOBODY:
        begin(floor, place, pair, now)
        return ANSWERED
    if call["balks"] != 0:
        release_lines(floor, q)
        return BALKED
    join(floor, place)
    wait_on(floor, place, now)
    return QUEUED


@rule
def seize_lines(floor, q):
    """A line of each trunk group the queue needs, or none at all."""
    first, last = floor.queues[q]["holds_from"], floor.queues[q]["holds_to"]
    for k in range(first, last):
        if floor.free_lines[floor.holds[k]] <= 0:
            return False
    for k in range(first, last):
        floor.free_lines[floor.holds[k]] -= 1
    return True


@rule
def release_lines(floor, q):
    """The call hangs up: its lines are free."""
    for k in range(floor.queues[q]["holds_from"], floor.queues[q]["holds_to"]):
        floor.free_lines[floor.holds[k]] += 1


@rule
def join(floor, place):
    """Stand at the end of the queue."""
    call = floor.calls[place]
    queue = floor.queues[call["queue"]]
    last = queue["tail"]
    call["state"] = WAITING
    call["ahead"] = last
    call["behind"] = NOBODY
    if last == NOBODY:
        queue["head"] = place
    else:
        floor.calls[last]["behind"] = place
    queue["tail"] = place
    queue["waiting"] += 1


@rule
def leave_queue(floor, place):
    """Step out of the queue, wherever in it."""
    call = floor.calls[place]
    queue = floor.queues[call["queue"]]
    ahead, behind = call["ahead"], call["behind"]
    if ahead == NOBODY:
        queue["head"] = behind
    else:
        floor.calls[ahead]["behind"] = behind
    if behind == NOBODY:
        queue["tail"] = ahead
    else:
        floor.calls[behind]["ahead"] = ahead
    queue["waiting"] -= 1


@rule
def wait_on(floor, place, now):
    """Set a waiting call's next moment: further groups become eligible, or patience ends.

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


@rule
def further(floor, place, now):
    """Further groups may answer this waiting call now: whether one of them does."""
    call = floor.calls[place]
    call["moment"] = 0
    pair = group_for(floor, call["queue"], now - call["arrive"])
    if pair == NOBODY:
        wait_on(floor, place, now)
        return False
    answer(floor, place, pair, now)
    return True


@rule
def answer_next(floor, g, now):
    """An idle agent of the group takes the call it may answer: (where it waited, where it talks).

    Both are NOBODY if no agent is idle or no call is there for them.
    """
    if floor.groups[g]["idle"] == 0:
        return NOBODY, NOBODY
    k = pick_for(floor, g, now)
    if k == NOBODY:
        return NOBODY, NOBODY
    waited = floor.queues[floor.picks[k]["queue"]]["head"]
    return np.int64(waited), np.int64(answer(floor, waited, floor.picks[k]["pair"], now))


@rule
def answer(floor, place, pair, now):
    """A waiting call is answered: the place in which it talks."""
    place = step_out(floor, place, now)
    begin(floor, place, pair, now)
    return place


@rule
def step_out(floor, place, now):
    """A call's wait is over: it leaves the queue; the place in which it goes on.

    If its next moment still stands in the agenda, that keeps the old place until it passes.
    """
    leave_queue(floor, place)
    if floor.calls[place]["moment"] != 0:
        new = take_place(floor)
        floor.calls[new] = floor.calls[place]
        floor.calls[place]["state"] = STALE
        floor.calls[new]["moment"] = 0
        place = new
    call = floor.calls[place]
    call["wait"] = now - call["arrive"]
    return place


@rule
def begin(floor, place, pair, now):
    """The longest idle agent of the pair's group takes the call.

    The end of talk is a moment of its own only where it frees a line.
    """
    call = floor.calls[place]
    group = floor.groups[floor.pairs[pair]["group"]]
    oldest = group["oldest"]
    call["crew"] = floor.rings[group["ring_from"] + oldest] & CREW_MASK
    group["oldest"] = oldest + 1 if oldest + 1 < group["ring_size"] else 0
    group["idle"] -= 1
    group["busy"] += 1
    group["busy_sum"] -= now
    call["state"] = BUSY
    call["pair"] = pair
    talked = now + paced(call["talk"], floor.pairs[pair]["pace"])
    queue = floor.queues[call["queue"]]
    if queue["holds_from"] < queue["holds_to"]:
        call["moment"] = moment(talked, TALKED, place)
    else:
        call["moment"] = moment(talked + call["wrap"], WRAPPED, place)


@rule
def paced(talk, pace):
    """Rule 7: talk at a pace, rounded to the millisecond in whole numbers."""
    return (np.int64(talk) * pace + (PACE_ONE >> 1)) // PACE_ONE


@rule
def talked(floor, place, now):
    """Talk ends: the line is free, the agent wraps up."""
    call = floor.calls[place]
    release_lines(floor, call["queue"])
    call["moment"] = moment(now + call["wrap"], WRAPPED, place)


@rule
def patience_ends(floor, place, now):
    """A waiting call hangs up at its moment."""
    floor.calls[place]["moment"] = 0
    return give_up(floor, place, now)


@rule
def give_up(floor, place, now):
    """A waiting call leaves unanswered, or is cut off at closing time: the place in which it ends."""
    place = step_out(floor, place, now)
    release_lines(floor, floor.calls[place]["queue"])
    return place


@rule
def wrapped(floor, records, place, now):
    """Wrap-up ends: the agent is free and the answered call is over. Returns the agent's group."""
    group = free(floor, place, now)
    end(floor, records, place, ANSWERED, now)
    return group


@rule
def end(floor, records, place, outcome, now):
    """A call is over: its record is written. True if the caller dials again at the call's moment."""
    call = floor.calls[place]
    floor.register[IN_BUILDING] -= 1
    if outcome in (ANSWERED, DROPPED):
        pair = floor.pairs[call["pair"]]
        talk = paced(call["talk"], pair["pace"])
        write(
            records,
            call["arrive"],
            call["wait"],
            talk,
            call["wrap"],
            call["queue"],
            pair["group"],
            outcome,
            call["attempt"],
        )
    else:
        write(records, call["arrive"], call["wait"], 0, 0, call["queue"], NOBODY, outcome, call["attempt"])
    if outcome in (ABANDONED, BLOCKED, DROPPED):
        again = now + call["again_after"]
        if call["redials"] > 0 and again < floor.register[ENDS]:
            call["redials"] -= 1
            call["attempt"] += 1
            call["state"] = CALLS_AGAIN
            call["moment"] = moment(again, ARRIVE, place)
            return True
    give_back(floor, place)
    return False


# Agents come and go.


@rule
def free(floor, place, now):
    """The agent of a call is idle again or, if the shift ended meanwhile, goes home. Returns the group."""
    call = floor.calls[place]
    g = floor.pairs[call["pair"]]["group"]
    group = floor.groups[g]
    group["busy"] -= 1
    group["busy_sum"] += now
    crew = floor.crews[call["crew"]]
    if crew["owed"] > 0:
        crew["owed"] -= 1
        group["late"] -= 1
        group["late_sum"] += now
        group["on_duty"] -= 1
        group["on_duty_sum"] += now
    else:
        stand_by(floor, g, call["crew"], now)
    return np.int64(g)


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
