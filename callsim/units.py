"""Durations, shares and clock times as planners write them, read into seconds, fractions and milliseconds."""

from __future__ import annotations

import math
import re

from callsim.sentences import say

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
HOUR_S, DAY_S, WEEK_S = 3_600, 86_400, 604_800
LONGEST_S = 366.0 * DAY_S

DURATION_PATTERN = r"^\s*((\d[\d_]*(\.\d*)?|\.\d+)\s*[A-Za-z]+\s*)+$"
SHARE_PATTERN = r"^\s*(\d+(\.\d*)?|\.\d+)\s*%\s*$"
CLOCK_PATTERN = r"^\d{1,2}:\d{2}$"
MOMENT_PATTERN = r"^\s*day\s+\d+\s+\d{1,2}:\d{2}\s*$"
RANGE_PATTERN = r"^\s*\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2}\s*$"

_PIECE = re.compile(r"\s*(\d[\d_]*(?:\.\d*)?|\.\d+)\s*([A-Za-z]+)\s*", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_RANGE = re.compile(r"\s*(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})\s*", re.ASCII)
_SHARE = re.compile(r"\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+))\s*%\s*", re.ASCII)


_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)
_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)


class Pointed(float):
    """A number written as 1.200: in much of Europe that is one thousand two hundred."""

    text: str

    def __new__(cls, text: str) -> Pointed:
        self = super().__new__(cls, text)
        self.text = text
        return self

    @staticmethod
    def fits(text: str) -> bool:
        return "." in text and bool(_THOUSANDS.fullmatch(text))

    @property
    def choice(self) -> str:
        """What to write for either meaning."""
        thousands = self.text.replace(".", "_")
        plain = self.text.rstrip("0").rstrip(".")
        plain = plain if plain != self.text else f"{self.text}0"
        return say("units.thousands_or", thousands=thousands, plain=plain)


def with_point(text: str) -> str:
    """What to write instead of a number with a comma, as the end of a sentence; nothing if it has none."""
    if len(text) > 30:
        return ""
    if _THOUSANDS.fullmatch(text):
        whole = text.replace(",", ".")
        plain, parted = whole.replace(".", ""), whole.replace(".", "_")
        return say("units.plain_or", plain=plain, parted=parted)
    number = _COMMA.match(text)
    if number is None or text[number.end() :].strip(" %abcdefghijklmnopqrstuvwxyz"):
        return ""
    return say("units.with_point", value=text.replace(",", "."))


class UnitError(ValueError):
    """A quantity that cannot be read; its text says what to write instead."""


class OffTheClockError(UnitError):
    """A time of day that no clock shows, such as 24:30."""


_UNITS_S = {
    "ms msec millisecond milliseconds": 0.001,
    "s sec secs second seconds": 1.0,
    "m min mins minute minutes": 60.0,
    "h hr hrs hour hours": float(HOUR_S),
    "d dy dys day days": float(DAY_S),
    "w wk wks week weeks": float(WEEK_S),
}
_UNIT_S = {word: seconds for words, seconds in _UNITS_S.items() for word in words.split()}


def unit_s(word: str) -> float | None:
    """Seconds in one of this unit, or None where it is no unit of time."""
    return _UNIT_S.get(word.lower())


def duration(value: object) -> float:
    """Seconds of a text such as '20 s', '4 min', '1h30m' or '1.5 h'."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < math.inf:
        if value < 0:
            raise UnitError(say("units.negative_duration", value=shown(value)))
        raise UnitError(say("units.no_unit", value=shown(value)))
    if not isinstance(value, str):
        raise UnitError(say("units.no_duration", value=shown(value)))
    text = value.strip()
    if text.startswith("-"):
        raise UnitError(say("units.negative_duration", value=shown(text)))
    if re.fullmatch(r"\+?[\d_]*\.?\d*", text, re.ASCII) and re.search(r"\d", text):
        raise UnitError(say("units.no_unit", value=shown(text)))
    total, at, last = 0.0, 0, math.inf
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            hint = with_point(text) or _by_clock(text) or say("units.such_durations")
            raise UnitError(say("units.no_duration_but", value=shown(text), hint=hint))
        seconds = unit_s(piece[2])
        if seconds is None:
            raise UnitError(say("units.unknown_unit", unit=shown(piece[2])))
        if seconds >= last:
            raise UnitError(say("units.large_to_small", value=shown(text)))
        total += float(piece[1].replace("_", "")) * seconds
        at, last = piece.end(), seconds
    if at == 0:
        raise UnitError(say("units.duration_missing"))
    if not total <= LONGEST_S:
        raise UnitError(say("units.too_long", value=shown(text)))
    # 0.1 * 60 * 3 must not become 18.000000000000004 s: durations are whole microseconds.
    return round(total, 6)


def _by_clock(text: str) -> str:
    """What to write instead of 3:30, as the end of a sentence."""
    match = re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", text, re.ASCII)
    if match is None:
        return ""
    if match[3]:
        return say("units.by_clock", hours=match[1], minutes=match[2], seconds=match[3])
    return say("units.minutes_or_hours", one=match[1], two=match[2])


def fraction(value: object) -> float:
    """A number given as `85%` or `0.85`, of any size."""
    if isinstance(value, str):
        percent = _SHARE.fullmatch(value)
        if percent is None:
            hint = with_point(value.strip()) or say("units.such_shares")
            raise UnitError(say("units.no_share_but", value=shown(value), hint=hint))
        value = float(percent[1]) / 100
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnitError(say("units.no_share", value=shown(value)))
    try:
        value = float(value)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise UnitError(say("units.no_share", value=shown(value)))
    # 5.5 % is 0.055, not 0.05500000000000001.
    return round(value, 12)


def share(value: object) -> float:
    """A fraction between 0 and 1, given as `85%` or `0.85`."""
    result = fraction(value)
    if result < 0:
        raise UnitError(say("units.negative_share", value=shown(value)))
    if result > 1:
        if isinstance(value, (int, float)) and result <= 100:
            raise UnitError(say("units.above_one", value=shown(value), percent=value, share=value / 100))
        raise UnitError(say("units.above_all", value=shown(value)))
    return result


def clock(value: object, *, end: bool = False) -> int:
    """Milliseconds of the day of `HH:MM`; 24:00 only where a range ends."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise UnitError(say("units.no_clock", value=shown(value)))
    hours, minutes = int(match[1]), int(match[2])
    if minutes > 59 or hours > 24 or (hours == 24 and (minutes or not end)):
        last = "24:00" if end else "23:59"
        raise OffTheClockError(say("units.not_on_the_clock", value=match[0], last=last))
    return (hours * 60 + minutes) * MINUTE_MS


def clock_span(value: object) -> tuple[int, int]:
    """Milliseconds since midnight of `HH:MM-HH:MM`; the end may lie past midnight, beyond DAY_MS."""
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise UnitError(say("units.no_range", value=shown(value)))
    begin, end = clock(match[1]), clock(match[2], end=True)
    if begin == end:
        raise UnitError(say("units.empty_range", value=match[0].strip()))
    return begin, end if begin < end else end + DAY_MS


def clock_range(value: object) -> tuple[tuple[int, int], ...]:
    """Milliseconds of the day of `HH:MM-HH:MM`; a range that passes midnight comes as two."""
    begin, end = clock_span(value)
    if end <= DAY_MS:
        return ((begin, end),)
    return ((0, end - DAY_MS), (begin, DAY_MS))


_MOMENT = re.compile(r"\s*day\s+(\d{1,6})\s+(\d{1,2}:\d{2})\s*", re.ASCII)


def moment(value: object, *, end: bool = False) -> int:
    """Milliseconds since 00:00 of day 1 of `day 2 09:30`; 24:00 only where something ends."""
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise UnitError(say("units.no_moment", value=shown(value)))
    if match[1].lstrip("0") == "":
        raise UnitError(say("units.day_zero"))
    return (int(match[1]) - 1) * DAY_MS + clock(match[2], end=end)


def show_duration(seconds: float) -> str:
    """`90` → '1 min 30 s': a duration in the units it was probably written in."""
    if seconds == 0:
        return "0 s"
    parts, rest = [], round(seconds, 3)
    for size, unit in ((DAY_S, "d"), (HOUR_S, "h"), (60, "min")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:.0f} {unit}")
    rest = round(rest, 3)
    return " ".join([*parts, f"{rest:g} s"] if rest else parts)


def show_share(value: float) -> str:
    """`0.85` → '85%'."""
    return f"{round(value * 100, 6):g}%"


def show_clock(ms: int) -> str:
    """`34_200_000` → '09:30'."""
    return f"{ms // HOUR_MS:02d}:{ms // MINUTE_MS % 60:02d}"


def show_span(begin: int, end: int) -> str:
    """`(79_200_000, 108_000_000)` → '22:00–06:00'."""
    return f"{show_clock(begin % DAY_MS)}–{show_clock(end if end <= DAY_MS else end % DAY_MS)}"


def show_moment(ms: int, *, end: bool = False) -> str:
    """`122_400_000` → 'day 2 10:00'; midnight is 24:00 where something ends."""
    day, time = divmod(ms - end, DAY_MS)
    return f"day {day + 1} {show_clock(time + end)}"


def shown(value: object) -> str:
    """A value as it stands in a message: short, printable, in YAML's words."""
    if value is None:
        return say("units.nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 10**18:
        return say("units.very_large")
    if isinstance(value, (int, float)):
        if math.isinf(value):
            return say("units.infinity") if value > 0 else say("units.minus_infinity")
        return "NaN" if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return say("units.mapping")
    if isinstance(value, (list, tuple)):
        return say("units.list")
    text = str(value)
    text = "".join(c if c.isprintable() else "?" for c in text[:41])
    return f"'{text[:40]}…'" if len(text) > 40 else (f"'{text}'" if " " in text or not text else text)
