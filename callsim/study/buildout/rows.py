"""A plan's result as rows for spreadsheets: one per period, kind of day and queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FIGURES = ("offered", "answered", "abandoned_share", "asa_s")


def rows(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Service by queue; seats and people of the queue's site and of all beside it."""
    for period in found["periods"]:
        people = {name: period["people"][name] for name in ("needed", "present", "learning", "hired", "left")}
        seats = sum(site["seats"] or 0 for site in period["sites"].values())
        for kind, figures in period["days"].items():
            for name, queue in figures["queues"].items():
                goal = queue.get("goal", {})
                yield {
                    "start": period["start"],
                    "day": kind,
                    "queue": name,
                    **{figure: queue[figure] for figure in FIGURES},
                    "service_level": queue["service_level"],
                    "goal_met": goal.get("met"),
                    "goal_probability": goal.get("probability", {}),
                    "seats": seats,
                    "people": people,
                    "binding": period["binding"],
                }
