"""Agents who come and go, day by day: the plan for people as a list of changes, made before a day is played.

A day gets its changes as it gets its calls. They are the plan itself (`planned`), or the plan less absence
(`presence`). A change may be at any millisecond; it need not lie on the grid of intervals.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from callsim.sim.centre import Centre
from callsim.units import DAY_MS

CHANGE = np.dtype(
    [
        ("time", np.int64),  # ms since the run began
        ("crew", np.int32),
        ("agents", np.int32),  # how many come (+) or go (-)
        ("breaks", np.bool_),  # they go on a break or come back from one; else from or to home
    ],
    align=True,
)


def in_order(changes: np.ndarray) -> np.ndarray:
    """CHANGE [row] in the order in which a day takes them: by time, departures first, then by crew."""
    return changes[np.lexsort((changes["crew"], changes["agents"] > 0, changes["time"]))]


def one_change(time: int, crew: int, agents: int) -> np.ndarray:
    """CHANGE [1] of one crew: agents come (> 0) or go home (< 0)."""
    return np.array([(time, crew, agents, False)], CHANGE)


def day_starts(centre: Centre) -> Iterator[int]:
    """Yields when each day of the run begins, ms, without an end; the first begins at 0 or before."""
    start = centre.clock.start_of(centre.clock.day(0))
    while True:
        yield start
        start += DAY_MS


def planned(centre: Centre) -> Iterator[np.ndarray]:
    """Yields the changes that `Centre.staff` asks for: CHANGE [row] of each day, without an end.

    Any other list of changes is made likewise: one array for each day, in order, with changes within that day
    only. The first one begins with the agents who are there at 0. There is at least one more day after the
    last (rule 9). Where the hours of agents end and begin anew at one moment, here at midnight, that is two
    rows, though nobody need leave.
    """
    width, last = centre.clock.width, centre.staff[-1]
    for start in day_starts(centre):
        begun = max(0, -start) // width  # intervals of the first day that are over
        steps = np.diff(centre.staff[begun:], axis=0, prepend=0)
        interval, crew = np.nonzero(steps)
        begins = max(start, 0)
        goes = np.zeros(0 if begins == 0 else len(last), CHANGE)
        goes["time"], goes["crew"], goes["agents"] = begins, np.arange(len(goes)), -last[: len(goes)]
        comes = np.zeros(len(crew), CHANGE)
        comes["time"] = start + (begun + interval) * width
        comes["crew"], comes["agents"] = crew, steps[interval, crew]
        yield in_order(np.concatenate([goes[goes["agents"] != 0], comes]))
