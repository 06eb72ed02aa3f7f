"""A queue's goal and figures as types, made of what the JSON of a run says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callsim.results.judgement import Judgement
from callsim.results.measures import Figure
from callsim.study.runs.plain import Figures


@dataclass(frozen=True, kw_only=True)
class GoalDay:
    """What came of a goal on one day, over all runs."""

    start: str  # the date
    service_level: Figure  # by the formula that goals use
    abandoned_share: Figure  # abandoned and balked ÷ offered
    probability: Figure  # share of runs in which the goal was met


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a queue promises, and what came of it."""

    answer: float | None  # share of calls to be answered in time
    within_s: float | None  # the time meant
    abandon_at_most: float | None  # share of calls that may be abandoned
    counted: str  # which service-level formula it uses
    met: bool | None  # whether the mean keeps the promise; null: nobody called
    decided: bool | None  # whether other luck would hardly turn the verdict; null after one run
    verdict: str  # in words
    probability: Figure  # share of days on which it was met
    by_day: list[GoalDay] | None = None  # of runs of several days


def goal_of(judged: Judgement) -> Goal:
    """A judgement as it is told."""
    told = judged.to_dict()
    days = told.pop("by_day", None)
    by_day = [
        GoalDay(
            start=day["start"],
            service_level=Figure(**day["service_level"]),
            abandoned_share=Figure(**day["abandoned_share"]),
            probability=Figure(**day["probability"]),
        )
        for day in days or ()
    ]
    return Goal(**told | {"probability": judged.probability, "by_day": None if days is None else by_day})


def figures_in(told: Mapping[str, Any]) -> Figures:
    """The figures among what a run tells of a queue."""
    figures = Figures()
    for key, inner in told.items():
        if key in ("original", "goal"):
            continue
        if "mean" in inner:
            figures[key] = Figure(**inner)
        else:
            figures |= {f"{key}.{below}": Figure(**one) for below, one in inner.items()}
    return figures
