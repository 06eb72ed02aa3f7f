"""Arrivals become expected calls by the millisecond, and queues become what is drawn for them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from callsim.model.copies import QueueCopy
from callsim.model.distributions import sampler
from callsim.model.incidents import Rush, rushes
from callsim.scenario import Arrivals, Calendar, LoggedCall, Queue, Scenario, Usual
from callsim.sim.centre import Clock, Ranges
from callsim.sim.luck.demand import KNOWN, MOST_REDIALS, Busyness, QueueDemand, Redial, Uncertain
from callsim.units import DAY_MS, HOUR_MS


class Pattern(NamedTuple):
    """What days have in common whose expected calls are the same."""

    day: int | None  # of dated counts, as an ordinal
    usual: Usual
    surging: tuple[bool, ...]  # which surges apply
    rushing: tuple[Rush, ...]  # rushes of that day


NEVER_OPEN: Ranges = ((0, 0),)


def key_of(name: str) -> int:
    """Names the random streams of a queue: the same in every plan, whatever else is in it."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def queue_demands(scenario: Scenario, copies: Sequence[QueueCopy], clock: Clock) -> tuple[QueueDemand, ...]:
    """Returns the demand of each queue of the run; copies differ in their luck alone."""
    made: dict[str, QueueDemand] = {}
    for copy in copies:
        if copy.original not in made:
            coming = rushes(scenario, copy.original)
            made[copy.original] = queue_demand(copy, scenario.calendar, clock, coming)
    return tuple(_with_luck_of(made[copy.original], copy) for copy in copies)


def _with_luck_of(like: QueueDemand, copy: QueueCopy) -> QueueDemand:
    own, shared = key_of(copy.name), copy.queue.arrivals.day_factor
    day_key = own if shared is None else key_of(f"day factor {shared}")
    return like._replace(key=own, busyness=like.busyness._replace(day_key=day_key))


def queue_demand(
    copy: QueueCopy, calendar: Calendar, clock: Clock, rushes: tuple[Rush, ...] = ()
) -> QueueDemand:
    """Returns the demand of a queue: the calls, talk, wrap, patience and redials that are drawn for it."""
    queue, arrivals = copy.queue, copy.queue.arrivals
    first, last = clock.day(0), clock.day(clock.ends - 1)
    dates = [calendar.start + datetime.timedelta(days=day) for day in range(first, last + 1)]
    times = _edges(arrivals, clock, rushes)
    known = {date for date, _, _ in arrivals.rows if date is not None}
    patterns: dict[Pattern, int] = {}
    rows = []
    for number, date in enumerate(dates, start=first + 1):
        surging = tuple(s.days is None or number in s.days for s in arrivals.surges)
        # A warm-up day that the file does not know is like day 1.
        day = (date if date in known else calendar.start).toordinal() if known else None
        rushing = _of_day(rushes, number)
        pattern = Pattern(day, arrivals.on(date, calendar), surging, rushing)
        rows.append(patterns.setdefault(pattern, len(patterns)))
    weekdays = arrivals.weekdays or (1.0,) * 7
    found = QueueDemand(
        key=0,
        times=times,
        expected=np.array([_expected(arrivals, clock, times, pattern) for pattern in patterns]),
        pattern=np.array(rows),
        times_day=np.array([weekdays[calendar.day(date).weekday] for date in dates]),
        talk=sampler(queue.talk, calendar, clock),
        wrap=None if queue.wrap is None else sampler(queue.wrap, calendar, clock),
        patience=None if queue.patience is None else sampler(queue.patience, calendar, clock),
        balk=queue.balk,
        redial=None
        if queue.redial is None
        else Redial(
            queue.redial.probability,
            sampler(queue.redial.after, calendar, clock),
            MOST_REDIALS if queue.redial.at_most is None else queue.redial.at_most,
        ),
        busyness=Busyness(
            arrivals.day_cv,
            0,
            arrivals.interval_cv,
            arrivals.interval_correlation,
        ),
        uncertain=Uncertain(queue.uncertain.volume, queue.uncertain.aht, queue.uncertain.patience),
        wraps_alike=queue.aht is not None,
        exact=arrivals.counts is not None and arrivals.counts.exact,
        replay=None if arrivals.replay is None else _replayed(arrivals.replay, calendar, clock),
    )
    return _with_luck_of(found, copy)


def _replayed(calls: tuple[LoggedCall, ...], calendar: Calendar, clock: Clock) -> np.ndarray:
    """KNOWN [call]: those of the run and of its warm-up, by time."""
    rows = np.empty(len(calls), KNOWN)
    day_1 = calendar.start.toordinal()
    for name, values in zip(
        ("talk", "wrap", "patience", "waited"), list(zip(*calls, strict=True))[2:], strict=False
    ):
        rows[name] = values
    rows["arrive"] = [clock.opens + (date.toordinal() - day_1) * DAY_MS + at for date, at, *_ in calls]
    there = (rows["arrive"] >= 0) & (rows["arrive"] < clock.ends)
    known: np.ndarray = rows[there]
    return known


def accepted_per_day(scenario: Scenario, queue: Queue) -> float:
    """Mean first calls of one such queue on a mean day of the week, in its open hours, with daily surges.

    Counts with dates are those of a mean one of these dates.
    """
    weekdays = queue.arrivals.weekdays or (1.0,) * 7
    calls = [
        (sum(weekdays) / 7 if day is None else weekdays[day]) * many
        for day, many in _accepted(scenario, queue)
    ]
    return sum(calls) / len(calls)


def accepted_by_weekday(scenario: Scenario, queue: Queue) -> np.ndarray:
    """The same of each weekday, from Monday on: float64 [7].

    Where dates tell how many call, a weekday of which there is none has the calls of a mean day.
    """
    weekdays = np.array(queue.arrivals.weekdays or (1.0,) * 7)
    found = _accepted(scenario, queue)
    of_day = [[many for one, many in found if one in (None, day)] for day in range(7)]
    usual = sum(many for _, many in found) / len(found)
    return weekdays * [sum(some) / len(some) if some else usual for some in of_day]


def _accepted(scenario: Scenario, queue: Queue) -> list[tuple[int | None, float]]:
    """Of each date by which calls or hours differ its weekday and the calls that are accepted, without the
    weekday's factor; or those of every day.
    """
    arrivals = queue.arrivals
    clock = Clock(round(scenario.calendar.interval * 1000), 0, DAY_MS)
    times = _edges(arrivals, clock, ())
    surging = tuple(surge.days is None for surge in arrivals.surges)
    calendar = scenario.calendar
    dates = sorted({date for date, _, _ in arrivals.rows if date is not None})
    alike = not dates and not isinstance(queue.open, dict) and not arrivals.differs
    found: list[tuple[int | None, float]] = []
    for day in [calendar.day(date) for date in dates or _week(calendar)[: 1 if alike else 7]]:
        usual = arrivals.on(day.date, calendar)
        pattern = Pattern(day.date.toordinal() if dates else None, usual, surging, ())
        until = _expected(arrivals, clock, times, pattern)
        hours = queue.open_on(day.date, calendar) or NEVER_OPEN
        calls = float(np.diff(np.interp(hours, times, until)).sum())
        found.append((None if alike else day.weekday, calls))
    return found


def _week(calendar: Calendar) -> list[datetime.date]:
    """Seven dates on end, from the first day of a calendar on."""
    return [calendar.start + datetime.timedelta(days=day) for day in range(7)]


def _of_day(rushes: tuple[Rush, ...], number: int) -> tuple[Rush, ...]:
    """Returns the parts of rushes that fall on a day, in ms of that day; days count from 1."""
    start = (number - 1) * DAY_MS
    moved = (Rush(max(r.begins - start, 0), min(r.ends - start, DAY_MS), r.times) for r in rushes)
    return tuple(rush for rush in moved if rush.begins < rush.ends)


def _edges(arrivals: Arrivals, clock: Clock, rushes: tuple[Rush, ...]) -> np.ndarray:
    """Every time of day at which the rate may change: float64 [edge] ms, 0 and DAY_MS included."""
    edges = set(range(0, DAY_MS + 1, clock.width))
    for steps in map(len, arrivals.profiles):
        edges.update(DAY_MS * k // steps for k in range(steps))
    edges.update(edge for surge in arrivals.surges for span in surge.at for edge in span)
    edges.update(edge % DAY_MS for rush in rushes for edge in rush[:2])
    return np.array(sorted(edges), np.float64)


def _expected(arrivals: Arrivals, clock: Clock, times: np.ndarray, pattern: Pattern) -> np.ndarray:
    """Expected calls from midnight until each edge: float64 [edge]."""
    date, usual, surging, rushing = pattern
    starts = times[:-1]
    length = np.diff(times)
    if usual.per_hour is not None:
        rate = np.full(len(starts), usual.per_hour / HOUR_MS)
    elif usual.per_day is not None:
        profile = np.array(usual.profile)
        step = DAY_MS / len(profile)
        rate = usual.per_day * (profile / profile.sum())[(starts // step).astype(int)] / step
    else:
        by_interval = np.zeros(DAY_MS // clock.width)
        for day, at, offered in arrivals.rows:
            if day is None or day.toordinal() == date:
                by_interval[at // clock.width] += offered
        rate = by_interval[(starts // clock.width).astype(int)] / clock.width
    surges = [s for s, applies in zip(arrivals.surges, surging, strict=True) if applies]
    spans = [(start, end, surge.times) for surge in surges for start, end in surge.at]
    # By their size, so that the order in which they are written decides no last bit.
    for start, end, many in sorted([*spans, *rushing], key=lambda span: span[2]):
        rate = np.where((start <= starts) & (starts < end), rate * many, rate)
    return np.concatenate([[0.0], np.cumsum(rate * length)])
