"""The starts of a report's intervals, by a planner's wall clock."""

from __future__ import annotations

import numpy as np

from callsim.errors import UserError
from callsim.history.canonical import Note
from callsim.history.read import fields
from callsim.history.read.columns import Columns
from callsim.history.read.how import How
from callsim.scenario.reading.tables.moments import DAY_FIRST, MONTH_FIRST, Moment
from callsim.sentences import say
from callsim.units import DAY_MS, HOUR_MS, shown

NEVER = np.iinfo(np.int64).min
_ORDERS = {"day-first": DAY_FIRST, "month-first": MONTH_FIRST}


class Starts:
    """int64 [row] ms since 1970 by the wall clock; NEVER where a row tells none."""

    def __init__(self, columns: Columns, how: How, dates: str, notes: list[Note]):
        """`dates`: `day-first` or `month-first` where the system always writes so, else empty."""
        self._columns, self._how, self._fixed, self._notes = columns, how, dates, notes
        self.length_ms = 0  # the length of an interval, where the times tell it
        self.utc = False  # whether the times tell a zone
        self.ends = False  # whether the times are ends of intervals

    def found(self) -> np.ndarray:
        """The starts. Raises ScenarioError for times that can be read in two ways."""
        if "interval_start" in self._columns:
            return self._moments("interval_start")
        return self._of_date_and_clock()

    def _moments(self, ours: str) -> np.ndarray:
        columns = self._columns
        if columns.is_plain(ours):
            there = columns.plain.column(columns.names[ours])
            return np.where(np.isnat(there), NEVER, there.astype(np.int64))
        back, texts = columns.texts(ours)
        read = fields.moments(texts)
        dates = read.dates(self._order(ours, read.found)).astype("datetime64[ms]").astype(np.int64)
        at = read.of_day()
        ms = np.where((at < 0) | (dates == NEVER), NEVER, dates + at)
        zoned = np.array([one is not None for one in read.utc], bool)
        if zoned.any():
            self.utc = True
            if not self._how.zone:
                time = shown(texts[int(zoned.argmax())])
                raise UserError(say("read.zoned", path=columns.head.path, time=time))
            ahead = np.array([one or 0 for one in read.utc], np.int64)
            told = zoned & (ms != NEVER)
            ms[told] = fields.local(ms[told] - ahead[told], self._how.clock())
        starts: np.ndarray = ms[back]
        return starts

    def _order(self, ours: str, found: list[Moment | None]) -> str:
        if self._how.dates or self._fixed:
            order = _ORDERS[self._how.dates or self._fixed]
            wrong = next(
                (at for at, one in enumerate(found) if one and one.numbers and not one.date(order)), None
            )
            if wrong is not None:
                _, texts = self._columns.texts(ours)
                self._columns.refuse(
                    ours,
                    wrong,
                    np.ones(self._columns.rows, bool),
                    say("read.not_in_calendar", field=shown(texts[wrong])),
                )
            return order
        order, doubt = fields.order_of(found)
        if not order:
            which = found.index(doubt)
            _, texts = self._columns.texts(ours)
            self._columns.refuse(
                ours,
                which,
                np.ones(self._columns.rows, bool),
                say("read.two_orders", field=fields.shown_safely(texts[which])),
            )
        if any(one is not None and one.open for one in found):
            told = say("rows.day_first") if order == DAY_FIRST else say("rows.month_first")
            self._notes.append(Note("noticed", told))
        return order

    def _of_date_and_clock(self) -> np.ndarray:
        columns = self._columns
        at, until = self._clocks()
        if "date" not in columns:
            starts = self._moments("clock")  # one column tells both
            if (starts == NEVER).all() and (at >= 0).any():
                name = columns.names["clock"]
                raise columns.at(0, say("read.no_day_column", column=name))
            return starts
        back, texts = columns.texts("date")
        read = fields.moments(texts)
        dates = read.dates(self._order("date", read.found)).astype("datetime64[ms]").astype(np.int64)[back]
        self._label_ends(dates, at, until)
        return np.where((at < 0) | (dates == NEVER), NEVER, dates + at)

    def _clocks(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns int64 [row] twice: start and end of the label in ms of the day, -1 where none is told."""
        back, texts = self._columns.texts("clock")
        whole = [text for text in texts if text]
        if whole and all(text.isdigit() for text in whole):
            return self._of_numbers(back, texts), np.full(len(back), -1)
        read = fields.moments(texts, clock=True)
        until = np.array(
            [-1 if one is None or one.until is None else one.until for one in read.found], np.int64
        )
        at = read.of_day()
        lengths = (until - at)[(until > at) & (at >= 0)]
        if len(lengths) and (lengths == lengths[0]).all():
            self.length_ms = int(lengths[0])
        return at[back], until[back]

    def _of_numbers(self, back: np.ndarray, texts: list[str]) -> np.ndarray:
        """Clock times as numbers: 915 for 09:15, or the number of the interval."""
        values = np.array([int(text) if text else -1 for text in texts], np.int64)
        told = sorted({int(value) for value in values if value >= 0})
        if told[-1] >= 100 and all(value % 100 < 60 and value <= 2400 for value in told):
            at = np.where(values >= 0, values // 100 * HOUR_MS + values % 100 * 60_000, -1)
            clocks: np.ndarray = at[back]
            return clocks
        for many in (24, 48, 96, 144, 288):
            for first in (0, 1):
                if told == list(range(first, first + many)):
                    self.length_ms = DAY_MS // many
                    told_of = say("rows.numbers", minutes=self.length_ms // 60_000, first=first)
                    self._notes.append(Note("noticed", told_of))
                    at = np.where(values >= 0, (values - first) * self.length_ms, -1)
                    clocks = at[back]
                    return clocks
        self._columns.refuse(
            "clock",
            texts.index(str(told[0])) if str(told[0]) in texts else 0,
            np.ones(len(back), bool),
            say("read.open_clock", number=told[0]),
        )
        raise AssertionError

    def _label_ends(self, dates: np.ndarray, at: np.ndarray, until: np.ndarray) -> None:
        """Changes `at` from ends of intervals to their starts, if it holds ends, and notes that."""
        known = np.flatnonzero((at >= 0) & (dates != NEVER))
        if not len(known) or (until[known] >= 0).any():
            return
        labels = np.unique(at[known])
        width = int(np.gcd.reduce(labels)) if len(labels) > 1 else 0
        first_day = known[dates[known] == dates[known[0]]]
        of_day = at[first_day]
        own = of_day[0] == width and of_day[-1] == 0 and len(of_day) > 1
        if width and (labels[-1] == DAY_MS or own):
            at[known] = np.where(at[known] == 0, DAY_MS, at[known]) - width
            self.ends = True
            self._notes.append(Note("noticed", say("rows.ends")))
