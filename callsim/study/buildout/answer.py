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

    median: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Futures:
    """What is left of seats and people when openings and classes are late."""

    seats: Range
    present: Range


@dataclass(frozen=True, kw_only=True)
class People:
    """Head counts, agents unless they are called jobs; running totals since the first day."""

    needed: float
    present: float
    missing: float
    new: float
    learning: float
    at_start: float
    hired: float
    failed: float
    left: float
    pace: float
    jobs: float
    jobs_needed: float
    share_of_labour_force: float | None = None  # where the file has a labour market
    in_futures: Futures | None = None  # where anything can be late


@dataclass(frozen=True, kw_only=True)
class AgentsOfLine:
    """Agents of a line in a site."""

    needed: float
    present: float


@dataclass(frozen=True, kw_only=True)
class SiteThen:
    """A site in a week of the plan."""

    seats: int | None  # None: without limit
    needed: float
    present: float
    learning: float
    seats_used_peak: Figure  # most seats of queues used at once on the usual day
    waited_for_seat_h: Figure  # hours for which agents waited for one
    busy_h: list[float]  # hours of talk and wrap, by cell of the report
    wanted_peak: int
    dialling_seats: float
    seats_used: float | None  # share, at once, at most
    lines: dict[str, AgentsOfLine]


@dataclass(frozen=True, kw_only=True)
class LineThen:
    """A line in a week of the plan: people, and calls of a mean day against those of the nation."""

    needed: float
    present: float
    new: float
    left: float
    calls_a_day: float
    share_of_nation: float | None


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What the file says was promised of a phase, a year."""

    jobs: int | None
    output: float | None
    tax: float | None
    jobs_are_enough_up_to_fill: float | None  # share of seats with work


@dataclass(frozen=True, kw_only=True)
class GoalsOfKind:
    """How many goals are met on a kind of day."""

    met: int
    of: int
    nobody_called: int


@dataclass(frozen=True, kw_only=True)
class PhaseThen:
    """A phase as it stands in its last period."""

    name: str
    on: str  # ISO date, as all dates here
    complete: str
    looked_at: str
    day: str
    holds: bool
    seats: int
    client_fill: float
    people: People
    jobs_per_seat_needed: float | None
    hired_in_phase: float
    goals: int
    goals_met: int
    goals_nobody_called: int
    missed: dict[str, list[str]]  # by kind of day, queues
    missed_each_week: dict[str, list[str]]  # of kinds of day that come every week of the year
    queues: dict[str, QueueOfDay]
    sites: dict[str, SiteThen]
    lines: dict[str, LineThen]
    without_queues_short: list[str]  # lines
    service_level: Figure
    promised: Promised
    money: Account | NoAccount
    binding: str  # what stops it first; demand: nothing does
    says: str  # what is missing
    relief: str  # what it would take, in words
    reliefs: Reliefs  # the same in numbers


@dataclass(frozen=True, kw_only=True)
class PeriodThen:
    """A month or week of the plan."""

    start: str
    holds: bool
    sites: dict[str, SiteThen]
    queues: dict[str, QueueOfDay]  # of the usual day
    people: People
    lines: dict[str, LineThen]
    total: CallsOfDay
    days: dict[str, DayFigures]  # the usual first
    goals_met: dict[str, GoalsOfKind]
    money: Account | NoAccount
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

    name: str
    on: str
    complete: str
    says: str


@dataclass(frozen=True, kw_only=True)
class DipThen:
    """Periods on end that do not hold, on the way to phases that do."""

    from_: str
    to: str
    binding: list[str]
    relief: str
    reliefs: Reliefs


@dataclass(frozen=True, kw_only=True)
class AtEnd:
    """What a phase comes to at one end of an assumption."""

    holds: bool
    goals_met: int
    present: float
    needed: float
    binding: str


@dataclass(frozen=True, kw_only=True)
class AssumptionAt:
    """One end of an assumption."""

    value: str
    phases: dict[str, AtEnd]


@dataclass(frozen=True, kw_only=True)
class AssumptionTried:
    """An assumption at both ends, and the phases whose verdict it turns."""

    key: str
    source: str
    turns: list[str]
    low: AssumptionAt
    high: AssumptionAt


@dataclass(frozen=True, kw_only=True)
class PlanAnswer:
    """Whether a build-out holds, phase by phase and period by period."""

    kind: Literal["plan"] = "plan"  # which result this is
    scenario: str
    seed: int
    runs: int | None  # None: as many as the goals needed
    engine: str
    version: str
    period: str  # month, week
    counted: str
    holds: bool
    phases: list[PhaseThen]
    not_judged: list[NotJudged]
    dips: list[DipThen]
    periods: list[PeriodThen]
    warnings: list[str]
    depends: list[AssumptionTried] | None = None  # where it was tried

    def to_dict(self) -> Mapped:
        """The JSON of the results."""
        return mapped(self)
