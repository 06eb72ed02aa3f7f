"""The page of a run: the verdict, the day in charts, the worst intervals, and every table behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from callsim.report.kit import figures
from callsim.report.kit.both import table as both_table
from callsim.report.kit.columns import cell
from callsim.report.kit.html_goals import goals, tiles, verdict
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
)
from callsim.report.kit.ranking import moment, worst_intervals
from callsim.report.run import charts as charts_run
from callsim.report.run import days, short_page
from callsim.report.run import places as html_places
from callsim.report.run.beside import listings
from callsim.report.run.levels import promised_said, short_said
from callsim.report.run.why import said
from callsim.results import catalogue, seams
from callsim.results.declared import Declared
from callsim.results.measures import Figure
from callsim.results.run import RunResult, Why
from callsim.results.schema import Figures
from callsim.sentences import label, say

WORST = 12  # intervals

Named = tuple[str, Figures]


def page(found: RunResult) -> Sheet:
    """The page."""
    sections = [
        Section("", [verdict(found), tiles(found)]),
        *_sections(found),
        *_inputs(found),
        small_print(found),
    ]
    data = charts_run.data(found)
    data = replace(
        data,
        columns={**data.columns, **html_places.shared_columns(found), **short_page.shared_columns(found)},
    )
    return Sheet(found.scenario, sections, data, f"callsim {found.version}")


def _sections(found: RunResult) -> Iterator[Section]:
    intervals = found.intervals or ()
    if found.judged:
        yield Section("Goals", list(goals(found)), say("run.goals", n=found.runs))
    by = "day" if len(found.interval_totals or ()) == found.days else "interval"
    left = "" if len(intervals) <= charts_run.MOST_CELLS else say("run.single_queues")
    yield Section(f"By {by}", [Chooser("Show"), *charts_run.charts(found)], left)
    yield Section("", [charts_run.heat()])
    yield from short_page.section(found)
    yield _worst(found)
    if found.by_day and len(found.by_day) <= days.MOST:
        yield Section(say("run.by_day"), [both_table(days.shown(found), 1)], say("run.all_queues"))
    total = found.total.figures
    declared: Iterable[Declared] = catalogue.CALLS.values()
    declared = [one for one in declared if not one.rare or total.get(one.key, Figure(None)).mean]
    calls = [one for one in declared if one.page_table == "calls"]
    waits = [one for one in declared if one.page_table == "waits"]
    yield Section("Queues", list(_queues(found, calls)), _about(found))
    yield Section("Waits", list(_queues(found, waits)), say("run.waits_table"))
    yield from (one.section() for one in listings(found))
    levels = list(_queues(found, list(catalogue.LEVELS.values())))
    yield Section(
        say("run.four_formulas"),
        [_formulas(found), *map(Text, short_said(found) + promised_said(found)), *levels],
    )
    yield from html_places.sections(found)
    if found.why is not None:
        yield why_section(found.why)
    if found.costs is not None:
        yield Section("Costs", [costs([found])], say("pages.costs_in", currency=found.costs.currency))


def _about(found: RunResult) -> str:
    if found.runs == 1:
        return say("run.calls_of_one_run", n=found.days)
    return say("run.calls_of_runs", n=found.days, runs=found.runs)


def _worst(found: RunResult) -> Section:
    """The intervals in which most calls fell short."""
    worst, goals = worst_intervals(found)[:WORST], found.goals
    if not worst:
        return Section("Worst intervals", [Text(say("run.no_interval_short"))])
    offered, abandoned, asa = (catalogue.CALLS[key] for key in ("offered", "abandoned_share", "asa_s"))
    rows: list[Sequence[Cell]] = []
    for short in worst:
        row = short.row.figures
        met = row.get("goal_probability", Figure(None))
        rows.append(
            [
                moment(short.row.start, found.days),
                short.queue,
                cell(offered, row),
                figures.percent_about(row.level(found.counted), short.answer),
                figures.percent(row[abandoned.key]),
                figures.waited(row[asa.key]),
                short.beyond,
                figures.percent_of_days(met) if goals else "",
            ]
        )
    head = ["from", "queue", offered.page_heading, "service level", abandoned.page_heading, asa.page_heading]
    head += [say("run.beyond_the_goal"), say("run.met_in")] if goals else ["calls", ""]
    says = say("run.beyond_says") if goals else say("run.not_in_time_says")
    return Section("Worst intervals", [Table(head, rows, names=2)], says)


# ---- queues: each, families together, and all


def _queues(found: RunResult, declared: Sequence[Declared]) -> Iterator[Part]:
    """A table with a row for each queue or family, and a fold with the queues of each family."""
    head = ["queue", *(one.page_heading for one in declared)]

    def table(named: Iterable[Named]) -> Table:
        return Table(
            head, [[name, *(_cell(found, one, name, row) for one in declared)] for name, row in named]
        )

    families = (found.families or {}).items()
    inside = {queue for _, family in families for queue in family.queues}
    rows = [(name, queue.figures) for name, queue in found.queues.items() if name not in inside]
    rows += [(f"{name} ({len(family.queues)})", family.figures) for name, family in families]
    if len(found.queues) > 1:
        rows.append((label("all queues"), found.total.figures))
    yield table(rows)
    for name, family in families:
        each = table((queue, found.queues[queue].figures) for queue in family.queues)
        yield Fold(name, [each], small=say("run.its_queues", queues=len(family.queues)))


def _cell(found: RunResult, one: Declared, name: str, row: Figures) -> str:
    """A figure; a service level is never rounded to its goal."""
    if one.page_table != "levels":
        return cell(one, row)
    goal = found.goals.get(name)
    return figures.percent_about(row[one.key], goal.answer if goal else None)


def _formulas(found: RunResult) -> Table:
    """Each formula, and which of them the goals use."""
    rows = [
        [label(one.page_heading), label(one.about), say("run.used") if name == found.counted else ""]
        for name, one in catalogue.LEVELS.items()
    ]
    return Table(["name", say("run.formula"), ""], rows, names=3)


# ---- why, and for how much


def why_section(why: Why) -> Section:
    """What makes one day unlike another: shares of the variance of the service level."""
    kinds = list(why.total.shares)
    named = [*why.queues.items(), *([(label("all queues"), why.total)] if len(why.queues) > 1 else [])]
    rows: list[list[Cell]] = []
    for name, split in named:
        deviation = split.standard_deviation
        points = figures.NOTHING if deviation is None else f"{deviation * 100:.1f} {label('points')}"
        rows.append([name, points, *(figures.percent_about(split.shares[kind]) for kind in kinds)])
    table = Table(["queue", "varies by", *map(said, kinds)], rows)
    return Section(say("run.why"), [table], say("run.why_says"))


def costs(plans: Sequence[RunResult]) -> Table:
    """What each plan costs, where it has prices."""
    declared = catalogue.COSTS.values()
    rows = [
        [plan.name, *(cell(one, plan.costs.figures) for one in declared)]
        for plan in plans
        if plan.costs is not None
    ]
    return Table(["plan", *(one.page_heading for one in declared)], rows)


# ---- small print


def _inputs(found: RunResult) -> Iterator[Section]:
    """What was simulated: the file, its days, calls, handling times and agents, and what it leaves open."""
    if (inputs := found.inputs) is None:
        return
    facts = [(say("run.input_file"), inputs.file)] if inputs.file else []
    facts.append((say("run.input_date"), f"{found.start}, {say('pages.days', n=found.days)}"))
    facts += [(say("run.input_says") if not k else "", line) for k, line in enumerate(inputs.says)]
    facts += [(say("run.input_assumed") if not k else "", line) for k, line in enumerate(inputs.assumed)]
    if inputs.command:
        facts.append((say("run.input_command"), inputs.command))
    yield Section(say("run.inputs"), [Facts(facts)], say("run.inputs_of"))


def small_print(found: RunResult) -> Section:
    """All it takes to get the same numbers again, and how to read them."""
    offered = round((found.total.figures["offered"].mean or 0.0) * found.runs)
    runs, days = say("pages.runs", n=found.runs), say("pages.days", n=found.days)
    facts = [
        ("Simulated", say("run.simulated", calls=offered, runs=runs, days=days)),
        ("From", found.start),
        ("Seed", str(found.seed)),
        ("Engine", f"{found.engine}, callsim {found.version}"),
        ("Fingerprint", found.fingerprint),
    ]
    if found.blocks is not None:
        facts.append(("Blocks", seams.told(found.blocks)))
    facts += [("Warning", warning) for warning in found.warnings]
    luck = say("run.bands") if found.runs > 1 else say("run.one_shows_no_luck")
    return Section(say("pages.what_was_run"), [Facts(facts), Text(f"{luck} {say('run.print')}", small=True)])
