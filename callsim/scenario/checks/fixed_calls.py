"""What does not go with calls that are known, of a replay or of exact counts: more of them, or fewer."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.demand import SWINGS
from callsim.scenario.words.quantities import yes_or_no
from callsim.sentences import say

_SCALES = ("volume", "aht", "patience")


def fixed_calls(root: Node) -> Iterator[Mistake]:
    """Each at the key that does not go with them."""
    fixed = {name: kind for name, queue in root.section("queues").items() if (kind := _kind(queue))}
    for name, kind in fixed.items():
        queue = root.section("queues")[name]
        arrivals = queue.section("arrivals")
        for key in SWINGS:
            if key in arrivals:
                text = say("demand.fixed", key=key, kind=kind)
                yield arrivals[key].head.mistake(text)
        volume = queue.at("uncertain", "volume")
        if volume is not None and volume.value not in (0, "0%"):
            yield volume.place.mistake(say("demand.fixed", key="uncertain.volume", kind=kind))
        if "scale" in queue.mapping:
            yield queue.mapping["scale"].head.mistake(say("demand.fixed_scale", kind=kind))
        if kind == "replay":
            for key, why in (
                ("copies", say("demand.came_once")),
                ("redial", say("demand.who_redialled")),
            ):
                if key in queue.mapping and queue.mapping[key].value not in (1, None):
                    yield queue.mapping[key].head.mistake(say("demand.no_replay", key=key, why=why))
    for key in _SCALES if fixed else ():
        if (node := root.at("scale", key)) is not None:
            name, kind = next(iter(fixed.items()))
            yield node.place.mistake(say("demand.fixed_scale_of", kind=kind, queue=name))
    incidents = root.mapping.get("incidents")
    for incident in incidents.children() if incidents and isinstance(incidents.value, list) else ():
        named = incident.mapping.get("queue")
        if named is None or "times" not in incident.mapping:
            continue
        for node in [named, *named.children()] if isinstance(named.value, list) else [named]:
            if isinstance(node.value, str) and node.value in fixed:
                text = say("demand.fixed_surge", queue=node.value, kind=fixed[node.value])
                yield node.place.mistake(text)


def _kind(queue: Node) -> str:
    arrivals = queue.section("arrivals")
    if "replay" in arrivals:
        return "replay"
    counts = arrivals.get("counts")
    exact = counts.mapping.get("exact") if counts is not None else None
    return say("demand.exact") if exact is not None and yes_or_no(exact.value) else ""
