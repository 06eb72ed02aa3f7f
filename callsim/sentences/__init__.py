"""Every sentence that a user reads stands in one catalogue: a folder for a language, a file for a subject.

A text has a key, `file.name`, and its values between braces, formatted as `str.format` does. A text whose
words depend on a number is a table of `one` and `more`; the number is the value `n`. What a language does
not say is said in English.

What keys of a scenario file mean is told where each is declared, by its docstring, and not here: of these
the JSON Schema, `callsim explain` and docs/scenario.md are made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TypeVar

ENGLISH = "en"
LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)
"""The language in which texts are said: a folder's name."""

HERE = Path(__file__).parent

Text = str | dict[str, str]
Value = TypeVar("Value")


def say(key: str, /, **values: object) -> str:
    """Returns the text under a key, in the language in force, with these values.

    Raises KeyError for unknown keys, and for values that the text needs and does not get.
    """
    return _text(key, values).format(**values)


def pieces(key: str, /, n: int = 0, **values: Value) -> Iterator[str | Value]:
    """Yields the same text in pieces: its words, and each value as it is given, in the order of the text.

    So a figure in a sentence stays a figure, to be compared with those of other sentences. Raises as `say`.
    """
    for words, name, _, _ in Formatter().parse(_text(key, {"n": n})):
        if words:
            yield words
        if name is not None:
            yield values[name]


def _text(key: str, values: Mapping[str, object]) -> str:
    text = text_of(key)
    return text["one" if values["n"] == 1 else "more"] if isinstance(text, dict) else text


def text_of(key: str) -> Text:
    """Returns the text under a key in the language in force, its values between braces: for scripts of pages.

    Raises KeyError for unknown keys.
    """
    file = key.partition(".")[0]
    return texts(LANGUAGE.get(), file).get(key) or texts(ENGLISH, file)[key]


@cache
def texts(language: str, file: str) -> dict[str, Text]:
    """Returns the texts of one file of a language by key; none where the language has no such file."""
    path = HERE / language / f"{file}.toml"
    if not path.exists():
        return {}
    return {f"{file}.{name}": text for name, text in tomllib.loads(path.read_text("utf-8")).items()}


def every_text(language: str) -> dict[str, Text]:
    """Returns all texts of a language by key."""
    files = sorted(path.stem for path in (HERE / language).glob("*.toml"))
    return {key: text for file in files for key, text in texts(language, file).items()}
