"""The sums of some runs side by side: all that figures over runs are made of."""

from __future__ import annotations

from dataclasses import dataclass

from callsim.arrays import Floats, Ints


@dataclass(frozen=True)
class Runs:
    """The sums of all runs, in their order."""

    calls: Ints  # int64 [run, cell, queue, column]
    longest: Ints  # int64 [run, cell, queue] ms
    work: Ints  # int64 [run, cell, group, column]
    absent: Ints  # int64 [run, group] ms  that absence took
    called_in: Ints  # int64 [run, group] ms  for which supervisors called agents in
    sites: Ints  # int64 [run, cell, site, column]
    seats_peak: Ints  # int64 [run, cell, site]  most seats used at once
    cut_off: Ints  # int64 [run, loss of seats]  calls dropped when it began, in the order of incidents
    lost_to_seats: Floats  # float64 [run, site]  more answered calls with more seats; NaN: not asked
    percentiles: Floats  # float64 [run, queue, percentile] s; the last row is all queues together
    clients: Ints  # int64 [run, cell, queue, CLIENT_COLUMNS]  no cells where no call follows another
    in_hand: Ints  # int64 [run, group, HAND_COLUMNS]  zeros where agents are no rows
    held: Ints  # int64 [run, group] ms  for which agents stayed on the line for another call
    menus: Ints  # int64 [run, cell, menu, MENU_COLUMNS]
    dialled: Ints  # int64 [run, cell, campaign, DIAL_COLUMNS]  no cells where there are none
    told: Ints  # int64 [run, cell, queue, TOLD_COLUMNS]  no cells where no call is told a wait
    back_p90: Floats  # float64 [run, queue] s  of callbacks; no queues where none is promised
    backlog: Ints  # int64 [run, cell, queue, BACKLOG_COLUMNS]  no cells where no queue says what is due
    waits: Ints  # int64 [run, queue, class]  answered calls by the class of their wait
    seams: Ints | None = None
    """Of runs in blocks, int64 [run, seam, 2, queue, SEAM_COLUMNS]: as the block before it and the next saw
    the hour before it."""
