"""What each step costs, by seats: draw, play, tally, a whole day, and the reference engine.

    pytest benchmarks
    pytest benchmarks -k "draw or tally" --benchmark-autosave

Figures are of the whole step; `ns_per_call` is in the extra information of a saved run.
"""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from callsim.sim.count.tally import Tallier
from callsim.sim.engines.day import Day, play
from callsim.sim.luck.draw import draw
from callsim.study.runs.bench import Shape, offered

SEATS = (1_000, 10_000)


@pytest.fixture(scope="module", params=SEATS, ids=lambda seats: f"{seats}-seats")
def shape(request) -> Shape:
    return Shape(request.param)


@pytest.fixture(scope="module")
def traces(shape) -> list[np.ndarray]:
    return list(draw(shape.demand, 1, 0))


@pytest.fixture(scope="module")
def sheets(shape, traces) -> list[np.ndarray]:
    """The records of a day, as an engine hands them in."""

    class Keeper(Tallier):
        def take(self, rows: np.ndarray) -> None:
            found.append(rows.copy())

    found: list[np.ndarray] = []
    played(shape, iter(traces), Keeper(shape.centre, shape.within, shape.clock.width))
    return found


class Silent(Tallier):
    """Counts nothing."""

    def take(self, rows: np.ndarray) -> None:
        pass


def played(shape: Shape, traces: Iterator[np.ndarray], tallier: Tallier) -> None:
    Day(shape.centre, traces, calls_per_ms=shape.demand.calls_per_ms, slice_ms=shape.demand.slice_ms).play(
        tallier
    )


def noted(benchmark, calls: int) -> None:
    benchmark.extra_info["calls"] = calls
    benchmark.extra_info["ns_per_call"] = round(benchmark.stats["median"] / calls * 1e9, 1)


def calls_of(tables: list[np.ndarray]) -> int:
    return sum(len(table) for table in tables)


@pytest.mark.benchmark(group="draw")
def test_draw(benchmark, shape, traces):
    benchmark.pedantic(lambda: [None for _ in draw(shape.demand, 1, 0)], rounds=5, warmup_rounds=1)
    noted(benchmark, calls_of(traces))


@pytest.mark.benchmark(group="play")
def test_play(benchmark, shape, traces):
    silent = Silent(shape.centre, shape.within, shape.clock.width)
    benchmark.pedantic(lambda: played(shape, iter(traces), silent), rounds=5, warmup_rounds=1)
    noted(benchmark, calls_of(traces))


@pytest.mark.benchmark(group="tally")
def test_tally(benchmark, shape, sheets):
    tallier = Tallier(shape.centre, shape.within, shape.clock.width)
    benchmark.pedantic(lambda: [tallier.take(sheet) for sheet in sheets], rounds=5, warmup_rounds=1)
    noted(benchmark, calls_of(sheets))


@pytest.mark.benchmark(group="day")
@pytest.mark.parametrize("spare", [None, threading.Semaphore()], ids=["one-thread", "draw-ahead"])
def test_day(benchmark, shape, spare):
    def day():
        return play(
            shape.centre,
            shape.demand,
            shape.within,
            shape.clock.width,
            seed=1,
            run=0,
            spare=spare,
        )

    noted(benchmark, offered(benchmark.pedantic(day, rounds=5, warmup_rounds=1)))


@pytest.mark.benchmark(group="reference")
def test_reference(benchmark):
    shape = Shape(100)

    def day():
        return play(
            shape.centre, shape.demand, shape.within, shape.clock.width, seed=1, run=0, engine="reference"
        )

    noted(benchmark, offered(benchmark.pedantic(day, rounds=5, warmup_rounds=1)))
