"""How a call ends: each in exactly one of these ways."""

from __future__ import annotations

ANSWERED, ABANDONED, BALKED, BLOCKED, CLOSED, DROPPED = range(6)
OUTCOMES = ("answered", "abandoned", "balked", "blocked", "closed", "dropped")
