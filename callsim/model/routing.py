"""Routing as rows of tables: which groups may answer which queues, and over which lines calls come."""

from __future__ import annotations

import numpy as np

from callsim.model.copies import GroupCopy, QueueCopy
from callsim.model.names import in_order
from callsim.scenario import Scenario
from callsim.sim.centre import NEVER, PACE_ONE, PAIR


def pairs(groups: list[GroupCopy], queues: list[QueueCopy]) -> np.ndarray:
    """PAIR [pair]: every group with every queue it may answer."""
    row_of = {copy.name: row for row, copy in enumerate(queues)}
    rows = [
        (
            row_of[queue],
            row,
            answer.rank,
            min(round(answer.after * 1000), NEVER),
            round(answer.pace * PACE_ONE),
            copy.group.turn_of(queues[row_of[queue]].original),
        )
        for row, copy in enumerate(groups)
        for queue, answer in copy.answers.items()
    ]
    return np.array(rows, PAIR)


def trunks(scenario: Scenario, queues: list[QueueCopy]) -> tuple[np.ndarray, np.ndarray]:
    """Returns the lines of each trunk group, int64 [trunk group], and its queues, int32 [n, 2]."""
    counts: list[int] = []
    holds: list[tuple[int, int]] = []
    for name in in_order(scenario.lines):
        lines = scenario.lines[name]
        holds += [(row, len(counts)) for row, copy in enumerate(queues) if copy.original in lines.queues]
        counts.append(lines.count)
    for row, copy in enumerate(queues):
        if copy.queue.lines is not None:
            holds.append((row, len(counts)))
            counts.append(copy.queue.lines)
    return np.array(counts, np.int64), np.array(holds, np.int32).reshape(-1, 2)
