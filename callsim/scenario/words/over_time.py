"""Values that change over the years: one value, or one from each date on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

from callsim.scenario.words.calendar import as_date
from callsim.scenario.words.mistakes import wrong
from callsim.sentences import say

Value = TypeVar("Value")

ALWAYS = datetime.date(1900, 1, 1)
"""The date under which a value is kept that holds from the beginning."""


def _day(value: object) -> datetime.date:
    """`2017-03` is the first of March."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}", value, re.ASCII):
        value = f"{value}-01"
    return as_date(value)


_PATTERN = r"^\d{4}-\d{2}(-\d{2})?$"
Date = Annotated[
    datetime.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "pattern": _PATTERN})
]
"""A date, written `2017-03-15`, or `2017-03` for the first of the month."""


def _always(value: object) -> object:
    if value == {}:
        raise wrong(say("values.no_values"))
    return value if isinstance(value, dict) else {ALWAYS: value}


class _OneOrDated:
    """In the JSON Schema: the value itself, or a mapping of dates to values."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        (value,) = handler(core)["patternProperties"].values()
        return {"anyOf": [value, {"type": "object", "additionalProperties": value, "minProperties": 1}]}


OverTime = Annotated[
    dict[Date, Annotated[Value, Field()]],
    BeforeValidator(_always),
    _OneOrDated(),
]
"""One value for ever, or a mapping: each holds from its date until the next."""


def on(values: Mapping[datetime.date, float], date: datetime.date) -> float:
    """Returns the value that holds on a date; 0 before the first date."""
    known = [since for since in values if since <= date]
    return values[max(known)] if known else 0.0


def between(values: Mapping[datetime.date, float], date: datetime.date) -> float:
    """The value on a date, changing evenly from date to date; flat before the first and after the last."""
    dates = sorted(values)
    later = [since for since in dates if since > date]
    if not later:
        return values[dates[-1]]
    at = dates.index(later[0])
    if at == 0:
        return values[dates[0]]
    since, until = dates[at - 1], dates[at]
    part = (date - since).days / (until - since).days
    return values[since] + part * (values[until] - values[since])
