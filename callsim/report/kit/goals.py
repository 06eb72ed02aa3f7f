"""Goals in the text report: the verdict, what was promised and what came of it, and the weakest days."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.tables import Column, Page, others, title
from callsim.units import show_duration

WEAKEST = 8  # days
STYLES = {"good": "bold green", "bad": "bold red", "close": "bold yellow", "none": ""}
FAILED = "!"  # stands before the figure that misses its goal

Found = Mapping[str, Any]
Named = tuple[str, Found]


def goals_of(found: Found) -> dict[str, Found]:
    """The goal of every queue that has one."""
    return {name: queue["goal"] for name, queue in found["queues"].items() if "goal" in queue}


def met_of(met: int, of: int, silent: int) -> str:
    """How many goals are met, of those that could be judged; goals that nobody called are said beside."""
    if not silent:
        return f"{met} of {of}" if of else figures.NOTHING
    return f"{met} of {of}, {silent} not called" if of else "nobody called"


def verdict(found: Found) -> RenderableType:
    """The first lines: whether everything is as promised."""
    said = []
    for sentence in sentences(found):
        words = sentence.words.replace("missed", "MISSED") + ": "
        said.append(Text((words + listed(sentence.names)) if sentence.names else sentence.words))
        said[-1].stylize(STYLES[sentence.tone])
    return Group(Text(found["scenario"], "bold"), *said)


class Sentence(NamedTuple):
    """What the goals came to, and whose; good, bad, close (not known) or none (there are none)."""

    words: str
    names: Sequence[str]
    tone: Literal["good", "bad", "close", "none"]


def sentences(found: Found) -> list[Sentence]:
    """The verdict on all goals: those missed, those that other luck could turn, those that are met."""
    goals = goals_of(found)
    close = [name for name, goal in goals.items() if goal["decided"] is False]
    missed = [name for name, goal in goals.items() if goal["met"] is False and name not in close]
    silent = [name for name, goal in goals.items() if goal["met"] is None]
    met = len(goals) - len(missed) - len(close) - len(silent)
    says = []
    if not goals:
        says.append(Sentence("No queue has a goal.", (), "none"))
    if missed:
        words = "The goal is missed" if len(goals) == 1 else f"{len(missed)} of {len(goals)} goals missed"
        says.append(Sentence(words, missed, "bad"))
    if close:
        of = "The goal is" if len(goals) == 1 else f"{len(close)} of {len(goals)} goals"
        words = f"{of} too close to call after {found['runs']} runs, more would tell"
        says.append(Sentence(words, close, "close"))
    if silent:
        closed = any(found["queues"][name]["closed"]["mean"] for name in silent)
        nobody = "nobody could call" if closed else "nobody called"
        many = f"{len(silent)} goal{'s' * (len(silent) != 1)}"
        says.append(Sentence(f"{many} could not be judged, {nobody}", silent, "close"))
    if met and not missed:
        says.append(Sentence(_all_met(met, "other " * bool(silent or close)), (), "good"))
    return says


def _all_met(goals: int, other: str) -> str:
    if goals == 1:
        return f"The {other}goal is met."
    return "Both goals are met." if goals == 2 and not other else f"All {goals} {other}goals are met."


def listed(names: Sequence[str]) -> str:
    """Some names; of many only the first."""
    more = f" and {len(names) - 5} more" if len(names) > 6 else ""
    return ", ".join(names[:5] if more else names) + more


def goals_table(found: Found, queues: Sequence[Named], page: Page) -> RenderableType | None:
    """A verdict on each goal, the worst first where there are many."""
    if not queues:
        return None
    counted = found["counted"]
    levels, shares, verdicts, promises, limits, days, spans = [], [], [], [], [], [], []
    plain_shares = []
    for _, queue in queues:
        goal, level, abandoned = queue["goal"], queue["service_level"][counted], queue["abandoned_share"]
        answer, limit = goal["answer"], goal["abandon_at_most"]
        late, gave_up = failed(goal, level, abandoned)
        verdicts.append(verdict_on(goal))
        promises.append(promise(goal))
        limits.append(figures.NOTHING if limit is None else figures.promise(limit))
        levels.append(marked(figures.percent_about(level, answer), late))
        plain_shares.append(marked(figures.percent(abandoned, limit), gave_up))
        shares.append(marked(figures.percent_about(abandoned, limit), gave_up))
        days.append(figures.percent_of_days(goal["probability"]))
        spans.append(figures.percent_range(goal["probability"]))
    table = page.fitted(
        "goals",
        [
            Column("", verdicts, names=True),
            Column("queue", [name for name, _ in queues], names=True),
            Column("service level", levels, usual="!74.6 % ± 15.3"),
            Column("goal", promises),
            Column("abandoned", plain_shares, 1, fuller=shares),
            Column("at most", limits, 3),
            Column("days", days, 2, usual="100 %"),
            Column("95 % interval", spans, 4),
        ],
    )
    left = len(goals_of(found)) - len(queues)
    return Group(table, *([others(left, "goal")] if left else []))


def promise(goal: Found) -> str:
    """What was promised, in short."""
    if goal["answer"] is None:
        return f"{figures.promise(goal['abandon_at_most'])} abandoned"
    return f"{figures.promise(goal['answer'])} in {show_duration(goal['within_s'])}"


def verdict_on(goal: Found) -> Text:
    """In a word or two."""
    return Text("close", "yellow") if goal["decided"] is False else _verdict(goal["met"])


def _verdict(met: bool | None) -> Text:
    if met is None:
        return Text("no calls", "yellow")
    return Text("met", "green") if met else Text("MISSED", "bold red")


def failed(goal: Found, level: figures.Figure, abandoned: figures.Figure) -> tuple[bool, bool]:
    """Which half of a promise is broken: the answering in time, the share that gives up."""
    answer, limit = goal["answer"], goal["abandon_at_most"]
    called = abandoned["mean"] is not None
    return (
        called and answer is not None and (level["mean"] or 0.0) < answer,
        limit is not None and (abandoned["mean"] or 0.0) > limit,
    )


def marked(words: str, missed: bool) -> str | Text:
    """A figure, marked if it misses its goal."""
    return Text(FAILED + words, "bold red") if missed else words


def days_table(found: Found, page: Page) -> RenderableType | None:
    """The days on which goals are missed most often, then by the most."""
    goals = goals_of(found)
    if found["days"] < 2 or not any("by_day" in goal for goal in goals.values()):
        return None
    weak = [
        (day["probability"]["mean"], -_gap(goal, day), name, day)
        for name, goal in goals.items()
        for day in goal.get("by_day", ())
        if day["probability"]["mean"] is not None and day["probability"]["mean"] < 1
    ]
    if not weak:
        return title("Days", ": every goal was met on every day")
    weak.sort(key=lambda row: row[:2])
    shown = weak[:WEAKEST]
    rows = [(name, goals[name], day) for _, _, name, day in shown]
    broken = [failed(goal, day["service_level"], day["abandoned_share"]) for _, goal, day in rows]

    def level(told: Any) -> list[str | Text]:
        return [
            marked(told(day["service_level"], goal["answer"]), late)
            for (_, goal, day), (late, _) in zip(rows, broken, strict=True)
        ]

    def share(told: Any) -> list[str | Text]:
        return [
            marked(told(day["abandoned_share"], goal["abandon_at_most"]), gave_up)
            for (_, goal, day), (_, gave_up) in zip(rows, broken, strict=True)
        ]

    table = page.fitted(
        "days",
        [
            Column("day", [_date(day["start"]) for *_, day in rows], names=True),
            Column("queue", [name for name, *_ in rows], names=True),
            Column(
                "service level",
                level(figures.percent),
                fuller=level(figures.percent_about),
            ),
            Column("abandoned", share(figures.percent), 1, fuller=share(figures.percent_about)),
            Column("met in", [_runs(day["probability"]) for *_, day in rows], 2, usual="99 % of runs"),
        ],
    )
    left = len(weak) - len(shown)
    more = f"… and {left:,} other{'s' * (left != 1)} not met in every run; --format json has all"
    return Group(title("Days", ", the weakest first"), table, *([Text(more, "dim")] if left else []))


def _date(start: str) -> str:
    return f"{datetime.date.fromisoformat(start):%a %Y-%m-%d}"


def _runs(probability: figures.Figure) -> str:
    return f"{figures.percent_of_days(probability)} of runs"


def _gap(goal: Found, day: Found) -> float:
    """By how much the worse half of a promise is missed."""
    level, abandoned = day["service_level"]["mean"], day["abandoned_share"]["mean"]
    return max(
        -1.0 if goal["answer"] is None else goal["answer"] - (level or 0.0),
        -1.0 if goal["abandon_at_most"] is None else (abandoned or 0.0) - goal["abandon_at_most"],
    )
