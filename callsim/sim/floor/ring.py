"""People in line: a group's idle agents, the longest idle first, and a site's agents who wait for a seat.

A ring is a part of `floor.rings`. Its row (of `groups` or `sites`) tells where the part begins, how long it
is, and where the first agent stands in it. How many agents stand in it is a count of that row, which the
callers of these rules keep.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.floor.state import CREW_BITS
from callsim.sim.jit import rule

CREW_MASK = (1 << CREW_BITS) - 1


@rule
def slot(ring, k):
    """Returns where in `floor.rings` the k-th agent of this ring stands, the first is 0."""
    at = ring["oldest"] + k
    if at >= ring["ring_size"]:
        at -= ring["ring_size"]
    return ring["ring_from"] + at


@rule
def stand(floor, ring, behind, crew, now):
    """An agent of the crew joins the line, behind `behind` others."""
    floor.rings[slot(ring, behind)] = (np.int64(now) << CREW_BITS) | crew


@rule
def step_forward(floor, ring):
    """The first in line leaves it. Returns the agent's crew."""
    crew = floor.rings[ring["ring_from"] + ring["oldest"]] & CREW_MASK
    oldest = ring["oldest"] + 1
    ring["oldest"] = oldest if oldest < ring["ring_size"] else 0
    return crew


@rule
def take_out(floor, ring, count, crew, agents, last_first):
    """Up to `agents` agents of the crew leave the line of `count` agents; the others keep their order.

    Returns how many leave.
    """
    here = 0
    for k in range(count):
        if floor.rings[slot(ring, k)] & CREW_MASK == crew:
            here += 1
    gone = min(here, agents)
    if gone == 0:
        return gone
    first = here - gone if last_first else 0
    met, kept = 0, 0
    for k in range(count):
        agent = floor.rings[slot(ring, k)]
        if agent & CREW_MASK == crew:
            met += 1
            if first < met <= first + gone:
                continue
        floor.rings[slot(ring, kept)] = agent
        kept += 1
    return gone
