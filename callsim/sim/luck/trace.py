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
DIGIT = 11  # bits sorted by at a time


def blank_trace(calls: int) -> np.ndarray:
    """TRACE [call] with zeros: no talk, no patience, no redials."""
    return np.zeros(calls, TRACE)


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
