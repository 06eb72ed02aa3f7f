"""What is told to calls that wait, and callbacks, as rows of tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from callsim.model.copies import QueueCopy, called_next
from callsim.model.handling import shortened
from callsim.scenario import Scenario
from callsim.scenario.words.waiting.announcement import Callback
from callsim.sim.centre import (
    ANNOUNCED,
    AT_END,
    CALLBACK_ROW,
    EXPECTED,
    KEPT,
    LAST,
    LONGEST,
    NEVER,
    PACE_ONE,
    SCHEDULED,
    STEP,
)
from callsim.sim.luck.demand import QueueDemand, Sampler

WAITS = {"expected": EXPECTED, "longest": LONGEST, "last": LAST}


class Told(NamedTuple):
    """The tables of a centre: see Centre.announced, steps, callbacks, means."""

    announced: np.ndarray
    steps: np.ndarray
    callbacks: np.ndarray
    means: np.ndarray


def announcements(scenario: Scenario, queues: Sequence[QueueCopy], demands: Sequence[QueueDemand]) -> Told:
    """Returns the tables. Callbacks for which nobody asks are no row."""
    number = {copy.name: row for row, copy in enumerate(queues)}
    announced, steps, backs, means = [], [], [], []
    for row, copy in enumerate(queues):
        said = copy.queue.announcement
        if said is None:
            continue
        announced.append((row, WAITS[said.wait]))
        steps += [
            (row, round(one.from_ * 1000), round(one.patience * PACE_ONE), one.hang_up, one.callback)
            for one in said.steps
        ]
        means.append(_means(demands[row]))
        if copy.queue.callback is not None and any(one.callback > 0 for one in said.steps):
            own = copy.queue.callback.place.queue
            to = row if own is None else number[called_next(copy, own, scenario)]
            backs.append(_callback(row, to, copy.queue.callback))
    width = max((one.shape[1] for one in means), default=1)
    return Told(
        np.array(announced, ANNOUNCED),
        np.array(steps, STEP),
        np.array(backs, CALLBACK_ROW),
        np.array([_wide(one, width) for one in means]) if means else np.zeros((0, 3, 1)),
    )


def _callback(row: int, to: int, back: Callback) -> tuple[float, ...]:
    place = {"kept": KEPT, "last": AT_END, None: KEPT}[back.place.kind]
    if back.place.at is not None:
        place = SCHEDULED
    return (
        row,
        to,
        place,
        round(back.place.times * PACE_ONE),
        back.reached,
        round(back.ring * 1000),
        back.attempts,
        round(back.every * 1000),
        NEVER if back.at_most is None else back.at_most,
    )


def _means(demand: QueueDemand) -> np.ndarray:
    """Mean talk, wrap and patience: float64 [3, interval] ms, as samplers have intervals."""
    each = [_of(demand.talk, 0.0), _of(demand.wrap, 0.0), _of(demand.patience, math.inf)]
    width = max(len(one) for one in each)
    return np.array([np.tile(one, width // len(one)) for one in each])


def _of(sampler: Sampler | None, without: float) -> np.ndarray:
    if sampler is None:
        return np.array([without])
    known: dict[float, float] = {}
    for mean in sampler.mean.tolist():
        if mean not in known:
            known[mean] = round(shortened(sampler, mean), 6) if mean > 0 else 0.0
    return np.array([known[mean] for mean in sampler.mean.tolist()])


def _wide(means: np.ndarray, width: int) -> np.ndarray:
    return np.tile(means, (1, width // means.shape[1]))
