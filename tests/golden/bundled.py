"""The scenarios of this repository, and short slices of their days."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np

from callsim.build import Plan
from callsim.sim.centre import DAY, Centre, Clock
from callsim.sim.draw import draw

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
SMALL = ("one-queue", "overflow", "busy-day")
PLANS = ("hiring", "zunyi-buildout")  # played over years
LARGE = ("zunyi-2015", "zunyi-2016", "zunyi-2017", "zunyi-city")
MINUTE = 60_000


def slice_of(plan: Plan, start: int, minutes: int, share: float = 1.0) -> tuple[Centre, np.ndarray]:
    """The calls of some minutes of the first run, from `start` ms after its begin, and a floor for them.

    The building is empty at first, and only this share of the staff is there.
    """
    clock, centre = plan.centre.clock, plan.centre
    last = start + minutes * MINUTE
    traces = list(islice(draw(plan.demand, 1, 0), -(-last // clock.width)))[start // clock.width :]
    trace = np.concatenate(traces)
    trace = trace[(start <= trace["arrive"]) & (trace["arrive"] < last)]
    trace["arrive"] -= start
    first = clock.interval_of_day(start)
    staff = np.ceil(np.roll(centre.staff, -first, axis=0) * share).astype(np.int64)
    return centre._replace(clock=Clock(clock.width, 0, DAY), staff=staff), trace
