"""Is the first interval of a report too good, because the building was empty before?

The calls of day 1 are the same whatever the warm-up, so the first runs are played once more after a
longer one, until the end of the first interval, and compared run by run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from callsim import measures
from callsim.build import Plan, build
from callsim.measures import SERVICE_LEVEL, Figure
from callsim.units import show_duration

LONGER_S = 3 * 3600  # more than any usual call and wait, many times over
FEWEST, MOST = 5, 10  # runs that tell
MATTERS = 0.01  # of the share answered in time
SURE = 0.99  # of no false alarm, all queues together (Bonferroni)
NAMED = 3  # queues in a warning


def longer(plan: Plan, runs: int) -> Plan | None:
    """The plan that tells, played for the first of so many runs, whether the warm-up is long enough.

    It has a longer one, and ends after its first interval. None: no such plan tells anything.
    """
    return _longer(plan) if runs >= FEWEST and _calls_come(plan) else None


def warn(plan: Plan, weighed: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[str]:
    """What to say about the warm-up. `weighed`: of each run that tells, the sums of the first interval,
    int64 [queue, column], after the warm-up of the plan and after a longer one.
    """
    if len(weighed) < FEWEST:
        return []
    first, warmer = (np.stack(sums) for sums in zip(*weighed, strict=True))
    formula, each = SERVICE_LEVEL[plan.scenario.goals.counted], 1 - (1 - SURE) / len(plan.queues)
    biased: list[tuple[float, str]] = []
    for row, copy in enumerate(plan.queues):
        empty, warm = (measures.estimate(sums[:, row], formula) for sums in (first, warmer))
        if surely_differ(measures.difference(empty, warm, each)):
            assert empty.mean is not None
            assert warm.mean is not None
            said = f"{copy.name} answers {empty.mean * 100:.1f} % in time, {warm.mean * 100:.1f} % after it"
            biased.append((-abs(empty.mean - warm.mean), said))
    if not biased:
        return []
    named = ", ".join(said for _, said in sorted(biased)[:NAMED])
    more = f" and {len(biased) - NAMED} more" if len(biased) > NAMED else ""
    have = plan.scenario.calendar.warm_up
    cell = "day" if plan.grid > plan.centre.clock.width else "interval"
    return [
        f"the first {cell} starts {'too soon' if have else 'with an empty building'}, as "
        f"{show_duration(LONGER_S)} more of warm-up show: {named}{more}; write calendar.warm_up: "
        f"{show_duration(have + LONGER_S)}"
    ]


def surely_differ(difference: Figure) -> bool:
    """Whether a difference is large enough to matter, and not by luck."""
    low, high, mean = difference.low, difference.high, difference.mean
    if low is None or high is None or mean is None:
        return False
    return abs(mean) > MATTERS and not low <= 0 <= high


def _longer(plan: Plan) -> Plan:
    """The same plan after a longer warm-up, until the end of its first interval."""
    calendar = plan.scenario.calendar
    calendar = calendar.model_copy(update={"warm_up": calendar.warm_up + LONGER_S, "days": 1})
    later = build(plan.scenario.model_copy(update={"calendar": calendar}), plan.supervisors)
    clock = later.centre.clock
    clock = clock._replace(ends=clock.opens + plan.grid)
    return dataclasses.replace(
        later,
        centre=later.centre._replace(clock=clock),
        demand=dataclasses.replace(later.demand, clock=clock),
        grid=plan.grid,
    )


def _calls_come(plan: Plan) -> bool:
    """Whether anybody is expected to call in the first interval."""
    day = -plan.centre.clock.day(0)
    return any(
        q.times_day[day] * np.interp(plan.grid, q.times, q.expected[q.pattern[day]]) > 0
        for q in plan.demand.queues
    )
