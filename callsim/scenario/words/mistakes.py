"""The words of mistakes: pydantic's findings told in a planner's language, with the nearest valid word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from callsim import units
from callsim.sentences import say
from callsim.units import shown

Location = tuple[str | int, ...]


def wrong(text: str) -> PydanticCustomError:
    """A mistake found by one of our own validators; its text is shown as it is."""
    return PydanticCustomError("callsim", "{text}", {"text": text})


_MOST_COMPARED = 150
"""Words with which one is compared at most: a file may hold thousands of names and thousands of mistakes."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Returns the end of a sentence about an unknown word: the nearest known one, or the words that can stand
    here.
    """
    words = list(known)
    if len(words) > _MOST_COMPARED:
        words = [name for name in words if name[:1] == word[:1] and abs(len(name) - len(word)) < 3][
            :_MOST_COMPARED
        ]
    words.sort()
    lower = {name.lower(): name for name in words}
    close = difflib.get_close_matches(word.lower()[:60], lower, n=1, cutoff=0.6)
    if close:
        return say("hints.did_you_mean", name=shown(lower[close[0]]))
    if not words:
        return ""
    some = ", ".join(map(shown, words[:12])) + (", …" if len(words) > 12 else "")
    return say("names.can_stand", names=some) if len(words) > 1 else say("names.only_one", names=some)


Context = Mapping[str, Any]

# pydantic's kind of error → what we say of the value that stands in the file.
_TEXTS: dict[str, Callable[[str, Context], str]] = {
    "model_type": lambda value, _: say("values.not_mapping", value=value),
    "model_attributes_type": lambda value, _: say("values.not_mapping", value=value),
    "dict_type": lambda value, _: say("values.not_mapping_of_names", value=value),
    "tuple_type": lambda value, _: say("values.not_list", value=value),
    "list_type": lambda value, _: say("values.not_list", value=value),
    "string_type": lambda value, _: say("values.not_text", value=value),
    "int_type": lambda value, _: say("values.no_whole_number", value=value),
    "int_from_float": lambda value, _: say("values.no_whole_number", value=value),
    "float_type": lambda value, _: say("values.no_number", value=value),
    "finite_number": lambda value, _: say("values.not_finite", value=value),
    "bool_type": lambda value, _: say("values.neither", value=value),
    "too_short": lambda _, of: say("values.too_few", count=of["actual_length"], least=of["min_length"]),
    "too_long": lambda _, of: say("values.too_many", count=of["actual_length"], most=of["max_length"]),
    "string_too_short": lambda *_: say("values.no_text"),
    "string_too_long": lambda *_: say("values.long_text"),
    "greater_than": lambda value, of: say("values.more_than", value=value, bound=of["gt"]),
    "greater_than_equal": lambda value, of: say("values.at_least", value=value, bound=of["ge"]),
    "less_than": lambda value, of: say("values.less_than", value=value, bound=of["lt"]),
    "less_than_equal": lambda value, of: say("values.at_most", value=value, bound=of["le"]),
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
    """Returns what is wrong with figures without names, such as `{exponential: 3 min}`."""
    try:
        units.duration(value)
        time = str(value).strip() if len(str(value)) < 30 and str(value).isprintable() else ""
    except units.UnitError:
        time = ""
    inner = _FIGURES.get(family, "mean: {time}, cv: 1").format(time=time or "3 min")
    instead = f"{{{family}: {{{inner}}}}}"
    if time and "mean" in inner:
        return say("values.unnamed_time", family=family, time=shown(time), instead=instead)
    return say("values.unnamed_figures", family=family, instead=instead)


_SLIP = re.compile(r"([A-Za-z_][\w-]*)(?:(:)(?=[^\s/])|\s+(?=\S))", re.ASCII)


def _slip(key: str, known: Iterable[str]) -> str:
    """Returns the end of a sentence: what a key such as `per_day:900` or `mean 3 min` lacks."""
    match = _SLIP.match(key)
    if match is None or match[1] not in known:
        return ""
    if match[2]:
        return say("values.space_missing_hint", key=match[1])
    return say("values.colon_missing_hint", key=match[1])


def told(error: Mapping[str, Any], known: Iterable[str]) -> str:
    """One of pydantic's errors in our words; `known` are the keys that could stand there."""
    kind, context = error["type"], error.get("ctx", {})
    key, value = error["loc"][-1] if error["loc"] else "", shown(error.get("input"))
    if kind == "callsim":
        return str(context["text"])
    if kind == "missing":
        return say("values.missing", key=key)
    if kind == "extra_forbidden":
        hint = _slip(str(key), known) or nearest(str(key), known)
        return say("values.unknown_key", key=shown(key), hint=hint)
    if kind == "literal_error":
        return say("values.cannot_stand_but", value=value, choice=context["expected"].replace("'", ""))
    if kind == "too_short" and not context["actual_length"]:
        return say("values.empty")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        given = error.get("input")
        slip = _SLIP.match(given) if isinstance(given, str) else None
        if slip and slip[2]:
            return say("values.space_missing", key=shown(slip[1]))
    text = _TEXTS.get(kind)
    return text(value, context) if text else say("values.cannot_stand", value=value)
