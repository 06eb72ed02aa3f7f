"""How many agents a group's words put on duty: read from the file's words, without callsim."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np

DAY = 24 * 60  # minutes
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


def open_hours(words: Mapping[str, Any], queue: str, day: int) -> list[tuple[int, int]]:
    """When a queue takes calls on a day of the run, 0 is day 1: ranges of ms of the day.

    Days about the calendar that no key covers are like its nearest one.
    """
    calendar, hours = words["calendar"], words["queues"][queue].get("open", "00:00-24:00")
    first = datetime.date.fromisoformat(calendar["start"])
    if isinstance(hours, Mapping):
        date = first + datetime.timedelta(days=day)
        if (
            str(date) not in hours
            and "other" not in hours
            and not any(date.weekday() in days_of(key) for key in hours)
        ):
            date = first + datetime.timedelta(days=min(max(day, 0), calendar["days"] - 1))
        hours = of_date(hours, date)
    if hours == "closed":
        return []
    some = hours if isinstance(hours, list) else [hours]
    return [tuple(60_000 * at for at in minutes(one)) for one in some]  # type: ignore[misc]


def minutes(words: str) -> tuple[int, int]:
    """From when to when, in minutes of the day; the end may lie past midnight."""
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in words.split("-"))
    return begin, end if end > begin else end + DAY


def by_minute(shift: Mapping[str, Any], people: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Of people on a shift, in each minute of two days: at least and at most how many are there, and for how
    many minutes all together.

    A fixed break all take together. Of one that moves never more are away at a time than they would be in a
    window cut into breaks side by side: people ÷ breaks that fit, rounded up.
    """
    begin, end = minutes(f"{shift['from']}-{shift['to']}")
    least = np.zeros(2 * DAY, int)
    least[begin:end] = people
    most, rostered = least.copy(), people * (end - begin)
    breaks = shift.get("breaks", [])
    for one in breaks if isinstance(breaks, list) else [breaks]:
        words = one if isinstance(one, Mapping) else {"at": one}
        first, last = minutes(words.get("at") or words["between"])
        first, last = (at + DAY * (first < begin) for at in (first, last))
        length = int(words["length"].split()[0]) if "length" in words else last - first
        rostered -= people * length
        if "at" in words:
            least[first:last] = most[first:last] = 0
        else:
            least[first:last] -= -(-people // ((last - first) // length))
    return np.maximum(least, 0), most, rostered


def on_duty(words: Mapping[str, Any], group: str) -> list[int]:
    """Agents by interval of two hours, of all days of the calendar."""
    calendar, staff = words["calendar"], words["groups"][group]["staff"]
    first = datetime.date.fromisoformat(calendar["start"])
    found: list[int] = []
    for day in range(calendar["days"]):
        value = of_date(staff, first + datetime.timedelta(days=day)) if isinstance(staff, Mapping) else staff
        found += value if isinstance(value, list) else [value] * 12
    return found
