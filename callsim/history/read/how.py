"""The choices of a planner where files can be read in two ways: --column, --zone, --dates, --unit,
--encoding.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field

from callsim.errors import UserError
from callsim.sentences import say
from callsim.units import shown

DATES = ("day-first", "month-first")
NUMBER_UNITS = ("s", "ms", "min")
CLOCK_UNITS = ("m:ss", "h:mm")
UNITS = (*NUMBER_UNITS, *CLOCK_UNITS)


@dataclass(frozen=True)
class How:
    """How files are to be read, where they leave it open."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """The files' names of columns by callsim's names, such as {"offered": "Anrufe"}."""
    zone: str = ""
    """The place whose wall clock is meant, such as Asia/Shanghai; needed where a file's times are UTC."""
    dates: str = ""
    """One of DATES."""
    unit: str = ""
    """Of durations whose column does not name it, one of UNITS: of numbers, or of clocks of two parts."""
    encoding: str = ""
    """The encoding of the files, such as windows-1252."""

    def __post_init__(self) -> None:
        for option, value, words in (("--dates", self.dates, DATES), ("--unit", self.unit, UNITS)):
            if value and value not in words:
                known = ", ".join(words)
                raise UserError(say("read.none_of", option=option, word=shown(value), words=known))
        if self.zone:
            self.clock()

    def refuse_without_zone(self, path: str) -> None:
        """Raises UserError where no zone is given, for a file whose times are UTC."""
        if not self.zone:
            raise UserError(say("read.utc", path=path))

    def clock(self) -> zoneinfo.ZoneInfo:
        """Returns the zone. Raises UserError where no zone has its name."""
        try:
            return zoneinfo.ZoneInfo(self.zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise UserError(say("read.no_zone", zone=shown(self.zone))) from None


Columns = Mapping[str, str] | How | None
"""How files are to be read: all choices, or only the names of columns."""


def how_of(columns: Columns) -> How:
    """Returns all choices; those that `columns` does not make are left open."""
    return columns if isinstance(columns, How) else How(columns or {})
