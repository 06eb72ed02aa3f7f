"""What a build-out stands: how many more leavers, how late an opening, before a phase misses a goal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from callsim.build.buildout import Years, lay_out, open_seats
from callsim.build.plan_day import day_of
from callsim.scenario import Scenario
from callsim.study.breaking import Break, breaks
from callsim.study.buildout import crowd, kinds_of
from callsim.study.looker import Looker
from callsim.study.people_flow import Flow, flow
from callsim.study.plan_result import phase_ends

LOWEST, AS_IT_IS, HIGHEST = 5, 100, 400  # per cent of the rates of leaving
LONGEST = 52  # weeks of delay


def plan_limits(scenario: Scenario, looker: Looker) -> list[dict[str, Any]]:
    """Limits of each goal at the end of each phase, on the usual day."""
    years = lay_out(scenario)
    assert scenario.buildout is not None
    ends = dict(zip((phase.name for phase in scenario.buildout.phases), phase_ends(years), strict=True))

    def leaving(step: int) -> Mapping[str, bool]:
        played = flow(years, attrition=step / 100)
        return _met(years, ends, looker, lambda week: (played, years.seats[:, week]))

    played = flow(years)

    def opening(weeks: int) -> Mapping[str, bool]:
        late = {
            (number, site): 7.0 * weeks
            for number, phase in enumerate(years.plan.phases)
            for site in phase.seats
        }
        seats = open_seats(scenario, years.weeks, late)
        return _met(years, ends, looker, lambda week: (played, seats[:, week]))

    limits = []
    for goal, known in breaks(leaving, LOWEST, AS_IT_IS, HIGHEST).items():
        limits.append(_row("attrition", goal, known, times=True))
    for goal, known in breaks(opening, 0, 0, LONGEST).items():
        limits.append(_row("opening delay", goal, known, times=False))
    return limits


def _met(
    years: Years, ends: Mapping[str, int], looker: Looker, there: Callable[[int], tuple[Flow, Any]]
) -> dict[str, bool]:
    """Every goal at every phase's end, as `phase: queue`."""
    found = {}
    for phase, week in ends.items():
        kind = next(iter(kinds_of(years, week, usual_only=True).values()))
        played, seats = there(week)
        who = crowd(years, played, week)
        open_now = {name: int(seats[row]) for row, name in enumerate(years.sites) if name in who.seats}
        day = day_of(years, week, kind, replace(who, seats=open_now))
        for name, queue in looker.at(day)["queues"].items():
            if "goal" in queue:
                found[f"{phase}: {name}"] = queue["goal"]["met"] is not False
    return found


def _row(what: str, goal: str, known: Break, times: bool) -> dict[str, Any]:
    fails, holds = known.fails, known.holds
    return {
        "what": what,
        "goal": goal,
        "times": fails / 100 if times and fails is not None else None,
        "share": None,
        "days": 7 * fails if not times and fails is not None else None,
        "holds_at": None if holds is None else (holds / 100 if times else 7 * holds),
        "room": None if fails is None else ((fails - AS_IT_IS) / 100 if times else 7 * fails / 365),
        "looked_up_to": HIGHEST / 100 if times else 7 * LONGEST,
    }
