"""The report of a build-out on a terminal: does it hold, where not, why, and what would help."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.buildout.money import assumptions_table, money_table
from callsim.report.kit import figures
from callsim.report.kit.both import FAILED
from callsim.report.kit.goals import met_of
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, title
from callsim.sentences import Own, label, say
from callsim.study.buildout.answer import DipThen, NotJudged, PeriodThen, PhaseThen, PlanAnswer
from callsim.study.buildout.days import QueueOfDay

MOST_PERIODS = 26  # rows; of more every second, third … is shown
MOST_QUEUES = 18


def report(found: PlanAnswer, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: PlanAnswer, page: Page) -> Iterator[RenderableType | None]:
    yield Group(Text(found.scenario, "bold"), verdict(found))
    yield _phases(found, page)
    yield _constraints(found)
    yield _periods(found, page)
    yield _queues(found, page)
    yield money_table(found, page)
    yield assumptions_table(found, page)
    yield _what_was_played(found, page)


def verdict(found: PlanAnswer) -> Text:
    """Whether the plan holds, in one sentence."""
    broken = [phase for phase in found.phases if not phase.holds]
    if not found.phases:
        return Text(say("buildout.no_phase"), "bold red")
    if not broken:
        of = _phases_of(found)
        kinds = list(dict.fromkeys(kind for one in found.phases for kind in one.missed_each_week))
        if kinds:
            return Text(say("buildout.usual_only", of=of, kinds=listed(kinds)), "bold red")
        dips = dips_of(found)
        if dips:
            return Text(say("buildout.dips", of=of, dips=dips), "bold yellow")
        if found.not_judged:
            names = [one.name for one in found.not_judged]
            return Text(say("buildout.judged", of=of, n=len(names), names=listed(names)), "bold yellow")
        return Text(say("buildout.plan_holds", of=of), "bold green")
    named = ", ".join(f"{phase.name} ({phase.binding})" for phase in broken)
    return Text(say("buildout.plan_fails", phases=named), "bold red")


def _phases_of(found: PlanAnswer) -> str:
    """The phases that are judged."""
    phases = len(found.phases)
    if phases > 2:
        return say("buildout.all_phases", phases=phases)
    if phases == 2:
        return say("buildout.both_phases")
    return say("buildout.the_phase") if found.not_judged else say("buildout.its_phase")


def dips_of(found: PlanAnswer) -> str:
    """The times in which the usual day misses a goal, and what stops them first; perhaps none."""
    return listed([f"{spell(dip)} ({', '.join(dip.binding)})" for dip in found.dips])


def spell(dip: DipThen) -> str:
    """From when to when."""
    if dip.from_ == dip.to:
        return say("buildout.in_month", month=dip.from_)
    return say("buildout.from_to", first=dip.from_, last=dip.to)


def _phases(found: PlanAnswer, page: Page) -> RenderableType | None:
    phases = found.phases
    if not phases:
        return None
    table = page.fitted(
        "phases",
        [
            Column("phase", [phase.name for phase in phases], names=True),
            Column("seen in", [phase.looked_at for phase in phases], 4),
            Column("seats", [f"{phase.seats:,}" for phase in phases]),
            Column("agents needed", [head(phase.people.needed) for phase in phases], 1),
            Column("there", [head(phase.people.present) for phase in phases]),
            Column("jobs/seat needed", [ratio(phase.jobs_per_seat_needed) for phase in phases], 6),
            Column(say("buildout.labour_force"), [_force(phase) for phase in phases], 7),
            Column("goals met", [_goals(phase) for phase in phases]),
            Column("binds first", [label(phase.binding) for phase in phases], names=True),
        ],
    )
    return Group(title("Phases", say("buildout.at_its_end")), table)


def _constraints(found: PlanAnswer) -> RenderableType | None:
    """The constraint of each phase that does not hold, and the smallest change that would lift it."""
    lines = []
    for phase in found.phases:
        lines.append(Text.assemble((f"{phase.name}{label(': ')}", "bold"), f"{phase.says}{label('.')}"))
        if phase.relief:
            relief = (
                say("buildout.carries", relief=phase.relief)
                if phase.binding == "demand"
                else say("buildout.takes", relief=phase.relief)
            )
            lines.append(Text(f"  {relief}"))
        others = {kind: missed for kind, missed in phase.missed.items() if phase.holds}
        for kind, missed in others.items():
            colour = "bold red" if kind in phase.missed_each_week else "yellow"
            words = say("buildout.day_missed", kind=kind, names=listed(missed))
            lines.append(Text(f"  {words}", colour))
        enough, jobs = phase.promised.jobs_are_enough_up_to_fill, phase.promised.jobs
        if enough is not None and jobs is not None:
            per_seat = jobs / phase.seats if phase.seats else math.nan
            words = say(
                "buildout.jobs_enough", jobs=jobs, a_seat=per_seat, enough=enough, fill=phase.client_fill
            )
            lines.append(Text(f"  {words}"))
    for dip in found.dips:
        if dip.relief:
            lines.append(Text(say("buildout.dip_takes", when=spell(dip).capitalize(), relief=dip.relief)))
    lines += [Text(not_judged(one), "yellow") for one in found.not_judged]
    return Group(*lines)


def not_judged(phase: NotJudged) -> str:
    """That a phase is not judged, and why."""
    return say("buildout.not_judged", name=phase.name, says=phase.says)


def _periods(found: PlanAnswer, page: Page) -> RenderableType:
    every = math.ceil(len(found.periods) / MOST_PERIODS)
    periods = found.periods[::every]
    kinds = list(found.periods[0].days)
    people = [period.people for period in periods]
    levels = [period.total.level(found.counted) for period in periods]
    columns = [
        Column(found.period, [period.start for period in periods]),
        Column("seats", [f"{period.seats:,}" for period in periods]),
        Column("needed", [head(one.needed) for one in people], 1),
        Column("agents", [head(one.present) for one in people]),
        Column("in class", [head(one.learning) for one in people], 3),
        Column("hired", [head(one.hired) for one in people], 6),
        Column("left", [head(one.left) for one in people], 6),
        Column("pace", [f"{one.pace:.2f}" for one in people], 5),
        Column("level", [figures.percent(level) for level in levels], 2),
        *(
            Column(
                "goals" if kind == kinds[0] else Own(kind),
                [_met(period, kind) for period in periods],
                k and 4,
            )
            for k, kind in enumerate(kinds_in(found))
        ),
        Column("binds first", [label(period.binding) for period in periods], names=True),
    ]
    skipped = say("buildout.skipped", nth=_nth(every)) if every > 1 else ""
    return Group(
        title("Over time", say("buildout.over_time", period=label(found.period), skipped=skipped)),
        page.fitted("over time", columns),
    )


def kinds_in(found: PlanAnswer) -> list[str]:
    """Every kind of day that is simulated at some time, the usual first."""
    return list(dict.fromkeys(kind for period in found.periods for kind in period.days))


def _nth(number: int) -> str:
    if number == 2:
        return say("buildout.second")
    return say("buildout.third") if number == 3 else say("buildout.nth", number=number)


def _met(period: PeriodThen, kind: str) -> str | Text:
    goals = period.goals_met.get(kind)
    if goals is None:
        return figures.NOTHING
    words = met_of(goals.met, goals.of, goals.nobody_called)
    return words if goals.met == goals.of else Text(FAILED + words, "bold red")


def _queues(found: PlanAnswer, page: Page) -> RenderableType | None:
    """Service at the end of each phase, queue by queue."""
    if not found.phases:
        return None
    last = found.phases[-1].queues
    names = list(last)
    if len(names) > MOST_QUEUES:
        names = sorted(names, key=lambda name: not last[name].misses)[:MOST_QUEUES]
    columns = [
        Column("queue", names, names=True),
        Column("goal", [_promise(last[name]) for name in names], 1),
    ]
    for number, phase in enumerate(reversed(found.phases)):
        cells = [_level(phase.queues.get(name), found.counted) for name in names]
        columns.insert(2, Column(Own(phase.name), cells, number))
    return Group(title("Service level", say("buildout.service")), page.fitted("service", columns))


def _promise(queue: QueueOfDay) -> str:
    goal = queue.goal
    if goal is None or goal.answer is None:
        return figures.NOTHING
    return say("goals.answer", share=figures.promise(goal.answer), within=f"{goal.within_s:g} s")


def _level(queue: QueueOfDay | None, counted: str) -> str | Text:
    if queue is None:
        return figures.NOTHING
    answer = None if queue.goal is None else queue.goal.answer
    words = figures.percent(queue.level(counted), answer)
    return Text(FAILED + words, "bold red") if queue.misses else words


def head(number: float) -> str:
    """A head count."""
    return f"{number:,.0f}"


def listed(names: Sequence[str]) -> str:
    """The first few names."""
    if len(names) <= 5:
        return ", ".join(names)
    return say("lists.more", first=", ".join(names[:4]), left=len(names) - 4)


def ratio(number: float | None) -> str:
    """A number of two digits after the point."""
    return figures.NOTHING if number is None else f"{number:.2f}"


def _force(phase: PhaseThen) -> str:
    share = phase.people.share_of_labour_force
    return figures.NOTHING if share is None else f"{share * 100:.1f} %"


def _goals(phase: PhaseThen) -> str | Text:
    words = goals_of(phase)
    return words if phase.holds else Text(FAILED + words, "bold red")


def goals_of(phase: PhaseThen) -> str:
    """Returns the number of goals that a phase meets on the usual day, of how many."""
    return met_of(phase.goals_met, phase.goals, phase.goals_nobody_called)


def in_futures(found: PlanAnswer) -> tuple[str, str] | None:
    """Returns the seats and people left by random delays, in words; None where nothing can be late."""
    last = found.periods[-1]
    if last.people.in_futures is None:
        return None
    seats, present = last.people.in_futures.seats, last.people.in_futures.present
    return (
        say("buildout.late_seats", period=last.start, low=head(seats.low), high=head(seats.high)),
        say("buildout.late_agents", low=head(present.low), high=head(present.high)),
    )


def _what_was_played(found: PlanAnswer, page: Page) -> RenderableType:
    days = sum(len(period.days) for period in found.periods)
    runs = say("buildout.runs_each", runs=found.runs) if found.runs else say("buildout.runs_as_needed")
    lines = [say("buildout.played", days=days, runs=runs, seed=found.seed, version=found.version)]
    if luck := in_futures(found):
        lines += luck
    lines += [say("pages.no_room", columns=columns) for columns in page.left_out]
    return Text("\n".join(lines), "dim")
