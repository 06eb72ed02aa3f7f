"""The report of a comparison on a terminal: which plan is better first, then goals, differences and costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.compare import beside, days, differences
from callsim.report.compare.choice import choice, paid_hours
from callsim.report.kit import figures
from callsim.report.kit.both import columns as shown_columns
from callsim.report.kit.both import on_terminal
from callsim.report.kit.columns import difference, plain_column
from callsim.report.kit.goals import cells, group_columns, met_of, wait_columns
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, title
from callsim.report.kit.verdicts import LOUD
from callsim.results import catalogue
from callsim.results.judgement import goals_met
from callsim.results.measures import Figure
from callsim.results.run import Costs, Goal, Queue, RunResult
from callsim.sentences import say
from callsim.study.runs.compared import Between, CompareResult

MOST = 15  # rows of a table; all of them are in the JSON
MOST_PAIRS = 6  # of plans; of more only neighbours are shown

Letters = Mapping[str, str]


def report(found: CompareResult, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: CompareResult, page: Page) -> Iterator[RenderableType | None]:
    letters = differences.letters(found)
    shown = differences.pairs(found, MOST_PAIRS)
    yield _choice(found, letters)
    yield Group(*differences.verdicts(found, letters, shown))
    yield _plans(found.plans, letters, page)
    yield _goals(found.plans, letters, page)
    yield _group_goals(found.plans, letters, page)
    yield days.days_table(found, letters, page)
    yield _differences(letters, shown, page)
    yield from beside.tables(letters, shown, page)
    yield _costs(found.plans, letters, shown, page)
    yield _what_was_run(found, shown, page)


def _choice(found: CompareResult, letters: Letters) -> RenderableType | None:
    """Which plan to take, and why."""
    chosen = choice(found, letters)
    if chosen is None:
        return None
    return Group(Text(chosen.headline, LOUD[chosen.tone]), *(Text(f"- {line}") for line in chosen.lines))


def _names(plans: Sequence[RunResult], letters: Letters) -> list[Column]:
    return [
        Column("", [letters[plan.name] for plan in plans], names=True),
        Column("plan", [plan.name for plan in plans], names=True),
    ]


def _plans(plans: Sequence[RunResult], letters: Letters, page: Page) -> RenderableType:
    totals = [plan.total.figures for plan in plans]
    abandoned, asa = (catalogue.CALLS[key] for key in ("abandoned_share", "asa_s"))
    levels = [total.level(plan.counted) for total, plan in zip(totals, plans, strict=True)]
    columns = [
        *_names(plans, letters),
        Column("goals met", [goals_kept(plan) for plan in plans]),
        Column("service level", [figures.percent_about(level) for level in levels]),
        plain_column(abandoned, totals, 1),
        plain_column(asa, totals, 3),
        Column(say("compare.hours"), [hours_on_duty(plan) for plan in plans], 4),
        Column(
            catalogue.WORK["paid_h"].heading, [figures.count(Figure(paid_hours(plan))) for plan in plans], 2
        ),
    ]
    return Group(title("Plans", say("pages.all_queues")), page.fitted("plans", columns))


def goals_kept(plan: RunResult) -> str:
    """Returns the number of goals that a plan meets, of how many."""
    return met_of(*goals_met(goal.met for _, goal in plan.judged))


def hours_on_duty(plan: RunResult) -> str:
    """Of all groups together."""
    hours = sum(group.figures["on_duty_h"].mean or 0.0 for group in plan.groups.values())
    return figures.count(Figure(hours))


def _goals(plans: Sequence[RunResult], letters: Letters, page: Page) -> RenderableType | None:
    """Who meets which goal: of many queues those on which plans disagree, then those that are missed."""
    told: dict[str, list[tuple[str, Queue, Goal, str]]] = {}
    for plan in plans:
        for name, goal in plan.goals.items():
            told.setdefault(name, []).append((letters[plan.name], plan.queues[name], goal, plan.counted))
    if not told:
        return None

    def interest(name: str) -> tuple[bool, bool]:
        met = {goal.met for _, _, goal, _ in told[name]}
        return len(met) == 1, met == {True}

    most = max(1, MOST // len(plans))
    names = sorted(told, key=interest)[:most] if len(told) > most else list(told)
    rows = [(name, *row) for name in names for row in told[name]]
    of = [cells(queue, counted) for _, _, queue, _, counted in rows]
    columns = [
        Column("queue", [name for name, *_ in rows], names=True),
        Column("plan", [letter for _, letter, *_ in rows], names=True),
        Column("", [on_terminal(row.verdict) for row in of], names=True),
        Column("service level", [on_terminal(row.level) for row in of]),
        Column("goal", [row.promise for row in of], 1),
        Column("abandoned", [on_terminal(row.abandoned) for row in of], 1),
        *_limits([goal for *_, goal, _ in rows]),
        *shown_columns(wait_columns([goal for *_, goal, _ in rows], of)),
        Column("days", [row.days for row in of], 2),
        Column("95 % interval", [row.span for row in of], 4),
    ]
    left = len(told) - len(names)
    missed = sum(any(goal.met is False for _, _, goal, _ in told[name]) for name in told if name not in names)
    which = say("compare.missed", n=missed) if missed else ""
    notes = [Text(say("compare.more_queues", n=left, missed=which), "dim")] if left else []
    return Group(title("Goals", say("compare.goals")), page.fitted("goals", columns), *notes)


def _group_goals(plans: Sequence[RunResult], letters: Letters, page: Page) -> RenderableType | None:
    """How busy groups are that may not be too busy: of many those that are missed, by any plan, first."""
    each = [(name, plan, goal) for plan in plans for name, goal in plan.group_goals.items()]
    if not each:
        return None
    missed = {name for name, _, goal in each if goal.met is not True}
    names = sorted(dict.fromkeys(name for name, *_ in each), key=lambda name: name not in missed)
    some = names[: max(1, MOST // len(plans))]
    rows = sorted((row for row in each if row[0] in some), key=lambda row: names.index(row[0]))
    verdict, *others = group_columns(
        [(plan.groups[name], goal) for name, plan, goal in rows], [name for name, *_ in rows]
    )
    letter = Column("plan", [letters[plan.name] for _, plan, _ in rows], names=True)
    of_group, *told = shown_columns(others)
    left = len(names) - len(some)
    notes = [Text(say("pages.other_groups", n=left), "dim")] if left else []
    table = page.fitted(say("goals.groups"), [of_group, letter, *shown_columns([verdict]), *told])
    return Group(title("Goals", say("goals.of_groups")), table, *notes)


def _limits(goals: Sequence[Goal]) -> list[Column]:
    """What may be abandoned at most, where anything was promised of it and not told as the goal itself."""
    limits = [None if goal.answer is None else goal.abandon_at_most for goal in goals]
    if not any(limit is not None for limit in limits):
        return []
    words = [figures.NOTHING if limit is None else figures.promise(limit) for limit in limits]
    return [Column("at most", words, 1)]


def _differences(letters: Letters, shown: Sequence[Between], page: Page) -> RenderableType:
    found = [(pair, differences.of_pair(pair, max(1, MOST // len(shown)), differing=True)) for pair in shown]
    rows = [(pair, row) for pair, of_pair in found for row in of_pair.shown]
    between = [f"{letters[pair.before]} → {letters[pair.after]}" for pair, _ in rows]
    alike, more = sum(of_pair.alike for _, of_pair in found), sum(of_pair.more for _, of_pair in found)
    columns = [
        Column("plans", between, names=True),
        Column("queue", [differences.named(row) for _, row in rows], names=True),
        *(
            Column(one.heading, [difference(one, row.figures) for _, row in rows], one.differs or 0)
            for one in differences.shown(shown[0].counted, shown)
        ),
        Column("sharper", [differences.times(row.gain) for _, row in rows], 2),
    ]
    return Group(
        title("Differences", say("compare.differences")),
        page.fitted("differences", columns),
        Text("\n".join(_said(alike, more)), "dim"),
    )


def _said(alike: int, more: int) -> Iterator[str]:
    """What stands below the differences: what is not shown, and why."""
    yield say("compare.sharper")
    if alike:
        yield say("compare.same_left_out")
    if more:
        yield say("compare.more_rows", n=more)


def _costs(
    plans: Sequence[RunResult], letters: Letters, shown: Sequence[Between], page: Page
) -> RenderableType | None:
    priced: list[tuple[RunResult, Costs]] = [(plan, plan.costs) for plan in plans if plan.costs is not None]
    if not priced:
        return None
    days, unit = plans[0].days, priced[0][1].currency
    of = [costs.figures for _, costs in priced]
    *each, total = catalogue.COSTS.values()
    columns = [
        *_names([plan for plan, _ in priced], letters),
        *(plain_column(one, of) for one in each),
        Column(total.heading, [figures.count_about(row[total.key]) for row in of]),
    ]
    said = [
        f"{letters[pair.before]} → {letters[pair.after]}: {difference(total, pair.costs.figures)}"
        for pair in shown
        if pair.costs is not None
    ]
    about = say("pages.costs_of_in", n=days, currency=unit) if unit else say("pages.costs_of", n=days)
    return Group(title("Costs", about), page.fitted("costs", columns), Text("\n".join(said)))


def _what_was_run(found: CompareResult, shown: Sequence[Between], page: Page) -> RenderableType:
    plan, runs, sure = found.plans[0], found.runs, found.confidence
    lines = [
        say(
            "compare.was_run",
            runs=say("pages.runs", n=runs),
            days=say("pages.days", n=plan.days),
            start=plan.start,
            seed=found.seed,
            engine=found.engine,
        )
    ]
    if runs == 1:
        lines.append(say("pages.one_run"))
    elif sure.pairs * sure.looks > 1:
        of = [say("compare.pairs", n=sure.pairs)] * (sure.pairs > 1)
        of += [say("compare.looks", n=sure.looks)] * (sure.looks > 1)
        together, each = say("lists.and").join(of), f"{sure.each * 100:.4g}"
        lines.append(say("compare.widened", of=together, each=each))
    else:
        lines.append(say("pages.intervals"))
    if runs > 1 and sure.questions > 1:
        lines.append(say("compare.answers", n=sure.questions))
    if len(shown) < len(found.differences):
        lines.append(say("compare.neighbours", n=len(found.differences)))
    if page.left_out:
        lines.append(say("pages.columns_left_out", columns="; ".join(page.left_out)))
    return Text("\n".join(lines), "dim")
