"""Calls put in order: by time, then as they come, however they crowd."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.sim.luck.trace import DIGIT, TRACE, in_order
from callsim.units import DAY_MS

HALF_HOUR = 1_800_000
CALLS = 20_000


def ordered(times: np.ndarray, width: int, start: int = 0) -> np.ndarray:
    """The trace of calls that arrive at these times; `again_after` holds their rows."""
    rows = np.zeros(len(times), TRACE)
    rows["again_after"] = np.arange(len(times))
    rows["talk"] = 7 * np.arange(len(times))
    trace = np.empty(len(times), TRACE)
    keys = times.astype(np.int64) << 32 | np.arange(len(times))
    in_order(rows, keys, np.empty_like(keys), np.empty(1 << DIGIT, np.int64), start, width, trace)
    return trace


@pytest.mark.parametrize("width", [1, 60_000, HALF_HOUR, 1 << 22, DAY_MS])
@pytest.mark.parametrize("within", [1, 1_000, DAY_MS], ids=["one-ms", "one-second", "all-of-it"])
def test_by_time_then_as_they_come(width: int, within: int) -> None:
    luck = np.random.default_rng(1)
    late = width - min(within, width)
    times = luck.integers(late, width, CALLS)
    trace = ordered(times, width, start=5 * DAY_MS)
    by_time = np.argsort(times, kind="stable")
    np.testing.assert_array_equal(trace["again_after"], by_time)
    np.testing.assert_array_equal(trace["talk"], 7 * by_time)
    np.testing.assert_array_equal(trace["arrive"], 5 * DAY_MS + times[by_time])


def test_no_calls() -> None:
    assert len(ordered(np.empty(0, np.int64), HALF_HOUR)) == 0
