"""The answer of `callsim staff`, as its report, its page and its JSON have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from callsim.results.clients import CLIENTS
from callsim.results.estimates import OF_CALLS, SHORT_ABANDONED
from callsim.results.result import Result
from callsim.results.run import Goal
from callsim.results.schema import Figures, Keys, Mapped, mapped
from callsim.study.staff.fresh.holdout import Expected, Kept
from callsim.study.staff.fresh.verdicts import Verdict
from callsim.study.staff.occupancy import Occupancy
from callsim.study.staff.staircase import Step

T = TypeVar("T")

ByDay = Sequence[T] | Mapping[str, Sequence[T]]
"""A value for each interval of every day, or such a list for each day under its name."""


@dataclass(frozen=True, kw_only=True)
class GroupStaffed:
    """Agents of a group, of each copy."""

    copies: int  # of the group
    staff: ByDay[int]  # scheduled, by interval
    required: ByDay[float]  # before they were whole, by interval
    standard_error: ByDay[float]  # of what is required
    agent_hours: float  # a day
    occupancy: Occupancy | None = None  # where there is a wish or a goal


@dataclass(frozen=True, kw_only=True)
class QueueKept:
    """How a queue fares on fresh days."""

    expected: Expected  # freed of the luck of how many called
    intervals_below: int  # that surely lose over a tenth more of their calls than a promise allows
    intervals_missed: int  # that lie below a promise by more than a standard error
    intervals_judged: int  # with calls, of days that are alike counted once


@dataclass(frozen=True, kw_only=True)
class QueueChecked:
    """A queue on fresh days: as a run tells it, and freed of luck."""

    original: str | None = None  # of a copy, the name in the file
    figures: Annotated[Figures, Keys(OF_CALLS, (*SHORT_ABANDONED, *CLIENTS))]
    goal: Goal
    expected: Expected  # freed of the luck of how many called
    intervals_below: int  # that surely lose over a tenth more of their calls than a promise allows
    intervals_missed: int  # that lie below a promise by more than a standard error
    intervals_judged: int  # with calls, of days that are alike counted once


@dataclass(frozen=True, kw_only=True)
class SearchDone:
    """What was simulated to find the answer."""

    calls: int  # that were simulated
    runs: Mapping[str, int] | None = None  # days of the last round, by queues; of days that differ the most
    repairs: int | None = None  # after checks that missed a goal


@dataclass(frozen=True, kw_only=True)
class CheckDone:
    """The days on which the answer was checked."""

    seed: int  # of the days
    runs: int  # replications
    warnings: Sequence[str]  # what to look at


@dataclass(frozen=True, kw_only=True)
class ForCertainty:
    """Agents who are there so that the days of the check call every goal met."""

    agent_hours: float  # a day, of all copies; of a roster those that are paid
    people: int | None = None  # to be employed, of all copies; only of a roster
    days_instead: int | None  # about, that would show it without them; null: no number of days would
    nothing_to_spare: Sequence[str]  # queues whose goals no number of days would show without them


@dataclass(frozen=True, kw_only=True)
class Lower:
    """The first half of the days of the check with fewer agents."""

    less: float  # share of the agents that is taken away; of every interval one agent at least
    missed: Sequence[str]  # queues whose goals are surely missed then
    intervals_missed: int  # of all queues
    queues: Mapping[str, QueueKept]  # by name


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked."""

    kind: str
    scenario: str  # its name
    seed: int  # of the search
    certainty: float | None  # share of days that shall meet the goals; null: on the mean
    version: str  # of callsim
    counted: str  # which service-level formula goals use
    start: str  # date of day 1
    interval_s: float  # length of an interval
    days: int  # of the calendar

    def to_dict(self) -> Mapped:
        """The JSON of the results."""
        return mapped(self)


@dataclass(frozen=True, kw_only=True)
class StaffAnswer(Asked):
    """The fewest agents of each group and interval that keep every goal."""

    kind: Literal["staff"] = "staff"  # which result this is
    groups: Mapping[str, GroupStaffed]  # by name
    queues: Mapping[str, QueueChecked]  # by name
    staircase: Sequence[Step]  # why fewer are not enough, step by step
    verdicts: Sequence[Verdict]  # what stands in the way
    search: SearchDone  # how it was found
    check: CheckDone  # how it was checked
    certain: ForCertainty | None = None  # where agents were added for what the check says
    lower: Lower  # how much lower it could be


def queues_checked(check: Result, kept: Mapping[str, Kept]) -> dict[str, QueueChecked]:
    """Each queue on fresh days. `kept`: how goals were kept on them."""
    start = check.model.scenario.calendar.start
    found = {}
    for row in check.model.shown_queues:
        name = check.model.queues[row].name
        told, one = check.queues[name], kept[name]
        found[name] = QueueChecked(
            original=told.original,
            figures=told.figures,
            goal=check.goals[name].told(),
            expected=one.expected(start),
            intervals_below=one.below,
            intervals_missed=one.missed,
            intervals_judged=one.intervals,
        )
    return found


def queues_kept(check: Result, kept: Mapping[str, Kept]) -> dict[str, QueueKept]:
    """How each queue fared on fresh days, without the figures of the run, by its name."""
    start = check.model.scenario.calendar.start
    return {
        name: QueueKept(
            expected=one.expected(start),
            intervals_below=one.below,
            intervals_missed=one.missed,
            intervals_judged=one.intervals,
        )
        for name, one in kept.items()
    }


def check_done(check: Result) -> CheckDone:
    """The days of a check, and what it warned of."""
    return CheckDone(seed=check.seed, runs=check.runs, warnings=check.warnings)
