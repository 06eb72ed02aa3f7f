"""The bytes of a table as text: UTF-8, UTF-16, or what the scenario names; and what separates its fields."""

from __future__ import annotations

import codecs
import re

from callsim.errors import ScenarioError
from callsim.scenario.document import Place, no_such_character, place_behind, read_bytes
from callsim.sentences import say
from callsim.units import shown

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SEPARATOR = re.compile(r"sep=([,;\t|])[ \t,;]*(?:\r\n|\r|\n)", re.IGNORECASE)
_NEW_LINE = re.compile(r"\r\n|\r|\n")
_NO_TEXT = ("idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "utf-7")


def text_of(path: str, largest: int, encoding: str = "") -> tuple[str, bool]:
    """The text of a file, and whether it is certain how its bytes are letters.

    Where it is not, each byte is a letter of its own: what is ASCII is right, and nothing else may be used.
    Raises ScenarioError.
    """
    data = read_bytes(path, largest)
    top = Place(path, 1, 1)
    if encoding:
        return _named(data, encoding, top), True
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _named(data, "utf-16", top), True
    if not data.startswith(codecs.BOM_UTF8) and (order := _without_mark(data[:400])):
        return _named(data, order, top), True
    try:
        text, certain = data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        text, certain = data.decode("latin-1"), False
    if certain:
        no_such_character(path, text)
    elif odd := _CONTROL.search(text):
        place = place_behind(path, text[: odd.start()])
        raise ScenarioError([place.mistake(say("yaml.character", code=ord(odd[0])))])
    return text, certain


def as_it_may_be(field: str) -> list[tuple[str, str]]:
    """A field of a text that is not certain under each usual encoding in which it can be read."""
    data, found = field.encode("latin-1", "ignore"), []
    for encoding in ("windows-1252", "gb18030"):
        try:
            found.append((encoding, data.decode(encoding)))
        except UnicodeDecodeError:
            continue
    # Nobody writes mostly letters with marks: such a field is Chinese.
    return found[::-1] if 2 * sum(byte > 127 for byte in data) > len(data) else found


def _without_mark(start: bytes) -> str:
    """Which UTF-16 a text without a byte-order mark is; nothing if it is none."""
    if len(start) < 8:
        return ""
    evens, odds = start[::2].count(0), start[1::2].count(0)
    if odds > 0.3 * len(start) and not evens:
        return "utf-16-le"
    return "utf-16-be" if evens > 0.3 * len(start) and not odds else ""


def _named(data: bytes, encoding: str, top: Place) -> str:
    try:
        known = codecs.lookup(encoding)
        if known.name in _NO_TEXT or not getattr(known, "_is_text_encoding", True):
            raise LookupError
        text = data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        text = say("tables.no_encoding", encoding=shown(encoding))
        raise ScenarioError([top.mistake(text)]) from None
    except (UnicodeError, ValueError):
        raise ScenarioError([top.mistake(say("read.not_encoded", encoding=shown(encoding)))]) from None
    no_such_character(top.file, text)
    return text


def separator_of(text: str) -> tuple[str, int]:
    """The separator of a table, and where its rows begin: behind a line `sep=;`, where there is one.

    Without it the separator of most lines, of equals the first of tab, semicolon, comma and bar.
    """
    if said := _SEPARATOR.match(text):
        return said[1], said.end()
    lines = [line for line in _NEW_LINE.split(text[:4096])[:50] if line.strip()]
    return max("\t;,|", key=lambda mark: sum(mark in line for line in lines)) if lines else ",", 0
