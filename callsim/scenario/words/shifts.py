"""The shifts that people work: from when to when, with which breaks, on which days of the week."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator, model_validator

from callsim import units
from callsim.scenario.words.breaks import Break, Breaks, Minutes, Span, Window
from callsim.scenario.words.by_day import WEEKDAYS, Day
from callsim.scenario.words.calendar import Dates
from callsim.scenario.words.mistakes import nearest, wrong
from callsim.scenario.words.quantities import (
    CLOCK_SCHEMA,
    DURATION_SCHEMA,
    RANGE_SCHEMA,
    Part,
    by_unit,
    listed,
    one_or_many,
)
from callsim.scenario.words.spread import Movable, NoRoomError, in_turn
from callsim.sentences import say
from callsim.units import DAY_MS, shown

_WEEK = 7 * DAY_MS
AROUND = 32  # days before (a warm-up is at most 30 d) and after the calendar on which something may be played
MOST_MEMBERS = 1000  # shifts of a family


def _weekday(word: str) -> int:
    if word not in WEEKDAYS:
        raise wrong(say("dates.no_weekday", value=shown(word), hint=nearest(word, WEEKDAYS)))
    return WEEKDAYS.index(word)


def _weekdays(value: object) -> tuple[int, ...]:
    """0 is Monday; `mon-fri` is a range, `sat-mon` one over Sunday."""
    found: set[int] = set()
    if isinstance(value, str) and value.strip().lower() == "none":
        return ()
    for word in value if isinstance(value, tuple) else (value,):
        if not isinstance(word, str):
            raise wrong(say("hours.no_days", value=shown(word)))
        first, _, last = (part.strip() for part in word.lower().partition("-"))
        day, to = _weekday(first), _weekday(last or first)
        found.update((day + k) % 7 for k in range((to - day) % 7 + 1))
    if not found:
        raise wrong(say("hours.empty_days"))
    return tuple(sorted(found))


_DAY_SCHEMA = {"type": "string", "pattern": f"^({'|'.join(WEEKDAYS)})(-({'|'.join(WEEKDAYS)}))?$"}

if TYPE_CHECKING:
    Clock = int
    End = int
    Spans = tuple[Span, ...]
    Weekdays = tuple[int, ...]
    Lengths = tuple[int, ...]
else:
    Clock = Annotated[int, by_unit(units.clock), WithJsonSchema(CLOCK_SCHEMA)]
    End = Annotated[int, by_unit(lambda value: units.clock(value, end=True)), WithJsonSchema(CLOCK_SCHEMA)]
    Spans = Annotated[
        tuple[Annotated[Span, by_unit(units.clock_span)], ...],
        BeforeValidator(listed),
        WithJsonSchema(one_or_many(RANGE_SCHEMA)),
    ]
    Weekdays = Annotated[
        tuple[int, ...],
        BeforeValidator(_weekdays),
        WithJsonSchema({"anyOf": [*one_or_many(_DAY_SCHEMA)["anyOf"], {"enum": ["none"]}]}),
    ]
    Lengths = Annotated[
        tuple[Minutes, ...], BeforeValidator(listed), WithJsonSchema(one_or_many(DURATION_SCHEMA))
    ]


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The parts of a shift one after the other, those past midnight on the next day."""
    if not spans:
        raise wrong(say("hours.empty_hours"))
    start = spans[0][0]
    placed = tuple(_after(start, span) for span in spans)
    for (_, end), (begin, _) in itertools.pairwise(placed):
        if begin < end:
            raise wrong(say("hours.hours_overlap", at=units.show_clock(begin % DAY_MS)))
    if placed[-1][1] > start + DAY_MS:
        raise wrong(say("hours.longer_than_24"))
    return placed


def _after(start: int, span: Span) -> Span:
    """The same hours at or after the beginning of a shift."""
    begin = start + (span[0] - start) % DAY_MS
    return begin, begin + span[1] - span[0]


class Starts(Part):
    """When the shifts of a family begin."""

    from_: Annotated[Clock, Field(alias="from")]
    """The first."""
    to: Clock
    """The last."""
    every: Minutes
    """How far they are apart, such as 30 min."""

    @model_validator(mode="after")
    def _in_order(self) -> Starts:
        if self.to < self.from_:
            raise wrong(say("hours.past_midnight"))
        return self

    @property
    def times(self) -> range:
        """Each of them: ms since midnight."""
        return range(self.from_, self.to + 1, self.every)


class Shift(Part):
    """Hours that people work; each agent is on one shift a day. With starts and lengths it is a family of
    shifts, from which `staff --shifts` chooses."""

    from_: Annotated[Clock | None, Field(alias="from")] = None
    """When it begins."""
    to: End | None = None
    """When it ends; earlier than `from` means the next day."""
    hours: Spans | None = None
    """Instead of from and to, for split shifts: several ranges in their order."""
    starts: Starts | None = None
    """Instead of from and to, a family of shifts for `staff --shifts`: when they may begin, such as
    {from: 06:00, to: 12:00, every: 30 min}. The file that it writes has plain shifts, flexible-0630-8h and
    so on; every group may work them, beside its own shifts."""
    lengths: Lengths | None = None
    """With starts: how long the shifts of the family may be, breaks included, such as [6 h, 8 h]."""
    days: Weekdays = (0, 1, 2, 3, 4, 5, 6)
    """The days of the week on which it begins: [mon, tue], or mon-fri; none where only `also` says when
    (default every day)."""
    also: Dates = ()
    """Dates on which it is worked besides, such as [2026-03-07] (default: none)."""
    but: Dates = ()
    """Dates on which it is not worked, such as [2026-03-06] (default: none)."""
    breaks: Breaks = ()
    """Times within the shift in which its agents are away: fixed ones that all take together, such as
    12:00-13:00, or ones that move, such as {length: 30 min, between: 11:00-14:00}
    (default: none)."""

    @field_validator("hours")
    @classmethod
    def _follow(cls, hours: tuple[Span, ...] | None) -> tuple[Span, ...] | None:
        return None if hours is None else _in_order(hours)

    @field_validator("breaks")
    @classmethod
    def _within(cls, breaks: tuple[Break, ...], info: ValidationInfo) -> tuple[Break, ...]:
        if info.data.get("starts") is not None or info.data.get("lengths") is not None:
            lengths = (info.data.get("lengths") or ())[:MOST_MEMBERS]  # of more than these `_either` tells
            for one in breaks:
                if one.between is None or not one.between.from_start:
                    raise wrong(say("hours.breaks_of_family"))
                for length in lengths:
                    if one.between.end > length:
                        window = say(
                            "lists.span", first=_told(one.between.begin), last=_told(one.between.end)
                        )
                        raise wrong(say("hours.window_of_family", window=window, length=_told(length)))
            for length in lengths:
                _fitted(breaks, ((0, length),))
            return breaks
        spans = _spans(info.data)
        return _fitted(breaks, spans) if spans else breaks

    @model_validator(mode="after")
    def _either(self) -> Shift:
        given = (self.from_ is not None, self.to is not None)
        family = (self.starts is not None, self.lengths is not None)
        if any(family):
            if any(given) or self.hours is not None:
                raise wrong(say("hours.shift_or_family"))
            if self.starts is None or self.lengths is None:
                raise wrong(say("hours.family"))
            if len(self.starts.times) * len(self.lengths) > MOST_MEMBERS:
                raise wrong(say("hours.large_family", most=MOST_MEMBERS))
            return self
        if self.hours is not None and any(given):
            raise wrong(say("hours.one_of_both"))
        if self.hours is None and not all(given):
            raise wrong(say("hours.shift"))
        if self.from_ is not None and self.from_ == self.to:
            raise wrong(say("hours.empty_shift"))
        return self

    def works(self, day: Day) -> bool:
        """Whether it begins on a day."""
        if day.date in self.also:
            return True
        return day.weekday in self.days and day.date not in self.but

    @property
    def is_family(self) -> bool:
        """Whether it stands for many shifts, from which `staff --shifts` chooses."""
        return self.starts is not None

    def members(self, name: str) -> dict[str, Shift]:
        """Returns the shifts of a family by their names: name-0630-8h begins at 06:30 and lasts 8 h."""
        assert self.starts is not None
        found = {}
        for begin, length in itertools.product(self.starts.times, dict.fromkeys(self.lengths or ())):
            end = begin + length
            placed = _fitted(self.breaks, ((begin, end),))
            called = f"{name}-{units.show_clock(begin).replace(':', '')}-{_short(length)}"
            hours: dict[str, Any] = {"from_": begin, "to": end if end <= DAY_MS else end - DAY_MS}
            if length == DAY_MS:
                hours = {"hours": ((begin, end),)}
            found[called] = Shift.model_construct(
                days=self.days, also=self.also, but=self.but, breaks=placed, **hours
            )
        return found

    @property
    def rostered(self) -> tuple[Span, ...]:
        """Its hours, breaks included."""
        return _spans(dict(self))

    @property
    def fixed(self) -> tuple[Span, ...]:
        """The breaks that all its agents take together, in their order."""
        return tuple(sorted(one.at for one in self.breaks if one.at is not None))

    @property
    def movable(self) -> tuple[Movable, ...]:
        """The breaks that move."""
        return tuple(
            Movable(one.ms, one.between.begin, one.between.end) for one in self.breaks if one.between
        )

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its hours without the fixed breaks."""
        return _without(self.rostered, self.fixed)

    @property
    def paid_ms(self) -> int:
        """Rostered time without unpaid breaks: ms."""
        there = sum(end - begin for begin, end in self.rostered)
        return there - sum(one.ms for one in self.breaks if not one.is_paid)

    @property
    def work_ms(self) -> int:
        """Rostered time without any breaks: ms."""
        return sum(end - begin for begin, end in self.rostered) - sum(one.ms for one in self.breaks)

    def away(self, agents: int, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Returns when the movable breaks of `agents` agents begin and when they end, after those of `first`
        others.

        Both int64 [agent, break], ms since midnight of the day on which the shift begins.
        """
        movable = self.movable
        if not movable:
            return np.zeros((agents, 0), np.int64), np.zeros((agents, 0), np.int64)
        begins = in_turn(movable, self.fixed, first + agents)[first:]
        return begins, begins + np.array([one.length for one in movable])

    def on_duty(self, agents: int, first: int = 0) -> Iterator[tuple[int, int, int]]:
        """Yields stretches of the shift, from and to in ms, and how many of the agents work in each; see
        `away`.
        """
        begins, ends = self.away(agents, first)
        edges = {edge for span in self.spans for edge in span}
        edges.update(begins.ravel().tolist(), ends.ravel().tolist())
        begins, ends = np.sort(begins.ravel()), np.sort(ends.ravel())
        for begin, end in itertools.pairwise(sorted(edges)):
            if any(start <= begin < stop for start, stop in self.spans):
                gone = np.searchsorted(begins, begin, "right") - np.searchsorted(ends, begin, "right")
                yield begin, end, agents - int(gone)


def _fitted(breaks: tuple[Break, ...], spans: tuple[Span, ...]) -> tuple[Break, ...]:
    """Returns breaks placed in the hours of a shift, fixed ones first.

    Raises for a break that does not fit.
    """
    start = spans[0][0]
    placed = sorted(
        (
            one.model_copy(update={"at": _after(start, one.at)})
            if one.at is not None
            else one.model_copy(update={"between": _window(one, start)})
            for one in breaks
        ),
        key=lambda one: one.at or (2 * DAY_MS, 0),
    )
    for one in placed:
        begin, end = one.at or (one.between or (0, 0))[:2]
        if not any(start <= begin and end <= stop for start, stop in spans):
            hours = say("lists.and").join(units.show_span(*span) for span in spans)
            what = say("hours.a_break", span=units.show_span(begin, end))
            if one.between:
                what = say("hours.a_window", span=units.show_span(begin, end), length=_told(one.ms))
            raise wrong(say("hours.outside", what=what, hours=hours))
        if one.ms > end - begin:
            raise wrong(say("hours.no_room", length=_told(one.ms), span=units.show_span(begin, end)))
    fixed = [one.at for one in placed if one.at]
    for (_, end), (begin, _) in itertools.pairwise(fixed):
        if begin < end:
            raise wrong(say("hours.breaks_overlap", at=units.show_clock(begin % DAY_MS)))
    if placed and sum(one.ms for one in placed) >= sum(end - begin for begin, end in spans):
        raise wrong(say("hours.no_work"))
    movable = tuple(Movable(one.ms, one.between.begin, one.between.end) for one in placed if one.between)
    if movable:
        try:
            in_turn(movable, tuple(fixed), 1)
        except NoRoomError:
            raise wrong(say("hours.no_room_beside")) from None
    return tuple(placed)


def _window(one: Break, start: int) -> Window:
    """The window of a break that moves, placed in a shift that begins at `start`."""
    assert one.between is not None
    begin, end, from_start = one.between
    placed = (start + begin, start + end) if from_start else _after(start, (begin, end))
    return Window(*placed, from_start=False)


def _told(ms: int) -> str:
    return units.show_duration(ms / 1000)


def _short(ms: int) -> str:
    """8h, 7h30m, 45m."""
    hours, minutes = divmod(ms // units.MINUTE_MS, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes or not hours else "")


def _without(spans: tuple[Span, ...], breaks: Iterable[Span]) -> tuple[Span, ...]:
    """Hours without some breaks."""
    for begin, end in breaks:
        spans = tuple(
            piece
            for span in spans
            for piece in ((span[0], min(span[1], begin)), (max(span[0], end), span[1]))
            if piece[0] < piece[1]
        )
    return spans


def most_at_once(working: Iterable[tuple[Shift, int]]) -> int:
    """Returns the largest number of agents on shift at once in a week. `working`: shifts and their agents."""
    changes = {-1: 0}
    for shift, agents in working:
        for day, (begin, end, there) in itertools.product(shift.days, shift.on_duty(agents)):
            begins, ends = (day * DAY_MS + edge for edge in (begin, end))
            for at, change in ((begins % _WEEK, there), (ends % _WEEK, -there)):
                changes[at] = changes.get(at, 0) + change
            if begins < _WEEK <= ends:  # who is there when the week ends is there when it begins
                changes[-1] += there
    return max(itertools.accumulate(changes[at] for at in sorted(changes)))


def _spans(fields: dict[str, Any]) -> tuple[Span, ...]:
    """From the beginning to the end of a shift, breaks included; none if it is not known."""
    if fields.get("hours"):
        return tuple(fields["hours"])
    begin, end = fields.get("from_"), fields.get("to")
    if begin is None or end is None or begin == end:
        return ()
    return ((begin, end if begin < end else end + DAY_MS),)
