"""Figures of work that is due, such as mails: what is overdue, how much waits, how old the oldest is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from callsim.arrays import Ints
from callsim.results import measures
from callsim.results.estimates import Estimated
from callsim.results.measures import COUNTS, MS, SHORT_COUNT, Estimate
from callsim.results.schema import Figures
from callsim.results.sums import Runs
from callsim.sim.count.backlog import B_OLDEST, B_OVERDUE, B_WAITING, BACKLOG_COLUMNS

OFFERED = COUNTS["offered"].over - SHORT_COUNT["short_abandoned"].over  # of which shares are taken
OVERDUE, BACKLOG, PEAK, OLDEST = "overdue_share", "backlog", "backlog_peak", "oldest_s"
OF_QUEUES = (OVERDUE, PEAK, OLDEST)
OF_INTERVALS = (OVERDUE, BACKLOG, OLDEST)


def of_queue(runs: Runs, row: int) -> Estimated:
    """The figures of a queue that says when its work is due."""
    return estimated(sums_of(runs, [row])[:, 0], runs.calls[:, :, row].sum(axis=1))


def sums_of(runs: Runs, rows: Sequence[int]) -> Ints:
    """Of each run what is overdue, and most of what waits at the end of an interval: int64 [run, queue,
    BACKLOG_COLUMNS]; zeros where no queue says when its work is due.
    """
    if not runs.backlog.size:
        return np.zeros((len(runs.backlog), len(rows), BACKLOG_COLUMNS), np.int64)
    found = runs.backlog[:, :, rows]
    sums = found.max(axis=1)
    sums[..., B_OVERDUE] = found[..., B_OVERDUE].sum(axis=1)
    return np.asarray(sums)


def estimated(sums: Ints, calls: Ints) -> Estimated:
    """The figures of a queue: of `sums_of` int64 [run, BACKLOG_COLUMNS], of calls int64 [run, column]."""
    return {
        OVERDUE: _overdue(sums, calls),
        PEAK: measures.estimate_of(sums[..., B_WAITING].astype(np.float64)),
        OLDEST: measures.estimate_of(sums[..., B_OLDEST].astype(np.float64) * MS),
    }


def by_interval(runs: Runs, row: int) -> Iterator[Figures]:
    """Yields the same of each interval; what waits is that of its end."""
    sums, calls = runs.backlog[:, :, row], runs.calls[:, :, row]
    found = (
        _overdue(sums, calls),
        measures.estimate_of(sums[..., B_WAITING].astype(np.float64)),
        measures.estimate_of(sums[..., B_OLDEST].astype(np.float64) * MS),
    )
    for figures in zip(*(measures.figures(one) for one in found), strict=True):
        yield Figures(zip(OF_INTERVALS, figures, strict=True))


def _overdue(sums: Ints, calls: Ints) -> Estimate:
    """The share of the offered calls that waited too long. Both int64 [run, …, column]."""
    offered = np.asarray(calls @ OFFERED)
    share = measures.ratio(np.moveaxis(sums[..., B_OVERDUE], 0, -1), np.moveaxis(offered, 0, -1))
    return share._replace(most=1.0)
