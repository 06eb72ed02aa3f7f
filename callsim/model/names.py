"""The order of rows: by name, so that the order of keys in a file changes no number."""

from __future__ import annotations

import re
from collections.abc import Iterable

_COPY = re.compile(r"(.*)-([0-9]{1,9})", re.DOTALL)


def place(name: str) -> tuple[str, int, str]:
    """Where a name stands among others: telecom-2 before telecom-10, for a copy's number is a number."""
    copy = _COPY.fullmatch(name)
    return (name, -1, "") if copy is None else (copy[1], int(copy[2]), name)


def in_order(names: Iterable[str]) -> list[str]:
    """The names as rows stand."""
    return sorted(names, key=place)
