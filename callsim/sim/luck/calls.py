"""How the calls of an interval arrive and what they bring: all queues at once, in compiled code."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.jit import aside, direct, rule
from callsim.sim.luck.known import BY_CHANCE, Known, come, remember
from callsim.sim.luck.random import LEFT, begin, exponential, gamma, kept, lay_aside, uniform
from callsim.sim.luck.sampling import Samplers, fill
from callsim.sim.luck.streams import (
    AGAIN_AFTER,
    ARRIVALS,
    BALK,
    INTERVAL,
    PATIENCE,
    PURPOSES,
    REDIAL,
    TALK,
    WRAP,
)
from callsim.sim.luck.trace import DIGIT, TRACE, in_order

# The columns of a trace that samplers fill, the purpose of each one's luck, and its place in a row of int32.
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
    """The demand of all queues as arrays, for compiled code."""

    samplers: Samplers
    habits: np.ndarray  # HABITS [queue]
    pieces: Pieces
    known: Known


FLOW = np.dtype(
    [
        ("piece", np.int64),  # of the interval's, in which the next call comes …
        ("gap", np.float64),  # … calls on average since that piece began
        ("calls", np.int64),  # of the interval so far
        ("stream", np.uint64, LEFT),
    ]
)


class Desk(NamedTuple):
    """The arrays in which calls are drawn, one slice of an interval after another."""

    keys: np.ndarray  # int64 [call]  ms since the slice began << 32 | row
    spare: np.ndarray  # int64 [call]  scratch
    counts: np.ndarray  # int64 [2^DIGIT]  scratch
    rows: np.ndarray  # TRACE [call], queue after queue
    columns: np.ndarray  # the same as int32 [call, number]
    ends: np.ndarray  # int64 [queue]  the row after its last
    before: np.ndarray  # float64 [queue]  how busy the interval before was; 0: there was none
    busy: np.ndarray  # float64 [queue]  how busy this one is
    flow: np.ndarray  # FLOW [queue]  where arrivals stand before this slice …
    further: np.ndarray  # FLOW [queue]  … and after it
    left: np.ndarray  # uint64 [queue, purpose, LEFT]  of the streams of what callers bring


def blank_desk(calls: int, queues: int) -> Desk:
    """Returns a desk for slices of up to `calls` calls, before the first interval."""
    keys, spare = np.empty((2, calls), np.int64)
    rows = np.zeros(calls, TRACE)  # nobody writes a path here
    columns = rows.view(np.int32).reshape(calls, -1)
    counts, ends = np.empty(1 << DIGIT, np.int64), np.zeros(queues, np.int64)
    before, busy = np.zeros((2, queues))
    flow, further = np.zeros((2, queues), FLOW)
    left = np.zeros((queues, PURPOSES, LEFT), np.uint64)
    return Desk(keys, spare, counts, rows, columns, ends, before, busy, flow, further, left)


def larger(desk: Desk) -> Desk:
    """Returns a desk for twice as many calls; the calls on the old one are not copied."""
    new = blank_desk(2 * len(desk.keys), len(desk.ends))
    return new._replace(
        **{name: getattr(desk, name) for name in ("before", "busy", "flow", "further", "left")}
    )


@rule
def uniforms(roots, name, drawn):  # type: ignore[no-untyped-def]
    """The first uniform of each root's stream. `roots`: uint64 [queue, WORDS], `drawn`: float64 [queue]."""
    for row in range(len(roots)):
        drawn[row], _ = uniform(begin(roots[row], name))


@aside
def interval_busyness(k, correlation, before, stream):  # type: ignore[no-untyped-def]
    """Returns an interval's busyness: gamma of mean 1 and shape k, correlated with the one before; 1 where k
    is 0.

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


@rule
def look_back(roots, tables, names, before):  # type: ignore[no-untyped-def]
    """Writes how busy the last of some intervals is to `before`, float64 [queue].

    They begin with the run's first, and nobody who calls in them is drawn. `roots`: uint64 [queue, purpose,
    WORDS]; `names`: uint64 [interval].
    """
    for queue in range(len(roots)):
        habits = tables.habits[queue]
        if habits["swing"] == 0 or habits["correlation"] == 0 or tables.known.row[queue] != BY_CHANCE:
            before[queue] = 1.0
            continue
        busy = 0.0
        for k in range(len(names)):
            luck = begin(roots[queue, INTERVAL], names[k])
            busy = interval_busyness(habits["swing"], habits["correlation"], busy, luck)
        before[queue] = busy


@direct
@rule
def arrive(roots, name, of_day, tables, expected, start, width, begins, ends, desk):  # type: ignore[no-untyped-def]
    """Draws the times at which calls of all queues arrive in a slice of an interval.

    Returns how many calls arrive, or -1 if the desk has room for fewer. Writes to the desk the keys of the
    calls, queue after queue, each by time; the row after each queue's last; and the queues' busyness.

    `roots`: uint64 [queue, purpose, WORDS]; `name`, `of_day`, `start`: which interval, the last in ms of the
    run; `width`: ms; `begins`, `ends`: of the slice, ms since the interval began; `expected`: float64
    [piece], calls on average on a day as busy as this one.
    """
    pieces, keys, known = tables.pieces, desk.keys, tables.known
    calls = 0
    for queue in range(len(roots)):
        flow, further = desk.flow[queue], desk.further[queue]
        if begins == 0:
            flow["calls"] = 0
        if known.row[queue] != BY_CHANCE:
            root, number = roots[queue, ARRIVALS], start // width
            slice_ = begins, ends, width
            calls = come(
                known, known.row[queue], number, start, slice_, root, name, keys, calls, flow, further
            )
            if calls < 0:
                return -1
            desk.busy[queue] = 1.0
            desk.ends[queue] = calls
            continue
        piece, last = pieces.first[queue, of_day], pieces.first[queue, of_day + 1]
        if begins == 0:
            habits = tables.habits[queue]
            luck = begin(roots[queue, INTERVAL], name)
            busy = interval_busyness(habits["swing"], habits["correlation"], desk.before[queue], luck)
            desk.busy[queue] = busy
            # A Poisson process of rate 1 over the number of calls expected so far: on a busier day the same
            # calls come earlier, and further ones after them.
            gap, stream = exponential(begin(roots[queue, ARRIVALS], name))
        else:
            busy, piece, gap, stream = desk.busy[queue], flow["piece"], flow["gap"], kept(flow["stream"])
        first = calls
        over = False
        while piece < last:
            coming = expected[piece] * busy
            per_call = pieces.length[piece] / coming
            while gap < coming:
                # Rounding may put a call at the very end of the interval.
                time = min(np.int64(pieces.begin[piece] + gap * per_call), width - 1)
                over = time >= ends
                if over:
                    break
                if calls == len(keys):
                    return -1
                keys[calls] = (time - begins) << 32 | calls
                calls += 1
                more, stream = exponential(stream)
                gap += more
            if over:
                break
            gap -= coming
            piece += 1
        further["piece"], further["gap"], further["calls"] = piece, gap, flow["calls"] + calls - first
        lay_aside(stream, further["stream"])
        desk.ends[queue] = calls
    return calls


@direct
@rule
def bring(roots, name, of_run, tables, start, length, width, desk, trace):  # type: ignore[no-untyped-def]
    """Draws what the calls that have arrived bring (talk, wrap, patience …), and writes them into a trace.

    `of_run`: which interval it is, counted from the run's first midnight; `start`: of the slice, ms of the
    run; `length`: of the slice, ms; `width`: of intervals, ms.
    """
    samplers, known = tables.samplers, tables.known
    begins = 0
    for queue in range(len(roots)):
        ends, before = desk.ends[queue], desk.flow[queue]["calls"]
        desk.before[queue] = desk.busy[queue]
        desk.flow[queue] = desk.further[queue]
        if begins == ends:
            continue
        left = desk.left[queue]
        for column in range(len(_FOR)):
            drawn, sampler = desk.columns[begins:ends, _PLACE[column]], samplers.rows[queue, column]
            root = roots[queue, _FOR[column]]
            fill(drawn, sampler, samplers.numbers, of_run, root, name, before, left[_FOR[column]])
        decide(desk.rows[begins:ends], queue, tables.habits[queue], roots[queue], name, before, left)
        if known.row[queue] != BY_CHANCE:
            sampler, root = samplers.rows[queue, _PATIENCE], roots[queue, PATIENCE]
            rows, place = desk.rows[begins:ends], (known.row[queue], start // width, before)
            remember(known, place, rows, sampler, samplers.numbers, of_run, root, name)
        begins = ends
    in_order(desk.rows, desk.keys[:begins], desk.spare, desk.counts, start, length, trace)


@aside
def decide(rows, queue, habits, roots, name, before, left):  # type: ignore[no-untyped-def]
    """Draws whether each caller balks, and how often each is willing to dial again. Arguments: see `fill`."""
    for k in range(len(rows)):
        rows[k]["queue"] = queue
        rows[k]["balks"] = 0
        rows[k]["redials"] = 0
    if habits["balk"] > 0:
        stream = kept(left[BALK]) if before else begin(roots[BALK], name)
        for k in range(len(rows)):
            u, stream = uniform(stream)
            rows[k]["balks"] = u < habits["balk"]
        lay_aside(stream, left[BALK])
    if habits["again"] > 0:
        stream = kept(left[REDIAL]) if before else begin(roots[REDIAL], name)
        for k in range(len(rows)):
            e, stream = exponential(stream)
            rows[k]["redials"] = np.uint8(min(e * habits["again"], habits["most"]))
        lay_aside(stream, left[REDIAL])
