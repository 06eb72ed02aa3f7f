"""Scales of a file and of its queues and groups, which multiply: together they stay within bounds, too."""

from __future__ import annotations

from collections.abc import Iterator

from callsim import units
from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.scale import LEAST, MOST
from callsim.sentences import say
from callsim.units import show_share

MANY = 1e9  # people
_KEYS = {"queues": ("volume", "aht", "patience"), "groups": ("staff",)}


def scales(root: Node) -> Iterator[Mistake]:
    """Those that are out of range together."""
    for section, keys in _KEYS.items():
        for key in keys:
            whole = factor(root, "scale", key)
            for node in root.section(section).values():
                times = whole * factor(node, "scale", key)
                here = node.at("scale", key)
                if here is not None and whole != 1 and times and not LEAST <= times <= MOST:
                    text = say("values.scales", whole=show_share(whole), times=show_share(times))
                    yield here.place.mistake(text)
    yield from _nobody_left(root)


def _nobody_left(root: Node) -> Iterator[Mistake]:
    """Groups of which a scale leaves nobody at all."""
    for name, node in root.section("groups").items():
        times = factor(root, "scale", "staff") * factor(node, "scale", "staff")
        shifts = node.at("shifts")
        most = sum(_numbers(shifts)) if shifts else max(_numbers(node.at("staff")), default=0)
        if most > 0 and most * times < 0.5:
            here = node.at("scale", "staff") or root.at("scale", "staff")
            if here is not None:
                text = say("people.nobody_left", share=show_share(times), name=name)
                yield here.place.mistake(text)


def _numbers(node: Node | None) -> list[float]:
    """All numbers of people that stand in a value, whether it is one, a list or by day."""
    if node is None:
        return []
    if isinstance(node.value, (dict, list)):
        return [number for child in node.children() for number in _numbers(child)]
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return []
    return [float(min(value, MANY))]  # what is beyond all sense is told elsewhere, and no float has it all


def factor(node: Node, *path: str) -> float:
    """The factor at a path; 1 where none is, or where it cannot be read, which is told elsewhere."""
    found = node.at(*path)
    try:
        return 1.0 if found is None else units.fraction(found.value)
    except units.UnitError:
        return 1.0
