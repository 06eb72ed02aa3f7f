"""Routing as rows of tables: which groups may answer which queues, over which lines calls come, and what
clients do after them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callsim.distribution import CONSTANT
from callsim.model.copies import GroupCopy, QueueCopy, called_next
from callsim.model.demand import key_of
from callsim.model.distributions import sampler
from callsim.model.names import in_order
from callsim.scenario import Scenario
from callsim.scenario.words.goals import Goal
from callsim.scenario.words.routing import Answer
from callsim.sim.centre import (
    COLD,
    CONDITION,
    CONSULT,
    DIALS,
    FOLLOW,
    HANDLED,
    IN_ROWS,
    MILLION,
    MOST_AT_ONCE,
    NEVER,
    NOBODY,
    NOT_DUE,
    PACE_ONE,
    PAIR,
    SWITCH,
    WARM,
    WEIGHT,
    WEIGHT_ONE,
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
WITHIN = 20_000  # ms; for figures of queues without a goal
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
    """Returns the lines of each trunk group, int64 [trunk group], and its queues and menus, int32 [n, 2].

    Menus have the rows behind those of queues.
    """
    counts: list[int] = []
    holds: list[tuple[int, int]] = []
    menus = [*enumerate(in_order(scenario.menus), len(queues))]
    for name in in_order(scenario.lines):
        lines = scenario.lines[name]
        holds += [(row, len(counts)) for row, copy in enumerate(queues) if copy.original in lines.queues]
        holds += [(row, len(counts)) for row, menu in menus if menu in lines.menus]
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


def due(queues: Sequence[QueueCopy]) -> np.ndarray:
    """How long a call may wait until it is overdue: int64 [queue] ms, or NOT_DUE."""
    each = (copy.queue.due for copy in queues)
    return np.array([NOT_DUE if one is None else round(one * 1000) for one in each], np.int64)


def within(goal: Goal | None) -> int:
    """Returns the time in which calls are to be answered, ms."""
    return WITHIN if goal is None else round(goal.within * 1000)


def conditions(groups: list[GroupCopy], queues: list[QueueCopy]) -> np.ndarray:
    """Returns CONDITION [row], by queue and group. A quota without another of its rank asks nothing."""
    several: dict[tuple[int, int], int] = {}
    for queue, _, answer in _answers(groups, queues):
        if answer.quota is not None:
            several[queue, answer.rank] = several.get((queue, answer.rank), 0) + 1
    rows = []
    for queue, group, answer in _answers(groups, queues):
        quota = 0
        if answer.quota is not None and several[queue, answer.rank] > 1:
            quota = max(round(answer.quota * MILLION), 1)
        if answer.reserve > 0 or answer.min_waiting > 1 or quota:
            rows.append((queue, group, answer.reserve, answer.min_waiting, quota))
    return np.array(rows, CONDITION)


def in_rows(groups: list[GroupCopy]) -> np.ndarray:
    """Returns IN_ROWS [row], by group: those of which somebody asks which agent it is."""
    rows = []
    for row, copy in enumerate(groups):
        group = copy.group
        if group.is_in_rows:
            paces = [group.pace_at_once(min(works, group.slots)) for works in range(1, MOST_AT_ONCE + 1)]
            least = group.agent_selection == "least_occupied"
            rows.append((row, group.slots, least, [round(one * PACE_ONE) for one in paces]))
    return np.array(rows, IN_ROWS)


def handled(groups: list[GroupCopy], queues: list[QueueCopy]) -> np.ndarray:
    """Returns HANDLED [row], by queue and group: work that goes on beside other work, or is interrupted."""
    rows = [
        (queue, group, answer.concurrency, answer.interruptible)
        for queue, group, answer in _answers(groups, queues)
        if answer.concurrency > 1 or answer.interruptible
    ]
    return np.array(rows, HANDLED)


def weights(queues: list[QueueCopy]) -> np.ndarray:
    """Returns WEIGHT [row], by queue."""
    rows = [
        (row, round(copy.queue.weight * WEIGHT_ONE), round(copy.queue.head_start * 1000))
        for row, copy in enumerate(queues)
    ]
    return np.array([row for row in rows if row[1:] != (WEIGHT_ONE, 0)], WEIGHT)


def switches(groups: list[GroupCopy], queues: list[QueueCopy], short: int) -> np.ndarray:
    """Returns SWITCH [row], by queue and group. `short`: ms, who gives up before has not abandoned."""
    rows = []
    for queue, group, answer in _answers(groups, queues):
        if answer.when is None:
            continue
        when, every = answer.when, round(answer.when.checked_every * 1000)
        below = over = 0
        if when.service_level_below is not None:
            below, over = round(when.service_level_below * MILLION), round(when.over * 1000)
        above = NOBODY if when.waiting_above is None else when.waiting_above
        rows.append((queue, group, every, above, below, over, within(queues[queue].queue.goal), short))
    return np.array(rows, SWITCH)


def _answers(groups: list[GroupCopy], queues: list[QueueCopy]) -> list[tuple[int, int, Answer]]:
    """Each pair: the rows of its queue and its group, and how it answers."""
    row_of = {copy.name: row for row, copy in enumerate(queues)}
    found = [
        (row_of[queue], row, answer)
        for row, copy in enumerate(groups)
        for queue, answer in copy.answers.items()
    ]
    return sorted(found, key=lambda one: one[:2])
