"""How the calls of an interval arrive and what they bring: all queues at once, in compiled code."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.jit import aside, direct, rule
from callsim.sim.luck.known import BY_CHANCE, Known, come, remember
from callsim.sim.luck.random import begin, exponential, gamma, uniform
from callsim.sim.luck.sampling import Samplers, fill
from callsim.sim.luck.streams import AGAIN_AFTER, ARRIVALS, BALK, INTERVAL, PATIENCE, REDIAL, TALK, WRAP
from callsim.sim.luck.trace import DIGIT, TRACE, in_order

# The columns of a trace that samplers fill, what for, and where they stand in a row of 32-bit numbers.
FILLED = {"talk": TALK, "wrap": WRAP, "patience": PATIENCE, "again_after": AGAIN_AFTER}
_FOR = tuple(FILLED.values())
_PLACE = tuple(TRACE.fields[name][1] // 4 for name in FILLED)  # type: ignore[index]
_PATIENCE = _FOR.index(PATIENCE)

HABITS = np.dtype(
    [
        ("balk", np.float64),  # share of callers
        ("again", np.float64),  # times an exponential of mean 1, rounded down: how often a caller redials …
        ("most", np.float64),  # … at most
        ("swing", np.float64),  # cv^-2 of the busyness of an interval; 0 where there is none
        ("correlation", np.float64),  # of that busyness with the next interval's
    ]
)


class Pieces(NamedTuple):
    """Stretches of a constant rate, queue after queue, each by time; every interval begins one."""

    first: np.ndarray  # int64 [queue, interval of day and one more]  where the interval's pieces begin
    begin: np.ndarray  # float64 [piece] ms since the interval began
    length: np.ndarray  # float64 [piece] ms


class Tables(NamedTuple):
    """What demand says of the queues, as compiled code reads it."""

    samplers: Samplers
    habits: np.ndarray  # HABITS [queue]
    pieces: Pieces
    known: Known


class Desk(NamedTuple):
    """What intervals are drawn on, one after another."""

    keys: np.ndarray  # int64 [call]  ms since the interval began << 32 | row
    spare: np.ndarray  # int64 [call]  scratch
    counts: np.ndarray  # int64 [2^DIGIT]  scratch
    rows: np.ndarray  # TRACE [call], queue after queue
    columns: np.ndarray  # the same as int32 [call, number]
    ends: np.ndarray  # int64 [queue]  the row after its last
    before: np.ndarray  # float64 [queue]  how busy the interval before was; 0: there was none
    busy: np.ndarray  # float64 [queue]  how busy this one is


def blank_desk(calls: int, before: np.ndarray) -> Desk:
    """Room for `calls` calls of an interval; `before`: float64 [queue], the last busyness."""
    keys, spare = np.empty((2, calls), np.int64)
    rows = np.empty(calls, TRACE)
    columns = rows.view(np.int32).reshape(calls, -1)
    ends = np.zeros(len(before), np.int64)
    return Desk(keys, spare, np.empty(1 << DIGIT, np.int64), rows, columns, ends, before, before.copy())


@rule
def uniforms(roots, name, drawn):  # type: ignore[no-untyped-def]
    """The first uniform of each root's stream. `roots`: uint64 [queue, WORDS], `drawn`: float64 [queue]."""
    for row in range(len(roots)):
        drawn[row], _ = uniform(begin(roots[row], name))


@aside
def interval_busyness(k, correlation, before, stream):  # type: ignore[no-untyped-def]
    """Gamma of mean 1 and shape k with the wanted correlation to the interval before; 1 where k is 0.

    The beta-gamma autoregression of Lewis, McKenzie & Hugus (1989), Communications in
    Statistics: Stochastic Models 5(1), 1-30: exactly gamma at every step.
    """
    if k == 0:
        return 1.0
    kept, stream = gamma(k * correlation, stream)
    lost, stream = gamma(k * (1 - correlation), stream)
    new, stream = gamma(k * (1 - correlation), stream)
    if before == 0:
        before, stream = gamma(k, stream)
        before /= k
    return before * (kept / (kept + lost)) + new / k


@direct
@rule
def arrive(roots, name, of_day, tables, expected, start, width, desk):  # type: ignore[no-untyped-def]
    """Let calls of all queues arrive in an interval: how many, or -1 if there are more than keys.

    Writes keys, queue after queue, each by time, where each queue's calls end, and how busy it is.

    `roots`: uint64 [queue, purpose, WORDS]; `name`, `of_day`, `start`: which interval, the last in ms of the
    run; `width`: ms; `expected`: float64 [piece], calls on average on a day as busy as this one.
    """
    pieces, keys, known = tables.pieces, desk.keys, tables.known
    calls = 0
    for queue in range(len(roots)):
        if known.row[queue] != BY_CHANCE:
            root, number = roots[queue, ARRIVALS], start // width
            calls = come(known, known.row[queue], number, start, width, root, name, keys, calls)
            if calls < 0:
                return -1
            desk.busy[queue] = 1.0
            desk.ends[queue] = calls
            continue
        habits = tables.habits[queue]
        luck = begin(roots[queue, INTERVAL], name)
        busy = interval_busyness(habits["swing"], habits["correlation"], desk.before[queue], luck)
        desk.busy[queue] = busy
        # A Poisson process of rate 1 along the calls expected so far: a busier day only brings later points.
        gap, stream = exponential(begin(roots[queue, ARRIVALS], name))
        for piece in range(pieces.first[queue, of_day], pieces.first[queue, of_day + 1]):
            coming = expected[piece] * busy
            per_call = pieces.length[piece] / coming
            while gap < coming:
                if calls == len(keys):
                    return -1
                # Rounding may put a call at the very end of the interval.
                time = min(np.int64(pieces.begin[piece] + gap * per_call), width - 1)
                keys[calls] = time << 32 | calls
                calls += 1
                more, stream = exponential(stream)
                gap += more
            gap -= coming
        desk.ends[queue] = calls
    return calls


@direct
@rule
def bring(roots, name, of_day, tables, start, width, desk, trace):  # type: ignore[no-untyped-def]
    """Write the calls that have arrived, with all they bring, into a trace. `start`: ms, of the interval."""
    samplers, known = tables.samplers, tables.known
    begins = 0
    for queue in range(len(roots)):
        ends = desk.ends[queue]
        desk.before[queue] = desk.busy[queue]
        if begins == ends:
            continue
        for column in range(len(_FOR)):
            root, sampler = roots[queue, _FOR[column]], samplers.rows[queue, column]
            fill(desk.columns[begins:ends, _PLACE[column]], sampler, samplers.numbers, of_day, root, name)
        decide(desk.rows[begins:ends], queue, tables.habits[queue], roots[queue], name)
        if known.row[queue] != BY_CHANCE:
            sampler, root = samplers.rows[queue, _PATIENCE], roots[queue, PATIENCE]
            rows = desk.rows[begins:ends]
            row, number = known.row[queue], start // width
            remember(known, row, number, rows, sampler, samplers.numbers, of_day, root, name)
        begins = ends
    in_order(desk.rows, desk.keys[:begins], desk.spare, desk.counts, start, width, trace)


@aside
def decide(rows, queue, habits, roots, name):  # type: ignore[no-untyped-def]
    """Whether the callers of a queue balk, and how often they are willing to dial again."""
    for k in range(len(rows)):
        rows[k]["queue"] = queue
        rows[k]["balks"] = 0
        rows[k]["redials"] = 0
    if habits["balk"] > 0:
        stream = begin(roots[BALK], name)
        for k in range(len(rows)):
            u, stream = uniform(stream)
            rows[k]["balks"] = u < habits["balk"]
    if habits["again"] > 0:
        stream = begin(roots[REDIAL], name)
        for k in range(len(rows)):
            e, stream = exponential(stream)
            rows[k]["redials"] = np.uint8(min(e * habits["again"], habits["most"]))
