"""What does not go with calls that are known, of a replay or of exact counts: more of them, or fewer."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.demand import SWINGS
from callsim.scenario.words.quantities import yes_or_no

_SCALES = ("volume", "aht")


def fixed_calls(root: Node) -> Iterator[Mistake]:
    """Each at the key that does not go with them."""
    fixed = {name: kind for name, queue in root.section("queues").items() if (kind := _kind(queue))}
    for name, kind in fixed.items():
        queue = root.section("queues")[name]
        arrivals = queue.section("arrivals")
        for key in SWINGS:
            if key in arrivals:
                text = f"{key} does not go with {kind}: exactly these calls come, no more and no fewer"
                yield arrivals[key].head.mistake(text)
        if "scale" in queue.mapping:
            yield queue.mapping["scale"].head.mistake(f"scale does not go with {kind}: they stay as they are")
        if kind == "replay":
            for key, why in (
                ("copies", "a call of a log came once"),
                ("redial", "who called again is in the log"),
            ):
                if key in queue.mapping and queue.mapping[key].value not in (1, None):
                    yield queue.mapping[key].head.mistake(f"{key} does not go with replay: {why}")
    for key in _SCALES if fixed else ():
        if (node := root.at("scale", key)) is not None:
            name, kind = next(iter(fixed.items()))
            yield node.place.mistake(f"scale does not go with {kind} ({name}): they stay as they are")
    incidents = root.mapping.get("incidents")
    for incident in incidents.children() if incidents and isinstance(incidents.value, list) else ():
        named = incident.mapping.get("queue")
        if named is None or "times" not in incident.mapping:
            continue
        for node in [named, *named.children()] if isinstance(named.value, list) else [named]:
            if isinstance(node.value, str) and node.value in fixed:
                text = f"{node.value} has {fixed[node.value]}: exactly these calls come, no more and no fewer"
                yield node.place.mistake(text)


def _kind(queue: Node) -> str:
    arrivals = queue.section("arrivals")
    if "replay" in arrivals:
        return "replay"
    counts = arrivals.get("counts")
    exact = counts.mapping.get("exact") if counts is not None else None
    return "exact counts" if exact is not None and yes_or_no(exact.value) else ""
