"""The report of a run on a terminal: the verdicts first, then where the calls and the hours went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.goals import FAILED, days_table, goals_of, goals_table, verdict
from callsim.report.kit.levels import FORMULAS, levels_table
from callsim.report.kit.page import written
from callsim.report.kit.ranking import badness, moment, worst_intervals
from callsim.report.kit.tables import Column, Page, others, title
from callsim.report.run.incidents import incidents
from callsim.report.run.why import why_table

MOST = 15  # rows of a table; all of them are in the JSON
FEW = 5  # rows of a table beside the point, where there are many queues
WORST = 8  # intervals

LOST = ("balked", "blocked", "dropped", "closed")  # shown where there are any

SITES = {
    "seats used at most": "seats_used_peak",
    "hours waited for a seat": "waited_for_seat_h",
    "calls lost to that": "calls_lost_to_seats",
}
NONE = {"mean": None}

Found = Mapping[str, Any]
Named = tuple[str, Found]


def report(found: Found, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: Found, page: Page) -> Iterator[RenderableType | None]:
    worst = sorted(found["queues"].items(), key=badness(found["counted"]))
    chosen = worst[:MOST] if len(worst) > MOST else list(found["queues"].items())
    yield verdict(found)
    yield goals_table(found, [queue for queue in chosen if "goal" in queue[1]], page)
    yield days_table(found, page)
    yield _queues(found, chosen, page)
    few = chosen if len(worst) <= MOST else chosen[:FEW]
    yield levels_table([*few, *_all_queues(found)], found["counted"], page)
    yield why_table(found, [name for name, _ in few], page)
    yield _groups(found, page)
    yield _sites(found, page)
    yield from incidents(found, page)
    yield _intervals(found, page)
    yield _costs(found)
    yield _what_was_run(found, page)


def _queues(found: Found, queues: Sequence[Named], page: Page) -> RenderableType:
    everything = found["queues"]
    rows = [*queues, *_all_queues(found)]
    counted = found["counted"]

    def calls(name: str, need: int) -> Column:
        return Column(name, [figures.count(row[name]) for _, row in rows], need, usual="123,456")

    def wait(heading: str, name: str, need: int) -> Column:
        return Column(
            heading,
            [figures.seconds(row[name]) for _, row in rows],
            need,
            [figures.seconds_about(row[name]) for _, row in rows],
            usual="1,234 s",
        )

    def share(heading: str, name: str, need: int) -> Column:
        return Column(
            heading,
            [figures.percent(row[name]) for _, row in rows],
            need,
            [figures.percent_about(row[name]) for _, row in rows],
        )

    lost = {name: _lost_need(found["total"], name) for name in LOST if found["total"][name]["mean"]}
    again = [figures.percent(_again(row)) for _, row in rows]
    redials = [Column("redials", again, 5)] if found["total"]["redialled"]["mean"] else []
    table = page.fitted(
        "queues",
        [
            Column("queue", [name for name, _ in rows], names=True),
            calls("offered", 0),
            calls("answered", 9),
            Column(
                "service level",
                [figures.percent_about(row["service_level"][counted]) for _, row in rows],
                usual="74.6 % ± 5.3",
            ),
            share("abandoned", "abandoned_share", 1),
            *redials,
            *(calls(name, need) for name, need in lost.items()),
            wait("ASA", "asa_s", 2),
            wait("wait p95", "wait_p95_s", 3),
            wait("wait max", "wait_max_s", 8),
            share("waited", "delayed_share", 7),
            wait("AHT", "aht_s", 6),
        ],
    )
    days, runs = found["days"], found["runs"]
    about = f": calls of {'a day' if days == 1 else f'{days} days'}" + f", mean of {runs} runs" * (runs > 1)
    left = len(everything) - len(queues)
    notes = [others(left, "queue")] if left else []
    return Group(title("Queues", about), table, *notes, *_besides(found["total"]))


def _all_queues(found: Found) -> list[Named]:
    """The row below those of the queues."""
    return [("all queues", found["total"])] if len(found["queues"]) > 1 else []


def _lost_need(total: Found, name: str) -> int:
    """What is rare is the last to be shown: some runs have none, and must show the same columns."""
    return 4 if total[name]["mean"] > (total["offered"]["mean"] or 0.0) / 100 else 10 + LOST.index(name)


def _again(row: Found) -> figures.Figure:
    """The share of the offered calls that are not their caller's first."""
    offered, again = row["offered"]["mean"], row["redialled"]["mean"]
    return {"mean": again / offered if offered else None, "low": None, "high": None}


def _besides(total: Found) -> list[Text]:
    """What else became of the calls, in words; it may have found no room in the table."""
    were = [
        f"{figures.count(total[name])} were {word}"
        for name, word in (("redialled", "redials"), *((name, name) for name in LOST if name != "closed"))
        if total[name]["mean"]
    ]
    says = f"Of {figures.count(total['offered'])} calls offered {', '.join(were)}." if were else ""
    if total["closed"]["mean"]:
        says += f" {figures.count(total['closed'])} more came when closed."
    return [Text(says.strip())] if says else []


def _groups(found: Found, page: Page) -> RenderableType | None:
    groups = list(found["groups"].items())
    if not groups:
        return None
    left = len(groups) - MOST
    if left > 0:
        groups = sorted(groups, key=lambda group: -(group[1]["occupancy"]["mean"] or 0.0))[:MOST]
    of = [group for _, group in groups]
    sites = [group.get("site") or figures.NOTHING for group in of]
    columns = [
        Column("group", [name for name, _ in groups], names=True),
        Column(
            "occupancy",
            [figures.percent(group["occupancy"]) for group in of],
            fuller=[figures.percent_about(group["occupancy"]) for group in of],
        ),
        Column("answered", [figures.count(group["answered"]) for group in of], 1),
        Column("hours on duty", [figures.count(group["on_duty_h"]) for group in of]),
        Column("hours late", [figures.count(group["late_h"]) for group in of]),
    ]
    if any(group["absent_h"]["mean"] for group in of):
        columns.append(Column("hours absent", [figures.count(group["absent_h"]) for group in of], 3))
    if found["sites"]:
        columns.insert(1, Column("site", sites, 2, names=True))
    notes = [others(left, "group")] if left > 0 else []
    return Group(title("Groups", ", the busiest" * (left > 0)), page.fitted("groups", columns), *notes)


def _sites(found: Found, page: Page) -> RenderableType | None:
    sites = list(found["sites"].items())
    if not sites:
        return None
    shown, left = sites[:MOST], len(sites) - MOST
    seats = ["no limit" if site["seats"] is None else f"{site['seats']:,}" for _, site in shown]
    columns = [Column("site", [name for name, _ in shown], names=True), Column("seats", seats)]
    for heading, figure in SITES.items():
        if any((site.get(figure) or NONE)["mean"] for _, site in shown) or figure == "seats_used_peak":
            columns.append(Column(heading, [figures.count(site[figure]) for _, site in shown]))
    notes = [others(left, "site")] if left > 0 else []
    return Group(title("Sites"), page.fitted("sites", columns), *notes)


def _intervals(found: Found, page: Page) -> RenderableType | None:
    counted = found["counted"]
    goals = goals_of(found)
    worst = worst_intervals(found)[:WORST]
    if not worst:
        return title("Worst intervals", ": none fell short of its goal") if goals else None
    rows = [row for _, _, row in worst]
    wanted = [(goals.get(row["queue"]) or {}).get("answer") for row in rows]
    table = page.fitted(
        "worst intervals",
        [
            Column("from", [moment(row["start"], found["days"]) for row in rows], names=True),
            Column("queue", [row["queue"] for row in rows], names=True),
            Column("offered", [figures.count(row["offered"]) for row in rows]),
            Column(
                "service level",
                [
                    figures.percent(row["service_level"][counted], answer)
                    for row, answer in zip(rows, wanted, strict=True)
                ],
                fuller=[
                    figures.percent_about(row["service_level"][counted], answer)
                    for row, answer in zip(rows, wanted, strict=True)
                ],
            ),
            Column("abandoned", [figures.percent(row["abandoned_share"]) for row in rows], 1),
            Column("ASA", [figures.seconds(row["asa_s"]) for row in rows], 2),
            *([Column("kept", [_kept(row) for row in rows], 3, usual="100 %")] if goals else []),
            Column(
                "beyond goal" if goals else "calls",
                [f"{figures.count({'mean': short})} {befell}" for short, befell, _ in worst],
            ),
        ],
    )
    return Group(
        title("Worst intervals", ", by calls beyond what the goal allows" if goals else ", by calls late"),
        table,
    )


def _kept(row: Found) -> str:
    """In which share of runs an interval met the goal."""
    return figures.percent_of_days(row["goal_probability"])


def _costs(found: Found) -> RenderableType | None:
    """What all of it costs, in one sentence."""
    costs = found.get("costs")
    if costs is None:
        return None
    parts = [
        f"{name} {figures.count(costs[key])}"
        for name, key in (("wages", "wages"), ("seats", "seats"), ("abandoned calls", "abandoned"))
        if costs[key]["mean"]
    ]
    days, unit = found["days"], costs["currency"]
    about = f" of {'a day' if days == 1 else f'{days} days'}" + (f" in {unit}" if unit else "")
    return Group(
        title("Costs", about), Text(f"{', '.join(parts)}; in all {figures.count_about(costs['total'])}")
    )


def _what_was_run(found: Found, page: Page) -> RenderableType:
    days, runs = found["days"], found["runs"]
    offered = round((found["total"]["offered"]["mean"] or 0.0) * runs)
    when = f" from {found['start']}" if "start" in found else ""
    of = f"{runs} run{'s' * (runs != 1)} of {days} day{'s' * (days != 1)}{when}"
    met = [goal["met"] for goal in goals_of(found).values()]
    lines = [
        f"{offered:,} calls simulated: {of}, seed {found['seed']}, {found['engine']}.",
        f"Service level: {FORMULAS[found['counted']]}.",
    ]
    if False in met:
        lines.append(f"{FAILED} marks the figure that misses its goal.")
    if None in met:
        lines.append("no calls: the queue was offered none, so its promise is not shown to hold.")
    lines.append("Days, kept: how often the goal was met. ASA: mean wait of answered calls.")
    if found["total"]["redialled"]["mean"]:
        lines.append("Redials: share of the calls offered that are not their caller's first.")
    lines.append(
        "±: 95 % interval over the runs." if runs > 1 else "One run: --runs 20 would show how far luck goes."
    )
    if page.left_out:
        lines.append(f"Left out for lack of room (--format json has all): {'; '.join(page.left_out)}.")
    return Text("\n".join(lines), "dim")
