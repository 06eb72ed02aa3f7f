"""The groups of agents, who is there when, and the sites they sit in."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from callsim.scenario.quantities import Count, Name, Part, Staff
from callsim.scenario.routing import Answer
from callsim.scenario.words import wrong


class _OrNothing:
    """`telecom:` with nothing after it means `telecom: {}`."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "null"}]}


_Answer = Annotated[Answer, BeforeValidator(lambda v: {} if v is None else v), _OrNothing()]


class Site(Part):
    """A building; its seats are read but have no effect in this version."""

    seats: Count | None = None
    """How many agents can sit there at once (default: no limit)."""


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
    staff: Staff
    """Agents ready to take calls: one number, one per interval of the day, or a CSV file's name."""
