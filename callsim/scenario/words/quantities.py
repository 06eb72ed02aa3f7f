"""The kinds of values a scenario is made of: how each is written, checked and shown in the JSON Schema."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema

from callsim import units
from callsim.scenario.words import by_day
from callsim.scenario.words.mistakes import wrong
from callsim.sentences import say
from callsim.units import DAY_S, shown

_UNDERSCORED = re.compile(r"[-+]?\d+(_\d+)+(\.\d+)?", re.ASCII)
NUMBER_PATTERN = r"^[-+]?\d+(_\d+)+(\.\d+)?$"


class Part(BaseModel):
    """A mapping of the scenario file: its keys are known, its values never change once read."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)


class Seconds(float):
    """A number whose unit is known to be seconds, as in the CSV files."""


def by_unit(read: Callable[[object], object]) -> BeforeValidator:
    """Reads a value with one of the readers of `units`."""

    def checked(value: object) -> object:
        try:
            return read(value)
        except units.UnitError as error:
            raise wrong(str(error)) from None

    return BeforeValidator(checked)


def _duration(value: object) -> float:
    return float(value) if isinstance(value, Seconds) else units.duration(value)


def _positive(value: float) -> float:
    if value <= 0:
        raise wrong(say("values.above_zero_s"))
    return value


def _number(value: object) -> object:
    """Numbers may have `_` between their digits, which YAML 1.2 leaves a text."""
    if isinstance(value, str) and _UNDERSCORED.fullmatch(value.strip()):
        text = value.strip().replace("_", "")
        value = (float(text) if "." in text else int(text)) if len(text) < 300 else math.inf
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        hint = units.with_point(value.strip()) if isinstance(value, str) else ""
        raise wrong(say("values.no_number_but", value=shown(value), hint=hint))
    try:
        if math.isfinite(value):
            return value
    except OverflowError:
        pass
    raise wrong(say("values.no_number_here", value=shown(value)))


def _real(value: object) -> float:
    return float(_number(value))  # type: ignore[arg-type]


def _plain(value: object) -> object:
    """A number that can be read in one way only, where thousands could stand."""
    if isinstance(value, units.Pointed):
        raise wrong(say("values.two_ways", text=value.text, choice=value.choice))
    return _number(value)


def _amount(value: object) -> float:
    return float(_plain(value))  # type: ignore[arg-type]


def _whole(value: object) -> int:
    number = _plain(value)
    if isinstance(number, float) and not number.is_integer():
        raise wrong(say("values.no_whole_number", value=shown(value)))
    return int(number)  # type: ignore[call-overload, no-any-return]


def _written_number(**bounds: float) -> WithJsonSchema:
    return WithJsonSchema(
        {"anyOf": [{"type": "number", **bounds}, {"type": "string", "pattern": NUMBER_PATTERN}]}
    )


def _written_whole(**bounds: int) -> WithJsonSchema:
    return WithJsonSchema(
        {"anyOf": [{"type": "integer", **bounds}, {"type": "string", "pattern": NUMBER_PATTERN}]}
    )


DURATION_SCHEMA = {
    "type": "string",
    "pattern": units.DURATION_PATTERN,
    "examples": ["20 s", "4 min", "1h30m"],
}
_PERCENT_SCHEMA = {"type": "string", "pattern": units.SHARE_PATTERN}
SHARE_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, _PERCENT_SCHEMA]}
WEIGHT_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": NUMBER_PATTERN}]
}
CLOCK_SCHEMA = {"type": "string", "pattern": units.CLOCK_PATTERN, "examples": ["09:30"]}
RANGE_SCHEMA = {"type": "string", "pattern": units.RANGE_PATTERN, "examples": ["08:00-20:00"]}

Duration = Annotated[float, by_unit(_duration), WithJsonSchema(DURATION_SCHEMA)]
"""Seconds, written with a unit."""
PositiveDuration = Annotated[
    float, by_unit(_duration), AfterValidator(_positive), WithJsonSchema(DURATION_SCHEMA)
]
"""Seconds, written with a unit, more than none."""
Share = Annotated[
    float,
    by_unit(units.share),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, _PERCENT_SCHEMA]}),
]
"""A fraction between 0 and 1, written `85%` or `0.85`."""


def _partial(value: object) -> float:
    result = units.share(value)
    if result == 1:
        raise units.UnitError(say("values.nobody_comes"))
    return result


PartialShare = Annotated[
    float,
    by_unit(_partial),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 1}, _PERCENT_SCHEMA]}),
]
"""A fraction of those who should come, less than all of them."""


def _busyness(value: object) -> float:
    result = units.fraction(value)
    if result < 0:
        raise units.UnitError(say("values.negative_cv", value=shown(value)))
    if result > 3:
        raise units.UnitError(say("values.large_cv", value=shown(value)))
    return result


def _spread(value: object) -> float:
    result = units.fraction(value)
    if not 0.001 <= result <= 20:
        raise units.UnitError(say("values.spread", value=shown(value)))
    return result


Busyness = Annotated[
    float,
    by_unit(_busyness),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 3}, _PERCENT_SCHEMA]}),
]
"""A coefficient of variation, 0 for none."""
Spread = Annotated[
    float,
    by_unit(_spread),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0.001, "maximum": 20}, _PERCENT_SCHEMA]}),
]
"""A coefficient of variation of a distribution."""
Number = Annotated[float, BeforeValidator(_real), _written_number()]
Weight = Annotated[
    float, BeforeValidator(_amount), Field(ge=0, le=1e12), _written_number(minimum=0, maximum=1e12)
]
"""A number that is not negative; 1.200 could be one or a thousand, and is a mistake."""
Calls = Annotated[
    float, BeforeValidator(_amount), Field(ge=0, le=1e9), _written_number(minimum=0, maximum=1e9)
]
"""A number of calls, or of people who are hired, on the mean, as a weight."""
Positive = Annotated[
    float, BeforeValidator(_real), Field(ge=1e-9, le=1e9), _written_number(minimum=1e-9, maximum=1e9)
]
"""A number more than 0, of a size that nobody takes for thousands."""
Ordinal = Annotated[
    int, BeforeValidator(_whole), Field(ge=1, le=1000), _written_whole(minimum=1, maximum=1000)
]
"""1 is first."""
Count = Annotated[
    int, BeforeValidator(_whole), Field(ge=1, le=10**8), _written_whole(minimum=1, maximum=10**8)
]
"""A whole number of things, at least one."""
MOST_PEOPLE = 10**7
People = Annotated[
    int, BeforeValidator(_whole), Field(ge=0, le=MOST_PEOPLE), _written_whole(minimum=0, maximum=MOST_PEOPLE)
]
"""A whole number of people or of calls, perhaps none."""


LONGEST_NAME = 100  # characters


def _name(value: str) -> str:
    if not value or value != value.strip() or not value.isprintable() or len(value) > LONGEST_NAME:
        raise wrong(say("values.name", most=LONGEST_NAME))
    return value


Name = Annotated[str, AfterValidator(_name)]

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def yes_or_no(value: object) -> bool | None:
    """Returns whether a word says yes (or true) or no (or false), in any case of letters; None for other
    words.
    """
    return (
        _YES_NO.get(value.lower()) if isinstance(value, str) else value if isinstance(value, bool) else None
    )


def _yes_no(value: object) -> bool:
    said = yes_or_no(value)
    if said is None:
        raise wrong(say("values.yes_or_no", value=shown(value)))
    return said


YesNo = Annotated[
    bool,
    BeforeValidator(_yes_no),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]}),
]
"""yes, no, true or false."""
CLOSED = "closed"
"""The word for a day without open hours."""
ALL = "all"
"""The key under which a single value for all lines or sites is kept."""


def listed(value: object) -> object:
    """Returns one value as a list of one.

    Raises for lists longer than a day has seconds, before they are read.
    """
    values = value if isinstance(value, tuple) else (value,)
    if len(values) > DAY_S:
        raise wrong(say("values.longer_than_day"))
    return values


def per_interval(values: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
    intervals = (info.context or {}).get("intervals")
    if intervals is not None and len(values) not in (1, intervals):
        raise wrong(say("values.per_interval", count=len(values), intervals=intervals))
    if not values:
        raise wrong(say("values.no_values_by_interval"))
    return values


def _by_day(values: dict[str, Any]) -> dict[str, Any]:
    if wrongly := by_day.twice(values):
        raise wrong(wrongly)
    return values


class OrShort:
    """In the JSON Schema: a short way to write it, or the long one."""

    def __init__(self, short: dict[str, Any]):
        self.short = short

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [self.short, handler(core)]}


def one_or_many(item: Any) -> Any:
    """The JSON Schema of one value or a list of such."""
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def _sorted_ranges(ranges: tuple[tuple[tuple[int, int], ...], ...]) -> tuple[tuple[int, int], ...]:
    flat = sorted(part for parts in ranges for part in parts)
    if not flat:
        raise wrong(say("values.no_ranges"))
    for (_, end), (begin, _) in itertools.pairwise(flat):
        if begin < end:
            raise wrong(say("values.ranges_overlap", at=units.show_clock(begin)))
    return tuple(flat)


_PEOPLE_SCHEMA: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MOST_PEOPLE}
FILE_SCHEMA = {"type": "string", "pattern": r"\.([Cc][Ss][Vv]|[Tt][Ss][Vv]|[Tt][Xx][Tt]|[Xx][Ll][Ss][Xx])$"}
TABLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "propertyNames": {
        "enum": [
            *("file", "column", "time", "where", "date_order"),
            *("encoding", "sheet", "missing", "unit", "decimal"),
        ]
    },
    "required": ["file"],
}
"""A table, and what is said of it; docs/tables.md tells its keys."""


def or_by_day(of_day: Any, *written: dict[str, Any]) -> Any:
    """A value of every day, or a mapping of days to such values. `written`: the JSON Schemas of one."""
    one = {"anyOf": [*written]}
    by_days = {
        "type": "object",
        "propertyNames": by_day.KEY_SCHEMA,
        "additionalProperties": one,
        "minProperties": 1,
    }
    mapping = Annotated[
        dict[Annotated[str, BeforeValidator(by_day.checked_key)], of_day],
        Field(min_length=1),
        AfterValidator(_by_day),
        WithJsonSchema(by_days),
    ]
    return Annotated[
        Annotated[of_day, WithJsonSchema(one), Tag("one")] | Annotated[mapping, Tag("by day")],
        Discriminator(lambda value: "by day" if isinstance(value, dict) else "one"),
    ]


def _hours(value: object) -> object:
    """`closed` is a day without hours."""
    return () if isinstance(value, str) and value.strip().lower() == CLOSED else listed(value)


def _some_hours(ranges: tuple[tuple[tuple[int, int], ...], ...]) -> tuple[tuple[int, int], ...]:
    return _sorted_ranges(ranges) if ranges else ()


if TYPE_CHECKING:
    Means = tuple[float, ...] | dict[str, tuple[float, ...]]
    Ranges = tuple[tuple[int, int], ...]
    Hours = Ranges | dict[str, Ranges]
    Staff = tuple[int, ...] | dict[str, tuple[int, ...]]
    Days = tuple[int, ...]
else:
    _Range = Annotated[tuple[tuple[int, int], ...], by_unit(units.clock_range)]
    _Means = Annotated[tuple[Duration, ...], BeforeValidator(listed), AfterValidator(per_interval)]
    Means = or_by_day(_Means, *one_or_many(DURATION_SCHEMA)["anyOf"], FILE_SCHEMA, TABLE_SCHEMA)
    Ranges = Annotated[
        tuple[_Range, ...],
        BeforeValidator(listed),
        AfterValidator(_sorted_ranges),
        WithJsonSchema(one_or_many(RANGE_SCHEMA)),
    ]
    Hours = or_by_day(
        Annotated[tuple[_Range, ...], BeforeValidator(_hours), AfterValidator(_some_hours)],
        *one_or_many(RANGE_SCHEMA)["anyOf"],
        {"enum": [CLOSED]},
    )
    _StaffOfDay = Annotated[tuple[People, ...], BeforeValidator(listed), AfterValidator(per_interval)]
    Staff = or_by_day(
        _StaffOfDay,
        *one_or_many(_PEOPLE_SCHEMA)["anyOf"],
        {"type": "string", "pattern": NUMBER_PATTERN},
        FILE_SCHEMA,
        TABLE_SCHEMA,
    )
    Days = Annotated[
        tuple[Annotated[int, BeforeValidator(_whole), Field(ge=1, le=730)], ...],
        BeforeValidator(listed),
        WithJsonSchema(one_or_many({"type": "integer", "minimum": 1, "maximum": 730})),
    ]
