"""YAML text read into a tree that knows, for every key and value, the file, line and column it stands at."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yamlcore import CCoreLoader

from callsim.errors import Mistake, ScenarioError
from callsim.sentences import say
from callsim.units import Pointed, shown, with_point

LARGEST_BYTES = 10_000_000
MOST_NODES = 200_000
DEEPEST = 40

_NO_CHARACTER = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEW_LINE = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

# libyaml's words → ours.
LIBYAML: dict[str, Callable[[], str]] = {
    "found character that cannot start any token": lambda: say("yaml.first_character"),
    "mapping values are not allowed in this context": lambda: say("yaml.colon_or_indentation"),
    "could not find expected ':'": lambda: say("yaml.colon"),
    "did not find expected key": lambda: say("yaml.lines_above"),
    "did not find expected '-' indicator": lambda: say("yaml.list_above"),
    "did not find expected ',' or ']'": lambda: say("yaml.comma_or_bracket"),
    "did not find expected ',' or '}'": lambda: say("yaml.comma_or_brace"),
    "did not find expected node content": lambda: say("yaml.no_value"),
    "found unexpected end of stream": lambda: say("yaml.ends_in_quotes"),
    "found unknown escape character": lambda: say("yaml.escape"),
    "did not find expected alphabetic or numeric character": lambda: say("yaml.anchor_name"),
    "found invalid Unicode character escape code": lambda: say("yaml.escape_code"),
    "did not find expected hexdecimal number": lambda: say("yaml.escape_digits"),
    "mapping keys are not allowed in this context": lambda: say("yaml.key"),
    "did not find expected whitespace or line break": lambda: say("yaml.blank"),
    "did not find expected comment or line break": lambda: say("yaml.comment"),
    "found undefined alias": lambda: say("yaml.no_such_anchor"),
    "found duplicate anchor": lambda: say("yaml.anchor_twice"),
    "block sequence entries are not allowed in this context": lambda: say("yaml.list_entry"),
    "did not find expected <document start>": lambda: say("yaml.above"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; line 0 is the command line."""

    file: str
    line: int
    column: int

    def mistake(self, text: str) -> Mistake:
        return Mistake(self.file, self.line, self.column, text)

    @property
    def folder(self) -> Path:
        """What relative file names written here are relative to."""
        return Path(self.file).parent if self.line else Path()


class Unread:
    """Stands for a value that was already reported as a mistake."""


@dataclass(slots=True)
class Node:
    """A value of the tree. Nodes are never changed once built: aliases and overlays share them."""

    value: object
    """None, bool, int, float, str, a list of nodes, a mapping of nodes, or what a CSV held."""
    place: Place
    key: Place | None = None
    """Where its key stands."""
    size: int = 1
    height: int = 1

    def __post_init__(self) -> None:
        children = tuple(self.children())
        if children:
            self.size = 1 + sum(child.size for child in children)
            self.height = 1 + max(child.height for child in children)

    def children(self) -> Iterator[Node]:
        if isinstance(self.value, dict):
            yield from self.value.values()
        elif isinstance(self.value, list):
            yield from self.value

    @property
    def mapping(self) -> dict[str, Node]:
        """Its keys, none if it is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    def section(self, name: str) -> dict[str, Node]:
        """What is under one of its keys, by name; nothing if that is no mapping."""
        node = self.mapping.get(name)
        return node.mapping if node else {}

    @property
    def head(self) -> Place:
        """Where it is named: its key, or itself in a list."""
        return self.key or self.place

    def at(self, *path: str | int) -> Node | None:
        """The node at a path below, if there is one."""
        node: Node | None = self
        for step in path:
            node = None if node is None else node.child(step)
        return node

    def child(self, step: str | int) -> Node | None:
        if isinstance(self.value, dict) and isinstance(step, str):
            return self.value.get(step)
        if isinstance(self.value, list) and isinstance(step, int) and 0 <= step < len(self.value):
            child: Node = self.value[step]
            return child
        return None

    def with_value(self, value: object) -> Node:
        return Node(value, self.place, self.key)

    def plain(self) -> object:
        """The tree as plain data."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return tuple(child.plain() for child in self.value)
        return self.value


def read(path: str | Path) -> tuple[Node, list[Mistake]]:
    """The tree of a file and its mistakes; raises ScenarioError if there is no tree."""
    return parse(read_text(path, LARGEST_BYTES), str(path))


def read_text(path: str | Path, largest: int) -> str:
    """A file's text. Raises ScenarioError where it is no text, not there, or larger than `largest` bytes."""
    data, file = read_bytes(path, largest), str(path)
    if data[:4] == b"PK\x03\x04" and Path(path).suffix.lower() in (".xlsx", ".xlsm"):
        raise ScenarioError([Mistake(file, 0, 0, say("yaml.workbook", file=Path(path).name))])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ScenarioError([Place(file, 1, 1).mistake(say("yaml.utf_16"))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
        mistake = place_behind(file, before).mistake(say("yaml.utf_8"))
        raise ScenarioError([mistake]) from None
    no_such_character(file, text)
    return text


def read_bytes(path: str | Path, largest: int) -> bytes:
    """What a file holds, if it is a file and of sensible size. Raises ScenarioError."""
    file = str(path)
    try:
        if Path(path).is_dir():
            raise ScenarioError([Mistake(file, 0, 0, say("yaml.folder"))])
        if Path(path).exists() and not Path(path).is_file():
            # A pipe or a device might never end.
            raise ScenarioError([Mistake(file, 0, 0, say("yaml.no_text"))])
        with open(path, "rb") as stream:
            data = stream.read(largest + 1)
    except FileNotFoundError:
        raise ScenarioError([Mistake(file, 0, 0, say("yaml.no_file"))]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or say("yaml.no_name")
        raise ScenarioError(
            [Mistake(shown(file).strip("'"), 0, 0, say("yaml.unreadable", reason=reason))]
        ) from None
    if len(data) > largest:
        raise ScenarioError([Place(file, 1, 1).mistake(say("yaml.large", size=largest / 1e6))])
    return data


def no_such_character(file: str, text: str) -> None:
    """Raises ScenarioError where a text holds what is no letter."""
    if odd := _NO_CHARACTER.search(text):
        place = place_behind(file, text[: odd.start()])
        raise ScenarioError([place.mistake(say("yaml.character", code=ord(odd[0])))])


def parse(text: str, file: str) -> tuple[Node, list[Mistake]]:
    """The tree of a YAML text and its mistakes; `file` names its places. Raises ScenarioError for no YAML."""
    builder = _Builder(file)
    try:
        root = builder.build(text)
    except yaml.YAMLError as error:
        raise ScenarioError([*builder.mistakes, _syntax(error, text, file)]) from None
    except _Enough:
        root = None
    if root is None:
        raise ScenarioError(builder.mistakes)
    return root, builder.mistakes


def place_behind(file: str, before: str) -> Place:
    """Where a text ends."""
    lines = _NEW_LINE.split(before)
    return Place(file, len(lines), len(lines[-1]) + 1)


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or "")
    if mark is None:
        return Mistake(file, 1, 1, say("yaml.no_yaml"))
    lines = _NEW_LINE.split(text)
    line, column = min(mark.line, len(lines) - 1), mark.column
    indentation = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
    if "\t" in indentation or lines[line][column : column + 1] == "\t":
        return Mistake(file, line + 1, column + 1, say("yaml.tab"))
    if slip := _slip(problem, lines, line):
        at, column, text = slip
        return Mistake(file, at + 1, column + 1, text)
    return Mistake(
        file,
        line + 1,
        column + 1,
        LIBYAML[problem]() if problem in LIBYAML else say("yaml.no_yaml_but", problem=problem),
    )


def _cut_number(before: Any, key: Any, value: Any) -> str:
    """What is wrong if `0,8` was cut at its comma, into a value and the key of the next pair."""
    if not all(isinstance(event, yaml.ScalarEvent) and event.implicit[0] for event in (before, key, value)):
        return ""
    beside = (before.end_mark.line, before.end_mark.column + 1) == (
        key.start_mark.line,
        key.start_mark.column,
    )
    written = f"{before.value},{key.value}"
    hint = with_point(written) if beside and not value.value else ""
    return say("yaml.cut", value=written, hint=hint) if hint else ""


_WORD = r"([A-Za-z_][\w-]*)"
_NO_SPACE = re.compile(rf"\s*{_WORD}:(?=[^\s:])", re.ASCII)
_NO_COLON = re.compile(rf"(?:\s*|.*[{{,]\s*){_WORD}\s+(?=[{{[])", re.ASCII)
_NO_COLON_AT_ALL = re.compile(rf"\s*{_WORD}(?:\s+[^:#\s][^:#]*)?\s*(?:#.*)?", re.ASCII)


def _slip(problem: str, lines: list[str], line: int) -> tuple[int, int, str] | None:
    """A key of this line, or of the few above, that has no colon, or no space after it: where, and what.
    YAML takes such a line for the beginning of a text, and stumbles over the next."""
    above = [at for at in range(line, max(line - 20, -1), -1) if lines[at].strip(" #")][:3]
    above = [at for at in above if len(lines[at]) < 300]
    if "',' or '}'" in problem:
        above = above[:1]
    elif problem not in (
        "mapping values are not allowed in this context",
        "could not find expected ':'",
        "did not find expected key",
    ):
        return None
    for at in above:
        if match := _NO_SPACE.match(lines[at]):
            return at, match.start(1), say("values.space_missing", key=shown(match[1]))
        match = _NO_COLON.match(lines[at])
        if match is None and at < line and problem != "did not find expected key":
            match = _NO_COLON_AT_ALL.fullmatch(lines[at])
        if match:
            return at, match.start(1), say("yaml.colon_missing", key=shown(match[1]))
    return None


class _Enough(Exception):
    """Nothing further can be read; the mistakes say why."""


class _Builder:
    """Builds the tree from libyaml's events, so that depth, aliases and duplicate keys stay in our hands."""

    def __init__(self, file: str):
        self.file = file
        self.mistakes: list[Mistake] = []
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0

    def build(self, text: str) -> Node | None:
        self.events = yaml.parse(text, Loader=yaml.CBaseLoader)
        self.scalars = CCoreLoader("")
        root = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self.refuse(event, say("yaml.second_document"))
                    raise _Enough
                root = self.node(next(self.events), 1)
        if root is None:
            self.mistakes.append(Mistake(self.file, 1, 1, say("yaml.empty")))
        return root

    def place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def refuse(self, event: Any, text: str) -> None:
        self.mistakes.append(self.place(event).mistake(text))

    def count(self, event: Any, nodes: int, depth: int) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            self.refuse(event, say("yaml.many_values", most=MOST_NODES))
            raise _Enough
        if depth > DEEPEST:
            self.refuse(event, say("values.deep", most=DEEPEST))
            raise _Enough

    def node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, depth)
        self.count(event, 1, depth)
        if event.anchor:
            self.anchors[event.anchor] = None
        if event.tag not in (None, "!", "tag:yaml.org,2002:str") or (
            event.tag and not isinstance(event, yaml.ScalarEvent)
        ):
            self.refuse(event, say("yaml.tag", tag=shown(event.tag)))
        place = self.place(event)
        if isinstance(event, yaml.SequenceStartEvent):
            node = Node(self.items(depth), place)
        elif isinstance(event, yaml.MappingStartEvent):
            node = Node(self.pairs(depth), place)
        else:
            node = Node(self.scalar(event), place)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: yaml.AliasEvent, depth: int) -> Node:
        if event.anchor not in self.anchors:
            self.refuse(event, say("yaml.no_anchor", anchor=event.anchor))
            return Node(Unread, self.place(event))
        node = self.anchors[event.anchor]
        if node is None:
            self.refuse(event, say("yaml.contains_itself", anchor=event.anchor))
            return Node(Unread, self.place(event))
        self.count(event, node.size, depth + node.height - 1)
        return node

    def items(self, depth: int) -> list[Node]:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return items

    def pairs(self, depth: int) -> dict[str, Node]:
        pairs: dict[str, Node] = {}
        before: tuple[str, Any] = "", None
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            given = next(self.events)
            value = self.node(given, depth + 1)
            place, name = self.place(event), key.value
            if hint := _cut_number(before[1], event, given):
                self.refuse(before[1], hint)
                if before[0] in pairs:
                    pairs[before[0]] = pairs[before[0]].with_value(Unread)
            elif not isinstance(name, str):
                if name is not Unread:
                    hint = say("yaml.quotes") if isinstance(name, (int, float)) else ""
                    self.refuse(event, say("yaml.no_word", key=shown(name), hint=hint))
            elif name == "<<":
                self.refuse(event, say("yaml.merge"))
            elif name in pairs:
                self.refuse(event, say("yaml.twice", key=shown(name), line=pairs[name].head.line))
            else:
                pairs[name] = Node(value.value, value.place, place)
            before = str(name), given
        return pairs

    def scalar(self, event: yaml.ScalarEvent) -> object:
        text: str = event.value
        if not event.implicit[0]:
            return text
        tag = self.scalars.resolve(yaml.ScalarNode, text, (True, False))
        kind = tag.removeprefix("tag:yaml.org,2002:")
        if kind == "int" and len(text) > 300:
            return math.copysign(math.inf, -1 if text[0] == "-" else 1)
        # true and false stay words, as yes and no do: names may be called so, and YesNo reads all four.
        if kind in ("int", "float", "null"):
            construct = getattr(self.scalars, f"construct_yaml_{kind}_core")
            if kind == "float" and Pointed.fits(text):
                return Pointed(text)
            value: object = construct(yaml.ScalarNode(tag, text))
            return value
        return text
