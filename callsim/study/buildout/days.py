"""The figures of a planned day, as they are kept, told and judged: by queue, group and site of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from callsim.results.estimates import CALLS, OF_ONE_QUEUE, SHORT_ABANDONED
from callsim.results.judgement import GoalsMet, goals_met
from callsim.results.measures import WORK, Figure
from callsim.results.run import Goal, GroupGoal
from callsim.results.schema import Figures, Keys
from callsim.results.warned import Warned
from callsim.sentences import say


@dataclass(frozen=True, kw_only=True)
class CallsOfDay:
    """Figures of calls."""

    figures: Annotated[Figures, Keys(tuple(CALLS), SHORT_ABANDONED)]

    def level(self, counted: str) -> Figure:
        """The service level by a formula."""
        return self.figures[f"service_level.{counted}"]


@dataclass(frozen=True, kw_only=True)
class QueueOfDay:
    """A queue of the file, all its copies together."""

    original: str | None = None  # of a copy, the name in the file
    figures: Annotated[Figures, Keys(tuple(CALLS), (*OF_ONE_QUEUE, *SHORT_ABANDONED))]
    copies: int | None = None  # of queues that are told together
    goal: Goal | None = None  # where it has one

    @property
    def misses(self) -> bool:
        """Whether it has a goal that is missed; one that nobody called is not."""
        return self.goal is not None and self.goal.met is False

    def level(self, counted: str) -> Figure:
        """The service level by a formula."""
        return self.figures[f"service_level.{counted}"]


@dataclass(frozen=True, kw_only=True)
class GroupOfDay:
    """A group of the file, all its copies together."""

    site: str | None  # where it sits
    figures: Annotated[Figures, Keys(tuple(WORK))]
    goal: GroupGoal | None = None  # where it has one


@dataclass(frozen=True, kw_only=True)
class SiteOfDay:
    """Seats of a site, and the work that is done there."""

    seats_used_peak: Figure  # most seats used at once
    waited_for_seat_h: Figure  # hours for which agents waited for one
    busy_h: list[float]  # hours of talk and wrap, by cell of the report


@dataclass(frozen=True)
class Recovery:
    """The time from an incident's end until a goal was kept again."""

    recovery_s: Figure  # mean over the runs in which it was
    recovered: Figure  # their share


@dataclass(frozen=True, kw_only=True)
class DayFigures:
    """A kind of day of the plan, or a day of a stress."""

    runs: int  # replications
    counted: str  # which service-level formula goals use
    total: CallsOfDay  # all queues together
    queues: dict[str, QueueOfDay]  # by name in the file
    groups: dict[str, GroupOfDay]  # by name in the file
    sites: dict[str, SiteOfDay]  # by name
    recovery: dict[str, Recovery] | None = None  # by queue with a goal, where something happened
    warnings: list[str]  # what to look at
    talk_h: dict[str, float]  # hours that callers of each queue talk

    @property
    def level(self) -> Figure:
        """The service level of all calls, by the formula that goals use."""
        return self.total.level(self.counted)

    @property
    def goals(self) -> dict[str, Goal]:
        """The goal of each queue that has one."""
        return {name: queue.goal for name, queue in self.queues.items() if queue.goal is not None}

    @property
    def group_goals(self) -> dict[str, GroupGoal]:
        """The goal of each group that has one, by what the goal is called."""
        each = ((say("goals.of_group", name=name), group.goal) for name, group in self.groups.items())
        return {name: goal for name, goal in each if goal is not None}

    @property
    def every_goal(self) -> dict[str, Goal | GroupGoal]:
        """The goals of queues by their names, then those of groups."""
        return {**self.goals, **self.group_goals}

    @property
    def goals_met(self) -> GoalsMet:
        """Returns the number of goals that are met."""
        return goals_met(goal.met for goal in self.every_goal.values())

    @property
    def met(self) -> dict[str, bool]:
        """Which goals are met; a goal that nobody called is not missed."""
        return {name: goal.met is not False for name, goal in self.every_goal.items()}

    @property
    def missed(self) -> list[str]:
        """The goals that are missed, by the names of their queues and groups."""
        return sorted(name for name, goal in self.every_goal.items() if goal.met is False)

    def level_of(self, queue: str) -> Figure:
        """The service level of a queue, by the formula that goals use."""
        return self.queues[queue].level(self.counted)


@dataclass(frozen=True, kw_only=True)
class KeptDay:
    """A day as it is kept: its figures, and what it warned of, in pieces."""

    figures: DayFigures
    warned: list[Warned]


Days = Mapping[str, DayFigures]  # by kind of day, the usual first
