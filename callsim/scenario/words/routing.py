"""What callers meet before a queue, who may answer which call and how fast, and over which trunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from callsim.scenario.words.demand import Arrivals
from callsim.scenario.words.distributions import Distribution
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import (
    Count,
    Duration,
    Name,
    Ordinal,
    Part,
    People,
    Positive,
    Share,
    YesNo,
)
from callsim.sentences import say
from callsim.units import DAY_S, show_duration, show_share

MOST_AT_ONCE = 10  # works in the hands of one agent


def _some(quota: float) -> float:
    if quota == 0:
        raise wrong(say("conditions.quota_of_nothing"))
    return quota


class Switch(Part):
    """A way to a group that is open only while too many wait, or too few are answered in time."""

    service_level_below: Share | None = None
    """Open while the queue's service level is less than this: answered within the goal's time ÷ all, of the
    calls whose wait has ended in the time `over`, and of those that wait now for longer than the goal's
    time. Where there are none, nothing changes."""
    over: Annotated[Duration, Field(ge=1, le=DAY_S)] = 900.0
    """The time over which the service level is taken, a multiple of checked_every (default 15 min)."""
    waiting_above: People | None = None
    """Instead of service_level_below: open while more calls than this wait in the queue."""
    checked_every: Annotated[Duration, Field(ge=1, le=DAY_S)] = 60.0
    """How often the condition is looked at, at midnight among other times; the way opens and closes only
    then, and is closed when the run begins (default 1 min)."""

    @model_validator(mode="after")
    def _one_condition(self) -> Switch:
        if (self.service_level_below is None) == (self.waiting_above is None):
            found = say("lists.none") if self.waiting_above is None else say("conditions.both")
            raise wrong(say("conditions.either", found=found))
        if self.waiting_above is not None and "over" in self.model_fields_set:
            raise wrong(say("conditions.over"))
        over, every = round(self.over * 1000), round(self.checked_every * 1000)
        if self.service_level_below is not None and over % every:
            meant = show_duration(-(-over // every) * every / 1000)
            said, looks = show_duration(self.over), show_duration(self.checked_every)
            raise wrong(say("conditions.multiple", over=said, every=looks, meant=meant))
        return self


class Answer(Part):
    """How a group answers a queue; `{}` is the usual way."""

    rank: Ordinal = 1
    """1 is the group's first choice, and the queue's (default 1)."""
    after: Duration = 0.0
    """Only calls that have waited this long (default 0 s: from the first second)."""
    pace: Annotated[Positive, Field(ge=0.1, le=10)] = 1.0
    """Times the usual talk time, 0.1 to 10 (default 1)."""
    reserve: People = 0
    """Only while more agents of the group than this are idle (default 0)."""
    min_waiting: People = 0
    """Only while at least this many calls wait in the queue; the one that has waited longest is answered
    (default 0)."""
    quota: Annotated[Share, AfterValidator(_some)] | None = None
    """Of the calls that several groups of equal rank may take: the group with the least answered calls of the
    queue since the run began, divided by its quota, is tried first (default: whose agent has been idle
    longest)."""
    when: Switch | None = None
    """Only while this holds (default: always)."""
    concurrency: Annotated[Ordinal, Field(le=MOST_AT_ONCE)] = 1
    """How much an agent may have in hand who does this, this included, such as 3 chats: work of several
    queues goes on at once only up to the least of theirs. A call (1) is answered by an agent who does nothing
    else (default 1; at most 10)."""
    interruptible: YesNo = False
    """Whether it goes back to the head of its queue, with what is left of it, when a call that comes first
    for the group finds no agent; the one who began it last is taken. What was begun is never given up;
    wrap-up is not interrupted (default no)."""

    @model_validator(mode="after")
    def _alone(self) -> Answer:
        if self.interruptible and self.concurrency > 1:
            raise wrong(say("at_once.interruptible"))
        return self


class Lines(Part):
    """A trunk group that queues share: a call holds a line from its arrival to the end of talk, and one that
    dials a menu of it from then on.
    """

    count: Count
    """How many lines there are; a call that finds none free is blocked."""
    queues: tuple[Name, ...] = ()
    """The queues whose calls come over these lines (default: none but through `menus`)."""
    menus: tuple[Name, ...] = ()
    """The menus whose calls do: a client holds a line from dialling one to the last hang-up, and needs no
    second one in a queue (default none)."""

    @model_validator(mode="after")
    def _has_some(self) -> Lines:
        if not self.queues and not self.menus:
            raise wrong(say("menus.no_lines_for"))
        return self


ROUNDING = 1e-9  # of shares that are added up


class Contained(Part):
    """The share of a menu's calls that need no agent, and how well it is known."""

    share: Share
    """On the mean of all runs."""
    sd: Share = 0.0
    """Its standard deviation: each run draws its share, beta with this mean and deviation (default 0%: known
    exactly)."""


def _share_alone(value: object) -> object:
    return value if isinstance(value, dict | Contained) else {"share": value}


def _adds_up(ways: dict[str, float]) -> dict[str, float]:
    whole = sum(ways.values())
    if abs(whole - 1) > ROUNDING:
        raise wrong(say("menus.adds_up", share=show_share(whole)))
    return ways


if TYPE_CHECKING:
    MaybeUncertain = Contained
else:
    MaybeUncertain = Annotated[
        Contained,
        BeforeValidator(_share_alone),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": ["number", "string"]},
                    {
                        "type": "object",
                        "properties": {
                            key: {"type": ["number", "string"], "description": field.description}
                            for key, field in Contained.model_fields.items()
                        },
                        "required": ["share"],
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ]


class Menu(Part):
    """What callers meet who dial it instead of a queue: a voice menu, a bot, or a mere split."""

    arrivals: Arrivals = Arrivals(per_hour=0.0)
    """How many calls come, as of a queue (required, unless another menu leads here: default none but
    these)."""
    duration: Distribution | None = None
    """How long callers are in it, announcements included (default 0 s: a mere split)."""
    abandon: Share = 0.0
    """The share of its calls that hang up in it, at any moment of that time (default 0%)."""
    contained: MaybeUncertain = Contained(share=0.0)
    """The share of its calls that it serves, so that they need no agent, such as 35%, or {share: 35%, sd: 5%}
    where it is uncertain (default 0%)."""
    to: Annotated[dict[Name, Share], Field(min_length=1), AfterValidator(_adds_up)]
    """Where those go who go on, by queue or menu; the shares add up to 100%."""

    @model_validator(mode="after")
    def _at_most_all(self) -> Menu:
        most, contained = 1 - self.abandon, self.contained
        if contained.share > most + ROUNDING:
            raise wrong(say("menus.more_than_all", share=show_share(self.abandon + contained.share)))
        if contained.sd > 0 and contained.sd**2 >= contained.share * (most - contained.share) - ROUNDING:
            raise wrong(say("menus.too_uncertain", sd=show_share(contained.sd)))
        if self.arrivals.replay is not None:
            raise wrong(say("menus.replay"))
        return self

    @property
    def ways(self) -> dict[str, float]:
        """The shares of those who go on, without ways that nobody takes."""
        return {name: share for name, share in self.to.items() if share > 0}

    @property
    def is_mere_way(self) -> bool:
        """Whether it takes no time and all its calls go on to one place."""
        timeless = self.duration is None or self.duration.mean_s == 0
        return timeless and self.abandon == 0 and self.contained.share == 0 and len(self.ways) == 1
