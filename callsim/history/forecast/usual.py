"""What is usual around a day, by the ordinary days of the same weekday on either side of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from callsim.history.forecast.models import WEEK

SIDE = 8  # days of the same weekday on either side that say what is usual
_FEW_ROWS = 0.4  # of these days; where fewer have a row, nobody calls on most of them


class Found(NamedTuple):
    """Something in the counts that was not taken as it stands, or that is out of the ordinary."""

    kind: Literal["no rows", "no calls", "outage", "missing", "spike"]
    day: int  # index of the day
    begin: int  # slot
    end: int  # slot, behind the last
    calls: float  # in these slots; NaN: unknown
    usual: float  # calls of such slots
    left_out: bool  # whether the day is left out
    far: bool = False  # of a spike: whether an interval had more than ten times its usual calls


def usual_of(calls: np.ndarray, weekday: np.ndarray, special: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean calls of the ordinary days of the same weekday around each day, and the share that has a row."""
    usual, known = np.zeros(calls.shape), np.zeros(calls.shape)
    for of in range(WEEK):
        mine = np.flatnonzero(weekday == of)
        plain = mine[~special[mine]]
        rows = calls[plain]
        there = np.isfinite(rows)
        sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(np.where(there, rows, 0.0), axis=0)])
        many = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(there, axis=0)])
        at = np.searchsorted(plain, mine)
        low, high = np.maximum(at - SIDE, 0), np.minimum(at + SIDE + 1, len(plain))
        own = there[np.minimum(at, max(len(plain) - 1, 0))] & ~special[mine][:, None] if len(plain) else 0
        value = np.where(own, np.nan_to_num(calls[mine]), 0.0)
        count = many[high] - many[low] - own
        usual[mine] = (sums[high] - sums[low] - value) / np.maximum(count, 1)
        others = np.maximum(high - low - (~special[mine]).astype(int), 1)
        known[mine] = count / others[:, None]
    return usual, known


def around(day: int, weekday: np.ndarray, special: np.ndarray) -> np.ndarray:
    """The ordinary days of its weekday on either side of a day, without itself: int64 [day]."""
    plain = np.flatnonzero((weekday == weekday[day]) & ~special)
    before, after = plain[plain < day], plain[plain > day]
    return np.concatenate([before[-SIDE:], after[:SIDE]])


def medians(calls: np.ndarray, weekday: np.ndarray, special: np.ndarray) -> np.ndarray:
    """The median of the ordinary days of the same weekday around each day and on it: float64 [day, slot].

    However large a few counts are, they do not move it. It is 0 where few of these days have a row.
    """
    found = np.zeros(calls.shape)
    for of in range(WEEK):
        mine = np.flatnonzero(weekday == of)
        plain = mine[~special[mine]]
        blank = np.full((SIDE, calls.shape[1]), np.nan)
        padded = np.concatenate([blank, calls[plain], blank, blank[:1]])
        windows = np.sort(np.lib.stride_tricks.sliding_window_view(padded, 2 * SIDE + 1, axis=0), axis=2)
        many = np.isfinite(windows).sum(axis=2)
        middle = np.take_along_axis(windows, np.maximum(many - 1, 0)[:, :, None] // 2, axis=2)[:, :, 0]
        place = np.arange(len(plain) + 1)
        days = np.minimum(place + SIDE + 1, len(plain)) - np.maximum(place - SIDE, 0)
        found[mine] = np.where(many > _FEW_ROWS * days[:, None], middle, 0.0)[np.searchsorted(plain, mine)]
    return found


def runs_of(there: np.ndarray) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch that is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
