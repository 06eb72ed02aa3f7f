"""The answer of `callsim plan`, as its report, its page and its JSON have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from callsim.results.measures import Figure
from callsim.results.schema import Mapped, mapped
from callsim.study.buildout.days import CallsOfDay, DayFigures, QueueOfDay
from callsim.study.buildout.money import Account, NoAccount
from callsim.study.buildout.reliefs import Reliefs


@dataclass(frozen=True, kw_only=True)
class Range:
    """Nine futures in ten lie between low and high; the middle one is told as the mean is elsewhere."""

    median: float  # half of the futures have less
    low: float  # one in twenty has less
    high: float  # one in twenty has more


@dataclass(frozen=True, kw_only=True)
class Futures:
    """What is left of seats and people when openings and classes are late."""

    seats: Range  # that are open
    present: Range  # agents, if hiring goes on as planned


@dataclass(frozen=True, kw_only=True)
class People:
    """Head counts, agents unless they are called jobs; running totals since the first day."""

    needed: float  # for the rosters
    present: float  # who take calls or dial
    missing: float  # in teams that have too few
    new: float  # of those present, with less than three months
    learning: float  # in class
    at_start: float  # on the first day
    hired: float  # who have begun a class since
    failed: float  # who left a class without ever taking calls
    left: float  # who have left since
    pace: float  # handling time as times an old hand's
    jobs: float  # agents, those in class, and others who are employed for them
    jobs_needed: float  # the same if nobody were missing
    share_of_labour_force: float | None = None  # where the file has a labour market
    in_futures: Futures | None = None  # where anything can be late


@dataclass(frozen=True, kw_only=True)
class AgentsOfLine:
    """Agents of a line in a site."""

    needed: float  # for the roster
    present: float  # who are there


@dataclass(frozen=True, kw_only=True)
class SiteThen:
    """A site in a week of the plan."""

    seats: int | None  # that are open; null: no limit
    needed: float  # agents for the rosters
    present: float  # agents who are there
    learning: float  # agents in class
    seats_used_peak: Figure  # most seats of queues used at once on the usual day
    waited_for_seat_h: Figure  # hours for which agents waited for one
    busy_h: list[float]  # hours of talk and wrap, by cell of the report
    wanted_peak: int  # agents at once if all who are wanted came
    dialling_seats: float  # in which people without queues work
    seats_used: float | None  # share, at once, at most
    lines: dict[str, AgentsOfLine]  # by name


@dataclass(frozen=True, kw_only=True)
class LineThen:
    """A line in a week of the plan: people, and calls of a mean day against those of the nation."""

    needed: float  # agents for the rosters
    present: float  # agents who are there
    new: float  # of them, with less than three months
    left: float  # agents who have left since the first day
    calls_a_day: float  # that may be accepted
    share_of_nation: float | None  # of calls of this kind; null where the file does not say


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What the file says was promised of a phase, a year."""

    jobs: int | None  # people
    output: float | None  # in the currency of the plan
    tax: float | None  # likewise
    jobs_are_enough_up_to_fill: float | None  # share of seats with work


@dataclass(frozen=True, kw_only=True)
class GoalsOfKind:
    """Numbers of goals on a kind of day: met, and judged."""

    met: int  # that are met
    of: int  # that could be judged
    nobody_called: int  # that nobody called


@dataclass(frozen=True, kw_only=True)
class PhaseThen:
    """A phase as it stands in its last period."""

    name: str  # as in the file
    on: str  # ISO date, as all dates here
    complete: str  # when all its seats are open
    looked_at: str  # the period, or the day, in which it is judged
    day: str  # on which it is judged
    holds: bool  # whether the usual day meets its goals and all are there who dial
    seats: int  # that are open
    client_fill: float  # share of seats with work
    people: People
    jobs_per_seat_needed: float | None  # null: no seat is open
    hired_in_phase: float  # who began a class since it began
    goals: int  # that could be judged
    goals_met: int  # of these
    goals_nobody_called: int  # that could not be judged
    missed: dict[str, list[str]]  # by kind of day, queues
    missed_each_week: dict[str, list[str]]  # of kinds of day that come every week of the year
    queues: dict[str, QueueOfDay]  # of the usual day
    sites: dict[str, SiteThen]  # by name
    lines: dict[str, LineThen]  # by name
    without_queues_short: list[str]  # lines
    service_level: Figure  # of all calls of the usual day
    promised: Promised
    money: Account | NoAccount  # of a month; empty where the file has no prices
    binding: str  # what stops it first; demand: nothing does
    says: str  # what is missing
    relief: str  # what it would take, in words
    reliefs: Reliefs  # the same in numbers


@dataclass(frozen=True, kw_only=True)
class PeriodThen:
    """A month or week of the plan."""

    start: str  # the month, or the first day of the week
    holds: bool  # whether the usual day meets its goals and all are there who dial
    sites: dict[str, SiteThen]  # by name
    queues: dict[str, QueueOfDay]  # of the usual day
    people: People
    lines: dict[str, LineThen]  # by name
    total: CallsOfDay  # all queues of the usual day together
    days: dict[str, DayFigures]  # each kind of day, the usual first
    goals_met: dict[str, GoalsOfKind]  # by kind of day
    money: Account | NoAccount  # of a month; empty where the file has no prices
    binding: str  # what stops it first; demand: nothing does
    says: str  # what is missing
    relief: str  # what it would take, in words
    reliefs: Reliefs  # the same in numbers

    @property
    def seats(self) -> int:
        """All seats that are open."""
        return sum(site.seats or 0 for site in self.sites.values())


@dataclass(frozen=True, kw_only=True)
class NotJudged:
    """A phase that is over before it could be looked at, and why."""

    name: str  # as in the file
    on: str  # when it begins
    complete: str  # when all its seats are open
    says: str  # why


@dataclass(frozen=True, kw_only=True)
class DipThen:
    """Periods on end that do not hold, on the way to phases that do."""

    from_: str  # its first period
    to: str  # its last
    binding: list[str]  # what stops it first, in its order
    relief: str  # what it would take, in words
    reliefs: Reliefs  # the same in numbers


@dataclass(frozen=True, kw_only=True)
class AtEnd:
    """What a phase comes to at one end of an assumption."""

    holds: bool  # whether the phase does
    goals_met: int  # on the usual day
    present: float  # agents
    needed: float  # agents
    binding: str  # what stops it first


@dataclass(frozen=True, kw_only=True)
class AssumptionAt:
    """One end of an assumption."""

    value: str  # as the file would have it
    phases: dict[str, AtEnd]  # by name


@dataclass(frozen=True, kw_only=True)
class AssumptionTried:
    """An assumption at both ends, and the phases whose verdict it turns."""

    key: str  # of the file
    source: str  # of the figure
    turns: list[str]  # phases that have another verdict at either end
    low: AssumptionAt
    high: AssumptionAt


@dataclass(frozen=True, kw_only=True)
class PlanAnswer:
    """Whether a build-out holds, phase by phase and period by period."""

    kind: Literal["plan"] = "plan"  # which result this is
    scenario: str  # its name
    seed: int  # names the luck
    runs: int | None  # None: as many as the goals needed
    engine: str  # kernel or reference
    version: str  # of callsim
    period: str  # month or week
    counted: str  # which service-level formula goals use
    holds: bool  # whether all phases that are judged do
    phases: list[PhaseThen]  # that are judged, in order of time
    not_judged: list[NotJudged]  # that are over too soon
    dips: list[DipThen]  # times that do not hold in phases that do
    periods: list[PeriodThen]  # in order of time
    warnings: list[str]  # what to look at
    depends: list[AssumptionTried] | None = None  # where it was tried

    def to_dict(self) -> Mapped:
        """The JSON of the results."""
        return mapped(self)
