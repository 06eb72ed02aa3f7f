"""Does the plan hold: month by month the seats, the people and the calls, and what stops it first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Unpack

from callsim.model.buildout import Years, lay_out
from callsim.model.plan_day import Day, day_of, kinds
from callsim.scenario import Given, PlanDay, Scenario, scenario_of
from callsim.study.buildout.binding import Judge
from callsim.study.buildout.crowd import NONE, crowd
from callsim.study.buildout.days import DayFigures, KeptDay
from callsim.study.buildout.dips import dips, lifted
from callsim.study.buildout.head_count import Flow, flow
from callsim.study.buildout.looks import Known, content, simulate
from callsim.study.buildout.period import Period
from callsim.study.buildout.relief import WhatIf
from callsim.study.buildout.result import PlanResult
from callsim.study.options import How, Progress, RunOptions, with_options
from callsim.study.store.store import Store


@with_options
def plan(
    scenario: Given,
    *,
    usual_only: bool = False,
    reliefs: bool = True,
    **how: Unpack[How],
) -> PlanResult:
    """Play a scenario's `buildout`, month by month (or week by week).

    The same calls are simulated as by `run`, of each kind of day in each period, with the people there are.

    Args:
        usual_only: plays only the usual kind of day.
        reliefs: without it nothing is tried that would lift a constraint.

    The other arguments are those of `callsim.run`. Returns the PlanResult. Raises what `callsim.run` raises,
    and UserError where the scenario has no `buildout`.
    """
    return played_out(scenario_of(scenario), RunOptions.of(how), usual_only=usual_only, reliefs=reliefs)


def played_out(
    scenario: Scenario,
    options: RunOptions,
    known: Known | None = None,
    only: Callable[[Years], list[int]] = Years.periods,
    usual_only: bool = False,
    reliefs: bool = True,
) -> PlanResult:
    """Returns what `plan` returns, and raises the same, with the options in one object.

    `known`: days that have been simulated; those that are simulated now are added. `only`: chooses the weeks
    that are looked at beside those in which phases are judged; `usual_only`, `reliefs`: as for `plan`.
    """
    years = lay_out(scenario)
    options = options.but(runs=options.runs or years.plan.runs, store=options.store or Store())
    played = flow(years)
    known = Known() if known is None else known
    periods = only(years)
    columns = sorted({*periods, *years.judged.values()})
    wanted = {
        column: {
            name: day_of(years, column, kind, crowd(years, played, column))
            for name, kind in kinds_of(years, column, usual_only).items()
        }
        for column in columns
    }
    played_days = play_days([day for days in wanted.values() for day in days.values()], options, known)
    judge = Judge(years, played, WhatIf(years))

    def look(
        column: int,
        people: Flow,
        calls: int = 0,
        seats: Mapping[str, int] = NONE,
        kind: str | None = None,
    ) -> DayFigures:
        """Returns the figures of a day of a column; see `binding.Look`."""
        every = kinds_of(years, column)
        words = every[kind or next(iter(every))]
        day = day_of(years, column, words, crowd(years, people, column, seats), 1 + calls / 100)
        return simulate(day, options.but(progress=Progress()), known).figures

    found = {}
    for column in columns:
        kept_days = {
            name: played_days[content(day.scenario, options)] for name, day in wanted[column].items()
        }
        days = {name: one.figures for name, one in kept_days.items()}
        warned = tuple(warning for one in kept_days.values() for warning in one.warned)
        peaks = {name: day.wanted_peak for name, day in wanted[column].items()}
        asked = reliefs and column in years.judged.values()
        binding = judge.first_binding(column, peaks, days, look if asked else None)
        short = tuple(judge.short_lines(column))
        usual = peaks[next(iter(peaks))]
        found[column] = Period(column, years.date(column), days, usual, binding, short, warned)
    judged = {number: found[column] for number, column in years.judged.items()}
    told = [found[week] for week in periods]
    if reliefs:
        told = list(lifted(judge, told, judged, look))
    return PlanResult(
        years, options.seed, options.engine, options.runs, played, told, judged, dips(years, told, judged)
    )


def kinds_of(years: Years, week: int, usual_only: bool = False) -> dict[str, PlanDay]:
    """The kinds of day that are simulated in the month of a week; the usual one is always among them."""
    every = kinds(years.scenario)
    usual = next(iter(every))
    month = years.date(week).month
    return {
        name: kind
        for name, kind in every.items()
        if name == usual or (not usual_only and (not kind.months or month in kind.months))
    }


def play_days(days: list[Day], options: RunOptions, known: Known) -> dict[str, KeptDay]:
    """Simulate the days that are not known yet, each once, however many of them are alike.

    Returns all of them, by the name of their content.
    """
    wanted = {content(day.scenario, options): day for day in days}
    total, begin = len(wanted), sum(name in known for name in wanted)
    shares = options.in_turns([day for name, day in wanted.items() if name not in known])
    for number, day in enumerate((day for share in shares for day in share), start=begin):
        part = options.progress.part(number / total, 1 / total, number, total)
        simulate(day, options.but(progress=part), known)
    return {name: known[name] for name in wanted}
