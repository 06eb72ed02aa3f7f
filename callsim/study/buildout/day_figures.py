"""The figures of a planned day: those of the run, with copies that stand for others counted as many times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from callsim.arrays import Floats, Ints, Numbers
from callsim.model.plan_day import Day
from callsim.results import measures
from callsim.results.estimates import with_short
from callsim.results.incidents import recovery_of
from callsim.results.judgement import QueueJudgement, judge, judge_group
from callsim.results.measures import (
    COUNTS,
    RATIOS,
    SEATS,
    SERVICE_LEVEL,
    SHORT_COUNT,
    WORK,
    Formula,
)
from callsim.results.result import Result
from callsim.results.run import Goal, GroupGoal
from callsim.results.schema import Figures
from callsim.sim.count.columns import G_BUSY, TALK
from callsim.study.buildout.days import (
    CallsOfDay,
    DayFigures,
    GroupOfDay,
    KeptDay,
    QueueOfDay,
    Recovery,
    SiteOfDay,
)
from callsim.units import DAY_MS, HOUR_MS

ADDED_UP = {name for name, formula in {**COUNTS, **SHORT_COUNT, **WORK}.items() if formula.under is None}


def kept_of(day: Day, result: Result) -> KeptDay:
    """A day as it is kept."""
    return KeptDay(figures=figures_of(day, result), warned=list(result.warned))


def figures_of(day: Day, result: Result) -> DayFigures:
    """By queue, group and site of the file.

    A queue that stands for itself has exactly the figures of the run. Copies are told together under their
    name in the file: sums count as often as a copy stands for others, ratios are ratios of sums, and
    intervals are those of the copies that were played, so never too narrow. Their goal is met if all of
    them together meet it; its probability is that of one of them.
    """
    model = result.model
    in_queues = [copy.original for copy in model.queues]
    in_groups = [copy.original for copy in model.groups]
    queues = _rows(day, in_queues, model.shown_queues)
    calls = np.array([day.stands_for[name] for name in in_queues])
    return DayFigures(
        runs=result.runs,
        counted=model.scenario.goals.counted,
        total=CallsOfDay(figures=_figures(result, result.sums.calls, calls)),
        queues={name: _queue(result, rows, calls[rows]) for name, rows in queues.items()},
        groups={
            name: GroupOfDay(
                site=model.groups[rows[0]].group.site,
                figures=_every(
                    WORK, result.sums.work[:, :, rows].sum(axis=(1, 2)), day.stands_for[in_groups[rows[0]]]
                ),
                goal=_group_goal(result, rows),
            )
            for name, rows in _rows(day, in_groups, model.shown_groups).items()
        },
        sites=_sites(day, result),
        recovery=_recovery(day, result, queues),
        warnings=result.warnings,
        talk_h=_talk_h(day, result),
    )


def last_day_of(result: Result) -> Result:
    """A run's last day alone: its sums are of that day; percentiles, which are of whole runs, go."""
    cells, sums = DAY_MS // result.model.grid, result.sums
    last = replace(
        sums,
        calls=sums.calls[:, -cells:],
        longest=sums.longest[:, -cells:],
        work=sums.work[:, -cells:],
        sites=sums.sites[:, -cells:],
        seats_peak=sums.seats_peak[:, -cells:],
        percentiles=np.full_like(sums.percentiles, np.nan),
    )
    return replace(result, sums=last)


def _rows(day: Day, derived: list[str], shown: list[int]) -> dict[str, list[int]]:
    """Rows of the run for each name in the file. `derived`: the name of each row in the derived scenario;
    `shown`: the rows in the order of the file.
    """
    rows: dict[str, list[int]] = {}
    for row in shown:
        rows.setdefault(day.original[derived[row]], []).append(row)
    return rows


def _queue(result: Result, rows: list[int], times: Floats) -> QueueOfDay:
    goal = result.model.queues[rows[0]].queue.goal
    if len(rows) == 1 and times[0] == 1:
        return _as_in_run(result, rows[0])
    calls = result.sums.calls[:, :, rows]
    kept = None
    if goal is not None:
        # Copies as further runs: each is a day of one programme.
        each = judge(result.model, np.concatenate([calls[:, :, k] for k in range(len(rows))]), goal)
        kept = replace(_goal(judge(result.model, calls.sum(axis=2), goal)), probability=each.probability)
    return QueueOfDay(figures=_figures(result, calls, times), copies=round(float(times.sum())), goal=kept)


def _as_in_run(result: Result, row: int) -> QueueOfDay:
    name = result.model.queues[row].name
    told, goal = result.queues[name], result.goals.get(name)
    return QueueOfDay(
        original=told.original, figures=told.figures, goal=None if goal is None else _goal(goal)
    )


def _goal(judged: QueueJudgement) -> Goal:
    """The goal of the whole day: a plan plays days, and a day of a stress may be of several."""
    return replace(judged.told(), by_day=None)


def _group_goal(result: Result, rows: list[int]) -> GroupGoal | None:
    """How busy a group may be, all its copies together, and what came of it on the whole day."""
    group = result.model.groups[rows[0]].group
    if group.occupancy_at_most is None:
        return None
    judged = judge_group(result.model, result.sums.work[:, :, rows].sum(axis=2), group)
    return replace(judged.told(), by_day=None)


def _figures(result: Result, calls: Ints, times: Floats) -> Figures:
    """Figures of some queues together. `calls`: int64 [run, cell, queue, column]; `times`: [queue]."""
    by_queue = calls.sum(axis=1)
    alike = bool((times == times[0]).all())  # then ratios need no weights, and sums stay whole numbers
    weighed = by_queue.sum(axis=1) if alike else np.einsum("rqc,q->rc", by_queue, times)
    levels = {f"service_level.{name}": formula for name, formula in SERVICE_LEVEL.items()}
    return Figures(
        **_every(with_short(COUNTS, result.model.short > 0), weighed, float(times[0]) if alike else 1.0),
        **_every(levels | RATIOS, weighed, 1.0),
    )


def _every(formulas: Mapping[str, Formula], sums: Numbers, times: float) -> Figures:
    """Returns the figure of each formula; those of ADDED_UP are multiplied by `times`."""
    return Figures(
        (
            name,
            measures.figure(sums, formula._replace(scale=formula.scale * times))
            if name in ADDED_UP
            else measures.figure(sums, formula),
        )
        for name, formula in formulas.items()
    )


def _recovery(day: Day, result: Result, queues: dict[str, list[int]]) -> dict[str, Recovery] | None:
    """Where something happened: how soon after its end each goal was met again."""
    model = result.model
    if not day.scenario.incidents:
        return None
    cells = result.sums.calls.shape[1]  # fewer than the calendar's where only its last day is told
    first = model.scenario.calendar.days * DAY_MS - cells * model.grid
    end = max(incident.to for incident in day.scenario.incidents) - first
    goals = {name: model.queues[rows[0]].queue.goal for name, rows in queues.items()}
    counted = model.scenario.goals.counted
    return {
        name: Recovery(
            *recovery_of(result.sums.calls[:, :, rows].sum(axis=2), goal, counted, end, model.grid)
        )
        for name, rows in queues.items()
        if (goal := goals[name]) is not None
    }


def _sites(day: Day, result: Result) -> dict[str, SiteOfDay]:
    """Seats used at most, hours for which agents waited for one, and busy hours by cell, in all copies."""
    sums, told = result.sums, {}
    busy = sums.work[..., G_BUSY].mean(axis=0)  # ms [cell, group]
    for name in result.model.scenario.sites:
        row = result.model.sites.index(name)
        times = 1 / day.played[name]
        peaks = sums.seats_peak[:, :, row].max(axis=1).astype(float)
        waited = SEATS["waited_for_seat_h"]
        told[name] = SiteOfDay(
            seats_used_peak=measures.mean_of(peaks if times == 1 else peaks * times),
            waited_for_seat_h=measures.figure(
                sums.sites[:, :, row].sum(axis=1), waited._replace(scale=waited.scale * times)
            ),
            busy_h=(busy[:, result.model.centre.site == row].sum(axis=1) * measures.HOUR * times).tolist(),
        )
    return told


def _talk_h(day: Day, result: Result) -> dict[str, float]:
    """Hours that callers of each queue of the file talk on a mean run of the day."""
    names = [copy.original for copy in result.model.queues]
    times = np.array([day.stands_for[name] for name in names])
    talk = result.sums.calls[:, :, :, TALK].sum(axis=(0, 1)) * times / result.runs / HOUR_MS
    found = dict.fromkeys((day.original[name] for name in names), 0.0)
    for name, hours in zip(names, talk.tolist(), strict=True):
        found[day.original[name]] += hours
    return found
