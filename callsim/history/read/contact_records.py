"""Contact records of Amazon Connect: JSON objects, one behind the other, with or without line breaks.

Source: Amazon Connect administrator guide, "contact records data model". Times are UTC. A record is delivered
at least once; the last one counts. Telephone numbers and attributes, which it may hold, are never read.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

import numpy as np

from callsim.database import name_of
from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    DIRECT,
    FLOW_IN,
    UNKNOWN,
    CallTable,
    Note,
    blank_calls,
    counted,
)
from callsim.history.read import fields
from callsim.history.read.head import mistake
from callsim.history.read.how import How

SYSTEM = "Amazon Connect, contact records"
_PIECE = 1_000_000  # characters
_LONGEST = 1_000_000  # characters of a record
_ENTRIES = {"INBOUND": DIRECT, "TRANSFER": FLOW_IN, "QUEUE_TRANSFER": FLOW_IN}


def is_one(path: str) -> bool:
    """Whether a file is of such records."""
    try:
        with name_of(path), open(path, "rb") as file:
            return file.read(400).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    except OSError:
        return False


def read(path: str, how: How) -> CallTable:
    """The calls of a file of records. Raises UserError."""
    how.refuse_without_zone(path)
    gathered = _Gathered()
    try:
        with open(path, encoding="utf-8-sig") as file:
            for record, line in _records(file.read, gathered):
                gathered.add(record, line)
    except UnicodeDecodeError:
        raise mistake(path, 1, "the file is not UTF-8; contact records are") from None
    if not gathered.calls:
        raise mistake(
            path, 1, "no record of these tells a call that queued (ContactId, Queue, EnqueueTimestamp)"
        )
    return gathered.table(path, how)


class _Gathered:
    """Calls by their contact, and how many records are none."""

    def __init__(self) -> None:
        self.calls: dict[int, tuple[object, ...]] = {}
        self.agents: dict[str, int] = {}
        self.twice = self.damaged = self.first_damaged = 0
        self.left: dict[str, int] = {}

    def damage(self, line: int) -> None:
        """A record that cannot be read."""
        self.damaged += 1
        self.first_damaged = self.first_damaged or line

    def add(self, record: object, line: int) -> None:
        """One record; what is no queued call of a caller is counted."""
        if not isinstance(record, dict) or not isinstance(record.get("ContactId"), str):
            self.damage(line)
            return
        entry = _ENTRIES.get(record.get("InitiationMethod", "INBOUND"))
        queue = record.get("Queue")
        why = ""
        if record.get("Channel", "VOICE") != "VOICE":
            why = "are of other channels than voice"
        elif entry is None:
            why = "are calls out or callbacks, which do not arrive"
        elif not queue:
            why = "never queued"
        if why:
            self.left[why] = self.left.get(why, 0) + 1
            return
        try:
            call = self._call(record, entry)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            self.damage(line)
            return
        key = hash(record["ContactId"])
        self.twice += key in self.calls
        self.calls[key] = call

    def _call(self, record: dict[str, dict[str, object]], entry: int | None) -> tuple[object, ...]:
        queue, agent = record["Queue"], record.get("Agent")
        entered = _utc_ms(queue["EnqueueTimestamp"])
        wait = queue.get("Duration")
        if wait is None:
            wait = (_utc_ms(queue["DequeueTimestamp"]) - entered) / 1000
        name = queue["Name"]
        if not isinstance(name, str):
            raise TypeError
        number = times = None
        if agent and agent.get("ConnectedToAgentTimestamp"):
            times = [
                _ms(agent.get(part))
                for part in ("AgentInteractionDuration", "CustomerHoldDuration", "AfterContactWorkDuration")
            ]
            user = agent.get("Username")
            if isinstance(user, str) and user not in ("", "NONE"):
                number = self.agents.setdefault(user, len(self.agents))
        return entered, name, _ms(wait), times, number, entry

    def table(self, path: str, how: How) -> CallTable:
        """All calls."""
        notes = []
        for why, many in self.left.items():
            notes.append(Note("dropped", f"{counted(many, 'record')} {why}", many))
        if self.twice:
            text = f"{counted(self.twice, 'record')} were delivered once more; the last one counts"
            notes.append(Note("dropped", text, self.twice))
        if self.damaged:
            first = self.first_damaged
            text = f"{counted(self.damaged, 'record')} cannot be read, the first in line {first}"
            notes.append(Note("dropped", text, self.damaged))
        found = list(self.calls.values())
        rows = blank_calls(len(found))
        utc = np.array([call[0] for call in found], np.int64)
        rows["arrival"] = fields.local(utc, how.clock()).astype("datetime64[ms]")
        queues, place = np.unique(np.array([call[1] for call in found]), return_inverse=True)
        rows["queue"] = place
        rows["wait_ms"] = [call[2] for call in found]
        rows["outcome"] = [ABANDONED if call[3] is None else ANSWERED for call in found]
        for at, part in enumerate(("talk_ms", "hold_ms", "wrap_ms")):
            rows[part] = [UNKNOWN if call[3] is None else call[3][at] for call in found]  # type: ignore[index]
        rows["agent"] = [UNKNOWN if call[4] is None else call[4] for call in found]
        rows["entered_by"] = [call[5] for call in found]
        rows = rows[np.argsort(rows["arrival"], kind="stable")]
        whole = not (rows["arrival"].astype(np.int64) % 1000).any()
        return CallTable(
            rows, tuple(queues.tolist()), 1000 if whole else 1, tuple(notes), (path,), SYSTEM, how.zone
        )


def _records(more: object, gathered: _Gathered) -> Iterator[tuple[object, int]]:
    """Each JSON object of a text, and the line in which it ends; between them anything may stand."""
    decoder = json.JSONDecoder()
    text, line, over = "", 1, False
    while True:
        start = text.find("{")
        if start < 0 or (not over and len(text) - start < 2000):
            piece = more(_PIECE)  # type: ignore[operator]
            over = not piece
            if over and start < 0:
                return
            line += text.count("\n", 0, max(start, 0))
            text = text[max(start, 0) :] + piece
            continue
        line += text.count("\n", 0, start)
        try:
            record, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            if not over and len(text) - start < _LONGEST:
                piece = more(_PIECE)  # type: ignore[operator]
                over = not piece
                text = text[start:] + piece
                continue
            gathered.damage(line)
            after = text.find('{"ContactId"', start + 1)
            after = text.find("\n", start) if after < 0 else after
            if after < 0:
                return
            line += text.count("\n", start, after)
            text = text[after:]
            continue
        line += text.count("\n", start, end)
        text = text[end:]
        yield record, line


def _utc_ms(text: object) -> int:
    if not isinstance(text, str):
        raise TypeError
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return round(moment.timestamp() * 1000)


def _ms(seconds: object) -> int:
    if seconds is None:
        return UNKNOWN
    if not isinstance(seconds, int | float) or not 0 <= seconds < 2_000_000:
        raise ValueError
    return round(seconds * 1000)
