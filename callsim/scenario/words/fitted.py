"""What a scenario was fitted to: days that prove nothing when it is judged."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from callsim.scenario.words.calendar import as_date
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import Part, listed, one_or_many
from callsim.sentences import say
from callsim.units import shown

_DATE = r"\d{4}-\d{2}-\d{2}"
_RANGE = re.compile(rf"\s*({_DATE})(?:\s+to\s+({_DATE}))?\s*", re.ASCII)

Range = tuple[datetime.date, datetime.date]


def _range(value: object) -> object:
    """A date, or a range such as `2027-02-05 to 2027-02-11`: its first and its last day."""
    if isinstance(value, tuple):
        return value
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong(say("dates.no_range", value=shown(value)))
    first, last = (as_date(part or match[1]) for part in match.groups())
    if last < first:
        raise wrong(say("dates.empty_range", value=shown(value)))
    return first, last


_Days = Annotated[
    tuple[Annotated[Range, BeforeValidator(_range)], ...],
    BeforeValidator(listed),
    Field(min_length=1),
    WithJsonSchema(one_or_many({"type": "string"})),
]


class Fitted(Part):
    """The history that a scenario was fitted to; `callsim fit` writes it, `callsim validate` reads it."""

    days: _Days
    """Its days: dates, or ranges such as 2027-02-05 to 2027-02-11. Of these there is no verdict."""
    staffing: Literal["logged", "inferred", "assumed"] | None = None
    """Where the agents come from: logged in, inferred from the waits, or assumed (default: not told)."""

    def holds(self, date: datetime.date) -> bool:
        """Whether the scenario was fitted to a day."""
        return any(first <= date <= last for first, last in self.days)
