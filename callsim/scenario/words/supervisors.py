"""The supervisors a scenario names: Python files and the functions in them, found but not run."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from callsim.errors import Mistake, ScenarioError, UserError
from callsim.scenario.document import Node, Unread, read_text
from callsim.scenario.words.mistakes import nearest, wrong
from callsim.scenario.words.quantities import Part, listed, one_or_many
from callsim.sentences import say
from callsim.units import shown

REACH = ("queues", "groups")  # what a supervisor may say that it touches
NO_CODE = "CALLSIM_NO_CODE"  # set: scenarios run no Python
_LARGEST_BYTES = 100_000  # of a supervisor's file: longer ones would take seconds and gigabytes to parse
_NAMED = re.compile(r"(.+\.py):([^\W\d]\w*)")
_SCHEMA = {"type": "string", "pattern": r"\.py:\w+$", "examples": ["my_ops.py:evening"]}


def _some(value: object) -> object:
    if value in ((), None):
        raise wrong(say("python.nothing"))
    return listed(value)


Names = Annotated[tuple[str, ...], BeforeValidator(_some)]


class Supervisor(Part):
    """A generator function of a Python file, which takes the floor."""

    file: Annotated[str, Field(repr=False)]
    """Where it stands."""
    function: str
    """What it is called there."""
    source: str
    """What the file holds."""
    queues: Names = ()
    """The queues that it sees and changes …"""
    groups: Names = ()
    """… and the groups; all there are where neither is written."""

    @property
    def touches_everything(self) -> bool:
        """Whether it may see and change all queues, groups and sites."""
        return not self.queues and not self.groups


def _named(value: object) -> object:
    if isinstance(value, tuple):
        return dict(zip(("file", "function", "source"), value, strict=True))
    if isinstance(value, dict):
        unknown = [str(key) for key in value if key not in ("run", *REACH)]
        if unknown:
            raise wrong(
                say("python.unknown", key=shown(unknown[0]), hint=nearest(unknown[0], ("run", *REACH)))
            )
        if "run" not in value:
            raise wrong(say("python.no_run"))
        named = _named(value["run"])
        assert isinstance(named, dict)
        return {**named, **{key: value[key] for key in REACH if key in value}}
    match = _NAMED.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong(say("python.no_function", value=shown(value)))
    return {"file": match[1], "function": match[2], "source": ""}


_NAMES_SCHEMA = one_or_many({"type": "string"})
_OBJECT = {
    "type": "object",
    "properties": {
        "run": {**_SCHEMA, "description": "The Python file and the function in it."},
        "queues": {
            **_NAMES_SCHEMA,
            "description": "Queues that it sees and changes (default: all, or none beside groups).",
        },
        "groups": {
            **_NAMES_SCHEMA,
            "description": "Groups that it sees and changes (default: all, or none beside queues).",
        },
    },
    "required": ["run"],
    "additionalProperties": False,
}

Supervisors = Annotated[
    tuple[Annotated[Supervisor, BeforeValidator(_named)], ...],
    BeforeValidator(listed),
    WithJsonSchema(one_or_many({"anyOf": [_SCHEMA, _OBJECT]})),
]


def find(root: Node) -> tuple[Node, list[Mistake]]:
    """The tree with the supervisors' files read, and those that are not there reported."""
    mistakes: list[Mistake] = []

    def found(node: Node) -> Node:
        if "run" in node.mapping:
            run = found(node.mapping["run"])
            return node.with_value(Unread if run.value is Unread else {**node.mapping, "run": run})
        match = _NAMED.fullmatch(node.value) if isinstance(node.value, str) else None
        if match is None:
            return node
        path = node.place.folder / match[1]
        if os.environ.get(NO_CODE):
            mistakes.append(
                node.place.mistake(say("python.forbidden", value=shown(node.value), variable=NO_CODE))
            )
            return node.with_value(Unread)
        if not path.resolve().is_relative_to(node.place.folder.resolve()):
            mistakes.append(node.place.mistake(say("python.outside", file=shown(match[1]))))
            return node.with_value(Unread)
        try:
            source = _source(path, match[1], match[2])
        except UserError as error:
            mistakes.append(node.place.mistake(str(error)))
            return node.with_value(Unread)
        return node.with_value((str(path), match[2], source))

    node = root.mapping.get("supervisors")
    if node is None:
        return root, []
    named = list(node.children()) if isinstance(node.value, list) else [node]
    if isinstance(node.value, (list, str, dict)):
        node = node.with_value([found(child) for child in named])
    return root.with_value({**root.mapping, "supervisors": node}), mistakes


def _source(path: Path, file: str, function: str) -> str:
    """Returns the text of a file, if it has a generator function of this name. The file is not run.

    Raises UserError with the reason if there is no such file or function.
    """
    try:
        source = read_text(path, _LARGEST_BYTES)
        tree = ast.parse(source)
    except ScenarioError as error:
        first = error.mistakes[0]
        line = say("python.line", line=first.line) if first.line else ""
        raise UserError(f"{shown(file)}: {first.text}{line}") from None
    except SyntaxError as error:
        raise UserError(
            say("python.no_python", file=shown(file), line=error.lineno or 1, message=error.msg)
        ) from None
    except (RecursionError, MemoryError, ValueError):
        raise UserError(say("python.unreadable", file=shown(file))) from None
    functions = {part.name: part for part in tree.body if isinstance(part, ast.FunctionDef)}
    if function in functions:
        _refuse_no_generator(file, functions[function])
    elif function not in _other_names(tree):  # imported or made there: it shows when the day begins
        raise UserError(
            say(
                "python.not_in_file",
                file=shown(file),
                function=shown(function),
                hint=nearest(function, functions),
            )
        )
    return source


def _refuse_no_generator(file: str, function: ast.FunctionDef) -> None:
    """A supervisor waits: it is a generator."""
    if not any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(function)):
        raise UserError(
            say("python.never_waits", function=function.name, file=shown(file), line=function.lineno)
        )


def _other_names(tree: ast.Module) -> set[str]:
    """Names that a module has from elsewhere."""
    names: set[str] = set()
    for part in tree.body:
        if isinstance(part, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in part.names}
        targets: list[Any] = part.targets if isinstance(part, ast.Assign) else []
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names
