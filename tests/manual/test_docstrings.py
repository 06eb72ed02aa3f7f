"""Docstrings of what Python users call: every argument is named, and what is returned and raised is said."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import callsim
from callsim import erlang
from callsim.study.options import How

OF_ALL = {"self", "cls", "scenario", "how"}  # arguments whose type says all; `how` is told by callsim.run
FAILS = {"UserError", "ScenarioError", "LookupError", "ValueError", "UnitError", "ImportError", "Interrupted"}


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each function, method and property by its name, each once."""
    for house in (callsim, erlang):
        for name in house.__all__:
            one = getattr(house, name)
            if inspect.isfunction(one):
                yield f"{house.__name__}.{name}", one
            elif inspect.isclass(one):
                for key, member in vars(one).items():
                    function = member.fget if isinstance(member, property) else member
                    if inspect.isfunction(function) and not key.startswith("_") and "model_" not in key:
                        yield f"{house.__name__}.{name}.{key}", function


PUBLIC = dict(public())


def raises(function: Callable[..., Any], seen: set[Callable[..., Any]]) -> bool:
    """Whether it raises, or calls a function or method of its own file that does."""
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and FAILS & {part.id for part in ast.walk(node) if _is_name(part)}:
            return True
        if isinstance(node, ast.Call):
            called = function.__globals__.get(getattr(node.func, "id", ""))
            mine = inspect.isfunction(called) and called.__module__ == function.__module__
            if mine and called not in seen and raises(called, seen):
                return True
    return False


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def test_raising_is_seen() -> None:
    assert raises(erlang.evaluate, set())  # in a function that it calls
    assert not raises(erlang.blocking, set())


@pytest.mark.parametrize("name", PUBLIC)
def test_arguments_returns_and_raises_are_told(name: str) -> None:
    function = PUBLIC[name]
    told = inspect.getdoc(function) or ""
    asked = [key for key in inspect.signature(function).parameters if key not in OF_ALL]
    if re.search(r"(those|arguments) of `callsim.run`", told):
        asked = [key for key in asked if key not in How.__annotations__]
    assert not [key for key in asked if not re.search(rf"\b{key}\b", told)]
    if inspect.signature(function).return_annotation not in ("None", None):
        assert "Returns" in told
    if raises(function, set()):
        assert "Raises" in told


@pytest.mark.parametrize("name", [name for name in PUBLIC if name.startswith("callsim.erlang.")])
def test_units_of_formulas_are_told(name: str) -> None:
    function = PUBLIC[name]
    told = inspect.getdoc(function) or ""
    asked = inspect.signature(function).parameters
    if any(key.endswith("_s") for key in asked):
        assert "seconds" in told
    if "load" in asked:
        assert "erlangs" in told
