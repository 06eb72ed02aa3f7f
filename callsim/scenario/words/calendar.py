"""The days of a run, which of them are holidays, and the grid they are reported in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from callsim import units
from callsim.errors import UserError
from callsim.public_holidays import country
from callsim.scenario.document import Node
from callsim.scenario.words import by_day
from callsim.scenario.words.by_day import WEEKDAYS, Day
from callsim.scenario.words.mistakes import nearest, wrong
from callsim.scenario.words.quantities import Count, Duration, Part, PositiveDuration, listed
from callsim.sentences import say
from callsim.units import DAY_S, HOUR_S, shown

T = TypeVar("T")
_ONE_DAY = datetime.timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
_A_YEAR = (2024, 2024)  # any, to see whether a country is known


def as_date(value: object) -> datetime.date:
    """A date written YYYY-MM-DD."""
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise wrong(say("dates.no_date", value=shown(value)))
    try:
        date = datetime.date.fromisoformat(value)
    except ValueError:
        raise wrong(say("dates.not_in_calendar", value=value)) from None
    if not 1900 <= date.year <= 2200:
        raise wrong(say("dates.far_away", value=value))
    return date


def _replaces(date: datetime.date) -> int:
    """The weekday that a worked day is like where the file does not say: its own, or that next to it."""
    return {SATURDAY: 4, SUNDAY: 0}.get(date.weekday(), date.weekday())


def _working(value: object) -> dict[datetime.date, int]:
    """`[2027-02-14]`, or with the weekdays that they replace `{2027-02-14: fri}`."""
    if not isinstance(value, dict):
        values = listed(value)
        assert isinstance(values, tuple)
        return {date: _replaces(date) for date in map(as_date, values)}
    found = {}
    for key, day in value.items():
        word = day.strip().lower() if isinstance(day, str) else ""
        if word not in WEEKDAYS:
            raise wrong(say("dates.no_weekday", value=shown(day), hint=nearest(word, WEEKDAYS)))
        found[as_date(key)] = WEEKDAYS.index(word)
    return found


_DATE_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_DATES_SCHEMA = {"anyOf": [_DATE_SCHEMA, {"type": "array", "items": _DATE_SCHEMA}]}

if TYPE_CHECKING:
    Dates = tuple[datetime.date, ...]
    Working = dict[datetime.date, int]
else:
    Dates = Annotated[
        tuple[Annotated[datetime.date, BeforeValidator(as_date)], ...],
        BeforeValidator(listed),
        WithJsonSchema(_DATES_SCHEMA),
    ]
    Working = Annotated[
        dict[datetime.date, int],
        BeforeValidator(_working),
        WithJsonSchema(
            {
                "anyOf": [
                    *_DATES_SCHEMA["anyOf"],
                    {
                        "type": "object",
                        "propertyNames": _DATE_SCHEMA,
                        "additionalProperties": {"enum": list(WEEKDAYS)},
                    },
                ]
            }
        ),
    ]


class Holidays(Part):
    """Which days are public holidays. They follow `holiday` where values differ by day, or else `sun`."""

    country: Annotated[str, Field(max_length=20)] | None = None
    """A country's code, or that of a part of it, such as CN or DE-BY (default: none)."""
    also: Dates = ()
    """Further days off, such as [2027-02-20] (default: none)."""
    working: Working = Field(default_factory=dict)
    """Days that are worked although they are at a weekend or holidays, such as [2027-02-14]. Those that the
    country decrees follow the weekday that they replace; of these a Saturday is like a Friday and a Sunday
    like a Monday, unless it is said, such as {2027-02-14: wed} (default: none)."""

    @field_validator("country")
    @classmethod
    def _known(cls, code: str | None) -> str | None:
        if code is not None:
            try:
                country(code, *_A_YEAR)
            except UserError as error:
                raise wrong(str(error)) from None
        return code

    def day(self, date: datetime.date) -> Day:
        """What kind of day a date is."""
        if date in self.working:
            return Day(date, self.working[date], False)
        if date in self.also:
            return Day(date, SUNDAY, True)
        if self.country is None:
            return Day(date, date.weekday(), False)
        known = country(self.country, date.year - 1, date.year + 1)
        if date in known.swapped:
            return Day(date, known.swapped[date], False)
        is_off = date in known.off
        return Day(date, SUNDAY if is_off else date.weekday(), is_off)

    def warnings(self, first: datetime.date, last: datetime.date) -> tuple[str, ...]:
        """What is not known yet of the days between two dates."""
        if self.country is None:
            return ()
        known = country(self.country, first.year - 1, last.year + 1)
        return known.warnings([first, last])


def _alone(value: object) -> object:
    """A country by itself."""
    return {"country": value} if isinstance(value, str) else value


class _OrCountry:
    """In the JSON Schema: a code by itself, or a mapping."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "examples": ["CN", "DE-BY"]}, handler(core)]}


HolidaysOrCountry = Annotated[Holidays, BeforeValidator(_alone), _OrCountry()]
"""Written `CN`, or `{country: CN, also: [2027-02-20], working: [2027-02-14]}`."""


class Blocks(Part):
    """A long run is played in blocks of days, apart from each other and on as many cores as there are. Each
    is played from its warm-up on, so the numbers are those of another sample, and say how well blocks meet;
    each block draws the same calls, and has the same agents, as the run in one piece.
    """

    length: PositiveDuration
    """How long a block is, in whole days, such as 7 d."""
    warm_up: PositiveDuration = DAY_S
    """Simulated before each block but the first, not reported; from 1 h up to less than a block (default
    1 d)."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        length, warm_up = units.show_duration(self.length), units.show_duration(self.warm_up)
        if self.length % DAY_S:
            raise wrong(say("blocks.whole_days", length=length))
        if self.warm_up >= self.length:
            raise wrong(say("blocks.long_warm_up", warm_up=warm_up, length=length))
        if self.warm_up < HOUR_S:
            raise wrong(say("blocks.short_warm_up", warm_up=warm_up))
        return self

    @property
    def days(self) -> int:
        """How many days a block has."""
        return round(self.length / DAY_S)


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
    holidays: HolidaysOrCountry | None = None
    """Public holidays: of a country such as CN, or of a part of it such as DE-BY, or
    {country: CN, also: [2027-02-20], working: [2027-02-14]}. They follow the key `holiday` where values
    differ by day, or else `sun`; make-up working days follow the weekday that they replace (default:
    none)."""
    blocks: Blocks | None = None
    """A long run in blocks that are played apart, such as {length: 7 d, warm_up: 1 d} (default: in one
    piece)."""

    @field_validator("warm_up")
    @classmethod
    def _short(cls, warm_up: float) -> float:
        if warm_up > 30 * DAY_S:
            raise wrong(say("dates.long_warm_up"))
        return warm_up

    @field_validator("interval")
    @classmethod
    def _divides(cls, interval: float) -> float:
        ms = round(interval * 1000)
        if ms < 60_000 or abs(ms - interval * 1000) > 1e-6 or units.DAY_MS % ms:
            raise wrong(say("dates.no_division", interval=units.show_duration(interval)))
        return interval

    @property
    def intervals(self) -> int:
        """How many intervals a day has."""
        return units.DAY_MS // round(self.interval * 1000)

    @property
    def last(self) -> datetime.date:
        """The date of the last day."""
        return self.start + (self.days - 1) * _ONE_DAY

    def day(self, date: datetime.date) -> Day:
        """What a date in or about the calendar is: a holiday or not, and which weekday it follows."""
        if self.holidays is None:
            return Day(date, date.weekday(), False)
        return self.holidays.day(date)

    def all_days(self, most: int = 730) -> list[Day]:
        """Its days, the first ones of many."""
        return [self.day(self.start + number * _ONE_DAY) for number in range(min(self.days, most))]

    @property
    def undecreed(self) -> tuple[str, ...]:
        """What is not known yet of its holidays, in words."""
        return () if self.holidays is None else self.holidays.warnings(self.start, self.last)

    def value(self, values: Mapping[str, T], date: datetime.date) -> T:
        """The value by day of a date in or about the calendar: before and after it, where no key covers the
        date, that of the calendar's first or last day.
        """
        found = by_day.on(values, self.day(date))
        if found is None:
            found = by_day.on(values, self.day(min(max(date, self.start), self.last)))
        assert found is not None  # `uncovered` has been asked
        return found


def calendar_of(root: Node) -> Calendar | None:
    """The calendar of a tree, if nothing is wrong with it; other parts are checked against it."""
    node = root.mapping.get("calendar")
    if node is None:
        return Calendar()
    try:
        return Calendar.model_validate(node.plain())
    except ValidationError:
        return None
