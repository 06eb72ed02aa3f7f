"""Sentences stand in the catalogue: each is known, used, and has the values that it needs."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from callsim import sentences
from callsim.scenario.document import LIBYAML
from callsim.sentences import ENGLISH, HERE, LANGUAGE, Text, every_text, languages, say

HOUSE = HERE.parent
NAMES = {  # texts that programs read: names in JSON, SQL, YAML, words of scenario files, of libyaml
    *LIBYAML,
    "A CSV file",
    "Show this message and exit.",  # by which click's own text is known
    "ms msec millisecond milliseconds",
    "s sec secs second seconds",
    "m min mins minute minutes",
    "h hr hrs hour hours",
    "d dy dys day days",
    "w wk wks week weeks",
    "Scenario laid over",
    "#/$defs/Scenario laid over",
    "mean: {time}, cv: 1",
    "mean: {time}, cv: 1.5",
    "mean: {time}, cv: 50%",
    "mean: {time}, phases: 2",
    "low: 1 min, mode: 3 min, high: 8 min",
    "interval_start,offered\n2026-03-02T00:00,3\n2026-03-02T00:30,2\n",
    "arrival,talk_s\n2026-03-02T08:00:11,184\n2026-03-02T08:00:47,95\n",
    "busyness of the day",
    "busyness of the interval",
    "what clients do next",
    "figures that are uncertain",
    "how much menus contain",
    "who is absent",
    "share of the nation",
    "breaks together",
    "nobody on duty",
    "waits through the night",
    "wages of agents",
    "wages of others",
    "hiring and training",
    "variability of days",
    "Bonferroni over pairs of plans and looks at the answer",
    "Holm over all queues of all pairs, Bonferroni over looks at the answer",
    "callsim keeps simulated days here",
    "module 'callsim' has no attribute {}",
    "holiday at a weekend",
    "make-up working day",
    "day after a holiday",
    "mean of four",
    "both by month",
    "profile by month",
    "svd by month",
    "calendar: {start: {}, days: {}, interval: {}}\n",
}
SQL = re.compile(r"\s*\(?(?:SELECT|FROM|CASE|WHEN|CREATE|DROP|SET|COPY|rowid BETWEEN|read_(?:csv|parquet)\()")
WEB = HOUSE / "report" / "web"
SCRIPTS = sorted({*WEB.glob("*.js"), *WEB.glob("*.html")} - {WEB / "plotly-basic.min.js"})
SAYS = re.compile(r'\bsay\("([\w.]+)"(?:, (\{[^{}]*\}|\w+=[^()]*))?\)')
TOKEN = re.compile(  # of JavaScript: a comment, a pattern, or a text
    r"""//[^\n]*|/\*.*?\*/|(?<=[(,=:?!&|{;>]) ?/(?:[^/\\\n[]|\\.|\[(?:[^]\\\n]|\\.)*\])+/\w*"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""",
    re.DOTALL,
)
MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style>.*?</style>", re.DOTALL)
READ = re.compile(r">([^<>]+)<|\b(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"")
WORDS = 3  # make a sentence


def values(text: Text) -> set[str]:
    """The names of a text's values; `n` chooses the form of a text with two."""
    forms = text.values() if isinstance(text, dict) else [text]
    named = {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name is not None}
    return named | ({"n"} if isinstance(text, dict) else set())


def said() -> Iterator[tuple[str, str, set[str]]]:
    """Where something is said, its key, and the values that are given."""
    for file in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "pieces"):
                where = f"{file.relative_to(HOUSE)}:{node.lineno}"
                key = node.args[0] if len(node.args) == 1 else None
                assert isinstance(key, ast.Constant), f"{where}: the key of a text stands where it is said"
                given = {word.arg for word in node.keywords}
                assert None not in given, f"{where}: the values of a text stand where it is said"
                yield where, str(key.value), {name for name in given if name}
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        found = list(SAYS.finditer(text))
        assert len(found) == len(re.findall(r"\bsay\(", text)), (
            f"{script.name}: say(key, values), no other way"
        )
        for match in found:
            yield script.name, match[1], set(re.findall(r"(\w+)(?:: |=)", match[2] or ""))


def test_what_is_said_is_known_and_has_its_values() -> None:
    english = every_text(ENGLISH)
    found = list(said())
    assert found
    for where, key, given in found:
        assert key in english, f"{where}: {key} is in no file of {ENGLISH}/"
        assert values(english[key]) == given, f"{where}: {key}"


def test_every_text_is_said() -> None:
    assert set(every_text(ENGLISH)) == {key for _, key, _ in said()}


def test_nothing_is_told_twice() -> None:
    """Also not with other names of values; texts of a few words may stand for several things."""
    keys: dict[str, list[str]] = {}
    for key, text in every_text(ENGLISH).items():
        same = re.sub(r"\{\w+", "{", str(text))
        keys.setdefault(same if is_sentence(same.replace("{", "")) else str(text), []).append(key)
    assert not [same for same in keys.values() if len(same) > 1]


@pytest.mark.parametrize("language", languages())
def test_every_language_says_the_same(language: str) -> None:
    """The same files, keys, values and shapes, so that nothing is said in English by mistake."""
    english, theirs = every_text(ENGLISH), every_text(language)
    lack = [(*key.split(".", 1), text) for key, text in english.items() if key not in theirs]
    hint = "\n".join(
        f"add to callsim/sentences/{language}/{file}.toml: {key} = …  # {text}" for file, key, text in lack
    )
    assert not hint, (
        f"{language} does not say all that English says; the same braces, one and more alike:\n{hint}"
    )
    assert not set(theirs) - set(english), (
        f"in callsim/sentences/{language}/, and not in English: take them out"
    )
    for key, text in theirs.items():
        assert values(text) == values(english[key]), f"{language} {key}: other values than {english[key]}"
        if isinstance(text, dict):
            assert isinstance(english[key], dict), key
            assert set(text) == {"one", "more"}, key


def test_what_a_language_lacks_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, dict[str, Text]] = {
        ENGLISH: {"a.b": "{x} calls", "a.c": {"one": "a call", "more": "{n} calls"}},
        "zh": {"a.b": "{x} 个来电"},
    }
    monkeypatch.setattr(sentences, "texts", lambda language, file: known[language])
    assert say("a.b", x=3) == "3 calls"
    assert (say("a.c", n=1), say("a.c", n=2)) == ("a call", "2 calls")
    try:
        LANGUAGE.set("zh")
        assert (say("a.b", x=3), say("a.c", n=2)) == ("3 个来电", "2 calls")
    finally:
        LANGUAGE.set(ENGLISH)
    with pytest.raises(KeyError):
        say("a.d")


def _is_for_programs(node: ast.AST) -> bool:
    """Whether these are commands to be typed, names of columns, words of files, or patterns of texts."""
    return isinstance(node, ast.Call) and (
        ast.unparse(node.func) in ("option.examples", "_names", "words_of_files")
        or ast.unparse(node.func).startswith("re.")
    )


def _documentation(node: ast.AST) -> Iterator[ast.AST]:
    """What a JSON Schema says of a key: it documents the word where that is declared, as docstrings do."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "description":
                yield value


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts that users may read, no docstrings: the line, and the text with {} for its values."""
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    apart |= {id(part) for node in ast.walk(tree) if _is_for_programs(node) for part in ast.walk(node)}
    apart |= {id(node.msg) for node in ast.walk(tree) if isinstance(node, ast.Assert)}
    apart |= {id(text) for node in ast.walk(tree) for text in _documentation(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            apart |= {id(part) for part in node.values}
            parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node.lineno, node.value


def words_of(script: Path) -> Iterator[str]:
    """Texts that readers of a page may see, with {} for their values."""
    text = script.read_text("utf-8")
    if script.suffix == ".html":
        for match in READ.finditer(MARKUP.sub("{}", text)):
            yield match[1] or match[2]
        return
    for match in TOKEN.finditer(text):
        words = match["text"] or ""
        while words != (words := re.sub(r"\$\{[^{}]*\}|%-?\w", "", words)):
            pass
        yield words


def is_sentence(text: str) -> bool:
    return sum(any(letter.isalpha() for letter in word) for word in text.split()) >= WORDS


def files(place: Path) -> list[Path]:
    """The files of a room; figures are declared with their words in a catalogue of their own."""
    found = {*place.rglob("*.py")} if place.is_dir() else {place}
    return sorted(found - {HOUSE / "results/catalogue.py"})


ROOMS = sorted({HOUSE / file.relative_to(HOUSE).parts[0] for file in HOUSE.rglob("*.py")})


@pytest.mark.parametrize("room", ROOMS, ids=[place.name for place in ROOMS])
def test_no_sentence_stands_elsewhere(room: Path) -> None:
    found = []
    for file in files(room):
        for line, text in literals(ast.parse(file.read_text("utf-8"))):
            is_part_of_pattern = "(?P<" in text
            if text not in NAMES and not SQL.match(text) and not is_part_of_pattern and is_sentence(text):
                found.append(f"{file.relative_to(HOUSE)}:{line}: {text}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_sentence_stands_in_a_page(script: Path) -> None:
    assert [text for text in words_of(script) if is_sentence(text)] == []


def test_scripts_say_texts_without_numbers() -> None:
    for where, key, _ in said():
        assert not where.endswith((".js", ".html")) or isinstance(every_text(ENGLISH)[key], str), key
