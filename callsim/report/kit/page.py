"""A text report as it is written: its parts one below the other, at a width, coloured or plain."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from rich.console import Console, RenderableType

from callsim.report.kit.tables import NARROWEST, Page


def written(parts: Callable[[Page], Iterable[RenderableType | None]], width: int, colour: bool) -> str:
    """The parts that there are, with a blank line between them; without colour it is plain text."""
    page = Page(max(width, NARROWEST))
    console = Console(
        file=io.StringIO(),
        width=page.width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    with console.capture() as caught:
        for number, part in enumerate(part for part in parts(page) if part is not None):
            if number:
                console.print()
            console.print(part)
    return "\n".join(line.rstrip() for line in caught.get().splitlines()) + "\n"
