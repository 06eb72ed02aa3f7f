"""Where a plan breaks: how much more of what can go wrong each goal stands, on the very same traces."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Unpack

from callsim.model.buildout import Years, lay_out
from callsim.model.plan_day import Crowd, Day, day_of
from callsim.scenario import Buildout, Given, Phase, PlanDay, Scenario, scenario_of
from callsim.scenario.scaled import with_absence, with_handling, with_menus, with_volume
from callsim.sentences import say
from callsim.study.buildout.days import DayFigures
from callsim.study.buildout.looks import Looker
from callsim.study.options import How, RunOptions, with_options
from callsim.study.store.store import Store
from callsim.study.stress.answer import (
    GoalAsItIs,
    GroupGoalAsItIs,
    Level,
    LevelAt,
    Limit,
    PlanLimit,
    SiteLost,
    StressResult,
    Swing,
    mending,
    ranking,
)
from callsim.study.stress.breaking import Break, breaks
from callsim.study.stress.buildout import plan_limits
from callsim.study.stress.site_loss import site_losses
from callsim.version import __version__

RUNS = 10  # of a look, where nobody says
SWING = 10  # steps of one per cent to either side, for the tornado


@dataclass(frozen=True)
class Axis:
    """One thing that can get worse, in steps of one per cent."""

    what: str
    lowest: int
    start: int  # as it is
    highest: int
    changed: Callable[[Scenario, int], Scenario]
    is_share: bool = False  # of the agents; else times what it is

    def amount(self, step: int) -> float:
        """The step as times or share."""
        return step / 100


def _volume(scenario: Scenario, step: int) -> Scenario:
    queues = {
        name: queue.model_copy(update={"arrivals": with_volume(queue.arrivals, step / 100)})
        for name, queue in scenario.queues.items()
    }
    menus = with_menus(scenario.menus, step / 100)
    return scenario.model_copy(update={"queues": queues, "menus": menus})


def _handling(scenario: Scenario, step: int) -> Scenario:
    queues = {name: with_handling(queue, step / 100) for name, queue in scenario.queues.items()}
    return scenario.model_copy(update={"queues": queues})


def _absence(scenario: Scenario, step: int) -> Scenario:
    groups = {name: with_absence(group, step / 100) for name, group in scenario.groups.items()}
    return scenario.model_copy(update={"groups": groups})


AXES = (
    Axis("volume", 5, 100, 400, _volume),
    Axis("handling time", 5, 100, 400, _handling),
    Axis("absence", 0, 0, 90, _absence, is_share=True),
)


@with_options
def stress(
    scenario: Given,
    *,
    copies_played: int | None = None,
    **how: Unpack[How],
) -> StressResult:
    """Make things worse, one at a time, until each goal fails; and take each site away in turn.

    Args:
        copies_played: copies of each queue that are played and stand for all. Default: as the build-out
            says, else all.

    The other arguments are those of `callsim.run`; 10 runs unless the build-out says otherwise. Returns the
    StressResult. Raises what `callsim.run` raises.
    """
    return stressed(scenario_of(scenario), RunOptions.of(how), copies_played)


def stressed(
    scenario: Scenario,
    options: RunOptions,
    copies_played: int | None = None,
) -> StressResult:
    """Returns what `stress` returns, and raises the same, with the options in one object."""
    plan = scenario.buildout
    runs = options.runs or (plan.runs if plan is not None else None) or RUNS
    options = options.but(runs=runs, store=options.store or Store())
    copies_played = copies_played or (plan.copies_played if plan is not None else None)
    looker = Looker(options)
    goals = sum(queue.goal is not None for queue in scenario.queues.values())
    goals += sum(group.occupancy_at_most is not None for group in scenario.groups.values())
    # Doubling strides and bisection: a guess that only the progress bar needs.
    looker.expected = 1 + len(AXES) * (8 + 2 * min(goals, 6)) + 2 * len(scenario.sites)

    def figures(changed: Scenario, last_day: bool = False) -> DayFigures:
        return looker.at(as_written(changed, copies_played), last_day)

    def along(axis: Axis) -> tuple[list[Limit], Swing]:
        def look(step: int) -> Mapping[str, bool]:
            return figures(axis.changed(scenario, step)).met

        found = breaks(look, axis.lowest, axis.start, axis.highest)
        low, high = (
            _level_at(axis.amount(step), figures(axis.changed(scenario, step)))
            for step in (max(axis.lowest, axis.start - SWING), axis.start + SWING)
        )
        swing = Swing(what=axis.what, as_it_is=_level(as_it_is), low=low, high=high)
        return [_limit(axis, goal, known) for goal, known in found.items()], swing

    def of_plan() -> list[PlanLimit]:
        return [] if plan is None else plan_limits(scenario, looker)

    def of_sites() -> list[SiteLost]:
        return site_losses(scenario, figures)

    as_it_is = figures(scenario)
    if options.part is not None:  # looks are known from then on, so each part may begin with another question
        questions: list[Callable[[], object]] = [*(partial(along, axis) for axis in AXES), of_plan, of_sites]
        for ask in (ask for share in options.in_turns(questions) for ask in share):
            ask()
    limits: list[Limit | PlanLimit] = []
    tornado = []
    for axis in AXES:
        found, swing = along(axis)
        limits += found
        tornado.append(swing)
    limits += of_plan()
    sites = of_sites()
    return StressResult(
        scenario=scenario.name,
        seed=options.seed,
        runs=runs,
        engine=options.engine,
        version=__version__,
        counted=scenario.goals.counted,
        goals={
            name: GoalAsItIs(
                **{part.name: getattr(goal, part.name) for part in fields(goal)},
                service_level=as_it_is.level_of(name),
            )
            for name, goal in as_it_is.goals.items()
        },
        group_goals=_group_goals(as_it_is),
        ranking=ranking(limits, sites),
        mending=mending(limits),
        limits=limits,
        sites=sites,
        tornado=tornado,
    )


def _group_goals(as_it_is: DayFigures) -> dict[str, GroupGoalAsItIs] | None:
    """How busy groups are that may not be too busy; None where none has such a goal."""
    busy = {
        say("goals.of_group", name=name): group.figures["occupancy"]
        for name, group in as_it_is.groups.items()
    }
    return {
        name: GroupGoalAsItIs(
            **{part.name: getattr(goal, part.name) for part in fields(goal)}, occupancy=busy[name]
        )
        for name, goal in as_it_is.group_goals.items()
    } or None


def as_written(scenario: Scenario, copies_played: int | None) -> Day:
    """The day of a scenario as its file has it, perhaps with some copies standing for all."""
    seats = {name: site.seats for name, site in scenario.sites.items() if site.seats is not None}
    phase = Phase.model_construct(name="now", on=datetime.date(2000, 1, 1), over=0.0, seats=seats, close=())
    plan = Buildout.model_construct(
        phases=(phase,), copies_played=copies_played, until=phase.on + datetime.timedelta(days=1)
    )
    years: Years = lay_out(scenario.model_copy(update={"buildout": plan}))
    return day_of(years, 0, PlanDay(), Crowd({}, {}, {}))


def _limit(axis: Axis, goal: str, known: Break) -> Limit:
    amount = None if known.fails is None else axis.amount(known.fails)
    return Limit(
        what=axis.what,
        goal=goal,
        times=None if axis.is_share else amount,
        share=amount if axis.is_share else None,
        holds_at=None if known.holds is None else axis.amount(known.holds),
        room=None if known.fails is None else (known.fails - axis.start) / 100,
        looked_up_to=axis.amount(axis.highest),
    )


def _level(figures: DayFigures) -> Level:
    goals = figures.goals_met
    return Level(service_level=figures.level, goals_met=goals.met, goals=goals.of)


def _level_at(amount: float, figures: DayFigures) -> LevelAt:
    level = _level(figures)
    return LevelAt(
        amount=amount, service_level=level.service_level, goals_met=level.goals_met, goals=level.goals
    )
