"""Which groups get the people that a queue lacks: where `staff` of its part of the centre misses them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.errors import UserError
from callsim.model.hours import WEEK, planned, ready_share
from callsim.scenario import Scenario
from callsim.study.options import RunOptions
from callsim.study.staff.components import bare, only, parts
from callsim.study.staff.day_kinds import agents_of, kinds_of_day, search
from callsim.study.staff.subproblem import Options, check_wishes
from callsim.study.what_if.people import people_of

EFFORT = 3e6  # calls of the last rounds: enough to tell which group lacks more than another

Weights = Mapping[str, float]
"""The share of further people that each group gets, each copy the same."""


def splits(scenario: Scenario, queue: str, options: RunOptions) -> Iterator[Weights]:
    """Yields ways to share people out among the groups that answer a queue, each once.

    By `staff`: by how many people each group lacks of those whom its part of the centre asks for; and by
    rank. Groups without anybody get nobody.
    """
    mine = _answering(scenario, queue)
    if len(mine) > 1 and (lacking := _lacking(scenario, queue, mine, options)):
        yield _shares(lacking)
    if first := by_rank(scenario, queue):
        yield first


def by_rank(scenario: Scenario, queue: str) -> Weights:
    """All to the groups that are asked first, by how many people they have; nothing where nobody answers."""
    mine = _answering(scenario, queue)
    ranks = {name: scenario.groups[name].answers[queue].rank for name in mine}
    first = [name for name in mine if ranks[name] == min(ranks.values())]
    return _shares({name: float(people_of(scenario.groups[name])) for name in first})


def shared_out(people: int, weights: Weights) -> dict[str, int]:
    """Whole people by weight: the largest remainders get those that rounding down leaves."""
    exact = {name: people * weight for name, weight in weights.items()}
    found = {name: math.floor(one + 1e-9) for name, one in exact.items()}
    left = people - sum(found.values())
    for name in sorted(exact, key=lambda name: (found[name] - exact[name], name))[:left]:
        found[name] += 1
    return found


def _answering(scenario: Scenario, queue: str) -> list[str]:
    return [name for name, group in scenario.groups.items() if queue in group.answers and people_of(group)]


def _shares(weights: Mapping[str, float]) -> Weights:
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()}


def _lacking(scenario: Scenario, queue: str, mine: list[str], options: RunOptions) -> dict[str, float]:
    """Agents that groups lack of those whom `staff` finds; nothing where it may not be asked."""
    part = next(part for part in parts(scenario) if queue in part.queues)
    groups = {name: group for name, group in scenario.groups.items() if people_of(group)}
    if not all(any(queue in group.answers for group in groups.values()) for queue in part.queues):
        return {}
    alone = only(bare(scenario.model_copy(update={"groups": groups})), [part])
    how = Options(seed=options.seed, jobs=options.jobs, stop=options.stop, effort=EFFORT)
    try:
        check_wishes(alone, how)
        kinds = kinds_of_day(alone)
        found = search(kinds, how, options.progress)
    except UserError:
        return {}
    wanted = agents_of(kinds, [one.staff for one in found], alone.calendar.days)
    each = {name: _less(scenario, name, wanted[name]) for name in mine}
    return {name: lacks for name, lacks in each.items() if lacks > 0}


def _less(scenario: Scenario, name: str, wanted: list[Ints]) -> float:
    group, calendar = scenario.groups[name], scenario.calendar
    ready = ready_share(group)
    if not ready:
        return 0.0
    week: Floats = planned(scenario, group) / ready
    begins = calendar.start.weekday() * len(week) // WEEK
    every = np.concatenate(wanted)
    there = np.take(week, np.arange(begins, begins + len(every)), mode="wrap")
    return float(np.maximum(every - there, 0).sum())
