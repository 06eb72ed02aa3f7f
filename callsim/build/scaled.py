"""A scenario made larger, smaller or slower: the same words with other volumes, staff and handling times."""

from __future__ import annotations

import math
from collections.abc import Mapping

from callsim.scenario import Arrivals, Family, Group, Queue, Scenario


def rounded(number: float) -> int:
    """Whole people: the nearest number, halves upwards, everywhere alike."""
    return math.floor(number + 0.5)


def with_volume(arrivals: Arrivals, times: float) -> Arrivals:
    """So many times the calls; exactly the same object for once."""
    if times == 1:
        return arrivals
    changed: dict[str, object] = {}
    for way in ("per_day", "per_hour"):
        if (calls := getattr(arrivals, way)) is not None:
            changed[way] = calls * times
    if arrivals.counts is not None:
        changed["counts"] = tuple((date, at, offered * times) for date, at, offered in arrivals.counts)
    return arrivals.model_copy(update=changed)


def with_staff(group: Group, times: float) -> Group:
    """So many times the agents at every time of the day or on every shift, in whole people."""
    if times == 1:
        return group
    if group.shifts is not None:
        shifts = {name: rounded(agents * times) for name, agents in group.shifts.items()}
        return group.model_copy(update={"shifts": shifts})
    return group.model_copy(update={"staff": tuple(rounded(agents * times) for agents in group.staff or ())})


def with_handling(queue: Queue, times: float) -> Queue:
    """Talk and wrap so many times as long."""
    if times == 1:
        return queue
    wrap = None if queue.wrap is None else _longer(queue.wrap, times)
    return queue.model_copy(update={"talk": _longer(queue.talk, times), "wrap": wrap})


def _longer(duration: Family, times: float) -> Family:
    """A distribution stretched: its mean, and whatever else is a length of time."""
    changed: dict[str, object] = {"mean": tuple(mean * times for mean in duration.mean)}
    for name in ("at_most", "low", "high"):
        if (length := getattr(duration, name, None)) is not None:
            changed[name] = length * times
    for name in ("values", "means"):
        if (lengths := getattr(duration, name, None)) is not None:
            changed[name] = tuple(length * times for length in lengths)
    return duration.model_copy(update=changed)


def with_pace(group: Group, queues: Mapping[str, Queue], times: float) -> Group:
    """Its agents take so many times as long for a call, talk and wrap together. Only talk knows a pace
    (rule 7), so talk is slowed down by enough to make up for wrap."""
    if times == 1:
        return group
    answers = {}
    for name, answer in group.answers.items():
        queue = queues[name]
        talk, wrap = mean_s(queue.talk) * answer.pace, mean_s(queue.wrap)
        slower = answer.pace * (times * (talk + wrap) - wrap) / talk
        answers[name] = answer.model_copy(update={"pace": round(min(max(slower, 0.1), 10.0), 3)})
    return group.model_copy(update={"answers": answers})


def mean_s(duration: Family | None) -> float:
    """Seconds on the mean over the day."""
    return 0.0 if duration is None else sum(duration.mean) / len(duration.mean)


def staffed(scenario: Scenario, times: float) -> Scenario:
    """The scenario with so many times the agents."""
    groups = {name: with_staff(group, times) for name, group in scenario.groups.items()}
    return scenario.model_copy(update={"groups": groups})
