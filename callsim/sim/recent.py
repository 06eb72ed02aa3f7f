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
        self.counts = np.zeros((COLUMNS, SECONDS, len(within)), np.int32)
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
        offered, in_time = (self._sum(column[:, queue], first, end) for column in self.counts)
        return in_time / offered if offered else math.nan

    @staticmethod
    def _sum(counts: np.ndarray, first: int, end: int) -> int:
        """Counts of the seconds from `first` until `end`. `counts`: int32 [second % SECONDS]."""
        begin, stop = first % SECONDS, end % SECONDS
        if begin < stop:
            return int(counts[begin:stop].sum())
        return int(counts[begin:].sum() + counts[:stop].sum())


@rule
def count(rows, within, counts, newest):
    """Add records; seconds that have become too old make room for new ones."""
    last = newest[0]
    for k in range(len(rows)):
        row = rows[k]
        second = (row["arrive"] + row["wait"] + row["talk"] + row["wrap"]) // 1000
        while last < second:
            last = max(last + 1, second - SECONDS + 1)
            counts[:, last % SECONDS] = 0
        q = row["queue"]
        # No branches to guess: they would cost more than the sums.
        in_time = (row["outcome"] == ANSWERED) & (row["wait"] <= within[q])
        counts[OFFERED, second % SECONDS, q] += row["outcome"] != CLOSED
        counts[ANSWERED_IN, second % SECONDS, q] += in_time
    newest[0] = last
