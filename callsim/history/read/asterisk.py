"""The `queue_log` of Asterisk: events of calls, one a line, as `epoch|call|queue|agent|EVENT|…`.

Source: docs.asterisk.org, "Queue Logs". Times are UTC; the caller's number, which it holds, is never read.
"""

from __future__ import annotations

import re
import tempfile

import numpy as np

from callsim.database import connected, name_of, text, trouble
from callsim.history.canonical import ABANDONED, ANSWERED, TRANSFERRED, UNKNOWN, CallTable, Note
from callsim.history.presence import IN, OUT, PAUSE, RESUME, stretches
from callsim.history.read.head import mistake
from callsim.history.read.how import How
from callsim.history.read.utc import table_of
from callsim.sentences import say

_LINE = re.compile(rb"\d{9,10}(?:\.\d+)?\|[^|\r\n]*\|[^|\r\n]*\|[^|\r\n]*\|[A-Z]+[|\r\n]")
_WAIT = {"ABANDON": 3, "EXITWITHTIMEOUT": 3, "EXITWITHKEY": 4, "EXITEMPTY": 3}
"""The number of the data field that holds the wait in seconds, by event."""
_TALK = {"COMPLETEAGENT": 2, "COMPLETECALLER": 2, "BLINDTRANSFER": 4, "ATTENDEDTRANSFER": 4, "TRANSFER": 4}
"""The number of the data field that holds talk in seconds, by event."""
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


def is_one(start: bytes) -> bool:
    """Returns whether a file that starts so is such a log."""
    return _LINE.match(start) is not None


def read(path: str, how: How) -> CallTable:
    """Returns the calls of a log.

    Raises UserError where no zone is given, where the file cannot be read, and where it holds no whole call.
    """
    how.refuse_without_zone(path)
    with tempfile.TemporaryDirectory(prefix="callsim-") as folder, trouble():
        there = connected(folder, f"{folder}/log.db", threads=2)
        try:
            there.execute("SET memory_limit = '300MB'")
            with name_of(path) as name:
                there.execute(_EVENTS.replace("$FILE", text(name)))
            notes = _notes(there.execute(_COUNTS).fetchall(), path)
            found = there.execute(_CALLS).fetchnumpy()
            answers = set(there.execute(_WHO_ANSWERS).fetchall())
            (ends,) = there.execute(_ENDS).fetchall()
            staff = _agents(there.execute(_OF_AGENTS).fetchall(), answers, ends, notes)
        finally:
            there.close()
    if not len(found["queue"]):
        raise mistake(path, 1, say("read.no_call_in_log"))
    return _table(found, path, how, notes, staff)


def _data(places: dict[str, int]) -> str:
    cases = " ".join(f"WHEN '{event}' THEN d[{4 + place + 1}]" for event, place in places.items())
    return f"CASE event {cases} END"


_NAMED = ", ".join(f"'{event}'" for event in _STAFF)
_EVENTS = f"""
CREATE TABLE events AS
SELECT line_nr, epoch, contact, queue, agent, event, wait, talk,
       count(*) FILTER (event = 'ENTERQUEUE') OVER (PARTITION BY contact, queue ORDER BY line_nr) AS nth
FROM (
  SELECT line_nr, TRY_CAST(d[1] AS DOUBLE) AS epoch, hash(d[2]) AS contact, d[3] AS queue, event,
                  CASE WHEN event IN ('CONNECT', {_NAMED}) AND d[4]
              NOT IN ('NONE', 'Agent/NONE', '') THEN hash(d[4]) END AS agent,
         TRY_CAST(CASE event WHEN 'CONNECT' THEN d[6] ELSE {_data(_WAIT)} END AS DOUBLE) AS wait,
         TRY_CAST({_data(_TALK)} AS DOUBLE) AS talk
  FROM (
    SELECT row_number() OVER () AS line_nr, string_split(rtrim(line, chr(13)), '|') AS d, d[5] AS event
    FROM read_csv($FILE, auto_detect=false, header=false, delim='\x01', quote='', escape='',
                  columns={{'line': 'VARCHAR'}}, ignore_errors=true)
  )
)
"""
_COUNTS = """
SELECT event, count(*), 0 FROM events GROUP BY 1
UNION ALL
SELECT '', count(*), min(line_nr) FROM events WHERE epoch IS NULL OR queue IS NULL OR event IS NULL
"""
_OUT = ", ".join(f"'{event}'" for event in (*_WAIT, *_TALK, "CONNECT"))
_CALLS = f"""
SELECT queue, min(epoch) FILTER (event = 'ENTERQUEUE') AS entered,
       max(wait) FILTER (event = 'CONNECT') AS answered,
       max(wait) FILTER (event = 'ABANDON') AS gone,
       max(wait) FILTER (event IN ('EXITWITHTIMEOUT', 'EXITWITHKEY', 'EXITEMPTY')) AS moved,
       count(*) FILTER (event = 'CONNECT') AS connects,
       count(*) FILTER (event = 'ABANDON') AS gones,
       count(*) FILTER (event IN ('EXITWITHTIMEOUT', 'EXITWITHKEY', 'EXITEMPTY')) AS moves,
       max(talk) AS talk, max(agent) AS agent
FROM events WHERE epoch IS NOT NULL AND event IN ('ENTERQUEUE', {_OUT})
GROUP BY contact, queue, nth ORDER BY min(line_nr)
"""

_OF_AGENTS = f"""
SELECT epoch, queue, agent, event FROM events
WHERE epoch IS NOT NULL AND agent IS NOT NULL AND event IN ({_NAMED}) ORDER BY epoch, line_nr
"""
_WHO_ANSWERS = "SELECT DISTINCT queue, agent FROM events WHERE agent IS NOT NULL AND event = 'CONNECT'"
_ENDS = "SELECT min(epoch), max(epoch) FROM events"


def _agents(
    events: list[tuple[float, str, int, str]],
    answers: set[tuple[str, int]],
    ends: tuple[float, float],
    notes: list[Note],
) -> list[tuple[str, int, float, float]] | None:
    """Returns stretches (queue, agent, from, to; s of UTC) in which agents were there.

    `events`: (time, queue, agent, event). `answers`: queues and the agents who answer their calls. None,
    which is noted, where an agent answers calls of a queue without ever being logged in to it or out.
    """
    if not events:
        return None
    own: dict[int, set[str]] = {}
    for queue, agent in [*answers, *((queue, agent) for _, queue, agent, _ in events if queue != "NONE")]:
        own.setdefault(agent, set()).add(queue)
    each = [
        (time, at, agent, _STAFF[event])
        for time, queue, agent, event in events
        for at in (sorted(own.get(agent, ())) if queue == "NONE" else [queue])
    ]
    logged = {(queue, agent) for _, queue, agent, happened in each if happened in (IN, OUT)}
    if missing := len({agent for _, agent in answers - logged}):
        notes.append(Note("noticed", say("rows.of_agents", n=missing), len(events)))
        return None
    names = sorted({queue for _, queue, _, _ in each})
    places = {queue: number for number, queue in enumerate(names)}
    agents = {agent: number for number, agent in enumerate(own)}
    numbered = [(time, places[queue], agents[agent], happened) for time, queue, agent, happened in each]
    found = stretches(numbered, *ends)
    return [(names[queue], agent, begins, until) for queue, agent, begins, until in found]


def _notes(counts: list[tuple[str, int, int]], path: str) -> list[Note]:
    notes = []
    damaged = next(((many, row) for event, many, row in counts if event == "" and many), None)
    if damaged:
        many, row = damaged
        notes.append(Note("dropped", say("rows.no_events", n=many, first=row), many))
    return notes


def _table(
    found: dict[str, np.ndarray],
    path: str,
    how: How,
    notes: list[Note],
    staff: list[tuple[str, int, float, float]] | None,
) -> CallTable:
    numbers = {name: _filled(found[name]) for name in ("entered", "answered", "gone", "moved", "talk")}
    connected_, gone, moved = (np.asarray(found[name]) > 0 for name in ("connects", "gones", "moves"))
    entered = np.isfinite(numbers["entered"])
    over = connected_ | gone | moved
    if many := int((~entered).sum()):
        notes.append(Note("dropped", say("rows.no_entry", n=many), many))
    if many := int((entered & ~over).sum()):
        notes.append(Note("dropped", say("rows.no_end", n=many), many))
    kept = entered & over
    if not kept.any():
        raise mistake(path, 1, say("read.no_call_in_log"))
    numbers = {name: values[kept] for name, values in numbers.items()}
    answered, gone = connected_[kept], gone[kept]
    wait_ms = _ms(np.where(answered, numbers["answered"], np.where(gone, numbers["gone"], numbers["moved"])))
    talk_ms = np.where(answered, _ms(numbers["talk"]), UNKNOWN)
    if many := int((wait_ms == UNKNOWN).sum()):
        notes.append(Note("noticed", say("rows.no_wait", n=many), many))
    if many := int((answered & (talk_ms == UNKNOWN)).sum()):
        notes.append(Note("noticed", say("rows.talk_not_told", n=many), many))
    columns = {
        "outcome": np.where(answered, ANSWERED, np.where(gone, ABANDONED, TRANSFERRED)),
        "wait_ms": wait_ms,
        "talk_ms": talk_ms,
        "agent": _numbered(np.ma.filled(np.ma.asarray(found["agent"]), 0)[kept]),
    }
    entered_ms = np.round(numbers["entered"] * 1000).astype(np.int64)
    names = np.asarray(found["queue"])[kept].astype(str)
    there = None
    if staff is not None:
        place = {name: number for number, name in enumerate(np.unique(names).tolist())}
        there = [
            (place[queue], agent, round(begins * 1000), round(ends * 1000))
            for queue, agent, begins, ends in staff
            if queue in place
        ]
    return table_of(entered_ms, names, columns, notes, path, say("systems.asterisk"), how, there)


def _numbered(agents: np.ndarray) -> np.ndarray:
    """int64 [call]: agents by the order in which they first answer, UNKNOWN where none (0) is named."""
    numbers = np.full(len(agents), UNKNOWN)
    known = agents != 0
    _, first, back = np.unique(agents[known], return_index=True, return_inverse=True)
    numbers[known] = np.argsort(np.argsort(first))[back]
    return numbers


def _filled(column: np.ndarray) -> np.ndarray:
    filled: np.ndarray = np.ma.filled(np.ma.asarray(column, float), np.nan)
    return filled


def _ms(seconds: np.ndarray) -> np.ndarray:
    """int32 [call] ms, of float64 [call] s; UNKNOWN where a time is NaN, negative or over 23 days."""
    fine = np.isfinite(seconds) & (seconds >= 0) & (seconds < 2_000_000)
    found: np.ndarray = np.where(fine, np.round(np.where(fine, seconds, 0) * 1000), UNKNOWN).astype(np.int32)
    return found
