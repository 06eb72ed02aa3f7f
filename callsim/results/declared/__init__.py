"""How a figure is declared: its unit, its headings, what it is, which way is better, where it is shown."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal

MORE, LESS, NEITHER = 1, -1, 0
LAST = 14  # gives way before all others where a terminal is narrow

Unit = Literal["count", "share", "seconds", "hours", "amount", "price", "times"]
Tables = Literal["calls", "waits", "levels", "none"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A figure and where it is shown."""

    key: str  # in JSON and CSV; a dot is a step down
    unit: Unit
    heading: str  # on a terminal
    about: str  # what it is
    better: int = NEITHER  # MORE, LESS or NEITHER
    _: KW_ONLY
    page: str = ""  # heading on a page, where it is another
    text: int | None = (
        LAST  # in tables on a terminal: 0 is always there, larger give way first; None: in none
    )
    table: Tables | None = None  # of a page; None: waits where it is in seconds, else calls
    differs: int | None = None  # in tables of what plans differ in, as `text`
    interval: bool = True  # whether a page tells its 95 % interval
    rare: bool = False  # shown only where there are any

    @property
    def page_heading(self) -> str:
        """Above its column on a page."""
        return self.page or self.heading

    @property
    def page_table(self) -> Tables:
        """Which table of a page shows it."""
        return self.table or ("waits" if self.unit == "seconds" else "calls")
