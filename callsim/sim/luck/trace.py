"""Traces: the calls of a slice with all that is drawn for them, made before an engine sees them."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.jit import rule

TRACE = np.dtype(
    [
        ("arrive", np.int64),  # ms since the run began; rows come in this order
        ("talk", np.int32),  # ms at the usual pace
        ("wrap", np.int32),  # ms of after-call work
        ("patience", np.int32),  # ms, or NEVER
        ("again_after", np.int32),  # ms until a caller who was not served dials again
        ("queue", np.int16),
        ("redials", np.uint8),  # how many times the caller is willing to dial again
        ("balks", np.int8),  # 1: hangs up at once when not answered at once
        ("path", np.uint32),  # names the client of a call that came through menus; 0: the client dialled
    ],
    align=True,
)
DIALLED = np.dtype(
    [
        ("name", np.uint64),  # of the client on coming to a menu that holds lines; see menus
        ("in_menus", np.int32),  # ms in this menu and all that follow
        ("cell", np.int32),  # of the report, in which the client dialled; NOBODY: not counted
        ("first", np.int16),  # the menu that the client dialled, a row behind those of queues
        ("menu", np.int16),  # the menu that holds lines, perhaps the same; 0: the call comes to a queue
        ("to", np.int16),  # the queue to which the client comes then, or NOBODY
    ],
    align=True,
)
"""What a call brings that comes to a menu whose clients hold lines."""
LONG_TRACE = np.dtype(
    [(name, rows[name]) for rows in (TRACE, DIALLED) for name in rows.names or ()], align=True
)
"""A trace where menus hold lines. A call that dials one has that menu's row as its queue."""
DIGIT = 11  # bits sorted by at a time


def blank_trace(calls: int, kind: np.dtype = TRACE) -> np.ndarray:
    """`kind` [call] with zeros: no talk, no patience, no redials."""
    return np.zeros(calls, kind)


def with_dials(calls: np.ndarray, dials: np.ndarray) -> np.ndarray:
    """LONG_TRACE [call] of TRACE [call] and DIALLED [call]."""
    long = np.empty(len(calls), LONG_TRACE)
    for rows in (calls, dials):
        for name in rows.dtype.names or ():
            long[name] = rows[name]
    return long


@rule
def in_order(rows, keys, spare, counts, start, width, trace):  # type: ignore[no-untyped-def]
    """Writes the rows into a trace by time; rows of equal times stay in their order.

    `keys`: int64 [call], `time << 32 | row` with times of 0 to `width` ms since `start`; `rows`, `trace`:
    TRACE [call or more]; `spare`: int64 [call or more] and `counts`: int64 [2^DIGIT], for scratch.
    """
    calls = len(keys)
    shift = 32
    while shift < 64 and width >> (shift - 32):
        # By the lowest digit first: each pass keeps the order of the passes before it.
        counts[:] = 0
        for at in range(calls):
            counts[(keys[at] >> shift) & (len(counts) - 1)] += 1
        total = 0
        for digit in range(len(counts)):
            total, counts[digit] = total + counts[digit], total
        for at in range(calls):
            digit = (keys[at] >> shift) & (len(counts) - 1)
            spare[counts[digit]] = keys[at]
            counts[digit] += 1
        keys, spare = spare, keys
        shift += DIGIT
    for at in range(calls):
        row = trace[at]
        row_drawn = rows[keys[at] & 0xFFFFFFFF]
        trace[at] = row_drawn
        row["arrive"] = start + (keys[at] >> 32)
