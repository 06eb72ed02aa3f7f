"""Shifts that are worked while nothing is open: a night shift of a queue that closes at eight."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from callsim.scenario.checks.plausible import Note
from callsim.sentences import say
from callsim.study.check.expected import Expected
from callsim.study.runs.moments import THE_END
from callsim.study.runs.overload import stretches
from callsim.study.runs.unmanned import open_cells
from callsim.units import HOUR_MS

BEFORE, AFTER = (
    1 * HOUR_MS,
    2 * HOUR_MS,
)  # a shift may begin before its queues open, and serve calls that still wait
SOON = 1 * HOUR_MS  # what is promised later than that may be worked on at any time
SOMEBODY = 0.5  # agents


def after_hours(found: Expected) -> Iterator[Note]:
    """Groups with shifts in hours in which every queue that they answer is closed, and no work is left.

    Groups that also dial, or whose queues promise an answer later than within an hour, are not judged.
    """
    model, centre = found.model, found.model.centre
    width, starts = centre.clock.width, [*found.model.starts(), THE_END]
    for row, copy in enumerate(model.groups):
        answers = np.unique(centre.pairs["queue"][centre.pairs["group"] == row])
        if not copy.group.shifts or not len(answers) or answers.max() >= len(model.queues):
            continue
        goals = [model.queues[q].queue.goal for q in answers]
        if any(goal is not None and goal.within * 1000 > SOON for goal in goals):
            continue
        is_open = np.any([open_cells(model, q) for q in answers], axis=0)
        needed = is_open | (found.load[:, answers].sum(axis=1) > 0)
        idle = []
        for begin, end in stretches(~needed):
            first = begin + (-(-AFTER // width) if begin else 0)
            last = end - (-(-BEFORE // width) if end < len(needed) else 0)
            there = found.agents[first:last, row] if first < last else np.zeros(0)
            idle += [(first + a, first + b) for a, b in stretches(there >= SOMEBODY)]
        if idle:
            hours = sum(float(found.agents[a:b, row].sum()) for a, b in idle) * width / HOUR_MS
            a, b = idle[0]
            told = say(
                "notes.after_hours",
                n=len(idle),
                group=copy.name,
                agents=float(found.agents[a:b, row].mean()),
                start=starts[a],
                end=starts[b],
                hours=hours,
            )
            yield Note(("groups", copy.original, "shifts"), told)
