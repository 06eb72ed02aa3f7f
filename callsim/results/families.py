"""Queues and groups that the file writes once, as copies: tel-xinpu-1 to tel-xinpu-18."""

from __future__ import annotations

from collections.abc import Sequence


def families(originals: Sequence[str]) -> dict[str, list[int]]:
    """The rows of each family of at least two copies, by the name that the file gives them.

    `originals`: of each row the name in the file. Names alone tell nothing: service-2024 and service-2025
    are two queues.
    """
    found: dict[str, list[int]] = {}
    for row, name in enumerate(originals):
        found.setdefault(name, []).append(row)
    return {name: rows for name, rows in found.items() if len(rows) > 1}
