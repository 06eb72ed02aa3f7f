"""What is worst comes first: queues and intervals by the calls that they are short of their goals."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from callsim.report.kit.goals import goals_of

Found = Mapping[str, Any]
Named = tuple[str, Found]


def badness(counted: str) -> Callable[[Named], tuple[bool, float, float]]:
    """Missed goals first, by the calls they are short of; then by calls that waited too long."""

    def key(queue: Named) -> tuple[bool, float, float]:
        row, goal = queue[1], queue[1].get("goal")
        if goal is None or goal["met"] is not False:
            return True, 0.0, -_late(row, counted)
        return False, -_short(row, goal, counted)[0], -_late(row, counted)

    return key


def _short(row: Found, goal: Found, counted: str) -> tuple[float, str]:
    """How many calls would have had to fare better for the goal to be met, and what befell them."""
    level, abandoned = row["service_level"][counted]["mean"], row["abandoned_share"]["mean"]
    gaps = [(0.0, "")]
    if goal["answer"] is not None and level is not None:
        gaps.append((goal["answer"] - level, "late"))
    if goal["abandon_at_most"] is not None and abandoned is not None:
        gaps.append((abandoned - goal["abandon_at_most"], "gave up"))
    gap, befell = max(gaps)
    return gap * float(row["offered"]["mean"]), befell


def _late(row: Found, counted: str) -> float:
    """Calls not answered in time."""
    level = row["service_level"][counted]["mean"]
    return 0.0 if level is None else (1 - level) * float(row["offered"]["mean"])


def worst_intervals(found: Found) -> list[tuple[float, str, Found]]:
    """Calls short of the goal, what befell them, and the row; the worst first, none that is as promised.

    Where no queue has a goal: by calls that were late.
    """
    counted, goals = found["counted"], goals_of(found)
    ranked = []
    for row in found["intervals"]:
        goal = goals.get(row["queue"])
        if not goals:
            short, befell = _late(row, counted), "late"
        elif goal:
            short, befell = _short(row, goal, counted)
        else:
            continue
        if short > 0:
            ranked.append((short, befell, row))
    return sorted(ranked, key=lambda item: -item[0])


def moment(start: str, days: int) -> str:
    """When an interval starts, as short as the length of the run allows."""
    when = datetime.datetime.fromisoformat(start)
    if days == 1:
        return f"{when:%H:%M}"
    return f"{when:%a %Y-%m-%d %H:%M}" if days > 360 else f"{when:%a %d %b %H:%M}"
