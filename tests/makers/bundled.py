"""The scenarios of this repository, and short slices of their days."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np

from callsim.model import Model
from callsim.sim.centre import Centre, Clock
from callsim.sim.luck.draw import draw
from callsim.sim.luck.numbers import Numbers, numbers
from callsim.units import DAY_MS

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
SMALL = ("one-queue", "overflow", "busy-day", "seat-sharing", "transfer", "blending")
FOLLOWED = ("second-tier", "first-contact")  # calls follow calls
CONDITIONS = ("reserve",)
AT_ONCE = ("chat", "mail")  # agents have several works in hand, or are interrupted
MENUS = ("hotline",)
TOLD = ("callback",)  # calls are told how long they wait
CAMPAIGNS = ("blended", "dialler")  # numbers are dialled
PLANS = ("hiring", "zunyi-buildout")  # played over years
OUTBOUND = ("zunyi-2017-outbound",)  # … by a third of all seats
LARGE = ("zunyi-2015", "zunyi-2016", "zunyi-2017", "zunyi-city")
ZUNYI_DAYS = ("lost-park", "new-year")  # the 2015 file on special days
MINUTE = 60_000


def slice_of(model: Model, start: int, minutes: int, share: float = 1.0) -> tuple[Centre, np.ndarray]:
    """The calls of some minutes of the first run, from `start` ms after its begin, and a floor for them.

    The building is empty at first, and only this share of each group is there: as planned, without the
    luck of absence, and as one crew. Nobody supervises. Campaigns dial in these minutes.
    """
    clock, centre, slice_ms = model.centre.clock, model.centre, model.demand.slice_ms
    last = start + minutes * MINUTE
    traces = list(islice(draw(model.demand, 1, 0), -(-last // slice_ms)))[start // slice_ms :]
    trace = np.concatenate(traces)
    trace = trace[(start <= trace["arrive"]) & (trace["arrive"] < last)]
    trace["arrive"] -= start
    first = clock.interval_of_day(start)
    groups = np.arange(centre.groups, dtype=np.int32)
    planned = np.zeros((len(centre.staff), centre.groups), np.int64)
    np.add.at(planned.T, centre.crew_group, centre.staff.T)
    staff = np.ceil(np.roll(planned, -first, axis=0) * share).astype(np.int64)
    clock = Clock(clock.width, 0, DAY_MS)
    losses = _moved(centre.losses, start)
    hours = centre.open[: centre.called] + (((0, minutes * MINUTE),),) * len(centre.campaigns)
    return centre._replace(clock=clock, staff=staff, crew_group=groups, losses=losses, open=hours), trace


def numbers_of(model: Model) -> Numbers | None:
    """The luck of the numbers that are dialled in the first run; None where none is."""
    return numbers(model.demand.campaigns, 1, 0)


def _moved(rows: np.ndarray, by: int) -> np.ndarray:
    moved = rows.copy()
    moved["begins"] -= by
    moved["ends"] -= by
    return moved
