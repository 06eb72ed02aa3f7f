"""The groups of agents, who is there when, and the sites they sit in."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic_core import CoreSchema

from callsim.scenario.quantities import Count, Name, Part, PartialShare, People, Share, Staff
from callsim.scenario.routing import Answer
from callsim.scenario.words import wrong


class _OrNothing:
    """`telecom:` with nothing after it means `telecom: {}`."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "null"}]}


_Answer = Annotated[Answer, BeforeValidator(lambda v: {} if v is None else v), _OrNothing()]


class Site(Part):
    """A building. An agent on duty holds a seat until really leaving; who finds none free waits for one."""

    seats: Count | None = None
    """How many agents can sit there at once (default: no limit)."""


class Absence(Part):
    """Who does not come though planned: drawn for each shift, group, run and day."""

    share: PartialShare
    """The mean share that is absent."""
    correlation: Share = 0.0
    """How much colleagues are absent together, 0 (each for himself, default) to less than 1."""

    @field_validator("correlation")
    @classmethod
    def _not_all(cls, correlation: float) -> float:
        if correlation >= 1:
            raise wrong("this must be less than 1, such as 0.05")
        return correlation


def _some(answers: object) -> object:
    if answers == {}:
        raise wrong("this is empty; write at least one queue, such as telecom: {}")
    return answers


class Group(Part):
    """Agents alike in site, skills and hours."""

    site: Name | None = None
    """The site they sit in, one of `sites`."""
    answers: Annotated[dict[Name, _Answer], Field(min_length=1), BeforeValidator(_some)]
    """The queues they answer, and how."""
    staff: Staff | None = None
    """Agents ready to take calls: one number, one per interval of the day, or a CSV file's name."""
    shifts: Annotated[dict[Name, People], Field(min_length=1)] | None = None
    """Instead of staff: how many agents work each shift, such as {early: 200, late: 120}."""
    absence: Absence | None = None
    """Who does not come though planned (default: everybody comes)."""
    shrinkage: PartialShare = 0.0
    """Planned time off the phone that staff or shifts do not show: this share fewer come (default 0)."""

    @model_validator(mode="after")
    def _one_way(self) -> Group:
        if (self.staff is None) == (self.shifts is None):
            found = "none" if self.staff is None else "both"
            raise wrong(
                f"write staff (agents by the interval) or shifts (agents by the shift); here is {found}"
            )
        return self
