"""The answer of `callsim stress`, as its report, its page and its JSON have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from callsim.results.measures import Figure
from callsim.results.run import Goal, GroupGoal
from callsim.results.schema import Mapped, mapped
from callsim.shown import Shown


@dataclass(frozen=True, kw_only=True)
class GoalAsItIs(Goal):
    """A goal of the scenario as it is, and the service level that it is judged by."""

    service_level: Figure  # by the formula that goals use


@dataclass(frozen=True, kw_only=True)
class GroupGoalAsItIs(GroupGoal):
    """How busy a group may be, and how busy it is."""

    occupancy: Figure  # time busy ÷ time on duty


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The change of one thing at which a goal fails, or, where it is missed as it is, at which it holds."""

    what: str  # volume, handling time, absence
    goal: str  # the queue that has it, or `group` and the group
    times: float | None  # at which it fails, as times what it is …
    share: float | None  # … or as a share of the agents
    holds_at: float | None  # the last amount at which it still holds; None: none that was tried
    room: float | None  # share of what it is; None: it does not fail
    looked_up_to: float  # the last amount that was tried

    @property
    def is_missed(self) -> bool:
        """Whether the goal is missed as it is."""
        return self.room is not None and self.room <= 0


@dataclass(frozen=True, kw_only=True)
class PlanLimit:
    """The attrition, or the delay of an opening, at which a phase of a build-out misses a goal."""

    what: str  # attrition, opening delay
    goal: str  # as `phase: queue`
    times: float | None  # rate of leaving at which it fails, as times that of the plan
    share: float | None  # null: nothing of a build-out is a share
    days: int | None  # that seats are late when it fails
    holds_at: float | None  # the last amount at which it still holds; null: none that was tried
    room: float | None  # share of what it is, of delays of a year; null: it does not fail
    looked_up_to: float  # the last amount that was tried

    @property
    def is_missed(self) -> bool:
        """Whether the goal is missed as it is planned."""
        return self.room is not None and self.room <= 0

    @property
    def phase(self) -> str:
        """The phase whose goal it is."""
        return self.goal.partition(": ")[0]

    @property
    def queue(self) -> str:
        """The queue whose goal it is."""
        return self.goal.partition(": ")[2]


@dataclass(frozen=True, kw_only=True)
class Weakest:
    """The goal that fails first as one thing gets worse."""

    what: str  # that gets worse
    goal: str  # the queue that has it
    room: float  # share of what it is


@dataclass(frozen=True, kw_only=True)
class Cure:
    """The goal that takes most as one thing gets better, and the amount at which it still holds."""

    what: str  # that gets better
    goal: str  # the queue that has it
    holds_at: float | None  # None: none that was tried


@dataclass(frozen=True, kw_only=True)
class Level:
    """The service level of all calls, and how many goals are met."""

    service_level: Figure  # of all calls
    goals_met: int  # of the goals that could be judged
    goals: int  # that could be judged


@dataclass(frozen=True, kw_only=True)
class LevelAt:
    """The service level at an amount of one thing."""

    amount: float  # times what it is, or a share
    service_level: Figure  # of all calls
    goals_met: int  # of the goals that could be judged
    goals: int  # that could be judged


@dataclass(frozen=True, kw_only=True)
class Swing:
    """What becomes of the day if one thing changes by a tenth."""

    what: str  # that changes
    as_it_is: Level
    low: LevelAt  # a tenth less
    high: LevelAt  # a tenth more


@dataclass(frozen=True, kw_only=True)
class SiteLost:
    """A day on which a site cannot be used for four hours; figures are of that day."""

    site: str  # its name
    date: str  # ISO
    weekday: str
    from_: str  # HH:MM
    to: str  # HH:MM
    missed: list[str]  # queues whose goals are missed
    missed_before: list[str]  # and without the loss
    goals: int  # of all queues
    dropped: Figure  # calls cut off
    service_level: Figure  # of all calls
    abandoned_share: Figure  # of all calls
    recovery_s: dict[str, float | None]  # by queue with a goal, mean over runs
    recovered: dict[str, float | None]  # share of runs
    queues: dict[str, Figure]  # service level


@dataclass(frozen=True, repr=False, kw_only=True)
class StressResult(Shown):
    """The result of `callsim stress`."""

    kind: Literal["stress"] = "stress"  # which result this is
    scenario: str  # its name
    seed: int  # names the luck
    runs: int  # of each look
    engine: str  # kernel or reference
    version: str  # of callsim
    counted: str  # which service-level formula goals use
    goals: dict[str, GoalAsItIs]  # by queue
    group_goals: dict[str, GroupGoalAsItIs] | None = None  # by `group` and its name, where any are
    ranking: list[Weakest]  # what breaks first
    mending: list[Cure]  # what would mend goals that are missed
    limits: list[Limit | PlanLimit]  # of each goal and each thing that gets worse
    sites: list[SiteLost]  # each lost in turn
    tornado: list[Swing]  # each thing a tenth less and a tenth more

    def for_reports(self) -> StressResult:
        """Returns it as reports take it."""
        return self

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"scenario": self.scenario, "missed": self.missed, "runs": self.runs}

    @property
    def missed(self) -> list[str]:
        """Returns the goals that are missed as it is, by the names of their queues and groups."""
        return [name for name, goal in self.every_goal.items() if goal.met is False]

    @property
    def every_goal(self) -> dict[str, GoalAsItIs | GroupGoalAsItIs]:
        """Returns the goals of queues, then those of groups, by name."""
        return {**self.goals, **(self.group_goals or {})}

    def to_dict(self) -> Mapped:
        """Returns the JSON of the stress as plain data."""
        return mapped(self)


def ranking(limits: Sequence[Limit | PlanLimit], sites: Sequence[SiteLost]) -> list[Weakest]:
    """What breaks first: for each thing the goal with the least room, the least of all first.

    A goal that is missed as it is cannot break any more: see `mending`.
    """
    first: dict[str, Weakest] = {}
    for limit in limits:
        room, known = limit.room, first.get(limit.what)
        if room is not None and room > 0 and (known is None or room < known.room):
            first[limit.what] = Weakest(what=limit.what, goal=limit.goal, room=room)
    rows = sorted(first.values(), key=lambda row: row.room)
    broken: dict[str, str] = {}  # by site; where days differ it has several rows
    for site in sites:
        for goal in site.missed:
            if goal not in site.missed_before:
                broken.setdefault(site.site, goal)
    return rows + [Weakest(what=f"loss of {site}", goal=goal, room=0.0) for site, goal in broken.items()]


def mending(limits: Sequence[Limit | PlanLimit]) -> list[Cure]:
    """For each thing that could get better, how far it must for every goal that is missed as it is.

    The goal that takes most comes with the amount at which it still holds.
    """
    worst: dict[str, Cure] = {}
    for limit in limits:
        if not limit.is_missed:
            continue
        holds, known = limit.holds_at, worst.get(limit.what)
        if known is None or (known.holds_at is not None and (holds is None or holds < known.holds_at)):
            worst[limit.what] = Cure(what=limit.what, goal=limit.goal, holds_at=holds)
    return list(worst.values())
