"""Results as frozen dataclasses: as JSON has them, read back from it, and described by a JSON Schema.

How a class becomes JSON, and back:

- fields in their order, `from_` as `from`; a field whose default is None is left out where it is None, of a
  class that is `TOGETHER` only where all such fields are;
- `Figures` are laid flat into what holds them, and a dot in a figure's key is a step down:
  `service_level.offered` stands in `service_level` as `offered`;
- a comment beside a field is its description in the schema, the docstring that of the class.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Protocol, TypeGuard, TypeVar

from callsim.results.measures import Figure
from callsim.sentences import say

# What json writes and reads: nobody but those who print or parse it looks into it.
Plain = Any  # Any: JSON nests without end, and mypy can tell a place in it from no other
Mapped = dict[str, Plain]

T = TypeVar("T")
About = Callable[[str], str | None]  # a figure's key -> what it is


class Keys(NamedTuple):
    """Which figures a class holds: the keys that are always there, and those that may be."""

    always: tuple[str, ...]
    perhaps: tuple[str, ...] = ()


class Figures(dict[str, Figure]):
    """Figures by their keys, those of the catalogue (docs/results.md)."""

    def level(self, counted: str) -> Figure:
        """The service level by one of the formulas."""
        return self[f"service_level.{counted}"]


class Dataclass(Protocol):
    """Any result that is made of fields."""

    __dataclass_fields__: ClassVar[Mapped]


class Wrong(ValueError):
    """JSON that is none of a class; the text names the place."""


class _Field(NamedTuple):
    name: str
    key: str  # in JSON
    type: object
    may_miss: bool
    said: str
    figures: Keys | None  # of Figures


def plain(value: object) -> Plain:
    """A result as JSON has it: mappings, lists, texts, numbers, None."""
    if isinstance(value, Figure):
        return {"mean": value.mean, "low": value.low, "high": value.high}
    if isinstance(value, str | int | float) or value is None:
        return value
    if isinstance(value, Figures):
        return nested(value)
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, Iterable):
        return [plain(inner) for inner in value]
    assert _is_dataclass(value), type(value)
    return mapped(value)


def mapped(value: Dataclass) -> Mapped:
    """A result that is made of fields as JSON has it."""
    found: Mapped = {}
    fields = _fields(type(value))
    whole = _is_together(type(value)) and any(
        getattr(value, field.name) is not None for field in fields if field.may_miss
    )
    for field in fields:
        inner = getattr(value, field.name)
        if field.figures is not None:
            found |= nested(inner)
        elif inner is not None or not field.may_miss or whole:
            found[field.key] = plain(inner)
    return found


def nested(figures: Mapping[str, Figure]) -> Mapped:
    """Figures as JSON has them: a dot in a key is a step down."""
    found: Mapped = {}
    for key, figure in figures.items():
        above, dot, below = key.partition(".")
        if dot:
            found.setdefault(above, {})[below] = plain(figure)
        else:
            found[key] = plain(figure)
    return found


def known(value: Plain) -> Plain:
    """A result with None in place of NaN and infinity, which JSON does not have."""
    if isinstance(value, Mapping):
        return {name: known(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [known(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


# ---- back from JSON


def read(kind: type[T], there: object, place: str = "") -> T:
    """What `plain` made of a value of this type. Raises Wrong where it is something else."""
    found: T = _reader(typing.cast(typing.Hashable, kind))(there, place)
    return found


Reader = Callable[[object, str], Plain]


@cache
def _reader(kind: object) -> Reader:
    """Returns the function that reads a type from JSON; it takes the value and its place there."""
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _of_class(typing.cast(type, kind))
    if origin is Literal:
        return _if(lambda there: isinstance(there, str) and there in of)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (_reader(one) for one in of if one is not types.NoneType)
        return lambda there, place: None if there is None else inner(there, place)
    if origin is not None and issubclass(origin, Mapping):
        inner = _reader(of[1])
        return lambda there, place: {
            name: inner(one, f"{place}.{name}")
            for name, one in _sure(there, isinstance(there, dict), place).items()
        }
    if origin is not None and issubclass(origin, Sequence):
        inner = _reader(of[0])
        return lambda there, place: [
            inner(one, f"{place}.{row}")
            for row, one in enumerate(_sure(there, isinstance(there, list), place))
        ]
    if kind is float:
        return _if(is_number)
    return _if(lambda there: type(there) is kind)


def is_number(there: object) -> bool:
    """Whether this is a number as figures are: not true or false, and one that float64 holds."""
    return isinstance(there, int | float) and type(there) is not bool and abs(there) <= sys.float_info.max


def _if(right: Callable[[object], bool]) -> Reader:
    return lambda there, place: _sure(there, right(there), place)


def _sure(there: Plain, right: bool, place: str, *, is_figure: bool = False) -> Plain:
    if not right:
        where = place or say("saved.whole")
        says = say("saved.no_figure", place=where) if is_figure else say("saved.key_unknown", place=where)
        raise Wrong(says)
    return there


def _of_class(kind: type) -> Reader:
    fields = _fields(kind)
    readers = [_reader(field.type) if field.figures is None else None for field in fields]
    own = {field.key for field in fields}

    def reads(there: Plain, place: str) -> object:
        _sure(there, isinstance(there, dict), place, is_figure=kind is Figure)
        above = f"{place}." if place else ""
        found: Mapped = {}
        for field, reader in zip(fields, readers, strict=True):
            if field.figures is not None:
                others = {key: inner for key, inner in there.items() if key not in own}
                found[field.name] = _figures(others, field.figures, above)
            elif field.key in there:
                assert reader is not None
                found[field.name] = reader(there[field.key], f"{above}{field.key}")
            elif not field.may_miss:
                raise Wrong(say("saved.key_missing", place=f"{above}{field.key}"))
        return kind(**found)

    return reads


def _figures(there: Mapping[str, object], keys: Keys, above: str) -> Figures:
    flat: dict[str, object] = {}
    parts = {key.partition(".")[0] for key in (*keys.always, *keys.perhaps) if "." in key}
    for name, inner in there.items():
        if name in parts:
            inside = _sure(inner, isinstance(inner, dict), above + name)
            flat |= {f"{name}.{key}": one for key, one in inside.items()}
        else:
            flat[name] = inner
    for key in keys.always:
        if key not in flat:
            raise Wrong(say("saved.key_missing", place=f"{above}{key}"))
    for key in flat.keys() - {*keys.always, *keys.perhaps}:
        raise Wrong(say("saved.key_unknown", place=f"{above}{key}"))
    return Figures({key: read(Figure, inner, above + key) for key, inner in flat.items()})


# ---- as a JSON Schema


def json_schema(kind: type, about: About = lambda key: None) -> Mapped:
    """The JSON Schema (2020-12) of a result. `about`: says what a figure is."""
    defs: Mapped = {}
    whole = _described(kind, defs, about)["$ref"].rpartition("/")[2]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **defs.pop(whole),
        "$defs": dict(sorted(defs.items())),
    }


def _described(kind: object, defs: Mapped, about: About) -> Mapped:
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        name = getattr(kind, "__name__", "")
        if name not in defs:
            defs[name] = {}  # a class may hold itself
            defs[name] = _object(typing.cast(type, kind), defs, about)
        return {"$ref": f"#/$defs/{name}"}
    if origin is Literal:
        return {"const": of[0]} if len(of) == 1 else {"enum": list(of)}
    if origin in (types.UnionType, typing.Union):
        each = [_described(one, defs, about) for one in of]
        if all(one.keys() == {"type"} for one in each):
            return {"type": [one["type"] for one in each]}
        return {"anyOf": each}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _described(of[1], defs, about)}
    if origin is not None and issubclass(origin, Sequence):
        return {"type": "array", "items": _described(of[0], defs, about)}
    names = {str: "string", bool: "boolean", int: "integer", float: "number", types.NoneType: "null"}
    return {"type": names[typing.cast(type, kind)]}


def _object(kind: type, defs: Mapped, about: About) -> Mapped:
    properties: Mapped = {}
    required: list[str] = []
    for field in _fields(kind):
        if field.figures is not None:
            _add_figures(field.figures, properties, required, _described(Figure, defs, about), about)
            continue
        properties[field.key] = _described(field.type, defs, about) | _said(field.said)
        if not field.may_miss:
            required.append(field.key)
        elif not _is_together(kind):
            properties[field.key] = _without_null(properties[field.key])
    return {
        "title": kind.__name__,
        "description": " ".join((inspect.getdoc(kind) or "").split()),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _add_figures(keys: Keys, properties: Mapped, required: list[str], figure: Mapped, about: About) -> None:
    for key in (*keys.always, *keys.perhaps):
        above, dot, below = key.partition(".")
        there = figure | _said(about(key) or "")
        if dot:
            empty = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
            inside = properties.setdefault(above, empty)
            inside["properties"][below] = there
            inside["required"].append(below)
        else:
            properties[key] = there
        if key in keys.always and above not in required:
            required.append(above)


def _said(words: str) -> dict[str, str]:
    return {"description": words} if words else {}


def _without_null(described: Mapped) -> Mapped:
    """Returns the schema of a field whose key is left out where it is None."""
    described = dict(described)
    for word, null in (("type", "null"), ("anyOf", {"type": "null"})):
        if isinstance(left := described.get(word), list):
            left = [one for one in left if one != null]
            described[word] = left
            if len(left) == 1:
                del described[word]
                described |= {"type": left[0]} if word == "type" else left[0]
    return described


# ---- fields


def _is_dataclass(value: object) -> TypeGuard[Dataclass]:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def _is_together(kind: type) -> bool:
    return bool(getattr(kind, "TOGETHER", False))


@cache
def _fields(kind: type) -> tuple[_Field, ...]:
    types_of, said = typing.get_type_hints(kind, include_extras=True), _comments(kind)
    found = []
    for field in dataclasses.fields(kind):
        of, keys = types_of[field.name], None
        if typing.get_origin(of) is Annotated:
            of, keys = typing.get_args(of)
            assert of is Figures, field.name
        key = field.name.removesuffix("_")
        said_of = said.get(field.name, "")
        may_miss = field.default is None and kind is not Figure
        found.append(_Field(field.name, key, of, may_miss, said_of, keys))
    return tuple(found)


def _comments(kind: type) -> dict[str, str]:
    """What stands beside each field in the source."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if dataclasses.is_dataclass(one):
            for line in inspect.getsource(one).splitlines():
                if match := re.fullmatch(r"    (\w+): .*?  # (.+)", line):
                    found[match[1]] = match[2]
    return found
