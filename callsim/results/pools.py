"""Queues and the groups that are there for them first, and how many of these agents work when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from callsim.model import Model
from callsim.model.components import Component, components
from callsim.model.copies import families
from callsim.results.estimates import each_of
from callsim.results.measures import WORK, Formula
from callsim.results.required import required
from callsim.results.run import Pool, PoolInterval


def pools(model: Model) -> list[Component]:
    """The smallest sets that share no agent by first choice. Who helps at a worse rank belongs elsewhere.

    A group and a queue belong together when no other is of better rank for the one, or for the other.
    """
    pairs = model.centre.pairs
    best = [np.full(len(rows), np.iinfo(np.int32).max, np.int32) for rows in (model.queues, model.groups)]
    for side, name in zip(best, ("queue", "group"), strict=True):
        np.minimum.at(side, pairs[name], pairs["rank"])
    first = (pairs["rank"] == best[0][pairs["queue"]]) | (pairs["rank"] == best[1][pairs["group"]])
    return components(model, first)


def shown_pools(model: Model) -> list[Component]:
    """All queues, each family of queues with all that share its agents, and each pool; none twice."""
    smallest = pools(model)
    together = [_joined(smallest)]
    shown = model.shown_queues
    for numbers in families([model.queues[row].original for row in shown]).values():
        rows = {shown[k] for k in numbers}
        together.append(_joined(pool for pool in smallest if rows & set(pool.queues)))
    return list(dict.fromkeys([*together, *smallest]))


def _joined(some: Iterable[Component]) -> Component:
    queues, groups = zip(*some, strict=True)
    return Component(tuple(sorted(sum(queues, ()))), tuple(sorted(sum(groups, ()))))


def staffing(model: Model, work: np.ndarray) -> Iterator[Pool]:
    """For each pool: who it is, and by cell its agents on duty, their occupancy and what Erlang A asks for.

    `work`: int64 [run, cell, group, column].
    """
    starts = model.starts()
    on_duty = Formula(WORK["on_duty_h"].over, None, 1 / model.grid)
    shown = {"on_duty": on_duty, "occupancy": WORK["occupancy"]}
    asked = [required(model, row) for row in range(len(model.queues))]
    for pool in shown_pools(model):
        sums = work[:, :, list(pool.groups)].sum(axis=2)
        yield Pool(
            queues=[model.queues[row].name for row in model.shown_queues if row in pool.queues],
            groups=[model.groups[row].name for row in model.shown_groups if row in pool.groups],
            intervals=[
                PoolInterval(
                    start=start,
                    figures=found,
                    required=_together([asked[row] for row in pool.queues], cell),
                )
                for cell, (start, found) in enumerate(zip(starts, each_of(shown, sums), strict=True))
            ],
        )


def _together(asked: list[list[int | None] | None], cell: int) -> int | None:
    """What all queues ask for; None where one of them does not say."""
    each = [None if cells is None else cells[cell] for cells in asked]
    return None if None in each else sum(n for n in each if n is not None)
