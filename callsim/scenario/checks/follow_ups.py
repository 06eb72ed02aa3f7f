"""Calls that follow calls: names that exist, shares of at most everybody, and chains that end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from callsim import units
from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import show_share, shown

OF_A_GROUP = ("answered", "dropped")  # outcomes of calls that an agent took
ROUNDING = 1e-9  # of shares that are added up


class Step(NamedTuple):
    """A row of follow_ups that can be read."""

    queue: str
    outcome: str
    by: str | None
    share: float
    to: str
    limited: bool
    node: Node

    def is_of(self, outcome: str, group: str | None) -> bool:
        """Whether it is for calls that end so, taken by this group."""
        return self.outcome == outcome and self.by in (None, group)


def steps_of(queue: Node) -> list[Node]:
    """The rows of a queue's follow_ups."""
    node = queue.mapping.get("follow_ups")
    return [*node.children()] if node is not None and isinstance(node.value, list) else []


def follow_ups(
    queues: Mapping[str, Node], groups: Mapping[str, Node], from_menus: Collection[str] = ()
) -> Iterator[Mistake]:
    """All that is wrong with them, and queues that nothing leads to. `from_menus`: where menus lead."""
    answered_by: dict[str, list[str]] = defaultdict(list)
    for group, node in groups.items():
        for name in node.section("answers"):
            answered_by[name].append(group)
    for name, queue in queues.items():
        for node in steps_of(queue):
            yield from _names(name, node, queues, groups, answered_by[name])
            yield from _transfer(node)
    steps = {name: _read(name, queue) for name, queue in queues.items()}
    for name, some in steps.items():
        yield from _too_many(some, answered_by[name])
    yield from _endless(steps, answered_by)
    led_to = [
        node.mapping["to"].value
        for queue in queues.values()
        for node in steps_of(queue)
        if "to" in node.mapping and isinstance(node.mapping["to"].value, str)
    ]
    for name, queue in queues.items():
        if (
            isinstance(queue.value, dict)
            and "arrivals" not in queue.mapping
            and name not in {*led_to, *from_menus}
        ):
            yield queue.head.mistake(say("following.no_arrivals"))


def _names(
    queue: str,
    node: Node,
    queues: Mapping[str, Node],
    groups: Mapping[str, Node],
    answered_by: list[str],
) -> Iterator[Mistake]:
    """Whether the queue that is called next exists and can be called, and the group that answered."""
    to, by = node.mapping.get("to"), node.mapping.get("by")
    if to is not None and isinstance(to.value, str):
        if to.value not in queues:
            yield to.place.mistake(
                say("names.no_queue", name=shown(to.value), hint=nearest(to.value, queues))
            )
        else:
            if "replay" in queues[to.value].section("arrivals"):
                yield to.place.mistake(say("following.replay", queue=shown(to.value)))
            here, there = _copies(queues[queue]), _copies(queues[to.value])
            if there > 1 and here != there:
                yield to.place.mistake(
                    say("following.copies", to=shown(to.value), there=there, queue=shown(queue), here=here)
                )
    if by is None or not isinstance(by.value, str):
        return
    outcome = node.mapping.get("outcome")
    if by.value not in groups:
        yield by.place.mistake(say("names.no_group", name=shown(by.value), hint=nearest(by.value, groups)))
    elif by.value not in answered_by:
        hint = nearest(by.value, answered_by)
        yield by.place.mistake(say("people.no_answer", group=shown(by.value), queue=shown(queue), hint=hint))
    if outcome is not None and isinstance(outcome.value, str) and outcome.value not in OF_A_GROUP:
        yield by.head.mistake(say("following.nobody", outcome=shown(outcome.value)))


def _transfer(node: Node) -> Iterator[Mistake]:
    """An agent hands on who was answered, at once, and stays where that is written."""
    keys = node.mapping
    outcome, transfer = (keys[key].value if key in keys else None for key in ("outcome", "transfer"))
    if transfer is not None:
        if outcome is not None and outcome != "answered":
            yield keys["transfer"].head.mistake(say("following.transfer"))
        if "after" in keys:
            yield keys["after"].head.mistake(say("following.at_once"))
    if "conference" in keys and transfer in (None, "cold"):
        yield keys["conference"].head.mistake(say("following.conference"))


def _copies(queue: Node) -> int:
    node = queue.mapping.get("copies")
    return node.value if node is not None and type(node.value) is int else 1


def _read(name: str, queue: Node) -> list[Step]:
    """The rows that can be read; what is wrong with others is told elsewhere."""
    found = []
    for node in steps_of(queue):
        outcome, by, to = (
            node.mapping[key].value if key in node.mapping else None for key in ("outcome", "by", "to")
        )
        try:
            share = units.share(node.mapping["share"].value) if "share" in node.mapping else 0.0
        except units.UnitError:
            continue
        if isinstance(outcome, str) and isinstance(to, str) and (by is None or isinstance(by, str)):
            found.append(Step(name, outcome, by, share, to, "at_most" in node.mapping, node))
    return found


def _kinds(steps: list[Step], answered_by: list[str]) -> list[tuple[str, str | None]]:
    """The outcomes and groups of calls that rows are for; a row without a group is for each of them."""
    return [
        (outcome, group)
        for outcome in dict.fromkeys(step.outcome for step in steps)
        for group in (answered_by if outcome in OF_A_GROUP and answered_by else [None])
    ]


def _too_many(steps: list[Step], answered_by: list[str]) -> Iterator[Mistake]:
    """At each share by which more calls than there are would be followed by others."""
    told: list[Node] = []
    for outcome, group in _kinds(steps, answered_by):
        total = 0.0
        for step in steps:
            total += step.share if step.is_of(outcome, group) else 0.0
            if total > 1 + ROUNDING:
                if step.node not in told:
                    of_group = group is not None and any(one.by for one in steps)
                    of_whom = say("following.by", group=shown(group)) if of_group else ""
                    told.append(step.node)
                    yield step.node.mapping["share"].place.mistake(
                        say(
                            "following.too_many",
                            share=show_share(round(total, 6)),
                            outcome=outcome,
                            by=of_whom,
                        )
                    )
                break


def _endless(steps: Mapping[str, list[Step]], answered_by: Mapping[str, list[str]]) -> Iterator[Mistake]:
    """At a share of each chain that never ends, if its calls all end as its rows ask.

    Shares of one outcome and group are at most 1, so the traffic matrix has a spectral radius of 1 exactly if
    there are queues from each of which, for one of its outcomes and groups, everybody goes on among them. A
    row with a limit ends.
    """
    among = {name for name, some in steps.items() if some}

    def onwards(name: str) -> list[Step]:
        for outcome, group in _kinds(steps[name], answered_by.get(name, [])):
            rows = [
                one
                for one in steps[name]
                if one.is_of(outcome, group) and not one.limited and one.to in among
            ]
            if sum(one.share for one in rows) >= 1 - ROUNDING:
                return [one for one in rows if one.share > 0]
        return []

    while gone := {name for name in among if not onwards(name)}:
        among -= gone
    told: set[str] = set()
    for name in steps:
        if name not in among or name in told:
            continue
        path, last = [name], onwards(name)[-1]
        while last.to not in path and last.to not in told:
            path.append(last.to)
            last = onwards(last.to)[-1]
        told.update(path)
        if last.to not in path:
            continue  # the loop that it leads to is told
        yield last.node.mapping["share"].place.mistake(
            say("following.endless", queue=shown(last.queue), outcome=last.outcome)
        )
