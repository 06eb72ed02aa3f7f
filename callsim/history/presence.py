"""When agents were logged in to queues and not paused: as logs tell it, and as seconds by interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

PRESENCE = np.dtype(
    [
        ("queue", np.int32),  # index in the table's queues
        ("agent", np.int64),  # whoever has one number is one agent; a number of our own
        ("begins", "datetime64[ms]"),
        ("ends", "datetime64[ms]"),
    ]
)
"""A stretch of time in which an agent was ready for calls of a queue, or had one."""

IN, OUT, PAUSE, RESUME = range(4)
"""What happened to an agent at a queue."""

Event = tuple[float, int, int, int]
"""Its time, the queue, the agent, and what happened."""


def stretches(events: Iterable[Event], begins: float, ends: float) -> Iterator[tuple[int, int, float, float]]:
    """Yields (queue, agent, from, to) of every stretch in which an agent was logged in and not paused.

    `events`: ascending by time. `begins`, `ends`: of the log. An agent whose first event is to log off or to
    pause was there when the log began, and so was one whose first event is to resume, paused.
    """
    since: dict[tuple[int, int], float | None] = {}  # None: logged in and paused; no entry: not logged in
    seen: set[tuple[int, int]] = set()
    for time, queue, agent, happened in events:
        who = queue, agent
        if who not in seen:
            seen.add(who)
            if happened in (OUT, PAUSE):
                since[who] = begins
            elif happened == RESUME:
                since[who] = None
        was_in, from_ = who in since, since.get(who)
        if from_ is not None and happened in (OUT, PAUSE):
            yield queue, agent, from_, time
        if happened == OUT:
            since.pop(who, None)
        elif happened == PAUSE and was_in:
            since[who] = None
        elif (happened == IN and not was_in) or (happened == RESUME and was_in and from_ is None):
            since[who] = time
    for (queue, agent), from_ in since.items():
        if from_ is not None:
            yield queue, agent, from_, ends


def staffed_s(presence: np.ndarray, queues: Sequence[int], starts: np.ndarray, width_ms: int) -> np.ndarray:
    """Returns the seconds that agents were there for any of some queues: float64 [interval].

    `presence`: PRESENCE [stretch]. `starts`: datetime64[ms] [interval]. An agent at two of the queues at once
    counts once.
    """
    mine = presence[np.isin(presence["queue"], queues)]
    begins, ends = _once(mine) if len(queues) > 1 else (mine["begins"], mine["ends"])
    edges = starts.astype("datetime64[ms]").astype(np.int64)
    total: np.ndarray = _since(begins, edges + width_ms) - _since(begins, edges)
    total -= _since(ends, edges + width_ms) - _since(ends, edges)
    return total / 1000


def _since(moments: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The ms from all moments before each edge until that edge, added up: float64 [edge]."""
    times = np.sort(moments.astype(np.int64))
    before = np.searchsorted(times, edges)
    sums = np.concatenate([[0], np.cumsum(times - (times[0] if len(times) else 0))])
    first = times[0] if len(times) else 0
    passed: np.ndarray = before * (edges - first) - sums[before]
    return passed.astype(float)


def _once(presence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Stretches of agents at any queue: those of one agent that overlap or touch are one."""
    rows = presence[np.lexsort((presence["begins"], presence["agent"]))]
    if not len(rows):
        return rows["begins"], rows["ends"]
    begins, ends = rows["begins"].astype(np.int64), rows["ends"].astype(np.int64)
    # Agents one after the other on one line of time, far apart, so that one running maximum serves all.
    far = (int(ends.max()) - int(begins.min()) + 1) * np.unique(rows["agent"], return_inverse=True)[1]
    latest = np.maximum.accumulate(ends + far)
    new = np.concatenate([[True], begins[1:] + far[1:] > latest[:-1]])
    first = np.flatnonzero(new)
    last = np.concatenate([first[1:], [len(rows)]]) - 1
    return rows["begins"][first], (latest[last] - far[last]).astype("datetime64[ms]")
