"""What is worst comes first: queues and intervals by the calls that they are short of their goals."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import NamedTuple

from callsim.report.kit import figures
from callsim.report.kit.goals import ABANDONED, ASA
from callsim.results.measures import Figure
from callsim.results.run import Interval, Promise, Queue, RunResult
from callsim.results.schema import Figures
from callsim.sentences import say


def badness(counted: str) -> Callable[[tuple[str, Queue]], tuple[bool, float, float]]:
    """Missed goals first, by the calls they are short of; then by calls that waited too long."""

    def key(queue: tuple[str, Queue]) -> tuple[bool, float, float]:
        row, goal = queue[1].figures, queue[1].goal
        if goal is None or goal.met is not False:
            return True, 0.0, -_late(row, counted)
        return False, -_short(row, goal, counted)[0], -_late(row, counted)

    return key


def _short(row: Figures, goal: Promise, counted: str) -> tuple[float, str]:
    """Returns the calls beyond what the goal allows, and what became of them."""
    level, abandoned = row.level(counted).mean, row[ABANDONED].mean
    gaps, asa, longest = [(0.0, "")], row[ASA].mean, goal.asa_at_most_s
    if goal.answer is not None and level is not None:
        gaps.append((goal.answer - level, LATE))
    if goal.abandon_at_most is not None and abandoned is not None:
        gaps.append((abandoned - goal.abandon_at_most, GAVE_UP))
    if longest is not None and asa is not None and asa > longest:
        # The share of the waiting that is too much, so that it ranks beside calls.
        gaps.append((1 - longest / asa, WAITED))
    gap, befell = max(gaps)
    return gap * _offered(row), befell


def _late(row: Figures, counted: str) -> float:
    """Calls not answered in time."""
    level = row.level(counted).mean
    return 0.0 if level is None else (1 - level) * _offered(row)


def _offered(row: Figures) -> float:
    return row["offered"].mean or 0.0


WAITED = "waited"
LATE, GAVE_UP = "late", "gave up"  # what became of other calls


class Short(NamedTuple):
    """An interval of a queue that is not as promised."""

    calls: float  # short of the goal, or as bad as so many where calls wait too long on the mean
    befell: str  # what became of them
    row: Interval
    queue: str
    answer: float | None  # share of calls to be answered in time
    longest: float | None = None  # seconds that calls may wait on the mean

    @property
    def beyond(self) -> str:
        """By how much the goal is missed, in words."""
        asa = self.row.figures[ASA].mean
        if self.befell == WAITED and asa is not None and self.longest is not None:
            return say("goals.beyond", wait=figures.seconds(Figure(asa - self.longest)))
        calls = figures.count(Figure(self.calls))
        if self.befell == LATE:
            return say("goals.calls_late", calls=calls)
        return say("goals.calls_gave_up", calls=calls) if self.befell == GAVE_UP else f"{calls} {self.befell}"


def worst_intervals(found: RunResult) -> list[Short]:
    """The intervals that are not as promised, by the calls that they are short, the worst first.

    Where no queue has a goal: by calls that were late.
    """
    counted, goals = found.counted, found.goals
    ranked = []
    for row in found.intervals or ():
        assert row.queue is not None
        goal = goals.get(row.queue)
        if not goals:
            calls, befell = _late(row.figures, counted), LATE
        elif goal:
            calls, befell = _short(row.figures, goal, counted)
        else:
            continue
        if calls > 0:
            promised = (goal.answer, goal.asa_at_most_s) if goal else ()
            ranked.append(Short(calls, befell, row, row.queue, *(promised or (None,))))
    return sorted(ranked, key=lambda short: -short.calls)


def moment(start: str, days: int) -> str:
    """When an interval starts, as short as the length of the run allows."""
    when = datetime.datetime.fromisoformat(start)
    if days == 1:
        return f"{when:%H:%M}"
    return say("pages.moment_of_year", when=when) if days > 360 else say("pages.moment", when=when)
