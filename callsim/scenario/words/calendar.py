"""The days of a run and the grid they are reported in."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema, field_validator

from callsim import units
from callsim.scenario.document import Node
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import Count, Duration, Part, PositiveDuration
from callsim.units import DAY_S, shown


def as_date(value: object) -> datetime.date:
    """A date written YYYY-MM-DD."""
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise wrong(f"{shown(value)} is not a date; write YYYY-MM-DD, such as 2024-01-01")
    try:
        date = datetime.date.fromisoformat(value)
    except ValueError:
        raise wrong(f"there is no {value} in the calendar") from None
    if not 1900 <= date.year <= 2200:
        raise wrong(f"{value} is too far away; write a date between 1900 and 2200")
    return date


class Calendar(Part):
    """Which days are simulated."""

    start: Annotated[
        datetime.date,
        BeforeValidator(as_date),
        WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
    ] = datetime.date(2024, 1, 1)
    """The date of day 1 (default 2024-01-01, a Monday)."""
    days: Annotated[Count, Field(le=730)] = 1
    """How many days are simulated and reported, 1 to 730 (default 1)."""
    warm_up: Duration = 0.0
    """Simulated before 00:00 of day 1, not reported; at most 30 d, in whole intervals (default 0 s)."""
    interval: PositiveDuration = 1800.0
    """The grid of reports, goals and lists with one value per interval; divides a day (default 30 min)."""

    @field_validator("warm_up")
    @classmethod
    def _short(cls, warm_up: float) -> float:
        if warm_up > 30 * DAY_S:
            raise wrong("a warm-up is at most 30 d")
        return warm_up

    @field_validator("interval")
    @classmethod
    def _divides(cls, interval: float) -> float:
        ms = round(interval * 1000)
        if ms < 60_000 or abs(ms - interval * 1000) > 1e-6 or units.DAY_MS % ms:
            raise wrong(
                f"{units.show_duration(interval)} does not divide a day; write at least 1 min, "
                "such as 5 min, 15 min, 30 min or 1 h"
            )
        return interval

    @property
    def intervals(self) -> int:
        """How many intervals a day has."""
        return units.DAY_MS // round(self.interval * 1000)


def calendar_of(root: Node) -> Calendar | None:
    """The calendar of a tree, if nothing is wrong with it; other parts are checked against it."""
    node = root.mapping.get("calendar")
    if node is None:
        return Calendar()
    try:
        return Calendar.model_validate(node.plain())
    except ValidationError:
        return None
