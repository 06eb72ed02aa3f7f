"""Lines of trunk groups: a call holds one from when it arrives until talk ends.

A moment for the end of talk costs as much time as any other. While lines are free it changes nothing when
exactly one is given back: so an engine may let calls keep their lines until wrap-up ends
(`register[LINES_LATE]` is 1). When a call first finds no line, `tell_apart` frees the lines of callers who
have hung up, and from then on each talk ends at a moment of its own.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, PACE_BITS, PACE_ONE
from callsim.sim.floor.people.talk import ends_at
from callsim.sim.floor.places import moment
from callsim.sim.floor.state import BUSY, LINES_LATE, NEVER_USED, TALKED
from callsim.sim.jit import aside, rule


@rule
def paced(talk, pace):
    """Rule 7: returns talk at a pace, in whole ms, computed in whole numbers; at most NEVER."""
    return min((np.int64(talk) * pace + (PACE_ONE >> 1)) >> PACE_BITS, np.int64(NEVER))


@rule
def talks_until(floor, place):
    """Returns when the caller of an answered call hangs up, ms."""
    call = floor.calls[place]
    usual = call["arrive"] + call["wait"] + paced(call["talk"], floor.pairs[call["pair"]]["pace"])
    return ends_at(floor.people, floor, place, usual)


@rule
def seize_lines(floor, q, now):
    """Takes a line of each trunk group that the queue needs, or none at all. Returns whether it has them."""
    first, last = floor.queues[q]["holds_from"], floor.queues[q]["holds_to"]
    for k in range(first, last):
        if floor.free_lines[floor.holds[k]] <= 0:
            if floor.register[LINES_LATE] <= 0:
                return False
            tell_apart(floor, now + 1)
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
def ends_alone(floor, place):
    """Returns whether the end of talk is a moment of its own, which frees the call's lines.

    Without wrap-up it is, if the call holds a line: other things of that millisecond may come between the end
    of talk and the end of the call.
    """
    call = floor.calls[place]
    queue = floor.queues[call["queue"]]
    held = queue["holds_from"] < queue["holds_to"]
    return held and (floor.register[LINES_LATE] <= 0 or call["wrap"] == 0)


@aside
def tell_apart(floor, now):
    """Frees the lines of talks that ended before `now`; other talks get the moment at which they end.

    Sets `register[LINES_LATE]` to -1: the engine has to note these moments, see `kernel.note_talks`.
    """
    for place in range(floor.register[NEVER_USED]):
        call = floor.calls[place]
        if call["state"] != BUSY or ends_alone(floor, place):
            continue
        queue = floor.queues[call["queue"]]
        if queue["holds_from"] < queue["holds_to"]:
            until = talks_until(floor, place)
            if until < now:
                release_lines(floor, call["queue"])
            else:
                call["moment"] = moment(until, TALKED, place)
    floor.register[LINES_LATE] = -1
