"""Supervisors as a part of what is simulated: named by what they read, or known to have no name."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from callsim.model import Model
from callsim.model.supervisors.stories import written
from callsim.scenario import Scenario
from callsim.sentences import say

# Modules that say the same each time; what others bring may have changed when the source has not.
SAME = {
    "__future__", "abc", "bisect", "cmath", "collections", "copy", "dataclasses", "decimal", "enum",
    "fractions", "functools", "heapq", "itertools", "math", "numbers", "operator", "re", "simpy",
    "statistics", "string", "types", "typing",
}  # fmt: skip
# What reaches beyond the source, however it is written.
BEYOND = {
    "__builtins__", "__import__", "__loader__", "__spec__", "breakpoint", "compile", "eval", "exec",
    "globals", "hash", "id", "input", "open", "vars",
}  # fmt: skip


def told_of(model: Model) -> list[object] | None:
    """What supervisors add to the content of a model, or of a part; None where one has no such name.

    This is the source, what it sees by name, and the dates: a supervisor that says what it touches, and uses
    nothing that may say something else another time, does the same whenever all this is the same.
    """
    if model.supervisors:
        return None
    found: list[object] = []
    for one, rows in written(model):
        if one.touches_everything or reads(one.source):
            return None
        names = [list(of.items()) for of in rows]  # in their order, which a supervisor sees
        found.append((one.file, one.function, one.source, names, str(model.scenario.calendar.start)))
    return found


def why_not(scenario: Scenario) -> list[str]:
    """Why runs of a scenario, or of its parts with supervisors, are simulated each time, in words."""
    found = []
    for one in scenario.supervisors:
        name = f"{one.file}:{one.function}"
        if one.touches_everything:
            found.append(say("store.touches_everything", name=name))
        elif beyond := reads(one.source):
            found.append(say("store.reads", name=name, what=", ".join(beyond)))
    return found


@functools.lru_cache(maxsize=64)
def reads(source: str) -> tuple[str, ...]:
    """Returns what a source uses that may say something else another time, by name."""
    return tuple(sorted(set(_beyond(ast.parse(source)))))


def _beyond(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names if not _is_same(alias.name))
            case ast.ImportFrom("callsim", names, 0):
                yield from (f"callsim.{alias.name}" for alias in names if alias.name != "Floor")
            case ast.ImportFrom(module, _, level):
                if level or module is None or not _is_same(module):
                    yield "." * level + (module or "")
            case ast.Attribute(ast.Name("callsim"), name) if name != "Floor":
                yield f"callsim.{name}"
            case ast.Attribute(_, name) if name.startswith("__"):
                yield name
            case ast.Name(name) if name in BEYOND:
                yield name


def _is_same(module: str) -> bool:
    return module == "callsim" or module.partition(".")[0] in SAME
