"""A forecast as it is handed on: typed here, plain data in JSON, rows for tables."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from callsim.history.canonical import Note, Owner, as_date
from callsim.history.forecast import answer
from callsim.history.forecast.answer import ForecastAnswer
from callsim.history.forecast.bands import SHARES
from callsim.history.forecast.busyness import Busyness
from callsim.history.forecast.errors import Errors
from callsim.history.forecast.series import Series
from callsim.results.schema import Mapped
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.shown import Shown
from callsim.units import DAY_MS, show_clock
from callsim.version import __version__

_BEFORE = 56  # days of the past that are handed on beside the forecast
_MOST_DIGITS = 9  # behind the point
BANDS = tuple(f"{round(share * 100)}" for share in SHARES)


@dataclass(frozen=True)
class Tested:
    """The errors of the rolling test for one stretch of days ahead."""

    errors: Errors
    model: str
    """The model that is believed."""
    busyness: Busyness
    """Of the errors of ordinary days of this stretch."""


@dataclass(frozen=True)
class DayAhead:
    """A day ahead that is not ordinary."""

    date: datetime.date
    name: str
    kind: str
    times: float
    """Its calls relative to an ordinary day of the weekday that it behaves as."""
    seen: int
    """Past days that this is learned from."""
    assumed: bool
    """Whether too few such days were seen, so that it is taken for an ordinary one."""
    given: bool
    """Whether a file of events says it."""
    festival: bool
    """Whether it is within reach of a Spring Festival."""


@dataclass(frozen=True)
class HeldOut:
    """The error on days that the history has from the first day of the forecast on."""

    days: int
    interval: float
    day: float
    cover: tuple[float, ...]
    """Of intervals with calls to expect: the share inside the bands of 80 % and of 95 %."""


@dataclass(frozen=True)
class QueueForecast:
    """The forecast of one queue."""

    expected: np.ndarray  # float64 [day ahead, slot]
    ends: np.ndarray  # float64 [share, low and high, day ahead, slot]; NaN: not tested
    ends_day: np.ndarray  # float64 [share, low and high, day ahead]
    tested: tuple[Tested, ...]
    busyness: Busyness
    """Of the errors of ordinary days of the whole horizon: what a plan must stand."""
    series: Series
    special: tuple[DayAhead, ...]
    held_out: HeldOut | None


@dataclass(frozen=True, repr=False)
class ForecastResult(Shown):
    """What each queue will be offered, and how sure that is."""

    files: tuple[str, ...]
    start: datetime.date
    days: int
    width_ms: int
    history_from: datetime.date
    history_to: datetime.date
    holidays: str | None
    warnings: tuple[str, ...]
    notes: tuple[Note, ...]
    """What the reader dropped, excluded, assumed or could not decide."""
    owner: Owner
    """Whether a call belongs to the interval in which it arrived or to that in which it ended."""
    queues: dict[str, QueueForecast]

    def for_reports(self) -> ForecastAnswer:
        """Returns it as reports take it."""
        return self.told()

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"queues": list(self.queues), "start": str(self.start), "days": self.days}

    def told(self) -> ForecastAnswer:
        """Returns the forecast as reports take it; None for what does not exist."""
        return ForecastAnswer(
            version=__version__,
            files=list(self.files),
            from_=str(self.start),
            days=self.days,
            interval_s=self.width_ms / 1000,
            history=answer.Span(from_=str(self.history_from), to=str(self.history_to)),
            holidays=self.holidays,
            warnings=list(self.warnings),
            notes=list(self.notes),
            owner=self.owner,
            queues={name: self._queue(queue) for name, queue in self.queues.items()},
            intervals=list(self._intervals()),
        )

    def to_dict(self) -> Mapped:
        """Returns the JSON of the forecast as plain data."""
        return self.told().to_dict()

    def rows(self) -> list[Mapped]:
        """Returns a row for each interval and queue, by time: what `counts:` reads, and bands."""
        return answer.rows(self.told())

    def _intervals(self) -> Iterator[answer.Interval]:
        for day, date in enumerate(self.dates):
            for slot in range(DAY_MS // self.width_ms):
                for name, queue in self.queues.items():
                    yield answer.Interval(
                        interval_start=f"{date}T{show_clock(slot * self.width_ms)}",
                        queue=name,
                        offered=_calls(queue.expected[day, slot]),
                        **_ends(queue.ends[:, :, day, slot]),
                    )

    @property
    def dates(self) -> list[datetime.date]:
        """Returns the days that are forecast."""
        return [self.start + datetime.timedelta(days=day) for day in range(self.days)]

    def _queue(self, queue: QueueForecast) -> answer.Queue:
        total = queue.expected.sum(axis=1)
        return answer.Queue(
            offered=calls_shown(total.sum()),
            offered_per_day=calls_shown(total.mean()),
            tested=[_tested(part) for part in queue.tested],
            busyness=answer.Busyness(**_cvs(queue.busyness)),
            special_days=[_special(day) for day in queue.special],
            found=list(self._found(queue.series)),
            taken_for_empty=queue.series.taken_for_empty,
            held_out=None if queue.held_out is None else _held_out(queue.held_out),
            before=list(_before(queue.series)),
            by_day=[
                answer.Day(
                    date=str(date),
                    weekday=_weekday(date),
                    offered=_calls(total[day]),
                    **_ends(queue.ends_day[:, :, day]),
                )
                for day, date in enumerate(self.dates)
            ],
        )

    def _found(self, series: Series) -> Iterator[answer.Finding]:
        for one in series.found:
            yield answer.Finding(
                what=one.kind,
                date=str(as_date(series.kinds.dates[one.day])),
                from_=show_clock(one.begin * self.width_ms),
                to=show_clock(one.end * self.width_ms),
                calls=_short(one.calls),
                usual=_short(one.usual),
                day_left_out=one.left_out,
            )


def _tested(part: Tested) -> answer.Tested:
    errors = part.errors
    return answer.Tested(
        horizon=errors.horizon,
        days_tested=errors.days,
        error=_error(errors.interval, errors.day),
        bias=_known(errors.bias),
        mean_of_four=_error(errors.four_interval, errors.four_day),
        last_week=_error(errors.last_interval, errors.last_day),
        chance_alone=_error(errors.chance_interval, errors.chance_day),
        inside=answer.Inside(interval=_shares(errors.cover), day=_shares(errors.cover_day)),
        model=part.model,
        **_cvs(part.busyness),
    )


def _special(day: DayAhead) -> answer.SpecialDay:
    return answer.SpecialDay(
        date=str(day.date),
        name=day.name,
        kind=day.kind,
        times=_short(day.times),
        seen=day.seen,
        assumed=day.assumed,
        given=day.given,
        festival=day.festival,
        weekday=_weekday(day.date),
    )


def _before(series: Series) -> Iterator[answer.DayBefore]:
    """The last days of the history."""
    for day in range(max(series.past - _BEFORE, 0), series.past):
        calls = series.calls[day]
        known = bool(np.isfinite(calls).any()) and not series.left_out[day]
        yield answer.DayBefore(
            date=str(as_date(series.kinds.dates[day])),
            offered=_short(float(np.nansum(calls))) if known else None,
        )


def _error(interval: float, day: float) -> answer.Error:
    return answer.Error(interval=_known(interval), day=_known(day))


def _held_out(held: HeldOut) -> answer.HeldOut:
    return answer.HeldOut(
        days=held.days,
        error=_error(held.interval, held.day),
        inside=answer.Inside(interval=_shares(held.cover)),
    )


def _shares(cover: tuple[float, ...]) -> dict[str, float | None]:
    return {band: _known(share) for band, share in zip(BANDS, cover, strict=True)}


class _Cvs(TypedDict):
    day_cv: float | None
    interval_cv: float | None
    interval_correlation: float | None


def _cvs(found: Busyness) -> _Cvs:
    return {
        "day_cv": _short(found.day_cv, 4),
        "interval_cv": _short(found.interval_cv, 4),
        "interval_correlation": _short(found.interval_correlation),
    }


class _Ends(TypedDict):
    low_80: float | None
    high_80: float | None
    low_95: float | None
    high_95: float | None


def _ends(ends: np.ndarray) -> _Ends:
    """The ends of the bands. `ends`: float64 [share, low and high]."""
    (low_80, high_80), (low_95, high_95) = ([_calls(end) for end in band] for band in ends)
    return {"low_80": low_80, "high_80": high_80, "low_95": low_95, "high_95": high_95}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def calls_shown(value: float) -> float:
    """Calls to 0.01, and to four significant digits where they are few."""
    size = abs(float(value))
    few = 3 - math.floor(math.log10(size)) if 0 < size < math.inf else 2
    return round(float(value), min(max(few, 2), _MOST_DIGITS))


def _calls(value: float) -> float | None:
    return _known(calls_shown(value))


def _short(value: float, digits: int = 2) -> float | None:
    return _known(_rounded(value, digits))


def _rounded(value: float, digits: int = 2) -> float:
    return round(float(value), digits)


def _weekday(date: datetime.date) -> str:
    return WEEKDAYS[date.weekday()]
