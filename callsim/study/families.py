"""Queues that are alike but for a number at the end of their names, such as tel-xinpu-1 to tel-xinpu-18."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"-\d+$", re.ASCII)


def stem(name: str) -> str:
    """The name without its number: what copies of a queue have in common."""
    return _NUMBER.sub("", name)


def families(names: Sequence[str]) -> dict[str, list[int]]:
    """The rows of each family of at least two queues, in the order of their first."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        found.setdefault(stem(name), []).append(row)
    return {name: rows for name, rows in found.items() if len(rows) > 1}
