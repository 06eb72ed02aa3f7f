"""Queues and groups in parts that are tied by nobody: what a study may look at alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.model.model import Model
from callsim.model.ties import tied


class Component(NamedTuple):
    """Rows of queues and of groups that hang together, in the order of rows."""

    queues: tuple[int, ...]
    groups: tuple[int, ...]


def components(model: Model, ties: np.ndarray | None = None) -> list[Component]:
    """The parts of a model, in the order in which the file has their first queues; each has a queue.

    A queue and a group are tied where the group may answer it; `ties`, bool [pair], keeps only some of that.
    """
    pairs, queues = model.centre.called_pairs, len(model.queues)
    if ties is not None:
        pairs = pairs[ties]
    part = tied(pairs["queue"], queues + pairs["group"], queues + len(model.groups))
    return [
        Component(
            tuple(np.flatnonzero(part[:queues] == number).tolist()),
            tuple(np.flatnonzero(part[queues:] == number).tolist()),
        )
        for number in dict.fromkeys(part[model.shown_queues].tolist())
    ]
