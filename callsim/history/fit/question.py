"""`callsim fit`: from a history to a scenario."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import stats

from callsim.errors import UserError
from callsim.files import Files, names_of
from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    UNKNOWN,
    CallTable,
    IntervalTable,
    Note,
    seconds,
    slots_of,
    summed,
    weekdays_of,
)
from callsim.history.days import chosen
from callsim.history.fit.arrivals import Arrivals, arrivals
from callsim.history.fit.certainty import Certainty, certainty
from callsim.history.fit.fitted import ASSUMED_CV, ASSUMED_TALK_S, Assumption, Figures, QueueFit
from callsim.history.fit.patience import Patience, patience, patience_of_sums
from callsim.history.fit.redials import redials
from callsim.history.fit.result import FitResult
from callsim.history.fit.samples import quantile_values
from callsim.history.fit.staffing import Staffing, pools, staffing
from callsim.history.fit.times import FEWEST, times
from callsim.history.read.how import Columns
from callsim.history.read.reader import read
from callsim.sentences import say

TOGETHER = 0.5  # correlation of the days of two queues, from which on they share a day factor
FEWEST_DAYS = 10
MOST_QUEUES = 500


def fit(
    paths: Files,
    use: Sequence[str] = (),
    exclude: Sequence[str] = (),
    columns: Columns = None,
    queue: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> FitResult:
    """Make the scenario of the history in some files, and say how well it fits and what could not be known.

    Args:
        paths: a file of a phone system, or several: call logs or reports by interval.
        use: the days to fit, such as `1999-02-01 to 1999-02-13` or `sun-thu`. Default: all.
        exclude: days not to fit, written alike.
        columns: our names of columns → those of the files, where they differ.
        queue: the only queue to fit. Default: all.
        on_progress: hears how many queues are done, and how many there are.

    Returns the FitResult. Raises UserError for what cannot be read, or has nothing to be fitted.
    """
    several = names_of(paths)
    table = read(several, columns, queue)
    return fit_table(table, use, exclude, _name_of(several[0]), on_progress)


def fit_table(
    table: IntervalTable,
    use: Sequence[str] = (),
    exclude: Sequence[str] = (),
    name: str = "history",
    on_progress: Callable[[int, int], None] | None = None,
) -> FitResult:
    """Fit a history that has been read."""
    if len(table.queues) > MOST_QUEUES:
        raise UserError(say("assumed.many_queues", queues=len(table.queues)))
    dates = table.dates
    used = chosen(dates, use, exclude)
    if not used.any():
        raise UserError(say("assumed.no_day"))
    days = dates[used]
    kept = table.on(days)
    notes = list(table.notes)
    found, day_totals = [], []
    for place, queue_name in enumerate(table.queues):
        one = _queue(kept, place, queue_name, days)
        found.append(one)
        day_totals.append(_residuals(kept, place, days, one.arrivals))
        if on_progress is not None:
            on_progress(place + 1, len(table.queues))
    groups = tuple(_staffing(kept, queues, days, found) for queues in pools(kept.calls, len(table.queues)))
    if not any(one.figures.offered for one in found):
        raise UserError(say("assumed.no_calls"))
    result = FitResult(
        name,
        table.files,
        "intervals" if table.calls is None else "calls",
        table.owner,
        table.width_ms,
        days,
        dates[~used],
        tuple(notes),
        tuple(found),
        groups,
        _together(day_totals, found),
        (),
    )
    return _with_assumptions(result)


def _name_of(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0] or "history"


def _queue(table: IntervalTable, place: int, name: str, days: np.ndarray) -> QueueFit:
    rows = table.of(place)
    sums = {
        figure: _total(rows, figure) for figure in rows.dtype.names or () if figure not in ("start", "queue")
    }
    calls = None if table.calls is None else table.calls.of(place)
    counts = table.grid("offered", place, days)
    again, found_redials = None, None
    if calls is not None:
        found_redials, again = redials(calls)
        if again.any():
            counts = _without(counts, calls[again], table, days)
    talk = wrap = None
    talk_mean, hold, wrap_mean = (_mean(rows, f"{part}_s", "answered") for part in ("talk", "hold", "wrap"))
    if np.isfinite(talk_mean) and np.isfinite(hold):
        talk_mean += hold
    if not np.isfinite(talk_mean):
        talk_mean = _mean(rows, "handle_s", "answered") - np.nan_to_num(wrap_mean)
    values: tuple[float, ...] = ()
    if calls is not None:
        answered = calls[calls["outcome"] == ANSWERED]
        hours = slots_of(answered["arrival"], 3_600_000)
        talked = seconds(answered["talk_ms"]) + np.nan_to_num(seconds(answered["hold_ms"]))
        talk, wrap = times(talked, hours), times(seconds(answered["wrap_ms"]), hours)
        talk_mean = talk.mean_s if talk else talk_mean
        wrap_mean = wrap.mean_s if wrap else wrap_mean
        values = tuple(quantile_values(talked, 20)) if talk and talk.short_excess else ()
    waits = _patience(sums, calls)
    return QueueFit(
        name,
        _figures(table, rows, sums, calls),
        arrivals(counts, days),
        None if calls is None or table.calls is None else _lewis(calls, table, again),
        talk,
        talk_mean,
        wrap,
        wrap_mean,
        waits,
        found_redials,
        values,
        _certainty(table, place, days, counts, waits),
    )


def _certainty(
    table: IntervalTable, place: int, days: np.ndarray, counts: np.ndarray, waits: Patience | None
) -> Certainty:
    there = np.isfinite(counts).any(1)
    handled, answered = (table.grid(figure, place, days) for figure in ("handle_s", "answered"))
    known = np.isfinite(handled) & np.isfinite(answered)
    spent, calls = (np.where(known, figure, 0.0).sum(1) for figure in (handled, answered))
    return certainty(np.nansum(counts, 1)[there], weekdays_of(days)[there], spent, calls, waits)


def _total(rows: np.ndarray, figure: str) -> float:
    """The sum of a figure; NaN where no row tells it."""
    values = rows[figure]
    known = np.isfinite(values)
    return float(values[known].sum()) if known.any() else float("nan")


def _mean(rows: np.ndarray, figure: str, count: str) -> float:
    """A figure ÷ a count, over the rows that tell both; NaN where none does."""
    known = np.isfinite(rows[figure]) & np.isfinite(rows[count])
    return _per(float(rows[figure][known].sum()), float(rows[count][known].sum()))


def _per(total: float, many: float) -> float:
    return total / many if many > 0 else float("nan")


def _figures(
    table: IntervalTable, rows: np.ndarray, sums: Mapping[str, float], calls: np.ndarray | None
) -> Figures:
    delayed = float("nan")
    if calls is not None:
        waits = calls["wait_ms"][np.isin(calls["outcome"], (ANSWERED, ABANDONED))]
        waits = waits[waits != UNKNOWN]
        delayed = float((waits > 0).mean()) if len(waits) else delayed
    both = rows["wait_answered_s"] + rows["wait_abandoned_s"]
    ended = rows["answered"] + rows["abandoned"]
    known = np.isfinite(both) & np.isfinite(ended)
    return Figures(
        sums["offered"],
        sums["answered"],
        sums["abandoned"],
        _mean(rows, "wait_answered_s", "answered"),
        _per(float(both[known].sum()), float(ended[known].sum())),
        _mean(rows, "handle_s", "answered"),
        delayed,
        table.within_s,
        sums["answered_in_sl"],
    )


def _without(counts: np.ndarray, calls: np.ndarray, table: IntervalTable, days: np.ndarray) -> np.ndarray:
    """The counts without some of the calls."""
    part = summed(CallTable(calls, table.queues), table.width_ms)
    fewer = np.nan_to_num(sum(part.grid("offered", place, days) for place in range(len(table.queues))))
    rest: np.ndarray = counts - fewer
    return rest


def _patience(sums: Mapping[str, float], calls: np.ndarray | None) -> Patience | None:
    if calls is not None:
        of = calls[np.isin(calls["outcome"], (ANSWERED, ABANDONED))]
        return patience(seconds(of["wait_ms"]), of["outcome"] == ABANDONED)
    return patience_of_sums(
        sums["offered"], sums["abandoned"], sums["wait_answered_s"], sums["wait_abandoned_s"]
    )


def _lewis(
    calls: np.ndarray, table: IntervalTable, again: np.ndarray | None
) -> tuple[float, int, float] | None:
    """Lewis' test that calls within an interval come by chance alone, all intervals together.

    Given how many call, the times are uniform; gaps between them, put in order and scaled (Lewis 1965, after
    Durbin), are the increments of uniform times again, and that has more power against gaps that are too
    regular or too clustered (Kim & Whitt 2014). Times in whole seconds are spread over their second first.
    """
    assert table.calls is not None
    first = calls if again is None else calls[~again]
    ms = first["arrival"].astype(np.int64)
    luck = np.random.default_rng(1)
    unit = table.calls.unit_ms
    at = np.sort(ms + (luck.random(len(ms)) * unit if unit > 1 else 0.0))
    width = min(table.width_ms, 900_000)  # a quarter of an hour, in which the rate hardly changes
    pieces = np.split(at % width, np.flatnonzero(np.diff(at // width)) + 1) if len(at) else []
    uniform = []
    for piece in pieces[:20_000]:
        many = len(piece)
        if many < 5:
            continue
        gaps = np.diff(np.concatenate([[0.0], piece / width, [1.0]]))
        gaps.sort()
        scaled = np.diff(np.concatenate([[0.0], gaps])) * np.arange(many + 1, 0, -1)
        uniform.append(np.cumsum(scaled)[:-1])
    if not uniform:
        return None
    together = np.concatenate(uniform)
    found = stats.kstest(together, "uniform")
    return float(found.statistic), len(together), float(found.pvalue)


def _residuals(table: IntervalTable, place: int, days: np.ndarray, found: Arrivals) -> np.ndarray:
    """float64 [day]: how much busier than usual each day was, NaN where that is unknown."""
    totals = np.nansum(table.grid("offered", place, days), 1)
    usual = found.per_day[weekdays_of(days)]
    busier: np.ndarray = np.divide(totals, usual, out=np.full(len(days), np.nan), where=usual > 0) - 1
    return busier


def _together(totals: Sequence[np.ndarray], found: Sequence[QueueFit]) -> tuple[tuple[int, ...], ...]:
    """Queues whose days are busy together, in groups."""
    swinging = [
        place
        for place, one in enumerate(found)
        if one.arrivals.busyness is not None
        and one.arrivals.busyness.day_cv > 0
        and not one.arrivals.busyness.is_poisson
    ]
    own = {place: place for place in swinging}
    for k, one in enumerate(swinging):
        for other in swinging[:k]:
            known = np.isfinite(totals[one]) & np.isfinite(totals[other])
            if known.sum() >= FEWEST_DAYS:
                alike = np.corrcoef(totals[one][known], totals[other][known])[0, 1]
                if alike > TOGETHER:
                    low, high = sorted((own[one], own[other]))
                    own = {place: low if group == high else group for place, group in own.items()}
    groups = [
        tuple(place for place in swinging if own[place] == group) for group in sorted(set(own.values()))
    ]
    return tuple(group for group in groups if len(group) > 1)


def _staffing(
    table: IntervalTable, queues: Sequence[int], days: np.ndarray, found: Sequence[QueueFit]
) -> Staffing:
    mine = [found[place] for place in queues]
    rates = np.nansum([one.arrivals.rates for one in mine], 0)
    answered = sum(one.figures.answered for one in mine)
    handling = sum(
        (np.nan_to_num(one.talk_mean_s) + np.nan_to_num(one.wrap_mean_s)) * one.figures.answered
        for one in mine
    )
    waiting = sum(one.patience.waiting_s for one in mine if one.patience)
    gone = sum(one.patience.abandoned for one in mine if one.patience)
    calls = sum(one.figures.offered for one in mine)
    excess = sum(
        one.figures.offered * max(one.arrivals.busyness.excess, 0.0)
        for one in mine
        if one.arrivals.busyness is not None
    )
    return staffing(
        table,
        days,
        queues,
        rates,
        handling / answered if answered > 0 and handling > 0 else ASSUMED_TALK_S,
        waiting / gone if gone and waiting else None,
        excess / calls if calls else 0.0,
    )


def _with_assumptions(found: FitResult) -> FitResult:
    """Returns the fit with its assumptions: what the history cannot tell."""
    from dataclasses import replace

    told: list[Assumption] = []
    notes: list[Note] = []
    for queue in found.queues:
        told += [
            Assumption(f"queues.{queue.name}.{key}", text) for key, text in _assumed(queue, found.width_ms)
        ]
    for one in found.staffing:
        names = ", ".join(found.queues[place].name for place in one.queues)
        if one.source == "inferred":
            text = say("assumed.agents_inferred")
            told.append(Assumption(f"groups ({names})", text))
        elif one.source == "assumed":
            told.append(Assumption(f"groups ({names})", say("assumed.agents_assumed")))
    if found.owner == "end":
        notes.append(Note("noticed", say("assumed.late")))
    return replace(found, assumed=tuple(told), notes=(*found.notes, *notes))


def _assumed(queue: QueueFit, width_ms: int) -> list[tuple[str, str]]:
    """Keys of a queue, and why each is assumed."""
    told = []
    busy = queue.arrivals.busyness
    if busy is None:
        told.append(("arrivals.day_cv", say("assumed.no_busyness")))
    missing = [day for day in range(7) if not np.isfinite(queue.arrivals.per_day[day])]
    if missing:
        from callsim.history.days import weekday_name

        names = ", ".join(map(weekday_name, missing))
        told.append(("arrivals", say("assumed.closed_days", days=names)))
    if not np.isfinite(queue.talk_mean_s):
        told.append(("talk", say("assumed.talk_unknown")))
    elif queue.talk is None:
        told.append(("talk", say("assumed.talk_mean", cv=ASSUMED_CV)))
    elif queue.talk.best is None and queue.talk.sample < FEWEST:
        told.append(("talk", say("assumed.talk_few", cv=ASSUMED_CV)))
    if not np.isfinite(queue.wrap_mean_s):
        told.append(("wrap", say("assumed.wrap_unknown")))
    elif queue.wrap is None or (queue.wrap.best is None and queue.wrap.sample < FEWEST):
        told.append(("wrap", say("assumed.only_mean")))
    waits = queue.patience
    if waits is None:
        told.append(("patience", say("assumed.no_waits")))
    elif waits.best is None:
        told.append(("patience", say("assumed.nobody_gave_up")))
    elif waits.lower_bound:
        told.append(("patience", say("assumed.at_least")))
    elif waits.from_sums:
        told.append(("patience", say("assumed.only_mean")))
    return told
