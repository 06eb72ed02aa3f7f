"""What may happen: a site loses seats, calls multiply, people stay away, lines are cut – for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from callsim import units
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import (
    Name,
    Part,
    PartialShare,
    Share,
    Weight,
    by_unit,
    listed,
    one_or_many,
)
from callsim.sentences import say

_MOMENT_SCHEMA = {"type": "string", "pattern": units.MOMENT_PATTERN, "examples": ["day 1 10:00"]}


def _something(share: float) -> float:
    if not share:
        raise wrong(say("values.above_nothing"))
    return share


if TYPE_CHECKING:
    Begin = int
    End = int
    Names = tuple[Name, ...]
else:
    Begin = Annotated[int, by_unit(units.moment), WithJsonSchema(_MOMENT_SCHEMA)]
    End = Annotated[int, by_unit(lambda value: units.moment(value, end=True)), WithJsonSchema(_MOMENT_SCHEMA)]
    Names = Annotated[
        tuple[Name, ...],
        BeforeValidator(listed),
        Field(min_length=1),
        WithJsonSchema(one_or_many({"type": "string"})),
    ]

# What can happen → what it happens to.
KINDS = {"seats_lost": "site", "times": "queue", "absence": "site", "lost": "lines"}


class Incident(Part):
    """Something that happens to a site, to queues or to trunk groups, and ends."""

    name: Name | None = None
    """What reports call it (default: what it is)."""
    from_: Annotated[Begin, Field(alias="from")]
    """When it begins, such as day 1 10:00."""
    to: End
    """When it ends."""
    site: Name | None = None
    """The site that loses seats, or whose agents stay away; absence without a site is everywhere."""
    seats_lost: Annotated[Share, AfterValidator(_something)] | None = None
    """The share of the site's seats that cannot be used; who sits there stops and waits for a seat."""
    calls_in_progress: Literal["dropped", "finished"] = "dropped"
    """Calls of agents who lose their seat are cut off, or finished first (default dropped)."""
    queue: Names | None = None
    """The queue, or queues, whose arrivals multiply."""
    times: Annotated[Weight, Field(le=1000)] | None = None
    """How many times the usual calls come."""
    absence: PartialShare | None = None
    """The share of agents absent from shifts that begin meanwhile, where their own is not higher."""
    lines: Names | None = None
    """The trunk group, or groups, of `lines` that are cut."""
    lost: Annotated[Share, AfterValidator(_something)] | None = None
    """The share of the lines that cannot be used; nobody is cut off, but as many fewer can call."""

    @model_validator(mode="after")
    def _one_kind(self) -> Incident:
        kinds = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            found = say("lists.and").join(kinds) or say("lists.none")
            raise wrong(say("incidents.one_kind", kinds=", ".join(KINDS), found=found))
        (kind,), what = kinds, KINDS[kinds[0]]
        if getattr(self, what) is None and kind != "absence":
            raise wrong(say("incidents.missing", what=what, kind=kind))
        for other in set(KINDS.values()) - {what}:
            if getattr(self, other) is not None:
                raise wrong(say("incidents.happens_to", kind=kind, what=what, other=other))
        if kind != "seats_lost" and "calls_in_progress" in self.model_fields_set:
            raise wrong(say("incidents.calls_in_progress", kind=kind))
        if self.from_ >= self.to:
            raise wrong(say("incidents.ends", to=units.show_moment(self.to)))
        return self

    @property
    def title(self) -> str:
        """What it is, in words."""
        if self.name:
            return self.name
        if self.seats_lost is not None:
            return say("incidents.site_loses", site=self.site, share=units.show_share(self.seats_lost))
        if self.times is not None:
            return say("incidents.calls", times=self.times, queues=", ".join(self.queue or ()))
        if self.absence is not None:
            site = self.site or say("incidents.everywhere")
            return say("incidents.absent", share=units.show_share(self.absence), site=site)
        assert self.lost is not None
        return say(
            "incidents.lines_lost", lines=", ".join(self.lines or ()), share=units.show_share(self.lost)
        )
