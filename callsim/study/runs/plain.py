"""A result's dataclasses as JSON has them, and back: mappings in the order of the fields, and nothing else.

`from_` is told as `from`; a field whose default is None is left out where it is None; `Figures` are laid flat
into what holds them, and a dot in a figure's key is a step down.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from callsim.results.measures import Figure

T = TypeVar("T")
Mapped = dict[str, Any]  # what JSON can hold


class Keys(NamedTuple):
    """Which figures a class holds: the keys that are always there, and those that may be."""

    always: tuple[str, ...]
    perhaps: tuple[str, ...] = ()


class Figures(dict[str, Figure]):
    """Figures by their keys."""


def plain(value: object) -> Any:  # a mapping, list, text, number or None, as JSON can hold them
    """The value as JSON has it; numbers and texts stay as they are."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return mapped(value)
    if isinstance(value, Figures):
        return _nested(value)
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def mapped(value: Any) -> dict[str, Any]:  # a dataclass, which mypy cannot name; what JSON can hold
    """A dataclass as JSON has it."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        if isinstance(inner, Figures):
            found |= _nested(inner)
        elif inner is not None or field.default is not None or isinstance(value, Figure):
            found[field.name.removesuffix("_")] = plain(inner)
    return found


def _nested(figures: Figures) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, figure in figures.items():
        above, dot, below = key.partition(".")
        if dot:
            found.setdefault(above, {})[below] = mapped(figure)
        else:
            found[key] = mapped(figure)
    return found


def again(kind: type[T], saved: object) -> T:
    """A dataclass from what `dataclasses.asdict` made of it and JSON has kept.

    Raises ValueError where that cannot have been.
    """
    found: T = _read(kind, saved)
    return found


def _read(kind: Any, saved: Any) -> Any:  # kinds are checked while it runs
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class
        if not isinstance(saved, dict) or saved.keys() != hints.keys():
            raise ValueError(f"no {getattr(kind, '__name__', kind)}")
        return kind(**{name: _read(hints[name], saved[name]) for name in hints})  # type: ignore[operator]
    of, inner = get_origin(kind), get_args(kind)
    if of in (Union, types.UnionType):
        if saved is None and type(None) in inner:
            return None
        (kind,) = (one for one in inner if one is not type(None))
        return _read(kind, saved)
    if kind is Figures and isinstance(saved, dict):
        return Figures({name: _read(Figure, value) for name, value in saved.items()})
    if of in (dict, Mapping) and isinstance(saved, dict):
        return {name: _read(inner[1], value) for name, value in saved.items()}
    if of in (list, Sequence) and isinstance(saved, list):
        return [_read(inner[0], value) for value in saved]
    if of is None and (type(saved) is kind or (kind is float and type(saved) is int)):
        return saved
    raise ValueError(f"{saved!r} is no {kind}")


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)
