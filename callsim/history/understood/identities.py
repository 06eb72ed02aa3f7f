"""What must hold of any history, held against one: reported, never repaired."""

from __future__ import annotations

import numpy as np

from callsim.history.canonical import IntervalTable, days_of
from callsim.history.understood.answer import Identity
from callsim.sentences import say

_EXACT = 1e-6


def identities(table: IntervalTable) -> list[Identity]:
    """All that the history tells enough for.

    Calls are balanced by day: a call may be offered in one interval and end in the next.
    """
    rows = table.rows
    out = rows["flow_out"]
    parts = "answered + abandoned" + (" + flow_out" if np.isfinite(out).any() else "")
    ended = rows["answered"] + rows["abandoned"] + np.nan_to_num(out)
    found = [
        _by_day(table, say("history.balance", parts=parts), rows["offered"] - ended, both=True),
        _by_row(table, say("history.in_time_of_answered"), rows["answered_in_sl"] - rows["answered"]),
        _by_row(table, say("history.in_time_of_abandoned"), rows["abandoned_in_sl"] - rows["abandoned"]),
        _by_row(
            table,
            say("history.longest"),
            np.divide(
                rows["wait_answered_s"],
                rows["answered"],
                out=np.full(len(rows), np.nan),
                where=rows["answered"] > 0,
            )
            - rows["wait_max_s"],
            1.0,  # both are rounded
        ),
        _by_day(table, say("history.staffed"), rows["handle_s"] - rows["staffed_s"]),
    ]
    return [one for one in found if one is not None]


def _by_row(table: IntervalTable, name: str, over: np.ndarray, spare: float = _EXACT) -> Identity | None:
    known = np.isfinite(over)
    if not known.any():
        return None
    bad = known & (over > spare)
    first = None
    if bad.any():
        row = table.rows[int(np.flatnonzero(bad)[0])]
        when = str(row["start"].astype("datetime64[m]")).replace("T", " ")
        first = f"{table.queues[row['queue']]}, {when}"
    return Identity(
        name=name,
        tested=int(known.sum()),
        broken=int(bad.sum()),
        first=first,
        most=float(over[bad].max(initial=0.0)),
    )


def _by_day(table: IntervalTable, name: str, over: np.ndarray, *, both: bool = False) -> Identity | None:
    known = np.isfinite(over)
    if not known.any():
        return None
    days = days_of(table.rows["start"])
    first_day = days.min()
    key = (days - first_day).astype(np.int64) * len(table.queues) + table.rows["queue"]
    keys, back = np.unique(key[known], return_inverse=True)
    total = np.bincount(back, over[known])
    off = np.abs(total) if both else total
    bad = off > 0.5 if both else off > 1.0
    first = None
    if bad.any():
        at = int(keys[int(np.flatnonzero(bad)[0])])
        first = f"{table.queues[at % len(table.queues)]}, {first_day + at // len(table.queues)}"
    return Identity(
        name=name,
        tested=len(keys),
        broken=int(bad.sum()),
        first=first,
        most=float(off[bad].max(initial=0.0)),
    )
