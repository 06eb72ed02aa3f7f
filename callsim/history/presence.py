"""When agents were logged in to queues and not paused: as logs tell it, and as seconds by interval."""

from __future__ import annotations

from collections.abc import Sequence

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


def stretches(
    times: np.ndarray,
    queues: np.ndarray,
    agents: np.ndarray,
    happened: np.ndarray,
    begins: float,
    ends: float,
) -> np.ndarray:
    """Returns every stretch in which an agent was logged in and not paused: PRESENCE [stretch].

    `times` (s), `queues`, `agents`, `happened`: [event], ascending by time. `begins`, `ends`: of the log. An
    agent whose first event is to log off or to pause was there when the log began, and so was one whose first
    event is to resume, paused. Who is not logged in can neither pause nor resume; logging in again changes
    nothing.
    """
    if not len(times):
        return np.empty(0, PRESENCE)
    order = np.lexsort((agents, queues))  # keeps the order of each agent's events at a queue
    times, queues, agents, happened = (one[order] for one in (times, queues, agents, happened))
    new = np.ones(len(order), bool)
    new[1:] = (queues[1:] != queues[:-1]) | (agents[1:] != agents[:-1])
    heads = np.flatnonzero(new)
    first = happened[heads]
    inside = _lasting(happened == IN, happened == OUT, heads, first != IN)
    was_inside = _before(inside, heads, first != IN)
    back = (happened == RESUME) | (happened == OUT) | ((happened == IN) & ~was_inside)
    paused = _lasting(happened == PAUSE, back, heads, first == RESUME)
    ready = inside & ~paused
    was_ready = _before(ready, heads, (first == OUT) | (first == PAUSE))
    last = np.append(heads[1:], len(order)) - 1
    # At each event a stretch may end, and then another one begin; the log's own ends stand around them.
    starts = np.concatenate([heads[was_ready[heads]], np.flatnonzero(ready & ~was_ready)])
    stops = np.concatenate([np.flatnonzero(was_ready & ~ready), last[ready[last]]])
    from_ = np.concatenate([np.full(was_ready[heads].sum(), begins), times[ready & ~was_ready]])
    to = np.concatenate([times[was_ready & ~ready], np.full(ready[last].sum(), ends)])
    from_ = from_[np.argsort(starts, kind="stable")]
    by_stop = np.argsort(stops, kind="stable")
    found = np.empty(len(stops), PRESENCE)
    found["queue"], found["agent"] = queues[stops[by_stop]], agents[stops[by_stop]]
    found["begins"], found["ends"] = _ms(from_), _ms(to[by_stop])
    return found


def _lasting(on: np.ndarray, off: np.ndarray, heads: np.ndarray, at_first: np.ndarray) -> np.ndarray:
    """bool [event]: what the last event that turns it on or off has left; `at_first` [head]: before any."""
    turned = on | off
    latest = np.maximum.accumulate(np.where(turned, np.arange(len(on)), -1))
    head = np.repeat(heads, np.diff(np.append(heads, len(on))))
    first = np.repeat(at_first, np.diff(np.append(heads, len(on))))
    return np.asarray(np.where(latest >= head, on[latest], first))


def _before(states: np.ndarray, heads: np.ndarray, at_first: np.ndarray) -> np.ndarray:
    """bool [event]: the state before each event."""
    found = np.empty_like(states)
    found[1:] = states[:-1]
    found[heads] = at_first
    return found


def _ms(seconds: np.ndarray) -> np.ndarray:
    return np.round(seconds * 1000).astype("datetime64[ms]")


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
