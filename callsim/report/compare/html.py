"""The page of a comparison: which plan is better and how surely, then the plans side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from callsim.report.compare import beside, days, differences, ranges
from callsim.report.compare import charts as charts_compare
from callsim.report.compare.choice import choice, name_of, paid_hours
from callsim.report.compare.text import goals_kept, hours_on_duty
from callsim.report.kit import figures
from callsim.report.kit.columns import difference
from callsim.report.kit.goals import ABANDONED, ASA, OCCUPANCY, failed, promise
from callsim.report.kit.html_page import (
    Cell,
    Chooser,
    Facts,
    Fold,
    Part,
    Section,
    Sheet,
    Table,
    Text,
    Verdict,
)
from callsim.report.kit.verdicts import Lamp, Tone, verdict_on
from callsim.report.run.html import costs
from callsim.results import catalogue
from callsim.results.measures import Figure
from callsim.results.run import Goal, RunResult
from callsim.sentences import label, say
from callsim.study.runs.compared import Between, CompareResult
from callsim.units import show_duration

MOST_PAIRS = 6  # of plans; of more only neighbours are shown
ABREAST = 6  # plans in one table of goals: as many as a sheet of paper is wide
MOST = 12  # rows that are shown at once; the others in a fold
TONES: dict[str, Tone] = {
    "better": "good",
    "worse": "bad",
    "mixed": "close",
    "open": "close",
    "alike": "none",
}
WORDS = {"better": "better", "worse": "worse", "alike": "alike", "open": "too close"}


def page(found: CompareResult) -> Sheet:
    """The page."""
    plans = found.plans
    scenarios = {plan.scenario for plan in plans}
    *names, last = (name_of(plan) if len(scenarios) == 1 else plan.name for plan in plans)
    of = f"{scenarios.pop()}{label(': ')}" if len(scenarios) == 1 else ""
    title = of + say("compare.or", names=", ".join(names), last=last)
    drawn, over = charts_compare.data(plans), ranges.range_of(plans)
    if over is not None:
        drawn = replace(drawn, columns={**drawn.columns, **ranges.shared(over)})
    return Sheet(title, list(_sections(found)), drawn, f"callsim {found.version}")


def _sections(found: CompareResult) -> Iterator[Section]:
    plans, letters = found.plans, differences.letters(found)
    shown = differences.pairs(found, MOST_PAIRS)
    said = differences.verdicts(found, letters, shown)
    chosen = choice(found, letters)
    first = [Verdict(chosen.tone, chosen.headline, chosen.lines)] if chosen else []
    each = [Verdict(TONES[pair.verdict], text.plain) for pair, text in zip(shown, said, strict=True)]
    yield Section("", [*first, *each])
    yield Section("Plans", [_plans(found, letters)], say("compare.page_plans"))
    of = ranges.range_of(plans)
    if of is not None and (over := list(ranges.charts(of))):
        yield Section(say("compare.range", key=of.key), over)
    if any(plan.judged for plan in plans):
        says = say("compare.page_goals")
        yield Section("Goals", list(goals_by_plan(plans, letters)), says)
    yield from days.section(found, letters)
    for pair in shown:
        between = f"{letters[pair.before]} → {letters[pair.after]}"
        says = say("compare.page_differences")
        yield Section(f"{label('Differences')} {between}", list(_differences(pair)), says)
    yield from beside.sections(letters, shown)
    says = ", ".join(f"{letters[plan.name]} {plan.name}" for plan in plans) + "."
    left = len(plans) - charts_compare.MOST_PLANS
    if left > 0:
        says += say("compare.page_charts", first=charts_compare.MOST_PLANS, n=left)
    yield Section("By interval", [Chooser("Show"), *charts_compare.charts(plans, letters)], says)
    if any(plan.costs is not None for plan in plans):
        currency = next(plan.costs.currency for plan in plans if plan.costs is not None)
        yield Section("Costs", [costs(plans)], say("pages.costs_in", currency=currency))
    yield _small_print(found, letters)


def _plans(found: CompareResult, letters: Mapping[str, str]) -> Table:
    rows: list[list[Cell]] = []
    for plan in found.plans:
        total = plan.total.figures
        rows.append(
            [
                f"{letters[plan.name]} {plan.name}",
                goals_kept(plan),
                figures.percent_about(total.level(plan.counted)),
                figures.percent_about(total[ABANDONED]),
                figures.waited_about(total[ASA]),
                hours_on_duty(plan),
                figures.count(Figure(paid_hours(plan))),
            ]
        )
    head = ["plan", "goals met", "service level", "abandoned", "mean wait", say("compare.hours")]
    head.append(catalogue.WORK["paid_h"].heading)
    return Table(head, rows, label="Plans")


def goals_by_plan(plans: Sequence[RunResult], letters: Mapping[str, str]) -> Iterator[Part]:
    """Queue by queue, those first on which the plans disagree, then those that any of them misses."""
    promises = {name: _promised(goal) for plan in reversed(plans) for name, goal in plan.goals.items()}
    lamps = {name: [_level(plan, name) for plan in plans] for name in promises}
    for name, limit in {
        name: goal.occupancy_at_most for plan in reversed(plans) for name, goal in plan.group_goals.items()
    }.items():
        whose = say("goals.of_group", name=name)
        promises[whose] = say("goals.busy", share=figures.promise(limit))
        lamps[whose] = [_busy(plan, name) for plan in plans]

    def interest(name: str) -> tuple[bool, bool]:
        tones = {one.tone for one in lamps[name] if isinstance(one, Lamp)}
        return len(tones) == 1, tones == {"good"}

    names = sorted(promises, key=interest)
    for first in range(0, len(plans), ABREAST):
        some = slice(first, first + ABREAST)
        rows = [[name, promises[name], *lamps[name][some]] for name in names]
        yield from _folded(["queue", "goal", *(letters[plan.name] for plan in plans[some])], rows, 2)


def _level(plan: RunResult, name: str) -> Cell:
    """The figure that was promised; the abandoned share as well where it is what breaks the goal."""
    goal = plan.goals.get(name)
    if goal is None:
        return figures.NOTHING
    row = plan.queues[name].figures
    level, abandoned, limit = row.level(plan.counted), row[ABANDONED], goal.abandon_at_most
    asa, longest = row[ASA], goal.asa_at_most_s
    broken = failed(goal, level, abandoned, asa)
    if goal.answer is not None:
        words = figures.percent_about(level, goal.answer)
    elif limit is not None:
        words = figures.percent_about(abandoned, limit)
    else:
        words = figures.seconds_about(asa, longest)
    under = []
    if broken.gave_up and goal.answer is not None:
        under.append(say("goals.abandon", share=figures.percent(abandoned, limit)))
    if broken.waited and (goal.answer is not None or limit is not None):
        under.append(say("goals.asa", wait=figures.seconds(asa, longest)))
    return Lamp(verdict_on(goal).tone, words, ", ".join(under))


def _busy(plan: RunResult, name: str) -> Cell:
    """How busy a group was that may not be too busy."""
    goal = plan.group_goals.get(name)
    if goal is None:
        return figures.NOTHING
    busy = figures.percent_about(plan.groups[name].figures[OCCUPANCY], goal.occupancy_at_most)
    return Lamp(verdict_on(goal).tone, busy)


def _promised(goal: Goal) -> str:
    """The whole promise, with what may be abandoned, and how long calls may wait on the mean, at most."""
    limit, longest, words = goal.abandon_at_most, goal.asa_at_most_s, promise(goal)
    if goal.answer is not None and limit is not None:
        words = say("compare.page_promise", promise=words, share=figures.promise(limit))
    if longest is not None and (goal.answer is not None or limit is not None):
        words += f", {say('goals.asa', wait=show_duration(longest))}"
    return words


def _differences(pair: Between) -> Iterator[Part]:
    verdicts = {question.queue: question.verdict for question in pair.questions}
    declared = differences.shown(pair.counted, [pair])
    rows: list[list[Cell]] = []
    for row in differences.of_pair(pair, len(pair.queues) + 1).shown:
        verdict = verdicts.get(None if row.name == differences.ALL else row.name)
        rows.append(
            [
                differences.named(row),
                Lamp(TONES[verdict], label(WORDS[verdict])) if verdict else "",
                *(difference(one, row.figures) for one in declared),
                differences.times(row.gain),
            ]
        )
    head = ["queue", "", *(one.page_heading for one in declared), "sharper"]
    yield from _folded(head, rows, 2)


def _folded(head: Sequence[str], rows: Sequence[Sequence[Cell]], names: int) -> Iterator[Part]:
    """The first rows, and the others when asked for."""
    yield Table(head, rows[:MOST], names)
    if len(rows) > MOST:
        yield Fold(say("compare.page_more", n=len(rows) - MOST), [Table(head, rows[MOST:], names)])


def _small_print(found: CompareResult, letters: Mapping[str, str]) -> Section:
    plans, sure, runs = found.plans, found.confidence, found.runs
    simulated = say(
        "compare.page_simulated",
        runs=say("pages.runs", n=runs),
        days=say("pages.days", n=plans[0].days),
        start=plans[0].start,
    )
    facts = [
        ("Simulated", simulated),
        ("Seed", str(found.seed)),
        ("Engine", f"{found.engine}, callsim {found.version}"),
        ("Service level", label(catalogue.LEVELS[plans[0].counted].about)),
        *((f"{label('Fingerprint')} {letters[plan.name]}", plan.fingerprint) for plan in plans),
        *(("Warning", f"{plan.name}: {warning}") for plan in plans for warning in plan.warnings),
    ]
    says = say(
        "compare.page_sure",
        together=sure.together,
        each=sure.each,
        adjusted=label(sure.adjusted),
        questions=sure.questions,
        verdicts=label(sure.verdicts),
    )
    return Section(say("pages.what_was_run"), [Facts(facts), Text(says, small=True)])
