"""Times of UTC: the calls of logs become a table by the wall clock of a zone, which is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callsim.history.canonical import PIECE, CallTable, Note
from callsim.history.read import fields
from callsim.history.read.how import How
from callsim.sentences import say


def told_zone(how: How, moved: bool, notes: list[Note]) -> str:
    """Returns the zone whose wall clock a file's times are of: empty where they count as local.

    `moved`: whether times were moved to it. A zone that moved none is noted.
    """
    if how.zone and not moved:
        notes.append(Note("noticed", say("rows.zone_unused", zone=how.zone)))
    return how.zone if moved else ""


def table_of(
    rows: np.ndarray,
    queues: Sequence[str],
    notes: Sequence[Note],
    path: str,
    system: str,
    how: How,
    presence: np.ndarray | None = None,
) -> CallTable:
    """Returns the calls of a log in the order in which they entered their queues.

    `rows`: CALL [call], which becomes the table's own; arrivals are of UTC. `queues`: sorted names, of which
    those without calls are left out. Times are of whole seconds if those of all calls are. `presence`:
    PRESENCE [stretch], times of UTC; None where the log does not tell it.
    Raises UserError where `how` names no zone.
    """
    clock = how.clock()
    arrivals = rows["arrival"].view(np.int64)
    for start in range(0, len(rows), PIECE):
        arrivals[start : start + PIECE] = fields.local(arrivals[start : start + PIECE], clock)
    if (arrivals[1:] < arrivals[:-1]).any():
        order = np.argsort(arrivals, kind="stable")
        for name in rows.dtype.names or ():  # column by column: a long log is not twice in memory
            rows[name] = rows[name][order]
    unit_ms = 1 if (arrivals % 1000).any() else 1000
    used = np.bincount(rows["queue"], minlength=len(queues)) > 0
    place = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
    rows["queue"] = place[rows["queue"]]
    if presence is not None:
        presence["queue"] = place[presence["queue"]]
        presence = presence[presence["queue"] >= 0]
        for name in ("begins", "ends"):
            moments = presence[name].view(np.int64)
            moments[:] = fields.local(moments, clock)
    names = tuple(name for name, there in zip(queues, used.tolist(), strict=True) if there)
    return CallTable(rows, names, unit_ms, tuple(notes), (path,), system, how.zone, presence)
