"""Queues that the same agents answer in the same order: to those who wait they are one queue.

A caller of a rare queue finds the same agents busy as a caller of a frequent one. So the formula of such
queues is that of their joint load, and what simulation shows of one holds for the others: a queue that calls
once a week asks for no agents by its luck alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callsim.scenario import Scenario
from callsim.study.curve import Promise
from callsim.study.formula import Needs, Table, table_of
from callsim.study.load import Load

APART = 0.15  # normal quantiles by which two promises of twins differ beyond their formulas, about


def twins_of(scenario: Scenario, names: Sequence[str]) -> list[list[int]]:
    """The queues that are one with each queue, itself among them: numbers of [queue]."""
    queues, groups = scenario.queues, scenario.groups

    def answered_by(name: str) -> object:
        answers = [(key, group.answers.get(name)) for key, group in groups.items()]
        orders = tuple((key, one.rank, one.after) for key, one in answers if one is not None)
        return queues[name].priority, queues[name].copies, orders

    kinds = [answered_by(name) for name in names]
    return [[other for other, kind in enumerate(kinds) if kind == mine] for mine in kinds]


def joint_table(
    needs: Sequence[Needs], twins: Sequence[int], queue: int, number: int
) -> tuple[Table, np.ndarray]:
    """How one promise of a queue fares if the agents are those of all its twins, and agents for one standard
    step of it: float64 [interval].
    """
    own, all_ = needs[queue], [needs[twin].load for twin in twins]
    arrivals, busy = (np.sum([getattr(load, name) for load in all_], axis=0) for name in ("arrivals", "busy"))
    calls = np.array([load.calls for load in all_])
    handled = np.array([load.handled for load in all_])
    of_calls = np.where(calls.sum(axis=0) > 0, (calls * handled).sum(axis=0), handled.sum(axis=0))
    number_of = np.where(calls.sum(axis=0) > 0, calls.sum(axis=0), len(all_))
    load = Load(arrivals, busy, of_calls / number_of)
    most = max(twins, key=lambda twin: float(needs[twin].load.calls.sum()))
    return table_of(
        load,
        own.curves[number]._replace(aht_s=load.aht_s),
        own.promises[number],
        needs[most].busyness,
        own.thinning,
    )


def of_twins(
    values: np.ndarray,
    doubt: np.ndarray,
    promises: Sequence[tuple[int, Promise]],
    twins: Sequence[Sequence[int]],
) -> tuple[np.ndarray, np.ndarray]:
    """What is known of a promise from its own calls and from those of twins: float64 [interval, row], both.

    `values`, `doubt`: float64 [interval, row], and the standard error; `promises`: rows, with their queues.
    """
    found, sure = values.copy(), doubt.copy()
    for k, (queue, promise) in enumerate(promises):
        weight = np.zeros_like(values)
        for other, (twin, its) in enumerate(promises):
            if twin in twins[queue] and its.counted == promise.counted:
                apart = 0.0 if its.within_s == promise.within_s else APART
                weight[:, other] = 1 / np.maximum(np.hypot(doubt[:, other], apart), 1e-9) ** 2
        total = weight.sum(axis=1)
        known = total > 0
        mean = (weight * values).sum(axis=1) / np.where(known, total, 1.0)
        found[:, k] = np.where(known, mean, values[:, k])
        sure[:, k] = np.where(known, np.where(known, total, 1.0) ** -0.5, doubt[:, k])
    return found, sure
