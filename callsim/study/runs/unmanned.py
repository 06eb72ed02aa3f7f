"""Calls to nobody: hours without anybody on duty, waits through a night, breaks that all take together."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from callsim.model import Model
from callsim.model.hours import of_a_week
from callsim.results.judgement import kept_in
from callsim.results.measures import COUNTS
from callsim.sim.count.tally import G_LATE, G_ON_DUTY
from callsim.study.runs.copies import alike
from callsim.study.runs.overload import stretches
from callsim.units import DAY_MS, show_clock, show_duration

SHOWN = 3  # stretches of time in a warning
MOST = 0.5  # of those who are planned are on break together: more than this is worth a word


def nobody_on_duty(model: Model, calls: np.ndarray, work: np.ndarray) -> list[str]:
    """Queues that are called while nobody who may answer them is on duty; equal ones in one line.

    `calls`: int64 [cell, queue, column], `work`: int64 [cell, group, column], sums over runs.
    """
    offered, empty = calls @ COUNTS["offered"].over, _empty(model, work)
    found: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for row in range(len(model.queues)):
        # A cell in which nobody happened to call lies within such a time as well as any other.
        alone = empty[:, row] & _open(model, row)
        spans = tuple((a, b) for a, b in stretches(alone) if offered[a:b, row].any())
        if spans:
            found.setdefault(spans, []).append(row)
    told = [
        f"for {alike([model.queues[row].name for row in rows])} {_when(model, spans)}"
        for spans, rows in found.items()
    ]
    if not told:
        return []
    left = sum(map(len, list(found.values())[SHOWN:]))
    told = told[:SHOWN] + [f"at other times for {left} more"] * bool(left)
    return [
        f"nobody is on duty {', and '.join(told)}, when they are called: write staff or shifts for these "
        "hours, or open without them"
    ]


def through_the_night(model: Model, calls: np.ndarray, longest: np.ndarray, work: np.ndarray) -> list[str]:
    """Queues whose callers still wait when the last agent goes home, until somebody comes again.

    `longest`: int64 [cell, queue] ms, of answered calls of all runs.
    """
    offered, empty = calls @ COUNTS["offered"].over, _empty(model, work)
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in range(len(model.queues)):
        waits: dict[tuple[int, int], int] = {}
        for start, end in stretches(empty[:, row]):
            if offered[start:end, row].any():
                continue  # told as hours without anybody on duty
            before = np.arange(start)
            # Nobody answers from `start` to `end`, so a wait this long lasted through all of it.
            through = longest[:start, row] >= np.maximum(end - before - 1, 1) * model.grid
            through &= longest[:start, row] > (start - before) * model.grid
            if through.any():
                waits[start, end] = int(longest[:start, row][through].max())
        if waits:
            worst = max(waits, key=lambda span: waits[span])
            found.setdefault(worst, []).append((row, waits[worst]))
    starts = [*model.starts(), "the end"]
    said = []
    for (start, end), rows in found.items():
        names = alike([model.queues[row].name for row, _ in rows])
        until = starts[end] if end < len(starts) - 1 else "the next day"
        longest_wait = show_duration(60 * round(max(wait for _, wait in rows) / 60_000))
        said.append(
            f"callers of {names} who still wait when nobody is on duty any more ({starts[start]}) wait until "
            f"{until}, up to {longest_wait}: write at_close: disconnect, or agents until all are served"
        )
    return said


class _Pause(NamedTuple):
    """A time at which most of those who are planned for some queues are away."""

    begin: int  # ms of the day
    end: int
    away: int
    planned: int


def breaks_together(model: Model, calls: np.ndarray) -> list[str]:
    """Times at which more than half of a centre's shifts are on break together and goals are missed.

    `calls`: int64 [cell, queue, column], sums over runs.
    """
    if model.grid != model.centre.clock.width:
        return []
    rows = [row for row, copy in enumerate(model.queues) if copy.queue.goal is not None]
    if not rows or not any(group.shifts for group in model.scenario.groups.values()):
        return []
    found: dict[_Pause, list[int]] = {}
    for day in range(model.scenario.calendar.days):
        for pause in _pauses(model, (model.scenario.calendar.start.weekday() + day) % 7):
            found.setdefault(pause, []).append(day)
    alike_ones: dict[tuple[int, ...], list[str]] = {}
    for pause, days in found.items():
        cells = [
            cell
            for day in days
            for cell in range(
                (day * DAY_MS + pause.begin) // model.grid, -(-(day * DAY_MS + pause.end) // model.grid)
            )
            if cell < len(calls)
        ]
        missed = [row for row in rows if _missed(model, calls[cells, row].sum(axis=0), row)]
        if missed:
            when = f" on {len(days)} days" if len(days) > 1 else ""
            some = alike_ones.setdefault(tuple(missed), [])
            some.append(
                f"{pause.away} of {pause.planned}{' agents are on break together' * (not some)} from "
                f"{show_clock(pause.begin)} to {show_clock(pause.end)}{when}"
            )
    said = []
    for rows_missed, pauses in alike_ones.items():
        names = alike([model.queues[row].name for row in rows_missed])
        miss = "misses its goal" if len(rows_missed) == 1 else "miss their goals"
        left = len(pauses) - SHOWN
        more = f" and at {left} more time{'s' * (left > 1)}" if left > 0 else ""
        said.append(
            f"{', '.join(pauses[:SHOWN])}{more}, and {names} {miss} then: let shifts or breaks begin at "
            "different times"
        )
    return said


def _missed(model: Model, sums: np.ndarray, row: int) -> bool:
    goal = model.queues[row].queue.goal
    return goal is not None and not bool(kept_in(goal, sums, model.scenario.goals.counted))


def _pauses(model: Model, weekday: int) -> list[_Pause]:
    """Times of a day of the week at which most of those who are planned are on break."""
    shifts = model.scenario.shifts
    agents: dict[str, int] = {}
    steady = 0  # those who are planned without shifts
    for copy in model.groups:
        for name, count in (copy.group.shifts or {}).items():
            agents[name] = agents.get(name, 0) + count
        if copy.group.shifts is None:
            steady += int(np.max(of_a_week(model.scenario, copy.group)[weekday]))
    begun = [  # of shifts that began today, and of yesterday's past midnight
        (name, -back * DAY_MS)
        for name in agents
        for back in (0, 1)
        if (weekday - back) % 7 in shifts[name].days and agents[name]
    ]
    edges = {
        min(max(edge + moved, 0), DAY_MS)
        for name, moved in begun
        for span in (*shifts[name].spans, *shifts[name].breaks)
        for edge in span
    }
    found: list[_Pause] = []
    for begin, end in itertools.pairwise(sorted(edges)):
        away = sum(agents[name] for name, moved in begun if _within(shifts[name].breaks, begin - moved))
        there = sum(agents[name] for name, moved in begun if _within(shifts[name].spans, begin - moved))
        planned = away + there + steady
        if away > MOST * planned:
            last = found[-1] if found else None
            if last is not None and (last.end, last.away, last.planned) == (begin, away, planned):
                found[-1] = last._replace(end=end)
            else:
                found.append(_Pause(begin, end, away, planned))
    return found


def _within(spans: tuple[tuple[int, int], ...], at: int) -> bool:
    return any(begin <= at < end for begin, end in spans)


def _open(model: Model, row: int) -> np.ndarray:
    """The cells in which a queue takes calls: bool [cell]."""
    cells = np.arange(len(model.starts())) * model.grid
    found = np.zeros(len(cells), np.bool_)
    for opens, closes in model.queues[row].queue.open:
        found |= (cells % DAY_MS < closes) & (opens < cells % DAY_MS + model.grid)
    return found


def _empty(model: Model, work: np.ndarray) -> np.ndarray:
    """Where nobody who may answer is on duty, late ones aside: bool [cell, queue]."""
    on_duty = work[:, :, G_ON_DUTY] - work[:, :, G_LATE]
    may = np.zeros((len(model.queues), len(model.groups)), np.bool_)
    may[model.centre.pairs["queue"], model.centre.pairs["group"]] = True
    return np.asarray((on_duty > 0).astype(np.int64) @ may.T.astype(np.int64) == 0)


def _when(model: Model, spans: tuple[tuple[int, int], ...]) -> str:
    """From when to when."""
    starts = [*model.starts(), "the end"]
    left = len(spans) - SHOWN
    more = f" and {left} more time{'s' * (left > 1)}" if left > 0 else ""
    return " and ".join(f"from {starts[start]} to {starts[end]}" for start, end in spans[:SHOWN]) + more
