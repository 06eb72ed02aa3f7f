"""What days that the search never saw say about its answer, queue by queue.

The same days come out busier or quieter than the mean by luck, and a line's queues share that luck. So beside
the figures as simulated stand those that are freed of it (control variates), by which a goal is judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from callsim.measures import Figure
from callsim.scenario import Goal
from callsim.study.evidence import level, of_days, quantile_of
from callsim.study.formula import promises_of
from callsim.study.load import first_calls
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
    """How each queue's goal was kept. `days`: the searches of each day of the calendar, or of all of them."""
    per_day = DAY_MS // result.plan.grid
    sums = result.sums.calls
    sums = sums.reshape(len(sums), -1, per_day, *sums.shape[2:])
    found = {}
    for row, copy in enumerate(result.plan.queues):
        goal = copy.queue.goal
        assert goal is not None
        calls = [_calls_of(day, copy.original) for day in days]
        each = np.stack([calls[d % len(days)] for d in range(sums.shape[1])])
        hours = result.plan.centre.open[row]
        expected = np.stack([first_calls(day, hours, result.plan.grid) for day in each]).reshape(-1)
        mine = sums[:, :, :, row].reshape(len(sums), -1, sums.shape[-1])
        found[copy.name] = _kept(mine, goal, result.plan.scenario.goals.counted, expected, per_day)
    return found


def _calls_of(day: Sequence[Found], queue: str) -> np.ndarray:
    for one in day:
        if queue in one.part.queues:
            return one.needs[one.part.queues.index(queue)].load.calls
    raise AssertionError(queue)


def _kept(calls: np.ndarray, goal: Goal, counted: str, expected: np.ndarray, per_day: int) -> Kept:
    """`calls`: int64 [run, interval of all days, column]; `expected`: float64 [interval of all days]."""
    figures: dict[str, Figure] = {}
    wrong, close = False, False
    days = calls.reshape(len(calls), -1, per_day, calls.shape[-1]).sum(axis=1)
    usual = expected.reshape(-1, per_day).sum(axis=0)
    below, missed = np.zeros((2, per_day), bool)
    for promise in promises_of(goal, counted):
        figure = of_days(calls, promise, expected)
        if figure.mean is None or figure.low is None or figure.high is None:
            continue
        wrong |= figure.high < promise.share
        close |= figure.mean < promise.share <= figure.high
        seen = level(days, promise, quantile_of(promise), usual)
        below |= np.isfinite(seen.doubt) & (seen.share + SURE * seen.error < promise.share - NEAR)
        missed |= np.isfinite(seen.doubt) & (seen.share < promise.share)
        if promise.counted == "kept":
            figures["abandoned_share"] = Figure(1 - figure.mean, 1 - figure.high, 1 - figure.low)
        else:
            figures["service_level"] = figure
    met = False if wrong else None if close or not figures else True
    judged = int((days.sum(axis=(0, 2)) > 0).sum())
    shares = figures.get("service_level"), figures.get("abandoned_share")
    return Kept(*shares, met, int(below.sum()), int(missed.sum()), judged)
