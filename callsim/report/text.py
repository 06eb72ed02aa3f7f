"""The report of a run on a terminal: the verdicts first, then where the calls and the hours went."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.text import Text

from callsim.report import figures
from callsim.report.tables import Column, fitted
from callsim.units import show_duration

MOST = 15  # rows of a table; all of them are in the JSON
WORST = 8  # intervals
NARROWEST = 60

SERVICE_LEVEL = {
    "offered": "answered within T ÷ offered",
    "answered": "answered within T ÷ answered",
    "quick_abandons_excluded": "answered within T ÷ (offered − abandoned within T)",
    "quick_abandons_met": "(answered + abandoned within T) ÷ offered",
}
LOST = ("balked", "blocked", "dropped", "closed")  # shown where there are any

Found = Mapping[str, Any]
Named = tuple[str, Found]


def report(found: Found, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    parts = [part for part in _parts(found, max(width, NARROWEST)) if part is not None]
    console = Console(
        file=io.StringIO(),
        width=max(width, NARROWEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    with console.capture() as caught:
        for number, part in enumerate(parts):
            if number:
                console.print()
            console.print(part)
    return "\n".join(line.rstrip() for line in caught.get().splitlines()) + "\n"


def _parts(found: Found, width: int) -> Iterator[RenderableType | None]:
    worst = sorted(found["queues"].items(), key=_badness(found["counted"]))
    chosen = worst[:MOST] if len(worst) > MOST else list(found["queues"].items())
    yield _verdict(found)
    yield _goals(found, [queue for queue in chosen if "goal" in queue[1]], width)
    yield _queues(found, chosen, width)
    yield _groups(found, width)
    yield _sites(found, width)
    yield _intervals(found, width)
    yield _what_was_run(found)


def _badness(counted: str) -> Any:
    """Missed goals first, by the calls they are short of; then by calls that waited too long."""

    def key(queue: Named) -> tuple[bool, float, float]:
        row, goal = queue[1], queue[1].get("goal")
        if goal is None or goal["met"]:
            return True, 0.0, -_late(row, counted)
        return False, -_short(row, goal, counted)[0], -_late(row, counted)

    return key


def _short(row: Found, goal: Found, counted: str) -> tuple[float, str]:
    """How many calls would have had to fare better for the goal to be met, and what befell them."""
    level, abandoned = row["service_level"][counted]["mean"], row["abandoned_share"]["mean"]
    gaps = [(0.0, "")]
    if goal["answer"] is not None and level is not None:
        gaps.append((goal["answer"] - level, "late"))
    if goal["abandon_at_most"] is not None and abandoned is not None:
        gaps.append((abandoned - goal["abandon_at_most"], "gave up"))
    gap, befell = max(gaps)
    return gap * float(row["offered"]["mean"]), befell


def _late(row: Found, counted: str) -> float:
    """Calls not answered in time."""
    level = row["service_level"][counted]["mean"]
    return 0.0 if level is None else (1 - level) * float(row["offered"]["mean"])


def _verdict(found: Found) -> RenderableType:
    goals = {name: queue["goal"] for name, queue in found["queues"].items() if "goal" in queue}
    missed = [name for name, goal in goals.items() if not goal["met"]]
    if not goals:
        says = Text("No queue has a goal.")
    elif not missed:
        says = Text(_all_met(len(goals)), "bold green")
    else:
        of = "The goal is MISSED: " if len(goals) == 1 else f"{len(missed)} of {len(goals)} goals MISSED: "
        says = Text(of + _listed(missed), "bold red")
    return Group(Text(found["scenario"], "bold"), says)


def _all_met(goals: int) -> str:
    return {1: "The goal is met.", 2: "Both goals are met."}.get(goals, f"All {goals} goals are met.")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 6 else ""
    return ", ".join(names[:5] if more else names) + more


def _goals(found: Found, queues: Sequence[Named], width: int) -> RenderableType | None:
    if not queues:
        return None
    counted = found["counted"]
    levels, shares, verdicts, promises, limits, days, spans = [], [], [], [], [], [], []
    plain_shares, close = [], []
    for name, queue in queues:
        goal, level, abandoned = queue["goal"], queue["service_level"][counted], queue["abandoned_share"]
        answer, limit = goal["answer"], goal["abandon_at_most"]
        verdicts.append(Text("met", "green") if goal["met"] else Text("MISSED", "bold red"))
        promises.append(
            f"{figures.promise(limit)} abandoned"
            if answer is None
            else f"{figures.promise(answer)} in {show_duration(goal['within_s'])}"
        )
        limits.append(figures.NOTHING if limit is None else figures.promise(limit))
        levels.append(figures.percent_about(level, answer))
        plain_shares.append(figures.percent(abandoned, limit))
        shares.append(figures.percent_about(abandoned, limit))
        days.append(figures.percent_of_days(goal["probability"]))
        spans.append(figures.percent_range(goal["probability"]))
        if _inside(answer, level) or _inside(limit, abandoned):
            close.append(name)
    table = fitted(
        [
            Column("", verdicts, names=True),
            Column("queue", [name for name, _ in queues], names=True),
            Column("service level", levels),
            Column("goal", promises),
            Column("abandoned", plain_shares, 1, fuller=shares),
            Column("at most", limits, 2),
            Column("days", days),
            Column("95 % interval", spans, 3),
        ],
        width,
    )
    notes = []
    if close:
        notes.append(Text(f"Too close to call, more --runs would tell: {_listed(close)}"))
    left = sum("goal" in queue for queue in found["queues"].values()) - len(queues)
    if left:
        notes.append(_others(left, "goal"))
    return Group(table, *notes)


def _inside(bound: float | None, figure: figures.Figure) -> bool:
    """Whether other luck could turn the verdict: the bound lies inside the 95 % interval."""
    low, high = figure["low"], figure["high"]
    return None not in (bound, low, high) and low < bound < high  # type: ignore[operator]


def _others(left: int, what: str) -> Text:
    return Text(f"… and {left:,} other {what}{'s' * (left != 1)}; --format json has all", "dim")


def _title(words: str, about: str = "") -> Text:
    return Text.assemble((words, "bold"), about)


def _queues(found: Found, queues: Sequence[Named], width: int) -> RenderableType:
    everything = found["queues"]
    rows = list(queues)
    if len(everything) > 1:
        rows.append(("all queues", found["total"]))
    counted = found["counted"]

    def calls(name: str, need: int) -> Column:
        return Column(name, [figures.count(row[name]) for _, row in rows], need)

    def wait(title: str, name: str, need: int) -> Column:
        return Column(
            title,
            [figures.seconds(row[name]) for _, row in rows],
            need,
            [figures.seconds_about(row[name]) for _, row in rows],
        )

    def share(title: str, name: str, need: int) -> Column:
        return Column(
            title,
            [figures.percent(row[name]) for _, row in rows],
            need,
            [figures.percent_about(row[name]) for _, row in rows],
        )

    lost = [name for name in LOST if any(row[name]["mean"] for _, row in rows)]
    table = fitted(
        [
            Column("queue", [name for name, _ in rows], names=True),
            calls("offered", 0),
            calls("answered", 6),
            Column(
                "service level", [figures.percent_about(row["service_level"][counted]) for _, row in rows]
            ),
            share("abandoned", "abandoned_share", 1),
            *(calls(name, 3) for name in lost),
            wait("ASA", "asa_s", 1),
            wait("wait p95", "wait_p95_s", 2),
            wait("wait max", "wait_max_s", 8),
            share("waited", "delayed_share", 7),
            wait("AHT", "aht_s", 4),
        ],
        width,
    )
    days, runs = found["days"], found["runs"]
    about = f": calls of {'a day' if days == 1 else f'{days} days'}" + f", mean of {runs} runs" * (runs > 1)
    left = len(everything) - len(queues)
    return Group(_title("Queues", about), table, *([_others(left, "queue")] if left else []))


def _groups(found: Found, width: int) -> RenderableType | None:
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
    if found["sites"]:
        columns.insert(1, Column("site", sites, 2, names=True))
    others = [_others(left, "group")] if left > 0 else []
    return Group(_title("Groups", ", the busiest" * (left > 0)), fitted(columns, width), *others)


def _sites(found: Found, width: int) -> RenderableType | None:
    sites = list(found["sites"].items())
    if not sites:
        return None
    shown, left = sites[:MOST], len(sites) - MOST
    seats = ["no limit" if site["seats"] is None else f"{site['seats']:,}" for _, site in shown]
    columns = [Column("site", [name for name, _ in shown], names=True), Column("seats", seats)]
    for title, figure in (("seats used at most", "seats_used_peak"), ("agents at most", "agents_peak")):
        if all(figure in site for _, site in shown):
            columns.append(Column(title, [figures.count(site[figure]) for _, site in shown]))
    others = [_others(left, "site")] if left > 0 else []
    return Group(_title("Sites"), fitted(columns, width), *others)


def _intervals(found: Found, width: int) -> RenderableType | None:
    counted = found["counted"]
    goals = {name: queue["goal"] for name, queue in found["queues"].items() if "goal" in queue}
    ranked = []
    for row in found["intervals"]:
        goal = goals.get(row["queue"])
        if not goals:
            short, befell = _late(row, counted), "late"
        elif goal:
            short, befell = _short(row, goal, counted)
        else:
            continue
        if short > 0:
            ranked.append((short, befell, row))
    if not ranked:
        return _title("Worst intervals", ": none fell short of its goal") if goals else None
    ranked.sort(key=lambda item: -item[0])
    worst = ranked[:WORST]
    rows = [row for _, _, row in worst]
    wanted = [(goals.get(row["queue"]) or {}).get("answer") for row in rows]
    table = fitted(
        [
            Column("from", [_moment(row["start"], found["days"]) for row in rows], names=True),
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
            Column(
                "beyond the goal" if goals else "calls",
                [f"{figures.count({'mean': short})} {befell}" for short, befell, _ in worst],
            ),
        ],
        width,
    )
    return Group(
        _title("Worst intervals", ", by calls beyond what the goal allows" if goals else ", by calls late"),
        table,
    )


def _moment(start: str, days: int) -> str:
    moment = datetime.datetime.fromisoformat(start)
    if days == 1:
        return f"{moment:%H:%M}"
    return f"{moment:%a %Y-%m-%d %H:%M}" if days > 360 else f"{moment:%a %d %b %H:%M}"


def _what_was_run(found: Found) -> RenderableType:
    days, runs = found["days"], found["runs"]
    offered = round((found["total"]["offered"]["mean"] or 0.0) * runs)
    when = f" from {found['start']}" if "start" in found else ""
    of = f"{runs} run{'s' * (runs != 1)} of {days} day{'s' * (days != 1)}{when}"
    lines = [
        f"{offered:,} calls simulated: {of}, seed {found['seed']}, {found['engine']}.",
        f"Service level: {SERVICE_LEVEL[found['counted']]}.",
    ]
    lines.append("Days: share of days that met the goal. ASA: mean wait of answered calls.")
    lines.append(
        "±: 95 % interval over the runs." if runs > 1 else "One run: --runs 20 would show how far luck goes."
    )
    return Text("\n".join(lines), "dim")
