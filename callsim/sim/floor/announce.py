"""Calls that have to wait are told how long; then they wait, hang up, or ask to be called back.

A callback is a further call of the client: it takes the place of the call before it, holds no line, and waits
in a queue until an agent takes it up and rings. If nobody picks up, the agent is free again, and the callback
waits for its next attempt or is over.

The first argument of rules that other files call is the floor's `follow`, as in `follow`.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import AT_END, EXPECTED, LAST, NEVER, NOBODY, PACE_ONE, SCHEDULED
from callsim.sim.floor.clients import counts
from callsim.sim.floor.hold import hang_up
from callsim.sim.floor.lines import paced
from callsim.sim.floor.people.talk import handling_at_best, was_begun
from callsim.sim.floor.places import moment
from callsim.sim.floor.promises import T_HUNG_UP, T_KNOWN, T_OFFERED, T_TOLD, T_WAIT
from callsim.sim.floor.records import AGAIN as DIALLED_BEFORE
from callsim.sim.floor.records import ANSWERED, BALKED, CALLBACK, CALLED_BACK, NOT_REACHED, REACHED
from callsim.sim.floor.state import ARRIVE, CALLS_AGAIN, ENDS, IN_BUILDING, WAITING, WRAPPED
from callsim.sim.floor.story import (
    BORROWED,
    CALLED,
    PATIENCE,
    PICKS_UP,
    STEP_BACK,
    TALK,
    TOLD,
    WRAP,
    forget,
    interval_of_run,
    read_brought,
    share_of,
    step,
)
from callsim.sim.jit import aside, rule
from callsim.sim.luck.random import log
from callsim.sim.prefetch import prefetch

STAYS = -1  # the call waits on
_ATTEMPT = np.uint64(40)  # the bits of a stream's name that tell attempts apart


# What a call is told, and what its client does then.


@rule
def announce(follow, floor, place, now):
    """A call has to wait. Returns STAYS, or how it ends instead: BALKED or CALLED_BACK."""
    if follow is None:
        return np.int64(STAYS)
    return tell_wait(floor, place, now)


@aside
def tell_wait(floor, place, now):
    """See announce. Callbacks are told nothing, nor an agent who asks another."""
    follow = floor.follow
    call, story, told = floor.calls[place], follow.stories[place], follow.promises
    q = np.int64(call["queue"])
    row = told.queues[q]
    if row["wait"] == NOBODY or story["asked"] != NOBODY or story["line"] == BORROWED:
        return np.int64(STAYS)
    wait = predict(floor, q, now)
    count(follow, q, now, T_TOLD, 1)
    if wait < NEVER:
        count(follow, q, now, T_KNOWN, 1)
        count(follow, q, now, T_WAIT, wait)
    taken = np.int64(NOBODY)
    for k in range(row["steps_from"], row["steps_to"]):
        if told.steps[k]["from"] <= wait:
            taken = np.int64(k)
    if taken == NOBODY:
        return np.int64(STAYS)
    does = told.steps[taken]
    u = share_of(follow, place, q, TOLD)
    if u < does["hang_up"]:
        count(follow, q, now, T_HUNG_UP, 1)
        hang_up(follow, floor, place)
        return np.int64(BALKED)
    if row["back"] != NOBODY and does["callback"] > 0 and row["open"] < told.backs[row["back"]]["at_most"]:
        count(follow, q, now, T_OFFERED, 1)
        if u < does["hang_up"] + does["callback"]:
            story["told_ms"] = wait
            return np.int64(CALLED_BACK)
    if call["patience"] < NEVER:
        story["patience"] = call["patience"]
        call["patience"] = paced(call["patience"], does["patience"])
    return np.int64(STAYS)


@rule
def count(follow, q, now, which, amount):
    """Adds an amount to a sum of what was told, T_TOLD …, in the cell of the report of now."""
    if counts(follow, now):
        sums = follow.promises.sums
        cell = min((now - follow.clock[0]) // follow.clock[3], len(sums) - 1)
        sums[cell, q, which] += amount


@aside
def predict(floor, q, now):
    """Returns the wait that a call is told that joins queue q now, ms; NEVER if nobody is on duty.

    EXPECTED: with q calls ahead, nμ calls that all agents on duty finish in a ms and mean patience 1/θ it is
    the sum of mean times to the next departure, Σ 1/(nμ + iθ) for i = 0 … q (Whitt 1999, Management Science
    45(2)), as an integral: (1/θ) ln[(nμ + (q+½)θ)/(nμ − ½θ)]. Where nμ ≤ θ that has little meaning, and the
    first term stands for itself. Groups that answer other queues, too, count as if they did not.
    """
    follow = floor.follow
    queue, row = floor.queues[q], follow.promises.queues[q]
    if row["wait"] == LAST:
        return np.int64(row["last"])
    if row["wait"] != EXPECTED:
        head = np.int64(queue["head"])
        if head == NOBODY or head == row["at_end"]:
            return np.int64(0)
        return np.int64(now - floor.calls[head]["arrive"])
    means = follow.promises.means
    interval = interval_of_run(follow, now) % means.shape[2]
    talk, wrap = means[row["means"], 0, interval], means[row["means"], 1, interval]
    theta = 1.0 / max(means[row["means"], 2, interval], 1.0)
    rate = 0.0
    for p in range(queue["pairs_from"], queue["pairs_to"]):
        pair = floor.pairs[p]
        if pair["after"] < NEVER:
            paced_talk = talk * (np.float64(pair["pace"]) / PACE_ONE)
            handling = max(handling_at_best(floor.people, floor, p, paced_talk, wrap), 1.0)
            rate += np.float64(floor.groups[pair["group"]]["on_duty"]) / handling
    if rate <= 0.0:
        return np.int64(NEVER)
    ahead = np.float64(queue["waiting"] - row["behind"])
    if theta <= 0.0:
        wait = (ahead + 1.0) / rate
    elif rate > theta:
        wait = log((rate + (ahead + 0.5) * theta) / (rate - 0.5 * theta)) / theta
    else:
        wait = 1.0 / rate + log((rate + (ahead + 0.5) * theta) / (rate + 0.5 * theta)) / theta
    return np.int64(min(wait, np.float64(NEVER)) + 0.5)


# Where callbacks wait.


@rule
def is_callback(follow, place):
    """Returns whether this call is one of the centre to a client."""
    if follow is None:
        return False
    return bool(follow.stories[place]["asked"] != NOBODY)


@rule
def promise_of(follow, place):
    """Returns the row of `backs` by which the callback in this place was promised."""
    asked = np.int64(follow.stories[place]["asked"])
    return follow.promises.backs[follow.promises.queues[asked]["back"]]


@aside
def promise(floor, place, now):
    """The client hangs up, and shall be called back. Returns when the callback joins its queue, ms; NOBODY if
    that were after the last day.
    """
    follow, call = floor.follow, floor.calls[place]
    row = follow.promises.queues[np.int64(call["queue"])]
    back = follow.promises.backs[row["back"]]
    row["open"] += 1
    if back["place"] != SCHEDULED:
        return np.int64(now)
    at = now + paced(follow.stories[place]["told_ms"], back["times"])
    return np.int64(at) if at < floor.register[ENDS] else np.int64(NOBODY)


@aside
def become_callback(floor, place, at, flags, now):
    """The call in this place is over; the callback that was promised in it takes its place, and joins its
    queue at `at`. It brings what the call brought, in a queue of its own what calls bring there.
    """
    follow, call = floor.follow, floor.calls[place]
    story, q = follow.stories[place], np.int64(call["queue"])
    to = np.int64(follow.promises.backs[follow.promises.queues[q]["back"]]["to"])
    story["name"] = step(follow, place, q, STEP_BACK)
    story["flags"] = (flags & (DIALLED_BEFORE | REACHED)) | CALLBACK
    forget(follow, place)
    story["asked"], story["asked_at"], story["line"] = q, now, CALLED
    call["balks"] = call["redials"] = 0
    call["patience"] = NEVER
    if to != q:
        call["queue"] = to
        call["talk"] = read_brought(follow, place, to, TALK, at)
        call["wrap"] = read_brought(follow, place, to, WRAP, at)
        call["patience"] = read_brought(follow, place, to, PATIENCE, at)
    call["state"] = CALLS_AGAIN
    call["moment"] = moment(at, ARRIVE, place)


@rule
def waits_at_end(follow, place):
    """Returns whether the callback in this place waits behind all calls, those that come later, too."""
    return follow.stories[place]["asked"] != NOBODY and promise_of(follow, place)["place"] == AT_END


@rule
def stands_before(follow, floor, place):
    """A call joins its queue. Returns whether it did so before callbacks that wait behind all calls."""
    if follow is None:
        return False
    return step_before(floor, place)


@aside
def step_before(floor, place):
    """See stands_before."""
    follow, call = floor.follow, floor.calls[place]
    row = follow.promises.queues[np.int64(call["queue"])]
    if waits_at_end(follow, place):
        if row["at_end"] == NOBODY:
            row["at_end"] = place
        row["behind"] += 1
        return False
    behind = np.int64(row["at_end"])
    if behind == NOBODY:
        return False
    ahead = np.int64(floor.calls[behind]["ahead"])
    call["ahead"], call["behind"] = ahead, behind
    floor.calls[behind]["ahead"] = place
    if ahead == NOBODY:
        floor.queues[call["queue"]]["head"] = place
    else:
        floor.calls[ahead]["behind"] = place
    return True


@rule
def leaves(follow, floor, place):
    """A call leaves its queue: if it was the first callback behind all calls, the next one is."""
    if follow is None:
        return
    if waits_at_end(follow, place):
        call = floor.calls[place]
        row = follow.promises.queues[np.int64(call["queue"])]
        row["behind"] -= 1
        if row["at_end"] == place:
            row["at_end"] = call["behind"]


@rule
def first_on_line(follow, floor, q):
    """Returns the place of the first call in queue q whose client is on the line, or NOBODY: neither a
    callback nor work that was interrupted.
    """
    place = np.int64(floor.queues[q]["head"])
    while place != NOBODY and (is_callback(follow, place) or was_begun(floor.people, place)):
        place = np.int64(floor.calls[place]["behind"])
    return place


# An agent calls back.


@aside
def ring(floor, place, until, now):
    """An agent has taken up a callback, and rings. Returns when talk ends, ms; NOBODY if nobody picks up.

    `until`: when talk would end if the client picked up at once.
    """
    follow = floor.follow
    call, story, back = floor.calls[place], follow.stories[place], promise_of(follow, place)
    attempt = np.uint64(story["tries"]) << _ATTEMPT
    u = share_of(follow, place, np.int64(call["queue"]), PICKS_UP ^ attempt)
    story["tries"] += 1
    story["picks_up"] = u < back["reached"]
    if not story["picks_up"]:
        call["wait"] = now + back["ring"] - call["arrive"]
        call["moment"] = moment(now + back["ring"], WRAPPED, place)
        return np.int64(NOBODY)
    follow.promises.queues[np.int64(story["asked"])]["open"] -= 1
    call["arrive"] = story["asked_at"]
    call["wait"] = now + back["ring"] - call["arrive"]
    until += back["ring"]
    call["moment"] = moment(until + call["wrap"], WRAPPED, place)
    return np.int64(until)


@rule
def ended_as(follow, place):
    """Returns how a call ends whose agent is done: ANSWERED, or NOT_REACHED if a client was rung in vain."""
    if follow is None:
        return ANSWERED
    story = follow.stories[place]
    return ANSWERED if story["asked"] == NOBODY or story["picks_up"] else NOT_REACHED


@rule
def stops_ringing(follow, floor, place, now):
    """An agent stops at once. Returns whether a client was being rung, who so is not reached."""
    if follow is None:
        return False
    call, story = floor.calls[place], follow.stories[place]
    if story["asked"] == NOBODY or (story["picks_up"] and now >= call["arrive"] + call["wait"]):
        return False
    if story["picks_up"]:
        story["picks_up"] = False
        follow.promises.queues[np.int64(story["asked"])]["open"] += 1
    return True


@rule
def try_later(follow, floor, place, now):
    """An agent is done with a call. Returns whether a client was rung in vain, and will be rung again."""
    if follow is None:
        return False
    if ended_as(follow, place) == ANSWERED:
        return False
    return try_again(floor, place, now)


@aside
def try_again(floor, place, now):
    """An attempt to reach a client is over, in vain. Returns whether there will be another, which the engine
    is told as if an agent were let go.
    """
    follow = floor.follow
    call, story, back = floor.calls[place], follow.stories[place], promise_of(follow, place)
    row = follow.promises.queues[np.int64(story["asked"])]
    at = now + back["every"]
    if story["tries"] < back["attempts"] and at < floor.register[ENDS]:
        floor.register[IN_BUILDING] -= 1
        call["state"] = CALLS_AGAIN
        call["moment"] = moment(at, ARRIVE, place)
        follow.let_go[follow.noted[0]] = place
        follow.noted[0] += 1
        story["noted"] = True
        return True
    if story["tries"] >= back["attempts"]:
        row["open"] -= 1
    call["arrive"] = story["asked_at"]
    call["wait"] = now - call["arrive"]
    return False


@rule
def withdraw(follow, floor, place, now):
    """A call has given up waiting: if it is a callback, that is over."""
    if follow is None:
        return
    story = follow.stories[place]
    if story["asked"] != NOBODY:
        call = floor.calls[place]
        call["arrive"] = story["asked_at"]
        call["wait"] = now - call["arrive"]
        follow.promises.queues[np.int64(story["asked"])]["open"] -= 1


# The line of calls that wait in a queue.


@rule
def join(floor, place):
    """A call joins its queue at the end, but before callbacks that wait behind all calls."""
    call = floor.calls[place]
    queue = floor.queues[call["queue"]]
    last = queue["tail"]
    call["state"] = WAITING
    queue["waiting"] += 1
    if stands_before(floor.follow, floor, place):
        return
    call["ahead"] = last
    call["behind"] = NOBODY
    if last == NOBODY:
        queue["head"] = place
    else:
        floor.calls[last]["behind"] = place
    queue["tail"] = place


@rule
def leave_queue(floor, place):
    """A call leaves its queue, wherever it stands in it."""
    call = floor.calls[place]
    queue = floor.queues[call["queue"]]
    ahead, behind = call["ahead"], call["behind"]
    leaves(floor.follow, floor, place)
    if ahead == NOBODY:
        queue["head"] = behind
    else:
        floor.calls[ahead]["behind"] = behind
    if behind == NOBODY:
        queue["tail"] = ahead
    else:
        floor.calls[behind]["ahead"] = ahead
        prefetch(floor.calls, max(floor.calls[behind]["behind"], 0))  # soon the next to be answered
    queue["waiting"] -= 1
