"""The hours of a group's roster, whether it is written by the interval or by the shift."""

from __future__ import annotations

import datetime
from collections import Counter

import numpy as np

from callsim.scenario import Calendar, Campaign, Group, Queue, Scenario
from callsim.sim.centre import Clock, Ranges
from callsim.units import DAY_MS, HOUR_MS

WEEK = 7  # days
NIGHT = ((0, 6 * HOUR_MS), (22 * HOUR_MS, DAY_MS))  # of the day


def spans(scenario: Scenario, group: Group) -> list[tuple[int, int, int]]:
    """When how many of one such group are planned in a week: (from, to, agents), ms since Monday 00:00.

    What passes midnight on Sunday goes on into the next week.
    """
    if group.shifts is not None:
        return [
            (day * DAY_MS + begin, day * DAY_MS + end, there)
            for name, agents in group.shifts.items()
            for begin, end, there in scenario.shifts[name].on_duty(agents)
            for day in scenario.shifts[name].days
        ]
    week = of_a_week(scenario, group)
    return [
        (day * DAY_MS + k * (DAY_MS // len(staff)), day * DAY_MS + (k + 1) * (DAY_MS // len(staff)), agents)
        for day, staff in enumerate(week)
        for k, agents in enumerate(staff)
    ]


def of_a_week(scenario: Scenario, group: Group) -> list[tuple[int, ...]]:
    """The staff of each day of a week, from Monday on: of the first such day of the calendar."""
    first = scenario.calendar.start
    days = [first + datetime.timedelta(days=(day - first.weekday()) % WEEK) for day in range(WEEK)]
    return [group.staff_of(day, scenario.calendar) for day in days]


def open_hours(queue: Queue | Campaign, calendar: Calendar, clock: Clock) -> tuple[Ranges, dict[int, Ranges]]:
    """When a queue takes calls on most days, and on each of the others, see `Clock.day`: ms of the day.

    Rule 9: the day after the last has hours of its own.
    """
    if not isinstance(queue.open, dict):
        return queue.open, {}
    days = range(clock.day(0), calendar.days + 2)
    every = {day: queue.open_on(calendar.start + datetime.timedelta(days=day), calendar) for day in days}
    usual, _ = Counter(every.values()).most_common(1)[0]
    return usual, {day: hours for day, hours in every.items() if hours != usual}


def ready_share(group: Group) -> float:
    """Of the agents that a roster plans, the share that is ready: without shrinkage and those absent."""
    absent = 0.0 if group.absence is None else group.absence.share
    return (1 - group.shrinkage) * (1 - absent)


def rostered_hours(scenario: Scenario, group: Group) -> float:
    """Hours a week for which agents of one such group are planned, whether they come or not."""
    return sum((end - begin) * agents for begin, end, agents in spans(scenario, group)) / HOUR_MS


def night_share(scenario: Scenario, group: Group) -> float:
    """The share of a roster's hours that lies between 22:00 and 06:00."""
    total = at_night = 0
    for begin, end, agents in spans(scenario, group):
        total += (end - begin) * agents
        for day in range(begin // DAY_MS, (end - 1) // DAY_MS + 1):
            for start, stop in NIGHT:
                meets = min(end, day * DAY_MS + stop) - max(begin, day * DAY_MS + start)
                at_night += max(0, meets) * agents
    return at_night / total if total else 0.0


def on_days(week: np.ndarray, first: datetime.date, days: int) -> np.ndarray:
    """Of the cells of a week, from Monday on, those of some days on end: float64 [cell]."""
    cells = len(week) // WEEK
    if days >= WEEK:
        return week
    return np.take(week, np.arange(days * cells) + first.weekday() * cells, mode="wrap")


def planned(scenario: Scenario, group: Group) -> np.ndarray:
    """Agents of one copy of the group who are ready, on the mean: float64 [interval of week]."""
    width = round(scenario.calendar.interval * 1000)
    week = np.zeros(WEEK * DAY_MS // width, np.int64)
    for begin, end, agents in spans(scenario, group):
        inside = np.arange(begin // width, -(-end // width)) % len(week)
        week[inside] += agents
    return week * ready_share(group)
