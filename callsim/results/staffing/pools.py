"""Queues and the groups that are there for them first, and how many of these agents work when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from callsim.arrays import Ints
from callsim.model import Model
from callsim.model.components import Component, components
from callsim.model.copies import families
from callsim.results.estimates import each_of
from callsim.results.measures import WORK, Figure, Formula
from callsim.results.run import GroupInterval, Members, Pool, PoolInterval
from callsim.results.schema import Figures
from callsim.results.staffing.required import required

NAMED = 3  # queues in the name of a pool


def pools(model: Model) -> list[Component]:
    """The smallest sets that share no agent by first choice. Who helps at a worse rank belongs elsewhere.

    A group and a queue belong together when no other is of better rank for the one, or for the other.
    """
    pairs = model.centre.called_pairs
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


Asked = Sequence[Sequence[float | None] | None]  # [queue][cell] agents; None where no formula says


def asked_of(model: Model) -> Asked:
    """What Erlang A asks for, of each queue and cell of the report."""
    return [required(model, row) for row in range(len(model.queues))]


def staffing(model: Model, work: Ints, asked: Asked) -> Iterator[Pool]:
    """For each pool of the page: who it is, and by cell its agents on duty, occupancy and requirement.

    `work`: int64 [run, cell, group, column].
    """
    starts = model.starts()
    for pool in shown_pools(model):
        members = _members(model, pool)
        figures = _figures(model, work, pool.groups, [asked[row] for row in pool.queues])
        yield Pool(
            queues=members.queues,
            groups=members.groups,
            intervals=[
                PoolInterval(start=start, figures=one) for start, one in zip(starts, figures, strict=True)
            ],
        )


def named_pools(model: Model) -> dict[str, Component]:
    """The smallest pools by a short name of their queues."""
    return {_name([model.queues[row].name for row in pool.queues]): pool for pool in pools(model)}


def members(model: Model) -> dict[str, Members]:
    """Who makes up each pool, by its name."""
    return {name: _members(model, pool) for name, pool in named_pools(model).items()}


def group_intervals(model: Model, work: Ints, asked: Asked) -> Iterator[GroupInterval]:
    """Each pool as a whole and each of its groups, by cell. `work`: int64 [run, cell, group, column].

    A group's own requirement is known only where nobody else answers its queues.
    """
    starts, pairs = model.starts(), model.centre.called_pairs
    helpers = np.bincount(pairs["queue"], minlength=len(model.queues))
    for name, pool in named_pools(model).items():
        rows: list[tuple[str | None, Sequence[int], Asked]] = [
            (None, pool.groups, [asked[row] for row in pool.queues])
        ]
        for row in pool.groups:
            queues = pairs["queue"][pairs["group"] == row]
            alone = bool((helpers[queues] == 1).all())
            rows.append((model.groups[row].name, (row,), [asked[q] for q in queues] if alone else [None]))
        for group, groups, of_queues in rows:
            for start, figures in zip(starts, _figures(model, work, groups, of_queues), strict=True):
                yield GroupInterval(start=start, pool=name, group=group, figures=figures)


def _members(model: Model, pool: Component) -> Members:
    return Members(
        queues=[model.queues[row].name for row in model.shown_queues if row in pool.queues],
        groups=[model.groups[row].name for row in model.shown_groups if row in pool.groups],
    )


def _name(queues: Sequence[str]) -> str:
    """No other pool has its first queue, so this is unique."""
    return " + ".join(queues) if len(queues) <= NAMED else f"{queues[0]} + {len(queues) - 1} more"


def _figures(model: Model, work: Ints, groups: Sequence[int], asked: Asked) -> Iterator[Figures]:
    """The agents of some groups, and what some queues ask for, by cell."""
    on_duty = Formula(WORK["on_duty_h"].over, None, 1 / model.grid)
    found = each_of(
        {"on_duty": on_duty, "occupancy": WORK["occupancy"]}, work[:, :, list(groups)].sum(axis=2)
    )
    for cell, row in enumerate(found):
        wanted = _together(asked, cell)
        yield Figures(
            {
                "on_duty": row["on_duty"],
                "required": Figure(wanted, wanted, wanted),  # no luck is in it
                "net_staff": _less(row["on_duty"], wanted),
                "occupancy": row["occupancy"],
            }
        )


def _less(figure: Figure, by: float | None) -> Figure:
    if by is None:
        return Figure(None)
    return Figure(*(None if one is None else one - by for one in (figure.mean, figure.low, figure.high)))


def _together(asked: Asked, cell: int) -> float | None:
    """What all queues ask for; None where one of them does not say."""
    each = [None if cells is None else cells[cell] for cells in asked]
    return None if None in each else sum(n for n in each if n is not None)
