"""What one tree has other than its base, as plain data: laid over the base it gives the tree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from callsim.scenario.document import Node
from callsim.scenario.reading.overlay import Steps, displaced, replaced

TABLES = (".csv", ".tsv", ".txt", ".xlsx")


def changed(base: Node, wanted: Node, path: Steps = ()) -> dict[str, object]:
    """The keys of `wanted` that `base` has not, or has otherwise; null where one must go."""
    found: dict[str, object] = {}
    for key, node in wanted.mapping.items():
        old = base.mapping.get(key)
        below = (*path, key)
        if old is None or replaced(below, old, node):
            if old is None or old.plain() != node.plain():
                found[key] = as_data(node)
        elif inner := changed(old, node, below):
            found[key] = inner
    gone = {old for key in found for old in displaced(path, key)}
    return found | {key: None for key in base.mapping if key not in wanted.mapping and key not in gone}


def as_data(node: Node) -> object:
    """A tree as plain data; names of files given on the command line hold from any folder."""
    if isinstance(node.value, dict):
        return {key: as_data(child) for key, child in node.mapping.items()}
    if isinstance(node.value, list):
        return [as_data(child) for child in node.children()]
    if isinstance(node.value, str) and not node.place.line:
        file, colon, rest = node.value.partition(":")
        if file.lower().endswith(TABLES) or (file.endswith(".py") and colon):
            return f"{Path(file).absolute()}{colon}{rest}" if Path(file).is_file() else node.value
    return node.value


def merged(one: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    """Two trees of plain data in one; of what both have the other's stands."""
    found = dict(one)
    for key, value in other.items():
        old = found.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        found[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return found
