"""What calls are told that have to wait, what their clients do then, and how clients are called back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import Count, Duration, Name, Part, Positive, Share
from callsim.sentences import say
from callsim.units import DAY_S, show_duration, show_share

ROUNDING = 1e-9  # of shares that are added up


class AnnouncementStep(Part):
    """What calls do that are told a wait of at least this length."""

    from_: Annotated[Duration, Field(alias="from", le=7 * DAY_S)] = 0.0
    """From this wait on, up to the next step (default 0 s: every call that has to wait)."""
    patience: Annotated[Positive, Field(ge=0.01, le=100)] = 1.0
    """How patient callers are who stay, in times of the usual patience, 0.01 to 100 (default 1)."""
    hang_up: Share = 0.0
    """The share of the calls told so that hang up at once, and count as balked (default 0%)."""
    callback: Share = 0.0
    """The share of the calls told so that asks to be called back, if callbacks are offered: see `callback` of
    the queue (default 0%)."""

    @model_validator(mode="after")
    def _at_most_all(self) -> AnnouncementStep:
        if self.hang_up + self.callback > 1 + ROUNDING:
            raise wrong(say("waiting.more_than_all", share=show_share(self.hang_up + self.callback)))
        return self


class Announcement(Part):
    """The wait that is told to each call that has to wait."""

    wait: Literal["expected", "longest", "last"] = "expected"
    """expected: by how many calls wait and how many agents are on duty; longest: as long as the first of the
    calls that wait has waited; last: as long as the call has waited that was answered last (default
    expected)."""
    steps: Annotated[tuple[AnnouncementStep, ...], Field(max_length=100)] = ()
    """What they do then, by the wait that is told; steps stand in the order of `from` (default: wait as
    they would)."""

    @model_validator(mode="after")
    def _in_order(self) -> Announcement:
        for before, after in zip(self.steps, self.steps[1:], strict=False):
            if after.from_ <= before.from_:
                shorter, longer = show_duration(after.from_), show_duration(before.from_)
                raise wrong(say("waiting.order", shorter=shorter, longer=longer))
        return self


class Place(Part):
    """Where a callback waits; `kept` or `last` may stand for the whole."""

    queue: Name | None = None
    """A queue of its own, whose priority, groups and handling times it has (default: the queue that was
    called)."""
    at: Literal["announced"] | None = None
    """announced: it joins the queue, at its end, when the wait told is over (default: at once)."""
    times: Annotated[Positive, Field(ge=0.01, le=100)] = 1.0
    """With `at`: when it joins, in times of the wait told, 0.01 to 100 (default 1)."""
    kind: Literal["kept", "last"] | None = None
    """kept: where the call would have stood; last: behind all calls, those that come later, too (default
    kept)."""

    @model_validator(mode="after")
    def _one(self) -> Place:
        written = [key for key in ("queue", "at", "kind") if getattr(self, key) is not None]
        if len(written) != 1:
            raise wrong(say("waiting.one_place"))
        if "times" in self.model_fields_set and self.at is None:
            raise wrong(say("waiting.times"))
        return self


def _in_words(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


if TYPE_CHECKING:
    WordOrPlace = Place
else:
    WordOrPlace = Annotated[
        Place,
        BeforeValidator(_in_words),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": ["kept", "last"]},
                    {
                        "type": "object",
                        "properties": {
                            "queue": {
                                "type": "string",
                                "description": Place.model_fields["queue"].description,
                            },
                            "at": {
                                "enum": ["announced"],
                                "description": Place.model_fields["at"].description,
                            },
                            "times": {
                                "type": "number",
                                "minimum": 0.01,
                                "maximum": 100,
                                "description": Place.model_fields["times"].description,
                            },
                        },
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ]


class Callback(Part):
    """How clients are called back who asked for it."""

    place: WordOrPlace = Place(kind="kept")
    """Where a callback waits: kept, as the call would have; last, behind all calls; a queue of its own, such
    as {queue: callbacks}; or {at: announced}, once the wait told is over (default kept)."""
    reached: Share = 1.0
    """The share of attempts in which the client picks up (default 100%)."""
    ring: Annotated[Duration, Field(le=600)] = 0.0
    """How long the agent rings until the client picks up, or gives it up (default 0 s)."""
    attempts: Annotated[Count, Field(le=50)] = 1
    """How many times a client is rung at most (default 1)."""
    every: Annotated[Duration, Field(le=7 * DAY_S)] = 1200.0
    """How long after an attempt in vain the next one waits for an agent (default 20 min)."""
    at_most: Count | None = None
    """While this number of callbacks are promised and not yet made, no further one is offered (default: no
    limit)."""
