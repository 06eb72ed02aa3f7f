"""Every sentence that a user reads stands in one catalogue: a folder for a language, a file for a subject.

A text has a key, `file.name`, and its values between braces, formatted as `str.format` does. A text whose
words depend on a number is a table of `one` and `more`; the number is the value `n`. What a language does
not say is said in English.
"""

from __future__ import annotations

import tomllib
from contextvars import ContextVar
from functools import cache
from pathlib import Path

ENGLISH = "en"
LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)
"""The language in which texts are said: a folder's name."""

HERE = Path(__file__).parent

Text = str | dict[str, str]


def say(key: str, /, **values: object) -> str:
    """Returns the text under a key, in the language in force, with these values.

    Raises KeyError for unknown keys, and for values that the text needs and does not get.
    """
    file = key.partition(".")[0]
    text = texts(LANGUAGE.get(), file).get(key) or texts(ENGLISH, file)[key]
    if isinstance(text, dict):
        text = text["one" if values["n"] == 1 else "more"]
    return text.format(**values)


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
