"""Places in the building: every call has one, and at most one next moment.

Moments are never removed from an agenda. A moment that fires and is not the `moment` of the call in its place
is stale, and ignored.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.centre import NOBODY
from callsim.sim.floor.state import FIRST_FREE, FREE, FREE_PLACES, KIND_SHIFT, NEVER_USED, TIME_SHIFT
from callsim.sim.jit import rule


@rule
def moment(time, kind, place):
    """A point in time as one integer; among equal times kinds go in order, then places."""
    return (np.int64(time) << TIME_SHIFT) | (kind << KIND_SHIFT) | place


@rule
def take_place(floor):
    """Takes a free place and returns it. The engine has made sure that there is one."""
    register = floor.register
    register[FREE_PLACES] -= 1
    place = register[FIRST_FREE]
    if place == NOBODY:
        place = register[NEVER_USED]
        register[NEVER_USED] += 1
    else:
        register[FIRST_FREE] = floor.calls[place]["behind"]
    return place


@rule
def give_back(floor, place):
    """Frees a place. If an agenda still has a moment for it, that is stale."""
    call = floor.calls[place]
    call["state"] = FREE
    call["moment"] = 0
    call["behind"] = floor.register[FIRST_FREE]
    floor.register[FIRST_FREE] = place
    floor.register[FREE_PLACES] += 1


@rule
def dial(floor, trace, number):
    """The caller in this row of the trace dials for the first time. Returns the place of the call."""
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
