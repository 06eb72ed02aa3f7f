"""The words of mistakes: pydantic's findings told in a planner's language, with the nearest valid word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from callsim import units
from callsim.units import shown

Location = tuple[str | int, ...]


def wrong(text: str) -> PydanticCustomError:
    """A mistake found by one of our own validators; its text is shown as it is."""
    return PydanticCustomError("callsim", "{text}", {"text": text})


_MOST_COMPARED = 150
"""Comparing is slow, and a file may hold thousands of names and thousands of mistakes."""


def nearest(word: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown word, as the end of a sentence."""
    words = list(known)
    if len(words) > _MOST_COMPARED:
        words = [name for name in words if name[:1] == word[:1] and abs(len(name) - len(word)) < 3][
            :_MOST_COMPARED
        ]
    words.sort()
    lower = {name.lower(): name for name in words}
    close = difflib.get_close_matches(word.lower()[:60], lower, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {shown(lower[close[0]])}?"
    if not words:
        return ""
    some = ", ".join(map(shown, words[:12])) + (", …" if len(words) > 12 else "")
    return f"; here can stand: {some}" if len(words) > 1 else f"; only {some} can stand here"


_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}

# pydantic's kind of error → what we say; {value} is what stands in the file.
_TEXTS = {
    "model_type": "here must be a mapping (key: value), not {value}",
    "model_attributes_type": "here must be a mapping (key: value), not {value}",
    "dict_type": "here must be a mapping (name: …), not {value}",
    "tuple_type": "here must be a list, not {value}",
    "list_type": "here must be a list, not {value}",
    "string_type": "here must be a text, not {value}; put it in quotes if it is one",
    "int_type": "{value} is not a whole number",
    "int_from_float": "{value} is not a whole number",
    "float_type": "{value} is not a number",
    "finite_number": "{value} is not a finite number",
    "bool_type": "{value} is neither true nor false",
    "too_short": "{actual_length} here; there must be at least {min_length}",
    "too_long": "{actual_length} here; there can be at most {max_length}",
    "string_too_short": "a text must stand here",
    "string_too_long": "this text is too long",
}


_FIGURES = {
    "constant": "mean: {time}",
    "exponential": "mean: {time}",
    "hyperexponential": "mean: {time}, cv: 1.5",
    "uniform": "mean: {time}, cv: 50%",
    "erlang": "mean: {time}, phases: 2",
    "triangular": "low: 1 min, mode: 3 min, high: 8 min",
    "empirical": "file: values.csv",
}


def unnamed_figures(family: str, value: object) -> str:
    """What to write instead of `{exponential: 3 min}`."""
    try:
        units.duration(value)
        time = str(value).strip() if len(str(value)) < 30 and str(value).isprintable() else ""
    except units.UnitError:
        time = ""
    inner = _FIGURES.get(family, "mean: {time}, cv: 1").format(time=time or "3 min")
    if time and "mean" in inner:
        return f"{family} does not say what {shown(time)} is; for a mean write {{{family}: {{{inner}}}}}"
    return f"{family} must say what its figures are; write such as {{{family}: {{{inner}}}}}"


_SLIP = re.compile(r"([A-Za-z_][\w-]*)(?:(:)(?=[^\s/])|\s+(?=\S))", re.ASCII)


def _slip(key: str, known: Iterable[str]) -> str:
    """What `per_day:900` or `mean 3 min` lacks, as the end of a sentence."""
    match = _SLIP.match(key)
    if match is None or match[1] not in known:
        return ""
    return f"; a {'space is missing after the colon of' if match[2] else 'colon is missing after'} {match[1]}"


def told(error: Mapping[str, Any], known: Iterable[str]) -> str:
    """One of pydantic's errors in our words; `known` are the keys that could stand there."""
    kind, context = error["type"], error.get("ctx", {})
    key, value = error["loc"][-1] if error["loc"] else "", shown(error.get("input"))
    if kind == "callsim":
        return str(context["text"])
    if kind == "missing":
        return f"{key} is missing here"
    if kind == "extra_forbidden":
        return f"unknown key {shown(key)}{_slip(str(key), known) or nearest(str(key), known)}"
    if kind == "literal_error":
        return f"{value} cannot stand here; write {context['expected'].replace(chr(39), '')}"
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{value} is out of range; it must be {words} {context[name]:g}"
    if kind == "too_short" and not context["actual_length"]:
        return "this is empty; write at least one"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        given = error.get("input")
        slip = _SLIP.match(given) if isinstance(given, str) else None
        if slip and slip[2]:
            return f"a space is missing after the colon of {shown(slip[1])}"
    return _TEXTS.get(kind, "{value} cannot stand here").format_map({**context, "value": value})
