"""Scales of a file and of its queues and groups, which multiply: together they stay within bounds, too."""

from __future__ import annotations

from collections.abc import Iterator

from callsim import units
from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.scale import LEAST, MOST
from callsim.units import show_share

_KEYS = {"queues": ("volume", "aht"), "groups": ("staff",)}


def scales(root: Node) -> Iterator[Mistake]:
    """Those that are out of range together."""
    for section, keys in _KEYS.items():
        for key in keys:
            whole = factor(root, "scale", key)
            for node in root.section(section).values():
                times = whole * factor(node, "scale", key)
                here = node.at("scale", key)
                if here is not None and whole != 1 and not LEAST <= times <= MOST:
                    both = f"with the file's {show_share(whole)} this makes {show_share(times)}"
                    yield here.place.mistake(f"{both}; a scale is 1% to 1000%")


def factor(node: Node, *path: str) -> float:
    """The factor at a path; 1 where none is, or where it cannot be read, which is told elsewhere."""
    found = node.at(*path)
    try:
        return 1.0 if found is None else units.fraction(found.value)
    except units.UnitError:
        return 1.0
