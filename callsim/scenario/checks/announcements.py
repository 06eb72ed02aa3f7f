"""What is told to calls that wait, and callbacks: queues that exist, and each word with what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callsim import units
from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown


def own_queues(queues: Mapping[str, Node]) -> set[str]:
    """The names of queues in which callbacks of others wait."""
    places = (queue.at("callback", "place", "queue") for queue in queues.values())
    return {node.value for node in places if node is not None and isinstance(node.value, str)}


def announcements(queues: Mapping[str, Node], blocks: Node | None) -> Iterator[Mistake]:
    """All that does not fit together. `blocks`: of the calendar."""
    if blocks is not None:
        for queue in queues.values():
            if "announcement" in queue.mapping:
                yield queue.mapping["announcement"].head.mistake(say("waiting.blocks"))
    for name, queue in queues.items():
        asked = _asked(queue)
        back = queue.mapping.get("callback")
        if back is None:
            for node in asked:
                yield node.head.mistake(say("waiting.no_callback", queue=shown(name)))
            continue
        if isinstance(back.value, dict) and not asked:
            yield back.head.mistake(say("waiting.nobody_asks", queue=shown(name)))
        to = queue.at("callback", "place", "queue")
        if to is None or not isinstance(to.value, str):
            continue
        if to.value not in queues:
            hint = nearest(to.value, queues)
            yield to.place.mistake(say("names.no_queue", name=shown(to.value), hint=hint))
            continue
        if "replay" in queues[to.value].section("arrivals"):
            yield to.place.mistake(say("waiting.replay", queue=shown(to.value)))
        here, there = _copies(queue), _copies(queues[to.value])
        if there > 1 and here != there:
            yield to.place.mistake(
                say("waiting.copies", to=shown(to.value), there=there, queue=shown(name), here=here)
            )


def _asked(queue: Node) -> list[Node]:
    """The shares of a queue's announcement that ask to be called back, and are more than none."""
    node = queue.at("announcement", "steps")
    steps = [*node.children()] if node is not None and isinstance(node.value, list) else []
    return [step.mapping["callback"] for step in steps if _is_some(step.mapping.get("callback"))]


def _is_some(node: Node | None) -> bool:
    """Whether a share is written here; one that cannot be read is told elsewhere."""
    if node is None:
        return False
    try:
        return units.share(node.value) > 0
    except units.UnitError:
        return True


def _copies(queue: Node) -> int:
    node = queue.mapping.get("copies")
    return node.value if node is not None and type(node.value) is int else 1
