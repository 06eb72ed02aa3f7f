"""One tree laid over another: `extends` lays a file over its base, `--set` lays a value over a file."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from callsim.errors import Mistake, ScenarioError
from callsim.scenario.document import Node, Place, parse, read
from callsim.scenario.reading.star import STAR, all_of
from callsim.scenario.words.by_day import is_key
from callsim.scenario.words.demand import SWINGS
from callsim.scenario.words.distributions import FAMILIES
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown

Steps = tuple[str | int, ...]

# Each way to say how many call, with the keys it makes meaningless.
_DEMAND = {
    "per_day": {"per_hour", "counts", "replay"},
    "per_hour": {"per_day", "profile", "counts", "replay"},
    "counts": {"per_day", "profile", "per_hour", "replay"},
    "replay": {"per_day", "profile", "per_hour", "counts", *SWINGS},
}
_TIMES = {"aht": {"talk", "wrap"}, "talk": {"aht", "wrap_share"}, "wrap": {"aht", "wrap_share"}}
_HOURS = {"staff": {"shifts"}, "shifts": {"staff"}}
# A step of a path: "quoted", 'quoted', [2] or plain.
_STEP = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|\[\s*(\d{1,9})\s*\]|([^.\[\]"'=]+))\s*""")
_ADDS = re.compile(r"\s*\+\s*[\d.]", re.ASCII)
_LONGEST_CHAIN = 20


def read_chain(path: str | Path) -> tuple[Node, list[Mistake]]:
    """A file's tree with all that it extends beneath it, and the mistakes of each."""
    root, mistakes = read(path)
    return _extended(root, [os.path.realpath(path)], mistakes), mistakes


def _extended(root: Node, chain: list[str], mistakes: list[Mistake]) -> Node:
    """The tree over its base. What is wrong with a base is added to the mistakes."""
    named = root.mapping.get("extends")
    if named is None:
        return root
    upper = root.with_value({key: node for key, node in root.mapping.items() if key != "extends"})
    if named.value is None:
        return upper
    if not isinstance(named.value, str) or not named.value.strip():
        mistakes.append(named.place.mistake(say("paths.extends")))
        return upper
    path = named.place.folder / named.value
    real = os.path.realpath(path) if "\0" not in named.value else ""
    if real in chain:
        raise ScenarioError([named.place.mistake(say("paths.itself", file=shown(named.value)))])
    if len(chain) >= _LONGEST_CHAIN:
        raise ScenarioError([named.place.mistake(say("paths.many_files", most=_LONGEST_CHAIN))])
    try:
        base, found = read(path)
    except ScenarioError as error:
        if any(mistake.line for mistake in error.mistakes):
            raise
        text = f"{shown(named.value)}: {error.mistakes[0].text}"
        raise ScenarioError([named.place.mistake(text)]) from None
    mistakes += found
    if not isinstance(base.value, dict):
        raise ScenarioError([*mistakes, base.place.mistake(say("values.no_mapping"))])
    return lay(_extended(base, [*chain, real], mistakes), upper, ())


def is_distribution(path: Steps) -> bool:
    """Whether a distribution stands at this path of the tree."""
    if path[:1] == ("menus",):
        return path[2:] == ("duration",)
    if len(path) == 5 and path[0] == "queues" and path[2] == "follow_ups":
        return path[4] in ("after", "conference")
    return len(path) > 2 and path[0] == "queues" and path[2:] in (
        ("talk",), ("wrap",), ("aht",), ("patience",), ("redial", "after")
    )  # fmt: skip


def _by_day(path: Steps, *nodes: Node) -> bool:
    """Whether one of these is a value by day: laid over another it is that of all days."""
    return len(path) > 2 and any(node.mapping and all(map(is_key, node.mapping)) for node in nodes)


def displaced(path: Steps, key: str) -> set[str]:
    """The keys of the mapping at `path` that mean nothing any more once `key` is given."""
    if is_distribution(path):
        return set(FAMILIES) - {key}
    if len(path) == 3 and path[0] in ("queues", "menus") and path[2] == "arrivals":
        return _DEMAND.get(key, set())
    if len(path) == 2 and path[0] == "queues":
        return _TIMES.get(key, set())
    if len(path) == 2 and path[0] == "groups":
        return _HOURS.get(key, set())
    return set()


def replaced(path: Steps, base: Node, upper: Node) -> bool:
    """Whether what is laid over something replaces it whole, rather than key by key."""
    return (
        is_distribution(path)
        or _by_day(path, base, upper)
        or not isinstance(base.value, dict)
        or not isinstance(upper.value, dict)
    )


def lay(base: Node, upper: Node, path: Steps) -> Node:
    """The base with the upper laid over it, key by key; null over something removes it."""
    if replaced(path, base, upper):
        return upper
    gone = {
        old for key, node in upper.mapping.items() if node.value is not None for old in displaced(path, key)
    }
    merged = {key: node for key, node in base.mapping.items() if key not in gone - set(upper.mapping)}
    for key, node in upper.mapping.items():
        if key not in base.mapping:
            merged[key] = node
        elif node.value is None:
            merged.pop(key, None)
        else:
            merged[key] = lay(base.mapping[key], node, (*path, key))
    # The mapping now is the upper file's: a key missing in it is to be added there.
    return upper.with_value(merged)


DEEPEST = 40  # steps of a path, as deep as a file may be nested


def override(root: Node, overrides: Mapping[str, object] | Sequence[str]) -> tuple[Node, list[Mistake]]:
    """The tree with every `--set path=value` in force, and the mistakes of those that cannot be."""
    mistakes: list[Mistake] = []
    if isinstance(overrides, str):
        overrides = [overrides]
    pairs = overrides.items() if isinstance(overrides, Mapping) else ((word, None) for word in overrides)
    for word, given in pairs:
        try:
            if isinstance(overrides, Mapping):
                steps, rest = _steps(str(word))
                place = _spoken_at(str(word))
                value = tree_of(given, place) if not rest else None
            else:
                steps, rest = _steps(str(word))
                named = str(word)[: len(str(word)) - len(rest)] if steps else str(word)
                place = _spoken_at(named)
                if rest.startswith("=") and (_ADDS.match(rest[1:]) or steps[-1].endswith("+")):
                    place = _spoken_at(named.rstrip("+ "))
                    text = say("paths.no_adding")
                    raise ScenarioError([place.mistake(text)])
                value = _spoken(rest[1:], place) if rest.startswith("=") else None
            if value is None:
                raise ScenarioError([place.mistake(say("paths.value"))])
            if len(steps) > DEEPEST:
                raise ScenarioError([place.mistake(say("paths.many_steps", steps=len(steps)))])
            if steps[0] == "extends":
                raise ScenarioError([place.mistake(say("paths.only_in_files"))])
            for path in all_of(root, steps, value.place):
                root = _put(root, path, 0, value)
        except ScenarioError as error:
            mistakes.extend(error.mistakes)
    return root, mistakes


def _spoken_at(path: str) -> Place:
    printable = "".join(letter if letter.isprintable() else "?" for letter in path[:200])
    printable += "…" * (len(path) > 200)
    return Place(f"--set {printable}", 0, 0)


def _steps(word: str) -> tuple[list[str], str]:
    """The steps of a dotted path, and what follows it from its `=` on."""
    steps: list[str] = []
    at = 0
    while at < len(word) and word[at] != "=":
        match = _STEP.match(word, at)
        if match is None:
            return [], "?"
        step = next(group for group in match.groups() if group is not None).strip()
        steps.append(STAR if match[4] and step == STAR else step)
        at = match.end()
        if word[at : at + 1] == ".":
            at += 1
            if at == len(word) or word[at] == "=":
                return [], "?"
        elif word[at : at + 1] not in ("", "=", "["):
            return [], "?"
    return (steps, word[at:]) if steps else ([], "?")


def _spoken(text: str, place: Place) -> Node:
    """The value of a `--set`, which is YAML; nothing is null."""
    if not text.strip():
        return Node(None, place)
    try:
        root, mistakes = parse(text, place.file)
    except ScenarioError as error:
        mistakes = list(error.mistakes)
    if mistakes:
        raise ScenarioError([place.mistake(mistake.text) for mistake in mistakes])
    return _moved(root, place)


def _moved(node: Node, place: Place) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {key: _moved(child, place) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_moved(child, place) for child in value]
    return Node(value, place, place if node.key else None)


def tree_of(value: object, place: Place, depth: int = 1) -> Node:
    """The tree of a value given from Python. Raises ScenarioError where YAML could not say it."""
    if depth > DEEPEST:
        raise ScenarioError([place.mistake(say("values.deep", most=DEEPEST))])
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ScenarioError([place.mistake(say("paths.keys"))])
        children = {key: tree_of(child, place, depth + 1) for key, child in value.items()}
        return Node({key: Node(child.value, place, place) for key, child in children.items()}, place)
    if isinstance(value, (list, tuple)):
        return Node([tree_of(child, place, depth + 1) for child in value], place)
    if isinstance(value, (datetime.date, Path)):
        return Node(str(value), place)
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        return tree_of(value.tolist(), place, depth + 1)
    if value is None or isinstance(value, (bool, int, float, str)):
        return Node(value, place)
    raise ScenarioError([place.mistake(say("paths.no_type", type=type(value).__name__))])


def _put(node: Node, steps: list[str], at: int, value: Node) -> Node:
    """The tree with `value` at the path `steps`, of which `at` steps lead to `node`."""
    step, last, path = steps[at], at == len(steps) - 1, tuple(steps[:at])
    if isinstance(node.value, list):
        if not re.fullmatch(r"-?\d{1,9}", step, re.ASCII) or not 0 <= int(step) < len(node.value):
            count = len(node.value)
            text = (
                say("paths.no_entry", entry=shown(step), count=count)
                if count
                else say("paths.empty_list", entry=shown(step))
            )
            raise ScenarioError([value.place.mistake(text)])
        items = list(node.value)
        items[int(step)] = value if last else _put(items[int(step)], steps, at + 1, value)
        return node.with_value(items)
    if not isinstance(node.value, dict):
        if node.value is not None and not is_distribution(path):
            where = ".".join(map(str, path))
            text = (
                say("paths.nothing_below", place=where, value=shown(node.value))
                if path
                else say("paths.file")
            )
            raise ScenarioError([value.place.mistake(text)])
        node = node.with_value({})
    pairs = node.mapping
    if (
        not last
        and len(path) == 1
        and path[0] in ("queues", "groups", "sites", "lines")
        and step not in pairs
    ):
        text = say("paths.not_there", name=shown(step), place=path[0], hint=nearest(step, pairs))
        raise ScenarioError([value.place.mistake(text)])
    if last and value.value is None:
        return node.with_value({key: child for key, child in pairs.items() if key != step})
    below = value if last else _put(pairs.get(step, Node({}, value.place)), steps, at + 1, value)
    head = pairs[step].key if step in pairs and not last else value.place
    gone = displaced(path, step)
    kept = {key: child for key, child in pairs.items() if key not in gone}
    return node.with_value({**kept, step: Node(below.value, below.place, head)})
