"""Reports by interval and queue: whatever figures a system has, counts or averages, become sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from callsim.history.canonical import SUMS, IntervalTable, Note, as_date, blank_intervals
from callsim.history.read import fields
from callsim.history.read.columns import WORDS, Columns
from callsim.history.read.head import Head, Shape, mistake
from callsim.history.read.how import How
from callsim.history.read.levels import level_of
from callsim.history.read.plain_file import Kind, opened
from callsim.history.read.times import NEVER, Starts
from callsim.history.read.units import AVERAGES, Durations
from callsim.history.read.utc import told_zone
from callsim.sentences import say
from callsim.units import DAY_MS

ONLY_QUEUE = "calls"
"""The name of the queue where a file has no column of queues."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "offered": ("offered_direct", "flow_in"),
    "abandoned": ("abandoned_long", "abandoned_in_sl"),
    "abandoned_in_sl": ("abandoned_in_sl_not_short", "abandoned_short"),
    "flow_out": ("dequeued", "by_other"),
}
"""Figures that some systems tell in parts; where one part is missing the whole is unknown."""
_UNUSED = ("interval_end", "place")


def read_intervals(head: Head, shape: Shape, how: How) -> IntervalTable:
    """Returns the table of a report. Raises ScenarioError for fields that have no reading, or two."""
    return _Report(head, shape, how).table()


class _Report:
    """One file, read step by step."""

    def __init__(self, head: Head, shape: Shape, how: How):
        self.head, self.shape, self.how = head, shape, how
        self.notes: list[Note] = []
        if shape.dialect.always is not None:
            self.notes.append(Note("noticed", shape.dialect.always()))

    def table(self) -> IntervalTable:
        shape = self.shape
        used = {ours: name for ours, name in shape.names.items() if ours not in _UNUSED}
        shape = replace(shape, names=used)
        kinds = {name: self._kind(ours) for ours, name in used.items()}
        words = frozenset(name for ours, name in used.items() if ours in WORDS)
        with opened(self.head, kinds, words, shape.dialect.strict) as plain:
            if not plain.rows:
                raise mistake(self.head.path, self.head.skip, say("read.no_rows"))
            return self._read(Columns(plain, self.head, shape))

    def _kind(self, ours: str) -> Kind:
        if ours == "interval_start":
            return "moment"
        if ours in WORDS:
            return "word"
        return "number" if self.shape.dialect.strict else "clear"

    def _read(self, columns: Columns) -> IntervalTable:
        dialect = self.shape.dialect
        starts = Starts(columns, self.how, dialect, self.notes)
        kept = self._no_sums(columns)
        ms = starts.found()
        kept &= self._told(columns, ms, kept)
        self._filter(columns, kept)
        if not kept.any():
            raise mistake(self.head.path, self.head.skip, say("read.no_intervals"))
        rows = blank_intervals(columns.rows)
        rows["start"] = np.where(kept, ms, 0).astype("datetime64[ms]")
        rows["queue"], queues = self._queues(columns, kept)
        share = self._figures(columns, rows, kept)
        within = self._within(columns, kept)
        owner = dialect.owner
        if "owner" in columns and columns.is_one_of("owner", ("end",))[kept].all():
            owner = "end"
        numbers = np.flatnonzero(kept)
        rows, share = rows[kept], None if share is None else share[kept]
        formulas = level_of(rows, share)
        width = self._width(columns, rows["start"], starts.length_ms)
        rows = self._once(columns, rows, numbers, queues)
        rows = rows[np.lexsort((rows["queue"], rows["start"]))]
        if self.shape.remembered:
            names = ", ".join(self.shape.remembered)
            self.notes.append(Note("assumed", say("rows.remembered", columns=names)))
        zone = told_zone(self.how, starts.moved, self.notes)
        return IntervalTable(
            rows,
            queues,
            width,
            owner,
            within,
            notes=tuple(self.notes),
            files=(self.head.path,),
            system=dialect.system(),
            zone=zone,
            formulas=formulas,
        )

    def _no_sums(self, columns: Columns) -> np.ndarray:
        """bool [row]: whether a row is kept; empty rows and totals are not, and are noted."""
        kept = np.ones(columns.rows, bool)
        if self.shape.dialect.strict:
            return kept
        empty, totals = np.ones(columns.rows, bool), np.zeros(columns.rows, bool)
        when = np.zeros(columns.rows, bool)
        for ours in ("interval_start", "date", "clock", "queue"):
            if ours in columns and columns.is_plain(ours):
                there = ~np.isnat(columns.plain.column(columns.names[ours]))
                when |= there
                empty &= ~there
            elif ours in columns:
                there = ~columns.is_one_of(ours, ("",))
                empty &= ~there
                totals |= columns.matches_total(ours)
                if ours in ("interval_start", "clock"):
                    when |= there & ~columns.matches_total(ours)
        totals &= ~when
        self._drop(kept, empty, lambda n: say("rows.empty", n=n))
        self._drop(kept, totals, lambda n: say("rows.totals", n=n))
        return kept

    def _told(self, columns: Columns, ms: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """bool [row]: whether a row tells a time. Raises ScenarioError where a kept row does not."""
        lost = kept & (ms == NEVER)
        if lost.any():
            row = int(np.flatnonzero(lost)[0])
            ours = next(name for name in ("interval_start", "clock", "date") if name in columns)
            said = say("read.empty", column=columns.names[ours])
            for name in ("interval_start", "date", "clock"):
                if name in columns and not columns.is_plain(name):
                    back, texts = columns.texts(name)
                    text = texts[back[row]]
                    if text and fields.moments([text], name == "clock").found[0] is None:
                        shown = fields.shown_safely(text)
                        said = say("read.no_time", column=columns.names[name], field=shown)
            raise columns.at(row, said)
        told: np.ndarray = ms != NEVER
        return told

    def _filter(self, columns: Columns, kept: np.ndarray) -> None:
        if "media" in columns:
            other = ~columns.is_one_of("media", ("voice", ""))
            self._drop(kept, other, lambda n: say("rows.other_media", n=n))
        if "complete" in columns:
            begun = columns.is_one_of("complete", ("false", "no", "0"))
            self._drop(kept, begun, lambda n: say("rows.not_complete", n=n))
        if "incomplete" in columns:
            link = ~columns.is_one_of("incomplete", ("0", "", "n", "no"))
            self._drop(kept, link, lambda n: say("rows.link_down", n=n))
        if "group" in columns:
            part = ~columns.is_one_of("group", ("*", ""))
            if part.any() and not (part | ~kept).all():
                self._drop(kept, part, lambda n: say("rows.parts", n=n))
        if "queue" in columns and not self.shape.dialect.strict:
            together = columns.is_one_of("queue", ("*",))
            self._drop(kept, together, lambda n: say("rows.all_queues", n=n))

    def _queues(self, columns: Columns, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
        """Returns int32 [row], the place of each row's queue among the names, and the names."""
        if "queue" not in columns:
            return np.zeros(columns.rows, np.int32), (ONLY_QUEUE,)
        back, texts = columns.texts("queue")
        used = sorted({texts[which] for which in np.unique(back[kept]).tolist()})
        if "" in used:
            row = int(np.flatnonzero(kept & (back == texts.index("")))[0])
            raise columns.at(row, say("read.no_queue"))
        place = np.array([used.index(text) if text in used else 0 for text in texts], np.int32)
        return place[back], tuple(used)

    def _figures(self, columns: Columns, rows: np.ndarray, kept: np.ndarray) -> np.ndarray | None:
        """Fills the rows with figures.

        Returns float64 [row], the share answered in time as the file has it; None where the file has none.
        """
        given: dict[str, np.ndarray] = {}
        timed: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for ours in columns.names:
            if ours in WORDS or ours in (
                "interval_start",
                "length_min",
                "length_s",
                "within_s",
                "share_in_sl",
            ):
                continue
            if ours.endswith("_s") and not self.shape.dialect.strict:
                timed[ours] = columns.durations(ours, kept)
            else:
                given[ours] = columns.numbers(ours, kept, whole=True)
        in_seconds, notes = Durations(self.head, self.shape, self.how, timed, given, kept).in_seconds()
        given |= in_seconds
        self.notes += notes
        for whole, parts in PARTS.items():
            if whole not in given and all(part in given for part in parts):
                given[whole] = np.add.reduce([given[part] for part in parts])
        longest = [given[name] for name in ("longest_answered_s", "longest_abandoned_s") if name in given]
        if longest:
            given["wait_max_s"] = np.fmax.reduce(longest)
        for ours, values in given.items():
            if ours in SUMS:
                rows[ours] = values
        for average, (total, count) in AVERAGES.items():
            if average in given and total not in given:
                # Reports leave averages over no calls empty; the sum over no calls is 0.
                rows[total] = np.where(rows[count] == 0, 0.0, given[average] * rows[count])
        unweighed = [
            self.shape.names[average]
            for average, (total, count) in AVERAGES.items()
            if average in given and total not in given and np.isnan(rows[count]).all()
        ]
        if unweighed:
            told = say("rows.unweighed", n=len(unweighed), columns=", ".join(sorted(unweighed)))
            self.notes.append(Note("undecided", told))
        if np.isnan(rows["handle_s"]).all():
            talk, hold, wrap = (rows[f"{part}_s"] for part in ("talk", "hold", "wrap"))
            rows["handle_s"] = talk + np.nan_to_num(hold) + np.nan_to_num(wrap)
        if "share_in_sl" not in columns:
            return None
        share = columns.numbers("share_in_sl", kept)
        known = share[kept & np.isfinite(share)]
        shares: np.ndarray = share / 100 if len(known) and known.max() > 1 else share
        return shares

    def _within(self, columns: Columns, kept: np.ndarray) -> float | None:
        if "within_s" not in columns:
            return self.shape.within_s
        told = np.unique(columns.numbers("within_s", kept)[kept])
        told = told[np.isfinite(told)]
        if len(told) > 1:
            some = ", ".join(f"{value:g}" for value in told[:4])
            self.notes.append(Note("undecided", say("rows.thresholds", some=some)))
        return float(told[0]) if len(told) == 1 else self.shape.within_s

    def _width(self, columns: Columns, starts: np.ndarray, told_ms: int) -> int:
        for ours, unit in (("length_min", 60_000), ("length_s", 1000)):
            if ours in columns:
                lengths = np.unique(columns.numbers(ours, np.ones(columns.rows, bool)))
                lengths = lengths[np.isfinite(lengths)]
                if len(lengths) == 1:
                    told_ms = round(float(lengths[0]) * unit)
        steps = np.unique(np.diff(np.unique(starts))).astype("timedelta64[ms]").astype(np.int64)
        if told_ms:
            steps = np.append(steps, told_ms)
        width = int(np.gcd.reduce(steps)) if len(steps) else DAY_MS
        if DAY_MS % width or width < 60_000:
            raise columns.at(0, say("read.odd_intervals", seconds=width / 1000))
        return width

    def _once(
        self, columns: Columns, rows: np.ndarray, numbers: np.ndarray, queues: tuple[str, ...]
    ) -> np.ndarray:
        """Returns the rows, one for each interval and queue.

        Several rows of one interval are added where the system writes parts, and averaged in the hour that
        occurs twice when the clock is put back. Raises ScenarioError for other rows that are there twice.
        """
        keys = rows["start"].astype(np.int64) * len(queues) + rows["queue"]
        _, first, back, many = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
        if len(first) == len(keys):
            return rows
        again = np.flatnonzero(many[back] > 1)
        if self.shape.dialect.adds:
            self.notes.append(Note("noticed", say("rows.added", n=len(again)), len(again)))
            return _summed(rows, first, back)
        if self.how.zone:
            days = np.unique(rows["start"][again].astype("datetime64[D]"))
            turned = fields.turns([as_date(day) for day in days], self.how.clock())
            if len(turned) == len(days) and all(ms < 0 for ms in turned.values()):
                self.notes.append(Note("noticed", say("rows.hour_twice", n=len(again)), len(again)))
                return _summed(rows, first, back, many)
        twice = int(np.flatnonzero(~np.isin(np.arange(len(keys)), first))[0])
        start = str(rows["start"][twice].astype("datetime64[m]")).replace("T", " ")
        if self.how.zone:
            raise columns.at(int(numbers[twice]), say("read.interval_twice", start=start))
        raise columns.at(int(numbers[twice]), say("read.interval_twice_unless", start=start))

    def _drop(self, kept: np.ndarray, which: np.ndarray, told: Callable[[int], str]) -> None:
        which = which & kept
        if many := int(which.sum()):
            kept &= ~which
            self.notes.append(Note("dropped", told(many), many))


def _summed(
    rows: np.ndarray, first: np.ndarray, back: np.ndarray, many: np.ndarray | None = None
) -> np.ndarray:
    """Returns one row for each interval: the sums of its rows, or their means where `many` is given."""
    once: np.ndarray = rows[first]
    for name in SUMS:
        total = np.bincount(back, rows[name], len(first))
        if name == "wait_max_s":
            total = np.full(len(first), np.nan)
            np.fmax.at(total, back, rows[name])
        elif many is not None:
            total = np.divide(total, many)
        once[name] = total
    return once
