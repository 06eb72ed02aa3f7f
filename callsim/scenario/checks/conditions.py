"""Conditions under which a group answers a queue: whether they fit together, and whether they ever hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from callsim import units
from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.schema import Scenario
from callsim.scenario.words.people import Group
from callsim.sentences import say
from callsim.units import show_share, shown

ROUNDING = 1e-9  # of shares that are added up


def conditions(queues: Mapping[str, Node], groups: Mapping[str, Node]) -> Iterator[Mistake]:
    """Switches without a goal to look at; quotas of some of equal rank only, or of more than all calls."""
    equals: dict[tuple[str, int], list[tuple[str, Node]]] = defaultdict(list)
    for name, group in groups.items():
        for queue, answer in group.section("answers").items():
            if queue not in queues:
                continue
            rank = answer.mapping["rank"].value if "rank" in answer.mapping else 1
            if isinstance(rank, int):
                equals[queue, rank].append((name, answer))
            level = answer.at("when", "service_level_below")
            if level is not None and not queues[queue].section("goal"):
                yield level.place.mistake(say("conditions.no_goal", queue=shown(queue)))
    for (queue, rank), answers in equals.items():
        yield from _quotas(queue, rank, answers)


def _quotas(queue: str, rank: int, answers: list[tuple[str, Node]]) -> Iterator[Mistake]:
    having = [answer.mapping["quota"] for _, answer in answers if "quota" in answer.mapping]
    if not having:
        return
    for name, answer in answers:
        if "quota" not in answer.mapping:
            text = say("conditions.no_quota", group=shown(name), queue=shown(queue), rank=rank)
            yield answer.head.mistake(text)
    try:
        total = sum(units.share(node.value) for node in having)
    except units.UnitError:
        return  # told already
    if total > 1 + ROUNDING:
        text = say("conditions.quotas", queue=shown(queue), rank=rank, total=show_share(round(total, 6)))
        yield having[-1].place.mistake(text)


def never(scenario: Scenario, name: str, group: Group, most: int) -> Iterator[tuple[str, str, str]]:
    """Conditions that never hold of a group of `most` agents at once, by their queue and key: what to say."""
    for queue, answer in group.answers.items():
        if 0 < most <= answer.reserve:
            text = say("conditions.reserve", group=name, queue=queue, most=most, reserve=answer.reserve)
            yield queue, "reserve", text
        if queue not in scenario.queues:
            continue
        lines = [one.count for one in scenario.lines.values() if queue in one.queues]
        own = scenario.queues[queue].lines
        fewest = min([*lines, *([] if own is None else [own])], default=None)
        if fewest is not None and fewest < answer.min_waiting:
            text = say(
                "conditions.min_waiting", lines=fewest, waiting=answer.min_waiting, group=name, queue=queue
            )
            yield queue, "min_waiting", text
