"""Several works in the hands of one agent, and work that is interrupted: what does not fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callsim.errors import Mistake
from callsim.scenario.checks.announcements import own_queues
from callsim.scenario.checks.follow_ups import steps_of
from callsim.scenario.document import Node
from callsim.scenario.words.quantities import yes_or_no
from callsim.sentences import say
from callsim.units import shown

HELD = ("warm", "consult")  # transfers in which an agent stays on the line


def at_once(queues: Mapping[str, Node], groups: Mapping[str, Node], blocks: Node | None) -> Iterator[Mistake]:
    """Paces of the wrong number; callbacks and agents who stay on the line beside other work.

    `blocks`: of the calendar.
    """
    shared: dict[str, tuple[str, str]] = {}
    for name, group in groups.items():
        slots = 1
        for queue, answer in group.section("answers").items():
            slots = max(slots, _many(answer))
            if (key := _asks(answer)) is not None:
                shared.setdefault(queue, (name, key))
        yield from _paces(group, slots)
        if blocks is not None:
            yield from _in_blocks(group)
    back = own_queues(queues) | {name for name, queue in queues.items() if "callback" in queue.mapping}
    for queue, (name, key) in shared.items():
        if queue in back:
            node = groups[name].section("answers")[queue].mapping[key]
            yield node.head.mistake(say("at_once.back", group=shown(name), queue=shown(queue), key=key))
    for name, of_queue in queues.items():
        for step in steps_of(of_queue):
            yield from _held(name, step, shared)


def _many(answer: Node) -> int:
    """The concurrency of an answer, where it can be read."""
    many = answer.mapping.get("concurrency")
    return many.value if many is not None and type(many.value) is int else 1


def _asks(answer: Node) -> str | None:
    """The key by which work of an answer may change while it goes on."""
    stops = answer.mapping.get("interruptible")
    if _many(answer) > 1:
        return "concurrency"
    if stops is not None and (stops.value is True or yes_or_no(stops.value)):
        return "interruptible"
    return None


def _paces(group: Node, slots: int) -> Iterator[Mistake]:
    paces = group.mapping.get("concurrent_pace")
    if paces is not None and isinstance(paces.value, list) and paces.value and len(paces.value) != slots:
        yield paces.head.mistake(say("at_once.paces", found=len(paces.value), slots=slots))


def _in_blocks(group: Node) -> Iterator[Mistake]:
    for answer in group.section("answers").values():
        key = _asks(answer)
        if key is not None:
            yield answer.mapping[key].head.mistake(say("at_once.blocks", key=key))
    key = "agent_selection"
    chosen = group.mapping.get(key)
    if chosen is not None and chosen.value == "least_occupied":
        yield chosen.head.mistake(say("at_once.blocks", key=key))


def _held(queue: str, step: Node, shared: Mapping[str, tuple[str, str]]) -> Iterator[Mistake]:
    transfer, to = step.mapping.get("transfer"), step.mapping.get("to")
    if transfer is None or transfer.value not in HELD:
        return
    for end in (queue, to.value if to is not None and isinstance(to.value, str) else queue):
        if end in shared:
            group, key = shared[end]
            yield transfer.head.mistake(say("at_once.held", group=shown(group), queue=shown(end), key=key))
            return
