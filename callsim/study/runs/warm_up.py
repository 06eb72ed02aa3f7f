"""Is the first interval of a report too good, because the building was empty before?

The calls of day 1 are the same whatever the warm-up, so the first runs are played once more after a
longer one, until the end of the first interval, and compared run by run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.model import Model
from callsim.model.model import LONGER_S
from callsim.results import measures
from callsim.results.measures import SERVICE_LEVEL, Formula
from callsim.results.warned import Warned, sentence
from callsim.sentences import say
from callsim.units import show_duration

FEWEST, MOST = 5, 10  # runs that tell
MATTERS = 0.01  # of the share answered in time
LUCK = 0.05  # how often the warning may come by luck, all queues together
NAMED = 3  # queues in a warning


def tells(model: Model, runs: int) -> bool:
    """Whether this many runs can tell that the warm-up is long enough."""
    return runs >= FEWEST and _calls_come(model)


def warn(model: Model, weighed: Sequence[tuple[Ints, Ints]]) -> list[Warned]:
    """What to say about the warm-up. `weighed`: of each run that tells, the sums of the first interval,
    int64 [queue, column], after the warm-up of the plan and after a longer one.

    Both meet the same calls, and callers who found the building empty are never answered later for it. So
    where nothing is wrong, nearly all runs are equal in both, and where something is, nearly none is better
    after the longer warm-up: a sign test sees in ten runs what Student's test, with a few very different
    runs, does not. It is of all queues together, so that many queues need not be paid for.
    """
    if len(weighed) < FEWEST:
        return []
    first, warmer = (np.stack(sums) for sums in zip(*weighed, strict=True))  # [run, queue, column]
    formula = SERVICE_LEVEL[model.scenario.goals.counted]
    if by_luck(_in_time(first.sum(axis=1), formula), _in_time(warmer.sum(axis=1), formula)) > LUCK:
        return []
    biased: list[tuple[float, str]] = []
    for row, copy in enumerate(model.queues):
        empty, warm = (measures.figure(sums[:, row], formula).mean for sums in (first, warmer))
        signs = by_luck(*(_in_time(sums[:, row], formula) for sums in (first, warmer)))
        if empty is not None and warm is not None and empty - warm > MATTERS and signs <= LUCK:
            said = say("warned.empty_queue", queue=copy.name, before=empty * 100, after=warm * 100)
            biased.append((warm - empty, said))
    if not biased:
        return []
    named = ", ".join(said for _, said in sorted(biased)[:NAMED])
    if len(biased) > NAMED:
        named = say("lists.more", first=named, left=len(biased) - NAMED)
    have = model.scenario.calendar.warm_up
    cell = "day" if model.grid > model.centre.clock.width else "interval"
    longer, write = show_duration(LONGER_S), show_duration(have + LONGER_S)
    if have:
        said = say("warned.begins_too_soon", interval=cell, longer=longer, queues=named, write=write)
    else:
        said = say("warned.begins_empty", interval=cell, longer=longer, queues=named, write=write)
    return [Warned(what="begins empty", pieces=sentence([said]))]


def by_luck(before: Floats, after: Floats) -> float:
    """Returns the p value of a one-sided sign test of whether `before` is larger than `after`.

    `before`, `after`: float64 [run]; equal pairs and NaN say nothing. 1 where none differ.
    """
    larger, smaller = int((before > after).sum()), int((before < after).sum())
    pairs = larger + smaller
    return float(sum(math.comb(pairs, k) for k in range(larger, pairs + 1)) / 2**pairs)


def _in_time(sums: Ints, formula: Formula) -> Floats:
    """The share answered in time of each run: float64 [run]; NaN where nobody called."""
    assert formula.under is not None
    below = (sums @ formula.under).astype(np.float64)
    return np.asarray((sums @ formula.over) / np.where(below > 0, below, np.nan))


def _calls_come(model: Model) -> bool:
    """Whether anybody is expected to call in the first interval."""
    day = -model.centre.clock.day(0)
    return any(
        q.times_day[day] * np.interp(model.grid, q.times, q.expected[q.pattern[day]]) > 0
        for q in model.demand.queues
    )
