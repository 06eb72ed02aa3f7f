"""Dates and clock times as files have them: read without a guess at what is day and what is month."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

from callsim.units import DAY_MS, HOUR_MS, MINUTE_MS

DAY_FIRST, MONTH_FIRST = "day_first", "month_first"


def words_of_files(text: str) -> list[str]:
    """Words by which what a file holds is recognised, in any of the languages of exports: never said."""
    return text.split()


_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            words_of_files("jan january januar janvier enero jän jänner"),
            words_of_files("feb february februar février fevrier febrero"),
            words_of_files("mar march mär märz mrz mars marzo"),
            words_of_files("apr april avril abril"),
            words_of_files("may mai mayo"),
            words_of_files("jun june juni juin junio"),
            words_of_files("jul july juli juillet julio"),
            words_of_files("aug august août aout agosto"),
            words_of_files("sep sept september septembre septiembre"),
            words_of_files("oct october okt oktober octobre octubre"),
            words_of_files("nov november novembre noviembre"),
            words_of_files("dec december dez dezember décembre decembre diciembre"),
        ),
        start=1,
    )
    for word in words
}
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            words_of_files("mon monday mo montag lundi lun lunes 周一 星期一"),
            words_of_files("tue tues tuesday di dienstag mardi martes 周二 星期二"),
            words_of_files("wed wednesday mi mittwoch mercredi miércoles 周三 星期三"),
            words_of_files("thu thur thurs thursday do donnerstag jeudi jueves 周四 星期四"),
            words_of_files("fri friday fr freitag vendredi viernes 周五 星期五"),
            words_of_files("sat saturday sa samstag sonnabend samedi sábado 周六 星期六"),
            words_of_files("sun sunday so sonntag dimanche domingo 周日 周天 星期日 星期天"),
        )
    )
    for word in words
}

_CLOCK = (
    r"(?P<half{0}>上午|下午)?\s?(?P<h{0}>[0-9]{{1,2}})(?:[:.h](?P<m{0}>[0-9]{{2}})(?:[:.](?P<s{0}>[0-9]{{2}})(?:[.,][0-9]{{1,6}})?)?)?"
    r"(?:\s?(?P<ap{0}>[AaPp])\.?\s?[Mm]\.?)?(?:\s?(?:Uhr|h))?"
)
_SPAN = rf"{_CLOCK.format(1)}(?:\s*(?:-|–|—|~|/|to|bis|至)\s*{_CLOCK.format(2)})?"
_DATE = (
    r"(?:(?P<y1>[0-9]{4})[-/.](?P<mo1>[0-9]{1,2})[-/.](?P<d1>[0-9]{1,2})"
    r"|(?P<y4>[0-9]{4})年(?P<mo4>[0-9]{1,2})月(?P<d4>[0-9]{1,2})日"
    r"|(?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})[-/.](?P<y2>[0-9]{4}|[0-9]{2})"
    r"|(?P<d3>[0-9]{1,2})[-. ]\s?(?P<mo3>[^\W\d_]{3,9})\.?[-, ]\s?(?P<y3>[0-9]{4}|[0-9]{2})"
    r"|(?P<mo5>[^\W\d_]{3,9})\.? (?P<d5>[0-9]{1,2}),? (?P<y5>[0-9]{4}))"
)
_MOMENT = re.compile(rf"(?:[^\W\d_]{{2,10}}[.,]{{0,2}}\s+)?{_DATE}(?:(?:[T ]|,\s?|\s-\s)\s*{_SPAN})?")
_HOURS = re.compile(_SPAN)
_DAY = re.compile(r"([^\W\d_]{2,12})\.?")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d{1,12})?", re.ASCII)
_FRACTION = re.compile(r"0?\.\d{1,18}|[01]|\d(?:\.\d+)?[eE]-\d{1,2}", re.ASCII)
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
_FIRST_SERIAL = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class Moment:
    """What a field says of time, as far as it says it."""

    numbers: tuple[int, int, int] | None = None
    """Year, then month and day; or, where `open`, the two numbers that are month and day or day and month."""
    open: bool = False
    weekday: int | None = None
    at: int | None = None
    """ms of the day; 24:00 is a day."""
    until: int | None = None
    """Where the field is a range: its end, ms of the day."""

    @property
    def kind(self) -> str:
        """`moment`, `date`, `clock` or `weekday`."""
        if self.numbers:
            return "date" if self.at is None else "moment"
        return "clock" if self.weekday is None else "weekday"

    def date(self, order: str) -> datetime.date | None:
        """Its date, or None where there is no such day."""
        if self.numbers is None:
            return None
        year, month, day = self.numbers
        if self.open and order == DAY_FIRST:
            month, day = day, month
        try:
            return datetime.date(year, month, day)
        except ValueError:
            return None


@lru_cache(maxsize=20_000)
def moment(text: str) -> Moment | None:
    """What a field says, or None; numbers alone say nothing here."""
    if len(text) > 60:
        return None
    match = _MOMENT.fullmatch(text)
    if match is not None:
        return _dated(match)
    match = _HOURS.fullmatch(text)
    if match is not None and not text.isdigit():
        at, until = _clock(match, 1), _clock(match, 2)
        return None if at is None or (match["h2"] and until is None) else Moment(at=at, until=until)
    match = _DAY.fullmatch(text)
    if match is not None and match[1].casefold() in _WEEKDAYS:
        return Moment(weekday=_WEEKDAYS[match[1].casefold()])
    return None


def number(text: str, as_: str) -> Moment | None:
    """What a number says: a `serial` of Excel, a `fraction` of a day, `hhmm`, an `hour` or `yyyymmdd`."""
    if as_ == "serial" and _SERIAL.fullmatch(text):
        days = float(text)
        date = _FIRST_SERIAL + datetime.timedelta(days=int(days))
        at = _settled((days - int(days)) * DAY_MS)
        if at == DAY_MS:
            date, at = date + datetime.timedelta(days=1), 0
        return Moment((date.year, date.month, date.day), at=at if "." in text else None)
    if as_ == "fraction" and _FRACTION.fullmatch(text):
        return Moment(at=_settled(float(text) * DAY_MS))
    if as_ == "hhmm" and _WHOLE.fullmatch(text) and int(text) % 100 < 60 and int(text) <= 2400:
        return Moment(at=int(text) // 100 * HOUR_MS + int(text) % 100 * MINUTE_MS)
    if as_ == "hour" and _WHOLE.fullmatch(text) and int(text) <= 24:
        return Moment(at=int(text) * HOUR_MS)
    if as_ == "yyyymmdd" and re.fullmatch(r"(?:19|20)\d{6}", text, re.ASCII):
        return Moment((int(text[:4]), int(text[4:6]), int(text[6:])))
    return None


NUMBERS = ("yyyymmdd", "serial", "fraction", "hour", "hhmm")
"""What numbers can say, the strictest first."""


def _settled(ms: float) -> int:
    """A fraction of a day of few digits: to the minute where that is within a second."""
    minute = round(ms / MINUTE_MS) * MINUTE_MS
    return minute if abs(ms - minute) <= 1000 else round(ms)


def _dated(match: re.Match[str]) -> Moment | None:
    part = match.groupdict()
    is_open = False
    if part["a"]:
        numbers, is_open = (_year(part["y2"]), int(part["a"]), int(part["b"])), True
    elif part["d3"] or part["mo5"]:
        k = "3" if part["d3"] else "5"
        month = _MONTHS.get(part[f"mo{k}"].casefold())
        if month is None:
            return None
        numbers = (_year(part[f"y{k}"]), month, int(part[f"d{k}"]))
    else:
        k = "1" if part["y1"] else "4"
        numbers = (int(part[f"y{k}"]), int(part[f"mo{k}"]), int(part[f"d{k}"]))
    if part["h1"] is None:
        return Moment(numbers, is_open)
    at, until = _clock(match, 1), _clock(match, 2)
    if at is None or (part["h2"] and until is None) or (part["m1"] is None and part["ap1"] is None):
        return None
    return Moment(numbers, is_open, at=at, until=until)


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= 69 else 2000)  # as POSIX has it


def _clock(match: re.Match[str], k: int) -> int | None:
    """ms of the day of one of the clock times of a match; None where there is no such time."""
    if match[f"h{k}"] is None:
        return None
    hour, minute, second = (int(match[f"{unit}{k}"] or 0) for unit in "hms")
    half = (match[f"ap{k}"] or "").lower() or {"上午": "a", "下午": "p"}.get(match[f"half{k}"] or "", "")
    if half:
        if not (1 <= hour <= 12 or match[f"half{k}"]):
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif match[f"m{k}"] is None:
        return None
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    return (hour * 60 + minute) * MINUTE_MS + second * 1000
