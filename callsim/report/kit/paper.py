"""Tables and sentences set one below the other, as one text."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType

from callsim.report.kit.tables import NARROWEST


def printed(parts: Iterable[RenderableType | None], width: int, colour: bool) -> str:
    """The parts with a blank line between them; without colour it is plain text."""
    console = Console(
        file=io.StringIO(),
        width=max(width, NARROWEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    with console.capture() as caught:
        for number, part in enumerate(part for part in parts if part is not None):
            if number:
                console.print()
            console.print(part)
    return "\n".join(line.rstrip() for line in caught.get().splitlines()) + "\n"
