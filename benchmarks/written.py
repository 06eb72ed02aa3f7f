"""What stands at the top of a page that a benchmark writes: command, day, machine, versions."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence

from benchmarks import rivals

QUIET = 0.5  # processes of others: above that, times by the clock are the neighbours' as well


def top(title: str, command: str) -> list[str]:
    """Returns the first lines of a page."""
    about, busy = rivals.about(), os.getloadavg()[0]
    lines = [
        f"# {title}",
        "",
        f"Written by `{command}` on {datetime.date.today().isoformat()}: whatever came out stands here.",
        " · ".join(f"{name} {value}" for name, value in about.items()) + ".",
    ]
    if busy > QUIET:
        lines += [
            f"Others used the machine when this began ({busy:.1f} processes): times by the clock are longer",
            "for that, ratios and processor times less so.",
        ]
    return [*lines, ""]


def short(found: Sequence[str]) -> list[str]:
    """Returns the lines that say what fell short."""
    return [
        "## What falls short",
        "",
        *([f"- {line}" for line in found] or ["Nothing that was measured."]),
        "",
    ]
