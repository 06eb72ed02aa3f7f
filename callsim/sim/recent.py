"""How calls fared lately: what a wallboard shows, second by second for the last hour."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import math

import numpy as np

from .jit import rule
from .records import ANSWERED, CLOSED

SECONDS = 3_600  # kept
OFFERED, ANSWERED_IN, COLUMNS = range(3)


class Recent:
    """Counts calls by the second in which they ended, all queues of a second side by side."""

    def __init__(self, within: np.ndarray):
        """`within`: int64 [queue] ms, each goal's time."""
        self.within = within
        self.counts = np.zeros((SECONDS, len(within), COLUMNS), np.int32)
        self.newest = np.zeros(1, np.int64)  # second

    def take(self, rows: np.ndarray) -> None:
        """Count records, RECORD [row], in the order in which they were written."""
        count(rows, self.within, self.counts, self.newest)

    def service_level(self, queue: int, last: int, now: int) -> float:
        """Answered within the goal's time ÷ offered, of the calls that ended in the last so many ms.

        Known to the second; NaN if no call did.
        """
        if not 0 < last <= SECONDS * 1000:
            raise ValueError(f"the last {last} ms are not known; ask for more than 0 and at most an hour")
        newest = int(self.newest[0])
        first, end = -(-(now - last) // 1000), -(-now // 1000)
        first, end = max(first, newest - SECONDS + 1, 0), min(end, newest + 1)
        if first >= end:
            return math.nan
        counts, begin, stop = self.counts[:, queue], first % SECONDS, end % SECONDS
        if begin < stop:
            sums = counts[begin:stop].sum(axis=0)
        else:  # around the end
            sums = counts[begin:].sum(axis=0) + counts[:stop].sum(axis=0)
        offered, in_time = sums.tolist()
        return in_time / offered if offered else math.nan


@rule
def count(rows, within, counts, newest):
    """Add records; seconds that have become too old make room for new ones."""
    for k in range(len(rows)):
        row = rows[k]
        ended = row["arrive"] + row["wait"] + row["talk"] + row["wrap"]
        second = ended // 1000
        for passed in range(max(newest[0] + 1, second - SECONDS + 1), second + 1):
            counts[passed % SECONDS] = 0
        newest[0] = max(newest[0], second)
        if row["outcome"] != CLOSED:
            sums = counts[second % SECONDS, row["queue"]]
            sums[OFFERED] += 1
            if row["outcome"] == ANSWERED and row["wait"] <= within[row["queue"]]:
                sums[ANSWERED_IN] += 1
