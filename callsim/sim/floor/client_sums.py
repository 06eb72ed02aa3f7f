"""What is summed of clients: columns, which figures read without the simulation."""

from __future__ import annotations

# The first are of the calls to a queue, the others of clients who called it first.
(
    C_FIRST,  # offered calls that are their client's first
    C_IN,  # offered calls that an agent handed on
    C_OUT,  # answered calls that were handed on to another
    C_ANSWERED,
    C_CLIENTS,
    C_REACHED,  # clients of whose calls any was answered
    C_SOLVED,  # … who did not dial again afterwards, and were not lost after they had been handed on
    C_IN_TIME,  # clients of whose calls any was answered within the time of its queue's goal
    C_CALLS,  # their offered calls
    C_WAIT,  # ms  how long they waited in all of them
    CLIENT_COLUMNS,
) = range(11)
