"""Reads histories: files of any known shape become the tables of `canonical`."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from callsim.errors import UserError
from callsim.history.canonical import CALL, CallTable, IntervalTable, Note, as_date, summed
from callsim.history.read import asterisk, contact_records
from callsim.history.read.calls import read_calls
from callsim.history.read.head import Head, Shape, head_of, start_of, told
from callsim.history.read.how import Columns, How, how_of
from callsim.history.read.intervals import read_intervals
from callsim.sentences import say
from callsim.units import shown

HALF_HOUR = 1_800_000
MOST_DAYS = 10_000  # between the first day and the last: a wrong year would cost a grid of centuries
MOST_NAMED = 12  # columns that are not read


def read(
    paths: Sequence[str],
    columns: Columns = None,
    queue: str | None = None,
    width_ms: int = HALF_HOUR,
) -> IntervalTable:
    """Returns the history of files, all logs or all reports: sums per interval, and of logs also the calls.

    `columns`: how the files are to be read where they leave it open, or only names of columns that they have
    for ours, such as {"offered": "Anrufe"}. `queue`: read only this one. `width_ms`: the interval into which
    calls are summed. Raises UserError, with the places that cannot be read.
    """
    how = how_of(columns)
    tables = [_read(path, how) for path in paths]
    logs = [table for table in tables if isinstance(table, CallTable)]
    if logs and len(logs) < len(tables):
        raise UserError(say("read.two_kinds"))
    if logs:
        calls = _joined_calls(logs)
        calls = calls if queue is None else _only(calls, queue)
        if not len(calls.rows):
            raise UserError(say("read.no_calls", files=", ".join(paths)))
        _refuse_long(calls.rows["arrival"])
        return summed(calls, width_ms, within_s=20.0)
    joined = _joined_intervals([table for table in tables if isinstance(table, IntervalTable)])
    _refuse_long(joined.rows["start"])
    return joined if queue is None else _only_intervals(joined, queue)


def _read(path: str, how: How) -> CallTable | IntervalTable:
    """The table of one file."""
    start = start_of(path)
    if contact_records.is_one(start):
        return contact_records.read(path, how)
    if asterisk.is_one(start):
        return asterisk.read(path, how)
    with tempfile.TemporaryDirectory(prefix="callsim-") as folder:
        head, shape = head_of(path, how, folder)
        if shape.dialect.table == "calls":
            calls = read_calls(head, shape, how)
            return replace(calls, notes=(*calls.notes, *_not_read(head, shape)))
        intervals = read_intervals(head, shape, how)
        return replace(intervals, notes=(*intervals.notes, *_not_read(head, shape)))


def _not_read(head: Head, shape: Shape) -> list[Note]:
    """Returns what a file tells in columns that callsim does not read; none is passed over in silence."""
    names = [name for name in head.names if name and name not in shape.names.values()]
    if not names:
        return []
    some = ", ".join(told(tuple(names[:MOST_NAMED]))) + (", …" if len(names) > MOST_NAMED else "")
    return [Note("noticed", say("rows.not_read", n=len(names), columns=some))]


def _refuse_long(times: np.ndarray) -> None:
    """Raises UserError where times (datetime64 [row], one at least) are decades apart."""
    first, last = (as_date(np.datetime64(day)) for day in (times.min(), times.max()))
    if (last - first).days >= MOST_DAYS:
        raise UserError(say("read.too_long", first=first, last=last, days=(last - first).days + 1))


def _joined_calls(tables: Sequence[CallTable]) -> CallTable:
    if len(tables) == 1:
        return tables[0]
    names = tuple(sorted({name for table in tables for name in table.queues}))
    rows = np.concatenate([_renamed(table.rows, table.queues, names) for table in tables]).astype(CALL)
    # Names of agents and callers are not kept, so those of different files count as different people.
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
    return replace(
        tables[0],
        rows=rows,
        queues=names,
        unit_ms=min(table.unit_ms for table in tables),
        notes=notes,
        files=files,
        system=_systems(tables),
        zone=_zone(tables),
        presence=_joined_presence(tables, names),
    )


def _joined_presence(tables: Sequence[CallTable], names: Sequence[str]) -> np.ndarray | None:
    """When agents were there, of all files; None where one does not tell it."""
    found = []
    for number, table in enumerate(tables):
        if table.presence is None:
            return None
        moved = _renamed(table.presence, table.queues, names)
        moved["agent"] = moved["agent"] * len(tables) + number
        found.append(moved)
    return np.concatenate(found)


def _joined_intervals(tables: Sequence[IntervalTable]) -> IntervalTable:
    if len(tables) == 1:
        return tables[0]
    first = tables[0]
    for table in tables[1:]:
        if table.width_ms != first.width_ms:
            raise UserError(
                say(
                    "read.two_widths",
                    file=table.files[0],
                    minutes=table.width_ms // 60_000,
                    other=first.files[0],
                    others=first.width_ms // 60_000,
                )
            )
        if table.owner != first.owner:
            raise UserError(
                say(
                    "read.two_owners",
                    file=table.files[0],
                    owner=table.owner,
                    other=first.files[0],
                    others=first.owner,
                )
            )
        if table.within_s != first.within_s:
            raise UserError(say("read.two_thresholds", file=table.files[0], other=first.files[0]))
    names = tuple(sorted({name for table in tables for name in table.queues}))
    rows = np.concatenate([_renamed(table.rows, table.queues, names) for table in tables])
    rows = rows[np.lexsort((rows["queue"], rows["start"]))]
    same = (np.diff(rows["start"]).astype(np.int64) == 0) & (np.diff(rows["queue"]) == 0)
    if same.any():
        at = rows[int(np.flatnonzero(same)[0])]
        start = str(at["start"].astype("datetime64[m]")).replace("T", " ")
        raise UserError(say("read.in_two_files", start=start, queue=names[at["queue"]]))
    notes = tuple(note for table in tables for note in table.notes)
    files = tuple(file for table in tables for file in table.files)
    formulas = tuple(formula for table in tables for formula in table.formulas)
    return replace(
        first,
        rows=rows,
        queues=names,
        notes=notes,
        files=files,
        system=_systems(tables),
        zone=_zone(tables),
        formulas=formulas,
    )


def _systems(tables: Sequence[CallTable] | Sequence[IntervalTable]) -> str:
    return ", ".join(sorted({table.system for table in tables}))


def _zone(tables: Sequence[CallTable] | Sequence[IntervalTable]) -> str:
    """Returns the zone to which times of any file were moved; a note says which files' were not."""
    return next((table.zone for table in tables if table.zone), "")


def _renamed(rows: np.ndarray, before: Sequence[str], names: Sequence[str]) -> np.ndarray:
    place = np.array([names.index(name) for name in before], np.int32)
    moved = rows.copy()
    moved["queue"] = place[rows["queue"]]
    return moved


def _place(queues: Sequence[str], queue: str) -> int:
    if queue not in queues:
        close = difflib.get_close_matches(queue, queues, n=1)
        if close:
            near = say("hints.did_you_mean", name=close[0])
        else:
            near = say("read.queues_are", queues=", ".join(queues[:20]))
        raise UserError(say("read.no_such_queue", queue=shown(queue), near=near))
    return list(queues).index(queue)


def _only(calls: CallTable, queue: str) -> CallTable:
    rows = calls.of(_place(calls.queues, queue)).copy()
    rows["queue"] = 0
    presence = calls.presence
    if presence is not None:
        presence = presence[presence["queue"] == _place(calls.queues, queue)].copy()
        presence["queue"] = 0
    return replace(calls, rows=rows, queues=(queue,), presence=presence)


def _only_intervals(table: IntervalTable, queue: str) -> IntervalTable:
    rows = table.of(_place(table.queues, queue)).copy()
    rows["queue"] = 0
    return replace(table, rows=rows, queues=(queue,))
