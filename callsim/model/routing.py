"""Routing as rows of tables: which groups may answer which queues, over which lines calls come, and what
clients do after them.
"""

from __future__ import annotations

import numpy as np

from callsim.distribution import CONSTANT
from callsim.model.copies import GroupCopy, QueueCopy, called_next
from callsim.model.demand import key_of
from callsim.model.distributions import sampler
from callsim.model.names import in_order
from callsim.scenario import Scenario
from callsim.sim.centre import (
    COLD,
    CONSULT,
    DIALS,
    FOLLOW,
    NEVER,
    NOBODY,
    PACE_ONE,
    PAIR,
    WARM,
    Clock,
)
from callsim.sim.floor.outcomes import ABANDONED, ANSWERED, BLOCKED, CLOSED, DROPPED
from callsim.sim.luck.demand import Sampler

OUTCOMES = {
    "answered": ANSWERED,
    "abandoned": ABANDONED,
    "blocked": BLOCKED,
    "dropped": DROPPED,
    "closed": CLOSED,
}
TRANSFERS = {None: DIALS, "cold": COLD, "warm": WARM, "consult": CONSULT}
AT_ONCE = Sampler(CONSTANT, np.array([0.0]))


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


def follow_ups(
    scenario: Scenario, queues: list[QueueCopy], groups: list[GroupCopy], clock: Clock
) -> tuple[np.ndarray, tuple[tuple[Sampler, Sampler], ...]]:
    """Returns FOLLOW [row], by queue and in the order of the file, and of each row how long until the next
    call, and how long two agents talk together.

    What nobody does is no row: a share of 0 leaves every number as it was. A row of a group with copies is
    one for each copy that answers the queue.
    """
    number = {copy.name: row for row, copy in enumerate(queues)}
    rows, drawn = [], []
    for row, copy in enumerate(queues):
        for step in copy.queue.follow_ups:
            if step.share == 0:
                continue
            to = called_next(copy, step.to, scenario)
            key = key_of(f"{step.outcome} {copy.name!r} {to!r}")
            by = [NOBODY]
            if step.by is not None:
                by = [
                    g
                    for g, group in enumerate(groups)
                    if group.original == step.by and copy.name in group.answers
                ]
            times = tuple(
                AT_ONCE if one is None else sampler(one, scenario.calendar, clock)
                for one in (step.after, step.conference)
            )
            for group in by:
                rows.append(
                    (
                        key,
                        step.share,
                        row,
                        OUTCOMES[step.outcome],
                        group,
                        number[to],
                        TRANSFERS[step.transfer],
                        step.at_most or 0,
                    )
                )
                drawn.append((times[0], times[1]))
    return np.array(rows, FOLLOW), tuple(drawn)
