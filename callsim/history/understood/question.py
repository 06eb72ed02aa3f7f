"""`callsim history`: what was understood of some files, and what was not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callsim.history.canonical import SUMS, IntervalTable, Note, as_date, weekdays_of
from callsim.history.fit.arrivals import outages, runs
from callsim.history.read.how import Columns
from callsim.history.read.levels import is_right
from callsim.history.read.reader import read
from callsim.history.understood.answer import Gap, HistoryResult, Level, Queue
from callsim.history.understood.identities import identities
from callsim.sentences import say
from callsim.units import show_clock
from callsim.version import __version__

USUAL = 10.0  # calls of an interval, from which on a row that is missing is a hole
ALIKE = 0.5  # variance of weekdays' means ÷ that within weekdays, below which no rhythm is seen


def history(
    paths: str | Sequence[str], columns: Columns = None, queue: str | None = None
) -> tuple[HistoryResult, IntervalTable]:
    """What was understood of files, and the table that was read. Raises UserError for what cannot be read.

    `columns`: how they are to be read where they leave it open; `queue`: only this one.
    """
    table = read([paths] if isinstance(paths, str) else list(paths), columns, queue)
    return understood(table), table


def understood(table: IntervalTable) -> HistoryResult:
    """The same of a history that has been read."""
    days = table.dates
    of_calls = table.calls is not None
    known = [name for name in SUMS if np.isfinite(table.rows[name]).any()]
    there = np.isin(days, table.rows["start"].astype("datetime64[D]"))
    return HistoryResult(
        version=__version__,
        files=table.files,
        system=table.system,
        table="calls" if of_calls else "intervals",
        zone=table.zone or None,
        owner=table.owner,
        interval_s=table.width_ms / 1000,
        within_s=table.within_s,
        first=str(as_date(days[0])),
        last=str(as_date(days[-1])),
        rows=len(table.rows) if table.calls is None else len(table.calls.rows),
        known=known,
        unknown=[name for name in SUMS if name not in known],
        queues={name: _queue(table, place) for place, name in enumerate(table.queues)},
        identities=identities(table),
        levels=[
            Level(formula=one.name, tested=one.tested, fits=one.fits, right=is_right(one), sure=one.whole)
            for one in table.formulas
        ],
        gaps=_gaps(table, days),
        days_missing=[str(as_date(day)) for day in days[~there]],
        notes=(*table.notes, *_rhythm(table, days)),
    )


def _queue(table: IntervalTable, place: int) -> Queue:
    rows = table.of(place)

    def total(name: str) -> float | None:
        there = np.isfinite(rows[name])
        return float(rows[name][there].sum()) if there.any() else None

    def mean(name: str, count: str) -> float | None:
        there = np.isfinite(rows[name]) & np.isfinite(rows[count])
        many = float(rows[count][there].sum())
        return float(rows[name][there].sum()) / many if many else None

    return Queue(
        rows=len(rows) if table.calls is None else len(table.calls.of(place)),
        offered=total("offered"),
        answered=total("answered"),
        abandoned=total("abandoned"),
        flow_out=total("flow_out"),
        answered_in_time=total("answered_in_sl"),
        asa_s=mean("wait_answered_s", "answered"),
        ata_s=mean("wait_abandoned_s", "abandoned"),
        aht_s=mean("handle_s", "answered"),
    )


def _gaps(table: IntervalTable, days: np.ndarray) -> list[Gap]:
    """Stretches of open hours without rows, and two intervals or more without calls."""
    found = []
    weekday = weekdays_of(days)
    for place, name in enumerate(table.queues):
        counts = table.grid("offered", place, days)
        usual = np.full((7, table.slots), np.nan)
        for day in np.unique(weekday):
            mine = counts[weekday == day]
            many = np.isfinite(mine).sum(0)
            usual[day] = np.divide(np.nansum(mine, 0), many, out=np.zeros(table.slots), where=many > 0)
        there = np.isfinite(counts).any(1)
        missing = np.isnan(counts) & (usual[weekday] >= USUAL) & there[:, None]
        silent = outages(counts, weekday)
        for what, where in (("no rows", missing), ("no calls", silent)):
            for day, first, end in runs(where, days):
                of_day = usual[int(weekdays_of(np.array([day]))[0])]
                found.append(
                    Gap(
                        queue=name,
                        date=str(as_date(day)),
                        from_=show_clock(first * table.width_ms),
                        to=show_clock(end * table.width_ms),
                        what="no rows" if what == "no rows" else "no calls",
                        usual=float(of_day[first:end].sum()),
                    )
                )
    return sorted(found, key=lambda gap: (gap.date, gap.from_, gap.queue))


def _rhythm(table: IntervalTable, days: np.ndarray) -> list[Note]:
    """A doubt where weekdays are alike, as in hardly any history: its dates may be read wrongly."""
    totals = np.nansum(
        [np.nansum(table.grid("offered", place, days), 1) for place in range(len(table.queues))], 0
    )
    if len(days) < 21 or not totals.any():
        return []
    weekday = weekdays_of(days)
    within = np.mean([totals[weekday == day].var(ddof=1) for day in range(7)])
    between = np.array([totals[weekday == day].mean() for day in range(7)]).var(ddof=1)
    if between >= ALIKE * within:
        return []
    return [Note("noticed", say("history.no_rhythm"))]
