"""Calls that callsim simulated, as the log that a real centre would have left."""

from __future__ import annotations

import datetime

import numpy as np

from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    BLOCKED,
    CLOSED,
    UNKNOWN,
    CallTable,
    blank_calls,
)
from callsim.model import Model
from callsim.sim.floor import records

# The outcomes of records as those of logs; who is cut off has hung up, as far as a log can tell.
_OUTCOMES = {
    records.ANSWERED: ANSWERED,
    records.ABANDONED: ABANDONED,
    records.BALKED: ABANDONED,
    records.BLOCKED: BLOCKED,
    records.CLOSED: CLOSED,
    records.DROPPED: ABANDONED,
}


def log_of(model: Model, rows: np.ndarray) -> CallTable:
    """The calls of a run, RECORD [row], but those of its warm-up.

    Agents and callers are unknown: the simulation has no names for them. A time is known to the millisecond.
    """
    opens = model.centre.clock.opens
    rows = rows[rows["arrive"] >= opens]
    calls = blank_calls(len(rows))
    start = np.datetime64(datetime.datetime.combine(model.scenario.calendar.start, datetime.time()), "ms")
    calls["arrival"] = start + (rows["arrive"] - opens).astype("timedelta64[ms]")
    calls["queue"] = rows["queue"]
    for outcome, ours in _OUTCOMES.items():
        calls["outcome"][rows["outcome"] == outcome] = ours
    calls["wait_ms"] = rows["wait"]
    answered = rows["outcome"] == records.ANSWERED
    calls["talk_ms"] = np.where(answered, rows["talk"], UNKNOWN)
    calls["wrap_ms"] = np.where(answered, rows["wrap"], UNKNOWN)
    calls = calls[np.argsort(calls["arrival"], kind="stable")]
    return CallTable(calls, tuple(copy.name for copy in model.queues), unit_ms=1)
