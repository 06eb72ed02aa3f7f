"""The hours that a plan pays: rostered time without unpaid breaks, of all who are planned."""

from __future__ import annotations

import datetime

import numpy as np

from callsim.model.model import Model
from callsim.model.presence import places
from callsim.scenario import Shift
from callsim.units import DAY_MS


def planned(model: Model) -> np.ndarray:
    """Paid time of the calendar's days, of all who are planned and may be absent: int64 [group] ms."""
    before = places(model.groups)
    found = np.zeros(len(model.groups), np.int64)
    for row, copy in enumerate(model.groups):
        if copy.group.shifts is None:
            found[row] = sum(_of_lists(model, row))
        else:
            shifts = model.scenario.shifts
            for name, agents in copy.group.shifts.items():
                found[row] += _of_shift(model, shifts[name], agents, before[row][name])
    return found


def worked_share(model: Model) -> np.ndarray:
    """Of the paid time of each group the share that is work, paid breaks taken out: float64 [group]."""
    found = np.ones(len(model.groups))
    for row, copy in enumerate(model.groups):
        worked = [(model.scenario.shifts[name], agents) for name, agents in (copy.group.shifts or {}).items()]
        paid = sum(shift.paid_ms * len(shift.days) * agents for shift, agents in worked)
        if paid:
            found[row] = sum(shift.work_ms * len(shift.days) * agents for shift, agents in worked) / paid
    return found


def _of_lists(model: Model, row: int) -> list[int]:
    """Of a group whose staff is given by the interval, on each day: ms."""
    calendar, group = model.scenario.calendar, model.groups[row].group
    dates = [calendar.start + datetime.timedelta(days=day) for day in range(calendar.days)]
    lists = [group.staff_of(date, calendar) for date in dates]
    return [sum(staff) * DAY_MS // len(staff) for staff in lists]


def _of_shift(model: Model, shift: Shift, agents: int, before: int) -> int:
    """Of some agents of a shift, after `before` others: ms. What lies outside the calendar is left out."""
    calendar = model.scenario.calendar
    days = [
        day
        for day in range(-1, calendar.days)
        if shift.works(calendar.day(calendar.start + datetime.timedelta(days=day)))
    ]
    past_midnight = _within(shift, agents, before, DAY_MS, 2 * DAY_MS)
    whole = agents * shift.paid_ms * sum(day >= 0 for day in days)
    return whole + past_midnight * (-1 in days) - past_midnight * (calendar.days - 1 in days)


def _within(shift: Shift, agents: int, before: int, begin: int, end: int) -> int:
    """Their paid time between two moments of the shift, ms since midnight of the day on which it begins."""

    def meets(start: int, stop: int) -> int:
        return max(0, min(stop, end) - max(start, begin))

    found = agents * sum(meets(*span) for span in shift.rostered)
    found -= agents * sum(meets(*one.at) for one in shift.breaks if one.at is not None and not one.is_paid)
    unpaid = np.array([not one.is_paid for one in shift.breaks if one.between is not None], np.bool_)
    begins, ends = shift.away(agents, before)
    lasts = np.minimum(ends, end) - np.maximum(begins, begin)
    return found - int(np.maximum(lasts, 0)[:, unpaid].sum())
