"""A history as a clean table: what `callsim history --out clean.csv` writes, and every command reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from callsim.history.canonical import ENTRIES, OUTCOMES, SUMS, CallTable, IntervalTable

PIECE = 100_000  # rows that are written at a time
_TIMES = ("wait", "talk", "hold", "wrap")


def clean(table: IntervalTable) -> Iterator[str]:
    """The lines of a CSV file, many at a time: calls where the history is a log, else intervals.

    Columns of which nothing is known are left out. Agents and callers have numbers of ours, no names.
    """
    return _calls(table.calls) if table.calls is not None else _intervals(table)


def _intervals(table: IntervalTable) -> Iterator[str]:
    told = [name for name in SUMS if np.isfinite(table.rows[name]).any()]
    within = f"answered_{table.within_s:g}s" if table.within_s is not None else ""
    names = [within if name == "answered_in_sl" and within else name for name in told]
    owner = ["owner"] if table.owner == "end" else []
    yield ",".join(["interval_start", "queue", *names, *owner]) + "\n"
    queues = [_field(name) for name in table.queues]
    for start in range(0, len(table.rows), PIECE):
        rows = table.rows[start : start + PIECE]
        columns = [
            rows["start"].astype("datetime64[m]").astype(str).tolist(),
            [queues[at] for at in rows["queue"].tolist()],
            *([_number(value) for value in rows[name].tolist()] for name in told),
            *(["end"] * len(rows) for _ in owner),
        ]
        yield "".join(",".join(fields) + "\n" for fields in zip(*columns, strict=True))


def _calls(calls: CallTable) -> Iterator[str]:
    rows = calls.rows
    times = [name for name in _TIMES if name in ("wait", "talk") or (rows[f"{name}_ms"] >= 0).any()]
    others = [name for name in ("agent", "caller", "priority", "entered_by") if (rows[name] >= 0).any()]
    yield ",".join(["arrival", "queue", "outcome", *(f"{name}_s" for name in times), *others]) + "\n"
    queues = [_field(name) for name in calls.queues]
    unit = "s" if calls.unit_ms >= 1000 else "ms"
    as_text: dict[str, Callable[[int], str]] = {
        "agent": lambda number: f"A{number + 1:02d}",
        "caller": lambda number: f"C{number + 1}",
        "priority": str,
        "entered_by": lambda number: ENTRIES[number],
    }
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE]
        columns = [
            piece["arrival"].astype(f"datetime64[{unit}]").astype(str).tolist(),
            [queues[at] for at in piece["queue"].tolist()],
            [OUTCOMES[at] for at in piece["outcome"].tolist()],
            *([_seconds(value) for value in piece[f"{name}_ms"].tolist()] for name in times),
            *(
                [as_text[name](value) if value >= 0 else "" for value in piece[name].tolist()]
                for name in others
            ),
        ]
        yield "".join(",".join(fields) + "\n" for fields in zip(*columns, strict=True))


def _number(value: float) -> str:
    return "" if value != value else f"{value:.12g}"


def _seconds(ms: int) -> str:
    if ms < 0:
        return ""
    return str(ms // 1000) if ms % 1000 == 0 else f"{ms / 1000:g}" if ms < 1_000_000 else f"{ms / 1000:.3f}"


def _field(text: str) -> str:
    if any(mark in text for mark in ',;\t|"\n\r') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
