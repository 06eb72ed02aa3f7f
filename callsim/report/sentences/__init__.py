"""Every sentence of reports stands in one catalogue: a folder for a language, a file for a kind of report.

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
    """The text under a key, in the language in force, with these values. Raises KeyError for unknown keys."""
    language = LANGUAGE.get()
    text = texts(language).get(key) or texts(ENGLISH)[key]
    if isinstance(text, dict):
        text = text["one" if values["n"] == 1 else "more"]
    return text.format(**values)


@cache
def texts(language: str) -> dict[str, Text]:
    """All texts of a language, by key."""
    found: dict[str, Text] = {}
    for file in sorted((HERE / language).glob("*.toml")):
        for name, text in tomllib.loads(file.read_text("utf-8")).items():
            found[f"{file.stem}.{name}"] = text
    return found
