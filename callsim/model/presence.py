"""Staff and shifts become crews: the agents of one group with the same hours, and what thins them."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from callsim.model.copies import GroupCopy
from callsim.model.demand import key_of
from callsim.model.incidents import waves
from callsim.model.names import in_order
from callsim.model.ties import tied
from callsim.scenario import Calendar, Group, Incident, Scenario, Shift
from callsim.scenario.words import by_day
from callsim.scenario.words.shifts import AROUND
from callsim.sim.centre import Clock
from callsim.sim.luck.crews import NOBODY, Crew, Roster
from callsim.units import DAY_MS

ALWAYS = frozenset(range(7))
RECENT = 4  # rosters that are kept for plans whose groups are alike


class _Words(NamedTuple):
    """All that the crews of a centre depend on; equal words in the same order make equal crews."""

    groups: list[tuple[str, Group]]
    queues: list[tuple[str, int]]  # how many copies each has
    shifts: dict[str, Shift]
    calendar: Calendar
    sites: list[str]
    incidents: tuple[Incident, ...]
    clock: Clock


_recent: deque[tuple[_Words, tuple[np.ndarray, Roster]]] = deque(maxlen=RECENT)


def roster(scenario: Scenario, groups: list[GroupCopy], clock: Clock) -> tuple[np.ndarray, Roster]:
    """The group of each crew: int32 [crew]; and the crews' hours.

    They are the very same objects where nothing of it changed since one of the last few calls: of plans that
    differ in their calls alone, crews are most of the work.
    """
    words = _Words(
        list(scenario.groups.items()),
        [(name, queue.copies) for name, queue in scenario.queues.items()],
        scenario.shifts,
        scenario.calendar,
        list(scenario.sites),
        scenario.incidents,
        clock,
    )
    for known, made in list(_recent):
        if known == words:
            return made
    made = _roster(scenario, groups, clock)
    made[0].flags.writeable = False
    _recent.append((words, made))
    return made


def _roster(scenario: Scenario, groups: list[GroupCopy], clock: Clock) -> tuple[np.ndarray, Roster]:
    rows: list[int] = []
    crews: list[Crew] = []
    numbers: list[int] = []
    before, shifts = places(groups), _shifts(scenario)
    for row, copy in enumerate(groups):
        absence = copy.group.absence
        worked = copy.group.shifts
        by_shift = worked is not None
        for same in (
            _by_shift(shifts, copy, before[row]) if by_shift else [_by_interval(scenario, copy, clock)]
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


class _Shift(NamedTuple):
    """A shift of the file, and what is found of it once for all groups."""

    shift: Shift
    spans: tuple[tuple[int, int], ...]  # ms, see Shift
    weekdays: frozenset[int]
    unlike: tuple[frozenset[int], frozenset[int]]  # see _unlike


def _shifts(scenario: Scenario) -> dict[str, _Shift]:
    return {
        name: _Shift(shift, shift.spans, frozenset(shift.days), _unlike(scenario.calendar, shift))
        for name, shift in scenario.shifts.items()
    }


def _by_shift(shifts: dict[str, _Shift], copy: GroupCopy, before: dict[str, int]) -> list[list[Crew]]:
    worked = copy.group.shifts or {}
    return [
        [_hours(shifts[name], worked[name], before[name], key_of(f"{copy.name}\n{name}"))]
        for name in in_order(worked)
    ]


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


def _hours(known: _Shift, agents: int, before: int, key: int) -> Crew:
    """Agents who come when a shift begins, leave for its breaks and gaps, and go when it ends.

    `before`: agents of other groups on the same shift, who have the first places in the row for breaks.
    """
    begins, ends = known.shift.away(agents, before)
    edges = np.array(known.spans, np.int64).ravel()
    times = np.unique(np.concatenate([edges, begins.ravel(), ends.ravel()]))
    there = np.zeros(len(times), np.bool_)
    for begin, end in known.spans:
        there |= (begin <= times) & (times < end)
    breaks = np.ones(len(times), np.bool_)
    breaks[[0, -1]] = False
    planned = np.where(there, agents, 0).astype(np.int64)
    away, (dates, but) = _away(begins, ends, times), known.unlike
    return Crew(key, times, planned, breaks, known.weekdays, True, dates, but, away=away)


def _away(begins: np.ndarray, ends: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, ...]:
    """Who is on a break of their own from each of `times` on, int64 [step]: int32 [agent] of each step.

    `begins`, `ends`: int64 [agent, break], those of one agent apart from each other.
    """
    if not begins.size:
        return (NOBODY,) * len(times)
    first, last = np.searchsorted(times, begins.ravel()), np.searchsorted(times, ends.ravel())
    lasts = last - first  # steps
    agent = np.repeat(np.arange(begins.size) // max(begins.shape[1], 1), lasts).astype(np.int32)
    step = np.arange(len(agent)) + np.repeat(first - (np.cumsum(lasts) - lasts), lasts)
    agent = agent[np.argsort(step, kind="stable")]  # agents stay in order
    edges = np.cumsum(np.bincount(step, minlength=len(times))).tolist()
    return tuple(agent[begin:end] for begin, end in pairwise([0, *edges]))


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
