"""The page of a run: the verdict, the day in charts, the worst intervals, and every table behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.report import charts_run, figures
from callsim.report.goals import goals_of
from callsim.report.html_goals import goals, tiles, verdict
from callsim.report.html_page import Cell, Chooser, Facts, Fold, Part, Section, Table, Text
from callsim.report.html_page import page as file_of
from callsim.report.ranking import moment, worst_intervals
from callsim.report.text import LOST, SERVICE_LEVEL

WORST = 12  # intervals

Found = Mapping[str, Any]
Named = tuple[str, Found]


def page(found: Found) -> str:
    """The file."""
    sections = [Section("", [verdict(found), tiles(found)]), *_sections(found), small_print(found)]
    return file_of(found["scenario"], sections, charts_run.data(found), f"callsim {found['version']}")


def _sections(found: Found) -> Iterator[Section]:
    runs = found["runs"]
    if goals_of(found):
        about = (
            f"The mean of {runs} runs against what was promised" if runs > 1 else "One run against promises"
        )
        yield Section("Goals", list(goals(found)), f"{about}; days met: how often a day kept it.")
    yield Section("By interval", [Chooser("Show"), *charts_run.CHARTS])
    yield Section("", [charts_run.HEAT])
    yield _worst(found)
    yield Section("Queues", list(_queues(found, _calls_head(found), _calls)), _about(found))
    yield Section(
        "Service level by all four formulas",
        [_formulas(found), *_queues(found, ["queue", *SERVICE_LEVEL_HEADS], _levels)],
    )
    if found["groups"]:
        yield Section("Groups", [_groups(found)])
    if found["sites"]:
        yield Section("Sites", [_sites(found)])


def _about(found: Found) -> str:
    days, runs = found["days"], found["runs"]
    calls = f"Calls of {'a day' if days == 1 else f'{days} days'}"
    return f"{calls}, mean of {runs} runs." if runs > 1 else f"{calls}, one run."


def _worst(found: Found) -> Section:
    """The intervals in which most calls fell short."""
    worst, promised_to = worst_intervals(found)[:WORST], goals_of(found)
    if not worst:
        return Section("Worst intervals", [Text("No interval fell short of its goal.")])
    counted, rows = found["counted"], list[Sequence[Cell]]()
    for short, befell, row in worst:
        answer = (promised_to.get(row["queue"]) or {}).get("answer")
        level = row["service_level"][counted]
        rows.append(
            [
                moment(row["start"], found["days"]),
                row["queue"],
                figures.count(row["offered"]),
                figures.percent_about(level, answer),
                figures.percent(row["abandoned_share"]),
                figures.seconds(row["asa_s"]),
                f"{figures.count({'mean': short})} {befell}",
            ]
        )
    last = "beyond the goal" if promised_to else "calls"
    head = ["from", "queue", "offered", "service level", "abandoned", "mean wait", last]
    says = (
        "By the calls beyond what the goal allows." if promised_to else "By the calls not answered in time."
    )
    return Section("Worst intervals", [Table(head, rows, names=2)], says)


# ---- queues: each, families together, and all


def _queues(found: Found, head: Sequence[str], row: Any) -> Iterator[Part]:
    inside = {queue for family in found["families"].values() for queue in family["queues"]}
    rows = [row(found, name, queue) for name, queue in found["queues"].items() if name not in inside]
    for name, family in found["families"].items():
        rows.append(row(found, f"{name}: all {len(family['queues'])}", family))
    if len(found["queues"]) > 1:
        rows.append(row(found, "all queues", found["total"]))
    yield Table(head, rows)
    for name, family in found["families"].items():
        each = Table(head, [row(found, queue, found["queues"][queue]) for queue in family["queues"]])
        yield Fold(name, [each], small=f"its {len(family['queues'])} queues")


def _lost(found: Found) -> list[str]:
    """What became of calls that waited in vain or not at all, where it happened."""
    return [name for name in ("redialled", *LOST) if found["total"][name]["mean"]]


def _calls_head(found: Found) -> list[str]:
    waits = ["mean wait", "p50", "p90", "p95", "p99", "longest", "AHT"]
    return ["queue", "offered", "answered", "abandoned", *_lost(found), "had to wait", *waits]


def _calls(found: Found, name: str, queue: Found) -> list[Cell]:
    of_each = (f"wait_p{percent}_s" for percent in (50, 90, 95, 99))
    return [
        name,
        figures.count(queue["offered"]),
        figures.count(queue["answered"]),
        figures.percent_about(queue["abandoned_share"]),
        *(figures.count(queue[lost]) for lost in _lost(found)),
        figures.percent(queue["delayed_share"]),
        figures.seconds_about(queue["asa_s"]),
        *(figures.seconds(queue[wait]) if wait in queue else figures.NOTHING for wait in of_each),
        figures.seconds(queue["wait_max_s"]),
        figures.seconds(queue["aht_s"]),
    ]


# ---- the four formulas

FORMULA_NAMES = {
    "offered": "of offered",
    "answered": "of answered",
    "quick_abandons_excluded": "quick abandons excluded",
    "quick_abandons_met": "quick abandons met",
}
SERVICE_LEVEL_HEADS = [FORMULA_NAMES[name] for name in SERVICE_LEVEL]


def _formulas(found: Found) -> Table:
    """Each formula, and which of them the goals use."""
    rows = [
        [FORMULA_NAMES[name], formula, "used by the goals" if name == found["counted"] else ""]
        for name, formula in SERVICE_LEVEL.items()
    ]
    return Table(["name", "formula; T is the wait that the goal allows, 20 s without one", ""], rows, names=3)


def _levels(found: Found, name: str, queue: Found) -> list[Cell]:
    goal = queue.get("goal") or {}
    levels: list[Cell] = [
        figures.percent_about(figure, goal.get("answer")) for figure in queue["service_level"].values()
    ]
    return [name, *levels]


# ---- agents and places


def _groups(found: Found) -> Table:
    sites = any(group.get("site") for group in found["groups"].values())
    rows: list[list[Cell]] = []
    for name, group in found["groups"].items():
        rows.append(
            [
                name,
                *([group.get("site") or figures.NOTHING] if sites else []),
                figures.percent_about(group["occupancy"]),
                figures.count(group["answered"]),
                figures.count(group["busy_h"]),
                figures.count(group["on_duty_h"]),
                figures.count(group["late_h"]),
            ]
        )
    head = ["group", *(["site"] if sites else []), "occupancy", "answered", "hours busy", "on duty", "late"]
    return Table(head, rows, names=1 + sites)


SITE_FIGURES = {
    "agents_peak": "most agents at once",
    "seats_used_peak": "most seats used",
    "waited_for_seat_h": "hours waited for a seat",
}


def _sites(found: Found) -> Table:
    sites = found["sites"]
    known = [name for name in SITE_FIGURES if any(name in site for site in sites.values())]
    rows: list[list[Cell]] = []
    for name, site in sites.items():
        seats = "no limit" if site["seats"] is None else f"{site['seats']:,}"
        told = (figures.count(site[one]) if one in site else figures.NOTHING for one in known)
        rows.append([name, seats, *told])
    return Table(["site", "seats", *(SITE_FIGURES[name] for name in known)], rows)


# ---- small print


def small_print(found: Found) -> Section:
    """All it takes to get the same numbers again, and how to read them."""
    days, runs = found["days"], found["runs"]
    offered = round((found["total"]["offered"]["mean"] or 0.0) * runs)
    facts = [
        ("Simulated", f"{offered:,} calls: {runs} run{'s' * (runs > 1)} of {days} day{'s' * (days > 1)}"),
        ("From", found["start"]),
        ("Seed", str(found["seed"])),
        ("Engine", f"{found['engine']}, callsim {found['version']}"),
        ("Fingerprint", found["fingerprint"]),
    ]
    facts += [("Warning", warning) for warning in found["warnings"]]
    reading = (
        "± and shaded bands are 95 % intervals over the runs. "
        if runs > 1
        else "One run does not show how far luck goes. "
    )
    return Section(
        "What was run",
        [
            Facts(facts),
            Text(
                reading
                + "A figure belongs to the interval in which the call was offered. Equal fingerprints and equal "
                "runs mean equal numbers: it stands for the scenario as understood, the version and the seed.",
                small=True,
            ),
        ],
    )
