"""Does the plan hold: month by month the seats, the people and the calls, and what stops it first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from callsim.build.buildout import Years, lay_out
from callsim.build.plan_day import Crowd, Day, day_of
from callsim.scenario import PlanDay, Scenario
from callsim.study.binding import WhatIf, first_binding
from callsim.study.day_figures import figures_of
from callsim.study.kept import Kept, content
from callsim.study.people_flow import Flow, flow
from callsim.study.plan_result import Period, PlanResult
from callsim.study.replicate import run as simulate

Progress = Callable[[float, int, int], None]  # done (0..1), days done, days expected
USUAL = "day"  # the day of a plan that names none


def plan(
    scenario: Scenario,
    runs: int | None = None,
    seed: int = 1,
    engine: str = "kernel",
    jobs: int | None = None,
    on_progress: Progress | None = None,
    stop: threading.Event | None = None,
    kept: Kept | str | Path | None = None,
    only: Callable[[Years], list[int]] = Years.periods,
    usual_only: bool = False,
    reliefs: bool = True,
) -> PlanResult:
    """Play a scenario's `buildout`, month by month (or week by week).

    The same calls are simulated as by `run`, of each kind of day in each period, with the people there are.
    `kept` names a file in which simulated days are kept: a plan that was stopped goes on where it was, with
    the same numbers. `only` chooses the weeks that are looked at, `usual_only` the days; without
    `reliefs` it is not asked what would lift a constraint.
    """
    years = lay_out(scenario)
    runs = runs or years.plan.runs
    played = flow(years)
    kept = kept if isinstance(kept, Kept) else Kept(kept)
    weeks = only(years)
    wanted = {
        week: {
            name: day_of(years, week, kind, crowd(years, played, week))
            for name, kind in kinds_of(years, week, usual_only).items()
        }
        for week in weeks
    }
    play_days(
        [day for days in wanted.values() for day in days.values()],
        runs, seed, engine, jobs, kept, on_progress, stop,
    )  # fmt: skip
    what_if = WhatIf(years) if reliefs else None
    periods = []
    for week in weeks:
        days = {name: kept[content(day.scenario, seed, runs, engine)] for name, day in wanted[week].items()}
        peak = next(iter(wanted[week].values())).wanted_peak
        binding = first_binding(years, what_if, played, week, years.seats[:, week], peak, days)
        periods.append(Period(week, years.weeks[week], days, peak, binding))
    return PlanResult(years, seed, engine, runs, played, periods)


def kinds_of(years: Years, week: int, usual_only: bool = False) -> dict[str, PlanDay]:
    """The kinds of day that are simulated in the month of a week; the usual one is always among them."""
    kinds = years.plan.days or {USUAL: PlanDay()}
    usual = next(iter(kinds))
    month = years.weeks[week].month
    return {
        name: kind
        for name, kind in kinds.items()
        if name == usual or (not usual_only and (not kind.months or month in kind.months))
    }


def crowd(years: Years, played: Flow, week: int) -> Crowd:
    """Who is there in a week: the share of each roster that can be filled, their pace, the open seats."""
    named = {site for phase in years.plan.phases for site in phase.seats}
    filled, pace = {}, {}
    for row, team in enumerate(years.teams):
        if team.group is not None:
            needed, there = float(years.needed[row, week]), float(played.present[row, week])
            filled[team.group] = min(1.0, there / needed) if needed > 0 else 1.0
            pace[team.group] = round(float(played.pace[row, week]), 3)
    seats = {name: int(years.seats[row, week]) for row, name in enumerate(years.sites) if name in named}
    return Crowd(filled, pace, seats)


def play_days(
    days: list[Day],
    runs: int | None,
    seed: int,
    engine: str,
    jobs: int | None,
    kept: Kept,
    on_progress: Progress | None,
    stop: threading.Event | None,
) -> None:
    """Simulate the days that are not kept yet, each once, however many of them are alike."""
    new = {content(day.scenario, seed, runs, engine): day for day in days}
    total = len(new)
    todo = {name: day for name, day in new.items() if name not in kept}
    for number, (name, day) in enumerate(todo.items(), start=total - len(todo)):

        def told(done: float, _runs: int, _expected: int, before: int = number) -> None:
            if on_progress is not None:
                on_progress(min((before + done) / total, 1.0), before, total)

        result = simulate(day.scenario, runs, seed, engine, jobs, told, stop, weigh=False)
        kept.keep(name, figures_of(day, result))
