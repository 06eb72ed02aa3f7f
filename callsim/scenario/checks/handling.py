"""How long a call of a queue takes, where its handling time differs by interval or day."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator

from callsim.scenario.checks.plausible import mean_s
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.demand import Arrivals, Queue
from callsim.scenario.words.distributions import Family
from callsim.units import DAY_MS


def usual_handling_s(queue: Queue, calendar: Calendar) -> float:
    """Returns the mean talk and wrap of a queue's calls on the days of the calendar, in seconds.

    Each mean counts as often as calls come in its interval and on its day. Where nobody is expected to call,
    all intervals count alike.
    """
    parts = [part for part in (queue.talk, queue.wrap) if part is not None]
    if all(len(part.means_of_all) == 1 for part in parts):
        return sum(map(mean_s, parts))
    calls = taken = 0.0
    for date, at, some in _expected(queue.arrivals, calendar, math.lcm(*map(_cells, parts))):
        calls += some
        taken += some * sum(_mean_at(part, calendar, date, at) for part in parts)
    return taken / calls if calls else sum(map(mean_s, parts))


def _cells(part: Family) -> int:
    """Returns how many cells of a day hold one mean each, on every day."""
    days = part.mean.values() if isinstance(part.mean, dict) else [part.mean]
    return math.lcm(*(len(of_day) or 1 for of_day in days))


def _mean_at(part: Family, calendar: Calendar, date: datetime.date, at: int) -> float:
    """The mean of calls that arrive on a date at a time of day in ms: seconds."""
    means = calendar.value(part.mean, date) if isinstance(part.mean, dict) else part.mean
    return means[at * len(means) // DAY_MS] if means else part.mean_s


def _expected(
    arrivals: Arrivals, calendar: Calendar, cells: int
) -> Iterator[tuple[datetime.date, int, float]]:
    """Yields each date with a time of day in ms and the calls that come about then, but for a factor.

    `cells`: of a day, in each of which means are the same.
    """
    weekdays = arrivals.weekdays or (1.0,) * 7
    rows = arrivals.rows
    for day in calendar.all_days():
        times = weekdays[day.weekday]
        if rows:
            yield from ((day.date, at, many * times) for date, at, many in rows if date in (None, day.date))
            continue
        usual = arrivals.on(day.date, calendar)
        profile = usual.profile if usual.per_hour is None else (1.0,)
        parts = math.lcm(len(profile), cells)
        each = (usual.calls or 0.0) * times / sum(profile) * len(profile) / parts
        for k in range(parts):
            yield day.date, k * DAY_MS // parts, each * profile[k * len(profile) // parts]
