"""The name of what is simulated: equal content has equal names, whatever scenario it stands in."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np

from callsim.model import Model
from callsim.sim.jit import STAMP
from callsim.version import __version__


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def name_of(*told: object) -> bytes:
    """Returns 32 bytes that name a value. Raises TypeError for what has no content of its own.

    Numbers, texts, arrays, and sequences, sets, mappings and dataclasses of them have one; the order of keys
    and of members of a set says nothing.
    """
    found = hashlib.blake2b(digest_size=32)
    _feed(found, told)
    return found.digest()


def content_of(model: Model) -> bytes:
    """Returns the name of all that a run of a model depends on, but for its seed, its run and its engine.

    It is made once for each model. Names of queues and groups are not in it, for luck has names of its own.
    """
    if model not in _known:
        centre = model.centre  # pairs and lines may stand in any order, as a file has them
        centre = centre._replace(pairs=np.sort(centre.pairs), holds=np.unique(centre.holds, axis=0))
        numbers = centre, model.demand, model.roster, model.within, model.grid
        _known[model] = name_of(__version__, STAMP, np.__version__, *numbers)
    return _known[model]


_known: WeakKeyDictionary[Model, bytes] = WeakKeyDictionary()


def _feed(found: _Hash, value: object) -> None:
    """Add a value: its kind, its length, its parts, so that no two values look alike."""
    match value:
        case None | bool() | int() | float() | str() | np.generic():
            data = repr(value).encode("utf-8", "backslashreplace")
            found.update(f"{type(value).__name__} {len(data)} ".encode() + data)
        case bytes():
            found.update(f"bytes {len(value)} ".encode() + value)
        case np.ndarray():
            found.update(f"array {value.dtype.descr} {value.shape} ".encode())
            for key in value.dtype.names or [...]:  # what lies between the fields of a row says nothing
                found.update(np.ascontiguousarray(value[key]).tobytes())
        case list() | tuple():
            found.update(f"{type(value).__name__} {len(value)} ".encode())
            for part in value:
                _feed(found, part)
        case set() | frozenset():
            found.update(b"set ")
            _feed(found, sorted(name_of(part) for part in value))
        case Mapping():
            found.update(b"mapping ")
            _feed(found, sorted((name_of(key), name_of(part)) for key, part in value.items()))
        case _ if dataclasses.is_dataclass(value):
            found.update(type(value).__name__.encode())
            for field in dataclasses.fields(value):
                _feed(found, getattr(value, field.name))
        case _:
            raise TypeError(type(value).__name__)
