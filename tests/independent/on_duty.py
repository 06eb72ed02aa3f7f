"""How many agents a group's words put on duty: read from the file's words, without callsim."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def days_of(key: str) -> set[int]:
    """The weekdays of a weekday or a range, which may pass the end of the week; 0 is Monday."""
    if key[:3] not in WEEK:
        return set()
    first, last = WEEK.index(key[:3]), WEEK.index(key[-3:])
    return {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}


def of_date(values: Mapping[str, Any], date: datetime.date) -> Any:
    """The value of a date: its own, else that of the fewest weekdays, else that of all others."""
    if str(date) in values:
        return values[str(date)]
    mine = [key for key in values if date.weekday() in days_of(key)]
    return values[min(mine, key=lambda key: len(days_of(key)))] if mine else values["other"]


def on_duty(words: Mapping[str, Any], group: str) -> list[int]:
    """Agents by interval of two hours, of all days of the calendar."""
    calendar, staff = words["calendar"], words["groups"][group]["staff"]
    first = datetime.date.fromisoformat(calendar["start"])
    found: list[int] = []
    for day in range(calendar["days"]):
        value = of_date(staff, first + datetime.timedelta(days=day)) if isinstance(staff, Mapping) else staff
        found += value if isinstance(value, list) else [value] * 12
    return found
