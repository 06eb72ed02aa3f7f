"""The question: what will the next weeks be like, and how sure is that?"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from callsim.errors import UserError
from callsim.files import Files, names_of
from callsim.history.canonical import IntervalTable, as_date
from callsim.history.forecast.bands import CLOSED, MEMORY_WEEKS, SHARES, Bands
from callsim.history.forecast.busyness import busyness
from callsim.history.forecast.calendar import KINDS, NO_FESTIVAL, kinds_of
from callsim.history.forecast.choice import Stretch, best_of, said_by, scores_of, stretches
from callsim.history.forecast.errors import TESTED, errors_of
from callsim.history.forecast.events import Event, read_events
from callsim.history.forecast.models import WEEK, around
from callsim.history.forecast.moved import moved
from callsim.history.forecast.result import DayAhead, ForecastResult, HeldOut, QueueForecast, Tested
from callsim.history.forecast.rolling import LEAST_DAYS, Forecaster, Trial, trial
from callsim.history.forecast.series import Series, first_day, series_of
from callsim.history.forecast.special import LEAST, Effects, Special
from callsim.history.forecast.usual import Found
from callsim.history.read.how import Columns
from callsim.history.read.reader import read
from callsim.sentences import say
from callsim.units import shown

_LENGTH = re.compile(r"\s*(\d{1,4})\s*(days?|d|weeks?|w)\s*", re.IGNORECASE | re.ASCII)
MOST_DAYS = 371  # 53 weeks
_MOST_GAP = 182
_LEAST_TESTED = 3  # origins whose errors are known, before which there are no bands
_SHORT_GAP = 3  # days, such as a weekend without rows
_SILENT = 7  # open days without calls, which are said
_SAME, _MOSTLY_OPEN = 8, 0.6  # days of a weekday, of which so many had calls where the queue is open
_SOME_DAYS = 5  # that a note names
_RECENT = 28  # days at the end of the history in which a queue must have been called


def forecast(
    history: IntervalTable | Files,
    start: datetime.date | str,
    horizon: str | int = "8 weeks",
    holidays: str | None = None,
    events: Sequence[Event] | str | os.PathLike[str] = (),
    queue: str | None = None,
    columns: Columns = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> ForecastResult:
    """Forecast the calls of each queue of a history, interval by interval, and how far off that may be.

    Args:
        history: files of a phone system, or what was read of them.
        start: the first day to forecast; later days of the history only tell how far off the forecast is.
        horizon: how far to forecast, such as "8 weeks", or a number of days.
        holidays: the code of a country or a part of it, such as CN or DE-BY. Default: no holidays are known.
        events: a file of events, or what `read_events` has read.
        queue: the only queue to forecast. Default: all.
        columns: our names of columns → those of the files, where they differ.
        on_progress: hears how many queues are done, and how many there are.

    Returns the ForecastResult. Raises UserError where the history is too short or ends too long before
    `start`, and for anything that cannot be read.
    """
    start, days = _date_of(start), days_in(horizon)
    events = read_events(Path(events)) if isinstance(events, str | os.PathLike) else events
    if not isinstance(history, IntervalTable):
        history = read(names_of(history), columns, queue)
    names = _wanted(history, events, queue)
    if not len(history.rows):
        raise UserError(say("forecasting.no_rows"))
    dates = history.dates
    before = dates[dates < np.datetime64(start)]
    if not len(before):
        raise UserError(say("forecasting.before_history", first=as_date(dates[0]), start=start))
    found = {}
    warnings: list[str] = []
    for number, name in enumerate(names, start=1):
        counts = history.grid("offered", history.queues.index(name), dates)
        made = _one(name, counts, dates, len(before), start, days, holidays, events)
        if isinstance(made, str):
            warnings.append(made)
        else:
            found[name], of_calendar = made
            warnings += [text for text in of_calendar if text not in warnings]
        if on_progress is not None:
            on_progress(number, len(names))
    if not found:
        raise UserError("; ".join(warnings))
    gap = (start - as_date(before[-1])).days - 1
    if gap > _SHORT_GAP:
        warnings.append(say("forecasting.gap", days=gap, start=start))
    warnings += _doubts(found)
    return ForecastResult(
        history.files,
        start,
        days,
        history.width_ms,
        as_date(before[0]),
        as_date(before[-1]),
        holidays,
        tuple(warnings),
        history.notes,
        history.owner,
        found,
    )


def days_in(horizon: str | int) -> int:
    """The days of a horizon such as `8 weeks` or `10 days`. Raises UserError for anything else."""
    match = _LENGTH.fullmatch(horizon) if isinstance(horizon, str) else None
    if isinstance(horizon, str) and match is None:
        raise UserError(say("forecasting.no_length", horizon=shown(horizon)))
    days = int(horizon) if match is None else int(match[1]) * (WEEK if match[2][0] in "wW" else 1)
    if not 1 <= days <= MOST_DAYS:
        raise UserError(say("forecasting.too_far", days=days))
    return days


def _date_of(start: datetime.date | str) -> datetime.date:
    if not isinstance(start, str):
        return start
    try:
        return datetime.date.fromisoformat(start.strip())
    except ValueError:
        raise UserError(say("forecasting.no_date", start=shown(start))) from None


def _doubts(found: dict[str, QueueForecast]) -> Iterator[str]:
    """Yields notes on what planners should write in a file of events, because the history cannot tell it."""
    for name, queue in found.items():
        untested = [part.errors.horizon for part in queue.tested if not part.errors.days]
        if untested:
            yield (say("forecasting.untested", queue=name, weeks=say("lists.and").join(untested)))
    assumed: dict[tuple[datetime.date, str], list[str]] = {}
    festivals = set()
    for name, queue in found.items():
        for day in queue.special:
            if day.assumed:
                assumed.setdefault((day.date, day.name), []).append(name)
            if day.festival and not day.given:
                festivals.add(day.date.year)
    for (date, what), names in assumed.items():
        of = "" if len(names) == len(found) else say("forecasting.for_queues", queues=", ".join(names))
        yield (say("forecasting.taken_for_ordinary", date=date, what=what, queues=of, least=LEAST))
    for year in sorted(festivals):
        yield (say("forecasting.spring_festival", year=year))


def _wanted(history: IntervalTable, events: Sequence[Event], queue: str | None) -> tuple[str, ...]:
    for name in (*(name for event in events for name in event.queues), *([queue] if queue else [])):
        if name not in history.queues:
            raise UserError(say("forecasting.no_queue", name=name, queues=", ".join(history.queues)))
    return (queue,) if queue else history.queues


def _one(
    name: str,
    counts: np.ndarray,
    dates: np.ndarray,
    known: int,
    start: datetime.date,
    days: int,
    holidays: str | None,
    events: Sequence[Event],
) -> tuple[QueueForecast, tuple[str, ...]] | str:
    """The forecast of one queue, or why there is none."""
    later = counts[known:]
    counts = counts[:known]
    first = first_day(counts)
    busy = np.flatnonzero(np.nansum(counts, axis=1) > 0)
    if not len(busy):
        return say("forecasting.nobody_before", queue=name, start=start)
    last = int(busy[-1]) + 1
    if last - first < LEAST_DAYS:
        return say("forecasting.too_few_days", queue=name, days=last - first, least=LEAST_DAYS)
    if known - last > _RECENT:
        return say("forecasting.nobody_after", queue=name, last=as_date(dates[last - 1]))
    gap = int((np.datetime64(start) - dates[known - 1]).astype(int)) - 1
    if gap > _MOST_GAP:
        return say("forecasting.too_old", queue=name, days=gap, start=start, most=_MOST_GAP)
    all_days = np.arange(dates[first], np.datetime64(start) + days)
    kinds = kinds_of(all_days, holidays)
    mine = [event for event in events if not event.queues or name in event.queues]
    series = series_of(counts[first:], kinds, mine)
    warnings = (
        *kinds.warnings,
        *_silence(name, counts[:last], known - last, dates[last - 1]),
        *_spikes(name, series),
        *_level(name, series),
    )
    return _answer(series, gap, days, later), warnings


def _silence(name: str, counts: np.ndarray, days: int, last: np.datetime64) -> Iterator[str]:
    """Yields a note where nobody called on the last days, though it is open on enough of them.

    `counts`: up to the last day with calls; `days`: after it.
    """
    ended = len(counts)
    busy = np.nansum(counts, axis=1) > 0
    begins = [busy[ended + day - WEEK * (1 + day // WEEK) :: -WEEK][:_SAME] for day in range(days)]
    open_days = sum(len(of) > 0 and float(of.mean()) >= _MOSTLY_OPEN for of in begins)
    if open_days >= _SILENT:
        yield say("forecasting.silent", queue=name, last=as_date(last), days=open_days)


def _spikes(name: str, series: Series) -> Iterator[str]:
    """Yields notes of spikes that models take for missing, and of large ones that they see."""
    spikes = [one for one in series.found if one.kind == "spike"]
    gone = {one for one in spikes if np.isnan(series.calls[one.day, one.begin])}
    if gone:
        dates, more = _some_dates(series, gone)
        yield say("forecasting.spikes", queue=name, dates=dates, more=more)
    stay = {one for one in spikes if one.far} - gone
    if stay:
        dates, more = _some_dates(series, stay)
        yield say("forecasting.spikes_kept", queue=name, dates=dates, more=more)


def _level(name: str, series: Series) -> Iterator[str]:
    """Yields a note where the last days had far more or far fewer calls than days before."""
    change = moved(series)
    if change is not None:
        yield say("forecasting.moved", queue=name, days=change.days, times=change.times)


def _some_dates(series: Series, found: set[Found]) -> tuple[str, str]:
    """The first days of what was found, and how many more there are."""
    days = sorted({one.day for one in found})
    some = [str(as_date(series.kinds.dates[day])) for day in days[:_SOME_DAYS]]
    more = len(days) - len(some)
    return ", ".join(some), say("forecasting.more_days", days=more) if more else ""


def _answer(series: Series, gap: int, days: int, later: np.ndarray) -> QueueForecast:
    forecaster = Forecaster(series)
    tested = trial(forecaster, gap, days)
    last = len(tested.origins) - 1
    effects = forecaster.effects(series.past)
    ahead = {place: series.special.get(series.past + gap + place) for place in range(days)}
    slots = series.calls.shape[1]
    expected = np.zeros((days, slots))
    ends, ends_day = np.full((len(SHARES), 2, days, slots), np.nan), np.full((len(SHARES), 2, days), np.nan)
    weigh = np.exp(-(last - np.arange(last + 1)) / MEMORY_WEEKS)
    parts, wrong, scores = [], [], None
    for stretch in stretches(tested):
        leads = stretch.leads
        scores = scores_of(tested, stretch, scores)
        best = best_of(tested, scores)
        said, doubt = said_by(tested, stretch, best), tested.doubt[:, leads]
        bands = bands_at(tested, stretch, said)
        expected[leads] = said[-1]
        if last in bands:
            ends[:, :, leads] = bands[last].interval.bands(said[-1], doubt[-1])
            ends_day[:, :, leads] = bands[last].day.bands(said[-1].sum(axis=1), doubt[-1])
        rows = slice(None, stretch.known(last))
        plain = np.isnan(doubt[rows])
        of_day = np.broadcast_to(weigh[rows][:, None], plain.shape)[plain]
        wrong.append((said[rows][plain], tested.truth[rows][:, leads][plain], of_day))
        errors = errors_of(series, tested, stretch, said, bands)
        parts.append(Tested(errors, tested.models[best[-1]], busyness(*wrong[-1])))
    return QueueForecast(
        expected,
        ends,
        ends_day,
        tuple(parts),
        busyness(*(np.concatenate(some) for some in zip(*wrong, strict=True))),
        series,
        tuple(
            _special_day(forecaster, tested, effects, place, day, expected)
            for place, day in ahead.items()
            if day
        ),
        _held_out(later, gap, expected, ends),
    )


def bands_at(tested: Trial, stretch: Stretch, said: np.ndarray) -> dict[int, Bands]:
    """The bands that were known at each of the last origins, by the origin's row.

    They follow what the bands of all earlier origins held, as far as that was known.
    """
    found = {}
    truth, doubt = tested.truth[:, stretch.leads], tested.doubt[:, stretch.leads]
    many = len(tested.origins)
    for row in range(many):
        rows = np.arange(stretch.known(row))
        if len(rows) >= _LEAST_TESTED:
            bands = Bands.of(said[rows], truth[rows], doubt[rows], row - rows, stretch.weeks)
            if bands is not None:
                found[row] = bands
    tellable = stretch.known(many - 1)
    reached = {
        row: of.reached(said[row], truth[row], doubt[row]) for row, of in found.items() if row < tellable
    }
    told = many - TESTED - stretch.delay
    return {
        row: of.following({at: reached[at] for at in reached if at < stretch.known(row)}, row, stretch.weeks)
        for row, of in found.items()
        if row >= told
    }


def _special_day(
    forecaster: Forecaster, tested: Trial, effects: Effects, place: int, day: Special, expected: np.ndarray
) -> DayAhead:
    """A special day ahead, beside the ordinary day that it would be."""
    series = forecaster.series
    index = series.past + int(tested.leads[place])
    weekday = series.kinds.like[index : index + 1]
    own = around(forecaster.past(series.past), series.past + forecaster.first_number, weekday)
    total = float(own.sum())
    times = float(expected[place].sum()) / total if total > 0 else float("nan")
    return DayAhead(
        as_date(series.kinds.dates[index]),
        day.label,
        KINDS[day.kind],
        times,
        effects.days_seen(day),
        effects.is_assumed(day),
        any(event.times is not None for event in day.events),
        day.festival != NO_FESTIVAL,
    )


def _held_out(later: np.ndarray, gap: int, expected: np.ndarray, ends: np.ndarray) -> HeldOut | None:
    """Returns the errors on days that the history has and the forecast has not looked at."""
    truth = later[: len(expected)] if gap == 0 else later[:0]
    known = np.isfinite(truth)
    known &= known.any(axis=1)[:, None]
    total = float(truth[known].sum())
    if total <= 0:
        return None
    wrong = np.where(known, expected[: len(truth)] - np.where(known, truth, 0.0), 0.0)
    open_ = known & (expected[: len(truth)] > CLOSED) & np.isfinite(ends[0, 0, : len(truth)])
    inside = (truth >= ends[:, 0, : len(truth)]) & (truth <= ends[:, 1, : len(truth)])
    return HeldOut(
        int(known.any(axis=1).sum()),
        float(np.abs(wrong).sum()) / total,
        float(np.abs(wrong.sum(axis=1)).sum()) / total,
        tuple(float(one[open_].mean()) if open_.any() else float("nan") for one in inside),
    )
