"""The starts of a report's intervals, by a planner's wall clock."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from callsim.errors import UserError
from callsim.history.canonical import Note
from callsim.history.read import fields
from callsim.history.read.columns import Columns
from callsim.history.read.dialects import Dialect
from callsim.history.read.fields import Moments
from callsim.history.read.how import How
from callsim.scenario.reading.tables.moments import DAY_FIRST, MONTH_FIRST, Moment
from callsim.sentences import say
from callsim.units import DAY_MS, HOUR_MS, shown

NEVER = np.iinfo(np.int64).min
_ORDERS = {"day-first": DAY_FIRST, "month-first": MONTH_FIRST}


class Starts:
    """int64 [row] ms since 1970 by the wall clock; NEVER where a row tells none."""

    def __init__(self, columns: Columns, how: How, dialect: Dialect, notes: list[Note]):
        self._columns, self._how, self._dialect, self._notes = columns, how, dialect, notes
        self.length_ms = 0  # the length of an interval, where the times tell it
        self.moved = False  # whether times were of UTC, or of another zone, and now are of the wall clock
        self.ends = False  # whether the times are ends of intervals

    def found(self) -> np.ndarray:
        """The starts.

        Raises ScenarioError for times that can be read in two ways, and UserError for times of UTC where no
        zone is named.
        """
        if "interval_start" in self._columns:
            return self._moments("interval_start")
        return self._of_date_and_clock()

    def _moments(self, ours: str) -> np.ndarray:
        columns = self._columns
        if columns.is_plain(ours):
            there = columns.plain.column(columns.names[ours])
            ms = np.where(np.isnat(there), NEVER, there.astype(np.int64))
            return self._by_the_wall(ms, None, (ours,))
        back, texts = columns.texts(ours)
        read = self._read(ours, texts)
        dates = read.dates(self._order(ours, read.found)).astype("datetime64[ms]").astype(np.int64)
        at = read.of_day()
        ms = np.where((at < 0) | (dates == NEVER), NEVER, dates + at)
        starts: np.ndarray = self._by_the_wall(ms, read, (ours,))[back]
        return starts

    def _by_the_wall(
        self, ms: np.ndarray, read: Moments | None, names: Sequence[str], back: np.ndarray | None = None
    ) -> np.ndarray:
        """Returns times (int64 [time] ms) by the wall clock, those of UTC and of other zones moved.

        `read`: texts that may tell a zone themselves, those of the times, or where `back` (int64 [time]) says
        which text is whose; `names`: ours of the columns, the first whose name tells a zone counts for times
        that tell none. Raises UserError where no zone is named that they could be moved to.
        """
        columns = self._columns
        theirs = [columns.names[ours] for ours in names]
        said = next((name for name in theirs if fields.ahead_in(name) is not None), "")
        others = fields.ahead_in(said) if said else 0 if self._dialect.utc else None
        own = read is not None and any(one is not None for one in read.utc)
        if others is None and not own:
            return ms
        if not self._how.zone:
            time = said
            if read is not None and own:
                time = next(text for text, one in zip(read.texts, read.utc, strict=True) if one is not None)
            if time:
                raise UserError(say("read.zoned", path=columns.head.path, time=shown(time)))
            self._how.refuse_without_zone(columns.head.path)
        self.moved = True
        local = NEVER if others is None else others
        ahead = np.array([local] if read is None else [local if one is None else one for one in read.utc])
        ahead = ahead[back] if back is not None else np.broadcast_to(ahead, ms.shape)
        told = (ahead != NEVER) & (ms != NEVER)
        ms[told] = fields.local(ms[told] - ahead[told], self._how.clock())
        return ms

    def _order(self, ours: str, found: list[Moment | None]) -> str:
        fixed = self._how.dates or self._dialect.dates
        if fixed:
            order = _ORDERS[fixed]
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
        at, until, clocks = self._clocks()
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
        ms = np.where((at < 0) | (dates == NEVER), NEVER, dates + at)
        which = None if clocks is None else columns.texts("clock")[0]
        return self._by_the_wall(ms, clocks, ("clock", "date"), which)

    def _clocks(self) -> tuple[np.ndarray, np.ndarray, Moments | None]:
        """Returns int64 [row] twice: start and end of the label in ms of the day, -1 where none is told.

        And the texts of the column, None where they are numbers.
        """
        back, texts = self._columns.texts("clock")
        whole = [text for text in texts if text]
        if whole and all(text.isdigit() for text in whole):
            return self._of_numbers(back, texts), np.full(len(back), -1), None
        read = self._read("clock", texts, clock=True)
        until = np.array(
            [-1 if one is None or one.until is None else one.until for one in read.found], np.int64
        )
        return read.of_day()[back], until[back], read

    def _read(self, ours: str, texts: list[str], clock: bool = False) -> Moments:
        """Returns the texts of a column as moments; the length of their intervals is kept.

        Raises ScenarioError where they may be intervals or times of a zone.
        """
        read = fields.moments(texts, clock)
        if read.doubt:
            every = np.ones(self._columns.rows, bool)
            start, _, end = read.doubt.rpartition("-")
            said = say("tables.interval_or_zone", text=shown(read.doubt), start=start.strip(), end=end)
            self._columns.refuse(ours, texts.index(read.doubt), every, said)
        ranges = {(one.at or 0, one.until) for one in read.found if one and one.until is not None}
        lengths = {(until - at) % DAY_MS for at, until in ranges}
        if len(lengths) == 1:
            self.length_ms = lengths.pop()
            labels = sorted({at for at, _ in ranges})
            step = min((after - at for at, after in itertools.pairwise(labels)), default=0)
            if step - self.length_ms in (1000, 60_000):  # 08:00-08:29 names its last second or minute
                self.length_ms = step
        return read

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
