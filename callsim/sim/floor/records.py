"""Records, one for each call that has ended (call detail records): statistics read nothing else of calls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.floor.outcomes import (
    ABANDONED,
    ANSWERED,
    BALKED,
    BLOCKED,
    CALLED_BACK,
    CLOSED,
    DROPPED,
    NOT_REACHED,
    OUTCOMES,
)
from callsim.sim.jit import rule

__all__ = [
    "ABANDONED",
    "ANSWERED",
    "BALKED",
    "BLOCKED",
    "CALLED_BACK",
    "CLOSED",
    "DROPPED",
    "NOT_REACHED",
    "OUTCOMES",
    "RECORD",
    "RIGHT",
    "TRANSFERRED",
    "Records",
    "blank_records",
    "write",
]

# Bits of `flags`, which tell of the client; 0 where no call follows another.
FIRST = 1  # the client's first call
LAST = 2  # no call of this client follows
REACHED = 4  # this call or one before it was answered
AGAIN = 8  # the client had dialled before
TRANSFERRED = 16  # an agent handed the client on to this call
HANDED_ON = 32  # … and on from this call to another
CALLBACK = 64  # the centre calls the client back, as it was promised in another call
RIGHT = 128  # of a campaign: the right party talked

RECORD = np.dtype(
    [
        ("arrive", np.int64),  # ms since the run began
        ("wait", np.int64),  # ms from joining the queue to answer or hang-up
        ("talk", np.int32),  # ms; 0 if not answered
        ("wrap", np.int32),  # ms
        ("queue", np.int16),
        ("group", np.int16),  # who answered, or -1
        ("outcome", np.int8),
        ("attempt", np.uint8),  # 1 for the first call of a caller
        ("flags", np.uint8),
        ("times", np.uint8),  # that the work was interrupted
    ],
    align=True,
)


class Records(NamedTuple):
    """A sheet of records. After counting them the tally sets `written` to 0, which begins a new sheet."""

    rows: np.ndarray  # RECORD [row]
    written: np.ndarray  # int64 [1]  how many rows


def blank_records(size: int) -> Records:
    """An empty sheet with room for `size` records."""
    return Records(np.empty(size, RECORD), np.zeros(1, np.int64))


@rule
def write(records, arrive, wait, talk, wrap, queue, group, outcome, attempt):  # type: ignore[no-untyped-def]
    """Add one record; there must be room."""
    row = records.rows[records.written[0]]
    row["arrive"] = arrive
    row["wait"] = wait
    row["talk"] = talk
    row["wrap"] = wrap
    row["queue"] = queue
    row["group"] = group
    row["outcome"] = outcome
    row["attempt"] = attempt
    row["flags"] = 0
    row["times"] = 0
    records.written[0] += 1
