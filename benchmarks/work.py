"""The work all simulators share: one queue, n agents, an hour from empty, and everyone's call to its end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from callsim.distribution import EXPONENTIAL
from callsim.sim.centre import PACE_ONE, PAIR, Centre, Clock
from callsim.sim.luck.demand import Busyness, Demand, QueueDemand, Sampler
from callsim.sim.luck.draw import draw
from callsim.units import DAY_MS

HOUR = 3_600_000  # ms
TALK, PATIENCE = 300_000, 120_000  # ms; exponential means
HELPS_AFTER = 60_000  # ms
LOADS = (1.15, 1.0, 0.85)  # times the load, queue by queue
WITHIN = 20_000  # ms
SEED = 2017


class Answer(NamedTuple):
    """What a simulator found, to be held against the others before anybody's time counts."""

    calls: int
    abandoned: int
    waited: float  # ms, of all calls

    @property
    def abandoned_share(self) -> float:
        return self.abandoned / self.calls

    @property
    def mean_wait_s(self) -> float:
        return self.waited / self.calls / 1000


class Work:
    """n agents at a load (offered work ÷ agents), for an hour or a part of it; callsim draws its calls."""

    def __init__(self, agents: int, load: float, minutes: float = 60, interval: int = 30):
        self.agents, self.load, self.minutes = agents, load, minutes
        width = round(min(interval, minutes) * 60_000)
        self.clock = Clock(width, 0, round(minutes * 60_000))

    @property
    def rate(self) -> float:
        """Calls per ms."""
        return self.agents * self.load / TALK

    within = np.full(1, WITHIN)  # int64 [queue] ms

    @property
    def centre(self) -> Centre:
        pairs = np.zeros(1, PAIR)
        pairs["rank"], pairs["pace"] = 1, PACE_ONE
        return Centre(
            clock=self.clock,
            priority=np.ones(1, np.int32),
            disconnects=np.zeros(1, bool),
            open=(((0, DAY_MS),),),
            pairs=pairs,
            lines=np.zeros(0, np.int64),
            holds=np.zeros((0, 2), np.int32),
            site=np.zeros(1, np.int32),
            crew_group=np.zeros(1, np.int32),
            staff=np.full((DAY_MS // self.clock.width, 1), self.agents),
        )

    @property
    def demand(self) -> Demand:
        return Demand(self.clock, (self._queue(1, self.rate),))

    def _queue(self, key: int, rate: float) -> QueueDemand:
        """`rate`: calls per ms."""
        times = np.arange(0.0, DAY_MS + 1, self.clock.width)
        return QueueDemand(
            key=key,
            times=times,
            expected=(times * rate)[None],
            pattern=np.zeros(1, np.int64),
            times_day=np.ones(1),
            talk=Sampler(EXPONENTIAL, np.array([float(TALK)])),
            wrap=None,
            patience=Sampler(EXPONENTIAL, np.array([float(PATIENCE)])),
            balk=0.0,
            redial=None,
            busyness=Busyness(0, 0, 0, 0),
        )

    @cached_property
    def calls(self) -> np.ndarray:
        """TRACE [call] of run 0: the luck handed to every rival that takes it."""
        return np.concatenate(list(draw(self.demand, SEED, 0)))

    @cached_property
    def columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same as arrays of their own: arrive int64, talk int32, patience int32; [call] ms."""
        return tuple(np.ascontiguousarray(self.calls[name]) for name in ("arrive", "talk", "patience"))

    @cached_property
    def lists(self) -> tuple[list[int], list[int], list[int]]:
        """The same as lists, for those that work call by call in Python."""
        return tuple(column.tolist() for column in self.columns)


class ThreeQueues(Work):
    """Three queues and groups, each a third of the agents; a group helps the others after a minute."""

    within = np.full(3, WITHIN)

    @property
    def each(self) -> list[int]:
        """Agents of each group."""
        return [self.agents // 3 + (k < self.agents % 3) for k in range(3)]

    @property
    def centre(self) -> Centre:
        pairs = np.zeros(9, PAIR)
        pairs["queue"], pairs["group"] = np.divmod(np.arange(9), 3)
        own = pairs["queue"] == pairs["group"]
        pairs["rank"], pairs["after"], pairs["pace"] = (
            np.where(own, 1, 2),
            np.where(own, 0, HELPS_AFTER),
            PACE_ONE,
        )
        return super().centre._replace(
            priority=np.ones(3, np.int32),
            disconnects=np.zeros(3, bool),
            open=(((0, DAY_MS),),) * 3,
            pairs=pairs,
            site=np.zeros(3, np.int32),
            crew_group=np.arange(3, dtype=np.int32),
            staff=np.tile(self.each, (DAY_MS // self.clock.width, 1)),
        )

    @property
    def demand(self) -> Demand:
        return Demand(
            self.clock, tuple(self._queue(1 + k, self.rate / 3 * times) for k, times in enumerate(LOADS))
        )

    def calls_of(self, run: int) -> np.ndarray:
        """TRACE [call] of a run."""
        if run not in self._kept:
            self._kept = {run: np.concatenate(list(draw(self.demand, SEED, run)))}
        return self._kept[run]

    def lists_of(self, run: int) -> Iterator[tuple[int, int, int, int]]:
        """The same for those that work call by call: (arrive, talk, patience, queue)."""
        calls = self.calls_of(run)
        return zip(*(calls[name].tolist() for name in ("arrive", "talk", "patience", "queue")), strict=True)

    @cached_property
    def _kept(self) -> dict[int, np.ndarray]:
        return {}
