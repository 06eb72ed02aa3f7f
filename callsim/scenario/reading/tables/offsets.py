"""Whether 12:30-05:00 is an interval or a time with the offset of a zone, decided by a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from callsim.scenario.reading.tables.moments import moment
from callsim.units import DAY_MS

Meaning = Literal["interval", "offset", "open"]

_TWO_CLOCKS = re.compile(
    r".*?\d{1,2}:\d{2}(?P<seconds>:\d{2}(?:[.,]\d{1,9})?)?\s?-(?P<h>\d{2}):(?P<m>\d{2})", re.ASCII
)
_ZONED = re.compile(r".*\d:\d{2}.*?(?:Z|UTC|(?P<offset>[+]\d{2}:?\d{2}|-\d{4}))", re.ASCII | re.I)
_FARTHEST = {"+": 14 * 60, "-": 12 * 60}  # minutes: Kiribati, and Baker Island
_WEST = frozenset((*range(0, 721, 60), 150, 210, 270, 570))
"""Minutes by which zones are behind UTC: whole hours, Newfoundland, Caracas until 2016, the Marquesas."""


def minutes_of(offset: str) -> int | None:
    """Returns the minutes of an offset, +05:30 or -0530; None where no place has it."""
    digits = offset[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if int(digits[2:]) > 59 or minutes > _FARTHEST[offset[0]]:
        return None
    return -minutes if offset[0] == "-" else minutes


def tells_zone(text: str) -> bool:
    """Returns whether a text surely is a time with a zone: it ends in Z, UTC, +08:00 or -0500."""
    match = _ZONED.fullmatch(text)
    if match is None:
        return False
    return match["offset"] is None or minutes_of(match["offset"]) is not None


def is_two_clocks(text: str) -> bool:
    """Returns whether a text ends like 12:30-05:00, so that its column must tell what that is."""
    return _TWO_CLOCKS.fullmatch(text) is not None


def meaning_of(texts: Iterable[str]) -> Meaning:
    """Returns what the texts of one column mean that end like 12:30-05:00; `open` where both are possible.

    An interval they surely are where no zone is as far behind UTC (-13:00, -08:30), where another text is an
    interval (8:30-9:00), or where more zones were told than one place has. An offset they surely are where
    the start has seconds (12:30:00-05:00), another text tells a zone, one end belongs to several starts, or
    the interval would be no part of a day (12:30-05:00, 16.5 h).
    """
    different = set(texts)
    found = [match for text in different if (match := _TWO_CLOCKS.fullmatch(text))]
    others = [text for text in different if not is_two_clocks(text)]
    zones = any(map(tells_zone, others))
    behind = {int(match["h"]) * 60 + int(match["m"]) for match in found}
    if not behind <= _WEST or any(match["m"] > "59" for match in found):
        return "open" if zones else "interval"
    intervals = any(one is not None and one.until is not None for one in map(moment, others))
    if zones or any(match["seconds"] for match in found):
        return "open" if intervals else "offset"
    if intervals or not found:
        return "interval"
    spans = {(one.at, one.until) for match in found if (one := moment(match[0])) and one.until is not None}
    if not spans:
        return "offset"
    lengths = [((until or 0) - (at or 0)) % DAY_MS for at, until in spans]
    one_to_one = len({at for at, _ in spans}) == len(spans) == len({until for _, until in spans})
    one_place = len(behind) <= 2 and max(behind) - min(behind) <= 60
    if one_place and not (one_to_one and all(length and DAY_MS % length == 0 for length in lengths)):
        return "offset"
    return "interval" if one_to_one and not one_place else "open"
