"""What incidents did: calls cut off, service meanwhile, and how long it took to be as promised again."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from callsim import measures
from callsim.build import Plan
from callsim.measures import COUNTS, RATIOS, SERVICE_LEVEL, Figure, figure
from callsim.scenario import Goal, Incident
from callsim.sim.tally import N_DROPPED
from callsim.study.judgement import kept_in
from callsim.study.runs import Runs

STEADY = 2  # intervals in a row that keep the goal again


def incidents_of(plan: Plan, sums: Runs) -> list[dict[str, Any]]:
    """Each incident of the scenario, as in the JSON of results."""
    return [_told(plan, sums, incident) for incident in plan.scenario.incidents]


def _told(plan: Plan, sums: Runs, incident: Incident) -> dict[str, Any]:
    rows = touched(plan, incident)
    dropped = sums.calls[:, _cut_off_by(plan, incident)][:, :, rows, N_DROPPED].sum(axis=(1, 2))
    first = datetime.datetime.combine(plan.scenario.calendar.start, datetime.time())
    moments = (first + datetime.timedelta(milliseconds=ms) for ms in (incident.from_, incident.to))
    begins, ends = (moment.isoformat(timespec="minutes") for moment in moments)
    return {
        "what": incident.title,
        "from": begins,
        "to": ends,
        "dropped": measures.mean_of(dropped.astype(float)).to_dict(),
        "queues": {plan.queues[row].name: _of_queue(plan, sums, incident, row) for row in rows},
    }


def _of_queue(plan: Plan, sums: Runs, incident: Incident, row: int) -> dict[str, Any]:
    """Service in the cells that an incident touches, and the time from its end to steady service."""
    calls, grid = sums.calls[:, :, row], plan.grid
    meanwhile = calls[:, incident.from_ // grid : -(-incident.to // grid)].sum(axis=1)
    told = {
        "service_level": {
            name: figure(meanwhile, formula).to_dict() for name, formula in SERVICE_LEVEL.items()
        },
        "abandoned_share": figure(meanwhile, RATIOS["abandoned_share"]).to_dict(),
    }
    goal, later = plan.queues[row].queue.goal, calls.shape[1] - -(-incident.to // grid)
    if goal is None or grid != plan.centre.clock.width or later < STEADY:
        return told
    return told | told_recovery(calls, goal, plan.scenario.goals.counted, incident.to, grid)


def told_recovery(calls: np.ndarray, goal: Goal, counted: str, ends: int, grid: int) -> dict[str, Any]:
    """How soon a goal was kept again, as in the JSON of results. `calls`: int64 [run, cell, column].

    `recovery_s` is the mean over the runs in which it was, `recovered` their share; both are null where
    nobody called any more.
    """
    called = calls @ COUNTS["offered"].over > 0
    if not called[:, -(-ends // grid) :].any():
        return {"recovery_s": Figure(None).to_dict(), "recovered": Figure(None).to_dict()}
    times = recovery(kept_in(goal, calls, counted), called, ends, grid)
    return {
        "recovery_s": measures.mean_of(times).to_dict(),
        "recovered": measures.share(int((~np.isnan(times)).sum()), len(times)).to_dict(),
    }


def recovery(kept: np.ndarray, called: np.ndarray, ends: int, grid: int) -> np.ndarray:
    """Seconds from an incident's end until two intervals in a row keep the goal: float64 [run].

    An interval in which nobody calls keeps it, but two such intervals show nothing. NaN where the run is
    over before. `kept`, `called`: bool [run, cell]; `ends` and `grid`: ms.
    """
    first = -(-ends // grid)
    if kept.shape[1] - first < STEADY:
        return np.full(len(kept), np.nan)
    steady, shown = (
        np.asarray(np.lib.stride_tricks.sliding_window_view(cells[:, first:], STEADY, axis=1))
        for cells in (kept, called)
    )
    again = np.all(steady, axis=2) & np.any(shown, axis=2)
    starts = ((first + again.argmax(axis=1)) * grid - ends) * measures.MS
    return np.where(again.any(axis=1), starts, np.nan)


def touched(plan: Plan, incident: Incident) -> list[int]:
    """Rows of the queues that an incident may touch."""
    centre, pairs = plan.centre, plan.centre.pairs
    if incident.times is not None:
        return [row for row, copy in enumerate(plan.queues) if copy.original in (incident.queue or ())]
    if incident.lost is not None:
        cut = [row for row, name in enumerate(plan.scenario.lines) if name in (incident.lines or ())]
        return sorted(set(centre.holds[np.isin(centre.holds[:, 1], cut), 0].tolist()))
    if incident.site is None:
        return list(range(len(plan.queues)))
    here = centre.site == list(plan.scenario.sites).index(incident.site)
    return sorted(set(pairs["queue"][here[pairs["group"]]].tolist()))


def _cut_off_by(plan: Plan, incident: Incident) -> slice:
    """The cells whose calls an incident may have cut off: those since the one before that did so.

    A call is dropped when seats are lost, and counts in the cell in which it was offered. Incidents that
    begin at the same time share them.
    """
    if incident.seats_lost is None or incident.calls_in_progress != "dropped":
        return slice(0)
    before = [
        other.from_ // plan.grid + 1
        for other in plan.scenario.incidents
        if other.seats_lost is not None
        and other.calls_in_progress == "dropped"
        and other.from_ < incident.from_
    ]
    return slice(max(before, default=0), incident.from_ // plan.grid + 1)
