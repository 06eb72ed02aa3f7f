"""What incidents did: calls cut off, service meanwhile, and how long it took to be as promised again."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from callsim import measures
from callsim.build import Plan
from callsim.build.names import in_order
from callsim.measures import RATIOS, SERVICE_LEVEL, figure
from callsim.scenario import Incident
from callsim.study.judgement import kept_in
from callsim.study.runs import Runs

STEADY = 2  # intervals in a row that keep the goal again


def incidents_of(plan: Plan, sums: Runs) -> list[dict[str, Any]]:
    """Each incident of the scenario, as in the JSON of results."""
    incidents = plan.scenario.incidents
    losses = iter(range(sum(incident.seats_lost is not None for incident in incidents)))
    return [
        _told(plan, sums, incident, None if incident.seats_lost is None else next(losses))
        for incident in incidents
    ]


def _told(plan: Plan, sums: Runs, incident: Incident, loss: int | None) -> dict[str, Any]:
    """`loss`: which of the losses of seats it is."""
    rows = touched(plan, incident)
    dropped = np.zeros(len(sums.calls)) if loss is None else sums.cut_off[:, loss]
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
    kept = kept_in(goal, calls, plan.scenario.goals.counted)
    times = recovery(kept, incident.to, grid)
    recovered = ~np.isnan(times)
    return told | {
        "recovery_s": measures.mean_of(times).to_dict(),
        "recovered": measures.share(int(recovered.sum()), len(times)).to_dict(),
    }


def recovery(kept: np.ndarray, ends: int, grid: int) -> np.ndarray:
    """Seconds from an incident's end until two intervals in a row keep the goal: float64 [run].

    NaN where they do not before the run is over. `kept`: bool [run, cell]; `ends` and `grid`: ms.
    """
    first = -(-ends // grid)
    after = kept[:, first:]
    steady = np.asarray(np.lib.stride_tricks.sliding_window_view(after, STEADY, axis=1).all(axis=2))
    starts = ((first + steady.argmax(axis=1)) * grid - ends) * measures.MS
    return np.where(steady.any(axis=1), starts, np.nan)


def touched(plan: Plan, incident: Incident) -> list[int]:
    """Rows of the queues that an incident may touch, in the order of the file."""
    found = _touched(plan, incident)
    return [row for row in plan.shown_queues if row in found]


def _touched(plan: Plan, incident: Incident) -> set[int]:
    centre, pairs = plan.centre, plan.centre.pairs
    if incident.times is not None:
        return {row for row, copy in enumerate(plan.queues) if copy.original in (incident.queue or ())}
    if incident.lost is not None:
        cut = [
            row for row, name in enumerate(in_order(plan.scenario.lines)) if name in (incident.lines or ())
        ]
        return set(centre.holds[np.isin(centre.holds[:, 1], cut), 0].tolist())
    if incident.site is None:
        return set(range(len(plan.queues)))
    here = centre.site == plan.sites.index(incident.site)
    return set(pairs["queue"][here[pairs["group"]]].tolist())
