"""Plain data as the YAML text of a scenario file, read back equal whatever names there are."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from callsim.errors import UserError
from callsim.sentences import say
from callsim.units import Pointed

INDENT = "  "
WIDTH = 100  # columns; a line breaks only between entries
ROW = 16  # numbers in a row of a list, so that two rows of half hours are a day

# Words that YAML, an older YAML or this reader takes for something else than a text.
_NO_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
_PLAIN = re.compile(r"[^\W\d_][\w-]*(?<!-)")
_QUANTITY = re.compile(r"\d+(\.\d+)?( (ms|s|min|h|d)|%)", re.ASCII)
_UNPRINTABLE = re.compile("[^ -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")


@dataclass(frozen=True)
class Said:
    """A value with what is said of it: a comment beside it, or above it where there is no room."""

    value: object
    words: str


def comment(words: str, depth: int = 0, width: int = WIDTH) -> str:
    """Words as lines of a comment."""
    return "".join(f"{line}\n" for line in _comment(words, depth, width))


def _comment(words: str, depth: int, width: int) -> list[str]:
    head = f"{INDENT * depth}# "
    plain = _UNPRINTABLE.sub("?", words)
    lead = head + " " * (len(plain) - len(plain.lstrip()))
    lines = textwrap.wrap(
        plain.lstrip(), max(width - len(lead), 20), break_long_words=False, break_on_hyphens=False
    )
    return [f"{lead}{line}" for line in lines] or [head.rstrip()]


def text(words: str) -> str:
    """A text as YAML: plain where nobody could take it for anything else, in double quotes where not.

    Raises UserError where YAML has no way to write it: half a character, as in a damaged file name.
    """
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise UserError(say("paths.unwritable", text=words))
    if (_PLAIN.fullmatch(words) and words.lower() not in _NO_TEXT) or _QUANTITY.fullmatch(words):
        return words
    return _UNPRINTABLE.sub(_escaped, json.dumps(words, ensure_ascii=False))


def _escaped(letter: re.Match[str]) -> str:
    code = ord(letter[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def block(tree: Mapping[str, object], depth: int = 0, width: int = WIDTH) -> str:
    """A mapping, key below key: nested mappings of mappings below their keys, all else beside them.

    Values are mappings, sequences, texts, numbers, true, false and null (None), each perhaps `Said`.
    """
    return "".join(f"{line}\n" for line in _lines(tree, depth, width))


def _lines(tree: Mapping[str, object], depth: int, width: int) -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, Said):
            yield from _said(key, value, depth, width)
        else:
            yield from _entry(key, value, depth, width)


def _said(key: str, said: Said, depth: int, width: int) -> Iterator[str]:
    lines = [*_entry(key, said.value, depth, width)]
    beside = f"{lines[0]}  # {_UNPRINTABLE.sub('?', said.words)}"
    if len(lines) == 1 and len(beside) <= width:
        yield beside
    else:
        yield from _comment(said.words, depth, width)
        yield from lines


def _entry(key: str, value: object, depth: int, width: int) -> Iterator[str]:
    head = f"{INDENT * depth}{text(key)}:"
    if isinstance(value, Mapping) and value and any(_is_long(child) for child in value.values()):
        yield head
        yield from _lines(value, depth + 1, width)
    elif isinstance(value, Mapping):
        entries = [f"{text(inner)}: {flow(child)}" for inner, child in value.items()]
        yield from _wrapped(f"{head} {{", entries, "}", width)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        entries = [flow(item) for item in value]
        rows = [", ".join(entries[k : k + ROW]) for k in range(0, len(entries), ROW)]
        numbers = all(isinstance(item, (int, float)) for item in value)
        yield from _wrapped(f"{head} [", rows if numbers else entries, "]", width)
    else:
        yield f"{head} {flow(value)}"


def _is_long(value: object) -> bool:
    """What is better written below its key's mapping than within its braces."""
    if isinstance(value, (Mapping, Said)):
        return True
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) > ROW


def flow(value: object) -> str:
    """A value on one line of YAML. Raises TypeError for a value that YAML does not have."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(key)}: {flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        # 40.351 could be thousands: the reader refuses it, and takes 40.3510.
        return f"{value!r}0" if Pointed.fits(repr(value)) else repr(value)
    raise TypeError(say("paths.unwritable_type", type=type(value).__name__))


def _wrapped(head: str, entries: Sequence[str], end: str, width: int) -> list[str]:
    """A list or mapping, broken only between its entries."""
    lines = [head]
    for number, entry in enumerate(entries):
        one = entry + (end if number == len(entries) - 1 else ",")
        if len(lines[-1]) + 1 + len(one) > width and lines[-1] != head:
            lines.append(" " * len(head) + one)
        else:
            lines[-1] += one if lines[-1] == head else " " + one
    return lines if entries else [head + end]
