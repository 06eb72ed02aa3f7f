"""A build-out over years: seats that open, clients that come, people who are hired, learn and leave."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from callsim.scenario.buildout.money import Money
from callsim.scenario.buildout.workforce import AttritionWords, Workforce
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.over_time import ALWAYS, Date, OverTime
from callsim.scenario.words.quantities import (
    ALL,
    WEIGHT_SCHEMA,
    Calls,
    Count,
    Duration,
    Name,
    Ordinal,
    OrShort,
    Part,
    People,
    Positive,
    Share,
    Weight,
    YesNo,
)
from callsim.sentences import say


class Promise(Part):
    """What was announced for the end of a phase."""

    jobs: People | None = None
    """People employed."""
    output: Weight | None = None
    """What clients pay in a year."""
    tax: Weight | None = None
    """Taxes in a year."""


class Phase(Part):
    """Seats that are there at the end of a phase; a site that is not named keeps what it has."""

    name: Name
    """What reports call it."""
    on: Date
    """The day on which its first seats open."""
    over: Duration = 0.0
    """The time over which they open evenly; at most 366 d (default 0 s: all on that day)."""
    seats: Annotated[dict[Name, People], Field(min_length=1)]
    """Seats of each site once the phase is complete."""
    close: tuple[Name, ...] = ()
    """Sites that have fewer seats than before, on purpose."""
    promised: Promise = Promise()
    """What was announced for it; reports compare."""


class Line(Part):
    """A kind of work: its queues, or its seats where nothing queues, and what is special about its people."""

    queues: tuple[Name, ...] = ()
    """The queues and campaigns of the line; groups belong to the line of that which is their first choice."""
    seats: dict[Name, People] = Field(default_factory=dict)
    """For work without queues, such as dialling out: its seats in each site, if sites are as in the file."""
    agents_per_seat: Positive = 1.0
    """For such work: agents needed for each of its seats with work (default 1)."""
    growth: OverTime[Weight] = Field(default_factory=lambda: {ALWAYS: 1.0})
    """Demand as times that of the file's, changing evenly from date to date (default 1)."""
    training: Duration | None = None
    """From the first day of class until its agents take calls (default: as the school says)."""
    attrition: AttritionWords | None = None
    """How many of its agents leave in a year (default: as all)."""
    price: Weight | None = None
    """What its clients pay for an agent and month (default: as all)."""
    national_calls: Annotated[Calls, Field(gt=0)] | None = None
    """Calls a day of this kind in the whole country; reports show which share the plan would hold."""

    @model_validator(mode="after")
    def _some_work(self) -> Line:
        if bool(self.queues) == bool(self.seats):
            raise wrong(say("plan.queues_or_seats"))
        return self


class PlanDay(Part):
    """A kind of day that is simulated in every period."""

    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    """The day of the week on which the run begins (default: that of the calendar)."""
    months: Annotated[
        tuple[Annotated[Ordinal, Field(le=12)], ...],
        BeforeValidator(lambda value: value if isinstance(value, tuple) else (value,)),
        OrShort({"type": "integer", "minimum": 1, "maximum": 12}),
    ] = ()
    """The months in which there is such a day: 11, or a list (default all)."""
    times: Annotated[
        dict[Name, Weight],
        BeforeValidator(lambda value: value if isinstance(value, dict) else {ALL: value}),
        OrShort(WEIGHT_SCHEMA),
    ] = Field(default_factory=dict)
    """How many times the usual calls come: one number, or one for each line that differs (default 1)."""
    absence: Annotated[Share, Field(lt=1)] = 0.0
    """The share of the roster that does not come, on top of all else (default 0)."""
    usual: YesNo = False
    """Whether it is the usual day, on which goals are judged (default: see `days`)."""

    @property
    def shift(self) -> int | None:
        """Its day of the week, Monday is 0."""
        return None if self.weekday is None else WEEKDAYS.index(self.weekday)


class Assumption(Part):
    """A figure that nobody knows for sure: reports tell whether the verdict hangs on it."""

    key: Name
    """The key of the file, as after --set: `buildout.client_fill`."""
    low: Any
    """Its value if things are worse, or smaller."""
    high: Any
    """Its value if things are better, or larger."""
    source: str = ""
    """Where the file's own value comes from."""


class Buildout(Part):
    """The years from the first seat to the last, for `callsim plan`."""

    until: Date | None = None
    """The plan ends before this date (default: a period after the last seats open)."""
    period: Literal["month", "week"] = "month"
    """How often head count, service and money are told (default month)."""
    runs: Count | None = None
    """Replications of each simulated day; --runs goes before it (default: as `callsim run`)."""
    copies_played: Count | None = None
    """Copies of a queue that are played where there are more; they stand for all (default all)."""
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    """The steps of the plan, in the order of their dates."""
    opening_slips: Duration = 0.0
    """How late a site's seats open on the mean, if luck has a say: exponential (default 0 s: on the day)."""
    client_fill: OverTime[Share] = Field(default_factory=lambda: {ALWAYS: 1.0})
    """The share of built seats with a client's work, changing evenly from date to date (default 100%)."""
    volumes_at_fill: Annotated[Share, Field(gt=0)] = 1.0
    """The share of seats with work for which the file's volumes and staff are written (default 100%)."""
    lines: dict[Name, Line] = Field(default_factory=dict)
    """The kinds of work (default: one, with all queues)."""
    days: dict[Name, PlanDay] = Field(default_factory=dict)
    """The days that are simulated (default: the calendar's). The usual one has `usual: yes`, or else is of
    all months, without `times` and `absence`, whose calls are nearest to the mean of the week."""
    people: Workforce = Workforce()
    """Hiring, training, attrition and experience (default: who is there on the first day
    stays, and nobody else comes)."""
    money: Money | None = None
    """Prices, wages and taxes (default: no money is counted)."""
    assumptions: tuple[Assumption, ...] = ()
    """What is assumed, with the values between which it may lie."""
