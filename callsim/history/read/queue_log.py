"""The events of Asterisk's `queue_log`, in a database on disk: what became of each call, and who was there.

A call is what shares a name and a queue from one ENTERQUEUE to the next. Calls are put together in parts,
each of a share of all names, so that memory holds little besides the calls themselves.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from callsim.database import Database, connected, name_of, text, trouble
from callsim.files import read_from
from callsim.history.canonical import PIECE, UNKNOWN
from callsim.history.presence import IN, OUT, PAUSE, RESUME, Event, stretches

_WAIT = {"CONNECT": "d1", "ABANDON": "d3", "EXITWITHTIMEOUT": "d3", "EXITWITHKEY": "d4", "EXITEMPTY": "d3"}
"""The data field that holds the wait in seconds, by event."""
_TALK = {
    "COMPLETEAGENT": "d2",
    "COMPLETECALLER": "d2",
    "BLINDTRANSFER": "d4",
    "ATTENDEDTRANSFER": "d4",
    "TRANSFER": "d4",
}
"""The data field that holds talk in seconds, by event."""
_STAFF = {
    "ADDMEMBER": IN,
    "AGENTLOGIN": IN,
    "REMOVEMEMBER": OUT,
    "AGENTLOGOFF": OUT,
    "PAUSE": PAUSE,
    "PAUSEALL": PAUSE,
    "UNPAUSE": RESUME,
    "UNPAUSEALL": RESUME,
}
"""What happened to an agent at a queue, or, where the queue is NONE, at all of the agent's queues."""
_ALL = "NONE"

_ENTERED, _CONNECTED, _GONE, _MOVED, _SPOKE = range(5)
_UNTIMED = 5  # an entry whose time cannot be read
_OF_STAFF = 10  # and more: what happened to an agent
_KINDS = {
    "ENTERQUEUE": _ENTERED,
    "CONNECT": _CONNECTED,
    "ABANDON": _GONE,
    **dict.fromkeys(("EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY"), _MOVED),
    **dict.fromkeys(_TALK, _SPOKE),
    **{event: _OF_STAFF + happened for event, happened in _STAFF.items()},
}
_OTHER = -1  # an event that says nothing of calls or agents

_PART_BITS = 5  # of a call's number, which say the part in which it is put together
_PARTS = 2**_PART_BITS
_EVENT = np.dtype(
    [("call", np.uint64), ("line", np.uint32), ("kind", np.int8), ("amount", float), ("who", np.uint64)]
)
_FETCHED = 50_000  # events of agents that are fetched at a time


class Calls(NamedTuple):
    """Some calls; times in seconds, NaN where the log does not tell."""

    place: np.ndarray  # int64 [call]  among all entries of the log, in its order
    entered: np.ndarray  # float64 [call]  s since 1970, UTC
    queue: np.ndarray  # int64 [call]  place among the names of queues
    connected: np.ndarray  # bool [call]
    gone: np.ndarray  # bool [call]  whether the caller hung up
    moved: np.ndarray  # bool [call]  whether it left the queue
    wait_connected: np.ndarray  # float64 [call]
    wait_gone: np.ndarray  # float64 [call]
    wait_moved: np.ndarray  # float64 [call]
    talk: np.ndarray  # float64 [call]
    agent: np.ndarray  # int64 [call]  place among the agents who answer, or UNKNOWN


class QueueLog:
    """The events of one log."""

    def __init__(self, there: Database, path: str, folder: str):
        self._there, self._path, self._folder = there, path, folder
        named = sorted(there.execute(_QUEUES).fetchall())
        self.queues = tuple(str(name) for name, _ in named)
        """The names of queues that calls entered, sorted."""
        self._queue_keys = np.array([key for _, key in named], np.uint64)
        self._agent_keys = np.sort(self._column(_AGENTS))
        self._entries = self._column(_ENTRIES)
        self.without_entry = 0
        """Calls that had been put together without an entry, so far."""

    def _column(self, query: str) -> np.ndarray:
        return np.ma.getdata(self._there.execute(query).fetchnumpy()["a"])

    @property
    def entries(self) -> int:
        """How many calls entered a queue, with or without an end."""
        return len(self._entries)

    @property
    def agents(self) -> int:
        """How many agents answered."""
        return len(self._agent_keys)

    def damaged(self) -> tuple[int, int]:
        """How many lines are no events, and the number of the first of them; empty lines do not count."""
        ((many,),) = self._there.execute(_DAMAGED).fetchall()
        return int(many), _first_damaged(self._path) if many else 0

    def calls(self) -> Iterator[Calls]:
        """Yields all calls that entered a queue, in parts; those of a part come in the order of the log.

        Ask for all else before: the database is closed, so that its memory is free.
        """
        names = self._split()
        self._there.close()
        for name in names:
            yield self._together(np.fromfile(name, _EVENT))

    def _split(self) -> list[str]:
        """Writes the events of calls to files; all events of a call are in one, in the order of the log."""
        names = [os.path.join(self._folder, f"part-{part}") for part in range(_PARTS)]
        ((lines,),) = self._there.execute("SELECT count(*) FROM events").fetchall()
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(open(name, "wb")) for name in names]
            for start in range(0, lines, PIECE):
                found = self._there.execute(
                    _PIECE_OF.format(first=start, last=start + PIECE - 1)
                ).fetchnumpy()
                part = (np.ma.getdata(found["call"]) >> np.uint64(64 - _PART_BITS)).astype(np.uint8)
                order = np.argsort(part, kind="stable")
                events = np.empty(len(part), _EVENT)
                for column in _EVENT.names or ():
                    events[column] = np.ma.getdata(found[column])[order]
                ends = np.searchsorted(part[order], np.arange(_PARTS + 1))
                for file, begin, end in zip(files, ends[:-1], ends[1:], strict=True):
                    events[begin:end].tofile(file)
        return names

    def _together(self, of: np.ndarray) -> Calls:
        order = np.argsort(of["call"], kind="stable")
        call, kind, amount, who = (of[name][order] for name in ("call", "kind", "amount", "who"))
        new = (kind == _ENTERED) | (kind == _UNTIMED)
        new[1:] |= call[1:] != call[:-1]
        new[:1] = True
        heads = np.flatnonzero(new)
        group = np.cumsum(new) - 1
        begun = kind[heads] == _ENTERED

        def some(events: np.ndarray) -> np.ndarray:
            """Whether each call has one of these events."""
            found = np.zeros(len(heads), bool)
            found[group[events]] = True
            return found

        def most(events: np.ndarray, values: np.ndarray) -> np.ndarray:
            """The largest of each call's values; NaN or 0 where it has none."""
            found = np.full(len(heads), np.nan if values.dtype == float else 0, values.dtype)
            np.fmax.at(found, group[events], values[events])
            return np.asarray(found[begun])

        self.without_entry += int((some(kind != _UNTIMED) & ~begun).sum())
        where = {each: np.flatnonzero(kind == each) for each in (_CONNECTED, _GONE, _MOVED, _SPOKE)}
        was = [some(where[each])[begun] for each in (_CONNECTED, _GONE, _MOVED)]
        times = [most(events, amount) for events in where.values()]
        agent = most(where[_CONNECTED], who)
        agents = np.where(agent == 0, UNKNOWN, np.searchsorted(self._agent_keys, agent))
        entries = heads[begun]
        lines = of["line"][order[entries]]
        by_line = np.argsort(lines)
        return Calls(
            np.searchsorted(self._entries, lines[by_line]),
            amount[entries][by_line],
            _places(self._queue_keys, who[entries][by_line]),
            *(column[by_line] for column in (*was, *times, agents)),
        )

    def agents_unseen(self) -> int:
        """How many agents answer calls of a queue without ever being logged in to it or out."""
        pairs, own = self._answers(), self._own()
        logged = {
            (queue, agent)
            for at, agent in self._there.execute(_LOGGED).fetchall()
            for queue in (own.get(agent, ()) if at == _ALL else (at,))
        }
        return len({agent for _, agent in pairs - logged})

    def agents_events(self) -> int:
        """How many events of agents the log has."""
        ((many,),) = self._there.execute(f"SELECT count(*) {_OF_AGENTS}").fetchall()
        return int(many)

    def there(self) -> Iterator[tuple[int, int, float, float]]:
        """Yields (queue, agent, from, to; s of UTC) of each stretch in which agents were there.

        Queues by their places in `queues`; agents by numbers of our own.
        """
        ((begins, ends),) = self._there.execute("SELECT min(epoch), max(epoch) FROM events").fetchall()
        own = self._own()
        names = {name: place for place, name in enumerate(self.queues)}
        numbers = {agent: number for number, agent in enumerate(sorted(own))}
        places = {
            agent: sorted(names[queue] for queue in queues if queue in names) for agent, queues in own.items()
        }

        def each() -> Iterator[Event]:
            events = self._there.execute(_EVENTS_OF_AGENTS)
            while some := events.fetchmany(_FETCHED):
                for time, queue, agent, happened in some:
                    one = () if queue not in names else (names[queue],)
                    for place in places.get(agent, ()) if queue == _ALL else one:
                        yield time, place, numbers[agent], happened

        yield from stretches(each(), begins, ends)

    def _answers(self) -> set[tuple[str, int]]:
        return set(self._there.execute(_WHO_ANSWERS).fetchall())

    def _own(self) -> dict[int, set[str]]:
        """The queues of each agent."""
        own: dict[int, set[str]] = {}
        at_one = self._there.execute(f"{_AT_QUEUES} AND queue <> '{_ALL}'").fetchall()
        for queue, agent in [*self._answers(), *at_one]:
            own.setdefault(agent, set()).add(queue)
        return own


@contextlib.contextmanager
def opened(path: str) -> Iterator[QueueLog]:
    """Opens a log. Raises OSError where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="callsim-") as folder, trouble():
        there = connected(folder, f"{folder}/log.db", threads=2)
        try:
            there.execute("SET memory_limit = '200MB'")
            with name_of(path) as name:
                there.execute(_EVENTS.replace("$FILE", text(name)))
            there.execute("SET memory_limit = '100MB'")  # reading it back needs less
            yield QueueLog(there, path, folder)
        finally:
            there.close()


def _first_damaged(path: str) -> int:
    """The number of the first line that is no event; the database does not keep count of empty lines."""
    with read_from(path) as file:
        for number, line in enumerate(file, start=1):
            parts = line.rstrip(b"\r\n").split(b"|")
            if line.strip() and not (_LEAST_FIELDS <= len(parts) <= _MOST_FIELDS and _told(parts)):
                return number
    return 0


def _told(parts: list[bytes]) -> bool:
    """Whether the text of a line can be read, and the time of its event."""
    try:
        float(parts[0])
        b"|".join(parts).decode("utf-8")
    except ValueError:
        return False
    return True


def _places(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """int64: places of keys that are all there; `keys` in any order."""
    order = np.argsort(keys)
    return np.asarray(order[np.searchsorted(keys[order], wanted)])


def _data(fields: dict[str, str]) -> str:
    cases = " ".join(f"WHEN '{event}' THEN {field}" for event, field in fields.items())
    return f"CASE event {cases} END"


_LEAST_FIELDS, _MOST_FIELDS = 5, 40  # of a line; no event has half as many
_FIELDS = (
    "epoch_s",
    "contact",
    "queue",
    "who",
    "event",
    *(f"d{number}" for number in range(1, _MOST_FIELDS - 4)),
)
_COLUMNS = ", ".join(f"'{field}': 'VARCHAR'" for field in _FIELDS)
_KIND = " ".join(f"WHEN event = '{event}' THEN {kind}" for event, kind in _KINDS.items())
_OF_AGENTS = f"FROM events WHERE epoch IS NOT NULL AND who > 0 AND kind >= {_OF_STAFF}"
_ANSWERS = f"FROM events WHERE kind = {_CONNECTED} AND who > 0"
_EVENTS = f"""
CREATE TABLE events AS
SELECT call, epoch, queue, kind,
       CASE WHEN kind = {_ENTERED} THEN epoch
            ELSE coalesce(TRY_CAST({_data(_WAIT | _TALK)} AS DOUBLE), 'nan') END AS amount,
       CASE WHEN kind = {_ENTERED} THEN hash(queue)
            WHEN (kind = {_CONNECTED} OR kind >= {_OF_STAFF})
                 AND who NOT IN ('NONE', 'Agent/NONE', '') THEN hash(who) ELSE 0 END AS who
FROM (
  SELECT *, hash(contact, queue) AS call, TRY_CAST(nullif(epoch_s, '') AS DOUBLE) AS epoch,
         (CASE WHEN event IS NULL THEN NULL
               WHEN epoch IS NULL THEN CASE event WHEN 'ENTERQUEUE' THEN {_UNTIMED} ELSE {_OTHER} END
               {_KIND} ELSE {_OTHER} END)::TINYINT AS kind
  FROM read_csv($FILE, auto_detect=false, header=false, delim='|', quote='', escape='', nullstr='\x01',
                null_padding=true, columns={{{_COLUMNS}}}, ignore_errors=true, store_rejects=true)
)
"""
_DAMAGED = """
SELECT (SELECT count(*) FROM events WHERE epoch IS NULL OR kind IS NULL)
     + (SELECT count(DISTINCT line) FROM reject_errors)
"""
_QUEUES = f"SELECT queue, who FROM events WHERE kind = {_ENTERED} GROUP BY ALL"
_AGENTS = f"SELECT DISTINCT who AS a {_ANSWERS}"
_ENTRIES = f"SELECT rowid::UINTEGER AS a FROM events WHERE kind = {_ENTERED} ORDER BY rowid"
_PIECE_OF = f"""
SELECT call, rowid::UINTEGER AS line, kind, amount, who FROM events
WHERE rowid BETWEEN {{first}} AND {{last}} AND kind BETWEEN {_ENTERED} AND {_UNTIMED} ORDER BY rowid
"""
_WHO_ANSWERS = f"SELECT DISTINCT queue, who {_ANSWERS}"
_AT_QUEUES = f"SELECT DISTINCT queue, who {_OF_AGENTS}"
_LOGGED = f"SELECT DISTINCT queue, who {_OF_AGENTS} AND kind IN ({_OF_STAFF + IN}, {_OF_STAFF + OUT})"
_EVENTS_OF_AGENTS = f"""
SELECT epoch, queue, who, kind - {_OF_STAFF} {_OF_AGENTS} ORDER BY epoch, rowid
"""
