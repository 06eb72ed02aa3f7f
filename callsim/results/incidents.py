"""What incidents did: calls cut off, service meanwhile, and how long it took to be as promised again."""

from __future__ import annotations

import datetime

import numpy as np

from callsim.arrays import Bools, Floats, Ints
from callsim.model import Model
from callsim.model.islands import led_to
from callsim.model.names import in_order
from callsim.results import measures, run
from callsim.results.estimates import LEVELS
from callsim.results.judgement import CALLED, kept_in
from callsim.results.measures import RATIOS, Figure, figure
from callsim.results.schema import Figures
from callsim.results.sums import Runs
from callsim.scenario import Goal, Incident
from callsim.units import DAY_MS

STEADY = 2  # intervals in a row that keep the goal again


def incidents_of(model: Model, sums: Runs) -> list[run.Incident]:
    """What each incident of the scenario did."""
    incidents = model.scenario.incidents
    losses = iter(range(sum(incident.seats_lost is not None for incident in incidents)))
    return [
        _told(model, sums, incident, None if incident.seats_lost is None else next(losses))
        for incident in incidents
    ]


def _told(model: Model, sums: Runs, incident: Incident, loss: int | None) -> run.Incident:
    """`loss`: which of the losses of seats it is."""
    rows = touched(model, incident)
    dropped = np.zeros(len(sums.calls)) if loss is None else sums.cut_off[:, loss]
    first = datetime.datetime.combine(model.scenario.calendar.start, datetime.time())
    moments = (first + datetime.timedelta(milliseconds=ms) for ms in (incident.from_, incident.to))
    begins, ends = (moment.isoformat(timespec="minutes") for moment in moments)
    return run.Incident(
        what=incident.title,
        from_=begins,
        to=ends,
        dropped=measures.mean_of(dropped.astype(float)),
        queues={model.queues[row].name: _of_queue(model, sums, incident, row) for row in rows},
    )


def _of_queue(model: Model, sums: Runs, incident: Incident, row: int) -> run.QueueInIncident:
    """Service in the cells that an incident touches, and the time from its end to steady service."""
    calls, grid = sums.calls[:, :, row], model.grid
    meanwhile = calls[:, incident.from_ // grid : -(-incident.to // grid)].sum(axis=1)
    formulas = LEVELS | {"abandoned_share": RATIOS["abandoned_share"]}
    figures = Figures({name: figure(meanwhile, formula) for name, formula in formulas.items()})
    goal, later = model.queues[row].queue.goal, calls.shape[1] - -(-incident.to // grid)
    if goal is None or grid != model.centre.clock.width or later < STEADY:
        return run.QueueInIncident(figures=figures)
    counted = model.scenario.goals.counted
    recovery_s, recovered = recovery_of(calls, goal, counted, incident.to, grid)
    before, after = _around(calls, goal, counted, incident, grid)
    return run.QueueInIncident(
        figures=figures, recovery_s=recovery_s, recovered=recovered, met_before=before, met_after=after
    )


def _around(calls: Ints, goal: Goal, counted: str, incident: Incident, grid: int) -> tuple[bool, bool]:
    """Whether the goal is met on the same day before the incident, and from its recovery on.

    Of all runs together; where nobody calls no promise is broken.
    """
    cells = np.arange(calls.shape[1]) * grid
    before = (cells >= incident.from_ // DAY_MS * DAY_MS) & (cells + grid <= incident.from_)
    called = calls @ CALLED > 0
    times = recovery(kept_in(goal, calls, counted), called, incident.to, grid) / measures.MS
    again = incident.to + times[:, None]  # NaN: never, so no cell is later
    after = (cells >= again) & (cells < -(-incident.to // DAY_MS) * DAY_MS)
    return (
        bool(kept_in(goal, calls[:, before].sum(axis=(0, 1)), counted)),
        bool(kept_in(goal, calls[after].sum(axis=0), counted)),
    )


def recovery_of(calls: Ints, goal: Goal, counted: str, ends: int, grid: int) -> tuple[Figure, Figure]:
    """Measure the time from an incident's end, `ends` in ms, until a goal was kept again.

    `calls`: int64 [run, cell, column]. Returns the mean time in s over the runs in which it was, and their
    share; neither exists where nobody called any more.
    """
    called = calls @ CALLED > 0
    if not called[:, -(-ends // grid) :].any():
        return Figure(None), Figure(None)
    times = recovery(kept_in(goal, calls, counted), called, ends, grid)
    return measures.mean_of(times), measures.share(int((~np.isnan(times)).sum()), len(times))


def recovery(kept: Bools, called: Bools, ends: int, grid: int) -> Floats:
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
    centre, pairs = model.centre, model.centre.called_pairs
    if incident.times is not None:
        return {row for row, copy in enumerate(model.queues) if copy.original in (incident.queue or ())}
    if incident.lost is not None:
        cut = [
            row for row, name in enumerate(in_order(model.scenario.lines)) if name in (incident.lines or ())
        ]
        holders = centre.holds[np.isin(centre.holds[:, 1], cut), 0].tolist()
        return {row for one in holders for row in led_to(model.demand, one)}
    if incident.site is None:
        return set(range(len(model.queues)))
    here = centre.site == model.sites.index(incident.site)
    return set(pairs["queue"][here[pairs["group"]]].tolist())
