"""The people of a build-out: where they come from, how long they learn, how soon they leave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.over_time import OverTime
from callsim.scenario.words.quantities import (
    SHARE_SCHEMA,
    Calls,
    Count,
    Duration,
    Name,
    OrShort,
    Part,
    People,
    Positive,
    PositiveDuration,
    Share,
)
from callsim.sentences import say
from callsim.units import DAY_S


def less_than_all(share: float) -> float:
    """A share of which something must be left."""
    if share >= 1:
        raise wrong(say("plan.less_than_all"))
    return share


class Attrition(Part):
    """How many leave in a year, by one of two measures; the hazard says at which tenure."""

    first_year: Share | None = None
    """Of those who start, the share that has left twelve months later (less than 100%)."""
    turnover: Annotated[Positive, Field(le=20)] | None = None
    """Leavers in a year for each person there, where every leaver is replaced: 1 is a mean stay of a year."""

    @model_validator(mode="after")
    def _one(self) -> Attrition:
        if (self.first_year is None) == (self.turnover is None):
            raise wrong(say("plan.attrition"))
        if self.first_year is not None:
            less_than_all(self.first_year)
        return self


AttritionWords = Annotated[
    Attrition,
    BeforeValidator(lambda value: value if isinstance(value, dict) else {"first_year": value}),
    OrShort(SHARE_SCHEMA),
]
"""`40%` is short for `{first_year: 40%}`."""


class Experience(Part):
    """How much longer beginners take for a call, and how it fades: 1 + (starts_at - 1) e^(-t / fades)."""

    starts_at: Annotated[Positive, Field(ge=1, le=5)] = 1.0
    """Handling time of a beginner, as times that of an old hand (default 1: no difference)."""
    fades: PositiveDuration = 40.0 * DAY_S
    """The time on the phones after which e⁻¹ = 37 % of the difference is left (default 40 d)."""


class School(Part):
    """A college or a short course: people come out of it some weeks after they were found."""

    intake: OverTime[Calls] | None = None
    """The most people hired for it in a month, from each date on (default: all who find room)."""
    class_size: Count
    """People in a class."""
    rooms: OverTime[People]
    """Rooms for its classes, from each date on."""
    trainers: OverTime[People] | None = None
    """Trainers, from each date on; a class needs one (default: one for each room)."""
    length: PositiveDuration
    """From the first day of class until an agent takes calls (a line's own `training` goes before this)."""
    fails: Annotated[Share, Field(lt=1)] = 0.0
    """The share of a class that never takes calls (default 0)."""
    lead: Duration = 0.0
    """From the decision to hire until the class begins (default 0 s)."""
    sites: tuple[Name, ...] = ()
    """The sites it teaches for (default all)."""
    slips: Duration = 0.0
    """How late a class begins on the mean, where luck has a say: exponential (default 0 s: never late)."""

    def teaches(self, site: str | None) -> bool:
        """Whether it teaches agents of a site, or of none (None)."""
        return not self.sites or site in self.sites


class LabourMarket(Part):
    """How many people the region and the nation could give at all."""

    labour_force: Count
    """People in the region who work or look for work."""
    at_most: Share = 1.0
    """The share of them that call centres can employ before the market is empty (default 100%)."""


def _hazards(values: object) -> object:
    listed = values if isinstance(values, tuple) else (values,)
    if not listed or len(listed) > 600:
        raise wrong(say("plan.hazard"))
    return listed


class Workforce(Part):
    """The agents of the plan: who is there at first, who comes and leaves, how much of them takes calls."""

    hours_per_week: Annotated[Positive, Field(le=100)] = 40.0
    """Paid hours of an agent in a week (default 40)."""
    shrinkage: Annotated[Share, Field(lt=1)] = 0.0
    """The share of paid hours that are not rostered: leave, paid breaks, training days (default 0)."""
    efficiency: Annotated[Share, Field(gt=0)] = 1.0
    """The share of the hours left that falls where the roster wants it (default 100%)."""
    support: Annotated[Share, Field(lt=1)] = 0.0
    """The share of all jobs that are not agents: team leaders, trainers, technicians (default 0)."""
    at_start: Share = 1.0
    """Of the agents that the first day needs, the share that is there (default 100%)."""
    new_at_start: Share = 0.0
    """Of them, the share with less than three months on the phones; the others have a year (default 0)."""
    attrition: AttritionWords = Attrition(first_year=0.0)
    """How many leave in a year (default none); a line may have its own."""
    hazard: Annotated[
        tuple[Annotated[Share, Field(lt=1)], ...], BeforeValidator(_hazards), OrShort(SHARE_SCHEMA)
    ] = (0.01,)
    """The share that leaves in each month of tenure; the last holds ever after. Scaled to the attrition."""
    experience: Experience = Experience()
    """How tenure shows in handling time (default: not at all)."""
    schools: dict[Name, School] = Field(default_factory=dict)
    """Where people come from; without any nobody is hired. Schools of the fewest sites are asked first, then
    those of which fewer fail, then shorter ones, then by name."""
    hire_ahead: Duration = 0.0
    """Agents are to be ready this long before they are needed (default 0 s)."""
    labour_market: LabourMarket | None = None
    """The people that there are (default: enough)."""

    @field_validator("hazard")
    @classmethod
    def _somebody_leaves(cls, hazard: tuple[float, ...]) -> tuple[float, ...]:
        if not hazard[-1] > 0:
            raise wrong(say("plan.last_hazard"))
        return hazard

    def untaught(self, sites: Iterable[str | None]) -> list[str]:
        """The names of those sites for which no school teaches, in order; all where there is no school."""
        return sorted(
            {
                site or say("plan.no_site")
                for site in sites
                if not any(school.teaches(site) for school in self.schools.values())
            }
        )
