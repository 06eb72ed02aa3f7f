"""When a queue takes no calls, as the scenario says it: a table needs no rows of these hours."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from pydantic import TypeAdapter, ValidationError

from callsim.scenario.document import Node
from callsim.scenario.reading.tables.times import Day
from callsim.scenario.words import by_day
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.quantities import Hours

Closed = Callable[[Day, int, int], bool]
"""Whether a queue is closed on a day (or each day that a weekday or None stands for), from ms to ms."""


def never(day: Day, begin: int, end: int) -> bool:
    """Of groups, which have no hours."""
    return False


def closed_hours(root: Node, queue: str, calendar: Calendar | None) -> Closed:
    """When a queue of a tree is closed; never where it does not say so, or not rightly."""
    node = root.at("queues", queue, "open")
    if node is None or calendar is None:
        return never
    try:
        hours = TypeAdapter(Hours).validate_python(node.plain())
    except ValidationError:
        return never  # told as a mistake elsewhere
    days = calendar.all_days()
    if isinstance(hours, dict) and any(by_day.on(hours, day) is None for day in days):
        return never

    def closed(day: Day, begin: int, end: int) -> bool:
        meant = [one.date for one in days if day is None or one.weekday == day]
        dates = [day] if isinstance(day, datetime.date) else meant
        return all(
            end <= start or begin >= stop
            for date in dates
            for start, stop in (calendar.value(hours, date) if isinstance(hours, dict) else hours)
        )

    return closed
