"""Calls that are known beforehand: those of a log one by one, or how many an interval has."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from callsim.sim.centre import Clock
from callsim.sim.jit import aside, rule
from callsim.sim.luck.demand import KNOWN, QueueDemand
from callsim.sim.luck.random import begin, exp, exponential, kept, lay_aside
from callsim.sim.luck.sampling import longer
from callsim.units import DAY_MS

BY_CHANCE = -1  # in `row`
TO_BE_SPREAD = -1  # in `first`


class Known(NamedTuple):
    """What is known of queues, as compiled code reads it."""

    row: np.ndarray  # int64 [queue]  its row below; BY_CHANCE: luck says how many call, and when
    many: np.ndarray  # int64 [row, interval of the run]  calls
    first: np.ndarray  # int64 [row, interval of the run]  the first in `calls`, or TO_BE_SPREAD
    calls: np.ndarray  # KNOWN [call]  queue after queue, each by time


def tabulate_known(queues: Sequence[QueueDemand], clock: Clock) -> Known:
    """What the demand of queues knows, as tables."""
    row = np.full(len(queues), BY_CHANCE)
    many: list[np.ndarray] = []
    first: list[np.ndarray] = []
    calls = [np.empty(0, KNOWN)]
    edges = np.arange(0, clock.last + 1, clock.width)
    before = 0
    for place, queue in enumerate(queues):
        if queue.replay is None and not queue.exact:
            continue
        row[place] = len(many)
        if queue.replay is None:
            many.append(np.concatenate([_of_interval(queue, clock, start) for start in edges[:-1]]))
            first.append(np.full(len(many[-1]), TO_BE_SPREAD))
        else:
            begins = np.searchsorted(queue.replay["arrive"], edges)
            many.append(np.diff(begins))
            first.append(before + begins[:-1])
            calls.append(queue.replay)
            before += len(queue.replay)
    nothing = np.empty((0, len(edges) - 1), np.int64)
    return Known(
        row,
        np.array(many, np.int64) if many else nothing,
        np.array(first, np.int64) if first else nothing,
        np.concatenate(calls),
    )


def _of_interval(queue: QueueDemand, clock: Clock, start: int) -> np.ndarray:
    """How many call in the interval that begins at `start` ms: int64 [1]."""
    of_day = (int(start) - clock.opens) % DAY_MS
    ends = np.searchsorted(queue.times, [of_day, of_day + clock.width])
    until = queue.expected[queue.pattern[clock.day(int(start)) - clock.day(0)]]
    many: np.ndarray = np.rint(np.diff(until[ends])).astype(np.int64)
    return many


@aside
def come(known, row, number, start, slice_, root, name, keys, calls, flow, further):  # type: ignore[no-untyped-def]
    """Writes the keys of known calls of a slice behind the first `calls` keys.

    Returns how many keys there are then, or -1 if there is no room. `number`: interval of the run, from
    `start` ms; `slice_`: ms since then of its begin and end, and the interval's width; `root`, `name`: of the
    luck of arrivals; `flow`, `further`: FLOW, see Desk.
    """
    begins, ends, width = slice_
    many, first = known.many[row, number], known.first[row, number]
    gap, stream = 0.0, begin(root, name)
    taken = 0
    if begins > 0:
        gap, stream, taken = flow["gap"], kept(flow["stream"]), flow["calls"]
    elif many > 0 and first < 0:
        gap, stream = _next_of(many, gap, stream)
    while taken < many:
        if first >= 0:
            time = known.calls[first + taken]["arrive"] - start
        else:
            time = min(np.int64((1 - exp(-gap)) * width), width - 1)
        if time >= ends:
            break
        if calls == len(keys):
            return -1
        keys[calls] = (time - begins) << 32 | calls
        calls, taken = calls + 1, taken + 1
        if first < 0 and taken < many:
            gap, stream = _next_of(many - taken, gap, stream)
    further["piece"], further["gap"], further["calls"] = 0, gap, taken
    lay_aside(stream, further["stream"])
    return calls


@rule
def _next_of(left, gap, stream):  # type: ignore[no-untyped-def]
    """Draws the smallest of `left` numbers that are uniform between the last one and 1; returns it and the
    stream.

    Numbers are told as gaps, x = 1 - exp(-gap): the gap of the smallest of n uniform numbers is exponential
    with mean 1 / n (Devroye 1986, Non-Uniform Random Variate Generation, V.3).
    """
    e, stream = exponential(stream)
    return gap + e / left, stream


@aside
def remember(known, place, rows, sampler, numbers, of_day, root, name):  # type: ignore[no-untyped-def]
    """Replaces what was drawn for calls by what a log tells of them.

    `place`: of the queue in `known`, the interval of the run, and how many of its calls came before `rows`:
    TRACE [call]; the others: of their patience.
    """
    row, number, before = place
    first = known.first[row, number]
    if first < 0:
        return
    for k in range(len(rows)):
        call = known.calls[first + before + k]
        if call["talk"] >= 0:
            rows[k]["talk"] = call["talk"]
        if call["wrap"] >= 0:
            rows[k]["wrap"] = call["wrap"]
        rows[k]["redials"] = 0
        waited = call["waited"]
        if call["patience"] >= 0:
            rows[k]["patience"] = call["patience"]
            rows[k]["balks"] = 0
        elif waited > 0:
            # The caller waited so long without hanging up: a shorter patience would contradict the log.
            rows[k]["balks"] = 0
            if rows[k]["patience"] <= waited:
                rows[k]["patience"] = longer(sampler, numbers, of_day, waited, before + k, root, name)
