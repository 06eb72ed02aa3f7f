"""Draws the luck of a run, slice by slice of its intervals, before any engine sees it.

Every number comes from a stream of its own, named by seed, run, queue, purpose, day and interval of
that day: plans with one seed and one grid of intervals meet the same calls, whatever else differs
between them. A slice is drawn in compiled code, all queues at once, on any machine alike; how long slices
are changes no number.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from scipy.special import gammaincinv

from callsim.distribution import CONSTANT
from callsim.sim.centre import NEVER, Clock
from callsim.sim.jit import words_wrap
from callsim.sim.luck.calls import (
    FILLED,
    HABITS,
    Pieces,
    Tables,
    arrive,
    blank_desk,
    bring,
    larger,
    look_back,
    uniforms,
)
from callsim.sim.luck.demand import Demand, QueueDemand, Sampler, Uncertain
from callsim.sim.luck.in_menus import MenuLuck
from callsim.sim.luck.known import tabulate_known
from callsim.sim.luck.later import Later
from callsim.sim.luck.menu_sums import MENU_COLUMNS
from callsim.sim.luck.menus import Exits, ways_of
from callsim.sim.luck.sampling import Samplers, lengthened, settle, tabulate
from callsim.sim.luck.streams import CONTAINED, DAY_BUSYNESS, LATER, PURPOSES, UNCERTAIN, name_of, roots_of
from callsim.sim.luck.trace import TRACE, blank_trace
from callsim.units import DAY_MS

CALLS = 1 << 10  # of a slice, for a start
VOLUME, AHT, PATIENCE = map(Uncertain._fields.index, ("volume", "aht", "patience"))
TALKED, WRAPPED, PATIENT = map(list(FILLED).index, ("talk", "wrap", "patience"))  # columns of samplers
NOTHING, FOR_EVER = (Sampler(CONSTANT, np.array([float(ms)])) for ms in (0, NEVER))
ALWAYS = 1e300  # HABITS' "again" of those who dial as often as they may


def draw(
    demand: Demand,
    seed: int,
    run: int,
    instead: Mapping[int, int] | None = None,
    in_menus: np.ndarray | None = None,
) -> Generator[np.ndarray, None, None]:
    """Yields the trace of each slice (see Demand) of a run, warm-up first: TRACE [call], by time of arrival.

    Calls that arrive in the same millisecond come in the order of their queues. `instead`: purpose → the run
    whose luck is taken for it. `in_menus`: int64 [cell, menu, MENU_COLUMNS], to which is added what happens
    in menus. Calls from menus may come in slices after the last interval.
    """
    if not demand.queues:  # only campaigns
        yield from (blank_trace(0) for _ in range(0, demand.clock.last, demand.slice_ms))
        return
    runs = [(instead or {}).get(purpose, run) for purpose in range(PURPOSES)]
    luck = _Luck(demand.dialled, seed, runs)
    exits = None if not demand.menus else _exits(demand, luck, in_menus)
    for start in range(0, demand.clock.last, demand.slice_ms):
        with words_wrap():
            trace = luck.of_slice(start, demand.slice_ms)
            if exits is not None:
                trace = exits.of(trace, start + demand.slice_ms)
        yield trace
    if exits is not None:
        with words_wrap():
            yield from exits.rest(demand.clock.last, demand.slice_ms)


def _exits(demand: Demand, luck: _Luck, in_menus: np.ndarray | None) -> Exits:
    sums = np.zeros((1, len(demand.menus), MENU_COLUMNS), np.int64) if in_menus is None else in_menus
    clock = demand.clock
    return Exits(
        demand.menus,
        [queue.wraps_alike for queue in demand.queues],
        clock,
        luck.roots,
        luck.tables.samplers,
        luck.tables.habits,
        sums,
    )


def later(demand: Demand, seed: int, run: int, instead: Mapping[int, int] | None = None) -> Later | None:
    """Returns the streams and tables for calls that follow others or are told a wait; None if none is.

    `instead`: see draw.
    """
    of_menus = any(menu.holds for menu in demand.menus)
    if not demand.follows and not demand.announces and not of_menus:
        return None
    runs = [(instead or {}).get(purpose, run) for purpose in range(PURPOSES)]
    known, roots = _known(demand), roots_of(demand.queues, seed, runs)
    habits = known.tables.habits
    return Later(
        np.ascontiguousarray(roots[:, LATER]),
        _samplers(demand, known, _off(demand.queues, roots)),
        np.array([0 if queue.wraps_alike else 1 for queue in demand.queues]),
        habits["balk"].copy(),
        np.stack([habits["again"], habits["most"]], axis=1),
        _of_menus(demand, seed, runs) if of_menus else None,
    )


def _of_menus(demand: Demand, seed: int, runs: Sequence[int]) -> MenuLuck:
    """What those meet in menus who find no line."""
    dialled, queues = demand.dialled, len(demand.queues)
    roots = roots_of(dialled.queues, seed, runs)
    alike = [queue.wraps_alike for queue in demand.queues]
    return MenuLuck(
        # The cell of each call is known by then.
        ways_of(demand.menus, alike, demand.clock, roots[queues:, CONTAINED], DAY_MS),
        np.array([queues]),
        np.ascontiguousarray(roots[:, LATER]),
        _samplers(dialled, _known(dialled), _off(dialled.queues, roots)),
    )


class _Luck:
    """Draws one slice after another."""

    def __init__(self, demand: Demand, seed: int, runs: Sequence[int]):
        self.queues, self.clock = demand.queues, demand.clock
        self.roots = roots_of(demand.queues, seed, runs)
        self.known = _known(demand)
        self.off = _off(demand.queues, self.roots)
        self.tables = self.known.tables._replace(samplers=_samplers(demand, self.known, self.off))
        self.desk = blank_desk(CALLS, len(demand.queues))
        if self.clock.before:
            look_back(self.roots, self.tables, _names_before(self.clock), self.desk.before)
        self.day: int | None = None  # the day whose luck has been drawn; 0 is day 1
        self.expected = np.empty(0)  # float64 [piece]  calls on average, on a day as busy as this one

    def of_slice(self, start: int, length: int) -> np.ndarray:
        """TRACE [call] of the `length` ms from `start` ms of the run, a part of an interval."""
        width = self.clock.width
        begins = start % width
        day, of_day = self.clock.day(start), self.clock.interval_of_day(start)
        if day != self.day:
            self.day, self.expected = day, self._expected(day)
        where = self.roots, name_of(day, of_day)
        slice_ = start - begins, width, begins, begins + length
        while (calls := arrive(*where, of_day, self.tables, self.expected, *slice_, self.desk)) < 0:
            self.desk = larger(self.desk)
        trace = np.empty(calls, TRACE)
        of_run = (day - self.clock.day(0)) * (DAY_MS // width) + of_day
        bring(*where, of_run, self.tables, start, length, width, self.desk, trace)
        return trace

    def _expected(self, day: int) -> np.ndarray:
        """Calls that each piece of a day brings on average, its busyness known: float64 [piece]."""
        number = day - self.clock.day(0)
        levels = np.empty(len(self.queues))
        uniforms(self.roots[:, DAY_BUSYNESS], name_of(day, 0), levels)
        times = _by_level(self.known.swing, levels)
        busy = zip(self.known.rises, self.queues, (times * self.off[:, VOLUME]).tolist(), strict=True)
        return np.concatenate(
            [rise[q.pattern[number]] * (q.times_day[number] * times) for rise, q, times in busy]
        )


def _names_before(clock: Clock) -> np.ndarray:
    """The names of the intervals of a run before a block of it: uint64 [interval]."""
    starts = np.arange(-clock.before, 0, clock.width)
    return np.array([name_of(clock.day(at), clock.interval_of_day(at)) for at in starts.tolist()], np.uint64)


class _Known(NamedTuple):
    """The demand as compiled code reads it, made once for all runs."""

    tables: Tables
    swing: np.ndarray  # float64 [queue]  cv^-2 of the busyness of a day; 0 where there is none
    rises: list[np.ndarray]  # float64 [pattern, piece] of each queue: calls a piece brings


_kept: WeakKeyDictionary[Demand, _Known] = WeakKeyDictionary()


def _known(demand: Demand) -> _Known:
    """Kept as long as the demand is."""
    if demand not in _kept:
        _kept[demand] = _ready(demand)
    return _kept[demand]


def _ready(demand: Demand) -> _Known:
    return _Known(
        Tables(
            tabulate([*map(_brought, demand.queues), *((*row, NOTHING, NOTHING) for row in demand.follows)]),
            np.array([_habits(queue) for queue in demand.queues], HABITS),
            _pieces(demand),
            tabulate_known(demand.queues, demand.clock),
        ),
        np.array([_swing(queue.busyness.day_cv) for queue in demand.queues]),
        # Rounded to a millionth of a call, so that the last bits of a sum change no result.
        [np.diff(np.round(queue.expected, 6), axis=1) for queue in demand.queues],
    )


def _brought(queue: QueueDemand) -> tuple[Sampler, ...]:
    """Returns the samplers of the columns FILLED, in their order."""
    again_after = queue.redial.after if queue.redial else NOTHING
    return queue.talk, queue.wrap or NOTHING, queue.patience or FOR_EVER, again_after


def _habits(queue: QueueDemand) -> tuple[float, ...]:
    redial, busyness = queue.redial, queue.busyness
    again = most = 0.0
    if redial is not None and redial.probability > 0:
        # An exponential passes k times -log(p) with probability p to the k.
        again = settle(-1 / math.log(redial.probability)) if redial.probability < 1 else ALWAYS
        most = redial.at_most
    return queue.balk, again, most, _swing(busyness.interval_cv), busyness.correlation


def _swing(cv: float) -> float:
    """The shape of a gamma with this cv; 0 where nothing swings."""
    return cv**-2 if cv > 0 else 0.0


def _pieces(demand: Demand) -> Pieces:
    edges = np.arange(0, DAY_MS + 1, demand.clock.width)
    first, begin, length = [], [], []
    before = 0
    for queue in demand.queues:
        first.append(before + np.searchsorted(queue.times, edges))
        begin.append(queue.times[:-1] % demand.clock.width)
        length.append(np.diff(queue.times))
        before += len(length[-1])
    return Pieces(np.array(first), *(np.concatenate(ms, dtype=np.float64) for ms in (begin, length)))


def _off(queues: Sequence[QueueDemand], roots: np.ndarray) -> np.ndarray:
    """How far off what is written is in this run: float64 [queue, what is uncertain], 1 where it is known."""
    swing = np.array([[_swing(cv) for cv in queue.uncertain] for queue in queues])
    off = np.ones(swing.shape)
    if swing.any():
        levels = np.empty(len(queues))
        for what in range(swing.shape[1]):
            uniforms(roots[:, UNCERTAIN], np.uint64(what), levels)
            off[:, what] = _by_level(swing[:, what], levels)
    return off


def _samplers(demand: Demand, known: _Known, off: np.ndarray) -> Samplers:
    """The samplers of a run, the very same where nothing is off."""
    samplers = known.tables.samplers
    if (off[:, AHT:] == 1).all():
        return samplers
    times = np.ones(samplers.rows.shape)
    times[: len(off), [TALKED, WRAPPED]] = off[:, AHT, None]
    times[: len(off), PATIENT] = off[:, PATIENCE]
    return lengthened(samplers, times)


def _by_level(swing: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Gamma of mean 1 by inversion, so that queues of different cv share a level between 0 and 1.

    `swing`: float64 [queue], cv^-2 or 0 where it is always 1. Returns float64 [queue].
    """
    times, swings = np.ones(len(levels)), swing > 0
    times[swings] = gammaincinv(swing[swings], levels[swings]) / swing[swings]
    return np.array([settle(busy) for busy in times.tolist()])
