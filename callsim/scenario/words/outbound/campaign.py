"""Campaigns: lists of numbers that are dialled, how fast, and what comes of it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from callsim import units
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.distributions import Constant, Distribution
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import (
    NUMBER_PATTERN,
    SHARE_SCHEMA,
    Count,
    Duration,
    Hours,
    Ordinal,
    Part,
    Positive,
    Ranges,
    Share,
    by_unit,
    listed,
    one_or_many,
    or_by_day,
    per_interval,
)
from callsim.sentences import say

MOST_CONTACTS = 10_000_000

if TYPE_CHECKING:
    Shares = tuple[float, ...] | dict[str, tuple[float, ...]]
else:
    _SharesOfDay = Annotated[
        tuple[Annotated[float, by_unit(units.share)], ...],
        BeforeValidator(listed),
        AfterValidator(per_interval),
    ]
    Shares = or_by_day(_SharesOfDay, *one_or_many(SHARE_SCHEMA)["anyOf"])

Contacts = Annotated[Count, Field(le=MOST_CONTACTS)]


class Lists(Part):
    """How many contacts a list has, and how often one comes."""

    daily: Contacts | None = None
    """A fresh list of this length each day, in place of what is left of the last one."""
    once: Contacts | None = None
    """One list for the whole run; it comes when the first day begins."""

    @model_validator(mode="after")
    def _one(self) -> Lists:
        if (self.daily is None) == (self.once is None):
            raise wrong(say("campaigns.contacts"))
        return self

    @property
    def length(self) -> int:
        """How many contacts a list has."""
        return self.daily or self.once or 0


def _a_day(value: object) -> object:
    return value if isinstance(value, dict | Lists) else {"daily": value}


_COUNT_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": NUMBER_PATTERN}]
}

if TYPE_CHECKING:
    DailyOrOnce = Lists
else:
    DailyOrOnce = Annotated[
        Lists,
        BeforeValidator(_a_day),
        WithJsonSchema(
            {
                "anyOf": [
                    _COUNT_SCHEMA,
                    {
                        "type": "object",
                        "properties": {
                            key: {**_COUNT_SCHEMA, "description": field.description}
                            for key, field in Lists.model_fields.items()
                        },
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ]


class Dial(Part):
    """How fast numbers are dialled."""

    ratio: Annotated[Positive, Field(ge=1, le=10)] | None = None
    """Numbers that ring at a time for each idle agent, 1 to 10. 1 is progressive: an agent is kept for each
    number, so nobody who picks up is left without one (default 1, unless preview stands instead)."""
    abandon_at_most: Share | None = None
    """The share of live answers that may hang up for want of an agent. The ratio starts as it is written.
    After each 100 live answers it falls by 0.2 where more were lost and rises by 0.1 where fewer were,
    between 1 and 3 (default: the ratio stays)."""
    preview: Annotated[Duration, Field(gt=0, le=3600)] | None = None
    """Instead of ratio: an agent looks at the record for this long, then the number rings; the agent is busy
    from the first look on."""

    @model_validator(mode="after")
    def _one_way(self) -> Dial:
        if self.preview is not None and (self.ratio is not None or self.abandon_at_most is not None):
            raise wrong(say("campaigns.preview"))
        if self.abandon_at_most is not None and self.first_ratio > 3:
            raise wrong(say("campaigns.most"))
        return self

    @property
    def first_ratio(self) -> float:
        """The ratio with which a run begins."""
        return 1.0 if self.ratio is None else self.ratio

    @property
    def keeps_agents(self) -> bool:
        """Whether each number rings for one agent, who is kept for it."""
        return self.preview is not None or (self.first_ratio == 1 and self.abandon_at_most is None)


class DialAgain(Part):
    """Who is dialled again after an attempt that reached nobody."""

    probability: Share
    """The share that is dialled again."""
    after: Distribution
    """How long after, at the earliest: contacts that are due come before fresh ones."""
    at_most: Annotated[Count, Field(le=200)] = 3
    """How many times one contact is dialled again at most (default 3)."""


class Campaign(Part):
    """Numbers that the centre dials: a queue whose calls ring before they arrive."""

    contacts: DailyOrOnce
    """How many contacts the list has: fresh each day, such as 12_000, or {once: 40_000} for the whole run. It
    may run out."""
    open: Hours = ((0, units.DAY_MS),)
    """When numbers are dialled: one range of the day, a list, or by day, such as {mon-fri: 09:00-20:00,
    other: closed} (default always)."""
    dial: Dial = Dial(ratio=1.0)
    """How fast: {ratio: 1} is progressive, {ratio: 1.4, abandon_at_most: 3%} predictive, with {preview: 20 s}
    agents look first (default {ratio: 1})."""
    priority: Ordinal = 1
    """Which campaign dials first, and which live answer or call a freed agent takes first, as of a queue
    (default 1)."""
    ring: Distribution
    """How long a number rings until somebody picks up, or it is given up."""
    reached: Shares
    """The share of attempts in which somebody picks up: one value, one per interval of the day, or by day."""
    right_party: Share = 1.0
    """The share of those who pick up that is the right party (default 100%)."""
    talk: Distribution
    """How long the right party and the agent talk."""
    wrong_party: Distribution = Constant.model_construct(mean=(20.0,))
    """How long others talk (default 20 s)."""
    wrap: Distribution | None = None
    """After-call work after a talk with the right party (default none)."""
    patience: Distribution = Constant.model_construct(mean=(2.0,))
    """How long somebody who picks up waits for an agent: who then hangs up got a nuisance call (default
    2 s)."""
    redial: DialAgain | None = None
    """Who is dialled again when nobody picks up (default: nobody)."""

    def open_on(self, date: datetime.date, calendar: Calendar) -> Ranges:
        """Its hours on a date in or about the calendar: ranges of ms of the day, none where it is closed."""
        return calendar.value(self.open, date) if isinstance(self.open, dict) else self.open

    def reached_on(self, date: datetime.date, calendar: Calendar) -> tuple[float, ...]:
        """The share that picks up on a date: one number, or one per interval of the day."""
        return calendar.value(self.reached, date) if isinstance(self.reached, dict) else self.reached
