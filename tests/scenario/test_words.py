"""yes, no, true and false are one type wherever one of them is meant, and plain words where a name is."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from callsim import load
from callsim.errors import ScenarioError
from callsim.scenario import schema
from callsim.scenario.document import parse
from callsim.scenario.words.quantities import YesNo

BUILDOUT = Path(__file__).with_name("buildout.yaml").read_text("utf-8")
WORDS = {"yes": True, "true": True, "no": False, "false": False}
WRITTEN = ["{}", '"{}"', "'{}'"]
NAMES = [*WORDS, "Yes", "TRUE", "on", "off", "y", "n"]
NAMED = """\
name: {0}
calendar: {{start: 2024-01-08}}
sites: {{{0}: {{seats: 9}}}}
queues: {{{0}: {{arrivals: {{per_hour: 60}}, talk: 1 min}}}}
groups: {{{0}: {{site: {0}, answers: {{{0}: {{}}}}, shifts: {{{0}: 3}}}}}}
shifts: {{{0}: {{from: 07:00, to: 16:00}}}}
lines: {{main: {{count: 5, queues: [{0}]}}}}
"""


def spoken(word: str) -> list[str]:
    return [word, word.upper(), word.capitalize()]


@pytest.mark.parametrize(("word", "quotes"), list(product(WORDS, WRITTEN)))
def test_each_says_the_same(tmp_path: Path, word: str, quotes: str) -> None:
    for written in map(quotes.format, spoken(word)):
        path = tmp_path / "b.yaml"
        path.write_text(BUILDOUT.replace("{weekday: thu}", f"{{weekday: thu, usual: {written}}}"), "utf-8")
        found = load(path).buildout
        assert found is not None
        assert found.days["usual"].usual is WORDS[word]


@pytest.mark.parametrize("given", ["yes", "true", True])
def test_it_may_be_set(tmp_path: Path, given: object) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(BUILDOUT, "utf-8")
    for overrides in ({"buildout.days.usual.usual": given}, [f"buildout.days.usual.usual={given}"]):
        found = load(path, overrides).buildout
        assert found is not None
        assert found.days["usual"].usual is True


@pytest.mark.parametrize("word", ["1", "0", "maybe", "on", "y", "null", "''", "[yes]", "5%"])
def test_nothing_else_is_one(tmp_path: Path, word: str) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(BUILDOUT.replace("{weekday: thu}", f"{{weekday: thu, usual: {word}}}"), "utf-8")
    with pytest.raises(ScenarioError, match=rf"b\.yaml:31:{len('    usual: {weekday: thu, usual: ') + 1}: "):
        load(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_a_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "n.yaml"
    path.write_text(NAMED.format(name))
    found = load(path)
    assert found.name == name
    for part in (found.sites, found.queues, found.groups, found.shifts):
        assert list(part) == [name]
    assert found.groups[name].site == name
    assert list(found.groups[name].answers) == [name]
    assert found.lines["main"].queues == (name,)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_read_as_more_than_a_word(name: str) -> None:
    root, mistakes = parse(f"{name}: {name}", "f.yaml")
    assert (root.plain(), mistakes) == ({name: name}, [])


@pytest.mark.parametrize(
    ("value", "valid"), [(True, True), ("yes", True), ("no", True), (1, False), ("y", False)]
)
def test_editors_know_it(value: object, valid: bool) -> None:
    assert Draft202012Validator(TypeAdapter(YesNo).json_schema()).is_valid(value) is valid
    read = TypeAdapter(YesNo)
    if valid:
        read.validate_python(value)
    else:
        with pytest.raises(ValidationError):
            read.validate_python(value)


def test_every_field_of_two_answers_is_of_this_type() -> None:
    def booleans(part: object, inside: bool = False) -> list[object]:
        if isinstance(part, list):
            return [one for child in part for one in booleans(child, inside)]
        if not isinstance(part, dict):
            return []
        both = {"enum": ["yes", "no"]} in part.get("anyOf", [])
        bare = [part] if part.get("type") == "boolean" and not inside else []
        return bare + [one for child in part.values() for one in booleans(child, both)]

    assert booleans(schema()) == []
