"""The luck of an interval, drawn before an engine sees it: who calls when, and what they bring."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .jit import rule

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
    ],
    align=True,
)


def blank_trace(calls: int) -> np.ndarray:
    """TRACE [call] of calls that bring nothing: no talk, no patience, no redial."""
    return np.zeros(calls, TRACE)


class Luck(NamedTuple):
    """The luck of an interval as it is drawn: queue after queue, each by time. Reused from slice to slice."""

    offset: np.ndarray  # int32 [call] ms since the interval began
    queue: np.ndarray  # int16 [call]
    talk: np.ndarray  # int32 [call] ms
    wrap: np.ndarray  # int32 [call] ms
    patience: np.ndarray  # int32 [call] ms
    again_after: np.ndarray  # int32 [call] ms
    redials: np.ndarray  # uint8 [call]
    balks: np.ndarray  # int8 [call]


def blank_luck(calls: int) -> Luck:
    """Columns for so many calls."""
    kinds = (np.int32, np.int16, np.int32, np.int32, np.int32, np.int32, np.uint8, np.int8)
    return Luck(*(np.zeros(calls, kind) for kind in kinds))


def grow(luck: Luck) -> Luck:
    """The same columns, twice as long."""
    return Luck(*(np.concatenate([column, np.zeros_like(column)]) for column in luck))


def in_order(luck: Luck, calls: int, start: int, width: int) -> np.ndarray:
    """TRACE [call] of the first `calls` rows, by time, then by queue, then as drawn. `start`, `width`: ms."""
    trace = np.empty(calls, TRACE)
    # About one call a bucket: then a bucket is as good as sorted.
    shift = int(np.log2(max(width / max(calls, 1), 1)))
    starts = np.zeros((width >> shift) + 2, np.int32)
    sort(luck, np.empty(calls, np.int64), starts, shift, start, width, trace)
    return trace


@rule
def sort(luck, keys, starts, shift, start, width, trace):  # type: ignore[no-untyped-def]
    """Bucket the calls by time, straighten each bucket, and write the rows in this order.

    `keys`: int64 [call], `starts`: int32 [bucket + 1], both for scratch; a bucket is 2^shift ms wide.
    """
    calls = len(keys)
    for k in range(calls):
        # Rounding may have put a call at the very end of the interval.
        luck.offset[k] = min(luck.offset[k], width - 1)
        starts[(luck.offset[k] >> shift) + 1] += 1
    for bucket in range(1, len(starts)):
        starts[bucket] += starts[bucket - 1]
    for k in range(calls):
        bucket = luck.offset[k] >> shift
        keys[starts[bucket]] = (np.int64(luck.offset[k]) << 32) | k
        starts[bucket] += 1
    for at in range(1, calls):
        key = keys[at]
        hole = at
        while hole > 0 and keys[hole - 1] > key:
            keys[hole] = keys[hole - 1]
            hole -= 1
        keys[hole] = key
    for at in range(calls):
        k = keys[at] & 0xFFFFFFFF
        row = trace[at]
        row["arrive"] = start + (keys[at] >> 32)
        row["talk"] = luck.talk[k]
        row["wrap"] = luck.wrap[k]
        row["patience"] = luck.patience[k]
        row["again_after"] = luck.again_after[k]
        row["queue"] = luck.queue[k]
        row["redials"] = luck.redials[k]
        row["balks"] = luck.balks[k]
