"""How a call ends: each in exactly one of these ways."""

from __future__ import annotations

# The last two: of a call whose client is called back instead, and of a callback that reached nobody.
ANSWERED, ABANDONED, BALKED, BLOCKED, CLOSED, DROPPED, CALLED_BACK, NOT_REACHED = range(8)
OUTCOMES = (
    "answered",
    "abandoned",
    "balked",
    "blocked",
    "closed",
    "dropped",
    "called_back",
    "not_reached",
)
