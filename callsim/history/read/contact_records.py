"""Contact records of Amazon Connect: JSON objects one after another, with or without line breaks.

Source: Amazon Connect administrator guide, "contact records data model". Times are UTC. A record is delivered
at least once; the last one counts. Telephone numbers and attributes, which it may hold, are never read.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Literal

import numpy as np

from callsim.history.canonical import (
    ABANDONED,
    ANSWERED,
    DIRECT,
    FLOW_IN,
    UNKNOWN,
    CallTable,
    Note,
    blank_calls,
)
from callsim.history.read.head import mistake
from callsim.history.read.how import How
from callsim.history.read.utc import table_of
from callsim.sentences import say

_PIECE = 1_000_000  # characters
_LONGEST = 1_000_000  # characters of a record
Left = Literal["channel", "out", "unqueued"]
"""Why a record is left out: its channel is not voice, it is a call out, or it never queued."""
_ENTRIES = {"INBOUND": DIRECT, "TRANSFER": FLOW_IN, "QUEUE_TRANSFER": FLOW_IN}


def is_one(start: bytes) -> bool:
    """Returns whether a file that starts so is of such records."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def read(path: str, how: How) -> CallTable:
    """Returns the calls of a file of records.

    Raises UserError where no zone is given, where the file is not UTF-8, and where no record tells a queued
    call.
    """
    how.refuse_without_zone(path)
    gathered = _Gathered()
    try:
        with open(path, encoding="utf-8-sig") as file:
            for record, line in _records(file.read, gathered):
                gathered.add(record, line)
    except UnicodeDecodeError:
        raise mistake(path, 1, say("read.records_not_utf8")) from None
    if not gathered.calls:
        raise mistake(path, 1, say("read.no_queued_record"))
    return gathered.table(path, how)


class _Gathered:
    """The calls found so far, and the numbers of records that are left out or damaged."""

    def __init__(self) -> None:
        self.calls: dict[int, tuple[object, ...]] = {}
        self.agents: dict[str, int] = {}
        self.twice = self.damaged = self.first_damaged = 0
        self.left: dict[Left, int] = {}

    def damage(self, line: int) -> None:
        """Counts a record that cannot be read."""
        self.damaged += 1
        self.first_damaged = self.first_damaged or line

    def add(self, record: object, line: int) -> None:
        """Adds the call of a record; a record without a queued call of a caller is counted as left out."""
        if not isinstance(record, dict) or not isinstance(record.get("ContactId"), str):
            self.damage(line)
            return
        entry = _ENTRIES.get(record.get("InitiationMethod", "INBOUND"))
        queue = record.get("Queue")
        why: Left | None = None
        if record.get("Channel", "VOICE") != "VOICE":
            why = "channel"
        elif entry is None:
            why = "out"
        elif not queue:
            why = "unqueued"
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
        """Returns the calls as a table, with notes on the records that were left out."""
        notes = [Note("dropped", _left(why, many), many) for why, many in self.left.items()]
        if self.twice:
            notes.append(Note("dropped", say("rows.delivered_again", n=self.twice), self.twice))
        if self.damaged:
            told = say("rows.damaged", n=self.damaged, first=self.first_damaged)
            notes.append(Note("dropped", told, self.damaged))
        found = list(self.calls.values())
        names, place = np.unique(np.array([call[1] for call in found], str), return_inverse=True)
        rows = blank_calls(len(found))
        rows["arrival"] = np.array([call[0] for call in found], np.int64).astype("datetime64[ms]")
        rows["queue"] = place
        rows["wait_ms"] = [call[2] for call in found]
        rows["outcome"] = [ABANDONED if call[3] is None else ANSWERED for call in found]
        rows["agent"] = [UNKNOWN if call[4] is None else call[4] for call in found]
        rows["entered_by"] = [call[5] for call in found]
        for at, part in enumerate(("talk_ms", "hold_ms", "wrap_ms")):
            rows[part] = [UNKNOWN if call[3] is None else call[3][at] for call in found]  # type: ignore[index]
        return table_of(rows, names.tolist(), notes, path, say("systems.amazon_records"), how)


def _left(why: Left, many: int) -> str:
    """Returns what a planner reads of `many` records that are left out."""
    if why == "channel":
        return say("rows.other_channels", n=many)
    return say("rows.calls_out", n=many) if why == "out" else say("rows.never_queued", n=many)


def _records(more: object, gathered: _Gathered) -> Iterator[tuple[object, int]]:
    """Yields each JSON object of a text and the line in which it ends; text between objects is skipped."""
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
