"""Goals, queues and sites of a run as types, made of what its JSON says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from callsim.results.judgement import Judgement
from callsim.results.measures import COUNTS, PERCENTILES, RATIOS, SEATS, SERVICE_LEVEL, WAITS, Figure
from callsim.results.schema import Figures, Keys, Mapped

# The figures of calls, and those of a queue that no other stands beside.
OF_CALLS = (*COUNTS, *(f"service_level.{formula}" for formula in SERVICE_LEVEL), *RATIOS)
OF_SITES = ("seats_used_peak", *SEATS, "calls_lost_to_seats")
OF_SITE_INTERVALS = ("seats_used", "waiting_for_seat", "seats_used_peak")
OF_ONE_QUEUE = (*PERCENTILES, "wait_max_s", *(f"waits.{name}" for name in WAITS))


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


@dataclass(frozen=True, kw_only=True)
class SiteInterval:
    """A site in one interval."""

    start: str  # local time
    figures: Annotated[Figures, Keys(OF_SITE_INTERVALS)]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site and its seats."""

    seats: int | None  # null: no limit
    figures: Annotated[Figures, Keys(OF_SITES)]
    intervals: Sequence[SiteInterval]  # in order of time


def sites_of(told: Mapping[str, Mapped]) -> dict[str, Site]:
    """The sites of a run."""
    return {
        name: Site(
            seats=site["seats"],
            figures=_some(site, OF_SITES),
            intervals=[
                SiteInterval(start=one["start"], figures=_some(one, OF_SITE_INTERVALS))
                for one in site["intervals"]
            ],
        )
        for name, site in told.items()
    }


def _some(told: Mapped, keys: Sequence[str]) -> Figures:
    return Figures({key: Figure(**told[key]) for key in keys})


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


def figures_in(told: Mapped) -> Figures:
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
