"""How long a queue needs after an incident until it keeps its promise again."""

from __future__ import annotations

import numpy as np

from callsim.measures import RATIOS, SERVICE_LEVEL, figure
from callsim.scenario import Goal

IN_A_ROW = 2  # intervals that meet the goal: one alone may be luck


def recovery_s(calls: np.ndarray, goal: Goal, counted: str, end: int, width: int) -> float | None:
    """Seconds from an incident's end to the first of two intervals in a row that meet the goal; None: never.

    `calls`: int64 [run, cell, column], of one queue; `end` of the incident and `width` of a cell: ms. An
    interval in which nobody calls keeps every promise.
    """
    kept = 0
    for cell in range(-(-end // width), calls.shape[1]):
        kept = kept + 1 if _kept(calls[:, cell], goal, counted) else 0
        if kept == IN_A_ROW:
            return max(0.0, (cell + 1 - IN_A_ROW) * width - end) / 1000
    return None


def _kept(sums: np.ndarray, goal: Goal, counted: str) -> bool:
    """Whether the runs together met the goal. `sums`: int64 [run, column]."""
    level, abandoned = figure(sums, SERVICE_LEVEL[counted]).mean, figure(sums, RATIOS["abandoned_share"]).mean
    in_time = goal.answer is None or level is None or level >= goal.answer
    few_gave_up = goal.abandon_at_most is None or abandoned is None or abandoned <= goal.abandon_at_most
    return in_time and few_gave_up
