"""One door for histories: files of any known shape in, the two canonical tables out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

import numpy as np

from callsim.errors import Mistake, ScenarioError, UserError
from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    CALL,
    UNKNOWN,
    CallTable,
    IntervalTable,
    Note,
    blank_calls,
    blank_intervals,
    summed,
)
from callsim.history.read.dialects import DIALECTS, Dialect
from callsim.history.read.plain_file import Head, Kind, PlainFile, head_of, opened, place_of
from callsim.units import DAY_MS, shown

HALF_HOUR = 1_800_000
ONLY_QUEUE = "calls"
"""The name of the queue where a file tells of one only."""

_IN_TIME = re.compile(r"answered_(?:within_)?(\d{1,4})_?s(?:ec)?")
_AVERAGES = {
    "asa_s": ("wait_answered_s", "answered"),
    "ata_s": ("wait_abandoned_s", "abandoned"),
    "aht_s": ("handle_s", "answered"),
    "talk_mean_s": ("talk_s", "answered"),
    "hold_mean_s": ("hold_s", "answered"),
    "wrap_mean_s": ("wrap_s", "answered"),
}


def read(
    paths: Sequence[str],
    columns: Mapping[str, str] | None = None,
    queue: str | None = None,
    width_ms: int = HALF_HOUR,
) -> IntervalTable:
    """The history of some files, all of one kind: sums per interval, with the calls where they are logs.

    `columns`: names of columns that the files have for ours, such as {"offered": "Anrufe"}. `queue`: read
    only this one. `width_ms`: the interval into which calls are summed. Raises UserError, with the
    places that cannot be read.
    """
    read_files = [_Reading(path, columns or {}) for path in paths]
    kinds = {one.dialect.table for one in read_files}
    if len(kinds) > 1:
        raise UserError(
            "some of these files are tables of calls and some of intervals; give one kind at a time"
        )
    tables = [one.read() for one in read_files]
    if kinds == {"calls"}:
        calls = _joined_calls([table for table in tables if isinstance(table, CallTable)])
        calls = calls if queue is None else _only(calls, queue)
        if not len(calls.rows):
            raise UserError(f"there are no calls in {', '.join(paths)}")
        return summed(calls, width_ms, within_s=20.0)
    joined = _joined_intervals([table for table in tables if isinstance(table, IntervalTable)])
    return joined if queue is None else _only_intervals(joined, queue)


class _Reading:
    """One file, its shape found out."""

    def __init__(self, path: str, columns: Mapping[str, str]):
        self.head = head_of(path)
        wanted = {ours: theirs.strip().lower() for ours, theirs in columns.items()}
        self.dialect, self.names = _recognised(self.head, wanted)
        self.within_s: float | None = None
        if self.dialect.table == "intervals" and "answered_in_sl" not in self.names:
            for name in self.head.names:
                if match := _IN_TIME.fullmatch(name):
                    self.names["answered_in_sl"], self.within_s = name, float(match[1])
                    break

    def read(self) -> CallTable | IntervalTable:
        kinds = {theirs: _kind(ours, self.dialect.table) for ours, theirs in self.names.items()}
        words = frozenset(
            self.names[ours] for ours in ("queue", "outcome", "entered_by") if ours in self.names
        )
        with opened(self.head, kinds, words) as plain:
            if not plain.rows:
                raise ScenarioError(
                    [Mistake(self.head.path, 1, 1, "there are no rows below the names of the columns")]
                )
            return self._calls(plain) if self.dialect.table == "calls" else self._intervals(plain)

    def _calls(self, plain: PlainFile) -> CallTable:
        notes: list[Note] = []
        names = self.names
        outcomes = self._meant(plain, "outcome", self.dialect.outcomes)
        no_call = outcomes == _NO_CALL
        rows = blank_calls(plain.rows)
        rows["arrival"] = self._told(plain, "arrival", ~no_call)
        rows["outcome"] = np.where(no_call, UNKNOWN, outcomes)
        rows["queue"], queues = self._queues(plain)
        for ours in ("wait", "talk", "hold", "wrap"):
            if f"{ours}_s" in names:
                rows[f"{ours}_ms"] = plain.column(names[f"{ours}_s"])
        for ours in ("agent", "caller"):
            if ours in names:
                rows[ours] = numbered(plain.column(names[ours]))
        if "priority" in names:
            given = plain.column(names["priority"])
            rows["priority"] = np.where(np.isfinite(given) & (given < 32_000), np.nan_to_num(given), UNKNOWN)
        if "entered_by" in names:
            rows["entered_by"] = self._meant(plain, "entered_by", self.dialect.entries, empty=UNKNOWN)
        kept = np.ones(len(rows), bool)
        _drop(notes, kept, no_call, f"their outcome is {self._words_of_no_call()}: they never were calls")
        if self.dialect.only_queued:
            in_menu = (rows["outcome"] == ABANDONED) & (rows["wait_ms"] <= 0)
            _drop(notes, kept, in_menu, "they hung up without having queued, in the menu")
        else:
            unknown = np.isin(rows["outcome"], (ANSWERED, ABANDONED)) & (rows["wait_ms"] == UNKNOWN) & kept
            _note(notes, "noticed", unknown, "have no wait; it is taken for unknown")
        rows["talk_ms"] = np.where(rows["outcome"] == ANSWERED, rows["talk_ms"], UNKNOWN)
        answered = kept & (rows["outcome"] == ANSWERED)
        _note(notes, "noticed", answered & (rows["talk_ms"] == 0), "were answered and talked for 0 s")
        if "agent" in names:
            _note(
                notes,
                "noticed",
                answered & (rows["agent"] == UNKNOWN),
                "were answered by nobody that is named",
            )
        rows = rows[kept] if not kept.all() else rows
        order = np.argsort(rows["arrival"], kind="stable")
        rows = rows if np.array_equal(order, np.arange(len(order))) else rows[order]
        return CallTable(rows, queues, _unit(rows["arrival"]), tuple(notes), (self.head.path,))

    def _words_of_no_call(self) -> str:
        return " or ".join(word for word, meant in self.dialect.outcomes.items() if meant is None)

    def _intervals(self, plain: PlainFile) -> IntervalTable:
        rows = blank_intervals(plain.rows)
        rows["start"] = self._told(plain, "interval_start", np.ones(plain.rows, bool))
        rows["queue"], queues = self._queues(plain)
        given = {
            ours: plain.column(theirs)
            for ours, theirs in self.names.items()
            if ours not in ("interval_start", "queue")
        }
        for ours, values in given.items():
            if ours not in _AVERAGES:
                rows[ours] = values
        for average, (total, count) in _AVERAGES.items():
            if average in given and total not in given:
                # Averages without calls are empty in reports: a sum over no calls is 0.
                none = rows[count] == 0
                rows[total] = np.where(none, 0.0, given[average] * rows[count])
        if np.isnan(rows["handle_s"]).all():
            parts = [rows[f"{part}_s"] for part in ("talk", "hold", "wrap")]
            rows["handle_s"] = parts[0] + np.nan_to_num(parts[1]) + np.nan_to_num(parts[2])
        width = self._width(rows["start"])
        self._refuse_twice(rows)
        rows = rows[np.lexsort((rows["queue"], rows["start"]))]
        return IntervalTable(rows, queues, width, self.dialect.owner, self.within_s, files=(self.head.path,))

    def _width(self, starts: np.ndarray) -> int:
        steps = np.unique(np.diff(np.unique(starts))).astype("timedelta64[ms]").astype(np.int64)
        width = int(np.gcd.reduce(steps)) if len(steps) else DAY_MS
        if DAY_MS % width or width < 60_000:
            at = place_of(self.head, 0)
            raise at(f"the intervals are {width / 1000:g} s long, which does not divide a day into minutes")
        return width

    def _refuse_twice(self, rows: np.ndarray) -> None:
        keys = rows["start"].astype(np.int64) * (int(rows["queue"].max()) + 1) + rows["queue"]
        _, first = np.unique(keys, return_index=True)
        if len(first) < len(keys):
            twice = int(np.flatnonzero(~np.isin(np.arange(len(keys)), first))[0])
            start = str(rows["start"][twice].astype("datetime64[m]")).replace("T", " ")
            raise place_of(self.head, twice)(f"the interval {start} is there twice in its queue")

    def _told(self, plain: PlainFile, ours: str, wanted: np.ndarray) -> np.ndarray:
        """Moments, of which none that is wanted may be missing."""
        moments = plain.column(self.names[ours])
        missing = np.isnat(moments) & wanted
        if missing.any():
            row = int(np.flatnonzero(missing)[0])
            raise place_of(self.head, row)(f"{self.names[ours]} is empty; every row needs it")
        return moments

    def _queues(self, plain: PlainFile) -> tuple[np.ndarray, tuple[str, ...]]:
        """int32 [row] and the names that it points to."""
        if "queue" not in self.names:
            return np.zeros(plain.rows, np.int32), (ONLY_QUEUE,)
        words = plain.words(self.names["queue"])
        keys = plain.column(self.names["queue"])
        if (keys == 0).any():
            row = int(np.flatnonzero(keys == 0)[0])
            raise place_of(self.head, row)("the queue is empty; every row needs its name")
        names = sorted(set(words.values()))
        place = {key: names.index(word) for key, word in words.items()}
        found, back = np.unique(keys, return_inverse=True)
        return np.array([place[int(key)] for key in found], np.int32)[back], tuple(names)

    def _meant(
        self, plain: PlainFile, ours: str, meanings: Mapping[str, int | None], empty: int | None = None
    ) -> np.ndarray:
        """int8 [row]: what the words of a column mean; every word must have a meaning."""
        words = plain.words(self.names[ours])
        keys = plain.column(self.names[ours])
        found, first, back = np.unique(keys, return_index=True, return_inverse=True)
        codes = np.empty(len(found), np.int8)
        for number, key in enumerate(found.tolist()):
            word = words.get(key, "").lower()
            if not word and empty is not None:
                codes[number] = empty
            elif word not in meanings:
                told = f"{ours} {shown(words.get(key, ''))} is unknown; it is one of {', '.join(meanings)}"
                raise place_of(self.head, int(first[number]))(told)
            else:
                meant = meanings[word]
                codes[number] = _NO_CALL if meant is None else meant
        return codes[back]


_NO_CALL = -3


def _recognised(head: Head, wanted: Mapping[str, str]) -> tuple[Dialect, dict[str, str]]:
    """The shape of a file, and its names for our columns."""
    known = {ours for dialect in DIALECTS for ours in dialect.columns}
    for ours, theirs in wanted.items():
        if ours not in known:
            close = difflib.get_close_matches(ours, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(sorted(known))}"
            raise UserError(f"--column {ours}={theirs}: there is no column {shown(ours)} of ours{hint}")
        if theirs not in head.names:
            raise UserError(
                f"--column {ours}={theirs}: {head.path} has no column {shown(theirs)}; "
                f"it has {', '.join(filter(None, head.names))}"
            )
    found = []
    for dialect in DIALECTS:
        names = {
            ours: next(name for name in theirs if name in head.names)
            for ours, theirs in dialect.columns.items()
            if any(name in head.names for name in theirs)
        }
        names |= {ours: theirs for ours, theirs in wanted.items() if ours in dialect.columns}
        if all(ours in names for ours in dialect.needed):
            found.append((len(dialect.needed), len(names), dialect, names))
    if not found:
        looked = "; ".join(
            f"{dialect.system}: {', '.join(dialect.columns[ours][0] for ours in dialect.needed)}"
            for dialect in DIALECTS
        )
        raise ScenarioError(
            [
                Mistake(
                    head.path,
                    1,
                    1,
                    f"no known shape of a history has the columns {', '.join(filter(None, head.names))}. "
                    f"Needed are, for a {looked}; name them by --column, such as --column offered=Anrufe",
                )
            ]
        )
    _, _, dialect, names = max(found, key=lambda one: one[:2])
    return dialect, names


def _kind(ours: str, table: str) -> Kind:
    if ours in ("arrival", "interval_start"):
        return "moment"
    if ours in ("queue", "outcome", "agent", "caller", "entered_by"):
        return "word"
    return "seconds" if table == "calls" and ours.endswith("_s") else "number"


def numbered(keys: np.ndarray) -> np.ndarray:
    """int32 [row]: keys (uint64) numbered in the order in which they first appear; UNKNOWN for 0."""
    found, first, back = np.unique(keys, return_index=True, return_inverse=True)
    there = found != 0
    order = np.full(len(found), UNKNOWN, np.int32)
    order[np.flatnonzero(there)[np.argsort(first[there])]] = np.arange(int(there.sum()), dtype=np.int32)
    numbers: np.ndarray = order[back]
    return numbers


def _unit(arrivals: np.ndarray) -> int:
    """The unit of a file's times in ms: a minute, a second or a millisecond."""
    ms = arrivals.astype(np.int64)
    return next((unit for unit in (60_000, 1000) if not (ms % unit).any()), 1)


def _drop(notes: list[Note], kept: np.ndarray, which: np.ndarray, why: str) -> None:
    which = which & kept
    if which.any():
        kept &= ~which
        notes.append(Note("dropped", f"{int(which.sum()):,} rows: {why}", int(which.sum())))


def _note(notes: list[Note], kind: str, which: np.ndarray, what: str) -> None:
    if which.any():
        notes.append(Note("noticed", f"{int(which.sum()):,} calls {what}", int(which.sum())))


def _joined_calls(tables: Sequence[CallTable]) -> CallTable:
    if len(tables) == 1:
        return tables[0]
    names = tuple(sorted({name for table in tables for name in table.queues}))
    rows = np.concatenate([_renamed(table.rows, table.queues, names) for table in tables]).astype(CALL)
    # Agents and callers of different files cannot be told to be the same: their names are not kept.
    agents = callers = 0
    start = 0
    for table in tables:
        part = rows[start : start + len(table.rows)]
        for name, before in (("agent", agents), ("caller", callers)):
            part[name][part[name] >= 0] += before
        agents, callers = (
            max(before, int(part[name].max(initial=-1)) + 1)
            for name, before in (("agent", agents), ("caller", callers))
        )
        start += len(table.rows)
    rows = rows[np.argsort(rows["arrival"], kind="stable")]
    notes = tuple(note for table in tables for note in table.notes)
    files = tuple(file for table in tables for file in table.files)
    return CallTable(rows, names, min(table.unit_ms for table in tables), notes, files)


def _joined_intervals(tables: Sequence[IntervalTable]) -> IntervalTable:
    if len(tables) == 1:
        return tables[0]
    first = tables[0]
    for table in tables[1:]:
        if table.width_ms != first.width_ms:
            raise UserError(
                f"{table.files[0]} has intervals of {table.width_ms // 60_000} min and {first.files[0]} of "
                f"{first.width_ms // 60_000} min; give files of one grid"
            )
        if table.within_s != first.within_s:
            raise UserError(f"{table.files[0]} and {first.files[0]} have different service-level thresholds")
    names = tuple(sorted({name for table in tables for name in table.queues}))
    rows = np.concatenate([_renamed(table.rows, table.queues, names) for table in tables])
    rows = rows[np.lexsort((rows["queue"], rows["start"]))]
    same = (np.diff(rows["start"]).astype(np.int64) == 0) & (np.diff(rows["queue"]) == 0)
    if same.any():
        at = rows[int(np.flatnonzero(same)[0])]
        start = str(at["start"].astype("datetime64[m]")).replace("T", " ")
        raise UserError(f"the interval {start} of {names[at['queue']]} is in two of the files")
    notes = tuple(note for table in tables for note in table.notes)
    files = tuple(file for table in tables for file in table.files)
    return IntervalTable(rows, names, first.width_ms, first.owner, first.within_s, notes=notes, files=files)


def _renamed(rows: np.ndarray, before: Sequence[str], names: Sequence[str]) -> np.ndarray:
    place = np.array([names.index(name) for name in before], np.int32)
    moved = rows.copy()
    moved["queue"] = place[rows["queue"]]
    return moved


def _place(queues: Sequence[str], queue: str) -> int:
    if queue not in queues:
        close = difflib.get_close_matches(queue, queues, n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(queues[:20])}"
        raise UserError(f"--queue: the history has no queue {shown(queue)}{hint}")
    return list(queues).index(queue)


def _only(calls: CallTable, queue: str) -> CallTable:
    rows = calls.of(_place(calls.queues, queue)).copy()
    rows["queue"] = 0
    return CallTable(rows, (queue,), calls.unit_ms, calls.notes, calls.files)


def _only_intervals(table: IntervalTable, queue: str) -> IntervalTable:
    from dataclasses import replace

    rows = table.of(_place(table.queues, queue)).copy()
    rows["queue"] = 0
    return replace(table, rows=rows, queues=(queue,))
