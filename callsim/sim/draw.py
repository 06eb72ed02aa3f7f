"""Draws the luck of a run, interval by interval, before any engine sees it.

Every number comes from a stream of its own, named by seed, run, queue, purpose, day and interval of
that day: plans with one seed and one grid of intervals meet the same calls, whatever else differs
between them.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.random import SeedSequence
from scipy.special import gammaincinv

from .centre import DAY
from .demand import Busyness, Demand, QueueDemand
from .jit import aside, rule
from .random import WORDS, begin, exponential, gamma, uniform
from .sampling import fill, settle, tabulate
from .trace import DIGIT, TRACE, in_order

# What a stream is for; part of its name, so the order may only grow.
ARRIVALS, TALK, WRAP, PATIENCE, BALK, REDIAL, AGAIN_AFTER, INTERVAL, DAY_BUSYNESS = range(9)
PURPOSES = 9
FILLED = (TALK, WRAP, PATIENCE, AGAIN_AFTER)  # the purposes of COLUMNS

FIRST_COLUMN = TRACE.fields["talk"][1] // 4  # type: ignore[index]
ALWAYS = 1e300
MOST_REDIALS = 250  # of a caller; the trace has 8 bits for them
MOST_WARM_UP = 400  # days; a stream is named by its day counted from day 1, whatever the warm-up


def draw(demand: Demand, seed: int, run: int, instead: Mapping[int, int] | None = None) -> Iterator[np.ndarray]:
    """The trace of each interval of a run, warm-up first: TRACE [call], by time of arrival.

    Calls that arrive in the same millisecond come in the order of their queues. `instead` says for
    which purposes the luck of another run is taken.
    """
    runs = [run] * PURPOSES
    for purpose, other in (instead or {}).items():
        runs[purpose] = other
    clock = demand.clock
    luck = _Luck(demand, seed, runs)
    for start in range(0, clock.ends, clock.width):
        # Without the compiler, NumPy warns of words that lose their highest bits, as they should.
        with np.errstate(over="ignore"):
            trace = luck.of_interval(start)
        yield trace


HABITS = np.dtype(
    [
        ("balk", np.float64),  # share of callers
        ("again", np.float64),  # an exponential of mean 1 times this, rounded down, is a caller's redials …
        ("most", np.float64),  # … but no more than these
        ("swing", np.float64),  # shape of the busyness of an interval: cv^-2, or 0 where there is none
        ("correlation", np.float64),  # of that busyness with the next interval's
    ]
)


class Pieces(NamedTuple):
    """Stretches of a constant rate, queue after queue, each by time; every interval begins one."""

    first: np.ndarray  # int64 [queue, interval of day and one more]  where the interval's pieces begin
    begin: np.ndarray  # float64 [piece] ms since the interval began
    length: np.ndarray  # float64 [piece] ms


class _Luck:
    """Draws interval after interval; what it draws into is used again and again."""

    def __init__(self, demand: Demand, seed: int, runs: list[int]):
        self.demand, self.clock = demand, demand.clock
        self.roots = _roots(demand.queues, seed, runs)
        self.samplers = tabulate(demand.queues)
        self.habits = np.array([_habits(queue) for queue in demand.queues], HABITS)
        self.pieces = _pieces(demand)
        # To a millionth of a call, so that no mathematics library has a say.
        self.rises = [np.diff(np.round(queue.expected, 6), axis=1) for queue in demand.queues]
        self.day: int | None = None  # the one that `expected` is about
        self.expected = np.empty(0)  # float64 [piece] calls
        self.busy = np.zeros(len(demand.queues))  # of the interval before; 0: there was none
        self.ends = np.zeros(len(demand.queues), np.int64)  # [queue] rows before this belong to it or others before
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
        name = _name(day, of_day)
        busy = np.empty_like(self.busy)
        while True:
            calls = arrive(
                self.roots,
                name,
                of_day,
                self.pieces,
                self.expected,
                self.habits,
                self.busy,
                busy,
                self.clock.width,
                self.keys,
                self.ends,
            )
            if calls >= 0:
                break
            self._make_room(2 * len(self.keys))
        self.busy = busy
        bring(self.roots, name, of_day, self.ends, self.samplers, self.habits, self.rows, self.columns)
        trace = np.empty(calls, TRACE)
        in_order(self.rows, self.keys[:calls], self.spare, self.counts, start, self.clock.width, trace)
        return trace

    def _expected(self, day: int) -> np.ndarray:
        """Calls that each piece of a day brings on average, on a day as busy as this: float64 [piece]."""
        number = day - self.clock.day(0)
        levels = np.zeros(len(self.rises))
        uniforms(self.roots[:, DAY_BUSYNESS], _name(day, 0), levels)
        return np.concatenate(
            [
                rise[queue.pattern[number]] * (queue.times_day[number] * _busyness(queue.busyness, level))
                for rise, queue, level in zip(self.rises, self.demand.queues, levels.tolist(), strict=True)
            ]
        )


def _roots(queues: tuple[QueueDemand, ...], seed: int, runs: list[int]) -> np.ndarray:
    """What streams begin with: uint64 [queue, purpose, WORDS]. `runs`: [purpose]."""
    roots = np.zeros((len(queues), PURPOSES, WORDS), np.uint64)
    for own, queue in zip(roots, queues, strict=True):
        for run in set(runs):
            mine = [purpose for purpose in range(PURPOSES) if runs[purpose] == run]
            own[mine] = _words(seed, run, queue.key)[mine]
        own[DAY_BUSYNESS] = _words(seed, runs[DAY_BUSYNESS], queue.busyness.day_key)[DAY_BUSYNESS]
    return roots


def _words(seed: int, run: int, key: int) -> np.ndarray:
    words = SeedSequence(seed, spawn_key=(run, key)).generate_state(PURPOSES * WORDS, np.uint64)
    return words.reshape(PURPOSES, WORDS)


def _name(day: int, of_day: int) -> np.uint64:
    """Of an interval, for its streams."""
    return np.uint64((MOST_WARM_UP + day) << 20 | of_day)


def _habits(queue: QueueDemand) -> tuple[float, ...]:
    redial, busyness = queue.redial, queue.busyness
    again = most = 0.0
    if redial is not None and redial.probability > 0:
        most = redial.at_most
        # It passes k times -log(p) with probability p to the k.
        again = ALWAYS if redial.probability >= 1 else settle(-1 / math.log(redial.probability))
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


def _busyness(busyness: Busyness, level: float) -> float:
    """Of a day: gamma by inversion, so that queues of different cv share a level of 0 to 1."""
    if busyness.day_cv == 0:
        return 1.0
    k = busyness.day_cv**-2
    return settle(float(gammaincinv(k, level)) / k)


@rule
def uniforms(roots, name, drawn):  # type: ignore[no-untyped-def]
    """A first uniform of each root's stream: float64 [root]."""
    for row in range(len(roots)):
        drawn[row], _ = uniform(begin(roots[row], name))


@rule
def arrive(roots, name, of_day, pieces, expected, habits, before, busy, width, keys, ends):  # type: ignore[no-untyped-def]
    """Let calls of all queues arrive in an interval: how many, or -1 if they are more than there are keys.

    Writes `time << 32 | row` into the keys, queue after queue, each by time (ms since the interval
    began); into `ends` where each queue's calls end, and into `busy` how busy it is, having been
    `before` in the interval before.
    """
    calls = 0
    for queue in range(len(roots)):
        busy[queue] = interval_busyness(
            habits[queue]["swing"], habits[queue]["correlation"], before[queue], begin(roots[queue, INTERVAL], name)
        )
        # A Poisson process of rate 1, along the calls expected so far.
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


@aside
def interval_busyness(k, correlation, before, stream):  # type: ignore[no-untyped-def]
    """Gamma of mean 1 and shape k with the wanted correlation to the one before; 1 where k is 0.

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
def bring(roots, name, of_day, ends, samplers, habits, rows, columns):  # type: ignore[no-untyped-def]
    """Write into the rows of each queue's calls what they bring. `columns`: the rows as int32 [call, 8]."""
    start = 0
    for queue in range(len(roots)):
        end = ends[queue]
        if start == end:
            continue
        for column in range(len(FILLED)):
            root, sampler = roots[queue, FILLED[column]], samplers.rows[queue, column]
            fill(columns[start:end, FIRST_COLUMN + column], sampler, samplers.numbers, of_day, root, name)
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
