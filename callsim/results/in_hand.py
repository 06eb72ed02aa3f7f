"""Figures of groups in which somebody asks which agent it is: how much they do at once, and what is
interrupted.
"""

from __future__ import annotations

import numpy as np

from callsim.arrays import Ints
from callsim.model import Model
from callsim.results import measures
from callsim.results.estimates import Estimated
from callsim.results.measures import Estimate
from callsim.results.sums import Runs
from callsim.sim.centre import PARTS
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY, H_INTERRUPTIONS, H_PARTS, H_WORKS

OF_GROUPS = ("concurrency", "slots_used_share", "busy_share", "interruptions")


def of_groups(model: Model, runs: Runs, rows: list[int]) -> Estimated:
    """The figures of each of these groups; none where agents of no group are rows."""
    if not len(model.centre.in_rows):
        return {}
    return estimated(runs.in_hand[:, rows], runs.work.sum(axis=1)[:, rows])


def estimated(in_hand: Ints, work: Ints) -> Estimated:
    """The same from int64 [run, …, HAND_COLUMNS] and int64 [run, …, WORK_COLUMNS].

    Who does one thing at a time is counted as busy alone: so much goes on as agents are busy.
    """
    busy, on_duty = work[..., G_BUSY], work[..., G_ON_DUTY]
    alone = in_hand[..., H_WORKS] == 0
    works = np.where(alone, busy, in_hand[..., H_WORKS])
    parts = np.where(alone, busy * PARTS, in_hand[..., H_PARTS])
    return {
        "concurrency": _ratio(works, busy),
        "slots_used_share": _ratio(parts, on_duty * PARTS)._replace(most=1.0),
        "busy_share": _ratio(busy, on_duty)._replace(most=1.0),
        "interruptions": measures.estimate_of(in_hand[..., H_INTERRUPTIONS].astype(np.float64)),
    }


def _ratio(above: Ints, below: Ints) -> Estimate:
    """Of sums int64 [run, …]."""
    return measures.ratio(np.moveaxis(above, 0, -1), np.moveaxis(below, 0, -1))
