"""How many goals are met: one count for every study. A goal that nobody called is neither met nor missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class GoalsMet(NamedTuple):
    """How many goals are met, of how many that could be judged, and how many nobody called."""

    met: int
    of: int
    silent: int


def goals_met(verdicts: Iterable[bool | None]) -> GoalsMet:
    """Count verdicts: True met, False missed, None where nobody called."""
    found = list(verdicts)
    silent = sum(met is None for met in found)
    return GoalsMet(sum(met is True for met in found), len(found) - silent, silent)


def goals_of(queues: Mapping[str, Mapping[str, Any]]) -> GoalsMet:
    """The same count of queues as results tell them, by their names; those without a goal are left out."""
    return goals_met(queue["goal"]["met"] for queue in queues.values() if "goal" in queue)
