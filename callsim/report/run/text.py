"""The report of a run on a terminal: the verdicts first, then where the calls and the hours went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import FAILED
from callsim.report.kit.columns import column, plain_column, there
from callsim.report.kit.goals import goals_table, groups_table, verdict
from callsim.report.kit.page import written
from callsim.report.kit.ranking import badness, moment, worst_intervals
from callsim.report.kit.tables import Column, Page, below, title
from callsim.report.run.beside import listings
from callsim.report.run.days import by_day
from callsim.report.run.incidents import incidents
from callsim.report.run.levels import levels_table, promised_said, short_said
from callsim.report.run.short import short_table
from callsim.report.run.weakest import days_table
from callsim.report.run.why import why_table
from callsim.results import catalogue, seams
from callsim.results.declared import LAST, MORE, Declared
from callsim.results.measures import Figure
from callsim.results.run import RunResult
from callsim.results.schema import Figures
from callsim.sentences import label, say

MOST = 15  # rows of a table; all of them are in the JSON
FEW = 5  # rows of a table beside the point, where there are many queues
WORST = 8  # intervals

# What became of calls that nobody answered.
LOST = ("balked", "short_abandoned", "blocked", "dropped", "closed")

BECAME = ("balked", "blocked", "dropped")  # … of offered ones, so that an outcome says it


class Row(NamedTuple):
    """A queue, or all of them."""

    name: str
    figures: Figures


def report(found: RunResult, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: RunResult, page: Page) -> Iterator[RenderableType | None]:
    queues = found.queues
    worst = [name for name, _ in sorted(queues.items(), key=badness(found.counted))]
    chosen = worst[:MOST] if len(worst) > MOST else list(queues)
    yield verdict(found)
    yield goals_table(found, [name for name in chosen if name in found.goals], page)
    yield groups_table(found, page)
    yield days_table(found, page)
    yield by_day(found, page)
    yield _queues(found, chosen, page)
    few = chosen if len(worst) <= MOST else chosen[:FEW]
    yield levels_table(_rows(found, few), found.counted, page)
    yield from (one.table(page) for one in listings(found))
    yield why_table(found, few, page)
    yield _groups(found, page)
    yield _sites(found, page)
    yield from incidents(found, page)
    yield short_table(found, page)
    yield _intervals(found, page)
    yield _costs(found)
    yield _what_was_run(found, page)


def _rows(found: RunResult, names: Sequence[str]) -> list[Row]:
    """Some queues, and below them all."""
    rows = [Row(name, found.queues[name].figures) for name in names]
    return rows + [Row(label("all queues"), found.total.figures)] * (len(found.queues) > 1)


def _queues(found: RunResult, names: Sequence[str], page: Page) -> RenderableType:
    rows, total = _rows(found, names), found.total.figures
    columns = [Column("queue", [row.name for row in rows], names=True)]
    for one in catalogue.of_queues(found.counted):
        if one.text is None or (one.rare and not total.get(one.key, Figure(None)).mean):
            continue
        columns.append(_column(one, [row.figures for row in rows], total))
    days, runs = found.days, found.runs
    about = say("run.queues_of_runs", n=days, runs=runs) if runs > 1 else say("run.queues_of_one_run", n=days)
    left = len(found.queues) - len(names)
    notes = [below(say("pages.other_queues", n=left))] if left else []
    return Group(title("Queues", about), page.fitted("queues", columns), *notes, *_besides(total))


def _column(one: Declared, rows: Sequence[Figures], total: Figures) -> Column:
    if one.key == "redialled":
        return Column(one.heading, [figures.percent(_again(row)) for row in rows], one.text or 0)
    if one.better == MORE and one.unit == "share":  # what goals are about is told with its interval
        levels = [figures.percent_about(row[one.key]) for row in rows]
        return Column(one.heading, levels, usual="74.6 % ± 5.3")
    return column(one, rows, _lost_need(total, one.key) if one.key in LOST else None)


def _lost_need(total: Figures, name: str) -> int:
    """What is rare is the last to be shown: some runs have none, and must show the same columns."""
    often = (total.get(name, Figure(None)).mean or 0.0) > (total["offered"].mean or 0.0) / 100
    return 4 if often else LAST + 1 + LOST.index(name)


def _again(row: Figures) -> Figure:
    """The share of the offered calls that are not their caller's first."""
    offered, again = row["offered"].mean, row["redialled"].mean
    return Figure(again / offered if offered and again is not None else None)


def _besides(total: Figures) -> list[Text]:
    """What else became of the calls, in words; it may have found no room in the table."""
    were = [
        say("run.became", calls=figures.count(total[name]), word=label(word))
        for name, word in (("redialled", "redials"), *((name, name) for name in BECAME))
        if total[name].mean
    ]
    says = []
    if were:
        offered = figures.count(total["offered"])
        says.append(say("run.of_offered", calls=offered, parts=label(", ").join(were)))
    if total["closed"].mean:
        says.append(say("run.came_when_closed", calls=figures.count(total["closed"])))
    return [Text(" ".join(says))] if says else []


def _groups(found: RunResult, page: Page) -> RenderableType | None:
    groups = list(found.groups.items())
    if not groups:
        return None
    left = len(groups) - MOST
    if left > 0:
        groups = sorted(groups, key=lambda group: -(group[1].figures["occupancy"].mean or 0.0))[:MOST]
    columns = [Column("group", [name for name, _ in groups], names=True)]
    if found.sites:
        sites = [group.site or figures.NOTHING for _, group in groups]
        columns.append(Column("site", sites, 2, names=True))
    rows = [group.figures for _, group in groups]
    columns += [column(one, rows) for one in there(catalogue.WORK, rows) if one.text is not None]
    notes = [below(say("pages.other_groups", n=left))] if left > 0 else []
    return Group(
        title("Groups", say("run.busiest") if left > 0 else ""), page.fitted("groups", columns), *notes
    )


def _sites(found: RunResult, page: Page) -> RenderableType | None:
    if not found.sites:
        return None
    names, sites = list(found.sites)[:MOST], list(found.sites.values())[:MOST]
    left = len(found.sites) - len(names)
    seats = [label("no limit") if site.seats is None else f"{site.seats:,}" for site in sites]
    rows = [site.figures for site in sites]
    shown = [one for one in there(catalogue.SITES, rows) if one.text is not None]
    columns = [Column("site", names, names=True), Column("seats", seats)]
    columns += [plain_column(one, rows) for one in shown]
    notes = [below(say("pages.other_sites", n=left))] if left > 0 else []
    return Group(title("Sites"), page.fitted("sites", columns), *notes)


def _intervals(found: RunResult, page: Page) -> RenderableType | None:
    goals = found.goals
    worst = worst_intervals(found)[:WORST]
    if not worst:
        return title("Worst intervals", say("run.none_short")) if goals else None
    rows = [short.row.figures for short in worst]
    levels = [(row.level(found.counted), short.answer) for row, short in zip(rows, worst, strict=True)]
    offered, abandoned, asa = (
        plain_column(catalogue.CALLS[key], rows) for key in ("offered", "abandoned_share", "asa_s")
    )
    table = page.fitted(
        "worst intervals",
        [
            Column("from", [moment(short.row.start, found.days) for short in worst], names=True),
            Column("queue", [short.queue for short in worst], names=True),
            offered,
            Column(
                "service level",
                [figures.percent(level, answer) for level, answer in levels],
                fuller=[figures.percent_about(level, answer) for level, answer in levels],
            ),
            abandoned,
            asa,
            *([Column("kept", [_kept(row) for row in rows], 3, usual="100 %")] if goals else []),
            Column(
                "beyond goal" if goals else "calls",
                [short.beyond for short in worst],
            ),
        ],
    )
    return Group(
        title("Worst intervals", say("run.by_beyond") if goals else say("run.by_late")),
        table,
    )


def _kept(row: Figures) -> str:
    """In which share of runs an interval met the goal."""
    return figures.percent_of_days(row.get("goal_probability", Figure(None)))


def _costs(found: RunResult) -> RenderableType | None:
    """What all of it costs, in one sentence."""
    costs = found.costs
    if costs is None:
        return None
    *each, per_contact, total = catalogue.COSTS.values()
    parts = [
        f"{label(one.heading)} {figures.count(costs.figures[one.key])}"
        for one in each
        if costs.figures[one.key].mean
    ]
    whole = f"{label(total.heading)} {figures.count_about(costs.figures[total.key])}"
    one = costs.figures[per_contact.key]
    one_call = "" if one.mean is None else f"{label('; ')}{say('compare.each', amount=figures.price(one))}"
    return Group(
        title("Costs", figures.costs_about(found.days, costs.currency)),
        Text(f"{label(', ').join(parts)}{label('; ')}{whole}{one_call}"),
    )


def _what_was_run(found: RunResult, page: Page) -> RenderableType:
    runs, total = found.runs, found.total.figures
    offered = round((total["offered"].mean or 0.0) * runs)
    met = [goal.met for _, goal in found.judged]
    lines = [
        say(
            "run.simulated_from",
            calls=offered,
            runs=say("pages.runs", n=runs),
            days=say("pages.days", n=found.days),
            start=found.start,
            seed=found.seed,
            engine=found.engine,
        ),
        say("run.level_is", formula=label(catalogue.LEVELS[found.counted].about)),
    ]
    lines += short_said(found)
    lines += promised_said(found)
    if found.blocks is not None:
        lines.append(seams.told(found.blocks))
    if False in met:
        lines.append(say("run.mark", sign=FAILED))
    if None in met:
        lines.append(say("run.no_calls"))
    lines.append(say("run.days_kept"))
    waited = catalogue.CALLS["ata_s"]
    if total["ata_s"].mean is not None and page.shows("queues", waited.heading):
        lines.append(say("run.ata", about=label(waited.about)))
    if total["redialled"].mean:
        lines.append(say("run.redials"))
    lines.append(say("pages.intervals") if runs > 1 else say("pages.one_run"))
    if page.left_out:
        lines.append(say("pages.columns_left_out", columns="; ".join(page.left_out)))
    return Text("\n".join(lines), "dim")
