"""Goals in reports: the verdict, what was promised and what came of it, and the weakest days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich import console
from rich.console import RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import Said, Shown, columns, marked
from callsim.report.kit.tables import Page, below, title
from callsim.report.kit.verdicts import LOUD, Tone, Word, verdict_on
from callsim.results.goals.missed_days import listed_days, missed_days
from callsim.results.measures import Figure
from callsim.results.run import Goal, Group, GroupGoal, Promise, Queue, RunResult
from callsim.results.schema import Figures
from callsim.sentences import label, say
from callsim.units import show_duration

ABANDONED, ASA, OCCUPANCY = "abandoned_share", "asa_s", "occupancy"  # figures that goals bound


def met_of(met: int, of: int, silent: int) -> str:
    """Returns the goals met, of those that could be judged; goals that nobody called are named beside."""
    if not silent:
        return f"{met}{label(' of ')}{of}" if of else figures.NOTHING
    return say("goals.met_of", met=met, of=of, silent=silent) if of else say("goals.nobody_called")


def verdict(found: RunResult) -> RenderableType:
    """The first lines: whether everything is as promised."""
    said = []
    for sentence in sentences(found):
        words = sentence.aloud or sentence.words
        said.append(Text(f"{words}{label(': ')}{listed(sentence.names)}" if sentence.names else words))
        said[-1].stylize(LOUD[sentence.tone])
    return console.Group(Text(found.scenario, "bold"), *said)


class Sentence(NamedTuple):
    """A sentence of the verdict, its queues, and its tone: good, bad, close (not known) or none."""

    words: str
    names: Sequence[str]
    tone: Tone
    headline: str = ""  # of a page, where it is another
    aloud: str = ""  # on a terminal, where it is another
    complete: bool = False  # whether the headline has the names, too


def sentences(found: RunResult) -> list[Sentence]:
    """The verdict on all goals: those missed, those that other luck could turn, those that are met."""
    goals = dict(found.judged)
    close = [name for name, goal in goals.items() if goal.decided is False]
    missed = [name for name, goal in goals.items() if goal.met is False and name not in close]
    silent = [name for name, goal in goals.items() if goal.met is None]
    met = len(goals) - len(missed) - len(close) - len(silent)
    by_days = missed_days(found.judged)
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
    queues = [name for name in silent if name in found.goals]
    if queues:
        closed = any(found.queues[name].figures["closed"].mean for name in queues)
        many = len(queues)
        words = say("goals.not_judged_closed", n=many) if closed else say("goals.not_judged", n=many)
        says.append(Sentence(words, queues, "close", say("goals.full", words=words)))
    if empty := [name for name in silent if name not in found.goals]:
        words = say("goals.not_judged_empty", n=len(empty))
        says.append(Sentence(words, empty, "close", say("goals.full", words=words)))
    if by_days:
        words = say("goals.others_together", n=met) if says else say("goals.together", n=met)
        days = listed_days(by_days)
        says.append(
            Sentence(words, (days,), "close", f"{words}{label(': ')}{days}{label('.')}", complete=True)
        )
    elif met and not missed:
        says.append(Sentence(_all_met(met, bool(silent or close)), (), "good"))
    return says


def _all_met(goals: int, others_open: bool) -> str:
    if others_open:
        return say("goals.other_met", n=goals)
    return say("goals.both_met") if goals == 2 else say("goals.all_met", n=goals)


def listed(names: Sequence[str]) -> str:
    """Some names; of many only the first."""
    if len(names) <= 6:
        return label(", ").join(names)
    return say("lists.more", first=label(", ").join(names[:5]), left=len(names) - 5)


class Cells(NamedTuple):
    """The cells of a goal's row."""

    verdict: Word
    level: Said
    promise: str
    abandoned: Said
    abandoned_about: Said  # with its interval
    limit: str
    asa: Said
    asa_about: Said  # with its interval
    longest: str
    days: str
    span: str


def cells(queue: Queue, counted: str) -> Cells:
    """A queue's goal and what came of it."""
    goal = queue.goal
    assert goal is not None
    answer, limit, longest = goal.answer, goal.abandon_at_most, goal.asa_at_most_s
    level, abandoned, asa = _asked(queue.figures, counted)
    late, gave_up, waited = failed(goal, level, abandoned, asa)
    return Cells(
        verdict_on(goal),
        marked(figures.percent_about(level, answer), late),
        promise(goal),
        marked(figures.percent(abandoned, limit), gave_up),
        marked(figures.percent_about(abandoned, limit), gave_up),
        figures.NOTHING if limit is None else figures.promise(limit),
        marked(figures.seconds(asa, longest), waited),
        marked(figures.seconds_about(asa, longest), waited),
        figures.NOTHING if longest is None else show_duration(longest),
        figures.percent_of_days(goal.probability),
        figures.percent_range(goal.probability),
    )


def _asked(row: Figures, counted: str) -> tuple[Figure, Figure, Figure]:
    """Returns the figures that goals bound: the service level, the share that gives up, the mean wait."""
    return row.level(counted), row[ABANDONED], row[ASA]


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
        *wait_columns([found.goals[name] for name in names], rows),
        Shown("days", [row.days for row in rows], 2, usual="100 %", page="days met"),
        Shown("95 % interval", [row.span for row in rows], 4),
    ]


def wait_columns(goals: Sequence[Goal], rows: Sequence[Cells]) -> list[Shown]:
    """The mean wait and how long it may be, where any of some goals promises that."""
    if all(goal.asa_at_most_s is None for goal in goals):
        return []
    return [
        Shown("ASA", [row.asa for row in rows], 0, fuller=[row.asa_about for row in rows], page="mean wait"),
        Shown(say("goals.asa_at_most"), [row.longest for row in rows], 1, page="at most"),
    ]


def group_columns(found: Sequence[tuple[Group, GroupGoal]], names: Sequence[str]) -> list[Shown]:
    """A verdict on the goal of each of some groups."""
    busy = [(group.figures[OCCUPANCY], goal.occupancy_at_most, goal.met is False) for group, goal in found]
    goals = [goal for _, goal in found]
    return [
        Shown("", [verdict_on(goal) for goal in goals], names=True),
        Shown("group", names, names=True),
        Shown(
            "occupancy", [marked(figures.percent_about(share, most), missed) for share, most, missed in busy]
        ),
        Shown("at most", [figures.promise(goal.occupancy_at_most) for goal in goals]),
        Shown("days", [figures.percent_of_days(goal.probability) for goal in goals], 2, page="days met"),
        Shown("95 % interval", [figures.percent_range(goal.probability) for goal in goals], 4),
    ]


def shown_groups(found: RunResult) -> list[Shown]:
    """A verdict on the goal of each group that has one, those that are missed first."""
    goals = sorted(found.group_goals.items(), key=lambda one: (one[1].met is not False, one[1].met is True))
    return group_columns([(found.groups[name], goal) for name, goal in goals], [name for name, _ in goals])


def groups_table(found: RunResult, page: Page) -> RenderableType | None:
    """A verdict on the goal of each group that has one, on a terminal."""
    if not found.group_goals:
        return None
    table = page.fitted(say("goals.groups"), columns(shown_groups(found)))
    return console.Group(title("Goals", say("goals.of_groups")), table)


def goals_table(found: RunResult, names: Sequence[str], page: Page) -> RenderableType | None:
    """A verdict on the goal of each of these queues, on a terminal."""
    if not names:
        return None
    left = len(found.goals) - len(names)
    table = page.fitted("goals", columns(goal_columns(found, names)))
    return console.Group(table, *([below(say("pages.other_goals", n=left))] if left else []))


def promise(goal: Promise) -> str:
    """Returns the promise of a goal in short, such as "80 % in 20 s"."""
    if goal.answer is not None and goal.within_s is not None:
        within = show_duration(goal.within_s)
        return say("goals.answer", share=figures.promise(goal.answer), within=within)
    if goal.abandon_at_most is not None:
        return say("goals.abandon", share=figures.promise(goal.abandon_at_most))
    assert goal.asa_at_most_s is not None
    return say("goals.asa", wait=show_duration(goal.asa_at_most_s))


class Failed(NamedTuple):
    """Which parts of a promise are broken."""

    late: bool  # the answering in time
    gave_up: bool  # the share that gives up
    waited: bool  # the mean wait


def failed(goal: Promise, level: Figure, abandoned: Figure, asa: Figure | None) -> Failed:
    """Which parts of a promise are broken. `asa`: may be left out where no mean wait is promised."""
    answer, limit, longest = goal.answer, goal.abandon_at_most, goal.asa_at_most_s
    called = abandoned.mean is not None
    wait = None if asa is None else asa.mean
    return Failed(
        called and answer is not None and (level.mean or 0.0) < answer,
        limit is not None and (abandoned.mean or 0.0) > limit,
        called and longest is not None and (wait is None or wait > longest),
    )
