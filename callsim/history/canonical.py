"""The two tables that every history is read into: single calls, and sums per interval and queue.

What fits, forecasts or validates sees these tables only, never the file of a phone system. Both hold counts
and sums, never averages. What a file does not tell is marked unknown (`UNKNOWN` in whole numbers, NaN in
floats) and is never 0. Times are local wall-clock times without a zone, as in scenario files.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np

from callsim.history.presence import staffed_s
from callsim.units import DAY_MS

PIECE = 1_000_000  # calls that are summed at a time

UNKNOWN = -1
"""What stands in a column of whole numbers where the file does not tell."""

ANSWERED, ABANDONED, BLOCKED, TRANSFERRED, CLOSED = range(5)
OUTCOMES = ("answered", "abandoned", "blocked", "transferred", "closed")
"""The outcomes of a call by their numbers. `transferred`: it left the queue for another one unanswered."""

DIRECT, FLOW_IN, CALLBACK = range(3)
ENTRIES = ("direct", "flow_in", "callback")
"""How a call entered its queue, by number."""

CALL = np.dtype(
    [
        ("arrival", "datetime64[ms]"),  # when it joined the queue
        ("queue", np.int32),  # index in the table's queues
        ("outcome", np.int8),  # index in OUTCOMES
        ("entered_by", np.int8),  # index in ENTRIES; UNKNOWN where the file does not tell
        ("priority", np.int16),  # as the file has it; UNKNOWN where it does not tell
        ("wait_ms", np.int32),  # from joining the queue to answer, hang-up or leaving; UNKNOWN
        ("talk_ms", np.int32),  # without hold where hold is known, else with it; UNKNOWN
        ("hold_ms", np.int32),  # UNKNOWN
        ("wrap_ms", np.int32),  # UNKNOWN
        ("agent", np.int32),  # 0 is A01, 1 is A02 …; UNKNOWN
        ("caller", np.int32),  # calls with one number are of one client; UNKNOWN
    ]
)
"""One call. Names, numbers and addresses of callers and agents are nowhere kept, only numbers of our own."""

INTERVAL = np.dtype(
    [
        ("start", "datetime64[ms]"),  # the beginning of the interval
        ("queue", np.int32),  # index in the table's queues
        ("offered", np.float64),  # calls; float64 because reports hold imputed and averaged counts
        ("answered", np.float64),  # calls
        ("abandoned", np.float64),  # calls, those that balked included
        ("flow_out", np.float64),  # calls that left the queue for another one unanswered
        ("answered_in_sl", np.float64),  # calls answered within the table's `within_s`
        ("abandoned_in_sl", np.float64),  # calls abandoned within it
        ("abandoned_short", np.float64),  # calls abandoned within the table's `short_s`
        ("wait_answered_s", np.float64),  # seconds, the sum over answered calls
        ("wait_abandoned_s", np.float64),  # seconds, the sum over abandoned calls
        ("wait_max_s", np.float64),  # seconds, the longest wait
        ("talk_s", np.float64),  # seconds, the sum over answered calls
        ("hold_s", np.float64),  # seconds, likewise
        ("wrap_s", np.float64),  # seconds, likewise
        (
            "handle_s",
            np.float64,
        ),  # seconds: talk, hold and wrap, as far as the file tells them; or told whole
        ("staffed_s", np.float64),  # seconds that agents were logged in
        ("available_s", np.float64),  # seconds that agents were idle and ready
    ]
)
"""Sums over one interval and queue; NaN: unknown. The table's `owner` says whose calls are an interval's."""

SUMS = tuple(name for name in INTERVAL.names or () if name not in ("start", "queue"))
"""The columns of INTERVAL that hold figures."""

Owner = Literal["arrival", "end", "unknown"]


@dataclass(frozen=True)
class Note:
    """Something that the reader dropped, excluded, assumed or could not decide."""

    kind: Literal["dropped", "excluded", "assumed", "undecided", "noticed"]
    text: str
    """What, and why: a sentence for planners."""
    rows: int = 0
    """How many rows of the file it concerns; 0 where it concerns none in particular."""


@dataclass(frozen=True)
class Formula:
    """A way to count the service level, held against the percentages that a report has."""

    name: str
    """Calls in time ÷ calls that count, as `answered in time ÷ offered`."""
    tested: int
    """Intervals whose percentage could refute it."""
    fits: int
    """Of these, intervals whose percentage it gives."""
    whole: bool
    """Whether calls in time are known; else only whether the percentage is a whole number of calls."""


@dataclass(frozen=True)
class CallTable:
    """A log of single calls."""

    rows: np.ndarray  # CALL [call], ascending by arrival
    queues: tuple[str, ...]
    """The names that the column `queue` points to."""
    unit_ms: int = 1000
    """The unit of the file's times: arrivals are multiples of it."""
    notes: tuple[Note, ...] = ()
    files: tuple[str, ...] = ()
    system: str = ""
    """What wrote the files."""
    zone: str = ""
    """Whose wall clock the times are of; empty where files of local times need no name of it."""
    presence: np.ndarray | None = field(default=None, repr=False)
    """PRESENCE [stretch]: when agents were there for the queues; None where the log does not tell."""

    def on(self, dates: np.ndarray) -> Self:
        """The calls of these dates (datetime64[D])."""
        if np.isin(self.dates, dates).all():
            return self
        return replace(self, rows=self.rows[np.isin(days_of(self.rows["arrival"]), dates)])

    def of(self, queue: int) -> np.ndarray:
        """CALL [call] of one queue."""
        rows: np.ndarray = self.rows[self.rows["queue"] == queue]
        return rows

    @property
    def dates(self) -> np.ndarray:
        """datetime64[D] of all days from the first call's to the last call's, with or without calls."""
        return _all_days(self.rows["arrival"])


@dataclass(frozen=True)
class IntervalTable:
    """A report by interval and queue. An interval that has no row is missing, not empty."""

    rows: np.ndarray  # INTERVAL [row], ascending by start, then by queue; no interval twice in a queue
    queues: tuple[str, ...]
    """The names that the column `queue` points to."""
    width_ms: int
    """The length of an interval; it divides a day."""
    owner: Owner = "arrival"
    """Whether a call belongs to the interval in which it arrived or to that in which it ended."""
    within_s: float | None = None
    """The wait that counts as answered in time in `answered_in_sl`; None where the file does not tell."""
    short_s: float | None = None
    """The wait up to which an abandonment is a short one."""
    short_in_offered: bool | None = None
    """Whether short abandonments are inside `offered` and `abandoned`."""
    notes: tuple[Note, ...] = ()
    files: tuple[str, ...] = ()
    calls: CallTable | None = field(default=None, repr=False)
    """The calls that the sums were made of, where the history is a log."""
    system: str = ""
    """What wrote the files."""
    zone: str = ""
    """Whose wall clock the times are of; empty where files of local times need no name of it."""
    formulas: tuple[Formula, ...] = ()
    """Ways to count the service level, held against the percentages of the files, where they have any."""

    @property
    def slots(self) -> int:
        """Intervals of a day."""
        return DAY_MS // self.width_ms

    @property
    def dates(self) -> np.ndarray:
        """datetime64[D] of all days from the first row's to the last row's, with or without rows."""
        return _all_days(self.rows["start"])

    def on(self, dates: np.ndarray) -> Self:
        """The rows (and calls) of these dates (datetime64[D])."""
        rows = self.rows[np.isin(days_of(self.rows["start"]), dates)]
        return replace(self, rows=rows, calls=None if self.calls is None else self.calls.on(dates))

    def of(self, queue: int) -> np.ndarray:
        """INTERVAL [row] of one queue."""
        rows: np.ndarray = self.rows[self.rows["queue"] == queue]
        return rows

    def grid(self, figure: str, queue: int, dates: np.ndarray | None = None) -> np.ndarray:
        """A figure of one queue as float64 [day, slot of the day]; NaN where it is unknown or has no row.

        `dates` (datetime64[D], ascending): the days wanted; default all of `self.dates`.
        """
        days = self.dates if dates is None else dates
        rows = self.of(queue)
        of_day = days_of(rows["start"])
        there = np.isin(of_day, days)
        rows, of_day = rows[there], of_day[there]
        grid = np.full((len(days), self.slots), np.nan)
        grid[np.searchsorted(days, of_day), slots_of(rows["start"], self.width_ms)] = rows[figure]
        return grid


def days_of(times: np.ndarray) -> np.ndarray:
    """datetime64[D]: the date of each time."""
    return times.astype("datetime64[D]")


def slots_of(times: np.ndarray, width_ms: int) -> np.ndarray:
    """int64: the interval of the day that each time lies in, the first is 0."""
    of_day: np.ndarray = (times - days_of(times)).astype("timedelta64[ms]").astype(np.int64) // width_ms
    return of_day


def weekdays_of(dates: np.ndarray) -> np.ndarray:
    """int64: the weekday of each date, Monday is 0."""
    weekday: np.ndarray = (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return weekday


def as_date(day: np.datetime64) -> datetime.date:
    """One of the days as Python's date."""
    date: datetime.date = day.astype("datetime64[D]").item()
    return date


def blank_calls(many: int) -> np.ndarray:
    """CALL [many], of which nothing is known."""
    rows = np.zeros(many, CALL)
    for name in CALL.names or ():
        if name != "arrival":
            rows[name] = UNKNOWN
    return rows


def blank_intervals(many: int) -> np.ndarray:
    """INTERVAL [many], of which no figure is known."""
    rows = np.zeros(many, INTERVAL)
    for name in SUMS:
        rows[name] = np.nan
    return rows


def summed(
    calls: CallTable, width_ms: int, within_s: float | None = None, short_s: float | None = None
) -> IntervalTable:
    """The calls as sums per interval and queue: a row for every interval of the days from first to last call.

    A call belongs to the interval of its arrival. `offered` counts all outcomes but `closed`. A figure is
    unknown in an interval of which one call does not tell its part. Staffing is known where the log tells
    when agents were there.
    """
    days, many = calls.dates, len(calls.queues)
    slots = DAY_MS // width_ms
    rows = blank_intervals(len(days) * slots * many)
    rows["start"] = (
        days.astype("datetime64[ms]")[:, None, None]
        + (np.arange(slots) * width_ms).astype("timedelta64[ms]")[None, :, None]
        + np.zeros(many, "timedelta64[ms]")
    ).ravel()
    rows["queue"] = np.tile(np.arange(many), len(days) * slots)
    totals = _Totals(rows)
    for first in range(0, len(calls.rows), PIECE):
        of = calls.rows[first : first + PIECE]
        of = of[of["outcome"] != CLOSED]
        day = (days_of(of["arrival"]) - days[0]).astype(np.int64)
        place = (day * slots + slots_of(of["arrival"], width_ms)) * many + of["queue"]
        totals.add(of, place, within_s, short_s)
    totals.settle(within_s, short_s)
    if calls.presence is not None:
        for queue in range(many):
            rows["staffed_s"][queue::many] = staffed_s(
                calls.presence, [queue], rows["start"][queue::many], width_ms
            )
    return IntervalTable(
        rows,
        calls.queues,
        width_ms,
        "arrival",
        within_s,
        short_s,
        None if short_s is None else True,
        calls.notes,
        calls.files,
        calls,
        calls.system,
        calls.zone,
    )


class _Totals:
    """Sums of calls that come piece by piece, so that a long log needs little memory besides itself."""

    def __init__(self, rows: np.ndarray):
        self.rows = rows
        self.told: dict[str, int] = {}  # calls that tell their part of a figure
        self.sums: dict[str, np.ndarray] = {}  # float64 [row]
        self.untold: dict[str, np.ndarray] = {}  # bool [row]: where a call does not tell its part
        self.longest = np.full(len(rows), -1, np.int64)  # ms

    def add(self, of: np.ndarray, place: np.ndarray, within_s: float | None, short_s: float | None) -> None:
        """Some calls (CALL [call]), and the row that each belongs to."""
        for name, chosen, parts in _parts(of, within_s, short_s):
            values = None if parts is None else parts[chosen]
            known = None if values is None else np.isfinite(values)
            where = place[chosen]
            if name not in self.sums:
                self.sums[name] = np.zeros(len(self.rows))
                self.untold[name] = np.zeros(len(self.rows), bool)
            if values is not None and known is not None:
                self.untold[name][where[~known]] = True
                where, values = where[known], values[known]
            self.sums[name] += np.bincount(where, values, len(self.rows))
            self.told[name] = self.told.get(name, 0) + len(where)
        np.maximum.at(self.longest, place, of["wait_ms"])

    def settle(self, within_s: float | None, short_s: float | None) -> None:
        """Write what was summed into the rows; a figure that no call tells stays unknown."""
        for name, total in self.sums.items():
            if self.told[name] or not self.untold[name].any():
                self.rows[name] = np.where(self.untold[name], np.nan, total)
        self.rows["wait_max_s"] = np.where(self.longest >= 0, self.longest / 1000, np.nan)
        parts = (np.nan_to_num(self.rows[name]) for name in ("hold_s", "wrap_s"))
        self.rows["handle_s"] = self.rows["talk_s"] + sum(parts)


def _parts(
    of: np.ndarray, within_s: float | None, short_s: float | None
) -> list[tuple[str, np.ndarray, np.ndarray | None]]:
    """Of each figure its name, the calls that it is summed over, and each call's part (None: one)."""
    answered, abandoned = of["outcome"] == ANSWERED, of["outcome"] == ABANDONED
    wait = seconds(of["wait_ms"])
    parts: list[tuple[str, np.ndarray, np.ndarray | None]] = [
        ("offered", np.ones(len(of), bool), None),
        ("answered", answered, None),
        ("abandoned", abandoned, None),
        ("flow_out", of["outcome"] == TRANSFERRED, None),
        ("wait_answered_s", answered, wait),
        ("wait_abandoned_s", abandoned, wait),
        *((f"{name}_s", answered, seconds(of[f"{name}_ms"])) for name in ("talk", "hold", "wrap")),
    ]
    for limit, name, chosen in (
        (within_s, "answered_in_sl", answered),
        (within_s, "abandoned_in_sl", abandoned),
        (short_s, "abandoned_short", abandoned),
    ):
        if limit is not None:
            inside = np.where(np.isnan(wait), np.nan, (wait <= limit).astype(float))
            parts.append((name, chosen, inside))
    return parts


def seconds(times_ms: np.ndarray) -> np.ndarray:
    """float64: times of a CALL column in seconds, NaN where unknown."""
    return np.where(times_ms == UNKNOWN, np.nan, times_ms / 1000)


def _all_days(times: np.ndarray) -> np.ndarray:
    if not len(times):
        return np.empty(0, "datetime64[D]")
    days = days_of(times)
    return np.arange(days.min(), days.max() + 1)
