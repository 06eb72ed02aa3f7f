"""How busy groups are that may not be too busy: by a goal of the file, or by a wish."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from callsim.results.result import Result
from callsim.sentences import dated
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY
from callsim.study.staff.search import Found
from callsim.study.staff.subproblem import goals_of, limits
from callsim.units import DAY_MS, show_clock

NEARLY = 0.005  # of occupancy above the wish: less than anybody tells
LUCK = 0.05  # how often a wish that is just kept may seem to be missed, all intervals together


@dataclass(frozen=True, kw_only=True)
class Occupancy:
    """How busy a group may be, and its busiest interval on fresh days; days that are alike taken together."""

    at_most: float  # share of the time on duty
    reached: float  # in the busiest interval, and those that are alike to it
    known_to: float  # half the width of its interval of 95 %, that of the busiest among all of them
    at: str  # HH:MM; with its weekday where days differ
    met: bool  # whether the group is nowhere surely busier than it may be
    kept_by: int | None = None  # agents there with whom it would not be, where it is; of each copy
    kept_at: float | None = None  # how busy these were in the search
    goal: bool = False  # whether the file has it as a goal; else it is a wish


def occupancies(
    check: Result,
    wishes: Mapping[str, float],
    days: Sequence[Sequence[Found]],
    staff: Mapping[str, Sequence[np.ndarray]] | None = None,
) -> dict[str, Occupancy]:
    """The busiest interval of each group for which there is a wish or a goal; time at work ÷ time on duty.

    `days`: the searches of each day of the calendar; `staff`: int64 [interval] of each day, by group, where
    agents are scheduled by the interval. All intervals with the same staff in which the same is expected tell
    of each of them. Of those that differ the busiest may seem to be busier than it is by luck.
    """
    scenario = check.model.scenario
    goals = goals_of(scenario)
    return {
        name: _busiest(check, name, most, goals.get(name) == most, days, staff[name] if staff else None)
        for name, most in limits(scenario, wishes).items()
        if any(name in one.part.groups for one in days[0])  # groups that only dial are staffed by the file
    }


def _busiest(
    check: Result,
    name: str,
    most: float,
    goal: bool,
    days: Sequence[Sequence[Found]],
    staff: Sequence[np.ndarray] | None,
) -> Occupancy:
    model = check.model
    per_day = DAY_MS // model.grid
    group = model.scenario.groups[name]
    rows = [row for row, copy in enumerate(model.groups) if copy.group is group]
    work = check.sums.work[:, :, rows].sum(axis=2)
    by_day = work.reshape(len(work), -1, per_day, work.shape[-1])  # int64 [run, day, interval, column]
    of_day = [next(one for one in day if name in one.part.groups) for day in days]
    kinds: dict[int, list[int]] = {}
    for number, one in enumerate(of_day):
        kinds.setdefault(id(one), []).append(number)
    seen = []  # share, standard error, day, interval
    for numbers in kinds.values():
        found = of_day[numbers[0]]
        expected = found.start[:, found.part.groups.index(name)]
        keys = np.arange(per_day)[:, None]
        if staff is not None:
            keys = np.round(np.column_stack([expected, staff[numbers[0]]]), 6)
        _, first, alike = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        sums = by_day[:, numbers].sum(axis=1)
        for number, interval in enumerate(first.tolist()):
            busy, there = (
                sums[:, alike.ravel() == number, column].sum(axis=1).astype(float)
                for column in (G_BUSY, G_ON_DUTY)
            )
            if there.sum() > 0:
                share = float(busy.sum() / there.sum())
                error = float(np.std(busy - share * there) / there.mean() / np.sqrt(max(len(busy) - 1, 1)))
                seen.append((share, error, numbers[0], interval))
    errors = float(special.ndtri(1 - LUCK / max(len(seen), 1)))
    share, error, day, interval = max(
        seen, key=lambda one: one[0] - errors * one[1], default=(0.0, 0.0, 0, 0)
    )
    at = show_clock(interval * model.grid)
    if len(kinds) > 1:
        at = f"{dated(model.scenario.calendar.start + datetime.timedelta(days=day), '%a')} {at}"
    met = share - errors * error <= most + (0.0 if goal else NEARLY)
    kept_by, kept_at = None, None
    if staff is not None and not met:
        found = of_day[day]
        g = found.part.groups.index(name)
        agents = int(found.wished.agents[interval, g])
        if agents > staff[day][interval]:
            kept_by, kept_at = agents, float(found.wished.busy[interval, g])
    return Occupancy(
        at_most=most,
        reached=share,
        known_to=errors * error,
        at=at,
        met=met,
        kept_by=kept_by,
        kept_at=kept_at,
        goal=goal,
    )
