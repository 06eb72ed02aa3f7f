"""The figures of a planned day: those of the run, with copies that stand for others counted as many times."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from callsim.model.plan_day import Day
from callsim.results import measures
from callsim.results.incidents import told_recovery
from callsim.results.judgement import judge
from callsim.results.measures import COUNTS, RATIOS, SEATS, SERVICE_LEVEL, WORK, Formula
from callsim.results.result import Result
from callsim.sim.count.tally import G_BUSY, TALK
from callsim.units import DAY_MS, HOUR_MS

ADDED_UP = {name for name, formula in {**COUNTS, **WORK}.items() if formula.under is None}


def figures_of(day: Day, result: Result) -> dict[str, Any]:
    """By queue, group and site of the file, as in the JSON of a run.

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
    return {
        "runs": result.runs,
        "counted": model.scenario.goals.counted,
        "total": _figures(result.sums.calls, calls),
        "queues": {name: _queue(result, rows, calls[rows]) for name, rows in queues.items()},
        "groups": {
            name: {
                "site": model.groups[rows[0]].group.site,
                **_every(
                    WORK, result.sums.work[:, :, rows].sum(axis=(1, 2)), day.stands_for[in_groups[rows[0]]]
                ),
            }
            for name, rows in _rows(day, in_groups, model.shown_groups).items()
        },
        "sites": _sites(day, result),
        **_recovery(day, result, queues),
        "warnings": list(result.warnings),
        "talk_h": _talk_h(day, result),
    }


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


def _queue(result: Result, rows: list[int], times: np.ndarray) -> dict[str, Any]:
    if len(rows) == 1 and times[0] == 1:
        told = result.queue(rows[0])
        if "goal" in told:
            told["goal"].pop("by_day", None)
        return told
    calls = result.sums.calls[:, :, rows]
    told = _figures(calls, times)
    told["copies"] = round(float(times.sum()))
    goal = result.model.queues[rows[0]].queue.goal
    if goal is not None:
        together = judge(result.model, calls.sum(axis=2), goal)
        # Copies as further runs: each is a day of one programme.
        each = judge(result.model, np.concatenate([calls[:, :, k] for k in range(len(rows))]), goal)
        told["goal"] = together.to_dict() | {"probability": each.probability.to_dict()}
        told["goal"].pop("by_day", None)
    return told


def _figures(calls: np.ndarray, times: np.ndarray) -> dict[str, Any]:
    """Figures of some queues together. `calls`: int64 [run, cell, queue, column]; `times`: [queue]."""
    by_queue = calls.sum(axis=1)
    alike = bool((times == times[0]).all())  # then ratios need no weights, and sums stay whole numbers
    weighed = by_queue.sum(axis=1) if alike else np.einsum("rqc,q->rc", by_queue, times)
    return {
        **_every(COUNTS, weighed, float(times[0]) if alike else 1.0),
        "service_level": _every(SERVICE_LEVEL, weighed, 1.0),
        **_every(RATIOS, weighed, 1.0),
    }


def _every(formulas: dict[str, Formula], sums: np.ndarray, times: float) -> dict[str, Any]:
    """Each formula; what is added up counts so many times."""
    return {
        name: measures.figure(sums, formula._replace(scale=formula.scale * times)).to_dict()
        if name in ADDED_UP
        else measures.figure(sums, formula).to_dict()
        for name, formula in formulas.items()
    }


def _recovery(day: Day, result: Result, queues: dict[str, list[int]]) -> dict[str, Any]:
    """Where something happened: how soon after its end each goal was met again."""
    model = result.model
    if not day.scenario.incidents:
        return {}
    cells = result.sums.calls.shape[1]  # fewer than the calendar's where only its last day is told
    first = model.scenario.calendar.days * DAY_MS - cells * model.grid
    end = max(incident.to for incident in day.scenario.incidents) - first
    goals = {name: model.queues[rows[0]].queue.goal for name, rows in queues.items()}
    return {
        "recovery": {
            name: told_recovery(
                result.sums.calls[:, :, rows].sum(axis=2), goal, model.scenario.goals.counted, end, model.grid
            )
            for name, rows in queues.items()
            if (goal := goals[name]) is not None
        }
    }


def _sites(day: Day, result: Result) -> dict[str, Any]:
    """Seats used at most, hours for which agents waited for one, and busy hours by cell, in all copies."""
    sums, told = result.sums, {}
    busy = sums.work[..., G_BUSY].mean(axis=0)  # ms [cell, group]
    for name in result.model.scenario.sites:
        row = result.model.sites.index(name)
        times = 1 / day.played[name]
        peaks = sums.seats_peak[:, :, row].max(axis=1).astype(float)
        waited = SEATS["waited_for_seat_h"]
        told[name] = {
            "seats_used_peak": measures.mean_of(peaks if times == 1 else peaks * times).to_dict(),
            "waited_for_seat_h": measures.figure(
                sums.sites[:, :, row].sum(axis=1), waited._replace(scale=waited.scale * times)
            ).to_dict(),
            "busy_h": (busy[:, result.model.centre.site == row].sum(axis=1) * measures.HOUR * times).tolist(),
        }
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
