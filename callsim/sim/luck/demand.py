"""The demand of each queue: how many calls are expected when, and the distributions of what callers bring."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from callsim.sim.centre import Clock

MOST_REDIALS = 250  # redials of a caller at most; a trace has 8 bits for them


class Sampler(NamedTuple):
    """A distribution: a shape of mean 1, times a mean that may change over the day."""

    family: int
    mean: np.ndarray  # float64 [1, interval of day, or interval of the run from its first midnight on] ms
    shape: tuple[float, ...] = ()  # its numbers, see `callsim.distribution`
    at_most: float = np.inf  # ms; larger draws are drawn again

    def on(self, day: int, intervals: int) -> Sampler:
        """Returns the sampler with its means of one day of the run, 0 is the first. `intervals`: of a day."""
        if len(self.mean) <= intervals:
            return self
        return self._replace(mean=self.mean[day * intervals : (day + 1) * intervals])


class Redial(NamedTuple):
    """How often callers who were not served dial again: each time with `probability`, at most `at_most`
    times.
    """

    probability: float
    after: Sampler
    at_most: int


class Busyness(NamedTuple):
    """How much busier or quieter than expected days and intervals are: gamma with mean 1."""

    day_cv: float
    day_key: int  # queues with the same key have the same busyness of the day
    interval_cv: float
    correlation: float  # of the busyness of an interval with the next


class Uncertain(NamedTuple):
    """How far off what is written may be: cvs of factors of mean 1, gamma, each drawn once a run."""

    volume: float = 0.0  # of all calls
    aht: float = 0.0  # of talk and wrap
    patience: float = 0.0


KNOWN = np.dtype(
    [
        ("arrive", np.int64),  # ms since the run began
        ("talk", np.int32),  # ms; -1: to be drawn
        ("wrap", np.int32),  # ms; -1: to be drawn
        ("patience", np.int32),  # ms; -1: to be drawn …
        ("waited", np.int32),  # … among times that are longer than this, ms; -1: among all
    ]
)
"""A call of a log."""


class QueueDemand(NamedTuple):
    """The calls of one queue."""

    key: int  # names its random streams: made from the queue's name, not from its row
    times: np.ndarray  # float64 [edge] ms of the day, from 0 to DAY, with all edges of intervals in it
    expected: np.ndarray  # float64 [pattern, edge]  calls expected from midnight until the edge
    pattern: np.ndarray  # int64 [day, warm-up days included]  which pattern the day follows
    times_day: np.ndarray  # float64 [day]  factor of the day
    talk: Sampler
    wrap: Sampler | None
    patience: Sampler | None
    balk: float
    redial: Redial | None
    busyness: Busyness
    wraps_alike: bool = False  # the wrap of a call is drawn with its talk: longer where that is
    exact: bool = False  # exactly the expected number of calls comes
    replay: np.ndarray | None = None  # KNOWN [call] by time: these very calls
    uncertain: Uncertain = Uncertain()

    @property
    def swings(self) -> Busyness:
        """The busyness of the days of different runs: how well the volume is known is part of it."""
        of_day = math.hypot(self.busyness.day_cv, self.uncertain.volume)
        return self.busyness._replace(day_cv=of_day)

    @property
    def calls(self) -> float:
        """Expected first calls of the whole run."""
        return float(self.expected[self.pattern, -1] @ self.times_day)

    def on(self, day: int, intervals: int) -> QueueDemand:
        """Returns the demand with its means of one day of the run, 0 is the first. `intervals`: of a day."""
        return self._replace(
            talk=self.talk.on(day, intervals),
            wrap=self.wrap and self.wrap.on(day, intervals),
            patience=self.patience and self.patience.on(day, intervals),
        )


class Way(NamedTuple):
    """A way out of a menu."""

    share: float  # of those who go on
    key: int  # names what the client meets there
    to: int  # row of a queue; behind the queues, of a menu


class MenuDemand(NamedTuple):
    """The calls of one menu."""

    calls: QueueDemand  # who dials it; `talk` is the time in it
    abandon: float  # share of its calls that hang up in it
    contained: float  # share of its calls that it serves, on the mean …
    sd: float  # … and how far that is off in a run: standard deviation
    ways: tuple[Way, ...]
    passes: int  # the queue to which all calls go at once as if they had dialled it, or -1
    holds: bool = False  # whether its clients hold lines, see Centre.holds


class CampaignDemand(NamedTuple):
    """What the numbers of one campaign bring."""

    key: int  # names its luck
    reached: np.ndarray  # float64 [1, interval of day, or interval of the run]  share that picks up
    ring: Sampler
    talk: Sampler
    wrap: Sampler
    wrong_party: Sampler  # how long those talk who are not the right party
    patience: Sampler
    redial_after: Sampler
    per_ms: float = 0.001  # attempts a ms, about

    @property
    def samplers(self) -> tuple[Sampler, ...]:
        """Those of its times, in the order of the columns that campaigns.table names."""
        return self.ring, self.talk, self.wrap, self.wrong_party, self.patience, self.redial_after


SLICE_CALLS = 1 << 15
"""Calls of a slice in the busiest stretch. A call of 100,000 agents is drawn in 21 ns so, and in 28 ns where
whole intervals are drawn at once, which do not fit into the cache; slices of half or twice as many calls are
no faster."""


@dataclass(frozen=True, eq=False)  # compared by identity: `draw` keeps what it makes of each
class Demand:
    """All that is drawn in a run."""

    clock: Clock
    queues: tuple[QueueDemand, ...]
    follows: tuple[tuple[Sampler, Sampler], ...] = ()
    """Of each row of `Centre.follows`: how long until the next call, how long two agents talk together."""
    menus: tuple[MenuDemand, ...] = ()
    announces: bool = False
    """Whether the luck of later calls is read though none follows another: where calls are told how long they
    wait, or clients are followed, see Centre.follows_clients."""
    campaigns: tuple[CampaignDemand, ...] = ()

    @cached_property
    def dialled(self) -> Demand:
        """All that clients dial, menus behind the queues as if they were queues, too."""
        if not self.menus:
            return self
        return Demand(self.clock, (*self.queues, *(menu.calls for menu in self.menus)))

    @cached_property
    def calls_per_ms(self) -> float:
        """Expected calls per ms in the busiest stretch of any day, all queues at their peaks, and attempts of
        campaigns. Only speed depends on it.
        """
        return sum(
            float((np.diff(queue.expected, axis=1) / np.diff(queue.times)).max() * queue.times_day.max())
            for queue in self.dialled.queues
        ) + sum(one.per_ms for one in self.campaigns)

    @cached_property
    def slice_ms(self) -> int:
        """The length of a slice, the part of an interval that is drawn at once: ms. It fits the cache."""
        width = self.clock.width
        needed = max(math.ceil(self.calls_per_ms * width / SLICE_CALLS), 1)
        return width // next(parts for parts in range(min(needed, width), width + 1) if width % parts == 0)

    @cached_property
    def calls(self) -> float:
        """Expected first calls of the whole run."""
        return sum(queue.calls for queue in self.dialled.queues)
