"""What queues tell calls that wait, and which callbacks they have promised.

`Promises` is a part of `story.Follow`, for callbacks have luck and clients as calls that follow others do. It
has no rows where nothing is told.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.centre import CALLBACK_ROW, NOBODY, STEP, Centre

OF_QUEUE = np.dtype(
    [
        ("wait", np.int64),  # what is told: EXPECTED …; or NOBODY
        ("means", np.int64),  # its row of `means`
        ("steps_from", np.int64),  # its rows of `steps`
        ("steps_to", np.int64),
        ("back", np.int64),  # its row of `backs`, or NOBODY
        ("last", np.int64),  # ms  how long the call waited that was answered last
        ("open", np.int64),  # callbacks that it has promised and not made
        ("at_end", np.int64),  # place of the first callback that waits behind all calls, or NOBODY
        ("behind", np.int64),  # how many callbacks wait so
    ]
)
# What is summed as it happens, by the cell in which a call came to the queue.
(
    T_TOLD,  # calls that were told a wait …
    T_KNOWN,  # … when it was known: somebody was on duty
    T_WAIT,  # ms  what these were told
    T_HUNG_UP,
    T_OFFERED,  # calls that were offered a callback
    # The others are counted from records, by the cell in which the callback was promised.
    T_ACCEPTED,
    T_REACHED,
    T_ENDED,  # callbacks that are over, the client reached or not
    T_ATTEMPTS,  # in these
    T_BACK_WAIT,  # ms  from the promise until the client was on the phone, of those who were reached
    T_IN_TIME,  # of these within the time of the goal
    T_OPEN,  # callbacks promised and not made when the last day ends
    TOLD_COLUMNS,
) = range(13)


class Promises(NamedTuple):
    """What is told, and what has come of it."""

    queues: np.ndarray  # OF_QUEUE [queue]
    steps: np.ndarray  # STEP [row]
    backs: np.ndarray  # CALLBACK_ROW [row]
    means: np.ndarray  # float64 [row, talk | wrap | patience, interval] ms; inf: nobody gives up
    counted: np.ndarray  # bool [1]  whether callbacks count as answered in time
    sums: np.ndarray  # int64 [cell, queue, TOLD_COLUMNS]  whoever counts brings it


def open_promises(centre: Centre) -> Promises:
    """Before the first call."""
    queues = np.zeros(centre.queues, OF_QUEUE)
    queues["wait"] = queues["back"] = queues["at_end"] = NOBODY
    steps = np.ascontiguousarray(centre.steps, STEP)
    for number, row in enumerate(centre.announced):
        of_queue = queues[row["queue"]]
        of_queue["wait"], of_queue["means"] = row["wait"], number
    queues["steps_from"] = np.searchsorted(steps["queue"], np.arange(centre.queues), "left")
    queues["steps_to"] = np.searchsorted(steps["queue"], np.arange(centre.queues), "right")
    for number, row in enumerate(centre.callbacks):
        queues["back"][row["queue"]] = number
    return Promises(
        queues=queues,
        steps=steps,
        backs=np.ascontiguousarray(centre.callbacks, CALLBACK_ROW),
        means=np.ascontiguousarray(centre.means, np.float64),
        counted=np.array([centre.counts_callbacks]),
        sums=np.zeros((1, centre.queues, TOLD_COLUMNS), np.int64),
    )
