"""The report of a comparison on a terminal: which plan is better first, then goals, differences and costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.compare import differences
from callsim.report.kit import figures
from callsim.report.kit.both import on_terminal
from callsim.report.kit.columns import difference, plain_column
from callsim.report.kit.goals import cells, met_of
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, title
from callsim.results import catalogue
from callsim.results.judgement import goals_met
from callsim.results.measures import Figure
from callsim.results.run import Costs, Goal, Queue, RunResult
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
    yield Group(*differences.verdicts(found, letters, shown))
    yield _plans(found.plans, letters, page)
    yield _goals(found.plans, letters, page)
    yield _differences(letters, shown, page)
    yield _costs(found.plans, letters, shown, page)
    yield _what_was_run(found, shown, page)


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
        Column("hours on duty", [hours_on_duty(plan) for plan in plans], 2),
    ]
    return Group(title("Plans", ", all queues together"), page.fitted("plans", columns))


def goals_kept(plan: RunResult) -> str:
    """How many goals of a plan are met."""
    return met_of(*goals_met(goal.met for goal in plan.goals.values()))


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
        Column("days", [row.days for row in of], 2),
        Column("95 % interval", [row.span for row in of], 4),
    ]
    left = len(told) - len(names)
    missed = sum(any(goal.met is False for _, _, goal, _ in told[name]) for name in told if name not in names)
    which = f", {missed:,} of them missed by some plan" if missed else ""
    more = f"… and {left:,} other queue{'s' * (left != 1)}{which}; --format json has all"
    notes = [Text(more, "dim")] if left else []
    return Group(
        title("Goals", ": who keeps which, and on which share of days"), page.fitted("goals", columns), *notes
    )


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
        Column("queue", [row.name for _, row in rows], names=True),
        *(
            Column(one.heading, [difference(one, row.figures) for _, row in rows], one.differs or 0)
            for one in differences.shown(shown[0].counted)
        ),
        Column("sharper", [differences.times(row.gain) for _, row in rows], 2),
    ]
    return Group(
        title("Differences", ", run by run, in points of 100"),
        page.fitted("differences", columns),
        Text("\n".join(_said(alike, more)), "dim"),
    )


def _said(alike: int, more: int) -> Iterator[str]:
    """What stands below the differences: what is not shown, and why."""
    yield "sharper: so many times as many runs would be needed if each plan had its own luck."
    if alike:
        yield "Queues of which not a single call fared otherwise are left out."
    if more:
        yield f"… and {more:,} other row{'s' * (more != 1)} that differ; --format json has all"


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
    about = f" of {'a day' if days == 1 else f'{days} days'}" + (f" in {unit}" if unit else "")
    return Group(title("Costs", about), page.fitted("costs", columns), Text("\n".join(said)))


def _what_was_run(found: CompareResult, shown: Sequence[Between], page: Page) -> RenderableType:
    plan, runs, sure = found.plans[0], found.runs, found.confidence
    days = plan.days
    lines = [
        f"{runs} run{'s' * (runs != 1)} of {days} day{'s' * (days != 1)} from {plan.start}, seed "
        f"{found.seed}, {found.engine}: the same calls through each plan."
    ]
    if runs == 1:
        lines.append("One run: --runs 20 would show how far luck goes.")
    elif sure.pairs * sure.looks > 1:
        of = [f"{sure.pairs} pairs of plans"] * (sure.pairs > 1)
        of += [f"{sure.looks} looks at the answer"] * (sure.looks > 1)
        lines.append(
            f"± of differences: 95 % for {' and '.join(of)} together "
            f"(each {sure.each * 100:.4g} %, Bonferroni); of one plan's figures: 95 %."
        )
    else:
        lines.append("±: 95 % interval over the runs.")
    if runs > 1 and sure.questions > 1:
        lines.append(
            f"Better and worse are said so that all {sure.questions} answers together are right 95 times "
            "in 100 (Holm); ± is of one queue's figure alone."
        )
    if len(shown) < len(found.differences):
        lines.append(f"Shown are neighbouring plans; --format json has all {len(found.differences)} pairs.")
    if page.left_out:
        lines.append(f"Left out for lack of room (--format json has all): {'; '.join(page.left_out)}.")
    return Text("\n".join(lines), "dim")
