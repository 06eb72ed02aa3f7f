"""A month runs in the memory of a day: nothing that an engine keeps grows with the length of the run."""

from __future__ import annotations

import gc
import itertools
import tracemalloc
import weakref

import numpy as np
import pytest

from callsim.sim.count.tally import Tallier
from callsim.sim.engines.day import Day, Process
from callsim.sim.engines.kernel import Kernel
from callsim.sim.engines.supervision import Desk
from callsim.sim.luck.trace import TRACE
from callsim.units import DAY_MS
from tests.makers.floors import HOUR, calls, centre

DAILY = 2400


def month(days: int) -> tuple[dict[str, int], int, int]:
    """What the kernel's arrays take after so many days; the peak of memory on the way; calls counted."""
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[6]] * 24, days=days)

    def traces():  # type: ignore[no-untyped-def]
        for number in range(24 * days):
            luck = np.random.default_rng(number % 24)  # every day the same
            rows = np.zeros(DAILY // 24, TRACE)
            rows["arrive"] = np.sort(luck.integers(0, HOUR, len(rows))) + number * HOUR
            rows["talk"], rows["wrap"] = luck.exponential(180_000, len(rows)), 10_000
            rows["patience"], rows["again_after"] = luck.exponential(120_000, len(rows)), 300_000
            rows["redials"] = 2
            yield rows

    day = Day(floor, traces(), "kernel", calls_per_ms=DAILY / DAY_MS)
    tallier = Tallier(floor, np.array([20_000]), DAY_MS)
    tracemalloc.start()
    tally = day.play(tallier)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(day.engine, Kernel)
    kept = itertools.chain(
        day.engine.floor._asdict().items(),
        day.engine.agenda._asdict().items(),
        [("records", day.engine.records.rows), ("trace", day.engine.trace)],
    )
    return (
        {name: array.nbytes for name, array in kept if array is not None},
        peak,
        int(tally.calls[:, :, :6].sum()),
    )


def test_a_month_takes_the_memory_of_a_day() -> None:
    month(1)  # whatever is made once is made
    one_day, peak_day, calls_day = month(1)
    thirty, peak_month, calls_month = month(30)
    assert calls_month > 29 * calls_day > 29 * DAILY
    assert thirty == one_day
    # What is left to grow is the tally's one row per day.
    assert peak_month == pytest.approx(peak_day, abs=100_000)


def watching(desk: Desk) -> Process:
    """A supervisor who never goes home."""
    while True:
        yield desk.env.timeout(HOUR)


@pytest.mark.parametrize("engine", ["kernel", "reference"])
@pytest.mark.parametrize("cut_short", [False, True])
def test_a_day_that_is_over_is_let_go_at_once(engine: str, cut_short: bool) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]] * 24)
    trace = calls(*({"arrive": k * HOUR, "talk": HOUR * (1 + 9 * cut_short)} for k in range(24)))
    day = Day(floor, (trace[k : k + 1] for k in range(24)), engine, supervisors=[watching])
    gc.collect()
    gc.disable()
    try:
        tally = day.play(Tallier(floor, np.array([20_000]), DAY_MS))
        assert (tally.cut_short > 0) == cut_short
        kept = weakref.ref(day)
        del day
        assert kept() is None
    finally:
        gc.enable()
