"""The name of what is simulated: equal content has equal names, whatever scenario it stands in."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from weakref import WeakKeyDictionary

import numpy as np

from callsim.model import Model
from callsim.sim.jit import STAMP
from callsim.version import __version__

_PLAIN = {type(None), bool, int, float, str, bytes}


def name_of(*told: object) -> bytes:
    """Returns 32 bytes that name a value. Raises TypeError for what has no content of its own.

    Numbers, texts, arrays, and sequences, sets, mappings and dataclasses of them have one; the order of keys
    and of members of a set says nothing.
    """
    found: list[bytes] = []
    _tell(told, found.append)
    return hashlib.blake2b(b"".join(found), digest_size=32).digest()


def content_of(model: Model) -> bytes:
    """Returns the name of all that a run of a model depends on, but for its seed, its run and its engine.

    It is made once for each model. Names of queues and groups are not in it, for luck has names of its own.
    """
    if model not in _known:
        centre = model.centre  # pairs and lines may stand in any order, as a file has them
        centre = centre._replace(pairs=np.sort(centre.pairs), holds=np.unique(centre.holds, axis=0))
        demand, roster = model.demand, model.roster  # crews are told as rows: hundreds of arrays as one
        numbers = (
            centre,
            demand,
            roster.rows,
            roster.day_one,
            roster.number,
            model.within,
            model.grid,
            model.short,
        )
        _known[model] = name_of(__version__, STAMP, np.__version__, *numbers)
    return _known[model]


_known: WeakKeyDictionary[Model, bytes] = WeakKeyDictionary()


def _tell(value: object, add: Callable[[bytes], object]) -> None:
    """Hand on a value in pieces: its kind, its length, its parts, so that no two values look alike."""
    kind = type(value)
    if kind in _PLAIN or isinstance(value, np.generic):
        data = repr(value).encode("utf-8", "backslashreplace")
        add(b"%s %d %s" % (kind.__name__.encode(), len(data), data))
    elif isinstance(value, np.ndarray):
        add(f"array {value.dtype.descr if value.dtype.names else value.dtype.str} {value.shape} ".encode())
        for key in value.dtype.names or (...,):  # what lies between the fields of a row says nothing
            add(value[key].tobytes())
    elif isinstance(value, list | tuple):
        add(b"%s %d " % (kind.__name__.encode(), len(value)))
        for part in value:
            _tell(part, add)
    elif isinstance(value, set | frozenset):
        add(b"set ")
        numbers = all(type(part) is int for part in value)  # as nearly all are
        _tell(sorted(value if numbers else map(name_of, value)), add)
    elif isinstance(value, Mapping):
        add(b"mapping ")
        _tell(sorted((name_of(key), name_of(part)) for key, part in value.items()), add)
    elif dataclasses.is_dataclass(value):
        add(kind.__name__.encode())
        for field in dataclasses.fields(value):
            _tell(getattr(value, field.name), add)
    else:
        raise TypeError(kind.__name__)
