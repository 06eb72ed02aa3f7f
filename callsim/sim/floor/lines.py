"""Lines of trunk groups: a call holds one from when it arrives until talk ends.

The end of talk is a moment of its own, which costs as much as any other. While there are plenty of lines
nobody can tell when exactly one is free again: an engine may let calls keep theirs until wrap-up ends
(`register[LINES_LATE]` is 1). The first call that finds none has all lines told apart: those whose caller has
hung up are free, and the talks that go on end at moments of their own, from then on.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, PACE_BITS, PACE_ONE
from callsim.sim.floor.places import moment
from callsim.sim.floor.state import BUSY, LINES_LATE, NEVER_USED, TALKED
from callsim.sim.jit import aside, rule


@rule
def paced(talk, pace):
    """Rule 7: talk at a pace, rounded to the millisecond in whole numbers; never longer than NEVER."""
    return min((np.int64(talk) * pace + (PACE_ONE >> 1)) >> PACE_BITS, np.int64(NEVER))


@rule
def talks_until(floor, place):
    """When the caller of an answered call hangs up."""
    call = floor.calls[place]
    return call["arrive"] + call["wait"] + paced(call["talk"], floor.pairs[call["pair"]]["pace"])


@rule
def seize_lines(floor, q, now):
    """A line of each trunk group the queue needs, or none at all."""
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
    """Whether an answered call's end of talk is a moment of its own, and its lines are free from then on.

    Without wrap-up it is, wherever lines are held: what else happens at that millisecond may come between.
    """
    call = floor.calls[place]
    queue = floor.queues[call["queue"]]
    held = queue["holds_from"] < queue["holds_to"]
    return held and (floor.register[LINES_LATE] <= 0 or call["wrap"] == 0)


@aside
def tell_apart(floor, now):
    """Lines whose talk has ended before `now` are free; other talks get the moment at which they end.

    `register[LINES_LATE]` is then -1: the engine has these moments to note, see `kernel.note_talks`.
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
