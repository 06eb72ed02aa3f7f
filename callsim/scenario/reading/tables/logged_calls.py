"""The calls of a log that a queue replays: what each brought, as far as the log tells it."""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter

from callsim.scenario.reading.tables.offsets import is_two_clocks, meaning_of, tells_zone
from callsim.scenario.reading.tables.table import Cell, Table, has
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.demand import LoggedCall
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import DAY_MS, DAY_S, LONGEST_S, shown

MOST_OF_LOG = 3_000_000  # fields: 375,000 calls of eight columns
UNKNOWN = -1
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)", re.ASCII)
_ANSWERED = "answered"
_GAVE_UP = ("abandoned", "balked")
_OTHERS = ("blocked", "transferred", "closed", "dropped")
_SECONDS = ("wait_s", "talk_s", "wrap_s", "patience_s")


def logged(table: Table, queue: str, calendar: Calendar | None) -> tuple[LoggedCall, ...]:
    """The calls of one queue on the days of the run and of its warm-up, by time; those of one moment as in
    the file. Without a column `queue` all calls are of this one.

    What an answered call talked and wrapped, and the wait of those who gave up, is as it was; what is not
    known is marked so. Rows that cannot be read are mistakes of the table.
    """
    log = _Log(table, queue)
    calls = log.calls()
    if table.mistakes or not table.rows:
        return ()
    if not calls:
        some = ", ".join(sorted(map(shown, log.others))[:6])
        table.wrong(table.top, say("tables.no_calls", queue=shown(queue), queues=some))
        return ()
    if calendar is None:
        return ()
    first = calendar.start - datetime.timedelta(days=math.ceil(calendar.warm_up / DAY_S))
    ends = calendar.start + datetime.timedelta(days=calendar.days)
    found = sorted((call for call in calls if first <= call[0] < ends), key=lambda call: call[:2])
    if not any(call[0] >= calendar.start for call in found):
        dates = [call[0] for call in calls]
        text = say("tables.other_day", first=min(dates), last=max(dates), day=calendar.start)
        if calendar.days > 1:
            text = say(
                "tables.other_days",
                first=min(dates),
                last=max(dates),
                day=calendar.start,
                last_day=calendar.last,
            )
        table.wrong(table.top, text)
    return tuple(found)


class _Log:
    """Reads row by row."""

    def __init__(self, table: Table, queue: str):
        self.table, self.queue = table, queue
        self.others: Counter[str] = Counter()  # queues that the file tells of, too
        self.priority = ""  # of all calls of the queue

    def calls(self) -> list[LoggedCall]:
        """All calls of the queue."""
        head = self.table.head
        known = ("queue", "outcome", *_SECONDS, "priority")
        names = ["arrival", *(name for name in known if name in head)]
        if "arrival" not in head and self.table.rows:
            text = say("tables.no_column", column=names[0], hint=has(head, names[0]))
            self.table.wrong(self.table.top, text)
            return []
        found = []
        for cells in self.table.columns(*names):
            call = self._call(dict(zip(names, cells, strict=True)))
            if call is not None:
                found.append(call)
        return found

    def _call(self, row: dict[str, Cell]) -> LoggedCall | None:
        if "queue" in row and row["queue"].text != self.queue:
            self.others[row["queue"].text] += 1
            return None
        self._one_priority(row.get("priority"))
        date, at = self._moment(row["arrival"])
        wait, talk, wrap, patience = (self._ms(row.get(name)) for name in _SECONDS)
        outcome = self._outcome(row.get("outcome"))
        waited = UNKNOWN
        if outcome in _GAVE_UP:
            patience = wait if patience == UNKNOWN else patience
        elif patience == UNKNOWN and outcome:
            waited = wait
        if outcome not in ("", _ANSWERED):
            talk = wrap = UNKNOWN  # none was, or not all of it
        return date, at, talk, wrap, patience, waited

    def _one_priority(self, cell: Cell | None) -> None:
        if cell is None or not cell.text:
            return
        if not self.priority:
            self.priority = cell.text
        elif cell.text != self.priority:
            text = say("tables.priorities", priority=shown(cell.text), other=shown(self.priority))
            self.table.wrong(cell, text)

    def _moment(self, cell: Cell) -> tuple[datetime.date, int]:
        match = _MOMENT.fullmatch(cell.text)
        try:
            if match is not None:
                moment = datetime.datetime.fromisoformat(f"{match[1]}T{match[2]}")
                since = moment - datetime.datetime.combine(moment.date(), datetime.time())
                return moment.date(), min(round(since.total_seconds() * 1000), DAY_MS - 1)
        except ValueError:
            pass
        text = say("tables.no_moment", value=shown(cell.text))
        if tells_zone(cell.text) or (is_two_clocks(cell.text) and meaning_of([cell.text]) == "offset"):
            text = say("tables.zone_s", value=shown(cell.text))
        self.table.wrong(cell, text)
        return datetime.date.min, 0

    def _ms(self, cell: Cell | None) -> int:
        if cell is None or not cell.text:
            return UNKNOWN
        seconds = self.table.number(cell)
        if seconds > min(LONGEST_S, 2_000_000):
            self.table.wrong(cell, say("tables.long_call", value=shown(cell.text)))
            return UNKNOWN
        return round(seconds * 1000)

    def _outcome(self, cell: Cell | None) -> str:
        """The word in small letters; nothing where the log does not tell."""
        if cell is None or not cell.text:
            return ""
        word = cell.text.lower()
        if word not in (_ANSWERED, *_GAVE_UP, *_OTHERS):
            hint = nearest(word, (_ANSWERED, *_GAVE_UP, *_OTHERS))
            self.table.wrong(cell, say("tables.no_outcome", value=shown(cell.text), hint=hint))
            return ""
        return word
