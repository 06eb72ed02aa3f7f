"""What days that the search never saw say about its answer, queue by queue.

The same days come out busier or quieter than the mean by luck, and a line's queues share that luck. So beside
the figures as simulated stand those that are freed of it (control variates), by which a goal is judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from callsim.measures import Figure
from callsim.study.evidence import counted, level, of_days
from callsim.study.formula import Needs
from callsim.study.load import first_calls
from callsim.study.luck import luck_of
from callsim.study.result import Result
from callsim.study.search import Found
from callsim.units import DAY_MS

NEAR = 0.02  # an interval that is no further below its promise counts as kept
SURE = 2.0  # standard errors by which it must be


class Kept(NamedTuple):
    """How a queue's goal was kept."""

    service_level: Figure | None
    abandoned_share: Figure | None
    met: bool | None  # None: too close to call
    below: int  # intervals that are surely further than `NEAR` below a promise
    missed: int  # intervals whose shares lie below a promise, by however little
    intervals: int  # with calls

    def to_dict(self) -> dict[str, Any]:
        """As in the JSON of results."""
        told = {
            name: figure.to_dict()
            for name, figure in (
                ("service_level", self.service_level),
                ("abandoned_share", self.abandoned_share),
            )
            if figure is not None
        }
        return {
            "expected": told | {"met": self.met},
            "intervals_below": self.below,
            "intervals_missed": self.missed,
            "intervals_judged": self.intervals,
        }


def on_fresh_days(result: Result, days: Sequence[Sequence[Found]]) -> dict[str, Kept]:
    """How each queue's goal was kept. `days`: the searches of each day of the calendar, or one of all."""
    plan, sums = result.plan, result.sums.calls
    per_day = DAY_MS // plan.grid
    # float64 [run, search, interval, queue, column]: days that were searched together are taken together.
    blocks = sums.reshape(len(sums), len(days), -1, per_day, *sums.shape[2:]).sum(axis=2)
    together = plan.scenario.calendar.days // len(days)
    found = {}
    for row in plan.shown_queues:
        copy = plan.queues[row]
        goal = copy.queue.goal
        assert goal is not None
        needs = [_need_of(day, copy.original) for day in days]
        found[copy.name] = _kept(blocks[:, :, :, row], needs, plan.centre.open[row], plan.grid, together)
    return found


def _need_of(day: Sequence[Found], queue: str) -> Needs:
    for one in day:
        if queue in one.part.queues:
            return one.needs[one.part.queues.index(queue)]
    raise AssertionError(queue)


def _kept(
    calls: np.ndarray, needs: list[Needs], hours: tuple[tuple[int, int], ...], width: int, days: int
) -> Kept:
    """`calls`: int64 [run, search, interval, column]; `needs`: [search]; `width`: ms of an interval."""
    figures: dict[str, Figure] = {}
    wrong, close = False, False
    below, missed = np.zeros((2, *calls.shape[1:3]), bool)
    for k, promise in enumerate(needs[0].promises):
        over, under = counted(promise)
        predicted = np.zeros(len(calls))
        for d, need in enumerate(needs):
            luck = luck_of(need, k, first_calls(need.load.calls, hours, width), 1, days)
            predicted += luck.of(calls[:, d])[1].sum(axis=1)
            seen = level(calls[:, d], promise, promise.quantile, luck)
            known = np.isfinite(seen.doubt)
            below[d] |= known & (seen.share + SURE * seen.error < promise.share - NEAR)
            missed[d] |= known & (seen.share < promise.share)
        good, all_ = ((calls @ weights).sum(axis=(1, 2)).astype(float) for weights in (over, under))
        figure = of_days(good - promise.share * all_, all_, predicted, promise.share)
        if figure.mean is None or figure.low is None or figure.high is None:
            continue
        wrong |= figure.high < promise.share
        close |= figure.mean < promise.share <= figure.high
        if promise.counted == "kept":
            figures["abandoned_share"] = Figure(1 - figure.mean, 1 - figure.high, 1 - figure.low)
        else:
            figures["service_level"] = figure
    met = False if wrong else None if close or not figures else True
    judged = int((calls.sum(axis=(0, 3)) > 0).sum())
    shares = figures.get("service_level"), figures.get("abandoned_share")
    return Kept(*shares, met, int(below.sum()), int(missed.sum()), judged)
