"""The figures that are compared, of reality and of runs alike: made of the sums of `sim.count.tally`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from callsim.results import measures
from callsim.results.measures import COUNTS, RATIOS, columns_of
from callsim.sim.count.columns import (
    ANSWERED_IN,
    G_BUSY,
    G_ON_DUTY,
    N_ANSWERED,
    TALK,
    WAIT_ANSWERED,
    WRAP,
)

# int64 [column]: weights. Shares are of the counted ones, without those that gave up too soon.
OFFERED, ABANDONED = COUNTS["offered"].over, RATIOS["abandoned_share"].over
COUNTED = columns_of(measures.OFFERED)

FIGURES = ("offered", "aht_s", "abandoned_share", "service_level", "asa_s", "wait_p90_s", "occupancy")
"""All that may be compared of a day; what a history does not tell is left out."""
BY_INTERVAL = ("abandoned_share", "service_level", "asa_s")
P90 = 1  # where the 90th percentile stands among those of a run


class Limit(NamedTuple):
    """The largest difference at which a figure is good; up to twice the difference it is usable."""

    absolute: float
    relative: float = 0.0  # of the real figure, where that is more


LIMITS = {
    "service_level": Limit(0.03),
    "abandoned_share": Limit(0.01),
    "asa_s": Limit(3.0, 0.15),
    "occupancy": Limit(0.02),
}


def limit_of(name: str, real: float) -> float:
    """Returns the largest difference at which a figure is good, given the real figure."""
    limit = LIMITS[name]
    return max(limit.absolute, limit.relative * abs(real))


class Sums(NamedTuple):
    """The sums of which figures are made, for one thing or for several along the first axis."""

    calls: np.ndarray  # int64 [1 + run, queue, CALL_COLUMNS]
    p90: np.ndarray  # float64 [1 + run] s
    work: np.ndarray | None  # float64 [1 + run, 2]  busy, on duty; the same unit


def figures_of(sums: Sums) -> dict[str, np.ndarray]:
    """Each figure, float64 [1 + run]; where a run has none of it, the mean of the others stands for it."""
    of = sums.calls.sum(axis=1).astype(float)
    answered = of[:, N_ANSWERED]
    offered = of @ COUNTED
    found = {
        "offered": of @ OFFERED,
        "aht_s": _per(of[:, TALK] + of[:, WRAP], answered) / 1000,
        "abandoned_share": _per(of @ ABANDONED, offered),
        "service_level": _per(of[:, ANSWERED_IN], offered),
        "asa_s": _per(of[:, WAIT_ANSWERED], answered) / 1000,
        "wait_p90_s": sums.p90,
    }
    if sums.work is not None:
        found["occupancy"] = _per(sums.work[:, 0], sums.work[:, 1])
    return {name: _filled(values) for name, values in found.items()}


def shapes_of(calls: np.ndarray) -> dict[str, np.ndarray]:
    """Counts by interval, float64 [1 + run, interval], of int64 [1 + run, interval, queue, column]."""
    of = calls.sum(axis=2)
    return {
        "offered": (of @ OFFERED).astype(float),
        "abandoned": (of @ ABANDONED).astype(float),
        "in_time": of[..., ANSWERED_IN].astype(float),
    }


def interval_figures(calls: np.ndarray) -> dict[str, np.ndarray]:
    """Figures by interval, float64 [1 + run, interval]; NaN where there were no calls."""
    of = calls.sum(axis=2).astype(float)
    offered = of @ COUNTED
    return {
        "abandoned_share": _per(of @ ABANDONED, offered),
        "service_level": _per(of[..., ANSWERED_IN], offered),
        "asa_s": _per(of[..., WAIT_ANSWERED], of[..., N_ANSWERED]) / 1000,
    }


def busy_and_on_duty(work: np.ndarray) -> np.ndarray:
    """float64 [2] of int64 [cell, group, WORK_COLUMNS]."""
    total = work.sum(axis=(0, 1))
    return np.array([total[G_BUSY], total[G_ON_DUTY]], float)


def only(figures: Mapping[str, np.ndarray], names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Those of these names, in their order."""
    return {name: figures[name] for name in names if name in figures}


def _per(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    per: np.ndarray = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return per


def _filled(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    filled: np.ndarray = np.where(known, values, values[known].mean() if known.any() else 0.0)
    return filled
