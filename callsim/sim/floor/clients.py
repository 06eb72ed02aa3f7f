"""Clients are counted: each once, by the queue of the first call, however many calls there were.

They stand in the cell of the report in which the first call came. A call says what it was when it ends
(`tell`). What its client has met so far is carried from call to call (`carry`), and is added to the sums when
nothing follows any more. Only clients whose first call came in the
reported time count; those all of whose calls came when a queue was closed do not.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from callsim.sim.centre import NOBODY
from callsim.sim.floor.client_sums import (
    C_ANSWERED,
    C_CALLS,
    C_CLIENTS,
    C_FIRST,
    C_IN,
    C_IN_TIME,
    C_OUT,
    C_REACHED,
    C_SOLVED,
    C_WAIT,
)
from callsim.sim.floor.records import ANSWERED, CLOSED, FIRST, HANDED_ON, LAST, REACHED, TRANSFERRED
from callsim.sim.jit import aside, rule


@rule
def cell_of(follow, time):
    """The cell of the report into which a time falls; the last one for what comes after the last day."""
    return min((time - follow.clock[0]) // follow.clock[3], len(follow.clients) - 1)


@rule
def counts(follow, arrive):
    """Whether a call that is offered then is reported."""
    return follow.clock[0] <= arrive < follow.clock[4]


@rule
def meet(follow, place, q, arrive):
    """A client who has no past calls queue q."""
    story = follow.stories[place]
    story["first"], story["calls"], story["waited"] = q, 0, 0
    story["in_time"] = story["unsolved"] = False
    story["cell"] = cell_of(follow, arrive) if counts(follow, arrive) else NOBODY


@rule
def carry(follow, place, child):
    """The client of the call in this place is that of another, in the place `child`, too."""
    story, other = follow.stories[place], follow.stories[child]
    other["first"], other["calls"], other["waited"] = story["first"], story["calls"], story["waited"]
    other["in_time"], other["unsolved"] = story["in_time"], story["unsolved"]
    other["cell"] = story["cell"]


@rule
def remember(follow, place, q, outcome, wait):
    """A call to queue q was answered after that wait, or ended otherwise: its client has met that.

    A callback is no further call, but its wait is the client's.
    """
    story = follow.stories[place]
    calls = story["asked"] == NOBODY
    story["calls"] += calls and outcome != CLOSED
    story["waited"] += wait
    if outcome == ANSWERED and wait <= follow.within[q] and (calls or follow.promises.counted[0]):
        story["in_time"] = True


@aside
def tell(follow, place, row, flags, served):
    """A call has ended, its record is written: it counts, and if it was the last, its client does.

    `served`: whether the client was with an agent when it ended.
    """
    if counts(follow, row["arrive"]) and row["outcome"] != CLOSED:
        sums = follow.clients[cell_of(follow, row["arrive"]), row["queue"]]
        sums[C_FIRST] += flags & FIRST != 0
        sums[C_IN] += flags & TRANSFERRED != 0
        if row["outcome"] == ANSWERED:
            sums[C_ANSWERED] += 1
            sums[C_OUT] += flags & HANDED_ON != 0
    story = follow.stories[place]
    if flags & LAST != 0 and story["cell"] != NOBODY and story["calls"] > 0:
        sums = follow.clients[story["cell"], story["first"]]
        sums[C_CLIENTS] += 1
        sums[C_REACHED] += flags & REACHED != 0
        sums[C_SOLVED] += flags & REACHED != 0 and served and not story["unsolved"]
        sums[C_IN_TIME] += story["in_time"]
        sums[C_CALLS] += story["calls"]
        sums[C_WAIT] += story["waited"]
