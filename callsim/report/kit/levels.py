"""The service level by all four formulas side by side, the one the goals use named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.tables import Column, Page, title

FORMULAS = {
    "offered": "answered within T ÷ offered",
    "answered": "answered within T ÷ answered",
    "quick_abandons_excluded": "answered within T ÷ (offered − abandoned within T)",
    "quick_abandons_met": "(answered + abandoned within T) ÷ offered",
}
SHORT = {
    "offered": "÷ offered",
    "answered": "÷ answered",
    "quick_abandons_excluded": "quick excluded",
    "quick_abandons_met": "quick met",
}


def levels_table(rows: Sequence[tuple[str, Mapping[str, Any]]], counted: str, page: Page) -> RenderableType:
    """One row per queue, one column per formula."""
    columns = [Column("queue", [name for name, _ in rows], names=True)]
    for name, heading in SHORT.items():
        levels = [row["service_level"][name] for _, row in rows]
        columns.append(
            Column(
                heading,
                [figures.percent(level) for level in levels],
                fuller=[figures.percent_about(level) for level in levels],
            )
        )
    return Group(
        title("Service level by formula", f": the goals use {SHORT[counted]}"),
        page.fitted("service level by formula", columns),
        Text(
            f"quick excluded: {FORMULAS['quick_abandons_excluded']}\n"
            f"quick met: {FORMULAS['quick_abandons_met']}",
            "dim",
        ),
    )
