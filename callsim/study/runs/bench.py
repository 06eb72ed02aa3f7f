"""How fast is this machine: one day of centres of the same shape, from 1,000 seats to 200,000."""

from __future__ import annotations

import math
import os
import platform
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np

from callsim.arrays import Ints, Rows
from callsim.distribution import EXPONENTIAL, LOGNORMAL
from callsim.results.schema import Mapped, mapped
from callsim.sim.centre import PACE_ONE, PAIR, Centre, Clock
from callsim.sim.count.tally import Tallier, Tally
from callsim.sim.engines.day import Day, play
from callsim.sim.luck.demand import Busyness, Demand, QueueDemand, Redial, Sampler
from callsim.sim.luck.draw import draw
from callsim.units import DAY_MS
from callsim.version import __version__

SEATS = (1_000, 10_000, 100_000, 200_000)
ENGINES = ("kernel", "reference")
FEASIBLE = 300_000  # calls that the reference plays in well under 20 s
PROGRAMME = 800  # agents of a programme at its busiest: a queue and its home group; a sister helps

INTERVAL = 1_800_000  # ms
TALK, WRAP, PATIENCE, AGAIN_AFTER = 158_000.0, 22_000.0, 150_000.0, 300_000.0  # ms, means
HELPS_AFTER = 60_000  # ms
WITHIN = 20_000  # ms
# Weight of each hour.
PROFILE = np.array([1.0, 0.6, 0.4, 0.3, 0.3, 0.4, 0.9, 2.1, 4.6, 7.4, 8.0, 7.0, 5.6, 5.3, 6.0, 6.5])
PROFILE = np.append(PROFILE, [6.6, 6.2, 5.6, 6.0, 6.4, 5.9, 4.3, 2.6])


@dataclass(frozen=True)
class Case:
    """One day at one size by one engine; ns of draw, play and tally are per call, one after another."""

    agents: int
    engine: str
    programmes: int
    calls: int
    calls_per_s: float  # all-in, the next slice drawn in a second thread as in a single run
    draw_ns: float
    play_ns: float
    tally_ns: float
    peak_mb: float  # of a process that does nothing else


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What figures were measured on; libraries with their versions."""

    processor: str
    cores: int | None
    system: str
    python: str
    callsim: str
    numpy: str
    numba: str
    simpy: str


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The result of `callsim bench`."""

    kind: Literal["bench"] = "bench"  # which result this is
    machine: Machine  # what it was measured on
    cases: Sequence[Case]  # what was measured

    def to_dict(self) -> Mapped:
        """The JSON of `callsim bench`."""
        return mapped(self)


def bench(
    seats: Sequence[int] = SEATS,
    engines: Sequence[str] = ENGINES,
    on_progress: Callable[[float, int, int], None] | None = None,
) -> Bench:
    """Measure each size with each engine, where feasible.

    Every case has a process of its own, so that its peak memory is its own.
    """
    wanted = feasible(seats, engines)
    cases = []
    for number, (size, engine) in enumerate(wanted):
        if on_progress is not None:
            on_progress(number / len(wanted), number, len(wanted))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            cases.append(pool.submit(measure, size, engine).result())
    if on_progress is not None:
        on_progress(1.0, len(wanted), len(wanted))
    return Bench(machine=machine(), cases=cases)


def feasible(seats: Sequence[int], engines: Sequence[str]) -> list[tuple[int, str]]:
    """The cases worth measuring: the reference does not play tens of millions of calls."""
    return [
        (size, engine)
        for size in seats
        for engine in engines
        if engine == "kernel" or Shape(size).demand.calls <= FEASIBLE
    ]


class Shape:
    """A centre of programmes in pairs: each queue has its home group, and the partner's helps after 60 s."""

    def __init__(self, seats: int, days: int = 1):
        pairs = max(round(seats / PROGRAMME / 2), 1)
        self.programmes = 2 * pairs
        self.clock = Clock(INTERVAL, 0, days * DAY_MS)
        intervals = DAY_MS // INTERVAL
        busy = np.repeat(PROFILE / PROFILE.max(), intervals // len(PROFILE))
        agents = np.full(self.programmes, seats // self.programmes)
        agents[: seats % self.programmes] += 1
        # As many calls as keep the peak's agents busy but for a margin of the square root of their work.
        work = ((np.sqrt(1 + 4 * agents) - 1) / 2) ** 2
        self.staff = np.ceil(np.outer(busy, work) + np.sqrt(np.outer(busy, work))).astype(np.int64)
        self.calls_per_interval = np.outer(busy, work) * INTERVAL / (TALK + WRAP)

    @property
    def centre(self) -> Centre:
        """The agents, their queues and which group helps which."""
        home = np.arange(self.programmes)
        pairs = np.zeros(2 * self.programmes, PAIR)
        pairs["queue"], pairs["group"] = np.tile(home, 2), np.concatenate([home, home ^ 1])
        pairs["rank"], pairs["after"] = (
            np.repeat([1, 2], self.programmes),
            np.repeat([0, HELPS_AFTER], self.programmes),
        )
        pairs["pace"] = PACE_ONE
        return Centre(
            clock=self.clock,
            priority=np.ones(self.programmes, np.int32),
            disconnects=np.zeros(self.programmes, bool),
            open=(((0, DAY_MS),),) * self.programmes,
            pairs=pairs,
            lines=np.zeros(0, np.int64),
            holds=np.zeros((0, 2), np.int32),
            site=np.zeros(self.programmes, np.int32),
            crew_group=home.astype(np.int32),
            staff=self.staff,
        )

    @property
    def demand(self) -> Demand:
        """Calls by a daily profile, with busier and quieter days and intervals, and redials."""
        sigma = math.sqrt(math.log(2))  # of a lognormal whose standard deviation is its mean
        days = self.clock.ends // DAY_MS
        return Demand(
            self.clock,
            tuple(
                QueueDemand(
                    key=1 + row,
                    times=np.arange(0.0, DAY_MS + 1, INTERVAL),
                    expected=np.concatenate([[0.0], np.cumsum(calls)])[None],
                    pattern=np.zeros(days, np.int64),
                    times_day=np.ones(days),
                    talk=Sampler(LOGNORMAL, np.array([TALK]), (sigma,)),
                    wrap=Sampler(EXPONENTIAL, np.array([WRAP])),
                    patience=Sampler(EXPONENTIAL, np.array([PATIENCE])),
                    balk=0.0,
                    redial=Redial(0.5, Sampler(EXPONENTIAL, np.array([AGAIN_AFTER])), 3),
                    busyness=Busyness(0.06, 1 + row, 0.05, 0.55),
                )
                for row, calls in enumerate(self.calls_per_interval.T)
            ),
        )

    @property
    def within(self) -> Ints:
        """The goals' times: int64 [queue] ms."""
        return np.full(self.programmes, WITHIN)


def measure(seats: int, engine: str) -> Case:
    """One case, after a small one to warm up; the median of up to five, fewer where one takes long."""
    one_day(Shape(min(seats, 100)), engine)
    shape = Shape(seats)
    found: list[float] = []
    calls = 0
    began = time.perf_counter()
    while len(found) < 5 and (not found or time.perf_counter() - began < 10):
        start = time.perf_counter()
        calls = offered(one_day(shape, engine))
        found.append(time.perf_counter() - start)
    spent = parts(shape.centre, shape.demand, shape.within, engine)
    return Case(
        agents=seats,
        engine=engine,
        programmes=shape.programmes,
        calls=calls,
        calls_per_s=calls / statistics.median(found),
        draw_ns=spent["draw"] / calls,
        play_ns=spent["play"] / calls,
        tally_ns=spent["tally"] / calls,
        peak_mb=peak_mb(),
    )


def one_day(shape: Shape, engine: str) -> Tally:
    """Run 0 of a shape, on one floor: a run of a scenario plays such programmes island by island."""
    numbers, spare = (shape.centre, shape.demand, shape.within, INTERVAL), threading.Semaphore()
    return play(*numbers, seed=1, run=0, engine=engine, spare=spare)


def offered(tally: Tally) -> int:
    """All calls of a run, each with its one outcome."""
    return int(tally.calls[:, :, :6].sum())


def parts(centre: Centre, demand: Demand, within: Ints, engine: str) -> dict[str, float]:
    """Nanoseconds of drawing, of playing and of tallying run 0, one after the other in one thread."""
    spent = {"draw": 0.0, "tally": 0.0}

    def traces() -> Iterator[Rows]:
        drawing = draw(demand, 1, 0)
        while True:
            start = time.thread_time_ns()
            trace = next(drawing, None)
            spent["draw"] += time.thread_time_ns() - start
            if trace is None:
                return
            yield trace

    class Watched(Tallier):
        def take(self, rows: Rows) -> None:
            start = time.thread_time_ns()
            super().take(rows)
            spent["tally"] += time.thread_time_ns() - start

    began = time.thread_time_ns()
    day = Day(centre, traces(), engine, calls_per_ms=demand.calls_per_ms, slice_ms=demand.slice_ms)
    day.play(Watched(centre, within, centre.clock.width))
    spent["play"] = time.thread_time_ns() - began - spent["draw"] - spent["tally"]
    return spent


def machine() -> Machine:
    """What the figures were measured on."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        callsim=__version__,
        numpy=version("numpy"),
        numba=version("numba"),
        simpy=version("simpy"),
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def peak_mb() -> float:
    """The most memory this process ever held.

    Linux tells it per program; `ru_maxrss` would count what the parent held when it started this one.
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    import resource

    unit = 1 << 20 if platform.system() == "Darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
