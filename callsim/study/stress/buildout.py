"""What a build-out stands: how many more leavers, how late an opening, before a phase misses a goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from callsim.arrays import Ints
from callsim.model.buildout import Years, complete, lay_out, open_seats
from callsim.model.plan_day import day_of
from callsim.scenario import Phase, Scenario
from callsim.study.buildout.crowd import crowd
from callsim.study.buildout.head_count import Flow, flow
from callsim.study.buildout.looks import Looker
from callsim.study.buildout.plan import kinds_of
from callsim.study.stress.answer import PlanLimit
from callsim.study.stress.breaking import Break, breaks

LOWEST, AS_IT_IS, HIGHEST = 5, 100, 400  # per cent of the rates of leaving
LONGEST = 52  # weeks of delay


def plan_limits(scenario: Scenario, looker: Looker) -> list[PlanLimit]:
    """Limits of each goal in each phase, on the usual day: at its end, and while its seats are late."""
    years = lay_out(scenario)
    names = {number: phase.name for number, phase in enumerate(years.plan.phases)}
    ends = {names[number]: [column] for number, column in years.judged.items()}
    of_name = {names[number]: years.plan.phases[number] for number in years.judged}
    played = flow(years)

    def leaving(step: int) -> Mapping[str, bool]:
        return _met(years, ends, looker, flow(years, attrition=step / 100), years.seats)

    def opening(weeks: int) -> Mapping[str, bool]:
        late = {
            (number, site): 7.0 * weeks
            for number, phase in enumerate(years.plan.phases)
            for site in phase.seats
        }
        dates = [*years.weeks, *years.between]
        seats = open_seats(years.scenario, dates, late) if weeks else years.seats
        met = _met(years, ends, looker, played, seats)
        late_in = {name: _while_late(years, phase, weeks) for name, phase in of_name.items()}
        for name, column in [(name, column) for name, columns in late_in.items() for column in columns]:
            look = {name: [column]}
            planned = _met(years, look, looker, played, years.seats)
            # What the plan misses in that week, however early it opens, no delay has broken.
            for goal, is_met in _met(years, look, looker, played, seats).items():
                met[goal] = met[goal] and (is_met or not planned[goal])
        return met

    limits = []
    for goal, known in breaks(leaving, LOWEST, AS_IT_IS, HIGHEST).items():
        limits.append(_row("attrition", goal, known, times=True))
    for goal, known in breaks(opening, 0, 0, LONGEST).items():
        limits.append(_row("opening delay", goal, known, times=False))
    return limits


def _while_late(years: Years, phase: Phase, weeks: int) -> list[int]:
    """Weeks in which most seats of a phase are missing for its delay, the first, the last and one between.

    From the day on which it was to be complete, when demand and people are those of the plan, until the first
    of its seats opens late.
    """
    if not weeks:
        return []
    first = years.week_of(complete(phase))
    last = max(first, years.week_of(phase.on) + weeks - 1)
    return sorted({week for week in (first, (first + last) // 2, last) if week < len(years.weeks)})


def _met(
    years: Years, looks: Mapping[str, list[int]], looker: Looker, played: Flow, seats: Ints
) -> dict[str, bool]:
    """Whether each goal is met whenever a phase is looked at, as `phase: queue`.

    `seats`: int64 [site, column] that are open; all else is as planned.
    """
    late = replace(years, seats=seats)
    found: dict[str, bool] = {}
    for phase, columns in looks.items():
        for column in columns:
            kind = next(iter(kinds_of(years, column, usual_only=True).values()))
            day = day_of(years, column, kind, crowd(late, played, column))
            for name, is_met in looker.at(day).met.items():
                goal = f"{phase}: {name}"
                found[goal] = found.get(goal, True) and is_met
    return found


def _row(what: str, goal: str, known: Break, times: bool) -> PlanLimit:
    fails, holds = known.fails, known.holds
    return PlanLimit(
        what=what,
        goal=goal,
        times=fails / 100 if times and fails is not None else None,
        share=None,
        days=7 * fails if not times and fails is not None else None,
        holds_at=None if holds is None else (holds / 100 if times else 7 * holds),
        room=None if fails is None else ((fails - AS_IT_IS) / 100 if times else 7 * fails / 365),
        looked_up_to=HIGHEST / 100 if times else 7 * LONGEST,
    )
