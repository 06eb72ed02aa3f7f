"""Draws the luck of a run, interval by interval, before any engine sees it.

Every number comes from a stream of its own, named by seed, run, queue, purpose, day and interval of
that day: plans with one seed and one grid of intervals meet the same calls, whatever else differs
between them. An interval is drawn in compiled code, all queues at once, on any machine alike.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import SeedSequence
from scipy.special import gammaincinv

from .centre import DAY, NEVER
from .demand import CONSTANT, Busyness, Demand, QueueDemand, Sampler
from .jit import aside, rule
from .random import WORDS, begin, exponential, gamma, uniform
from .sampling import fill, settle, tabulate
from .trace import DIGIT, TRACE, in_order

# What a stream is for; part of its name, so the order may only grow.
ARRIVALS, TALK, WRAP, PATIENCE, BALK, REDIAL, AGAIN_AFTER, INTERVAL, DAY_BUSYNESS = range(9)
PURPOSES = 9

MOST_REDIALS = 250  # of a caller; the trace has 8 bits for them
MOST_WARM_UP = 400  # days; a stream is named by its day counted from day 1, whatever the warm-up

# The columns of a trace that samplers fill, what for, and where they stand in a row of 32-bit numbers.
FILLED = {"talk": TALK, "wrap": WRAP, "patience": PATIENCE, "again_after": AGAIN_AFTER}
_FOR = tuple(FILLED.values())
_PLACE = tuple(TRACE.fields[name][1] // 4 for name in FILLED)  # type: ignore[index]

HABITS = np.dtype(
    [
        ("balk", np.float64),  # share of callers
        ("again", np.float64),  # times an exponential of mean 1, rounded down: how often a caller redials …
        ("most", np.float64),  # … at most
        ("swing", np.float64),  # cv^-2 of the busyness of an interval; 0 where there is none
        ("correlation", np.float64),  # of that busyness with the next interval's
    ]
)
ALWAYS = 1e300  # "again" of those who dial as often as they may


class Pieces(NamedTuple):
    """Stretches of a constant rate, queue after queue, each by time; every interval begins one."""

    first: np.ndarray  # int64 [queue, interval of day and one more]  where the interval's pieces begin
    begin: np.ndarray  # float64 [piece] ms since the interval began
    length: np.ndarray  # float64 [piece] ms


def draw(
    demand: Demand, seed: int, run: int, instead: Mapping[int, int] | None = None
) -> Iterator[np.ndarray]:
    """The trace of each interval of a run, warm-up first: TRACE [call], by time of arrival.

    Calls that arrive in the same millisecond come in the order of their queues. For the purposes
    in `instead` the luck is that of the run it names.
    """
    runs = [(instead or {}).get(purpose, run) for purpose in range(PURPOSES)]
    luck = _Luck(demand, seed, runs)
    for start in range(0, demand.clock.ends, demand.clock.width):
        # Without the compiler NumPy would warn of words that lose their highest bits, as they should.
        with np.errstate(over="ignore", divide="ignore"):
            trace = luck.of_interval(start)
        yield trace


class _Luck:
    """Draws one interval after another; what it draws into is used again and again."""

    def __init__(self, demand: Demand, seed: int, runs: Sequence[int]):
        queues = demand.queues
        self.queues, self.clock = queues, demand.clock
        self.roots = _roots(queues, seed, runs)
        self.samplers = tabulate([_brought(queue) for queue in queues])
        self.habits = np.array([_habits(queue) for queue in queues], HABITS)
        self.pieces = _pieces(demand)
        # To a millionth of a call, so that the last bits of a sum decide nothing.
        self.rises = [np.diff(np.round(queue.expected, 6), axis=1) for queue in queues]
        self.day: int | None = None  # the one that is
        self.expected = np.empty(0)  # float64 [piece]  calls on average, on a day as busy as this one
        self.busy = np.zeros(len(queues))  # of the interval before; 0: there was none
        self.ends = np.zeros(len(queues), np.int64)  # [queue]  the row after its last
        self.counts = np.empty(1 << DIGIT, np.int64)
        self._make_room(1 << 10)

    def _make_room(self, calls: int) -> None:
        self.keys, self.spare = np.empty((2, calls), np.int64)
        self.rows = np.empty(calls, TRACE)
        self.columns = self.rows.view(np.int32).reshape(calls, -1)

    def of_interval(self, start: int) -> np.ndarray:
        """TRACE [call] of the interval that begins at `start` ms of the run."""
        day, of_day = self.clock.day(start), self.clock.interval_of_day(start)
        if day != self.day:
            self.day, self.expected = day, self._expected(day)
        name, width = _name(day, of_day), self.clock.width
        busy = np.empty_like(self.busy)
        while True:
            before = self.busy, self.habits
            calls = arrive(
                self.roots,
                name,
                of_day,
                self.pieces,
                self.expected,
                *before,
                busy,
                width,
                self.keys,
                self.ends,
            )
            if calls >= 0:
                break
            self._make_room(2 * len(self.keys))
        self.busy = busy
        bring(self.roots, name, of_day, self.ends, self.samplers, self.habits, self.rows, self.columns)
        trace = np.empty(calls, TRACE)
        in_order(self.rows, self.keys[:calls], self.spare, self.counts, start, width, trace)
        return trace

    def _expected(self, day: int) -> np.ndarray:
        """Calls that each piece of a day brings on average, its busyness known: float64 [piece]."""
        number = day - self.clock.day(0)
        levels = np.empty(len(self.queues))
        uniforms(self.roots[:, DAY_BUSYNESS], _name(day, 0), levels)
        return np.concatenate(
            [
                rise[queue.pattern[number]] * (queue.times_day[number] * _day_busyness(queue.busyness, level))
                for rise, queue, level in zip(self.rises, self.queues, levels.tolist(), strict=True)
            ]
        )


# Names of streams.


def _roots(queues: Sequence[QueueDemand], seed: int, runs: Sequence[int]) -> np.ndarray:
    """What streams begin with: uint64 [queue, purpose, WORDS]. `runs`: whose luck, by purpose."""
    roots = np.empty((len(queues), PURPOSES, WORDS), np.uint64)
    for own, queue in zip(roots, queues, strict=True):
        words = {run: _words(seed, run, queue.key) for run in set(runs)}
        for purpose, run in enumerate(runs):
            own[purpose] = words[run][purpose]
        if queue.busyness.day_key != queue.key:
            own[DAY_BUSYNESS] = _words(seed, runs[DAY_BUSYNESS], queue.busyness.day_key)[DAY_BUSYNESS]
    return roots


def _words(seed: int, run: int, key: int) -> np.ndarray:
    words = SeedSequence(seed, spawn_key=(run, key)).generate_state(PURPOSES * WORDS, np.uint64)
    return words.reshape(PURPOSES, WORDS)


def _name(day: int, of_day: int) -> np.uint64:
    """An interval's part of the names, below 2^32: the rest names calls."""
    return np.uint64((MOST_WARM_UP + day) << 17 | of_day)


# Demand as compiled code reads it.


def _brought(queue: QueueDemand) -> tuple[Sampler, ...]:
    """What fills the columns."""
    nothing, for_ever = (Sampler(CONSTANT, np.array([float(ms)])) for ms in (0, NEVER))
    again_after = queue.redial.after if queue.redial else nothing
    return queue.talk, queue.wrap or nothing, queue.patience or for_ever, again_after


def _habits(queue: QueueDemand) -> tuple[float, ...]:
    redial, busyness = queue.redial, queue.busyness
    again = most = 0.0
    if redial is not None and redial.probability > 0:
        # An exponential passes k times -log(p) with probability p to the k.
        again = settle(-1 / math.log(redial.probability)) if redial.probability < 1 else ALWAYS
        most = redial.at_most
    swing = busyness.interval_cv**-2 if busyness.interval_cv > 0 else 0.0
    return queue.balk, again, most, swing, busyness.correlation


def _pieces(demand: Demand) -> Pieces:
    edges = np.arange(0, DAY + 1, demand.clock.width)
    first, begin, length = [], [], []
    before = 0
    for queue in demand.queues:
        first.append(before + np.searchsorted(queue.times, edges))
        begin.append(queue.times[:-1] % demand.clock.width)
        length.append(np.diff(queue.times))
        before += len(length[-1])
    return Pieces(np.array(first), np.concatenate(begin), np.concatenate(length))


# Busyness.


def _day_busyness(busyness: Busyness, level: float) -> float:
    """Gamma by inversion, so that queues of different cv share a level between 0 and 1."""
    if busyness.day_cv == 0:
        return 1.0
    k = busyness.day_cv**-2
    return settle(float(gammaincinv(k, level)) / k)


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


# Calls.


@rule
def arrive(  # type: ignore[no-untyped-def]
    roots, name, of_day, pieces, expected, before, habits, busy, width, keys, ends
):
    """Let calls of all queues arrive in an interval: how many, or -1 if there are more than keys.

    Writes `time << 32 | row` into the keys, queue after queue, each by time (ms since the interval
    began); into `ends` where each queue's calls end, and into `busy` how busy it is, having been
    `before` in the interval before.
    """
    calls = 0
    for queue in range(len(roots)):
        swing, correlation = habits[queue]["swing"], habits[queue]["correlation"]
        luck = begin(roots[queue, INTERVAL], name)
        busy[queue] = interval_busyness(swing, correlation, before[queue], luck)
        # A Poisson process of rate 1 along the calls expected so far: a busier day only brings later points.
        gap, stream = exponential(begin(roots[queue, ARRIVALS], name))
        for piece in range(pieces.first[queue, of_day], pieces.first[queue, of_day + 1]):
            coming = expected[piece] * busy[queue]
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
        ends[queue] = calls
    return calls


@rule
def bring(roots, name, of_day, ends, samplers, habits, rows, columns):  # type: ignore[no-untyped-def]
    """Write into the rows of each queue's calls what they bring. `columns`: the rows as int32 [call, 8]."""
    start = 0
    for queue in range(len(roots)):
        end = ends[queue]
        if start == end:
            continue
        for column in range(len(_FOR)):
            root, sampler = roots[queue, _FOR[column]], samplers.rows[queue, column]
            fill(columns[start:end, _PLACE[column]], sampler, samplers.numbers, of_day, root, name)
        decide(rows[start:end], queue, habits[queue], roots[queue], name)
        start = end


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
