"""Logs with times of UTC: their calls become a table by the wall clock of a zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from callsim.history.canonical import CallTable, Note, blank_calls
from callsim.history.presence import PRESENCE
from callsim.history.read import fields
from callsim.history.read.how import How


def table_of(
    entered_ms: npt.NDArray[np.int64],
    queues: npt.NDArray[np.str_],
    columns: Mapping[str, npt.ArrayLike],
    notes: Sequence[Note],
    path: str,
    system: str,
    how: How,
    there: Sequence[tuple[int, int, int, int]] | None = None,
) -> CallTable:
    """Returns the calls of a log in the order in which they entered their queues.

    `entered_ms` [call]: ms of UTC since 1970. `queues` [call]: names. `columns`: of CALL, each [call]. Times
    are of whole seconds if those of all calls are. `there`: of agents (queue, agent, from, to), in ms of UTC;
    None where the log does not tell. `queue` is the place of a name among the sorted names.
    Raises UserError where `how` names no zone.
    """
    names, place = np.unique(queues, return_inverse=True)
    rows = blank_calls(len(entered_ms))
    rows["arrival"] = fields.local(entered_ms, how.clock()).astype("datetime64[ms]")
    rows["queue"] = place
    for name, values in columns.items():
        rows[name] = values
    rows = rows[np.argsort(rows["arrival"], kind="stable")]
    unit_ms = 1 if (rows["arrival"].astype(np.int64) % 1000).any() else 1000
    presence = None
    if there is not None:
        presence = np.zeros(len(there), PRESENCE)
        for name, values in zip(PRESENCE.names or (), zip(*there, strict=True), strict=False):
            is_time = name in ("begins", "ends")
            presence[name] = fields.local(np.array(values, np.int64), how.clock()) if is_time else values
    return CallTable(rows, tuple(names.tolist()), unit_ms, tuple(notes), (path,), system, how.zone, presence)
