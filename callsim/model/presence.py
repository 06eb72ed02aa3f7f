"""Staff and shifts become crews: the agents of one group with the same hours, and what thins them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import numpy as np

from callsim.model.copies import GroupCopy
from callsim.model.demand import key_of
from callsim.model.incidents import waves
from callsim.model.names import in_order
from callsim.model.ties import tied
from callsim.scenario import Calendar, Scenario, Shift
from callsim.scenario.words import by_day
from callsim.scenario.words.shifts import AROUND
from callsim.sim.centre import Clock
from callsim.sim.luck.crews import Crew, Roster
from callsim.units import DAY_MS

ALWAYS = frozenset(range(7))


def roster(scenario: Scenario, groups: list[GroupCopy], clock: Clock) -> tuple[np.ndarray, Roster]:
    """The group of each crew: int32 [crew]; and the crews' hours."""
    rows: list[int] = []
    crews: list[Crew] = []
    numbers: list[int] = []
    before = places(groups)
    for row, copy in enumerate(groups):
        absence = copy.group.absence
        worked = copy.group.shifts
        by_shift = worked is not None
        for same in (
            _by_shift(scenario, copy, before[row]) if by_shift else [_by_interval(scenario, copy, clock)]
        ):
            crews += [
                crew._replace(
                    on_phone=1 - copy.group.shrinkage,
                    absent=absence.share if absence else 0.0,
                    correlation=absence.correlation if absence else 0.0,
                    waves=waves(scenario, copy.group.site, clock),
                )
                for crew in same
            ]
            numbers += [len(rows)] * len(same)
            rows.append(row)
    day_one = scenario.calendar.start.toordinal()
    return np.array(rows, np.int32), Roster(tuple(crews), day_one, tuple(numbers))


def _by_interval(scenario: Scenario, copy: GroupCopy, clock: Clock) -> list[Crew]:
    """A group whose staff is a list is one crew: its people are there, or absent, all day.

    Where days differ it stands there once for each of its lists.
    """
    calendar, staff = scenario.calendar, copy.group.staff
    times = np.arange(0, DAY_MS + 1, clock.width)

    def crew(of_day: tuple[int, ...], weekdays: Iterable[int], dates: Iterable[int], but: set[int]) -> Crew:
        agents = np.append(np.broadcast_to(of_day, DAY_MS // clock.width), 0).astype(np.int64)
        always = key_of(copy.name), times, agents, np.zeros(len(times), np.bool_)
        return Crew(*always, frozenset(weekdays), whole=False, dates=frozenset(dates), but=frozenset(but))

    if not isinstance(staff, dict):
        return [crew(staff or (0,), ALWAYS, (), set())]
    # Days about the calendar, which no key need cover, have the staff of its first or last day.
    of_weekday = {day: of for day in range(7) if (of := by_day.on_weekday(staff, day)) is not None}
    special = {
        date.toordinal(): of
        for date in _about(calendar)
        if (of := copy.group.staff_of(date, calendar)) != of_weekday.get(date.weekday())
    }
    lists = dict.fromkeys([*of_weekday.values(), *special.values()])
    return [
        crew(
            of,
            [day for day, found in of_weekday.items() if found == of],
            [date for date, found in special.items() if found == of],
            {date for date, found in special.items() if found != of},
        )
        for of in lists
    ]


def places(groups: Sequence[GroupCopy]) -> list[dict[str, int]]:
    """Of each group and shift, how many agents of the shift stand before its own when breaks are given out.

    Groups that answer the same queues, also by way of others, share their breaks: away at a time are as equal
    numbers of all of them as can be. Other groups are of no concern to each other.
    """
    number = {name: k for k, name in enumerate(dict.fromkeys(q for copy in groups for q in copy.answers))}
    edges = [(number[queue], len(number) + row) for row, copy in enumerate(groups) for queue in copy.answers]
    queues, rows = np.array(edges, np.int64).reshape(-1, 2).T
    part = tied(queues, rows, len(number) + len(groups)).tolist()
    before: dict[tuple[int, str], int] = {}
    found = []
    for row, copy in enumerate(groups):
        mine = {}
        for shift, agents in (copy.group.shifts or {}).items():
            mine[shift] = before.get((part[len(number) + row], shift), 0)
            before[part[len(number) + row], shift] = mine[shift] + agents
        found.append(mine)
    return found


def _by_shift(scenario: Scenario, copy: GroupCopy, before: dict[str, int]) -> list[list[Crew]]:
    shifts = copy.group.shifts or {}
    found = []
    for name in in_order(shifts):
        shift = scenario.shifts[name]
        dates, but = _unlike(scenario.calendar, shift)
        crew = _hours(shift, shifts[name], before[name])
        found.append([crew._replace(key=key_of(f"{copy.name}\n{name}"), dates=dates, but=but)])
    return found


def _unlike(calendar: Calendar, shift: Shift) -> tuple[frozenset[int], frozenset[int]]:
    """The dates about a calendar on which a shift is worked, and on which it is not, unlike their weekday."""
    if calendar.holidays is None and not shift.also and not shift.but:
        return frozenset(), frozenset()
    about = map(calendar.day, _about(calendar))
    worked = {
        day.date.toordinal(): shift.works(day)
        for day in about
        if shift.works(day) != (day.date.weekday() in shift.days)
    }
    return (
        frozenset(date for date, comes in worked.items() if comes),
        frozenset(date for date, comes in worked.items() if not comes),
    )


def _about(calendar: Calendar) -> list[datetime.date]:
    """The dates of a calendar and those before and after it on which something may be played."""
    return [calendar.start + datetime.timedelta(days=k) for k in range(-AROUND, calendar.days + AROUND)]


def _hours(shift: Shift, agents: int, before: int) -> Crew:
    """Agents who come when a shift begins, leave for its breaks and gaps, and go when it ends.

    `before`: agents of other groups on the same shift, who have the first places in the row for breaks.
    """
    begins, ends = shift.away(agents, before)
    times = np.unique([*(edge for span in shift.spans for edge in span), *begins.ravel(), *ends.ravel()])
    there = [any(begin <= at < end for begin, end in shift.spans) for at in times.tolist()]
    away = tuple(np.flatnonzero(((begins <= at) & (at < ends)).any(axis=1)).astype(np.int32) for at in times)
    breaks = np.ones(len(times), np.bool_)
    breaks[[0, -1]] = False
    planned = np.where(there, agents, 0).astype(np.int64)
    return Crew(0, times, planned, breaks, frozenset(shift.days), whole=True, away=away)


def planned(crews: Roster, clock: Clock) -> np.ndarray:
    """Most agents of each crew by the interval, on a day on which all come: int64 [interval of day, crew]."""
    staff = np.zeros((DAY_MS // clock.width, crews.number), np.int64)
    steps = crews.rows.steps
    # Every step lasts to the next; a crew's last one, with nobody, to anywhere.
    begin, end = steps["time"] // clock.width, -(-np.append(steps["time"][1:], 0) // clock.width)
    there = crews.rows.planned
    touched = np.where(there > 0, end - begin, 0)
    of_step = np.repeat(np.arange(len(steps)), touched)
    later = np.arange(len(of_step)) - np.repeat(np.cumsum(touched) - touched, touched)
    cells = (begin[of_step] + later) % len(staff), crews.rows.numbers[steps["crew"][of_step]]
    np.maximum.at(staff, cells, there[of_step])
    return staff


def on_duty(crews: Roster, crew_group: np.ndarray, clock: Clock) -> np.ndarray:
    """Agents who are ready on the mean, by the interval of the days reported: float64 [cell, group].

    Shrinkage and absence are taken off; incidents are not. `crew_group`: int32 [crew], see `Centre`.
    """
    rows = crews.rows
    group_of = crew_group[rows.numbers]
    cells = (clock.ends - clock.opens) // clock.width
    width, groups = clock.width, int(group_of.max()) + 1
    steps, of = rows.steps, rows.steps["crew"]
    before = np.where(np.arange(len(steps)) == rows.crews["steps_from"][of], 0, np.roll(rows.planned, 1))
    change = (rows.planned - before) * rows.crews["on_phone"][of] * (1 - steps["absent"])
    there = np.zeros((cells + 1, groups))  # agent ms of each cell, as changes from cell to cell
    for day in range(-1, (clock.ends - clock.opens) // DAY_MS):  # a shift may pass midnight
        comes = np.flatnonzero(rows.comes(crews.day_one + day)[of])
        at = np.maximum(steps["time"][comes] + day * DAY_MS, 0)
        cell, more, group = at // width, change[comes], group_of[of[comes]]
        inside = cell < cells
        cell, more, group, at = cell[inside], more[inside], group[inside], at[inside]
        left = (cell + 1) * width - at  # of the cell in which it changes
        np.add.at(there, (cell, group), more * left)
        np.add.at(there, (cell + 1, group), more * (width - left))
    return np.asarray(np.maximum(np.cumsum(there, axis=0)[:cells] / width, 0.0))
