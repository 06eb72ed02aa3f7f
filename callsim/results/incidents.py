"""What incidents did: calls cut off, service meanwhile, and how long it took to be as promised again."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from callsim.model import Model
from callsim.model.names import in_order
from callsim.results import measures
from callsim.results.judgement import kept_in
from callsim.results.measures import COUNTS, RATIOS, SERVICE_LEVEL, Figure, figure
from callsim.results.sums import Runs
from callsim.scenario import Goal, Incident
from callsim.units import DAY_MS

STEADY = 2  # intervals in a row that keep the goal again


def incidents_of(model: Model, sums: Runs) -> list[dict[str, Any]]:
    """Each incident of the scenario, as in the JSON of results."""
    incidents = model.scenario.incidents
    losses = iter(range(sum(incident.seats_lost is not None for incident in incidents)))
    return [
        _told(model, sums, incident, None if incident.seats_lost is None else next(losses))
        for incident in incidents
    ]


def _told(model: Model, sums: Runs, incident: Incident, loss: int | None) -> dict[str, Any]:
    """`loss`: which of the losses of seats it is."""
    rows = touched(model, incident)
    dropped = np.zeros(len(sums.calls)) if loss is None else sums.cut_off[:, loss]
    first = datetime.datetime.combine(model.scenario.calendar.start, datetime.time())
    moments = (first + datetime.timedelta(milliseconds=ms) for ms in (incident.from_, incident.to))
    begins, ends = (moment.isoformat(timespec="minutes") for moment in moments)
    return {
        "what": incident.title,
        "from": begins,
        "to": ends,
        "dropped": measures.mean_of(dropped.astype(float)).to_dict(),
        "queues": {model.queues[row].name: _of_queue(model, sums, incident, row) for row in rows},
    }


def _of_queue(model: Model, sums: Runs, incident: Incident, row: int) -> dict[str, Any]:
    """Service in the cells that an incident touches, and the time from its end to steady service."""
    calls, grid = sums.calls[:, :, row], model.grid
    meanwhile = calls[:, incident.from_ // grid : -(-incident.to // grid)].sum(axis=1)
    told = {
        "service_level": {
            name: figure(meanwhile, formula).to_dict() for name, formula in SERVICE_LEVEL.items()
        },
        "abandoned_share": figure(meanwhile, RATIOS["abandoned_share"]).to_dict(),
    }
    goal, later = model.queues[row].queue.goal, calls.shape[1] - -(-incident.to // grid)
    if goal is None or grid != model.centre.clock.width or later < STEADY:
        return told
    counted = model.scenario.goals.counted
    return (
        told
        | told_recovery(calls, goal, counted, incident.to, grid)
        | _around(calls, goal, counted, incident, grid)
    )


def _around(calls: np.ndarray, goal: Goal, counted: str, incident: Incident, grid: int) -> dict[str, bool]:
    """Whether the goal is met on the same day before the incident, and from its recovery on.

    Of all runs together; where nobody calls no promise is broken.
    """
    cells = np.arange(calls.shape[1]) * grid
    before = (cells >= incident.from_ // DAY_MS * DAY_MS) & (cells + grid <= incident.from_)
    called = calls @ COUNTS["offered"].over > 0
    times = recovery(kept_in(goal, calls, counted), called, incident.to, grid) / measures.MS
    again = incident.to + times[:, None]  # NaN: never, so no cell is later
    after = (cells >= again) & (cells < -(-incident.to // DAY_MS) * DAY_MS)
    return {
        "met_before": bool(kept_in(goal, calls[:, before].sum(axis=(0, 1)), counted)),
        "met_after": bool(kept_in(goal, calls[after].sum(axis=0), counted)),
    }


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


def touched(model: Model, incident: Incident) -> list[int]:
    """Rows of the queues that an incident may touch, in the order of the file."""
    found = _touched(model, incident)
    return [row for row in model.shown_queues if row in found]


def _touched(model: Model, incident: Incident) -> set[int]:
    centre, pairs = model.centre, model.centre.pairs
    if incident.times is not None:
        return {row for row, copy in enumerate(model.queues) if copy.original in (incident.queue or ())}
    if incident.lost is not None:
        cut = [
            row for row, name in enumerate(in_order(model.scenario.lines)) if name in (incident.lines or ())
        ]
        return set(centre.holds[np.isin(centre.holds[:, 1], cut), 0].tolist())
    if incident.site is None:
        return set(range(len(model.queues)))
    here = centre.site == model.sites.index(incident.site)
    return set(pairs["queue"][here[pairs["group"]]].tolist())
