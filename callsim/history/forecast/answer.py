"""The result of `callsim forecast` as users get it: every word of its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from callsim.history.canonical import Note
from callsim.results.schema import Mapped, mapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days of the history."""

    from_: str  # the first
    to: str  # the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """Σ |forecast − calls| ÷ Σ calls; null: there was nothing to test."""

    interval: float | None  # of intervals
    day: float | None  # of days


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """How often calls were inside the bands; null: there was nothing to test."""

    interval: Mapping[str, float | None]  # share of intervals, by band in percent
    day: Mapping[str, float | None] | None = None  # share of days, likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Busyness:
    """Coefficients of variation beside a forecast, as scenarios have them; null: not known."""

    day_cv: float | None  # of days
    interval_cv: float | None  # of intervals
    interval_correlation: float | None  # of an interval with the next one


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The errors of the rolling test for one stretch of days ahead."""

    horizon: str  # such as 4 weeks
    days_tested: int  # forecasts of days
    error: Error  # of this forecast
    bias: float | None  # Σ (forecast − calls) ÷ Σ calls
    mean_of_four: Error  # of the mean of the last four same weekdays
    last_week: Error  # of the same weekday of the last week that is known
    chance_alone: Error  # of a forecast that knew every mean
    inside: Inside  # the bands
    model: str  # that is believed
    day_cv: float | None  # of the errors of ordinary days of this stretch
    interval_cv: float | None  # likewise
    interval_correlation: float | None  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A day ahead that is not ordinary."""

    date: str  # of the day
    name: str  # such as Christmas Day
    kind: str  # of day
    times: float | None  # its calls relative to an ordinary day
    seen: int  # past days that this is learned from
    assumed: bool  # whether too few were seen
    given: bool  # whether a file of events says it
    festival: bool  # whether it is within reach of a Spring Festival
    weekday: str  # mon, tue …


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding in the history, such as a day without rows."""

    what: str  # such as outage
    date: str  # of the day
    from_: str  # clock
    to: str  # clock
    calls: float | None  # in that time
    usual: float | None  # calls
    day_left_out: bool  # whether the day is


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """The error on days of the forecast that the history has."""

    days: int  # looked at
    error: Error  # of this forecast
    inside: Inside  # the bands


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBefore:
    """A day of the history."""

    date: str  # of the day
    offered: float | None  # calls; null: left out or not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day ahead."""

    date: str  # of the day
    weekday: str  # mon, tue …
    offered: float | None  # calls to expect
    low_80: float | None  # 80 of 100 lie between; null: not tested
    high_80: float | None  # and this
    low_95: float | None  # 95 of 100 lie between; null: not tested
    high_95: float | None  # and this


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval ahead of a queue."""

    interval_start: str  # local time
    queue: str  # by name
    offered: float | None  # calls to expect
    low_80: float | None  # 80 of 100 lie between; null: not tested
    high_80: float | None  # and this
    low_95: float | None  # 95 of 100 lie between; null: not tested
    high_95: float | None  # and this


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue."""

    offered: float  # calls of all days ahead
    offered_per_day: float  # calls
    tested: Sequence[Tested]  # by stretch of days ahead
    busyness: Busyness  # of the errors of ordinary days
    special_days: Sequence[SpecialDay]  # ahead
    found: Sequence[Finding]  # in the history
    taken_for_empty: int  # intervals without a row
    held_out: HeldOut | None  # where the history has days of the forecast
    before: Sequence[DayBefore]  # the last days of the history
    by_day: Sequence[Day]  # ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastAnswer:
    """The result of `callsim forecast`."""

    kind: Literal["forecast"] = "forecast"  # which result this is
    version: str  # of callsim
    files: Sequence[str]  # that were read
    from_: str  # the first day ahead
    days: int  # ahead
    interval_s: float  # length of an interval
    history: Span  # its days
    holidays: str | None  # whose public holidays are known
    warnings: Sequence[str]  # what to look at
    notes: Sequence[Note]  # what the reader did
    owner: str  # whether a call belongs to the interval of its arrival or of its end
    queues: Mapping[str, Queue]  # by name
    intervals: Sequence[Interval]  # of each queue

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)


def rows(found: ForecastAnswer) -> list[Mapped]:
    """A row for each interval and queue, by time: what `counts:` reads, and bands."""
    return [mapped(one) for one in found.intervals]
