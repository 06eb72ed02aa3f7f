"""A real day in the sums of the simulation, so that reality and runs are counted alike."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    BLOCKED,
    CLOSED,
    IntervalTable,
    days_of,
    slots_of,
)
from callsim.history.validate.figures import FIGURES, P90
from callsim.results.measures import percentiles
from callsim.sim.count import columns
from callsim.sim.count.columns import BINS, CALL_COLUMNS
from callsim.sim.count.tally import bin_of

_OUTCOMES = {
    ANSWERED: columns.N_ANSWERED,
    ABANDONED: columns.N_ABANDONED,
    BLOCKED: columns.N_BLOCKED,
    CLOSED: columns.N_CLOSED,
}
# Of a report: our column, the report's, and what makes one the other.
_SUMS = (
    (columns.N_ANSWERED, "answered", 1),
    (columns.N_ABANDONED, "abandoned", 1),
    (columns.ANSWERED_IN, "answered_in_sl", 1),
    (columns.ABANDONED_IN, "abandoned_in_sl", 1),
    (columns.WAIT_ANSWERED, "wait_answered_s", 1000),
    (columns.WAIT_ABANDONED, "wait_abandoned_s", 1000),
    (columns.TALK, "handle_s", 1000),
)
_NEEDS = {
    "offered": ("offered",),
    "aht_s": ("handle_s",),
    "abandoned_share": ("abandoned",),
    "service_level": ("answered_in_sl",),
    "asa_s": ("wait_answered_s",),
    "occupancy": ("handle_s", "staffed_s"),
}


@dataclass(frozen=True)
class RealDay:
    """A day of the history."""

    date: datetime.date
    calls: np.ndarray  # int64 [interval, queue, CALL_COLUMNS]; transferred calls are in none of its columns
    p90_s: float  # NaN where it is unknown
    staffed_s: np.ndarray | None  # float64 [queue, interval]  seconds that agents were logged in
    knows: tuple[str, ...]  # figures that the history tells of this day
    log: np.ndarray | None  # CALL [call] of the day and of the day before, where the history is a log
    aht_s: np.ndarray  # float64 [queue]  mean talk and wrap of answered calls; NaN where unknown

    @property
    def by_interval(self) -> bool:
        """Whether calls can be compared by the interval in which they arrived."""
        return self.log is not None or "offered" in self.knows


def real_day(
    table: IntervalTable,
    date: datetime.date,
    rows: Mapping[int, int],
    queues: int,
    within_s: list[float],
    short: int,
) -> RealDay:
    """A day of a history. `rows`: our row of each of its queues, of `queues`; `within_s`: each queue's time
    in which a call counts as answered in time, by our rows; `short`: ms, who gives up before has not
    abandoned."""
    day = np.array([date.isoformat()], "datetime64[D]")
    calls = np.zeros((table.slots, queues, CALL_COLUMNS), np.int64)
    grids = {
        name: np.array([table.grid(name, place, day)[0] for place in rows])
        for name in ("staffed_s", "offered")
    }
    staffed = _by_row(grids["staffed_s"], rows, queues) if np.isfinite(grids["staffed_s"]).any() else None
    log = None
    p90 = np.nan
    if table.calls is not None:
        every = table.calls.rows
        arrived = days_of(every["arrival"])
        log = every[(arrived == day[0]) | (arrived == day[0] - 1)]
        mine = log[(days_of(log["arrival"]) == day[0]) & np.isin(log["queue"], list(rows))]
        p90 = _count(mine, calls, rows, table.width_ms, np.array(within_s) * 1000, short)
        knows = set(FIGURES) - ({"occupancy"} if staffed is None else set())
        if not (mine["talk_ms"] >= 0).any():
            knows -= {"aht_s", "occupancy"}
    else:
        knows = _told(table, day, calls, rows, within_s)
        if short:  # of which calls reports know nothing
            knows -= {"abandoned_share", "service_level"}
    answered = calls[:, :, columns.N_ANSWERED].sum(axis=0)
    handled = (calls[:, :, columns.TALK] + calls[:, :, columns.WRAP]).sum(axis=0) / 1000
    known = (answered > 0) & ("aht_s" in knows)
    aht = np.divide(handled, answered, out=np.full(queues, np.nan), where=known)
    kept = tuple(name for name in FIGURES if name in knows)
    return RealDay(date, calls, float(p90), staffed, kept, log, aht)


def _count(
    mine: np.ndarray,
    calls: np.ndarray,
    rows: Mapping[int, int],
    width_ms: int,
    within_ms: np.ndarray,
    short: int,
) -> float:
    """Add single calls to the sums; gives the 90th percentile of the waits of those answered."""
    cell = slots_of(mine["arrival"], width_ms)
    row = np.array([rows[place] for place in mine["queue"].tolist()], np.int64)
    wait = np.maximum(mine["wait_ms"], 0).astype(np.int64)
    too_soon = (mine["outcome"] == ABANDONED) & (wait < short)
    for column, values in ((columns.N_SHORT, 1), (columns.WAIT_SHORT, wait[too_soon])):
        np.add.at(calls, (cell[too_soon], row[too_soon], column), values)
    for outcome, column in _OUTCOMES.items():
        those = (mine["outcome"] == outcome) & ~too_soon
        np.add.at(calls, (cell[those], row[those], column), 1)
    for outcome, total, inside in (
        (ANSWERED, columns.WAIT_ANSWERED, columns.ANSWERED_IN),
        (ABANDONED, columns.WAIT_ABANDONED, columns.ABANDONED_IN),
    ):
        those = (mine["outcome"] == outcome) & ~too_soon
        np.add.at(calls, (cell[those], row[those], total), wait[those])
        np.add.at(calls, (cell[those], row[those], inside), wait[those] <= within_ms[row[those]])
    answered = mine["outcome"] == ANSWERED
    for column, names in ((columns.TALK, ("talk_ms", "hold_ms")), (columns.WRAP, ("wrap_ms",))):
        for name in names:
            np.add.at(calls, (cell[answered], row[answered], column), np.maximum(mine[name][answered], 0))
    waits = np.zeros((1, BINS), np.int64)
    np.add.at(waits[0], [bin_of(ms) for ms in wait[answered].tolist()], 1)
    return float(percentiles(waits)[0, P90])


def _told(
    table: IntervalTable, day: np.ndarray, calls: np.ndarray, rows: Mapping[int, int], within_s: list[float]
) -> set[str]:
    """Add a report's sums; gives the figures that it tells."""
    told = set(FIGURES) - {"wait_p90_s"}
    for place, row in rows.items():
        grid = {name: table.grid(name, place, day)[0] for _, name, _ in _SUMS}
        offered = table.grid("offered", place, day)[0]
        staffed = table.grid("staffed_s", place, day)[0]
        there = np.isfinite(offered) & (offered > 0)
        known = {name: np.isfinite(values[there]).all() for name, values in grid.items()}
        known |= {"offered": True, "staffed_s": bool(np.isfinite(staffed).any())}
        known["answered_in_sl"] &= table.within_s in (None, within_s[row])
        told -= {name for name, needed in _NEEDS.items() if not all(known[one] for one in needed)}
        for column, name, times in _SUMS:
            calls[:, row, column] = np.rint(np.nan_to_num(grid[name]) * times)
        # What was offered and neither answered nor abandoned left the queue: it is offered all the same.
        left = np.nan_to_num(offered) - calls[:, row, columns.N_ANSWERED] - calls[:, row, columns.N_ABANDONED]
        calls[:, row, columns.N_BLOCKED] = np.maximum(np.rint(left), 0)
    return told


def _by_row(grid: np.ndarray, rows: Mapping[int, int], queues: int) -> np.ndarray:
    """float64 [queue, interval] in our rows."""
    found = np.zeros((queues, grid.shape[1]))
    for values, row in zip(grid, rows.values(), strict=True):
        found[row] = np.nan_to_num(values)
    return found
