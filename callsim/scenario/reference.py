"""Every key of a scenario file with its meaning, value, default and example: made of the schema alone.

The schema has meanings and kinds of values; meanings say their default in brackets, `(default 20 s)`.
Examples are parts of the scenarios in `examples/`, which are checked like any other.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from callsim import units
from callsim.errors import UserError
from callsim.scenario.document import Node, Place, parse
from callsim.scenario.manual import schema
from callsim.scenario.words.quantities import NUMBER_PATTERN
from callsim.sentences import say

ANY = "*"  # a name, or a place of a list
EXAMPLES: dict[str, str] = {
    file.name: file.read_text("utf-8")
    for file in sorted(files(__package__).joinpath("examples").iterdir(), key=lambda file: file.name)
}
"""The scenarios from which examples are taken, by the names of their files."""
MOST = 3  # near keys that are suggested
_DISTRIBUTIONS = [
    ("menus", ANY, "duration"),
    *(("campaigns", ANY, key) for key in ("ring", "talk", "wrong_party", "wrap", "patience")),
    ("campaigns", ANY, "redial", "after"),
    *(("queues", ANY, *key) for key in (("talk",), ("wrap",), ("aht",), ("patience",), ("redial", "after"))),
]
LONGEST = 110  # characters of an example
_DEFAULT = re.compile(r"\s*\(default:? ((?:[^()]|\([^()]*\))*)\)")
_OF_PATTERN: dict[str, Callable[[], str]] = {
    units.DURATION_PATTERN: lambda: say("reference.duration"),
    units.SHARE_PATTERN: lambda: say("reference.share"),
    units.CLOCK_PATTERN: lambda: say("reference.clock"),
    units.MOMENT_PATTERN: lambda: say("reference.moment"),
    units.RANGE_PATTERN: lambda: say("reference.range"),
    r"^\d{4}-\d{2}-\d{2}$": lambda: say("reference.date"),
    r"^\d{4}-\d{2}(-\d{2})?$": lambda: say("reference.date_or_month"),
    r"\.py:\w+$": lambda: say("reference.function"),
}


class Key(NamedTuple):
    """One key, whatever the names above it are."""

    path: tuple[str, ...]  # ANY stands for names and for places of lists
    meaning: str
    value: str  # what can be written
    default: str  # empty where there is none
    needed: bool
    example: str  # as YAML, the key in front; empty for what only has keys of its own
    below: tuple[str, ...]  # its own keys

    @property
    def name(self) -> str:
        """As it is said after `callsim explain` and `--set`."""
        return ".".join(self.path)


@cache
def keys() -> tuple[Key, ...]:
    """All keys, each after the one that it belongs to."""
    whole = schema()["$defs"]
    trees = [parse(text, name)[0] for name, text in EXAMPLES.items()]
    extends = Key(
        ("extends",),
        whole["Scenario laid over"]["properties"]["extends"]["description"],
        say("reference.file"),
        say("reference.alone"),
        False,
        "extends: base.yaml",
        (),
    )
    found = [extends, *_below((), whole["Scenario"], whole, trees)]
    # What is written alike at two places needs one example, such as attrition of a line and of all people.
    alike = {_without_names(key.path)[-2:]: key.example for key in found if key.example}
    return tuple(
        key._replace(example=key.example or alike.get(_without_names(key.path)[-2:], "")) for key in found
    )


def explained(asked: str) -> list[Key]:
    """The keys that a path means: `queues.patience`, `queues.telecom.patience` or `patience`.

    Raises UserError with the nearest keys where there is none.
    """
    steps = tuple(ANY if step.isdigit() else step for step in re.split(r"[.\[\]]+", asked.strip()) if step)
    whole = [key for key in keys() if _fits(key.path, steps)]
    if whole:
        shortest = min(len(key.path) for key in whole)
        return [key for key in whole if len(key.path) == shortest]
    ending = [key for key in keys() if steps and _without_names(key.path)[-len(steps) :] == steps]
    if ending:
        return [key for key in ending if not any(_is_part(key.path, other.path) for other in ending)]
    raise UserError(say("reference.no_key", key=units.shown(asked), hint=_near(steps)))


def is_of_distribution(key: Key) -> bool:
    """Whether it is a parameter of a distribution, which are the same wherever one stands."""
    return any(step in _families() for step in key.path)


@cache
def _families() -> frozenset[str]:
    written = schema()["$defs"]["Queue"]["properties"]["talk"]["anyOf"][1]
    return frozenset(written["properties"])


def _below(
    path: tuple[str, ...], place: dict[str, Any], whole: dict[str, Any], trees: Sequence[Node]
) -> Iterator[Key]:
    """The keys of a mapping, and theirs. `trees`: the scenarios of examples."""
    several = _flat(place, whole)
    listed = {tuple(_own(one["items"], whole)) for one in several if one.get("type") == "array"}
    for flat in several:
        if tuple(flat.get("properties", ())) in listed:
            continue  # one such mapping, or a list of them: told as in the list
        for name, inner in flat.get("properties", {}).items():
            here = (*path, name)
            meaning = inner.get("description") or next(
                (one["description"] for one in _flat(inner, whole) if "description" in one), ""
            )
            said, default = _parted(meaning)
            value = _values(inner, whole)
            if said.startswith("A CSV file"):
                value = value.replace(say("reference.text"), say("reference.file"), 1)
            yield Key(
                here,
                said,
                value,
                default,
                name in flat.get("required", ()),
                _example(trees, here),
                tuple(_own(inner, whole)),
            )
            yield from _below(here, inner, whole, trees)
        for inner in (flat.get("additionalProperties"), flat.get("items")):
            if isinstance(inner, dict):
                yield from _below((*path, ANY), inner, whole, trees)


def _own(place: dict[str, Any], whole: dict[str, Any]) -> dict[str, None]:
    """The keys of the mapping that can be written at a place, in their order."""
    return dict.fromkeys(key for one in _flat(place, whole) for key in one.get("properties", {}))


def _flat(place: dict[str, Any], whole: dict[str, Any]) -> list[dict[str, Any]]:
    """A place's alternatives side by side, references followed."""
    if "$ref" in place:
        return _flat(whole[place["$ref"].rpartition("/")[2]], whole)
    for several in ("anyOf", "oneOf"):
        if several in place:
            return [one for inner in place[several] for one in _flat(inner, whole)]
    return [place]


def _parted(meaning: str) -> tuple[str, str]:
    """A meaning without its default, and that."""
    plain = " ".join(meaning.split())
    found = _DEFAULT.search(plain)
    if found is None:
        return plain, ""
    return plain[: found.start()] + plain[found.end() :], found[1]


def _values(place: dict[str, Any], whole: dict[str, Any]) -> str:
    """What can be written at a place, in words."""
    flat = [one for one in _flat(place, whole) if one.get("type") != "null"]
    if any("lognormal" in one.get("properties", {}) for one in flat):
        return say("reference.distribution")
    patterns = {one.get("pattern") for one in flat}
    said = dict.fromkeys(words for one in flat if (words := _value(one, patterns, whole)))
    one = next(iter(said), "")
    lists = {say("reference.list", each=one): say("reference.list_of_such")}
    return say("lists.or").join(lists.get(words, words) for words in said)


def _value(one: dict[str, Any], patterns: set[object], whole: dict[str, Any]) -> str:
    """One of the alternatives at a place; nothing where another one says it. `patterns`: those of all."""
    kind = one.get("type")
    if "enum" in one:
        return say("lists.or").join(map(str, one["enum"]))
    if "pattern" in one:
        return "" if one["pattern"] == NUMBER_PATTERN else _of_pattern(one)
    if kind in ("integer", "number"):
        return "" if units.SHARE_PATTERN in patterns else _number(one)
    if kind == "array":
        return say("reference.list", each=_values(one["items"], whole))
    if "properties" in one:
        return say("units.mapping")
    if one.get("required") == ["file"]:
        return say("reference.table")
    if kind == "object":
        each = _values(one["additionalProperties"], whole)
        by_day = "propertyNames" in one
        return say("reference.by_day", each=each) if by_day else say("reference.by_name", each=each)
    if kind == "boolean":
        return say("reference.yes_no")
    return say("reference.text") if kind == "string" else say("reference.any")


def _of_pattern(one: dict[str, Any]) -> str:
    pattern = one["pattern"]
    if "mon|tue" in pattern:
        return say("reference.weekdays")
    if "[Cc][Ss][Vv]" in pattern:
        return say("reference.file")
    if pattern in _OF_PATTERN:
        return _OF_PATTERN[pattern]()
    return say("reference.such", text=one["examples"][0]) if "examples" in one else say("reference.text")


def _number(one: dict[str, Any]) -> str:
    what = say("reference.whole_number") if one["type"] == "integer" else say("reference.number")
    least = one.get("minimum")
    return say("reference.from", number=what, least=least) if least in (0, 1) else what


def _example(trees: Sequence[Node], path: tuple[str, ...]) -> str:
    """The first of the examples of a key as it is written, if that is one line: else its keys have theirs."""
    family = next((step for step in path if step in _families()), None)
    if family is not None:  # its parameters are the same wherever a distribution stands
        own = path[path.index(family) :]
        return next((text for above in _DISTRIBUTIONS if (text := _first(trees, (*above, *own)))), "")
    return _first(trees, path)


def _first(trees: Sequence[Node], path: tuple[str, ...]) -> str:
    nodes = [*trees]
    for step in path:
        below = [node.children() if step == ANY else [node.child(step)] for node in nodes]
        nodes = [node for some in below for node in some if node is not None]
    written = (_written(node.head) for node in nodes)
    return next((text for text in written if text and len(text) <= LONGEST), "")


def _written(place: Place) -> str:
    """What begins at a place, up to the end of its value; nothing if its value is not in the same line."""
    line, depth, end = EXAMPLES[place.file].splitlines()[place.line - 1][place.column - 1 :], 0, 0
    for end, letter in enumerate(line):
        depth += (letter in "[{") - (letter in "]}")
        if depth < 0 or (letter == "," and depth == 0):
            line = line[:end]
            break
    return "" if line.endswith(":") else line


def _fits(path: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Whether a path is meant by steps that may leave names out, or say them."""
    if not path or not steps:
        return path == steps
    if path[0] == ANY:
        return _fits(path[1:], steps[1:]) or _fits(path[1:], steps)
    return path[0] == steps[0] and _fits(path[1:], steps[1:])


def _without_names(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(step for step in path if step != ANY)


def _is_part(path: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return path != other and path[: len(other)] == other


def _near(steps: tuple[str, ...]) -> str:
    """The nearest keys, as the end of a sentence: by the whole path, or by its last step alone."""
    plain = [_without_names(key.path) for key in keys() if not is_of_distribution(key)]
    known = {".".join(path): path for path in plain}
    wanted = ".".join(_without_names(steps)).lower()
    close = difflib.get_close_matches(wanted, known, n=MOST, cutoff=0.8)
    if not close and steps:
        ends = difflib.get_close_matches(steps[-1].lower(), {path[-1] for path in plain}, n=1, cutoff=0.7)
        close = [name for name, path in known.items() if path[-1] in ends][:MOST]
    if close:
        return say("hints.did_you_mean", name=say("lists.or").join(close))
    return say("reference.begins", keys=", ".join(dict.fromkeys(path[0] for path in plain)))
