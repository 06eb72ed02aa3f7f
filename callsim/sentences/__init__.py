"""Every sentence that a user reads stands in one catalogue: a folder for a language, a file for a subject.

A text has a key, `file.name`, and its values between braces, formatted as `str.format` does. A text whose
words depend on a number is a table of `one` and `more`; the number is the value `n`. All languages have the
same files and keys: a test demands it. Heads of columns, names of figures and verdicts are a word or two,
written in English where they stand; `label` says them in the language, by the file `labels/zh.toml`.

What keys of a scenario file mean is told where each is declared, by its docstring, and not here: of these
the JSON Schema, `callsim explain` and docs/scenario.md are made. These, and keys of JSON, CSV and YAML, are
English in all languages.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TypeVar

ENGLISH = "en"
HERE = Path(__file__).parent
LABELS = "labels"  # the folder of short words
COMMANDS = "commands"  # the folder of what click says, and of what commands are for

Text = str | dict[str, str]
Value = TypeVar("Value")


class _InForce:
    """The language in which texts are said: a folder's name. One for the process, in all of its threads."""

    def __init__(self) -> None:
        self._name = ENGLISH

    def get(self) -> str:
        return self._name

    def set(self, language: str) -> None:
        if language not in languages():
            raise ValueError(say("options.language", language=language, languages=", ".join(languages())))
        self._name = language


class Own(str):
    """A name that a user gave, where labels stand: it is said as it is, whatever it is."""

    __slots__ = ()


class _Formatter(Formatter):
    """`str.format`, with the weekdays of dates in the language in force."""

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, datetime.date) and format_spec:
            return dated(value, format_spec)
        return format(value, format_spec)


@cache
def languages() -> list[str]:
    """Returns the languages that there are."""
    return sorted(folder.name for folder in HERE.iterdir() if (folder / "cli.toml").exists())


def say(key: str, /, **values: object) -> str:
    """Returns the text under a key, in the language in force, with these values.

    Raises KeyError for unknown keys, and for values that the text needs and does not get.
    """
    text = _text(key, values)
    return text.format(**values) if LANGUAGE.get() == ENGLISH else _FORMATTER.vformat(text, (), values)


def label(words: str) -> str:
    """Returns a word or two, written in English where they stand, in the language in force.

    Names that users gave (`Own`), and what no language has a word for, are returned as they are.
    """
    if LANGUAGE.get() == ENGLISH or isinstance(words, Own):
        return words
    return labels(LANGUAGE.get()).get(words, words)


def dated(day: datetime.date, form: str) -> str:
    """Returns a date or moment in a form of `strftime`, its weekday in the language in force.

    `%-m` and `%-d` are a month and a day without a zero, on every system.
    """
    if LANGUAGE.get() == ENGLISH:
        return format(day, form)
    weekday = say("drawn.weekdays").split()[day.isoweekday() % 7]
    ours = {"%a": weekday, "%A": weekday, "%-m": str(day.month), "%-d": str(day.day)}
    return re.sub(r"%-?[A-Za-z]", lambda found: ours.get(found[0]) or day.strftime(found[0]), form)


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


@cache
def labels(language: str) -> dict[str, str]:
    """Returns the words of labels in a language, by the English ones."""
    return tomllib.loads((HERE / LABELS / f"{language}.toml").read_text("utf-8"))


@cache
def of_commands(language: str, table: str) -> dict[str, str]:
    """Returns what command lines are told in a language: `click`, by click's own words, or `commands`.

    It is empty for English, which click and the docstrings of commands have.
    """
    path = HERE / COMMANDS / f"{language}.toml"
    found: dict[str, dict[str, str]] = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    return found.get(table, {})


def every_text(language: str) -> dict[str, Text]:
    """Returns all texts of a language by key."""
    files = sorted(path.stem for path in (HERE / language).glob("*.toml"))
    return {key: text for file in files for key, text in texts(language, file).items()}


_FORMATTER = _Formatter()
LANGUAGE = _InForce()
