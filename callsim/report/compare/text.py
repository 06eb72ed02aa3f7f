"""The report of a comparison on a terminal: which plan is better first, then goals, differences and costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.compare import differences
from callsim.report.kit import figures
from callsim.report.kit.goals import failed, goals_of, marked, met_of, promise, verdict_on
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, title
from callsim.results.judgement import goals_met

MOST = 15  # rows of a table; all of them are in the JSON
MOST_PAIRS = 6  # of plans; of more only neighbours are shown

Found = Mapping[str, Any]


def report(found: Found, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: Found, page: Page) -> Iterator[RenderableType | None]:
    letters = differences.letters(found)
    shown = differences.pairs(found, MOST_PAIRS)
    yield Group(*differences.verdicts(found, letters, shown))
    yield _plans(found, letters, page)
    yield _goals(found, letters, page)
    yield _differences(letters, shown, page)
    yield _costs(found, letters, shown, page)
    yield _what_was_run(found, shown, page)


def _plans(found: Found, letters: Mapping[str, str], page: Page) -> RenderableType:
    plans = found["plans"]
    of = [plan["total"] for plan in plans]
    hours = [sum(group["on_duty_h"]["mean"] for group in plan["groups"].values()) for plan in plans]
    levels = [total["service_level"][plan["counted"]] for total, plan in zip(of, plans, strict=True)]
    columns = [
        Column("", [letters[plan["plan"]] for plan in plans], names=True),
        Column("plan", [plan["plan"] for plan in plans], names=True),
        Column(
            "goals met",
            [met_of(*goals_met(goal["met"] for goal in goals_of(plan).values())) for plan in plans],
        ),
        Column("service level", [figures.percent_about(level) for level in levels]),
        Column("abandoned", [figures.percent(total["abandoned_share"]) for total in of], 1),
        Column("ASA", [figures.seconds(total["asa_s"]) for total in of], 3),
        Column("hours on duty", [figures.count({"mean": each}) for each in hours], 2),
    ]
    return Group(title("Plans", ", all queues together"), page.fitted("plans", columns))


def _goals(found: Found, letters: Mapping[str, str], page: Page) -> RenderableType | None:
    """Who meets which goal: of many queues those on which plans disagree, then those that are missed."""
    plans = found["plans"]
    told: dict[str, list[tuple[str, Found, str]]] = {}
    for plan in plans:
        for name, queue in plan["queues"].items():
            if "goal" in queue:
                told.setdefault(name, []).append((letters[plan["plan"]], queue, plan["counted"]))
    if not told:
        return None

    def interest(name: str) -> tuple[bool, bool]:
        met = {queue["goal"]["met"] for _, queue, _ in told[name]}
        return len(met) == 1, met == {True}

    most = max(1, MOST // len(plans))
    names = sorted(told, key=interest)[:most] if len(told) > most else list(told)
    rows = [(name, *row) for name in names for row in told[name]]
    broken = [
        failed(queue["goal"], queue["service_level"][counted], queue["abandoned_share"])
        for _, _, queue, counted in rows
    ]
    goals = [queue["goal"] for _, _, queue, _ in rows]
    columns = [
        Column("queue", [name for name, *_ in rows], names=True),
        Column("plan", [letter for _, letter, *_ in rows], names=True),
        Column("", [verdict_on(goal) for goal in goals], names=True),
        Column(
            "service level",
            [
                marked(figures.percent_about(queue["service_level"][counted], queue["goal"]["answer"]), late)
                for (_, _, queue, counted), (late, _) in zip(rows, broken, strict=True)
            ],
        ),
        Column("goal", [promise(goal) for goal in goals], 1),
        Column(
            "abandoned",
            [
                marked(figures.percent(queue["abandoned_share"], queue["goal"]["abandon_at_most"]), gave_up)
                for (_, _, queue, _), (_, gave_up) in zip(rows, broken, strict=True)
            ],
            1,
        ),
        *_limits(goals),
        Column("days", [figures.percent_of_days(goal["probability"]) for goal in goals], 2),
        Column("95 % interval", [figures.percent_range(goal["probability"]) for goal in goals], 4),
    ]
    left = len(told) - len(names)
    missed = sum(
        any(queue["goal"]["met"] is False for _, queue, _ in told[name]) for name in told if name not in names
    )
    which = f", {missed:,} of them missed by some plan" if missed else ""
    more = f"… and {left:,} other queue{'s' * (left != 1)}{which}; --format json has all"
    notes = [Text(more, "dim")] if left else []
    return Group(
        title("Goals", ": who keeps which, and on which share of days"), page.fitted("goals", columns), *notes
    )


def _differences(letters: Mapping[str, str], shown: Sequence[Found], page: Page) -> RenderableType:
    found = [(pair, differences.of_pair(pair, max(1, MOST // len(shown)), differing=True)) for pair in shown]
    rows = [
        (f"{letters[pair['before']]} → {letters[pair['after']]}", *row)
        for pair, of_pair in found
        for row in of_pair.shown
    ]
    alike, more = (sum(getattr(of_pair, what) for _, of_pair in found) for what in ("alike", "more"))
    columns = [
        Column("plans", [pair for pair, *_ in rows], names=True),
        Column("queue", [name for _, name, *_ in rows], names=True),
        Column("service level", [figures.points_about(level) for _, _, level, *_ in rows]),
        Column("abandoned", [figures.points_about(row.get("abandoned_share")) for *_, row, _ in rows], 1),
        Column("ASA", [figures.more_seconds(row.get("asa_s")) for *_, row, _ in rows], 3),
        Column("days", [figures.points_about(row.get("goal_probability")) for *_, row, _ in rows], 5),
        Column("sharper", [differences.times(gain) for *_, gain in rows], 2),
    ]
    return Group(
        title("Differences", ", run by run, in points of 100"),
        page.fitted("differences", columns),
        Text("\n".join(_said(alike, more)), "dim"),
    )


def _limits(goals: Sequence[Found]) -> list[Column]:
    """What may be abandoned at most, where anything was promised of it and not told as the goal itself."""
    limits = [None if goal["answer"] is None else goal["abandon_at_most"] for goal in goals]
    if not any(limit is not None for limit in limits):
        return []
    words = [figures.NOTHING if limit is None else figures.promise(limit) for limit in limits]
    return [Column("at most", words, 1)]


def _said(alike: int, more: int) -> Iterator[str]:
    """What stands below the differences: what is not shown, and why."""
    yield "sharper: so many times as many runs would be needed if each plan had its own luck."
    if alike:
        yield "Queues of which not a single call fared otherwise are left out."
    if more:
        yield f"… and {more:,} other row{'s' * (more != 1)} that differ; --format json has all"


def _costs(
    found: Found, letters: Mapping[str, str], shown: Sequence[Found], page: Page
) -> RenderableType | None:
    plans = [plan for plan in found["plans"] if "costs" in plan]
    if not plans:
        return None
    unit = plans[0]["costs"]["currency"]
    days = plans[0]["days"]
    columns = [
        Column("", [letters[plan["plan"]] for plan in plans], names=True),
        Column("plan", [plan["plan"] for plan in plans], names=True),
        *(
            Column(heading, [figures.count(plan["costs"][name]) for plan in plans], need)
            for heading, name, need in (
                ("wages", "wages", 1),
                ("seats", "seats", 1),
                ("abandoned calls", "abandoned", 2),
            )
        ),
        Column("in all", [figures.count_about(plan["costs"]["total"]) for plan in plans]),
    ]
    said = [
        f"{letters[pair['before']]} → {letters[pair['after']]}: {figures.more(pair['costs']['total'])}"
        for pair in shown
        if "costs" in pair
    ]
    about = f" of {'a day' if days == 1 else f'{days} days'}" + (f" in {unit}" if unit else "")
    return Group(title("Costs", about), page.fitted("costs", columns), Text("\n".join(said)))


def _what_was_run(found: Found, shown: Sequence[Found], page: Page) -> RenderableType:
    plan, runs, sure = found["plans"][0], found["runs"], found["confidence"]
    days = plan["days"]
    lines = [
        f"{runs} run{'s' * (runs != 1)} of {days} day{'s' * (days != 1)} from {plan['start']}, seed "
        f"{found['seed']}, {found['engine']}: the same calls through each plan."
    ]
    if runs == 1:
        lines.append("One run: --runs 20 would show how far luck goes.")
    elif sure["pairs"] * sure["looks"] > 1:
        of = [f"{sure['pairs']} pairs of plans"] * (sure["pairs"] > 1)
        of += [f"{sure['looks']} looks at the answer"] * (sure["looks"] > 1)
        lines.append(
            f"± of differences: 95 % for {' and '.join(of)} together "
            f"(each {sure['each'] * 100:.4g} %, Bonferroni); of one plan's figures: 95 %."
        )
    else:
        lines.append("±: 95 % interval over the runs.")
    if runs > 1 and sure["questions"] > 1:
        lines.append(
            f"Better and worse are said so that all {sure['questions']} answers together are right 95 times "
            "in 100 (Holm); ± is of one queue's figure alone."
        )
    if len(shown) < len(found["differences"]):
        lines.append(
            f"Shown are neighbouring plans; --format json has all {len(found['differences'])} pairs."
        )
    if page.left_out:
        lines.append(f"Left out for lack of room (--format json has all): {'; '.join(page.left_out)}.")
    return Text("\n".join(lines), "dim")
