"""The service level of the last minutes, as a wallboard shows it: counts by second, for the last hour."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import math

import numpy as np

from callsim.sentences import say
from callsim.sim.floor.records import ABANDONED, ANSWERED, BALKED, CLOSED
from callsim.sim.jit import rule

SECONDS = 3_600  # kept
ROWS = SECONDS + 1  # … and what was before them
OFFERED = 32  # bits: one integer holds two counts, offered << OFFERED | answered in the goal's time


class Recent:
    """Counts of the calls that ended by the end of each second; those of any seconds are one difference."""

    def __init__(self, within: np.ndarray, short: int = 0):
        """`within`: int64 [queue] ms, each goal's time; `short`: ms, who gives up before does not count."""
        self.within, self.short = within, short
        self.totals = np.zeros((ROWS, len(within)), np.int64)  # [second % ROWS, queue]
        self.newest = np.zeros(1, np.int64)  # second

    def take(self, rows: np.ndarray) -> None:
        """Count records, RECORD [row], in the order in which they were written."""
        count(rows, self.within, self.short, self.totals, self.newest)

    def service_level(self, queue: int, last: int, now: int) -> float:
        """Returns answered within the goal's time ÷ offered, of the calls that ended in the last `last` ms.

        The span is exact to a second. NaN if no call ended in it.
        """
        if not 0 < last <= SECONDS * 1000:
            raise ValueError(say("supervisors.recent", last=last))
        newest = int(self.newest[0])
        first, end = -(-(now - last) // 1000), -(-now // 1000)
        first, end = max(first, newest - SECONDS + 1, 0), min(end, newest + 1)
        if first >= end:
            return math.nan
        counts = int(self.totals[(end - 1) % ROWS, queue] - self.totals[(first - 1) % ROWS, queue])
        offered, in_time = counts >> OFFERED, counts & (1 << OFFERED) - 1
        return in_time / offered if offered else math.nan


@rule
def count(rows, within, short, totals, newest):
    """Adds records; new seconds take the rows of those that are older than an hour. `short`: ms."""
    last = newest[0]
    at, over = last % ROWS, 1000 * (last + 1)
    for k in range(len(rows)):
        row = rows[k]
        ended = row["arrive"] + row["wait"] + row["talk"] + row["wrap"]
        if ended >= over:
            second = ended // 1000
            was = at
            for new in range(max(last, second - ROWS) + 1, second + 1):
                at = new % ROWS
                for q in range(len(within)):
                    totals[at, q] = totals[was, q]
                was = at
            last, over = second, 1000 * (second + 1)
        q = row["queue"]
        # Sums without branches: wrongly predicted ones would cost more.
        in_time = (row["outcome"] == ANSWERED) & (row["wait"] <= within[q])
        gave_up = (row["outcome"] == ABANDONED) | (row["outcome"] == BALKED)
        counts = (row["outcome"] != CLOSED) & ~(gave_up & (row["wait"] < short))
        totals[at, q] += (np.int64(counts) << OFFERED) + in_time
    newest[0] = last
