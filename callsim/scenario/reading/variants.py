"""Variants of one scenario: every combination of the values that `--vary path=value,value` names."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from callsim.errors import UserError
from callsim.sentences import say

_OPENS, _CLOSES, _QUOTES = "([{", ")]}", "\"'"
MOST = 50  # plans; more comparisons than 1,225 nobody reads


class Variant(NamedTuple):
    """What is set, and what it is called in short."""

    name: str  # staff=400
    overrides: tuple[str, ...]  # as after --set


def variants(words: Sequence[str]) -> list[Variant]:
    """Each combination, the last word's values changing fastest. Raises UserError for a word that is none."""
    paths, choices = [], []
    for word in words:
        path, *values = _split(word, "=", most=1)
        chosen = [value.strip() for value in _split(values[0], ",")] if values else []
        if not path.strip() or not all(chosen) or len(chosen) < 2:
            raise UserError(say("paths.vary", word=word))
        if len(set(chosen)) < len(chosen):
            raise UserError(say("paths.vary_twice", word=word))
        paths.append(path.strip())
        choices.append(chosen)
    short = _short(paths)
    found = [
        Variant(
            ", ".join(f"{name}={value}" for name, value in zip(short, values, strict=True)),
            tuple(f"{path}={value}" for path, value in zip(paths, values, strict=True)),
        )
        for values in itertools.product(*choices)
    ]
    if len(found) > MOST:
        raise UserError(say("paths.vary_many", plans=len(found), most=MOST))
    return found


def _short(paths: Sequence[str]) -> list[str]:
    """The last step of each path, or as many as tell them apart and do not begin with a number."""
    steps = [path.split(".") for path in paths]
    most = max(map(len, steps), default=0)
    for length in range(1, most + 1):
        tails = [".".join(step[-length:]) for step in steps]
        if len(set(tails)) == len(tails) and not any(tail[:1].isdigit() for tail in tails):
            return tails
    return list(paths)


def _split(text: str, at: str, most: int | None = None) -> list[str]:
    """The parts of a text between separators that stand outside of quotes and brackets."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES:
            quote = letter
        else:
            depth += (letter in _OPENS) - (letter in _CLOSES)
        if letter == at and depth == 0 and not quote and (most is None or len(parts) <= most):
            parts.append("")
        else:
            parts[-1] += letter
    return parts
