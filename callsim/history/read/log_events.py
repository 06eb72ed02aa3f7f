"""The lines of Asterisk's `queue_log` as numbers, some megabytes at a time.

DuckDB reads the lines. They are given to it in slices that end with a line, so that memory never holds more,
and without the bytes at which it would give up: a carriage return anywhere ends a line, as a line feed does.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np

from callsim.database import Database, Unreadable, text, trouble
from callsim.files import read_from
from callsim.history.presence import IN, OUT, PAUSE, RESUME

ENTERED, CONNECTED, GONE, MOVED, SPOKE = range(5)
UNTIMED = 5  # an entry whose time cannot be read
OTHER = 6  # an event that says nothing of calls or agents
NO_EVENT = 7  # a line that is none, or one without a time
OF_STAFF = 10  # and more: what happened to an agent

ALL = "NONE"
"""The queue of what happened to an agent at all of the agent's queues."""

_EVENTS = {
    "ENTERQUEUE": (ENTERED, None),
    "CONNECT": (CONNECTED, "d1"),
    "COMPLETECALLER": (SPOKE, "d2"),
    "COMPLETEAGENT": (SPOKE, "d2"),
    "ABANDON": (GONE, "d3"),
    "EXITWITHTIMEOUT": (MOVED, "d3"),
    "EXITEMPTY": (MOVED, "d3"),
    "EXITWITHKEY": (MOVED, "d4"),
    "BLINDTRANSFER": (SPOKE, "d4"),
    "ATTENDEDTRANSFER": (SPOKE, "d4"),
    "TRANSFER": (SPOKE, "d4"),
    "PAUSE": (OF_STAFF + PAUSE, None),
    "UNPAUSE": (OF_STAFF + RESUME, None),
    "ADDMEMBER": (OF_STAFF + IN, None),
    "REMOVEMEMBER": (OF_STAFF + OUT, None),
    "AGENTLOGIN": (OF_STAFF + IN, None),
    "AGENTLOGOFF": (OF_STAFF + OUT, None),
    "PAUSEALL": (OF_STAFF + PAUSE, None),
    "UNPAUSEALL": (OF_STAFF + RESUME, None),
}
"""The kind of each event, and the data field with its wait or talk in seconds; the most frequent first."""

_SLICE = 16_000_000  # bytes
_LONGEST = 4096  # bytes of a line that are read; with very many fields in a line the database would take ages
_MOST_FIELDS = 40  # of a line; no event has half as many
_LINE_FEED = ord("\n")
_LAST_TIME = 253_402_300_800  # s: the year 10000


class Events(NamedTuple):
    """Some lines, in the order of the log, without those that are empty."""

    call: np.ndarray  # uint64 [line]  the same for all events of a call in a queue
    queue: np.ndarray  # uint64 [line]  a number of its name
    epoch: np.ndarray  # float64 [line]  s since 1970, UTC; NaN where it cannot be read
    kind: np.ndarray  # int8 [line]
    amount: np.ndarray  # float64 [line]  wait or talk in seconds, NaN where the line does not tell it
    who: np.ndarray  # uint64 [line]  a number of the agent's name, 0 for none


class LogEvents:
    """The events of one log, and what is told of its lines once they have been read."""

    def __init__(self, path: str, folder: str, there: Database):
        self._path, self._slice, self._there = path, os.path.join(folder, "slice"), there
        self.names: dict[int, str] = {}
        """The queues that calls entered: their names by their numbers."""
        self.damaged = 0
        """Lines that are no events; empty lines do not count."""
        self.first_damaged = 0
        """The number of the first of them."""
        self.all = int(there.execute(f"SELECT hash('{ALL}')").fetchall()[0][0])
        """The number of the queue `ALL`."""

    def __iter__(self) -> Iterator[Events]:
        """Yields the events in slices. Raises OSError where the file cannot be read."""
        line = 0
        with read_from(self._path) as file:
            for lines in _slices(file):
                events, dropped = self._events(lines)
                bad = (events.kind == NO_EVENT) | (events.kind == UNTIMED)
                many = dropped + int(bad.sum())
                if many and not self.damaged:
                    self.first_damaged = line + _first(lines, bad)
                self.damaged += many
                self._name(events)
                line += int(np.count_nonzero(np.frombuffer(lines, np.uint8) == _LINE_FEED))
                yield events
        os.remove(self._slice)

    def _events(self, lines: bytes) -> tuple[Events, int]:
        """The events of some lines, and how many lines had to be left out for the others to be read."""
        try:
            return self._read(lines), 0
        except Unreadable as error:
            if error.errno == errno.ENOMEM:
                raise
        # The database can leave out such lines itself, but then it mixes up fields of the lines around them.
        kept = [line for line in lines.split(b"\n") if line]
        fine = [line for line in kept if _is_readable(line)]
        return self._read(b"\n".join([*fine, b""])), len(kept) - len(fine)

    def _read(self, lines: bytes) -> Events:
        with open(self._slice, "wb") as out:
            out.write(lines)
        with trouble():
            found = self._there.execute(_QUERY.replace("$FILE", text(self._slice))).fetchnumpy()
        return Events(*(np.ma.getdata(found[name]) for name in Events._fields))

    def _name(self, events: Events) -> None:
        """Learn the names of queues that have not been met."""
        met = np.unique(events.queue[events.kind == ENTERED])
        if not set(met.tolist()) <= self.names.keys():
            query = _NAMES.replace("$FILE", text(self._slice))
            self.names |= {int(number): str(name) for number, name in self._there.execute(query).fetchall()}


def _slices(file: BinaryIO) -> Iterator[bytes]:
    """Yields the lines of a file, many at a time, each with a line feed at its end."""
    rest = b""
    while piece := file.read(_SLICE):
        piece = rest + piece
        held = piece[-1:] if piece.endswith(b"\r") else b""  # a line feed may follow
        piece = _with_line_feeds(piece[: len(piece) - len(held)])
        end = piece.rfind(b"\n") + 1
        if end:
            yield _cut(piece[:end])
        rest = piece[end:][:_LONGEST] + held
    if rest:
        yield _with_line_feeds(rest) + b"\n"


def _cut(lines: bytes) -> bytes:
    """The lines, each without what is behind its first bytes."""
    half = _LONGEST // 2  # a longer line fills one of the pieces of this size
    whole = len(lines) // half
    feeds = np.frombuffer(lines, np.uint8, whole * half).reshape(whole, half) == _LINE_FEED
    if feeds.any(axis=1).all():
        return lines
    return b"\n".join(line[:_LONGEST] for line in lines.split(b"\n"))


def _with_line_feeds(piece: bytes) -> bytes:
    if b"\r" not in piece:
        return piece
    return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _first(lines: bytes, bad: np.ndarray) -> int:
    """The number of the first line that is no event: one that was not read, or one of the `bad` that were."""
    numbered = [(number, line) for number, line in enumerate(lines.split(b"\n"), start=1) if line]
    fine = np.array([_is_readable(line) for _, line in numbered])
    wrong = ~fine
    wrong[fine] = bad
    return numbered[int(np.argmax(wrong))][0]


def _is_readable(line: bytes) -> bool:
    """Whether the database can read a line."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return line.count(b"|") < _MOST_FIELDS


_FIELDS = (
    "epoch_s",
    "contact",
    "name",
    "agent",
    "event",
    *(f"d{number}" for number in range(1, _MOST_FIELDS - 4)),
)
_COLUMNS = ", ".join(f"'{field}': 'VARCHAR'" for field in _FIELDS)
_KIND = " ".join(f"WHEN event = '{event}' THEN {kind}" for event, (kind, _) in _EVENTS.items())
_AMOUNT = " ".join(f"WHEN '{event}' THEN {field}" for event, (_, field) in _EVENTS.items() if field)
_LINES = f"""
FROM read_csv($FILE, auto_detect=false, header=false, delim='|', quote='', escape='', nullstr='\x01',
              null_padding=true, columns={{{_COLUMNS}}}, max_line_size={2 * _SLICE},
              buffer_size={2 * _SLICE})
"""
_QUERY = f"""
SELECT hash(contact, name) AS call, hash(name) AS queue, coalesce(epoch, 'nan') AS epoch, kind,
       coalesce(TRY_CAST(CASE event {_AMOUNT} END AS DOUBLE), 'nan') AS amount,
       CASE WHEN (kind = {CONNECTED} OR kind >= {OF_STAFF})
                 AND agent NOT IN ('NONE', 'Agent/NONE', '') THEN hash(agent) ELSE 0 END AS who
FROM (
  SELECT *, (CASE WHEN epoch IS NULL AND event = 'ENTERQUEUE' THEN {UNTIMED}
                  WHEN epoch IS NULL OR event IS NULL THEN {NO_EVENT}
                  {_KIND} ELSE {OTHER} END)::TINYINT AS kind
  FROM (SELECT *, CASE WHEN time BETWEEN 0 AND {_LAST_TIME} THEN time END AS epoch
        FROM (SELECT *, TRY_CAST(nullif(epoch_s, '') AS DOUBLE) AS time {_LINES}))
)
"""
_NAMES = f"SELECT DISTINCT hash(name), name {_LINES} WHERE event = 'ENTERQUEUE'"
