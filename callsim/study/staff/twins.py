"""Queues that share agents: a caller of a rare queue finds them as busy as the others' calls make them.

So the formula of a queue is that of the joint load of those who answer it. Queues that the same agents answer
in the same order are one to whoever waits (twins): what simulation shows of one holds for the others. Of
queues that share agents otherwise it holds nearly: a queue that calls once a week asks for no agents by its
luck alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callsim.scenario import Scenario
from callsim.study.staff.curve import Promise
from callsim.study.staff.formula import Needs, Table, table_of
from callsim.study.staff.offered_load import Load

APART = 0.15  # normal quantiles by which two promises of twins differ beyond their formulas, about …
FURTHER = 0.5  # … and those of other queues that share agents


def twins_of(scenario: Scenario, names: Sequence[str]) -> list[list[int]]:
    """The queues that are one with each queue, itself among them: numbers of [queue]."""
    queues, groups = scenario.queues, scenario.groups

    def answered_by(name: str) -> object:
        answers = [(key, group, group.answers.get(name)) for key, group in groups.items()]
        orders = tuple(
            (key, one.model_copy(update={"pace": 1.0}), group.turn_of(name))
            for key, group, one in answers
            if one is not None
        )
        queue = queues[name]
        return queue.priority, queue.weight, queue.head_start, queue.copies, orders

    kinds = [answered_by(name) for name in names]
    return [[other for other, kind in enumerate(kinds) if kind == mine] for mine in kinds]


def shares_of(direct: np.ndarray) -> np.ndarray:
    """The part of each queue's work that falls to those who answer another: float64 [queue, other].

    `direct`: bool [queue, group], who answers. Groups that answer a queue have equal parts of its work.
    """
    return np.asarray(direct.astype(float) @ (direct / direct.sum(axis=1, keepdims=True)).T)


def joint_table(
    needs: Sequence[Needs], share: np.ndarray, queue: int, number: int
) -> tuple[Table, np.ndarray]:
    """How one promise of a queue fares if its agents have all their work, and agents for one standard step of
    it: float64 [interval]. `share`: float64 [queue], the parts of the queues' work that they have.
    """
    own, loads = needs[queue], [need.load for need in needs]
    curve, promise = own.curves[number], own.promises[number]
    if np.count_nonzero(share) <= 1:
        return table_of(own.load, curve, promise, own.cv, own.thinning, own.scheduled)
    arrivals, busy = (
        np.tensordot(share, np.array([getattr(load, name) for load in loads]), 1)
        for name in ("arrivals", "busy")
    )
    calls = np.array([load.calls for load in loads]) * share[:, None]
    handled = np.array([load.handled for load in loads])
    parts = np.where(calls.sum(axis=0) > 0, calls, share[:, None])
    load = Load(arrivals, busy, (parts * handled).sum(axis=0) / parts.sum(axis=0))
    most = int(calls.sum(axis=1).argmax())
    return table_of(load, curve._replace(aht_s=load.aht_s), promise, needs[most].cv, own.thinning)


def apart(twins: Sequence[Sequence[int]], share: np.ndarray | None = None) -> np.ndarray:
    """Normal quantiles by which queues fare apart beyond their formulas: float64 [queue, other].

    0 of twins, inf where nothing is known of one from another. `share`: as from `shares_of`, where sharing
    agents tells something.
    """
    found = np.full((len(twins), len(twins)), np.inf)
    if share is not None:
        found[share > 0] = FURTHER
    for queue, others in enumerate(twins):
        found[queue, list(others)] = 0.0
    return found


def of_twins(
    values: np.ndarray,
    doubt: np.ndarray,
    promises: Sequence[tuple[int, Promise]],
    further: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """What is known of a promise from its own calls and from those of others: float64 [interval, row], both.

    `values`, `doubt`: float64 [interval, row], and the standard error; `promises`: rows, with their queues;
    `further`: as from `apart`.
    """
    found, sure = values.copy(), doubt.copy()
    for k, (queue, promise) in enumerate(promises):
        weight = np.zeros_like(values)
        for other, (twin, its) in enumerate(promises):
            if np.isfinite(further[queue, twin]) and its.counted == promise.counted:
                unlike = 0.0 if its.within_s == promise.within_s else APART
                distance = max(unlike, float(further[queue, twin]))
                weight[:, other] = 1 / np.maximum(np.hypot(doubt[:, other], distance), 1e-9) ** 2
        total = weight.sum(axis=1)
        known = total > 0
        mean = (weight * values).sum(axis=1) / np.where(known, total, 1.0)
        found[:, k] = np.where(known, mean, values[:, k])
        sure[:, k] = np.where(known, np.where(known, total, 1.0) ** -0.5, doubt[:, k])
    return found, sure


def as_agents(tables: Sequence[Table], there: np.ndarray, beyond: np.ndarray) -> np.ndarray:
    """By how many agents queues that share them fare worse than by formula: float64 [interval, row].

    If others take some of a queue's calls, its own agents are too few by its formula, and by how many
    quantiles says nothing of how many are missing. So the formula is asked what it wants for the share that
    was seen, near which what slopes say holds.

    `tables`: of each row; `there`: float64 [interval, row], agents; `beyond`: the same, quantiles by which
    calls fare worse than by formula.
    """
    return np.stack(
        [there[:, k] - table.least(table.at(there[:, k]) - beyond[:, k]) for k, table in enumerate(tables)],
        axis=1,
    )
