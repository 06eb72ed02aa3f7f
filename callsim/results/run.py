"""The result of `callsim run` as users get it: every word of its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from callsim.results import backlog, in_hand, waiting
from callsim.results.clients import CLIENTS, OF_MENUS
from callsim.results.estimates import (
    AMOUNTS,
    OF_CALLS,
    OF_FAMILIES,
    OF_GROUPS,
    OF_INCIDENTS,
    OF_INTERVALS,
    OF_POOLS,
    OF_SITE_INTERVALS,
    OF_SITES,
    SHORT_ABANDONED,
)
from callsim.results.measures import Figure
from callsim.results.outbound.campaigns import CAMPAIGNS
from callsim.results.schema import Figures, Keys, Mapped, mapped
from callsim.sentences import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a queue promises its callers."""

    answer: float | None  # share of calls to be answered in time
    within_s: float | None  # the time meant
    abandon_at_most: float | None  # share of calls that may be abandoned
    asa_at_most_s: float | None = None  # how long answered calls may wait on the mean


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalDay:
    """What came of a goal on one day, over all runs."""

    start: str  # the date
    service_level: Figure  # by the formula that goals use
    abandoned_share: Figure  # abandoned and balked ÷ offered
    probability: Figure  # share of runs in which the goal was met
    asa_s: Figure | None = None  # mean wait of answered calls, where that is promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Promise):
    """What a queue promises, and what came of it."""

    counted: str  # which service-level formula it uses
    met: bool | None  # whether the mean keeps the promise; null: nobody called
    decided: bool | None  # whether other luck would hardly turn the verdict; null after one run
    verdict: str  # in words
    probability: Figure  # share of days on which it was met
    by_day: Sequence[GoalDay] | None = None  # of runs of several days
    missed_on: Sequence[str] | None = None  # dates on which it is missed, as surely as `decided` asks


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGoalDay:
    """What came of a group's goal on one day, over all runs."""

    start: str  # the date
    occupancy: Figure  # time busy ÷ time on duty
    probability: Figure  # share of runs in which the goal was met


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGoal:
    """How busy a group may be, and what came of it."""

    occupancy_at_most: float  # share of its time on duty
    met: bool | None  # whether the mean keeps the promise; null: nobody was on duty
    decided: bool | None  # whether other luck would hardly turn the verdict; null after one run
    verdict: str  # in words
    probability: Figure  # share of days on which it was met
    by_day: Sequence[GroupGoalDay] | None = None  # of runs of several days
    missed_on: Sequence[str] | None = None  # dates on which it is missed, as surely as `decided` asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Figures of calls; those of clients where any may call more than once."""

    figures: Annotated[Figures, Keys(OF_CALLS, (*SHORT_ABANDONED, *CLIENTS))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue: its figures and its goal; those of backlog where it says when its work is due, those of waits
    that are told where it tells them.
    """

    original: str | None = None  # of a copy, the name in the file
    figures: Annotated[
        Figures, Keys(OF_CALLS, (*SHORT_ABANDONED, *CLIENTS, *backlog.OF_QUEUES, *waiting.OF_QUEUES))
    ]
    due_s: float | None = None  # how long its work may wait until it is overdue
    goal: Goal | None = None  # where it has one

    def to_dict(self) -> Mapped:
        """As in the JSON of results."""
        return mapped(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What callers meet before a queue."""

    figures: Annotated[Figures, Keys(*OF_MENUS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A list of numbers that is dialled."""

    figures: Annotated[Figures, Keys(tuple(CAMPAIGNS))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of agents."""

    original: str | None = None  # of a copy, the name in the file
    site: str | None  # where it sits
    figures: Annotated[Figures, Keys(OF_GROUPS, ("held_h", *in_hand.OF_GROUPS))]
    goal: GroupGoal | None = None  # where it has one


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteInterval:
    """A site in one interval."""

    start: str  # local time
    figures: Annotated[Figures, Keys(OF_SITE_INTERVALS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site and its seats."""

    seats: int | None  # null: no limit
    figures: Annotated[Figures, Keys(OF_SITES)]
    intervals: Sequence[SiteInterval]  # in order of time


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The calls that were offered in one interval, and the clients who called first in it where calls follow
    others.
    """

    start: str  # local time
    queue: str | None = None  # of one queue; else of several together
    figures: Annotated[
        Figures,
        Keys(OF_INTERVALS[0], (*OF_INTERVALS[1], *CLIENTS, *backlog.OF_INTERVALS, *waiting.OF_INTERVALS)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Queues that the file writes once, as copies, together."""

    queues: Sequence[str]  # their names
    figures: Annotated[Figures, Keys(OF_FAMILIES, SHORT_ABANDONED)]
    intervals: Sequence[Interval]  # in order of time


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolInterval:
    """The agents of a pool in one interval."""

    start: str  # local time
    figures: Annotated[Figures, Keys(OF_POOLS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Queues and the groups whose first choice they are."""

    queues: Sequence[str]  # their names
    groups: Sequence[str]  # their names
    intervals: Sequence[PoolInterval]  # in order of time


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Who makes up a pool: queues, and the groups that are there for them first."""

    queues: Sequence[str]  # their names
    groups: Sequence[str]  # their names


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupInterval:
    """The agents of a group, or of all groups of a pool, in one interval."""

    start: str  # local time
    pool: str  # one of `pools`
    group: str | None  # null: all of the pool
    figures: Annotated[Figures, Keys(OF_POOLS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueInIncident:
    """A queue while an incident lasted, and afterwards."""

    figures: Annotated[Figures, Keys(OF_INCIDENTS)]
    recovery_s: Figure | None = None  # from its end until two intervals in a row kept the goal
    recovered: Figure | None = None  # share of runs in which they did
    met_before: bool | None = None  # whether the goal was met on that day before
    met_after: bool | None = None  # whether it was met from its recovery to the end of that day


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What an incident did."""

    what: str  # in words
    from_: str  # local time
    to: str  # local time
    dropped: Figure  # calls cut off when it began
    queues: Mapping[str, QueueInIncident]  # that it may touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What all days together cost."""

    currency: str | None  # as the file writes it
    figures: Annotated[Figures, Keys(AMOUNTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A queue in the hour before two blocks meet: by how much the later block's figures are more than those
    of the earlier one, on the mean.
    """

    service_level: float | None  # share of calls answered in time; null: nobody called
    wait_s: float | None  # of all calls
    waiting: float | None  # calls that are left waiting at midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The blocks of a long run, which are played apart."""

    length_days: int  # days of a block; the last one may have fewer
    warm_up_s: float  # before each block but the first
    number: int  # how many there are
    exact: bool  # whether the building was empty wherever two meet: numbers are those of one piece
    apart: Mapping[str, Apart]  # by queue


LUCK = (
    "busyness of the day",
    "busyness of the interval",
    "who is absent",
    "single calls",
    "what clients do next",
    "figures that are uncertain",
    "how much menus contain",
)
"""The kinds of luck, as results name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The standard deviation of a service level between runs, and each kind of luck's share in it."""

    standard_deviation: float | None  # of the service level of a run; null: nobody called
    shares: Mapping[str, Figure]  # of its variance, by the kind of luck


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What makes one run unlike another."""

    kind: Literal["why"] = "why"  # which result this is
    runs: int  # replications, each played with its own and with other luck
    counted: str  # which service-level formula varies
    total: Split  # of all queues together
    queues: Mapping[str, Split]  # by name

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)


@dataclass(frozen=True)
class WhyAsked:
    """The same beside the plan that it is of, where it was asked for alone, as reports take it."""

    scenario: str  # its name
    days: int  # of a run
    why: Why
    kind: str = "why"

    def to_dict(self) -> Mapped:
        """Returns the JSON of the answer."""
        return self.why.to_dict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What was simulated, as `callsim check` says it."""

    file: str | None  # its name, without folders
    says: Sequence[str]  # days, calls, handling times, agents, shrinkage, in words
    assumed: Sequence[str]  # what the file leaves open, and what is taken instead
    command: str | None = None  # that made the page


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The result of `callsim run`."""

    plan: str | None = None  # what a comparison calls it
    kind: Literal["run"] = "run"  # which result this is
    scenario: str  # its name
    seed: int  # names the luck
    runs: int  # replications
    engine: str  # kernel or reference
    version: str  # of callsim
    fingerprint: str  # of scenario, version and seed
    start: str  # date of day 1
    days: int  # of the calendar
    interval_s: float  # length of an interval
    counted: str  # which service-level formula goals use
    short_abandon_s: float | None = None  # calls that give up before are in no formula and no share
    total: Calls  # all queues together
    queues: Mapping[str, Queue]  # by name
    menus: Mapping[str, Menu] | None = None  # by name, where there are any
    campaigns: Mapping[str, Campaign] | None = None  # by name, where there are any
    groups: Mapping[str, Group]  # by name
    sites: Mapping[str, Site]  # by name
    incidents: Sequence[Incident]  # as in the file
    intervals: Sequence[Interval] | None = None  # of each queue; left out by --intervals no
    pools: Mapping[str, Members] | None = None  # by the name of their queues; left out by --intervals no
    group_intervals: Sequence[GroupInterval] | None = None  # of each pool and each group, likewise
    by_day: Sequence[Interval] | None = None  # all queues together, of runs of several days
    families: Mapping[str, Family] | None = None  # with charts
    interval_totals: Sequence[Interval] | None = None  # of all queues together, with charts
    staffing: Sequence[Pool] | None = None  # with charts
    costs: Costs | None = None  # where the scenario has prices
    inputs: Inputs | None = None  # with charts
    blocks: Blocks | None = None  # of a run that calendar.blocks cuts
    warnings: Sequence[str]  # what to look at
    why: Why | None = None  # with --why

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)

    @property
    def name(self) -> str:
        """What a comparison calls it; else the scenario's name."""
        return self.plan or self.scenario

    @property
    def goals(self) -> dict[str, Goal]:
        """The goal of every queue that has one."""
        return {name: queue.goal for name, queue in self.queues.items() if queue.goal is not None}

    @property
    def group_goals(self) -> dict[str, GroupGoal]:
        """The goal of every group that has one."""
        return {name: group.goal for name, group in self.groups.items() if group.goal is not None}

    @property
    def due(self) -> dict[str, Queue]:
        """The queues that say when their work is due."""
        return {name: queue for name, queue in self.queues.items() if queue.due_s is not None}

    @property
    def telling(self) -> dict[str, Queue]:
        """The queues that tell calls their wait."""
        return {name: queue for name, queue in self.queues.items() if "announced_s" in queue.figures}

    @property
    def judged(self) -> list[tuple[str, Goal | GroupGoal]]:
        """Every goal and whose it is: those of queues by their names, then those of groups."""
        of_groups = ((say("goals.of_group", name=name), goal) for name, goal in self.group_goals.items())
        return [*self.goals.items(), *of_groups]
