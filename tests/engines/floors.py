"""Small floors and hand-made traces, and what both engines make of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from callsim.sim.centre import DAY, NEVER, NOBODY, PACE_ONE, PAIR, Centre, Clock
from callsim.sim.day import Day
from callsim.sim.floor import Floor
from callsim.sim.records import RECORD
from callsim.sim.tally import Tallier, Tally
from callsim.sim.trace import TRACE

HOUR = 3_600_000
WHOLE_DAY = ((0, DAY),)


def centre(
    *,
    pairs: list[tuple[int, int, int, int, float]],
    staff: list[list[int]],
    priority: list[int] | None = None,
    open_: list[tuple[tuple[int, int], ...]] | None = None,
    disconnects: list[bool] | None = None,
    lines: list[int] | None = None,
    holds: list[tuple[int, int]] | None = None,
    warm_up: int = 0,
    days: int = 1,
) -> Centre:
    """A centre of one-crew groups. `pairs`: (queue, group, rank, after, pace); `staff`: [interval][group]."""
    queues = 1 + max(pair[0] for pair in pairs)
    rows = np.array([(q, g, r, a, round(p * PACE_ONE)) for q, g, r, a, p in pairs], PAIR)
    return Centre(
        clock=Clock(DAY // len(staff), warm_up, warm_up + days * DAY),
        priority=np.array(priority or [1] * queues, np.int32),
        disconnects=np.array(disconnects or [False] * queues),
        open=tuple(open_ or [WHOLE_DAY] * queues),
        pairs=rows,
        lines=np.array(lines or [], np.int64),
        holds=np.array(holds or [], np.int32).reshape(-1, 2),
        site=np.zeros(len(staff[0]), np.int32),
        crew_group=np.arange(len(staff[0]), dtype=np.int32),
        staff=np.array(staff, np.int64),
    )


def calls(*rows: dict[str, int]) -> np.ndarray:
    """A trace from rows of {arrive, queue, talk, wrap, patience, again_after, redials, balks}, ms."""
    trace = np.zeros(len(rows), TRACE)
    trace["patience"] = NEVER
    for k, row in enumerate(rows):
        for name, value in row.items():
            trace[k][name] = value
    return trace[np.argsort(trace["arrive"], kind="stable")]


@dataclass
class Played:
    """What an engine made of a trace."""

    records: np.ndarray
    tally: Tally
    floor: Floor


def play(
    centre: Centre, trace: np.ndarray, engine: str, within: int = 20_000, calls_per_ms: float = 1.0
) -> Played:
    """Play a whole trace, cut into intervals as the product does.

    `calls_per_ms` changes the kernel's speed and no result: the default makes buckets so narrow that
    moments hang in them for rounds, which suits tests but not an uncompiled kernel.
    """
    width = centre.clock.width
    edges = np.searchsorted(trace["arrive"], np.arange(0, centre.clock.ends + 1, width))
    slices = (trace[a:b] for a, b in itertools.pairwise(edges))
    day = Day(centre, slices, engine, calls_per_ms=calls_per_ms)
    tallier = Tallier(centre, np.full(centre.queues, within), width)
    sheets: list[np.ndarray] = []
    count = tallier.take

    def take(rows: np.ndarray) -> None:
        sheets.append(rows.copy())
        count(rows)

    tallier.take = take  # type: ignore[method-assign]
    tally = day.play(tallier)
    return Played(np.concatenate(sheets) if sheets else np.zeros(0, RECORD), tally, day.engine.floor)


def same(a: Played, b: Played) -> None:
    """Both engines wrote the same records in the same order, and left the same floor."""
    np.testing.assert_array_equal(a.records, b.records)
    for name in ("calls", "longest", "waits", "work"):
        np.testing.assert_array_equal(getattr(a.tally, name), getattr(b.tally, name), err_msg=name)
    assert a.tally.cut_short == b.tally.cut_short
    for name in ("queues", "groups", "crews", "free_lines", "register"):
        if name != "register":
            np.testing.assert_array_equal(getattr(a.floor, name), getattr(b.floor, name), err_msg=name)


__all__ = ["HOUR", "NOBODY", "Played", "calls", "centre", "play", "same"]
