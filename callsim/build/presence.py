"""Staff and shifts become crews: the agents of one group with the same hours, and what thins them."""

from __future__ import annotations

import numpy as np

from callsim.build.copies import GroupCopy
from callsim.build.demand import key_of
from callsim.build.incidents import waves
from callsim.build.names import in_order
from callsim.scenario import Scenario, Shift
from callsim.sim.centre import DAY, Clock
from callsim.sim.crews import Crew, Roster

ALWAYS = frozenset(range(7))


def roster(scenario: Scenario, groups: list[GroupCopy], clock: Clock) -> tuple[np.ndarray, Roster]:
    """The group of each crew: int32 [crew]; and the crews themselves."""
    rows: list[int] = []
    crews: list[Crew] = []
    hours = {name: _hours(shift) for name, shift in scenario.shifts.items()}
    for row, copy in enumerate(groups):
        absence = copy.group.absence
        worked = copy.group.shifts
        for crew in [_by_interval(copy, clock)] if worked is None else _by_shift(copy, hours):
            rows.append(row)
            crews.append(
                crew._replace(
                    on_phone=1 - copy.group.shrinkage,
                    absent=absence.share if absence else 0.0,
                    correlation=absence.correlation if absence else 0.0,
                    waves=waves(scenario, copy.group.site, clock),
                )
            )
    return np.array(rows, np.int32), Roster(tuple(crews), scenario.calendar.start.toordinal())


def _by_interval(copy: GroupCopy, clock: Clock) -> Crew:
    """A list of staff is worked by people who are there, or absent, all day."""
    agents = np.append(np.broadcast_to(copy.group.staff or 0, DAY // clock.width), 0).astype(np.int64)
    times = np.arange(0, DAY + 1, clock.width)
    return Crew(key_of(copy.name), times, agents, np.zeros(len(times), np.bool_), ALWAYS, whole=False)


def _by_shift(copy: GroupCopy, hours: dict[str, Crew]) -> list[Crew]:
    shifts = copy.group.shifts or {}
    return [
        hours[name]._replace(key=key_of(f"{copy.name}\n{name}"), agents=hours[name].agents * shifts[name])
        for name in in_order(shifts)
    ]


def _hours(shift: Shift) -> Crew:
    """One agent who comes when a shift begins, leaves for its breaks and gaps, and goes when it ends."""
    times = np.array([edge for span in shift.spans for edge in span], np.int64)
    there = np.resize(np.array([1, 0], np.int64), len(times))
    breaks = np.ones(len(times), np.bool_)
    breaks[[0, -1]] = False
    return Crew(0, times, there, breaks, frozenset(shift.days), whole=True)


def planned(crews: Roster, clock: Clock) -> np.ndarray:
    """Most agents of each crew by the interval, on a day on which all come: int64 [interval of day, crew]."""
    staff = np.zeros((DAY // clock.width, len(crews.crews)), np.int64)
    steps = crews.rows.steps
    # Every step lasts to the next; a crew's last one, with nobody, to anywhere.
    begin, end = steps["time"] // clock.width, -(-np.append(steps["time"][1:], 0) // clock.width)
    touched = np.where(steps["agents"] > 0, end - begin, 0)
    of_step = np.repeat(np.arange(len(steps)), touched)
    later = np.arange(len(of_step)) - np.repeat(np.cumsum(touched) - touched, touched)
    cells = (begin[of_step] + later) % len(staff), steps["crew"][of_step]
    np.maximum.at(staff, cells, steps["agents"][of_step])
    return staff
