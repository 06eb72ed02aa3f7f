"""What days that the search never saw say about its answer, queue by queue; and how many of them are played.

The same days come out busier or quieter than the mean by luck, and a line's queues share that luck. So beside
the figures as simulated stand those that are freed of it (control variates), by which a goal is judged here.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from callsim.results.measures import COUNTS, Figure
from callsim.results.result import Result
from callsim.sim.centre import Ranges
from callsim.study.staff.control_variates import luck_of
from callsim.study.staff.curve import ASA, FURTHEST, Promise
from callsim.study.staff.day_kinds import Kind
from callsim.study.staff.evidence import counted, level, of_days, unlikely
from callsim.study.staff.formula import Needs
from callsim.study.staff.offered_load import first_calls
from callsim.study.staff.search import Found
from callsim.study.staff.subproblem import Options
from callsim.units import DAY_MS

NEAR = 0.1  # of the share that may be lost: an interval that is no further below its promise counts as kept
SURE = 2.0  # standard errors by which it must be
CHECKED = 2e7  # calls to check with, about …
FEWEST_CHECKED, MOST_CHECKED, MOST_DAYS = 10, 200, 400  # … and runs, or days at most
RUNS_TO_DECIDE, DAYS_TO_DECIDE, SPARE = 1000, 3000, 1.3  # at most, where a verdict is close; a little more
FEWEST_DAYS = 60  # that a check plays, at least: of few runs each is much …
MOST_CALLS = 3e8  # … but no more calls than these for it
SHOWN = 6e7  # calls that are played until `run` calls no goal too close, or more for as many days as these …
SHOWN_DAYS, MOST_SHOWN = 100, 8.5e8  # … but no more calls than these


@dataclass(frozen=True, kw_only=True)
class ExpectedOn:
    """How a queue fares on days that are alike, freed of the luck of how many called."""

    days: Sequence[str]  # dates
    service_level: Figure | None = None  # where it is promised
    abandoned_share: Figure | None = None  # where it is promised
    asa_s: Figure | None = None  # where a mean wait is promised
    met: bool | None  # whether the goal is met; null: too close to call, or nobody calls


@dataclass(frozen=True, kw_only=True)
class Expected:
    """How a queue fares, all its copies together, freed of the luck of how many called."""

    service_level: Figure | None = None  # where it is promised
    abandoned_share: Figure | None = None  # where it is promised
    asa_s: Figure | None = None  # where a mean wait is promised
    met: bool | None  # whether the goal is met; null: too close to call, or nobody calls
    by_day: Sequence[ExpectedOn] | None = None  # where days differ


class Reached(NamedTuple):
    """What came of a queue's promises, each where it is made."""

    service_level: Figure | None = None
    abandoned_share: Figure | None = None
    asa_s: Figure | None = None


class OfDays(NamedTuple):
    """How a queue's goal was kept on days that are alike."""

    days: tuple[int, ...]  # of the calendar, from 0
    reached: Reached
    met: bool | None  # None: too close to call, or nobody calls
    plain: bool  # whether the shares as simulated keep the promises, by which `callsim run` judges
    below: np.ndarray  # bool [interval]  surely further than `NEAR` below a promise
    missed: np.ndarray  # bool [interval]  share below a promise, by more than a standard error
    short: np.ndarray  # float64 [interval]  normal quantile of the promise less that of the share; 0 unknown


class Kept(NamedTuple):
    """How a queue's goal was kept, by all its copies together."""

    original: str  # the queue of the file
    reached: Reached
    met: bool | None  # None: too close to call; False: missed, on the mean or on days of one kind
    by_day: list[OfDays]
    intervals: int  # with calls, of days that are alike counted once

    @property
    def below(self) -> int:
        """Intervals that are surely further than `NEAR` below a promise."""
        return int(sum(one.below.sum() for one in self.by_day))

    @property
    def missed(self) -> int:
        """Intervals whose shares lie below a promise, by more than a standard error."""
        return int(sum(one.missed.sum() for one in self.by_day))

    def expected(self, start: datetime.date) -> Expected:
        """As it is told. `start`: the calendar's first day."""
        by_day = [
            ExpectedOn(
                days=[_date(start, day) for day in one.days],
                service_level=one.reached.service_level,
                abandoned_share=one.reached.abandoned_share,
                asa_s=one.reached.asa_s,
                met=one.met,
            )
            for one in self.by_day
        ]
        return Expected(
            service_level=self.reached.service_level,
            abandoned_share=self.reached.abandoned_share,
            asa_s=self.reached.asa_s,
            met=self.met,
            by_day=by_day if len(by_day) > 1 else None,
        )


def _date(start: datetime.date, day: int) -> str:
    return (start + datetime.timedelta(days=day)).isoformat()


def alike(days: Sequence[Needs]) -> list[tuple[int, ...]]:
    """The days of a calendar in groups of which each was searched as one; `days`: what each needs."""
    found: dict[int, list[int]] = {}
    for number, day in enumerate(days):
        found.setdefault(id(day), []).append(number)
    return [tuple(numbers) for numbers in found.values()]


def on_fresh_days(result: Result, days: Sequence[Sequence[Found]]) -> dict[str, Kept]:
    """How each queue's goal was kept. `days`: the searches of each day of the calendar, or one of all.

    Copies have the same calls on the mean and the same staff, so what chance shows of one of them holds for
    all: they are judged together. Of many that are judged one by one some are always missed by luck.
    """
    model, sums = result.model, result.sums.calls
    per_day = DAY_MS // model.grid
    by_day = sums.reshape(
        len(sums), -1, per_day, *sums.shape[2:]
    )  # int64 [run, day, interval, queue, column]
    each = list(days) * by_day.shape[1] if len(days) == 1 else list(days)
    found: dict[str, Kept] = {}
    copies: dict[str, list[int]] = {}
    for row in model.shown_queues:
        copies.setdefault(model.queues[row].original, []).append(row)
    for original, rows in copies.items():
        assert model.queues[rows[0]].queue.goal is not None
        needs = [_need_of(day, original) for day in each]
        kinds = alike(needs)
        of_copies = np.moveaxis(by_day[:, :, :, rows], 3, 0)
        calls = [of_copies[:, :, list(numbers)].sum(axis=2) for numbers in kinds]
        of_kinds = [needs[numbers[0]] for numbers in kinds]
        hours = [model.centre.hours(rows[0], numbers[0]) for numbers in kinds]
        kept = _kept(original, calls, of_kinds, kinds, hours, model.grid)
        found |= {model.queues[row].name: kept for row in rows}
    return found


def _need_of(day: Sequence[Found], queue: str) -> Needs:
    for one in day:
        if queue in one.part.queues:
            return one.needs[one.part.queues.index(queue)]
    raise AssertionError(queue)


def _kept(
    original: str,
    calls: list[np.ndarray],
    needs: list[Needs],
    kinds: list[tuple[int, ...]],
    hours: list[Ranges],
    width: int,
) -> Kept:
    """`calls`: int64 [copy, run, interval, column] of each kind of day, as `hours`; `width`: ms of one."""
    promises = needs[0].promises
    copies, runs, intervals, columns = calls[0].shape
    predicted = np.zeros((len(promises), len(kinds), runs))
    below, missed = np.zeros((2, len(kinds), intervals), bool)
    short = np.full((len(kinds), intervals), -FURTHEST)
    one_by_one = [of_kind.reshape(-1, intervals, columns) for of_kind in calls]  # [copy and run, …]
    for k, promise in enumerate(promises):
        for d, (need, numbers) in enumerate(zip(needs, kinds, strict=True)):
            luck = luck_of(need, k, first_calls(need.load, hours[d], width), 1, len(numbers))
            predicted[k, d] = luck.of(one_by_one[d])[1].sum(axis=1).reshape(copies, runs).sum(axis=0)
            seen = level(one_by_one[d], promise, promise.quantile, luck)
            known = np.isfinite(seen.doubt)
            near = promise.share - NEAR * promise.lost
            below[d] |= (
                known
                & (seen.share + SURE * seen.error < near)
                & unlikely(one_by_one[d].sum(axis=0), promise, near, SURE)
            )
            missed[d] |= (
                known
                & (seen.share + seen.error < promise.share)
                & unlikely(one_by_one[d].sum(axis=0), promise, promise.share, 1)
            )
            short[d] = np.where(known, np.maximum(short[d], -seen.above), short[d])
    by_day = [
        OfDays(
            numbers, *_judged(promises, calls[d].sum(axis=0), predicted[:, d]), below[d], missed[d], short[d]
        )
        for d, numbers in enumerate(kinds)
    ]
    whole = _judged(promises, np.sum(calls, axis=(0, 1)), predicted.sum(axis=1))
    verdicts = [whole[1], *(one.met for one in by_day if any(one.reached))]
    met = False if False in verdicts else None if None in verdicts else True
    judged = sum(int((one.sum(axis=(0, 2)) > 0).sum()) for one in one_by_one)
    return Kept(original, whole[0], met, by_day, judged)


def _judged(
    promises: list[Promise], calls: np.ndarray, predicted: np.ndarray
) -> tuple[Reached, bool | None, bool]:
    """What was reached of each promise, whether all promises are kept, and whether the days show it.

    `calls`: int64 [run, interval, column]; `predicted`: float64 [promise, run].
    """
    figures: dict[str, Figure] = {}
    wrong, close, plain = False, False, True
    for promise, luck in zip(promises, predicted, strict=True):
        over, under = counted(promise)
        good, all_ = ((calls @ weights).sum(axis=1).astype(float) for weights in (over, under))
        figure = of_days(good - promise.share * all_, all_, luck, promise.share)
        if figure.mean is None or figure.low is None or figure.high is None:
            continue
        wrong |= figure.high < promise.share
        close |= figure.mean < promise.share <= figure.high
        plain &= float(good.sum() / all_.sum()) >= promise.share
        if promise.counted == "kept":
            figures["abandoned_share"] = Figure(1 - figure.mean, 1 - figure.high, 1 - figure.low)
        elif promise.counted == ASA:
            each = (figure.mean, figure.high, figure.low)
            figures["asa_s"] = Figure(*(promise.asa_s(share) for share in each))
        else:
            figures["service_level"] = figure
    met = False if wrong else None if close or not figures else True
    return Reached(**figures), met, plain


def runs_to_check(kinds: list[Kind], found: list[Found], options: Options) -> int:
    """How many fresh runs the check plays."""
    if options.runs is not None:
        return max(FEWEST_CHECKED, options.runs)
    calls = calls_of(kinds, found)  # the calendar's
    days = max(kind.days[-1] + 1 for kind in kinds)
    fewest = min(math.ceil(FEWEST_DAYS / days), int(MOST_CALLS / calls))
    affordable = min(int(CHECKED / calls), MOST_CHECKED, MOST_DAYS // days)
    return max(FEWEST_CHECKED, fewest, affordable)


def calls_of(kinds: list[Kind], found: list[Found]) -> float:
    """Calls that are expected over the calendar, in all copies; one at least."""
    of_kinds = (
        sum(float(need.load.calls.sum()) for need in one.needs) * one.part.alike * len(kind.days)
        for kind, one in zip(kinds, found, strict=True)
    )
    return max(sum(of_kinds), 1.0)


def runs_to_decide(check: Result, options: Options, most_calls: float = CHECKED) -> int:
    """Runs after which `run` would not call a goal too close to call, as far as they are worth it."""
    if options.runs is not None or options.certainty is not None:
        return check.runs
    wanted = max((goal.runs_to_decide for goal in check.goals.values()), default=0.0)
    return max(check.runs, math.ceil(min(SPARE * wanted, _affordable(check, most_calls))))


def most_to_show(check: Result, options: Options) -> int:
    """How many runs are played at most until every goal is called met."""
    if options.runs is not None or options.certainty is not None:
        return check.runs
    days = check.model.scenario.calendar.days
    some = min(SHOWN_DAYS / days, _affordable(check, MOST_SHOWN))
    return max(check.runs, int(max(some, _affordable(check, SHOWN))))


def _affordable(check: Result, most_calls: float) -> float:
    """Returns how many runs bring the wanted number of calls, up to the most that may be played."""
    calls = float(check.sums.calls.sum(axis=(0, 1, 2)) @ COUNTS["offered"].over) / check.runs
    days = check.model.scenario.calendar.days
    return min(most_calls / max(calls, 1.0), DAYS_TO_DECIDE / days, RUNS_TO_DECIDE)
