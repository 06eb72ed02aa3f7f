"""Who comes and who goes, day by day: the plan for people as a list of changes, made before it is played.

Like the calls of a trace, changes are handed to the day: they may be the plan itself (`planned`) or what
luck has left of it. A moment is any millisecond; it need not lie on the grid of intervals.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .centre import DAY, Centre

CHANGE = np.dtype(
    [
        ("time", np.int64),  # ms since the run began
        ("crew", np.int32),
        ("agents", np.int32),  # so many come (+) or go (-); never 0
        ("breaks", np.bool_),  # they go on a break or come back from it, rather than from or to home
    ],
    align=True,
)


def in_order(changes: np.ndarray) -> np.ndarray:
    """CHANGE [row] as a day takes them: by time; who goes before who comes; then by crew."""
    return changes[np.lexsort((changes["crew"], changes["agents"] > 0, changes["time"]))]


def one_change(time: int, crew: int, agents: int) -> np.ndarray:
    """CHANGE [1] of one crew: agents come (> 0) or go home (< 0)."""
    return np.array([(time, crew, agents, False)], CHANGE)


def day_starts(centre: Centre) -> Iterator[int]:
    """When each day of the run begins, for ever: ms; the first one has begun before or at 0."""
    start = centre.clock.opens + centre.clock.day(0) * DAY
    while True:
        yield start
        start += DAY


def planned(centre: Centre) -> Iterator[np.ndarray]:
    """What `Centre.staff` asks for: CHANGE [row] of each day, for ever.

    Whoever makes another list keeps to this: one array per day, in order, all of it within the day, the
    first with who is there at 0; it goes on for a day at least after the last (rule 9).
    """
    width = centre.clock.width
    on_duty = np.zeros((1, centre.staff.shape[1]), np.int64)
    for start in day_starts(centre):
        begun = max(0, -start) // width  # intervals of the first day that are over
        staff = centre.staff[begun:]
        steps = np.diff(staff, axis=0, prepend=on_duty)
        interval, crew = np.nonzero(steps)
        changes = np.zeros(len(crew), CHANGE)
        changes["time"] = start + (begun + interval) * width
        changes["crew"] = crew
        changes["agents"] = steps[interval, crew]
        yield in_order(changes)
        on_duty = staff[-1:]
