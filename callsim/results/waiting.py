"""What calls that wait were told, and their callbacks: figures of queues that have an `announcement`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.results import measures
from callsim.results.estimates import Estimated, each_of
from callsim.results.measures import MS, Formula
from callsim.results.schema import Figures
from callsim.results.sums import Runs
from callsim.sim.floor.promises import (
    T_ACCEPTED,
    T_ATTEMPTS,
    T_BACK_WAIT,
    T_ENDED,
    T_HUNG_UP,
    T_IN_TIME,
    T_KNOWN,
    T_OFFERED,
    T_OPEN,
    T_REACHED,
    T_TOLD,
    T_WAIT,
    TOLD_COLUMNS,
)

if TYPE_CHECKING:
    from callsim.model import Model


def _formula(over: int, under: int | None = None, scale: float = 1.0, most: float = np.inf) -> Formula:
    unit = np.eye(TOLD_COLUMNS, dtype=np.int64)
    return Formula(unit[over], None if under is None else unit[under], scale, most)


TOLD = {
    "announced_s": _formula(T_WAIT, T_KNOWN, MS),
    "hung_up_share": _formula(T_HUNG_UP, T_TOLD, most=1.0),
}
BACK = {
    "called_back": _formula(T_ACCEPTED),
    "callbacks.offered": _formula(T_OFFERED),
    "callbacks.accepted_share": _formula(T_ACCEPTED, T_OFFERED, most=1.0),
    "callbacks.reached_share": _formula(T_REACHED, T_ENDED, most=1.0),
    "callbacks.attempts": _formula(T_ATTEMPTS, T_ENDED),
    "callbacks.wait_s": _formula(T_BACK_WAIT, T_REACHED, MS),
    "callbacks.within_share": _formula(T_IN_TIME, T_REACHED, most=1.0),
    "callbacks.open_at_end": _formula(T_OPEN),
}
WITHIN = "callbacks.within_share"
P90 = "callbacks.wait_p90_s"
OF_QUEUES = (*TOLD, *BACK, P90)
OF_INTERVALS = (*TOLD, "called_back")


def queues_of(model: Model) -> dict[int, bool]:
    """The rows of queues that tell waits, each with whether it calls back."""
    back = set(model.centre.callbacks["queue"].tolist())
    return {row: row in back for row in model.centre.announced["queue"].tolist()}


def of_queue(runs: Runs, row: int, calls_back: bool) -> Estimated:
    """The figures of a queue that tells waits."""
    return estimated(runs.told[:, :, row].sum(axis=1), runs.back_p90[:, row] if calls_back else None)


def estimated(sums: Ints, p90: Floats | None) -> Estimated:
    """The figures of a queue: int64 [run, TOLD_COLUMNS]; `p90`: float64 [run] s, where it calls back."""
    found = {name: measures.estimate(sums, formula) for name, formula in TOLD.items()}
    if p90 is not None:
        found |= {name: measures.estimate(sums, formula) for name, formula in BACK.items()}
        found[P90] = measures.estimate_of(p90)
    return found


def sums_of(runs: Runs, rows: Sequence[int]) -> Ints:
    """Of each run what was told: int64 [run, queue, TOLD_COLUMNS]."""
    return np.asarray(runs.told[:, :, rows].sum(axis=1))


def by_interval(runs: Runs, row: int, calls_back: bool) -> Iterator[Figures]:
    """Yields what was told in each interval, and how many calls ended in a callback."""
    formulas = dict(TOLD)
    if calls_back:
        formulas["called_back"] = BACK["called_back"]
    yield from each_of(formulas, runs.told[:, :, row])
