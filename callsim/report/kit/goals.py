"""Goals in reports: the verdict, what was promised and what came of it, and the weakest days."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import Said, Shown, columns, marked
from callsim.report.kit.tables import Page, below, title
from callsim.report.kit.verdicts import LOUD, Tone, Word, verdict_on
from callsim.results.measures import Figure
from callsim.results.run import Goal, GoalDay, Promise, Queue, RunResult
from callsim.results.schema import Figures
from callsim.sentences import say
from callsim.units import show_duration

WEAKEST = 8  # days


def met_of(met: int, of: int, silent: int) -> str:
    """Returns the goals met, of those that could be judged; goals that nobody called are named beside."""
    if not silent:
        return f"{met} of {of}" if of else figures.NOTHING
    return say("goals.met_of", met=met, of=of, silent=silent) if of else say("goals.nobody_called")


def verdict(found: RunResult) -> RenderableType:
    """The first lines: whether everything is as promised."""
    said = []
    for sentence in sentences(found):
        words = sentence.aloud or sentence.words
        said.append(Text(f"{words}: {listed(sentence.names)}" if sentence.names else words))
        said[-1].stylize(LOUD[sentence.tone])
    return Group(Text(found.scenario, "bold"), *said)


class Sentence(NamedTuple):
    """A sentence of the verdict, its queues, and its tone: good, bad, close (not known) or none."""

    words: str
    names: Sequence[str]
    tone: Tone
    headline: str = ""  # of a page, where it is another
    aloud: str = ""  # on a terminal, where it is another


def sentences(found: RunResult) -> list[Sentence]:
    """The verdict on all goals: those missed, those that other luck could turn, those that are met."""
    goals = found.goals
    close = [name for name, goal in goals.items() if goal.decided is False]
    missed = [name for name, goal in goals.items() if goal.met is False and name not in close]
    silent = [name for name, goal in goals.items() if goal.met is None]
    met = len(goals) - len(missed) - len(close) - len(silent)
    says = []
    good = sum(verdict_on(goal).tone == "good" for goal in goals.values())
    if not goals:
        says.append(Sentence(say("goals.none"), (), "none"))
    if missed:
        if len(goals) > 1:
            words = say("goals.missed", missed=len(missed), goals=len(goals))
            headline = say("goals.met", met=good, goals=len(goals))
            aloud = say("goals.missed_aloud", missed=len(missed), goals=len(goals))
        else:
            words, headline = say("goals.the_goal_missed"), say("goals.goal_missed", name=missed[0])
            aloud = say("goals.the_goal_missed_aloud")
        says.append(Sentence(words, missed, "bad", headline, aloud))
    if close:
        if len(goals) > 1:
            words = say("goals.close", close=len(close), goals=len(goals), runs=found.runs)
            headline = say("goals.met", met=good, goals=len(goals))
        else:
            words = say("goals.the_goal_close", runs=found.runs)
            headline = say("goals.goal_close", name=close[0], runs=found.runs)
        says.append(Sentence(words, close, "close", headline))
    if silent:
        closed = any(found.queues[name].figures["closed"].mean for name in silent)
        many = len(silent)
        words = say("goals.not_judged_closed", n=many) if closed else say("goals.not_judged", n=many)
        says.append(Sentence(words, silent, "close", say("goals.full", words=words)))
    if met and not missed:
        says.append(Sentence(_all_met(met, bool(silent or close)), (), "good"))
    return says


def _all_met(goals: int, others_open: bool) -> str:
    if others_open:
        return say("goals.other_met", n=goals)
    return say("goals.both_met") if goals == 2 else say("goals.all_met", n=goals)


def listed(names: Sequence[str]) -> str:
    """Some names; of many only the first."""
    if len(names) <= 6:
        return ", ".join(names)
    return say("lists.more", first=", ".join(names[:5]), left=len(names) - 5)


class Cells(NamedTuple):
    """The cells of a goal's row."""

    verdict: Word
    level: Said
    promise: str
    abandoned: Said
    abandoned_about: Said  # with its interval
    limit: str
    days: str
    span: str


def cells(queue: Queue, counted: str) -> Cells:
    """A queue's goal and what came of it."""
    goal = queue.goal
    assert goal is not None
    answer, limit, level, abandoned = goal.answer, goal.abandon_at_most, *_asked(queue.figures, counted)
    late, gave_up = failed(goal, level, abandoned)
    return Cells(
        verdict_on(goal),
        marked(figures.percent_about(level, answer), late),
        promise(goal),
        marked(figures.percent(abandoned, limit), gave_up),
        marked(figures.percent_about(abandoned, limit), gave_up),
        figures.NOTHING if limit is None else figures.promise(limit),
        figures.percent_of_days(goal.probability),
        figures.percent_range(goal.probability),
    )


def _asked(row: Figures, counted: str) -> tuple[Figure, Figure]:
    """Returns the figures that goals bound: the service level, and the share of callers who give up."""
    return row.level(counted), row["abandoned_share"]


def goal_columns(found: RunResult, names: Iterable[str]) -> list[Shown]:
    """A verdict on the goal of each of these queues."""
    names = list(names)
    rows = [cells(found.queues[name], found.counted) for name in names]
    return [
        Shown("", [row.verdict for row in rows], names=True),
        Shown("queue", names, names=True),
        Shown("service level", [row.level for row in rows], usual="!74.6 % ± 15.3"),
        Shown("goal", [row.promise for row in rows]),
        Shown("abandoned", [row.abandoned for row in rows], 1, fuller=[row.abandoned_about for row in rows]),
        Shown("at most", [row.limit for row in rows], 3),
        Shown("days", [row.days for row in rows], 2, usual="100 %", page="days met"),
        Shown("95 % interval", [row.span for row in rows], 4),
    ]


def goals_table(found: RunResult, names: Sequence[str], page: Page) -> RenderableType | None:
    """A verdict on the goal of each of these queues, on a terminal."""
    if not names:
        return None
    left = len(found.goals) - len(names)
    table = page.fitted("goals", columns(goal_columns(found, names)))
    return Group(table, *([below(say("pages.other_goals", n=left))] if left else []))


def promise(goal: Promise) -> str:
    """Returns the promise of a goal in short, such as "80 % in 20 s"."""
    if goal.answer is not None and goal.within_s is not None:
        within = show_duration(goal.within_s)
        return say("goals.answer", share=figures.promise(goal.answer), within=within)
    assert goal.abandon_at_most is not None
    return say("goals.abandon", share=figures.promise(goal.abandon_at_most))


def failed(goal: Promise, level: Figure, abandoned: Figure) -> tuple[bool, bool]:
    """Which half of a promise is broken: the answering in time, the share that gives up."""
    answer, limit = goal.answer, goal.abandon_at_most
    called = abandoned.mean is not None
    return (
        called and answer is not None and (level.mean or 0.0) < answer,
        limit is not None and (abandoned.mean or 0.0) > limit,
    )


def days_table(found: RunResult, page: Page) -> RenderableType | None:
    """The days on which goals are missed most often, then by the most."""
    goals = found.goals
    if found.days < 2 or all(goal.by_day is None for goal in goals.values()):
        return None
    weak = [
        (mean, -_gap(goal, day), name, day)
        for name, goal in goals.items()
        for day in goal.by_day or ()
        if (mean := day.probability.mean) is not None and mean < 1
    ]
    if not weak:
        return title("Days", say("goals.every_day"))
    weak.sort(key=lambda row: row[:2])
    shown = weak[:WEAKEST]
    rows = [(goals[name], day) for _, _, name, day in shown]
    broken = [failed(goal, day.service_level, day.abandoned_share) for goal, day in rows]

    def levels(told: Callable[[Figure, float | None], str]) -> list[Said]:
        return [
            marked(told(day.service_level, goal.answer), late)
            for (goal, day), (late, _) in zip(rows, broken, strict=True)
        ]

    def shares(told: Callable[[Figure, float | None], str]) -> list[Said]:
        return [
            marked(told(day.abandoned_share, goal.abandon_at_most), gave_up)
            for (goal, day), (_, gave_up) in zip(rows, broken, strict=True)
        ]

    met_in = [say("goals.met_in", share=figures.percent_of_days(day.probability)) for _, day in rows]
    table = [
        Shown("day", [_date(day.start) for _, day in rows], names=True),
        Shown("queue", [name for *_, name, _ in shown], names=True),
        Shown("service level", levels(figures.percent), fuller=levels(figures.percent_about)),
        Shown("abandoned", shares(figures.percent), 1, fuller=shares(figures.percent_about)),
        Shown("met in", met_in, 2, usual="99 % of runs"),
    ]
    left = len(weak) - len(shown)
    notes = [Text(say("goals.more_days", n=left), "dim")] if left else []
    return Group(title("Days", say("goals.weakest")), page.fitted("days", columns(table)), *notes)


def _date(start: str) -> str:
    return f"{datetime.date.fromisoformat(start):%a %Y-%m-%d}"


def _gap(goal: Goal, day: GoalDay) -> float:
    """By how much the worse half of a promise is missed."""
    level, abandoned = day.service_level.mean, day.abandoned_share.mean
    return max(
        -1.0 if goal.answer is None else goal.answer - (level or 0.0),
        -1.0 if goal.abandon_at_most is None else (abandoned or 0.0) - goal.abandon_at_most,
    )
