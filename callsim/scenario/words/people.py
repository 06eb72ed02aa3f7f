"""The groups of agents, who is there when, and the sites they sit in."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from callsim.scenario.words import by_day
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import (
    Count,
    Name,
    Part,
    PartialShare,
    People,
    Positive,
    Share,
    Staff,
)
from callsim.scenario.words.routing import Answer
from callsim.scenario.words.scale import GroupScale
from callsim.sentences import say


class _OrNothing:
    """`telecom:` with nothing after it means `telecom: {}`."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "null"}]}


_Answer = Annotated[Answer, BeforeValidator(lambda v: {} if v is None else v), _OrNothing()]


def _equals(value: object) -> object:
    """Every place of a list is a list of equals; a name by itself is the only one of its place."""
    if not isinstance(value, tuple):
        raise wrong(say("people.answers"))
    if () in value:
        raise wrong(say("people.answers_empty"))
    return tuple(place if isinstance(place, tuple) else (place,) for place in value)


class _NamesOrLists:
    """`[[telecom, bank], mail]`: names, or lists of names."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        written = handler(core)
        written["items"] = {"anyOf": [{"type": "string"}, written["items"]]}
        return written


Preferences = Annotated[tuple[tuple[Name, ...], ...], BeforeValidator(_equals), _NamesOrLists()]


class _OrByDay:
    """In the JSON Schema: shifts, or a mapping of days to shifts."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        written = handler(core)
        days = {"type": "object", "propertyNames": by_day.KEY_SCHEMA, "additionalProperties": written}
        return {"anyOf": [written, days]}


class Site(Part):
    """A building. An agent on duty holds a seat until really leaving; who finds none free waits for one."""

    seats: Count | None = None
    """How many agents can sit there at once (default: no limit)."""


class Absence(Part):
    """Who does not come though planned: drawn for each shift, group, run and day."""

    share: PartialShare
    """The mean share that is absent."""
    correlation: Share = 0.0
    """How much colleagues are absent together, 0 to less than 1 (default 0: each for himself)."""

    @field_validator("correlation")
    @classmethod
    def _not_all(cls, correlation: float) -> float:
        if correlation >= 1:
            raise wrong(say("people.partial"))
        return correlation


def _some(answers: object) -> object:
    if answers == {}:
        raise wrong(say("people.no_answers"))
    return answers


def _of_time(value: float) -> float:
    """A share of time, more than none of it."""
    if value == 0:
        raise wrong(say("values.never_busy"))
    return value


SlowerPace = Annotated[Positive, Field(ge=1, le=10)]


def _first_is_usual(paces: tuple[float, ...]) -> tuple[float, ...]:
    if paces[0] != 1:
        raise wrong(say("at_once.first", first=f"{paces[0]:g}"))
    return paces


Paces = Annotated[tuple[SlowerPace, ...], Field(min_length=1), AfterValidator(_first_is_usual)]


class Group(Part):
    """Agents alike in site, skills and hours."""

    site: Name | None = None
    """The site they sit in, one of `sites` (default: none, without a seat limit)."""
    answers: Annotated[dict[Name, _Answer], Field(min_length=1), BeforeValidator(_some)]
    """The queues they answer, and how."""
    prefers: Preferences = ()
    """Which call a freed agent takes first, after the queues' priority and whatever their rank, such as
    [[telecom, bank], mail]: those in an inner list are equals, queues left out come last, by rank (default:
    by rank alone)."""
    staff: Staff | None = None
    """Agents scheduled: one number, one per interval of the day, a CSV file's name, or any of these by day,
    such as {mon-fri: 12, other: 5}."""
    shifts: Annotated[dict[Name, People], Field(min_length=1), _OrByDay()] | None = None
    """Instead of staff: how many agents work each shift, such as {early: 200, late: 120}, or this by day,
    such as {mon-fri: {early: 200, late: 120}, other: {late: 50}}."""
    scale: GroupScale = GroupScale()
    """Times its staff or shifts, such as {staff: 98%} (default: as they are written)."""
    absence: Absence | None = None
    """Who does not come though planned (default: everybody comes)."""
    shrinkage: PartialShare = 0.0
    """Planned time off the phone that staff or shifts do not show: this share fewer come (default 0)."""
    concurrent_pace: Paces = (1.0,)
    """How many times the usual talk takes while 1, 2, 3 … works go on at once, such as [1, 1.25, 1.5]: one
    number for each up to the largest `concurrency` of its answers, 1 to 10. Wrap-up takes as long as ever
    (default: 1 for all)."""
    agent_selection: Literal["longest_idle", "least_occupied"] = "longest_idle"
    """Who takes a call of several agents with equally much in hand: the one for whom that is so longest, or
    the one who was busy for the least share of the time since logging in (default longest_idle)."""
    occupancy_at_most: Annotated[Share, AfterValidator(_of_time)] | None = None
    """A goal of the group: the largest share of its time on duty that it may be busy, such as 88% (default:
    none)."""

    @property
    def slots(self) -> int:
        """The most that one agent may have in hand."""
        return max(answer.concurrency for answer in self.answers.values())

    @property
    def is_in_rows(self) -> bool:
        """Whether anybody asks which of its agents it is."""
        may_stop = any(answer.interruptible for answer in self.answers.values())
        return self.slots > 1 or may_stop or self.agent_selection == "least_occupied"

    def pace_at_once(self, works: int) -> float:
        """How many times the usual talk takes while so many works go on at once."""
        return self.concurrent_pace[works - 1] if len(self.concurrent_pace) > 1 else 1.0

    def turn_of(self, queue: str) -> int:
        """When a freed agent takes a call of a queue: smaller is sooner, 0 where it is not preferred."""
        for place, equals in enumerate(self.prefers):
            if queue in equals:
                return place - len(self.prefers)
        return 0

    def staff_of(self, date: datetime.date, calendar: Calendar) -> tuple[int, ...]:
        """The staff of a date in or about a calendar: one number, or one per interval of the day."""
        if not isinstance(self.staff, dict):
            return self.staff or (0,)
        return calendar.value(self.staff, date)

    @property
    def staff_lists(self) -> list[tuple[int, ...]]:
        """Its staff of all days, whether by day or not; none where it works shifts."""
        if isinstance(self.staff, dict):
            return list(self.staff.values())
        return [] if self.staff is None else [self.staff]

    @model_validator(mode="after")
    def _one_way(self) -> Group:
        if (self.staff is None) == (self.shifts is None):
            found = "none" if self.staff is None else "both"
            raise wrong(say("people.staff_or_shifts", found=found))
        return self
