"""Calls that follow calls: transfers, repeat calls, messages after a call that was lost.

Whether an answered call is followed by another depends on the group that answers, so it is decided then
(`foresee`). The next call gets a place of its own when talk ends, because the agent still wraps up (`beget`).
After calls that were not answered it gets the place of the call before it (`go_on`). An agent who stays on
the line for the next call is held: the agent's call has no moment until the next call releases the agent
(`let_go`), which `Follow.let_go` tells the engine.

The first argument of rules that other files call is the floor's `follow`. It is None where no call is
followed by another; numba then compiles nothing of what stands behind `if follow is None`.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import CONSULT, DIALS, NOBODY, WARM
from callsim.sim.floor.announce import become_callback, promise, ring
from callsim.sim.floor.clients import carry, counts, remember, tell
from callsim.sim.floor.hold import hang_up, let_go, together
from callsim.sim.floor.places import moment, take_place
from callsim.sim.floor.records import (
    ABANDONED,
    AGAIN,
    ANSWERED,
    BALKED,
    CALLBACK,
    CALLED_BACK,
    FIRST,
    HANDED_ON,
    LAST,
    REACHED,
    TRANSFERRED,
)
from callsim.sim.floor.state import ARRIVE, CALLS_AGAIN, ENDS, HOLDING, TALKED, WRAPPED
from callsim.sim.floor.story import (
    AFTER,
    AGAIN_AFTER,
    BALKS,
    BORROWED,
    DIALS_AGAIN,
    FORK,
    PATIENCE,
    REDIAL,
    TALK,
    WRAP,
    forget,
    read_brought,
    read_of_row,
    share_of,
    step,
    stream_of,
)
from callsim.sim.jit import aside, rule
from callsim.sim.luck.random import exponential

MOST_ATTEMPTS = 255  # that a record can tell apart


# What comes next.


@rule
def foresee(follow, floor, place, pair, until, now):
    """A pair's group answers a call, talk ends at `until`: decides whether another call follows."""
    if follow is None:
        return
    look_ahead(floor, place, np.int64(floor.pairs[pair]["group"]), until, now)


@aside
def look_ahead(floor, place, g, until, now):
    """See foresee.

    The end of talk is a moment of its own where a call follows, a line is freed or an agent waits.
    """
    follow = floor.follow
    call, story = floor.calls[place], follow.stories[place]
    if call["queue"] >= len(follow.luck.roots):  # a campaign's, which nothing follows
        return
    if story["asked"] != NOBODY:
        until = ring(floor, place, until, now)
        if until == NOBODY:
            return
    else:
        follow.promises.queues[call["queue"]]["last"] = call["wait"]
    story["next"] = choose(follow, place, np.int64(call["queue"]), ANSWERED, g)
    holds, held = False, np.int64(story["held"])
    if story["line"] >= 0:
        queue = floor.queues[np.int64(story["line"])]
        holds = queue["holds_from"] < queue["holds_to"]
    consulted = held != NOBODY and follow.stories[held]["consults"]
    if story["next"] != NOBODY or holds or consulted:
        call["moment"] = moment(until, TALKED, place)
    if held != NOBODY and not consulted:
        let_go(floor, held, min(now + together(floor, held, np.int64(follow.stories[held]["next"])), until))


@aside
def choose(follow, place, q, outcome, g):
    """Draws the row of `follow.rows` that follows a call of queue q with this outcome, answered by group g or
    NOBODY. Returns NOBODY where no call follows.
    """
    u = share_of(follow, place, q, FORK)
    for k in range(follow.first[q], follow.first[q + 1]):
        row = follow.rows[k]
        if row["outcome"] == outcome and (row["group"] == NOBODY or row["group"] == g):
            if u < row["share"]:
                limit = follow.limit[k]
                if limit != NOBODY and follow.taken[place, limit] >= row["at_most"]:
                    return np.int64(NOBODY)
                return np.int64(k)
            u -= row["share"]
    return np.int64(NOBODY)


@rule
def comes(floor, place, k, now):
    """Returns when the next call of row k comes, ms; NOBODY if the client would dial after the last day."""
    follow, call = floor.follow, floor.calls[place]
    if follow.rows[k]["transfer"] != DIALS:
        return np.int64(now)
    at = now + read_of_row(follow, place, np.int64(call["queue"]), k, AFTER, call["arrive"])
    return np.int64(at) if at < floor.register[ENDS] else np.int64(NOBODY)


@rule
def follow_up(follow, floor, place, now):
    """Talk ends. Returns the place of the call that follows, at once or later, or NOBODY."""
    if follow is None:
        hang_up(follow, floor, place)
        call = floor.calls[place]
        call["moment"] = moment(now + call["wrap"], WRAPPED, place)
        return np.int64(NOBODY)
    return after_talk(floor, place, now)


@aside
def after_talk(floor, place, now):
    """See follow_up, where calls follow others. An agent who consulted this one is released."""
    follow = floor.follow
    call, story = floor.calls[place], follow.stories[place]
    held, born = np.int64(story["held"]), np.int64(NOBODY)
    if held != NOBODY:
        let_go(floor, held, now + together(floor, held, np.int64(follow.stories[held]["next"])))
    if story["next"] != NOBODY and not story["followed"]:
        born = beget(floor, place, np.int64(story["next"]), now)
        if call["state"] == HOLDING:
            return born
    story["consults"] = False
    hang_up(follow, floor, place)
    call["moment"] = moment(now + call["wrap"], WRAPPED, place)
    return born


@aside
def beget(floor, place, k, now):
    """A call follows this one, whose agent wraps up or stays on the line. Returns the new call's place.

    Returns NOBODY if it would come after the last day.
    """
    follow = floor.follow
    at = comes(floor, place, k, now)
    if at == NOBODY:
        return np.int64(NOBODY)
    transfer = follow.rows[k]["transfer"]
    born = np.int64(take_place(floor))
    call, story, child = floor.calls[place], follow.stories[place], follow.stories[born]
    story["followed"] = True
    child["name"] = step(follow, place, np.int64(call["queue"]), follow.rows[k]["key"])
    child["flags"] = (story["flags"] & AGAIN) | REACHED | (AGAIN if transfer == DIALS else TRANSFERRED)
    for column in range(follow.taken.shape[1]):
        follow.taken[born, column] = follow.taken[place, column]
    remember(follow, place, queue_of(follow, place, np.int64(call["queue"])), ANSWERED, call["wait"])
    carry(follow, place, born)
    if transfer == DIALS:
        child["unsolved"] = True
    forget(follow, born)
    floor.calls[born]["attempt"] = call["attempt"]
    lead(floor, born, k, at)
    if transfer == CONSULT:
        child["line"] = BORROWED
        story["consults"] = True
    elif transfer != DIALS:
        child["line"] = story["line"]
        story["line"] = NOBODY
    if transfer in (WARM, CONSULT):
        child["held"], story["held_for"] = place, born
        call["state"], call["moment"] = HOLDING, 0
    return born


@aside
def lead(floor, place, k, at):
    """The client in this place calls at time `at`, as row k says.

    The call's luck is read from its own streams.
    """
    follow, call = floor.follow, floor.calls[place]
    q = np.int64(follow.rows[k]["to"])
    limit = follow.limit[k]
    if limit != NOBODY:
        follow.taken[place, limit] += 1
    call["queue"] = q
    call["talk"] = read_brought(follow, place, q, TALK, at)
    call["wrap"] = read_brought(follow, place, q, WRAP, at)
    call["patience"] = read_brought(follow, place, q, PATIENCE, at)
    call["again_after"] = read_brought(follow, place, q, AGAIN_AFTER, at)
    call["balks"] = share_of(follow, place, q, BALKS) < follow.luck.balk[q]
    e, _ = exponential(stream_of(follow, place, q, DIALS_AGAIN))
    # An agent who consults another does not dial again.
    asks = follow.rows[k]["transfer"] == CONSULT
    redials = 0.0 if asks else min(e * follow.luck.redials[q, 0], follow.luck.redials[q, 1])
    call["redials"] = np.uint8(redials)
    call["attempt"] = min(np.int64(call["attempt"]) + 1, MOST_ATTEMPTS)
    call["state"] = CALLS_AGAIN
    call["moment"] = moment(at, ARRIVE, place)


@rule
def may_dial_again(follow, floor, records, place, now):
    """Returns whether a caller who is willing to dial again does: not if another call follows already."""
    if follow is None:
        return True
    return dial_again(floor, records, place, now)


@aside
def dial_again(floor, records, place, now):
    """See may_dial_again. The next call has streams of its own; an agent held for this one is let go."""
    story = floor.follow.stories[place]
    if story["followed"]:
        return False
    if story["held"] != NOBODY:
        let_go(floor, np.int64(story["held"]), now)
    flags = told(floor, records, place, False)
    if story["patience"] != NOBODY:  # what was told changed only that call's
        floor.calls[place]["patience"] = story["patience"]
    begin_anew(floor, place, REDIAL, flags)
    return True


@rule
def go_on(follow, floor, records, place, outcome, now):
    """A call has ended, and its record is written. Returns whether another call follows in its place."""
    if follow is None:
        return False
    return end_story(floor, records, place, outcome, now)


@aside
def end_story(floor, records, place, outcome, now):
    """See go_on, where calls follow others."""
    follow = floor.follow
    call, story = floor.calls[place], follow.stories[place]
    if story["held"] != NOBODY:
        let_go(floor, np.int64(story["held"]), now)
    if story["held_for"] != NOBODY:
        follow.stories[np.int64(story["held_for"])]["held"] = NOBODY
    if story["noted"]:
        for n in range(follow.noted[0]):
            if follow.let_go[n] == place:
                follow.let_go[n] = NOBODY
    hang_up(follow, floor, place)
    row = records.rows[records.written[0] - 1]
    if outcome == ANSWERED and counts(follow, row["arrive"]):
        follow.held[row["group"]] += story["held_ms"]
    k = at = np.int64(NOBODY)
    if outcome == CALLED_BACK:
        at = promise(floor, place, now)
        flags = told(floor, records, place, at == NOBODY)
        if at != NOBODY:
            become_callback(floor, place, at, flags, now)
        return at != NOBODY
    gave_up = story["asked"] != NOBODY and outcome == ABANDONED  # a client who is not called back in time
    if outcome != ANSWERED and not story["followed"] and not gave_up:
        g = np.int64(row["group"])
        kind = ABANDONED if outcome == BALKED else np.int64(outcome)
        k = choose(follow, place, np.int64(call["queue"]), kind, g)
        if k != NOBODY:
            at = comes(floor, place, k, now)
    flags = told(floor, records, place, at == NOBODY and not story["followed"])
    if at == NOBODY:
        return False
    begin_anew(floor, place, follow.rows[k]["key"], flags)
    lead(floor, place, k, at)
    return True


@rule
def begin_anew(floor, place, key, flags):
    """Names the next call of the client in this place, so that it has streams of its own; keeps the flags."""
    follow = floor.follow
    story = follow.stories[place]
    story["name"] = step(follow, place, np.int64(floor.calls[place]["queue"]), key)
    story["flags"] = AGAIN | (flags & REACHED)
    if flags & REACHED:
        story["unsolved"] = True
    forget(follow, place)


@rule
def queue_of(follow, place, q):
    """Returns the queue that a call to queue q belongs to: a callback to that which promised it."""
    asked = np.int64(follow.stories[place]["asked"])
    return q if asked == NOBODY else asked


@rule
def told(floor, records, place, is_last):
    """Writes the flags of the client to the last record, and returns them."""
    row = records.rows[records.written[0] - 1]
    story = floor.follow.stories[place]
    flags = np.int64(story["flags"])
    row["queue"] = queue_of(floor.follow, place, np.int64(row["queue"]))
    if flags & CALLBACK != 0:
        row["attempt"] = story["tries"]
    elif row["attempt"] == 1:
        flags |= FIRST
    if not story["followed"]:
        remember(floor.follow, place, row["queue"], row["outcome"], row["wait"])
    if row["outcome"] == ANSWERED:
        flags |= REACHED
    if is_last:
        flags |= LAST
    if story["followed"] and floor.follow.rows[np.int64(story["next"])]["transfer"] != DIALS:
        flags |= HANDED_ON
    row["flags"] = flags
    # Who is lost while an agent asks another still has the first one.
    tell(floor.follow, place, row, flags, row["outcome"] == ANSWERED or story["line"] == BORROWED)
    return flags
