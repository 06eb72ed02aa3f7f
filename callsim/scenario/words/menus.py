"""Menus: what callers meet before a queue, and which way they go from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from callsim.scenario.words.demand import Arrivals
from callsim.scenario.words.distributions import Distribution
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import Name, Part, Share
from callsim.sentences import say
from callsim.units import show_share

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
                            key: {"type": ["number", "string"], "description": about}
                            for key, about in (
                                ("share", "On the mean of all runs."),
                                ("sd", "Its standard deviation (default 0%: known exactly)."),
                            )
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
