"""The figures of a planned day, as they are kept, told and judged: by queue, group and site of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from callsim.results.goals import GoalsMet, goals_met
from callsim.results.measures import Figure
from callsim.results.plain import FLAT, IF_ANY

Figures = dict[str, Figure]  # by key, as in the JSON of a run


@dataclass(frozen=True, kw_only=True)
class GoalOfDay:
    """What a queue promises, and whether the day kept it."""

    answer: float | None
    within_s: float | None
    abandon_at_most: float | None
    counted: str
    met: bool | None  # None: nobody could call
    decided: bool | None
    verdict: str
    probability: Figure


@dataclass(frozen=True, kw_only=True)
class CallsOfDay:
    """Figures of calls."""

    counts: Figures = field(metadata=FLAT)
    service_level: Figures  # by formula
    ratios: Figures = field(metadata=FLAT)  # and times


@dataclass(frozen=True, kw_only=True)
class QueueOfDay:
    """A queue of the file, all its copies together."""

    original: str | None = field(metadata=IF_ANY)
    counts: Figures = field(metadata=FLAT)
    service_level: Figures
    ratios: Figures = field(metadata=FLAT)
    waits: Figures | None = field(metadata=IF_ANY)
    copies: int | None = field(metadata=IF_ANY)
    goal: GoalOfDay | None = field(metadata=IF_ANY)

    @property
    def misses(self) -> bool:
        """Whether it has a goal that is missed; one that nobody called is not."""
        return self.goal is not None and self.goal.met is False


@dataclass(frozen=True, kw_only=True)
class GroupOfDay:
    """A group of the file, all its copies together."""

    site: str | None
    work: Figures = field(metadata=FLAT)


@dataclass(frozen=True, kw_only=True)
class SiteOfDay:
    """Seats of a site, and the work that is done there."""

    seats_used_peak: Figure
    waited_for_seat_h: Figure
    busy_h: list[float]  # hours of talk and wrap, by cell of the report


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """How soon after an incident a goal was kept again."""

    recovery_s: Figure
    recovered: Figure  # the share of runs in which it was


@dataclass(frozen=True, kw_only=True)
class DayFigures:
    """A kind of day of the plan, or a day of a stress."""

    runs: int
    counted: str  # the formula of the service level that goals use
    total: CallsOfDay
    queues: dict[str, QueueOfDay]
    groups: dict[str, GroupOfDay]
    sites: dict[str, SiteOfDay]
    recovery: dict[str, Recovery] | None = field(metadata=IF_ANY)  # by queue, where something happened
    warnings: list[str]
    talk_h: dict[str, float]  # hours that callers of each queue talk

    @property
    def level(self) -> Figure:
        """The service level of all calls, by the formula that goals use."""
        return self.total.service_level[self.counted]

    @property
    def abandoned_share(self) -> Figure:
        """The share of all calls that hung up."""
        return self.total.ratios["abandoned_share"]

    @property
    def goals(self) -> dict[str, GoalOfDay]:
        """The goal of each queue that has one."""
        return {name: queue.goal for name, queue in self.queues.items() if queue.goal is not None}

    @property
    def goals_met(self) -> GoalsMet:
        """How many goals are met."""
        return goals_met(goal.met for goal in self.goals.values())

    @property
    def met(self) -> dict[str, bool]:
        """Which goals are met; a goal that nobody called is not missed."""
        return {name: goal.met is not False for name, goal in self.goals.items()}

    @property
    def missed(self) -> list[str]:
        """The queues whose goals are missed, by name."""
        return sorted(name for name, queue in self.queues.items() if queue.misses)

    def level_of(self, queue: str) -> Figure:
        """The service level of a queue, by the formula that goals use."""
        return self.queues[queue].service_level[self.counted]


Days = Mapping[str, DayFigures]  # by kind of day, the usual first
