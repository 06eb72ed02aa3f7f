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
from callsim.study.buildout.answer import DipThen, NotJudged, PeriodThen, PhaseThen, PlanAnswer
from callsim.study.buildout.days import QueueOfDay

MOST_PERIODS = 26  # rows; of more every second, third … is shown
MOST_QUEUES = 18
FUTURES = "futures in which openings and classes are late"


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
        return Text("No phase is complete for long enough to be judged.", "bold red")
    if not broken:
        phases = len(found.phases)
        of = {1: "the phase" if found.not_judged else "its phase", 2: "both phases"}.get(
            phases, f"all {phases} phases"
        )
        kinds = list(dict.fromkeys(kind for one in found.phases for kind in one.missed_each_week))
        if kinds:
            every = f"every day called {listed(kinds)}"
            return Text(f"The usual day meets its goals in {of}, and {every} misses some.", "bold red")
        dips = dips_of(found)
        if dips:
            return Text(f"The plan holds at the end of {of}, and not {dips}.", "bold yellow")
        if found.not_judged:
            judged = f"The plan holds in {of} that can be judged, and {_not_judged(found)}."
            return Text(judged, "bold yellow")
        return Text(f"The plan holds in {of}: the usual day meets its goals.", "bold green")
    named = ", ".join(f"{phase.name} ({phase.binding})" for phase in broken)
    return Text(f"The plan does NOT hold: {named}.", "bold red")


def _not_judged(found: PlanAnswer) -> str:
    names = [one.name for one in found.not_judged]
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} over before"


def dips_of(found: PlanAnswer) -> str:
    """The times in which the usual day misses a goal, and what stops them first; perhaps none."""
    return listed([f"{spell(dip)} ({', '.join(dip.binding)})" for dip in found.dips])


def spell(dip: DipThen) -> str:
    """From when to when."""
    return f"in {dip.from_}" if dip.from_ == dip.to else f"from {dip.from_} to {dip.to}"


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
            Column("of labour force", [_force(phase) for phase in phases], 7),
            Column("goals met", [_goals(phase) for phase in phases]),
            Column("binds first", [phase.binding for phase in phases], names=True),
        ],
    )
    return Group(title("Phases", ", each at its end, on the usual day"), table)


def _constraints(found: PlanAnswer) -> RenderableType | None:
    """What is wrong with each phase, and the smallest change that would lift it."""
    lines = []
    for phase in found.phases:
        lines.append(Text.assemble((f"{phase.name}: ", "bold"), f"{phase.says}."))
        if phase.relief:
            carries = phase.binding == "demand"
            lines.append(Text(f"  It {'carries' if carries else 'would take'} {phase.relief}."))
        others = {kind: missed for kind, missed in phase.missed.items() if phase.holds}
        for kind, missed in others.items():
            colour = "bold red" if kind in phase.missed_each_week else "yellow"
            lines.append(Text(f"  On the day called {kind} {listed(missed)} would be missed.", colour))
        enough, jobs = phase.promised.jobs_are_enough_up_to_fill, phase.promised.jobs
        if enough is not None and jobs is not None:
            per_seat = jobs / phase.seats if phase.seats else math.nan
            promised = f"  The {jobs:,} jobs promised, {per_seat:.2f} a seat, are enough if"
            has = f"{enough:.0%} of seats have work; the plan has {phase.client_fill:.0%}"
            lines.append(Text(f"{promised} {has}."))
    for dip in found.dips:
        if dip.relief:
            lines.append(Text(f"{spell(dip).capitalize()} it would take {dip.relief}."))
    lines += [Text(not_judged(one), "yellow") for one in found.not_judged]
    return Group(*lines)


def not_judged(phase: NotJudged) -> str:
    """That a phase is not judged, and why."""
    return f"{phase.name} is not judged: {phase.says}."


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
            Column("goals" if kind == kinds[0] else kind, [_met(period, kind) for period in periods], k and 4)
            for k, kind in enumerate(kinds_in(found))
        ),
        Column("binds first", [period.binding for period in periods], names=True),
    ]
    skipped = f", every {_nth(every)}; --format json has all" if every > 1 else ""
    return Group(
        title("Over time", f", at the begin of each {found.period}{skipped}"),
        page.fitted("over time", columns),
    )


def kinds_in(found: PlanAnswer) -> list[str]:
    """Every kind of day that is simulated at some time, the usual first."""
    return list(dict.fromkeys(kind for period in found.periods for kind in period.days))


def _nth(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


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
        columns.insert(2, Column(phase.name, cells, number))
    return Group(
        title("Service level", " of the usual day at the end of each phase"), page.fitted("service", columns)
    )


def _promise(queue: QueueOfDay) -> str:
    goal = queue.goal
    if goal is None or goal.answer is None:
        return figures.NOTHING
    return f"{figures.promise(goal.answer)} in {goal.within_s:g} s"


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
    more = f" and {len(names) - 4} more" if len(names) > 5 else ""
    return ", ".join(names[:4] if more else names) + more


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
    """How many of its goals a phase meets on the usual day."""
    return met_of(phase.goals_met, phase.goals, phase.goals_nobody_called)


def in_futures(found: PlanAnswer) -> tuple[str, str] | None:
    """What luck leaves of seats and of people at the end, in words; None where nothing can be late."""
    last = found.periods[-1]
    if last.people.in_futures is None:
        return None
    seats, present = last.people.in_futures.seats, last.people.in_futures.present
    return (
        f"in nine of ten {FUTURES}, {last.start} has {head(seats.low)} to {head(seats.high)} seats,",
        f"and {head(present.low)} to {head(present.high)} agents if hiring goes on as planned",
    )


def _what_was_played(found: PlanAnswer, page: Page) -> RenderableType:
    days = sum(len(period.days) for period in found.periods)
    runs = f"{found.runs} runs each" if found.runs else "as many runs as the goals needed"
    lines = [f"{days:,} days simulated, {runs}, seed {found.seed}; callsim {found.version}"]
    if luck := in_futures(found):
        lines += luck
    lines += [f"No room for {columns}" for columns in page.left_out]
    return Text("\n".join(lines), "dim")
