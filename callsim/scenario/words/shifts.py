"""The shifts that people work: from when to when, with which breaks, on which days of the week."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator, model_validator

from callsim import units
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.scenario.words.mistakes import nearest, wrong
from callsim.scenario.words.quantities import CLOCK_SCHEMA, RANGE_SCHEMA, Part, by_unit, listed, one_or_many
from callsim.units import DAY_MS, shown

_WEEK = 7 * DAY_MS

Span = tuple[int, int]
"""From when to when: ms since midnight of the day on which the shift begins; may lie past midnight."""


def _weekday(word: str) -> int:
    if word not in WEEKDAYS:
        raise wrong(f"{shown(word)} is not a day of the week{nearest(word, WEEKDAYS)}")
    return WEEKDAYS.index(word)


def _weekdays(value: object) -> tuple[int, ...]:
    """0 is Monday; `mon-fri` is a range, `sat-mon` one over Sunday."""
    found: set[int] = set()
    for word in value if isinstance(value, tuple) else (value,):
        if not isinstance(word, str):
            raise wrong(f"{shown(word)} is not a day of the week; write such as [mon, tue] or mon-fri")
        first, _, last = (part.strip() for part in word.lower().partition("-"))
        day, to = _weekday(first), _weekday(last or first)
        found.update((day + k) % 7 for k in range((to - day) % 7 + 1))
    if not found:
        raise wrong("the list is empty; write days such as [mon, tue] or mon-fri, or leave it out")
    return tuple(sorted(found))


_DAY_SCHEMA = {"type": "string", "pattern": f"^({'|'.join(WEEKDAYS)})(-({'|'.join(WEEKDAYS)}))?$"}

if TYPE_CHECKING:
    Clock = int
    End = int
    Spans = tuple[Span, ...]
    Weekdays = tuple[int, ...]
else:
    Clock = Annotated[int, by_unit(units.clock), WithJsonSchema(CLOCK_SCHEMA)]
    End = Annotated[int, by_unit(lambda value: units.clock(value, end=True)), WithJsonSchema(CLOCK_SCHEMA)]
    Spans = Annotated[
        tuple[Annotated[Span, by_unit(units.clock_span)], ...],
        BeforeValidator(listed),
        WithJsonSchema(one_or_many(RANGE_SCHEMA)),
    ]
    Weekdays = Annotated[
        tuple[int, ...], BeforeValidator(_weekdays), WithJsonSchema(one_or_many(_DAY_SCHEMA))
    ]


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The parts of a shift one after the other, those past midnight on the next day."""
    if not spans:
        raise wrong("the list is empty; write ranges such as 09:00-13:00")
    start = spans[0][0]
    placed = tuple(_after(start, span) for span in spans)
    for (_, end), (begin, _) in itertools.pairwise(placed):
        if begin < end:
            raise wrong(
                f"these hours overlap at {units.show_clock(begin % DAY_MS)}; write them in their order"
            )
    if placed[-1][1] > start + DAY_MS:
        raise wrong("this shift is longer than 24 h from its beginning to its end; write two shifts")
    return placed


def _after(start: int, span: Span) -> Span:
    """The same hours at or after the beginning of a shift."""
    begin = start + (span[0] - start) % DAY_MS
    return begin, begin + span[1] - span[0]


class Shift(Part):
    """Hours that people work; each agent is on one shift a day."""

    from_: Annotated[Clock | None, Field(alias="from")] = None
    """When it begins."""
    to: End | None = None
    """When it ends; earlier than `from` means the next day."""
    hours: Spans | None = None
    """Instead of from and to, for split shifts: several ranges in their order."""
    days: Weekdays = (0, 1, 2, 3, 4, 5, 6)
    """The days of the week on which it begins: [mon, tue], or mon-fri (default every day)."""
    breaks: Spans = ()
    """Ranges within the shift in which its agents are away; their seats are free then."""

    @field_validator("hours")
    @classmethod
    def _follow(cls, hours: tuple[Span, ...] | None) -> tuple[Span, ...] | None:
        return None if hours is None else _in_order(hours)

    @field_validator("breaks")
    @classmethod
    def _within(cls, breaks: tuple[Span, ...], info: ValidationInfo) -> tuple[Span, ...]:
        spans = _spans(info.data)
        if not spans or not breaks:
            return breaks
        placed = sorted(_after(spans[0][0], span) for span in breaks)
        for pause in placed:
            if not any(begin <= pause[0] and pause[1] <= end for begin, end in spans):
                hours = " and ".join(units.show_span(*span) for span in spans)
                raise wrong(f"the break {units.show_span(*pause)} lies outside the shift, {hours}")
        for (_, end), (begin, _) in itertools.pairwise(placed):
            if begin < end:
                raise wrong(f"the breaks overlap at {units.show_clock(begin % DAY_MS)}")
        if sum(end - begin for begin, end in placed) == sum(end - begin for begin, end in spans):
            raise wrong("these breaks leave no time to work")
        return tuple(placed)

    @model_validator(mode="after")
    def _either(self) -> Shift:
        given = (self.from_ is not None, self.to is not None)
        if self.hours is not None and any(given):
            raise wrong("hours does not go with from and to; write one of them")
        if self.hours is None and not all(given):
            raise wrong("write from and to, or hours, such as {from: 07:00, to: 16:00}")
        if self.from_ is not None and self.from_ == self.to:
            raise wrong("from and to are equal; write from: 00:00, to: 24:00 for the whole day")
        return self

    @property
    def spans(self) -> tuple[Span, ...]:
        """When its agents are there, without the breaks."""
        spans = _spans(dict(self))
        for begin, end in self.breaks:
            spans = tuple(
                piece
                for span in spans
                for piece in ((span[0], min(span[1], begin)), (max(span[0], end), span[1]))
                if piece[0] < piece[1]
            )
        return spans


def most_at_once(working: Iterable[tuple[Shift, int]]) -> int:
    """How many agents of some shifts are there at once, at most, in a week."""
    changes = {-1: 0}
    for shift, agents in working:
        for day, (begin, end) in itertools.product(shift.days, shift.spans):
            begins, ends = (day * DAY_MS + edge for edge in (begin, end))
            for at, change in ((begins % _WEEK, agents), (ends % _WEEK, -agents)):
                changes[at] = changes.get(at, 0) + change
            if begins < _WEEK <= ends:  # who is there when the week ends is there when it begins
                changes[-1] += agents
    return max(itertools.accumulate(changes[at] for at in sorted(changes)))


def _spans(fields: dict[str, Any]) -> tuple[Span, ...]:
    """From the beginning to the end of a shift, breaks included; none if it is not known."""
    if fields.get("hours"):
        return tuple(fields["hours"])
    begin, end = fields.get("from_"), fields.get("to")
    if begin is None or end is None or begin == end:
        return ()
    return ((begin, end if begin < end else end + DAY_MS),)
