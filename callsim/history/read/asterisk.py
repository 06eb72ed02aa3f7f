"""The `queue_log` of Asterisk: events of calls, one a line, as `epoch|call|queue|agent|EVENT|…`.

Source: docs.asterisk.org, "Queue Logs". Times are UTC; the caller's number, which it holds, is never read.
"""

from __future__ import annotations

import re

import numpy as np

from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    PIECE,
    TRANSFERRED,
    UNKNOWN,
    CallTable,
    Note,
    blank_calls,
)
from callsim.history.read.head import mistake
from callsim.history.read.how import How
from callsim.history.read.queue_log import Calls, QueueLog, opened
from callsim.history.read.utc import table_of
from callsim.sentences import say

_LINE = re.compile(rb"\d{9,10}(?:\.\d+)?\|[^|\r\n]*\|[^|\r\n]*\|[^|\r\n]*\|[A-Z]+[|\r\n]")


def is_one(start: bytes) -> bool:
    """Returns whether a file that starts so is such a log."""
    return _LINE.match(start) is not None


def read(path: str, how: How) -> CallTable:
    """Returns the calls of a log.

    Raises UserError where no zone is given, where the file cannot be read, and where it holds no whole call.
    """
    how.refuse_without_zone(path)
    notes: list[Note] = []
    with opened(path) as log:
        if log.damaged:
            told = say("rows.no_events", n=log.damaged, first=log.first_damaged)
            notes.append(Note("dropped", told, log.damaged))
        presence = _presence(log, notes)
        rows = _calls(log, notes)
        queues = log.queues
    if not len(rows):
        raise mistake(path, 1, say("read.no_call_in_log"))
    return table_of(rows, queues, notes, path, say("systems.asterisk"), how, presence)


def _presence(log: QueueLog, notes: list[Note]) -> np.ndarray | None:
    """PRESENCE [stretch], times of UTC: when agents were there; None where the log does not tell it.

    That is noted where an agent answers calls of a queue without ever being logged in to it or out.
    """
    if not log.agents_events:
        return None
    if missing := log.agents_unseen():
        notes.append(Note("noticed", say("rows.of_agents", n=missing), log.agents_events))
        return None
    return log.there()


def _calls(log: QueueLog, notes: list[Note]) -> np.ndarray:
    """CALL [call], in the order of the log, arrivals of UTC; notes what is dropped."""
    rows, kept = blank_calls(log.entries), np.zeros(log.entries, bool)
    for part in log.calls():
        kept[part.place] = part.connected | part.gone | part.moved
        _write(rows, part)
    if log.without_entry:
        notes.append(Note("dropped", say("rows.no_entry", n=log.without_entry), log.without_entry))
    if many := int((~kept).sum()):
        notes.append(Note("dropped", say("rows.no_end", n=many), many))
    rows = _only(rows, kept)
    if many := int((rows["wait_ms"] == UNKNOWN).sum()):
        notes.append(Note("noticed", say("rows.no_wait", n=many), many))
    if many := int(((rows["outcome"] == ANSWERED) & (rows["talk_ms"] == UNKNOWN)).sum()):
        notes.append(Note("noticed", say("rows.talk_not_told", n=many), many))
    _renumber(rows["agent"], log.agents)
    return rows


def _write(rows: np.ndarray, part: Calls) -> None:
    """Write some calls to their places."""
    place, answered = part.place, part.connected
    rows["arrival"][place] = np.round(part.entered * 1000).astype(np.int64).astype("datetime64[ms]")
    rows["queue"][place] = part.queue
    rows["outcome"][place] = np.where(answered, ANSWERED, np.where(part.gone, ABANDONED, TRANSFERRED))
    unanswered = np.where(part.gone, part.wait_gone, part.wait_moved)
    rows["wait_ms"][place] = _ms(np.where(answered, part.wait_connected, unanswered))
    rows["talk_ms"][place] = np.where(answered, _ms(part.talk), UNKNOWN)
    rows["agent"][place] = part.agent


def _only(rows: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The rows that are kept, moved together where they are: a long log is not twice in memory."""
    if kept.all():
        return rows
    many = 0
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE][kept[start : start + PIECE]]
        rows[many : many + len(piece)] = piece
        many += len(piece)
    return rows[:many]


def _renumber(agents: np.ndarray, many: int) -> None:
    """Number agents (int32 [call], below `many`, or UNKNOWN) by the order in which they first answer."""
    first = np.full(many, len(agents))
    for start in reversed(range(0, len(agents), PIECE)):
        backwards = agents[start : start + PIECE][::-1]
        known = backwards != UNKNOWN
        # The last of several values stands, which is that of the first call.
        first[backwards[known]] = (start + np.arange(len(backwards))[::-1])[known]
    number = np.append(np.argsort(np.argsort(first)), UNKNOWN)
    agents[:] = number[agents]


def _ms(seconds: np.ndarray) -> np.ndarray:
    """int32 [call] ms, of float64 [call] s; UNKNOWN where a time is NaN, negative or over 23 days."""
    fine = np.isfinite(seconds) & (seconds >= 0) & (seconds < 2_000_000)
    found: np.ndarray = np.where(fine, np.round(np.where(fine, seconds, 0) * 1000), UNKNOWN).astype(np.int32)
    return found
