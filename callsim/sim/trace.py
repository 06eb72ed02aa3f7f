"""The luck of an interval, drawn before an engine sees it: who calls when, and what they bring."""

from __future__ import annotations

import numpy as np

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
