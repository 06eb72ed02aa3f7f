"""Numbers of tables, and the decimal mark of a column: a point, or a comma where its fields show it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from callsim import units
from callsim.sentences import say
from callsim.units import shown

_POINT = re.compile(r"[-+]?(?:\d*|[1-9]\d{0,2}(?:,\d{3})+)\.\d+|[-+]?[1-9]\d{0,2}(?:,\d{3}){2,}", re.ASCII)
_COMMA = re.compile(r"[-+]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+", re.ASCII)
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
