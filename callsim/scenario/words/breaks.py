"""Breaks of a shift: those that all its agents take together, and those that move within a window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BeforeValidator, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import CoreSchema

from callsim import units
from callsim.scenario.words.mistakes import wrong
from callsim.scenario.words.quantities import DURATION_SCHEMA, RANGE_SCHEMA, Part, YesNo, by_unit, listed
from callsim.sentences import say
from callsim.units import DAY_MS, MINUTE_MS, shown

Span = tuple[int, int]
"""From when to when: ms since midnight of the day on which the shift begins; may lie past midnight."""

PAID_BELOW = 20 * MINUTE_MS  # ms: shorter breaks are paid, unless `paid` says otherwise
MOST = 8  # breaks of a shift
_AFTER = re.compile(r"\s*(\d[^-–]*?)\s*[-–]\s*(\d[^-–]*?)\s*")
_AFTER_PATTERN = r"^\s*\d[\d.]*\s*[A-Za-z][^-–]*[-–]\s*\d[\d.]*\s*[A-Za-z].*$"


class Window(NamedTuple):
    """Within what a break may move."""

    begin: int  # ms since midnight of the day on which the shift begins, or since the shift's beginning
    end: int
    from_start: bool  # which of the two


def _window(value: object) -> Window:
    """`11:00-14:00`, or from the beginning of the shift `2 h-5 h`."""
    match = _AFTER.fullmatch(value) if isinstance(value, str) else None
    if match is None or ":" in match[0]:
        return Window(*units.clock_span(value), from_start=False)
    begin, end = (_minutes(part) for part in match.groups())
    if begin >= end:
        raise units.UnitError(say("hours.ends_early", value=shown(value)))
    return Window(begin, end, from_start=True)


def _minutes(value: object) -> int:
    """A duration in whole minutes: ms."""
    ms = round(units.duration(value) * 1000)
    if ms % MINUTE_MS:
        raise units.UnitError(say("hours.no_whole_minutes", value=shown(value)))
    if ms > DAY_MS:
        raise units.UnitError(say("hours.longer_than_day", value=shown(value)))
    return ms


def _some_minutes(value: object) -> int:
    ms = _minutes(value)
    if ms == 0:
        raise units.UnitError(say("hours.a_minute"))
    return ms


if TYPE_CHECKING:
    Minutes = int
    _Span = Span
    _Window = Window
else:
    Minutes = Annotated[int, by_unit(_some_minutes), WithJsonSchema(DURATION_SCHEMA)]
    _Span = Annotated[Span, by_unit(units.clock_span), WithJsonSchema(RANGE_SCHEMA)]
    _Window = Annotated[
        Window,
        by_unit(_window),
        WithJsonSchema({"anyOf": [RANGE_SCHEMA, {"type": "string", "pattern": _AFTER_PATTERN}]}),
    ]


class Break(Part):
    """A time in which agents of a shift are away. Their seats are free then."""

    at: _Span | None = None
    """A fixed break, such as 12:00-13:00: everybody of the shift takes it together."""
    length: Minutes | None = None
    """Instead of at: the length of a break that moves within `between`. The agents of a shift are spread over
    the window so that as equal numbers as can be are away at a time; `staff --shifts` chooses the times."""
    between: _Window | None = None
    """The window of a break that moves: from when it may begin to when it must have ended, such as
    11:00-14:00; or from the beginning of the shift, such as 2 h-5 h."""
    paid: YesNo | None = None
    """Whether the break is paid (default: yes below 20 min, no from 20 min on)."""

    @model_validator(mode="after")
    def _either(self) -> Break:
        moves = (self.length is not None, self.between is not None)
        if self.at is not None and any(moves):
            raise wrong(say("hours.fixed_or_moving"))
        if self.at is None and not all(moves):
            raise wrong(say("hours.moving_break"))
        return self

    @property
    def ms(self) -> int:
        """How long it is: ms."""
        if self.at is not None:
            return self.at[1] - self.at[0]
        assert self.length is not None
        return self.length

    @property
    def is_paid(self) -> bool:
        """Whether it is paid."""
        return self.ms < PAID_BELOW if self.paid is None else self.paid


def _breaks(value: object) -> object:
    """A text is a fixed break."""
    values = listed(value)
    assert isinstance(values, tuple)
    if len(values) > MOST:
        raise wrong(say("hours.many_breaks", count=len(values), most=MOST))
    return tuple({"at": one} if not isinstance(one, dict) else one for one in values)


class _OrRange:
    """In the JSON Schema: a range for a fixed break, one or several."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        item = {"anyOf": [RANGE_SCHEMA, handler(core)["items"]]}
        return {"anyOf": [*item["anyOf"], {"type": "array", "items": item, "maxItems": MOST}]}


if TYPE_CHECKING:
    Breaks = tuple[Break, ...]
else:
    Breaks = Annotated[tuple[Break, ...], BeforeValidator(_breaks), _OrRange()]
