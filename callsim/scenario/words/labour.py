"""Whose rules of work `staff --shifts` keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from callsim.scenario.words.mistakes import nearest, wrong
from callsim.scenario.words.quantities import Duration, Ordinal, Part, PositiveDuration, Weight
from callsim.sentences import say
from callsim.units import DAY_S, shown

COUNTRIES = ("CN", "none")


def _within(days: int) -> AfterValidator:
    """Returns the check that a duration is at most `days` days long."""

    def checked(seconds: float) -> float:
        if seconds > days * DAY_S:
            raise wrong(say("hours.hours_of_day") if days == 1 else say("hours.hours_of_week"))
        return seconds

    return AfterValidator(checked)


class Limits(Part):
    """Rules of one's own for one person; what is left out is not limited."""

    hours_a_day: Annotated[PositiveDuration, _within(1)] = DAY_S
    """Paid hours of a shift at most, such as 10 h (default: no limit)."""
    hours_a_week: Annotated[PositiveDuration, _within(7)] = 7 * DAY_S
    """Paid hours of a week at most, such as 40 h (default: no limit)."""
    rest: Annotated[Duration, _within(1)] = 0
    """Time between two shifts at least, such as 11 h (default: none)."""
    days_a_week: Annotated[Ordinal, Field(le=7)] = 7
    """Days of a week with a shift at most, such as 6 (default: no limit)."""
    nights_a_month: Annotated[Weight, Field(le=31)] = 31
    """Shifts of a month with two hours or more between 00:00 and 05:00 at most; people take turns
    (default: no limit)."""


def _country(value: object) -> object:
    if value is None or value is False:
        return "none"
    if value in COUNTRIES:
        return value
    hint = nearest(value, COUNTRIES) if isinstance(value, str) else ""
    raise wrong(say("hours.no_rules", value=shown(value), hint=hint))


if TYPE_CHECKING:
    Labour = Literal["CN", "none"] | Limits
else:
    Labour = Annotated[
        Annotated[Literal[COUNTRIES], BeforeValidator(_country), Tag("country")]
        | Annotated[Limits, Tag("limits")],
        Discriminator(lambda value: "limits" if isinstance(value, (dict, Limits)) else "country"),
    ]
