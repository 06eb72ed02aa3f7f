"""A plan's result as rows for spreadsheets: one per period, kind of day and queue."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.results.measures import SERVICE_LEVEL
from callsim.results.schema import Figures, plain
from callsim.study.buildout.answer import PeriodThen, PlanAnswer
from callsim.study.buildout.days import QueueOfDay

FIGURES = ("offered", "answered", "abandoned_share", "asa_s")


def rows(found: PlanAnswer) -> Iterator[dict[str, object]]:
    """Service by queue; seats and people of all sites beside it."""
    for period in found.periods:
        for kind, figures in period.days.items():
            for name, queue in figures.queues.items():
                yield {"start": period.start, "day": kind, "queue": name, **_of(queue), **_beside(period)}


def _of(queue: QueueOfDay) -> dict[str, object]:
    goal = queue.goal
    levels = {key: queue.figures[key] for key in (f"service_level.{name}" for name in SERVICE_LEVEL)}
    chosen = Figures({name: queue.figures[name] for name in FIGURES} | levels)
    told: dict[str, object] = plain(chosen)
    return told | {
        "goal_met": None if goal is None else goal.met,
        "goal_probability": {} if goal is None else plain(goal.probability),
    }


def _beside(period: PeriodThen) -> dict[str, object]:
    people = period.people
    return {
        "seats": period.seats,
        "people": {
            "needed": people.needed,
            "present": people.present,
            "learning": people.learning,
            "hired": people.hired,
            "left": people.left,
        },
        "binding": period.binding,
    }
