"""Logs of single calls in callsim's own shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from callsim.errors import UserError
from callsim.history.canonical import ABANDONED, ANSWERED, UNKNOWN, CallTable, Note, blank_calls
from callsim.history.read import fields
from callsim.history.read.head import Head, Shape, mistake
from callsim.history.read.how import How
from callsim.history.read.intervals import ONLY_QUEUE
from callsim.history.read.plain_file import Kind, PlainFile, opened, place_of
from callsim.history.read.utc import told_zone
from callsim.sentences import say
from callsim.units import shown

_NO_CALL = -3


def read_calls(head: Head, shape: Shape, how: How) -> CallTable:
    """Returns the calls of a log. Raises ScenarioError with the places of fields that cannot be read."""
    return _Log(head, shape, how).table()


class _Log:
    """One file."""

    def __init__(self, head: Head, shape: Shape, how: How):
        self.head, self.names, self.dialect, self.how = head, shape.names, shape.dialect, how

    def table(self) -> CallTable:
        kinds = {theirs: _kind(ours) for ours, theirs in self.names.items()}
        words = frozenset(
            self.names[ours] for ours in ("queue", "outcome", "entered_by") if ours in self.names
        )
        with opened(self.head, kinds, words) as plain:
            if not plain.rows:
                raise mistake(self.head.path, self.head.skip, say("read.no_rows"))
            return self._calls(plain)

    def _calls(self, plain: PlainFile) -> CallTable:
        notes: list[Note] = []
        names = self.names
        outcomes = self._meant(plain, "outcome", self.dialect.outcomes).astype(np.int8)
        no_call = outcomes == _NO_CALL
        rows = blank_calls(plain.rows)
        rows["arrival"] = self._told(plain, "arrival", ~no_call)
        rows["outcome"] = np.where(no_call, np.int8(UNKNOWN), outcomes)
        rows["queue"], queues = self._queues(plain)
        for ours in ("wait", "talk", "hold", "wrap"):
            if f"{ours}_s" in names:
                rows[f"{ours}_ms"] = plain.column(names[f"{ours}_s"])
        for ours in ("agent", "caller"):
            if ours in names:
                rows[ours] = plain.numbered(names[ours])
        if "priority" in names:
            given = plain.column(names["priority"])
            rows["priority"] = np.where(np.isfinite(given) & (given < 32_000), np.nan_to_num(given), UNKNOWN)
        if "entered_by" in names:
            rows["entered_by"] = self._meant(plain, "entered_by", self.dialect.entries, empty=UNKNOWN)
        kept = np.ones(len(rows), bool)
        words = say("lists.or").join(word for word, meant in self.dialect.outcomes.items() if meant is None)
        _drop(notes, kept, no_call, lambda n: say("rows.never_calls", n=n, words=words))
        if self.dialect.only_queued:
            in_menu = (rows["outcome"] == ABANDONED) & (rows["wait_ms"] <= 0)
            _drop(notes, kept, in_menu, lambda n: say("rows.in_menu", n=n))
        else:
            unknown = np.isin(rows["outcome"], (ANSWERED, ABANDONED)) & (rows["wait_ms"] == UNKNOWN) & kept
            _notice(notes, unknown, lambda n: say("rows.no_wait", n=n))
        rows["talk_ms"] = np.where(rows["outcome"] == ANSWERED, rows["talk_ms"], UNKNOWN)
        answered = kept & (rows["outcome"] == ANSWERED)
        _notice(notes, answered & (rows["talk_ms"] == 0), lambda n: say("rows.no_talk", n=n))
        if "agent" in names:
            unnamed = answered & (rows["agent"] == UNKNOWN)
            _notice(notes, unnamed, lambda n: say("rows.no_agent", n=n))
        rows = rows[kept] if not kept.all() else rows
        zone = told_zone(self.how, self._move(rows["arrival"].view(np.int64)), notes)
        if (np.diff(rows["arrival"]).astype(np.int64) < 0).any():
            rows = rows[np.argsort(rows["arrival"], kind="stable")]
        return CallTable(
            rows,
            queues,
            unit_of(rows["arrival"]),
            tuple(notes),
            (self.head.path,),
            self.dialect.system(),
            zone,
        )

    def _move(self, arrivals: np.ndarray) -> bool:
        """Moves arrivals (int64 [call] ms) to the wall clock if they are of UTC; returns whether they were.

        Raises UserError where they are and no zone is named.
        """
        name = self.names["arrival"]
        ahead = fields.ahead_in(name)
        if ahead is None and not self.dialect.utc:
            return False
        if not self.how.zone and ahead is not None:
            raise UserError(say("read.zoned", path=self.head.path, time=shown(name)))
        self.how.refuse_without_zone(self.head.path)
        arrivals[:] = fields.local(arrivals - (ahead or 0), self.how.clock())
        return True

    def _told(self, plain: PlainFile, ours: str, wanted: np.ndarray) -> np.ndarray:
        """datetime64[ms] [row]: a column of moments. Raises ScenarioError if a wanted row has none."""
        moments = plain.column(self.names[ours])
        missing = np.isnat(moments) & wanted
        if missing.any():
            row = int(np.flatnonzero(missing)[0])
            raise place_of(self.head, row)(say("read.empty", column=self.names[ours]))
        return moments

    def _queues(self, plain: PlainFile) -> tuple[np.ndarray, tuple[str, ...]]:
        """Returns int32 [row], the place of each row's queue among the names, and the names."""
        if "queue" not in self.names:
            return np.zeros(plain.rows, np.int32), (ONLY_QUEUE,)
        name = self.names["queue"]
        if plain.lacks(name):
            raise place_of(self.head, plain.of_word(name, 0))(say("read.no_queue"))
        words = plain.words(name)
        names = sorted(set(words.values()))
        return plain.coded(name, {key: names.index(word) for key, word in words.items()}), tuple(names)

    def _meant(
        self, plain: PlainFile, ours: str, meanings: Mapping[str, int | None], empty: int | None = None
    ) -> np.ndarray:
        """int32 [row]: what the words of a column mean; every word must have a meaning."""
        name = self.names[ours]
        codes = {}
        for key, word in (plain.words(name) | ({0: ""} if plain.lacks(name) else {})).items():
            if not word and empty is not None:
                codes[key] = empty
            elif word.lower() not in meanings:
                known = ", ".join(meanings)
                told = say("read.unknown_word", column=ours, word=shown(word), words=known)
                raise place_of(self.head, plain.of_word(name, key))(told)
            else:
                meant = meanings[word.lower()]
                codes[key] = _NO_CALL if meant is None else meant
        return plain.coded(name, codes)


def _kind(ours: str) -> Kind:
    if ours == "arrival":
        return "moment"
    if ours in ("queue", "outcome", "agent", "caller", "entered_by"):
        return "word"
    return "seconds" if ours.endswith("_s") else "number"


def unit_of(arrivals: np.ndarray) -> int:
    """Returns the largest unit of which all times are multiples, ms: a minute, a second or a millisecond."""
    ms = arrivals.astype(np.int64)
    return next((unit for unit in (60_000, 1000) if not (ms % unit).any()), 1)


def _drop(notes: list[Note], kept: np.ndarray, which: np.ndarray, told: Callable[[int], str]) -> None:
    which = which & kept
    if many := int(which.sum()):
        kept &= ~which
        notes.append(Note("dropped", told(many), many))


def _notice(notes: list[Note], which: np.ndarray, told: Callable[[int], str]) -> None:
    if many := int(which.sum()):
        notes.append(Note("noticed", told(many), many))
