"""Reads the texts of a column as numbers, durations and moments.

Where a text has two readings, none is guessed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callsim.scenario.reading.tables.moments import DAY_FIRST, MONTH_FIRST, Moment, moment, number
from callsim.scenario.reading.tables.offsets import is_two_clocks, meaning_of, minutes_of
from callsim.sentences import say
from callsim.units import HOUR_MS, shown

TOTAL = re.compile(
    r"(?:.*\s)?(?:(?:grand |sub)?totals?|sums?|summary|summen?|gesamt(?:summe)?|zwischensumme"
    r"|合计|总计|小计|总和)"
)
NOTHING = ("", "-", "–", "—", "n/a", "null", "none", "nan", "#div/0!")
"""What stands for no figure, in small letters."""

_SIGN = re.compile(r"[\s\u00a0\u202f']|%$")
_NUMBER = re.compile(
    r"\d{1,15}|\d{0,15}[.,]\d{1,17}|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,9})?|\d{1,9}(?:\.\d+)?e[-+]?\d\d?", re.I
)
_ONE_POINT = re.compile(r"\d{1,3}[.,]\d{3}")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{2}(?:[.,]\d{1,3})?)")
_UTC = re.compile(r"(.+?)(?:[.,](\d{1,9}))?\s?(Z|UTC|[+-]\d{2}:?\d{2})", re.I)
_SECONDS = re.compile(r"(.+\d:\d{2}:\d{2})[.,](\d{1,9})")
_EIGHT = re.compile(r"(\d{2})(\d{2})((?:19|20)\d{2})")
_SHORT = re.compile(r"[-+]?[\d.,:%\s]{1,12}|nan|inf|\d{1,3}e[-+]?\d{1,3}", re.I)
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T][\d:.]{4,15}(?: ?[AP]M)?)?", re.I)
_NAMES_UTC = re.compile(
    r"(?:(?<![a-z])|(?<=start)|(?<=time)|(?<=date)|(?<=interval))(?:utc|gmt)"
    r"(?:\s?([+\u2212-])\s?(\d{1,2})(?::?([0-5]\d))?(?!\d))?(?=[^a-z]|start|time|date|interval|$)"
)
BAD = -2.0


def shown_safely(text: str) -> str:
    """Returns a field for a message: its text, but only its length if it could be of a caller."""
    digits = sum(letter.isdigit() for letter in text)
    if text and ((_SHORT.fullmatch(text) and digits <= 8) or _DATED.fullmatch(text)):
        return shown(text)
    return say("read.hidden", letters=len(text))


def decimal_mark(texts: Sequence[str]) -> str:
    """Returns `.` or `,`, found in texts that have one reading only; an empty text where none has, or both
    occur.
    """
    found = set()
    for text in texts:
        bare = _SIGN.sub("", text)
        if not re.fullmatch(r"\d[\d.,]*", bare) or not (marks := re.findall(r"[.,]", bare)):
            continue
        last = marks[-1]
        if len(set(marks)) == 2 and marks.count(last) == 1:
            found.add(last)
        elif len(marks) > 1 and len(set(marks)) == 1:
            found.add("," if last == "." else ".")
        elif len(marks) == 1 and not _ONE_POINT.fullmatch(bare):
            found.add(last)
    return found.pop() if len(found) == 1 else ""


def numbers(texts: Sequence[str], decimal: str, whole: bool = False) -> tuple[np.ndarray, str]:
    """Returns the numbers, float64 [text], NaN where there is none and BAD for texts that are no number; and
    the first text that has two readings, or an empty one.

    `decimal`: the file's decimal mark, if known. Without it `1,234` has two readings, and in columns of
    `whole` numbers `1.234`, too.
    """
    found, doubt = np.full(len(texts), BAD), ""
    for at, text in enumerate(texts):
        if text.lower() in NOTHING:
            found[at] = np.nan
            continue
        bare = _SIGN.sub("", text)
        if not _NUMBER.fullmatch(bare):
            continue
        mark = decimal
        if not mark and _ONE_POINT.fullmatch(bare):
            if whole:
                doubt = doubt or text
                continue
            mark = "." if "." in bare else ""
            if not mark:
                doubt = doubt or text
                continue
        bare = bare.replace(".", "").replace(",", ".") if mark == "," else bare.replace(",", "")
        try:
            found[at] = float(bare) / (100 if text.rstrip().endswith("%") else 1)
        except ValueError:
            continue
    return found, doubt


@dataclass(frozen=True)
class Durations:
    """Durations as their column has them: as clocks, or as numbers of a unit that is still open."""

    value: np.ndarray  # float64 [text]: numbers as written; of clocks seconds, read as h:mm:ss or m:ss
    clock: np.ndarray  # int8 [text]: parts of the clock, 2 or 3; 0 for numbers
    doubt: str = ""


def durations(texts: Sequence[str], decimal: str) -> Durations:
    """Returns the durations of a column's texts; `decimal`: the file's decimal mark, if known."""
    value, doubt = numbers(texts, decimal)
    clock = np.zeros(len(texts), np.int8)
    for at, text in enumerate(texts):
        if match := _CLOCK.fullmatch(text):
            hours, minutes, seconds = match[1], int(match[2]), float(match[3].replace(",", "."))
            if seconds < 60 and (hours is None or minutes < 60):
                value[at] = int(hours or 0) * 3600 + minutes * 60 + seconds
                clock[at] = 2 if hours is None else 3
    return Durations(value, clock, doubt)


@dataclass
class Moments:
    """The texts of a column as times; lists with one element for each text."""

    texts: Sequence[str]
    found: list[Moment | None]
    utc: list[int | None]
    """How far times that tell a zone are ahead of UTC, ms; None where none is told."""
    more_ms: list[int]
    """Fractions of a second, ms."""
    doubt: str = ""
    """A text such as 04:00-05:00 that may be an interval, or a time with the offset of a zone."""

    def of_day(self) -> np.ndarray:
        """int64 [text]: ms since midnight, -1 where a text tells no time of the day."""
        return np.array(
            [
                -1 if one is None or one.at is None else one.at + more
                for one, more in zip(self.found, self.more_ms, strict=True)
            ],
            np.int64,
        )

    def dates(self, order: str) -> np.ndarray:
        """datetime64[D] [text]: the dates in an order (DAY_FIRST or MONTH_FIRST); NaT where a text tells
        none.
        """
        days = [None if one is None else one.date(order) for one in self.found]
        return np.array(
            [np.datetime64("NaT") if day is None else np.datetime64(day) for day in days], "datetime64[D]"
        )


def moments(texts: Sequence[str], clock: bool = False) -> Moments:
    """Reads the texts of a column as moments or dates, or with `clock` as times of the day.

    Where all texts are numbers, they are dates as 20260214 or of a spreadsheet; times as 0930 or parts of a
    day. Two clock times, 12:30-13:00, are an interval, unless the column shows that the second is an offset.
    """
    given = [text for text in texts if text and not TOTAL.fullmatch(text.casefold())]
    how = ""
    if given and all(text.replace(".", "", 1).isdigit() for text in given):
        for one in ("hhmm", "fraction") if clock else ("yyyymmdd", "serial"):
            if all(number(text, one) for text in given):
                how = one
                break
    two_clocks = {text for text in texts if is_two_clocks(text)}
    meaning = meaning_of(texts) if two_clocks else ""
    intervals: set[str] = two_clocks if meaning == "interval" else set()
    found: list[Moment | None] = []
    utc: list[int | None] = []
    more: list[int] = []
    for text in texts:
        ahead, fraction, bare = None, "", text
        read: Moment | None
        zoned = None if how or text in intervals else _UTC.fullmatch(text)
        if zoned and ":" in zoned[1] and (ahead := _ahead(zoned[3])) is not None:
            bare, fraction = zoned[1], zoned[2] or ""
        elif not how and (match := _SECONDS.fullmatch(text)):
            bare, fraction = match[1], match[2]
        if how:
            read = number(text, how)
        elif (match := _EIGHT.fullmatch(bare)) and not clock:
            read = Moment((int(match[3]), int(match[1]), int(match[2])), True)
        else:
            read = moment(bare)
        found.append(read)
        utc.append(ahead)
        more.append(round(int(fraction or 0) / 10 ** len(fraction) * 1000) if fraction else 0)
    return Moments(texts, found, utc, more, min(two_clocks) if meaning == "open" else "")


def _ahead(zone: str) -> int | None:
    """Returns how far a zone such as Z or +05:30 is ahead of UTC, ms; None where no place has it."""
    if zone[0] not in "+-":
        return 0
    minutes = minutes_of(zone)
    return None if minutes is None else minutes * 60_000


def ahead_in(name: str) -> int | None:
    """Returns how far times are ahead of UTC, ms, as their column's name (in small letters) tells.

    0 for `start (utc)`, an hour for `start (gmt+1)`; None where the name tells no zone.
    """
    found = _NAMES_UTC.search(name)
    if found is None:
        return None
    ahead = int(found[2] or 0) * HOUR_MS + int(found[3] or 0) * 60_000
    return ahead if found[1] in ("+", None) else -ahead


def order_of(found: Sequence[Moment | None]) -> tuple[str, Moment | None]:
    """Returns DAY_FIRST or MONTH_FIRST, decided from all dates together, and None.

    If that leaves both, returns an empty text and one of the dates that can be read in two ways.
    """
    dated = {one.numbers: one for one in found if one is not None and one.open and one.numbers}
    both = list(dated.values())
    fits = [order for order in (DAY_FIRST, MONTH_FIRST) if all(one.date(order) for one in both)]
    if len(fits) == 1:
        return fits[0], None
    if not both or (fits and all(one.date(DAY_FIRST) == one.date(MONTH_FIRST) for one in both)):
        return DAY_FIRST, None
    if fits:
        whole = [order for order in fits if _together({one.date(order) for one in both})]
        if len(whole) == 1:
            return whole[0], None
    return "", both[0]


def _together(dates: set[datetime.date | None]) -> bool:
    """Returns whether dates follow each other without a gap, as those of a report do."""
    known = sorted(date for date in dates if date is not None)
    return len(known) > 1 and (known[-1] - known[0]).days == len(known) - 1


def local(utc_ms: np.ndarray, zone: datetime.tzinfo) -> np.ndarray:
    """int64 [moment] ms since 1970 by the wall clock of a zone.

    `utc_ms`: int64 [moment], ms since 1970, UTC.
    """
    quarter = 900_000
    found, back = np.unique(utc_ms // quarter, return_inverse=True)
    ahead = np.empty(len(found), np.int64)
    for at, one in enumerate(found.tolist()):
        there = datetime.datetime.fromtimestamp(one * 900, datetime.UTC).astimezone(zone).utcoffset()
        assert there is not None
        ahead[at] = round(there.total_seconds() * 1000)
    moved: np.ndarray = utc_ms + ahead[back]
    return moved


def turns(days: Sequence[datetime.date], zone: datetime.tzinfo) -> dict[datetime.date, int]:
    """Returns the days on which the clock of a zone is changed: by how many ms, more than 0 if it is put
    forward.
    """
    found = {}
    for day in days:
        first = datetime.datetime.combine(day, datetime.time(), zone).utcoffset()
        last = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), zone).utcoffset()
        if first is not None and last is not None and first != last:
            found[day] = round((last - first).total_seconds() * 1000)
    return found
