"""A result's dataclasses as JSON has them: mappings in the order of the fields, and nothing else.

Where JSON says it otherwise, the field says how: under a key of its own, with the keys of its mapping among
the others, or only where there is something.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

# Metadata of fields: `dataclasses.field(metadata=…)`.
FLAT = {"flat": True}  # the keys of its value stand among those of the others
IF_ANY = {"if_any": True}  # left out where it is None


def key(name: str) -> dict[str, str]:
    """Metadata of a field that JSON calls by a word that Python has taken, such as `from`."""
    return {"key": name}


def plain(value: object) -> Any:  # a mapping, list, text, number or None, as JSON can hold them
    """The value as JSON has it; numbers and texts stay as they are."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dict(_members(value))
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def _members(value: object) -> Iterator[tuple[str, object]]:
    for field in dataclasses.fields(value):  # type: ignore[arg-type]  # a dataclass, as `plain` has seen
        inner = getattr(value, field.name)
        if inner is None and "if_any" in field.metadata:
            continue
        if "flat" in field.metadata:
            yield from plain(inner).items()
        else:
            yield field.metadata.get("key", field.name), plain(inner)


def again(kind: type[T], saved: object) -> T:
    """A dataclass from what `dataclasses.asdict` made of it and JSON has kept.

    Raises ValueError where that cannot have been.
    """
    found: T = _read(kind, saved)
    return found


def _read(kind: Any, saved: Any) -> Any:  # kinds are checked while it runs
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        if not isinstance(saved, dict) or saved.keys() != hints.keys():
            raise ValueError(f"no {getattr(kind, '__name__', kind)}")
        return kind(**{name: _read(hints[name], saved[name]) for name in hints})  # type: ignore[operator]
    of, inner = get_origin(kind), get_args(kind)
    if of in (Union, types.UnionType):
        if saved is None and type(None) in inner:
            return None
        (kind,) = (one for one in inner if one is not type(None))
        return _read(kind, saved)
    if of is dict and isinstance(saved, dict):
        return {name: _read(inner[1], value) for name, value in saved.items()}
    if of is list and isinstance(saved, list):
        return [_read(inner[0], value) for value in saved]
    if of is tuple and isinstance(saved, list):
        return tuple(_read(inner[0], value) for value in saved)
    if of is None and (type(saved) is kind or (kind is float and type(saved) is int)):
        return saved
    raise ValueError(f"{saved!r} is no {kind}")


_KNOWN: dict[type, dict[str, Any]] = {}


def _hints(kind: Any) -> dict[str, Any]:
    if kind not in _KNOWN:
        _KNOWN[kind] = get_type_hints(kind)
    return _KNOWN[kind]
