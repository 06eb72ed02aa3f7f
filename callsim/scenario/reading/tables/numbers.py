"""Numbers of tables: the decimal mark of a column, a point or a comma, and the mark of its thousands, where
its fields show them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from callsim import units
from callsim.sentences import say
from callsim.units import shown

_POINT = re.compile(r"[-+]?(?:\d*|[1-9]\d{0,2}(?:,\d{3})+)\.\d+|[-+]?[1-9]\d{0,2}(?:,\d{3}){2,}", re.ASCII)
_COMMA = re.compile(r"[-+]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+", re.ASCII)
_DIGITS = re.compile(r"[\d.,]*\d", re.ASCII)
_SOME = 3  # fields with a mark, fewer than which may have been written by hand
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
_WITH_COMMA = re.compile(r"([-+]?)(\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?", re.ASCII)


def decimal_mark(fields: Iterable[str], commas: bool) -> str:
    """`.` or `,`, as the fields that can be read in one way only have it; nothing where none or both do.

    `commas`: whether a comma may be a decimal one, as in a file whose fields commas do not separate.
    0.5 and 12.25 show a point; 0,5, 12,25 and 1.200,5 a comma; 1.200 and 1,200 nothing.
    """
    found = set()
    for field in fields:
        if "." not in field and "," not in field:
            continue
        if _POINT.fullmatch(field) and not units.Pointed.fits(field):
            found.add(".")
        elif commas and _COMMA.fullmatch(field) and not _in_two_ways(field):
            found.add(",")
    return found.pop() if len(found) == 1 else ""


def thousands_mark(fields: Iterable[str], decimal: str) -> str:
    """`,` or `.`, if the fields with it can only be thousands, as 1,100 beside 484; else nothing.

    All of them are groups of three digits, no field without one is a thousand or more, and one of these
    holds: a field has two groups, or the column's decimal mark is the other one, or of three fields or more
    one ends in 0 while others without a mark reach a hundred, and a tenth of the least with one. Of decimals,
    programmes write all trailing zeros or none: 1,100 calls beside 484 calls would be 1,1 or 484,000.
    """
    numbers = [field for field in fields if _DIGITS.fullmatch(field)]
    for mark, other in (",.", ".,"):
        with_it = [field for field in numbers if mark in field]
        plain = [int(field) for field in numbers if field.isdigit()]
        if not with_it or decimal == mark or max(plain, default=0) >= 1000:
            continue
        if any(other in field for field in numbers) and decimal != other:
            continue
        if not all(_GROUPS.fullmatch(field.split(other)[0].replace(mark, ",")) for field in with_it):
            continue
        most, least = max(plain, default=0), min(int(re.sub(r"[.,]", "", field)) for field in with_it)
        many = (
            len(with_it) >= _SOME
            and any(field.endswith("0") for field in with_it)
            and most >= max(100, least / 10)
        )
        if many or decimal == other or any(field.count(mark) > 1 for field in with_it):
            return mark
    return ""


class Marks(NamedTuple):
    """The marks of a column's numbers, each `.` or `,`, or nothing where no field shows one surely."""

    decimal: str = ""
    thousands: str = ""

    def plain(self, text: str) -> str:
        """A number without marks of thousands; any other text as it is."""
        if not self.thousands or self.thousands not in text:
            return text
        whole, rest, decimals = text.partition(self.decimal) if self.decimal else (text, "", "")
        is_whole = _GROUPS.fullmatch(whole.replace(self.thousands, ",")) and self.thousands not in decimals
        return whole.replace(self.thousands, "") + rest + decimals if is_whole else text

    def notes(self, column: str, fields: Iterable[str]) -> Iterator[str]:
        """What is told of them: of decimal commas, and of thousands."""
        some = next((field for field in fields if decimal_mark([field], True) == ","), "")
        if self.decimal == "," and some:
            yield say("tables.decimal_commas", column=column, example=some)
        some = next((field for field in fields if self.plain(field) != field), "")
        if some:
            yield say("tables.thousands", column=column, example=some)


def marks_of(fields: Sequence[str], commas: bool, said: str) -> Marks:
    """The marks that the fields of a column show, or what is `said` of its decimal mark; `commas`: see
    decimal_mark.
    """
    if said:
        return Marks(said, "," if said == "." else ".")
    decimal = decimal_mark(fields, commas)
    return Marks(decimal, thousands_mark(fields, decimal))


def whole_column(text: str, file: str) -> str:
    """How to say for a whole file what 1,200 means, as the end of a sentence; nothing of other texts."""
    is_one = _GROUPS.fullmatch(text.replace(".", ",")) and ("." in text) != ("," in text)
    return say("tables.decimal_word", file=file) if is_one else ""


def number_of(text: str, mark: str, commas: bool, exact: bool) -> float:
    """A number of 0 or more, of a column with this decimal mark, if it shows one.

    `commas`: whether a comma may be a decimal one; `exact`: whether points surely are.
    Raises ValueError, whose text says what is wrong with the number.
    """
    plain = _with_point(text) if mark == "," and not exact else text
    try:
        value = float(plain)
    except ValueError:
        if commas and _in_two_ways(text):
            choice = units.Pointed(text.replace(",", ".")).choice
            raise ValueError(say("values.two_ways", text=text, choice=choice)) from None
        raise ValueError(
            say("values.no_number_but", value=shown(text), hint=units.with_point(text))
        ) from None
    if not text.isascii():
        # Python reads digits of every script; the checks below know but ours.
        raise ValueError(say("values.digits", value=shown(text)))
    if not mark and not exact and units.Pointed.fits(text):
        raise ValueError(say("values.two_ways", text=text, choice=units.Pointed(text).choice))
    if not 0 <= value <= 1e12:
        raise ValueError(say("values.below_zero", value=shown(text)))
    return value


def _in_two_ways(text: str) -> bool:
    """Whether a number with a comma may be thousands or a decimal one: 1,200."""
    return "." not in text and text.count(",") == 1 and units.Pointed.fits(text.replace(",", "."))


def _with_point(text: str) -> str:
    """A number whose comma is the decimal mark, as Python writes it; any other text as it is."""
    match = _WITH_COMMA.fullmatch(text)
    if match is None:
        return text
    return match[1] + match[2].replace(".", "") + (f".{match[3]}" if match[3] else "")
