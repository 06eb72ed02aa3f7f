"""The queues: how many calls come when, how long they take, how long callers wait for them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from callsim import units
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.distributions import Distribution
from callsim.scenario.words.goals import Goal
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import (
    FILE_SCHEMA,
    NUMBER_PATTERN,
    TABLE_SCHEMA,
    Busyness,
    Calls,
    Count,
    Days,
    Duration,
    Hours,
    Name,
    Ordinal,
    Part,
    PartialShare,
    Ranges,
    Share,
    Weight,
    YesNo,
    listed,
    or_by_day,
)
from callsim.scenario.words.scale import QueueScale
from callsim.scenario.words.waiting.announcement import Announcement, Callback
from callsim.sentences import say
from callsim.units import DAY_S

CountsRow = tuple[datetime.date | None, int, float]

LoggedCall = tuple[datetime.date, int, int, int, int, int]
"""A call of a log: its date and ms of the day; then in ms, -1 where it is to be drawn, its talk, its wrap and
its patience; and the wait after which it was answered, which its patience exceeds, or -1."""


SWINGS = ("weekdays", "day_cv", "day_factor", "interval_cv", "interval_correlation", "surges")
"""The keys that make more or fewer call than on the mean: nothing for calls that are known."""
WAYS = ("per_day", "per_hour", "counts", "replay")
"""The keys that say how many call, of which one is written."""


class Surge(Part):
    """Hours in which many more (or fewer) call than usual."""

    at: Ranges
    """When: one range of the day, or several."""
    times: Annotated[Weight, Field(le=1000)]
    """How many times the usual calls come."""
    days: Days | None = None
    """The days of the run on which it happens, 1 is the first (default every day)."""


class Counts(Part):
    """Calls per interval, of a CSV file."""

    rows: tuple[CountsRow, ...]
    """The date (none: every day), the start of the interval in ms of the day, and its calls."""
    exact: YesNo = False
    """Whether these are exact numbers of calls, or means."""

    @model_validator(mode="after")
    def _whole(self) -> Counts:
        for date, at, offered in self.rows:
            if self.exact and not offered.is_integer():
                when = f"{date or ''} {units.show_clock(at)}".strip()
                raise wrong(say("demand.no_whole", calls=offered, when=when))
        return self


def _counts(value: object) -> object:
    """The rows of a file by themselves, or with what else is said of them."""
    if isinstance(value, Counts) or (isinstance(value, dict) and isinstance(value.get("rows"), tuple)):
        return value
    if isinstance(value, tuple):
        return {"rows": value}
    raise wrong(say("demand.counts"))


def _log(value: object) -> object:
    if isinstance(value, tuple):
        return value
    raise wrong(say("demand.replay"))


_COUNTS_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {
            **TABLE_SCHEMA,
            "propertyNames": {"enum": [*TABLE_SCHEMA["propertyNames"]["enum"], "exact"]},
            "properties": {
                "file": {"type": "string", "description": "The name of the CSV file or workbook."},
                "exact": {
                    "anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}],
                    "description": "Exactly these numbers of calls, spread over intervals (default: mean).",
                },
            },
        },
    ]
}


def _a_week(value: object) -> object:
    if isinstance(value, tuple) and len(value) != 7:
        raise wrong(say("demand.seven", count=len(value)))
    return value


def _spreads(profile: tuple[float, ...]) -> tuple[float, ...]:
    if not profile or DAY_S % len(profile):
        raise wrong(say("demand.no_division", count=len(profile)))
    if not sum(profile) > 0:
        raise wrong(say("demand.no_weight"))
    return profile


if TYPE_CHECKING:
    CallsByDay = float | dict[str, float]
    Profile = tuple[float, ...]
    ProfileByDay = Profile | dict[str, Profile]
else:
    CallsByDay = or_by_day(
        Calls, {"type": "number", "minimum": 0, "maximum": 1e9}, {"type": "string", "pattern": NUMBER_PATTERN}
    )
    ProfileByDay = or_by_day(
        Annotated[tuple[Weight, ...], BeforeValidator(listed), AfterValidator(_spreads)],
        {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 1},
        FILE_SCHEMA,
        TABLE_SCHEMA,
    )


class Usual(NamedTuple):
    """What usually calls on one day, where no table tells it."""

    per_day: float | None
    per_hour: float | None
    profile: Profile

    @property
    def calls(self) -> float | None:
        """Of the whole day; None where a table tells it."""
        return self.per_day if self.per_hour is None else 24 * self.per_hour


class Arrivals(Part):
    """How many calls come: per_day, per_hour, counts or replay."""

    per_day: CallsByDay | None = None
    """Mean calls on a mean day; or by day, such as {mon-fri: 900, sat: 300, sun: 0}."""
    profile: ProfileByDay = (1.0,)
    """Weights that spread per_day, as many as divide a day (24, 48 …), or a CSV file; or by day (default
    flat)."""
    per_hour: CallsByDay | None = None
    """Mean calls per hour, the same all day; or by day."""
    counts: Annotated[Counts, BeforeValidator(_counts), WithJsonSchema(_COUNTS_SCHEMA)] | None = None
    """A table of mean calls per interval, a CSV file or a workbook: columns interval_start (HH:MM or date and
    time) and offered, or as people have them (docs/tables.md), such as {file: f.xlsx, column: Anrufe}. With
    exact: true exactly these numbers of calls, spread over each interval."""
    replay: (
        Annotated[tuple[LoggedCall, ...], BeforeValidator(_log), WithJsonSchema({"type": "string"})] | None
    ) = None
    """A CSV file of the very calls of a log: columns arrival (date and time), queue and, where known, wait_s,
    outcome, talk_s, wrap_s, patience_s, priority; what is missing is drawn."""
    weekdays: (
        Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7), BeforeValidator(_a_week)] | None
    ) = None
    """Factors of Monday to Sunday (default all 1)."""
    day_cv: Busyness = 0.0
    """Random busyness of the whole day: gamma with mean 1 and this coefficient of variation (default 0)."""
    day_factor: Name | None = None
    """Queues that name the same factor share one draw a day (default: each its own)."""
    interval_cv: Busyness = 0.0
    """Further random busyness of each interval: gamma with mean 1 (default 0)."""
    interval_correlation: Share = 0.0
    """Of that busyness from one interval to the next, 0 to less than 1 (default 0)."""
    surges: tuple[Surge, ...] = ()
    """Hours with many more calls (default: none)."""

    @field_validator("interval_correlation")
    @classmethod
    def _fades(cls, correlation: float) -> float:
        if correlation >= 1:
            raise wrong(say("demand.below_one"))
        return correlation

    @model_validator(mode="after")
    def _one_way(self) -> Arrivals:
        ways = [way for way in WAYS if getattr(self, way) is not None]
        if len(ways) != 1:
            found = say("lists.and").join(ways) or say("lists.none")
            raise wrong(say("demand.one_way", found=found))
        if "profile" in self.model_fields_set and self.per_day is None:
            raise wrong(say("demand.no_profile", way=ways[0]))
        if self.weekdays is not None:
            if self.rows and self.rows[0][0] is not None:
                raise wrong(say("demand.no_weekdays", way=ways[0]))
            if isinstance(self.per_day, dict) or isinstance(self.per_hour, dict):
                raise wrong(say("demand.no_weekdays_by_day", way=ways[0]))
        return self

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The weights of every kind of day."""
        return tuple(self.profile.values()) if isinstance(self.profile, dict) else (self.profile,)

    def on(self, date: datetime.date, calendar: Calendar) -> Usual:
        """Returns what usually calls on a date in or about the calendar."""
        day, hour, profile = self.per_day, self.per_hour, self.profile
        return Usual(
            calendar.value(day, date) if isinstance(day, dict) else day,
            calendar.value(hour, date) if isinstance(hour, dict) else hour,
            calendar.value(profile, date) if isinstance(profile, dict) else profile,
        )

    @property
    def differs(self) -> bool:
        """Whether what usually calls is written by day."""
        return any(isinstance(value, dict) for value in (self.per_day, self.per_hour, self.profile))

    @property
    def rows(self) -> tuple[CountsRow, ...]:
        """Calls by date and time, where a file tells them; those of a log one by one."""
        if self.replay is not None:
            return tuple((call[0], call[1], 1.0) for call in self.replay)
        return self.counts.rows if self.counts is not None else ()

    @property
    def is_fixed(self) -> bool:
        """Whether chance has no say in how many call."""
        return self.replay is not None or (self.counts is not None and self.counts.exact)


class Redial(Part):
    """Who calls again after abandoning, balking, being blocked or dropped."""

    probability: Share
    """The share that calls again."""
    after: Distribution
    """How long after."""
    at_most: Annotated[Count, Field(le=250)] | None = None
    """How many times one caller calls again at most (default: 250, which is no limit in practice)."""

    @model_validator(mode="after")
    def _ends(self) -> Redial:
        if self.probability == 1 and self.at_most is None:
            raise wrong(say("demand.for_ever"))
        return self


class FollowUp(Part):
    """Of the calls that end so a share is followed by another: a transfer, a repeat call, a message. A call
    is followed by one other at most; rows are tried in their order."""

    outcome: Literal["answered", "abandoned", "blocked", "dropped", "closed"]
    """How the call ended; abandoned calls are those that balked, too."""
    by: Name | None = None
    """Only calls that this group answered (default: whichever group)."""
    share: Share
    """The share of these calls; those of one outcome and group add up to at most 100 %."""
    to: Name
    """The queue that is called next, perhaps the same. Where it has copies: the copy of the same number."""
    after: Distribution | None = None
    """How long after the end of talk, or of the call that was lost (default 0 s: at once)."""
    transfer: Literal["cold", "warm", "consult"] | None = None
    """The agent hands the caller on, at once and on the same line. cold: the agent wraps up; warm: stays
    until the next agent answers; consult: stays until the next agent is done, and goes on with the caller
    (default: the client dials anew)."""
    conference: Distribution | None = None
    """With transfer warm: how long both agents and the caller talk once the next agent has answered; with
    consult: how long the first agent goes on with the caller (default 0 s)."""
    at_most: Annotated[Count, Field(le=250)] | None = None
    """How many times one client takes this step at most (default: no limit)."""


class QueueUncertain(Part):
    """How well the means of a queue are known: standard errors as shares of them."""

    volume: Busyness = 0.0
    """Of how many call (default 0%)."""
    aht: Busyness = 0.0
    """Of talk and wrap, together (default 0%)."""
    patience: Busyness = 0.0
    """Of patience (default 0%)."""


class Queue(Part):
    """One kind of call and those waiting."""

    copies: Annotated[Count, Field(le=10_000)] = 1
    """This many independent queues of this size each, name-1, name-2, … (default 1)."""
    open: Hours = ((0, units.DAY_MS),)
    """When calls are accepted: one range of the day, a list, or by day, such as
    {mon-fri: 08:00-20:00, sat: 09:00-14:00, other: closed} (default always)."""
    scale: QueueScale = QueueScale()
    """Times its calls and handling times, such as {volume: 110%, aht: 95%} (default: as they are written)."""
    at_close: Literal["serve", "disconnect"] = "serve"
    """Callers still waiting then are served, or disconnected and counted as abandoned (default serve)."""
    arrivals: Arrivals = Arrivals(per_hour=0.0)
    """How many calls come (required, unless follow_ups lead here: default none but these)."""
    talk: Distribution = None  # type: ignore[assignment]  # `checks/cross.py` asks for it, or for aht
    """How long agent and caller talk (required, unless aht stands instead)."""
    wrap: Distribution | None = None
    """After-call work: the line is free, the agent is not (default none)."""
    aht: Distribution | None = None
    """Instead of talk and wrap: the handling time of a call, both together, such as
    {lognormal: {mean: 3 min, cv: 1}} (default: talk and wrap are told apart)."""
    wrap_share: PartialShare = 0.0
    """With aht: the share of each call's handling time that is wrap, such as 15% (default 0)."""
    patience: Distribution | None = None
    """How long a caller waits before hanging up (default: for ever)."""
    balk: Share = 0.0
    """The share that hangs up at once when it cannot be answered at once (default 0)."""
    priority: Ordinal = 1
    """1 is first; equal priorities by longest wait (default 1)."""
    weight: Annotated[Weight, Field(ge=0.01, le=100)] = 1.0
    """Among calls of equal priority and rank that of the longest (wait + head_start) × weight is next; 0.01
    to 100, to four decimals (default 1)."""
    head_start: Annotated[Duration, Field(le=7 * DAY_S)] = 0.0
    """As if a call had waited this much longer (default 0 s)."""
    lines: Count | None = None
    """Trunks: a call holds one from arrival to the end of talk; none free: blocked (default no limit)."""
    redial: Redial | None = None
    """Who calls again (default nobody)."""
    announcement: Announcement | None = None
    """What calls are told that have to wait, and what their clients do then (default: nothing is told)."""
    callback: Callback | None = None
    """How clients are called back who ask for it when they are told their wait (default: nobody is)."""
    follow_ups: tuple[FollowUp, ...] = ()
    """What clients do after a call here: transfers, repeat calls, messages after a lost call (default:
    nothing)."""
    uncertain: QueueUncertain = QueueUncertain()
    """How well its means are known, such as {volume: 3%, aht: 1%, patience: 5%}: standard errors, as of a
    fit. Each run draws one factor for each, gamma with mean 1 (default 0%: known exactly)."""
    due: Annotated[Duration, Field(gt=0, le=365 * DAY_S)] | None = None
    """How long work may wait until it is overdue, such as 24 h of mails: adds figures of backlog (default:
    not told)."""
    goal: Goal | None = None
    """What callers are promised (default: nothing)."""

    def open_on(self, date: datetime.date, calendar: Calendar) -> Ranges:
        """Its hours on a date in or about the calendar: ranges of ms of the day, none where it is closed."""
        return calendar.value(self.open, date) if isinstance(self.open, dict) else self.open

    @property
    def open_lists(self) -> list[Ranges]:
        """Its hours of all days, whether by day or not."""
        return list(self.open.values()) if isinstance(self.open, dict) else [self.open]

    @property
    def calls_back_in(self) -> str | None:
        """The queue of its own in which callbacks wait; None where they wait here, or there are none."""
        return None if self.callback is None else self.callback.place.queue

    @property
    def leads_to(self) -> list[str]:
        """The queues to which its calls and callbacks lead."""
        return [step.to for step in self.follow_ups] + [to for to in [self.calls_back_in] if to is not None]

    @model_validator(mode="after")
    def _both_parts(self) -> Queue:
        """A handling time is talk and wrap, in equal shares of every call."""
        if self.aht is not None:
            object.__setattr__(self, "talk", self.aht.longer(1 - self.wrap_share))
            wrap = self.aht.longer(self.wrap_share) if self.wrap_share else None
            object.__setattr__(self, "wrap", wrap)
        return self

    @model_validator(mode="after")
    def _uncertain_of_what_is(self) -> Queue:
        if self.uncertain.patience and self.patience is None:
            raise wrong(say("demand.uncertain_patience"))
        return self

    @model_validator(mode="after")
    def _surges_when_open(self) -> Queue:
        hours = [span for of_day in self.open_lists for span in of_day]
        if not hours:
            raise wrong(say("demand.never_open"))
        for number, surge in enumerate(self.arrivals.surges, 1):
            if not any(a < d and c < b for a, b in surge.at for c, d in hours):
                raise wrong(say("demand.surge", number=number))
        return self
