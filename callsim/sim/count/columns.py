"""The columns of sums: what is counted of calls, of time at work and of seats, and the bins of waits."""

from __future__ import annotations

import numpy as np

from callsim.sim.centre import TIME_BITS
from callsim.units import HOUR_MS

# Columns of `calls`. Calls that gave up before the shortest time that counts as abandoning stand in the last
# three alone, so that every ratio of the others leaves them out.
(
    N_ANSWERED,
    N_ABANDONED,
    N_BALKED,
    N_BLOCKED,
    N_CLOSED,
    N_DROPPED,
    ANSWERED_IN,  # … within the goal's time
    ABANDONED_IN,
    WAIT_ANSWERED,  # ms
    WAIT_ABANDONED,  # ms
    N_WAITED,  # answered or abandoned, not answered at once
    TALK,  # ms, of answered calls
    WRAP,  # ms, of answered calls
    N_AGAIN,  # calls that are not their caller's first
    N_SHORT,  # abandoned …
    N_SHORT_BALKED,  # … or balked, before the shortest time that counts
    WAIT_SHORT,  # ms
    N_CALLED_BACK,  # calls whose clients are called back instead …
    N_BACK_COUNTED,  # … those of them that service levels count
    CALL_COLUMNS,
) = range(20)

# Columns of `work`.
G_ANSWERED, G_BUSY, G_ON_DUTY, G_LATE, WORK_COLUMNS = range(5)  # ms, but the first

# Columns of `in_hand`, of groups whose agents are rows.
H_WORKS, H_PARTS, H_INTERRUPTIONS, HAND_COLUMNS = range(4)
"""Works in hand, ms; parts of agents that they use, ms in PARTS of an agent; how often one was stopped."""

# Columns of `sites`.
S_USED, S_WAITED, SITE_COLUMNS = range(3)  # ms

SEAM_MS = HOUR_MS
"""A block counts the calls of the hour before its first day begins, and of the last hour of its last day: two
seams, each of which another block has seen, too."""

# Columns of `seams`.
(
    SEAM_OFFERED,  # calls …
    SEAM_IN_TIME,  # … answered within the goal's time
    SEAM_WAIT,  # ms, of answered calls and of those who hung up
    SEAM_WAITING,  # calls that wait at midnight
    SEAM_THERE,  # at midnight: calls in the building, and agents on duty, of all that is played together
    SEAM_COLUMNS,
) = range(6)

# Waits are counted in bins: exact to the millisecond below 256 ms, then 256 bins for each doubling,
# so that a percentile is known to 0.2 %. They reach as far as a moment's time does.
FINE_BITS = 8
BINS = (1 << FINE_BITS) * (TIME_BITS - FINE_BITS + 1)


def bin_middles() -> np.ndarray:
    """The middle of each bin: float64 [bin] ms."""
    number = np.arange(BINS)
    octave = np.maximum((number >> FINE_BITS) - 1, 0)
    low = (number - (octave << FINE_BITS)) << octave
    return np.asarray(low + ((1 << octave) - 1) / 2)
