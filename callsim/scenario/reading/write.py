"""Plain data as the YAML text of a scenario file, read back equal whatever names there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from callsim.errors import UserError

INDENT = "  "
WIDTH = 100  # columns; a line breaks only between entries
ROW = 16  # numbers in a row of a list, so that two rows of half hours are a day

# Words that YAML, an older YAML or this reader takes for something else than a text.
_NO_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
_PLAIN = re.compile(r"[^\W\d_][\w-]*(?<!-)")
_UNPRINTABLE = re.compile("[^ -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")


def text(words: str) -> str:
    """A text as YAML: plain where nobody could take it for anything else, in double quotes where not.

    Raises UserError where YAML has no way to write it: half a character, as in a damaged file name.
    """
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise UserError(f"{words!r} cannot be written in a text file; give it another name")
    if _PLAIN.fullmatch(words) and words.lower() not in _NO_TEXT:
        return words
    return _UNPRINTABLE.sub(_escaped, json.dumps(words, ensure_ascii=False))


def _escaped(letter: re.Match[str]) -> str:
    code = ord(letter[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def block(tree: Mapping[str, object], depth: int = 0, width: int = WIDTH) -> str:
    """A mapping, key below key: nested mappings of mappings below their keys, all else beside them.

    Values are mappings, sequences, texts, numbers, true, false and null (None).
    """
    return "".join(f"{line}\n" for line in _lines(tree, depth, width))


def _lines(tree: Mapping[str, object], depth: int, width: int) -> Iterator[str]:
    for key, value in tree.items():
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
    if isinstance(value, Mapping):
        return True
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) > ROW


def flow(value: object) -> str:
    """A value on one line."""
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
        return repr(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be written")


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
