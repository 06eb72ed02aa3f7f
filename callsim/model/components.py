"""Queues and groups in parts that are tied by nobody: what a study may look at alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from callsim.model.model import Model


class Component(NamedTuple):
    """Rows of queues and of groups that hang together, in the order of rows."""

    queues: tuple[int, ...]
    groups: tuple[int, ...]


def components(model: Model, ties: np.ndarray | None = None) -> list[Component]:
    """The parts of a model, in the order in which the file has their first queues; each has a queue.

    A queue and a group are tied where the group may answer it; `ties`, bool [pair], keeps only some of that.
    """
    pairs, queues = model.centre.pairs, len(model.queues)
    if ties is not None:
        pairs = pairs[ties]
    edges = pairs["queue"], queues + pairs["group"]
    size = queues + len(model.groups)
    _, part = connected_components(coo_array((np.ones(len(pairs)), edges), (size, size)), directed=False)
    return [
        Component(
            tuple(np.flatnonzero(part[:queues] == number).tolist()),
            tuple(np.flatnonzero(part[queues:] == number).tolist()),
        )
        for number in dict.fromkeys(part[model.shown_queues].tolist())
    ]
