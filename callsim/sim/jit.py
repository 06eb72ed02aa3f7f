"""How rules are compiled, and where the compiled code is kept."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numba.np.arrayobj
import numpy as np

from callsim.sim import ahead, cache

F = TypeVar("F", bound=Callable[..., Any])


def _digest() -> str:
    """Returns a digest of all sources: numba's cache does not notice a change in *another* file."""
    here = Path(__file__).parent
    sources = b"".join(source.read_bytes() for source in sorted(here.rglob("*.py")))
    return hashlib.sha256(sources).hexdigest()[:12]


STAMP = _digest()
CACHE = cache.folder(f"python{sys.version_info[0]}{sys.version_info[1]}-numba{numba.__version__}-{STAMP}")


def _index_forwards() -> None:
    """Compiles a[k] in rules without the test whether k is negative: no rule counts from the end.

    The test costs a tenth of a call's time, and numba has no option to leave it out. Other code that numba
    compiles in this process keeps Python's meaning of a[-1]. Where a version of numba is made otherwise,
    rules keep the test, and are slower by that tenth.
    """
    arrays: Any = numba.np.arrayobj
    ask = getattr(arrays, "fix_integer_index", None)
    if ask is None:
        return

    def index(context: Any, builder: Any, kind: Any, value: Any, size: Any) -> Any:
        if "callsim3sim" in builder.function.name:  # as LLVM writes callsim.sim
            return context.cast(builder, value, kind, numba.types.intp)
        return ask(context, builder, kind, value, size)

    arrays.fix_integer_index = index


_index_forwards()


def rule(function: F) -> F:
    """Compiles a function with numba: without the GIL, kept on disk, exact in floating point.

    Rules only change arrays that they are given, so numba's reference counts (`_nrt`) are left out: they
    would make a rule take six times as long.
    """
    return _compiled(function, inline=True)


def aside(function: F) -> F:
    """Compiles a rule that is called, not copied into its callers: for long or seldom needed ones."""
    return _compiled(function, inline=False)


def direct(function: F) -> F:
    """Returns a rule for calls from Python that always come with arguments of the same types.

    Numba looks at the types of all arguments at every call, with the interpreter lock held: 4 µs for a floor,
    10 µs when its code has left the cache. Here it looks at the first call only. So later calls must bring
    arrays with the same elements and dimensions, each in one piece in memory: others would be misread.
    """
    if not hasattr(function, "overloads"):  # not compiled
        return function
    dispatcher: Any = function
    # By what a floor has and others have not; `dialled`: menus that hold lines.
    known: dict[tuple[type, ...], Callable[..., Any]] = {}

    def call(*arguments: Any) -> Any:
        floor = arguments[0]
        parts = [getattr(floor, name, None) for name in ("follow", "conditions", "people", "dialler")]
        kind = (*map(type, parts), type(getattr(parts[0], "dialled", None)))
        if kind in known:
            return known[kind](*arguments)
        ahead.wait_for(dispatcher)
        result = dispatcher(*arguments)
        compiled = dispatcher.overloads.get(tuple(map(dispatcher.typeof_pyval, arguments)))
        if compiled is not None:  # noted a moment later where another thread has compiled it
            known[kind] = compiled.entry_point
        return result

    call.compiled = dispatcher  # type: ignore[attr-defined]
    return cast(F, call)


def _compiled(function: F, inline: bool) -> F:
    njit: Any = numba.njit
    options = {"nogil": True, "forceinline": inline, "error_model": "numpy", "_nrt": False}
    for_python: F = njit(**options, no_cfunc_wrapper=True)(function)
    if not hasattr(for_python, "get_call_template"):  # not compiled
        return for_python
    for_rules: Any = njit(**options, no_cfunc_wrapper=True, no_cpython_wrapper=True)(function)
    _let_rules_call(for_python, for_rules)
    if CACHE is not None:
        cache.keep(for_python, function, CACHE, STAMP)
        cache.keep(for_rules, function, CACHE, STAMP, "-for-rules")
    return for_python


def _let_rules_call(for_python: Any, for_rules: Any) -> None:
    """Gives rules that call a rule a version of it of their own, which Python cannot call.

    Code that unpacks a floor for calls from Python is longer than most rules, and takes a third of the first
    compilation: this version has none. And it is compiled once for int64, where numba would compile it anew
    for each constant (0, 1) and each width of a number. Rules that are copied into their callers lose
    nothing by that: there the constant is known.
    """
    ask, types = for_rules.get_call_template, cast(Any, numba.types)

    def plain(kind: Any) -> Any:
        kind = types.unliteral(kind)
        narrow = kind in types.signed_domain and kind.bitwidth < 64
        return types.int64 if narrow else kind

    def template(args: Any, kws: Any) -> Any:
        return ask(tuple(map(plain, args)), {name: plain(kind) for name, kind in kws.items()})

    for_python.get_call_template, for_python.get_overload = template, for_rules.get_overload
    for_python.for_rules = for_rules


def words_wrap() -> AbstractContextManager[object]:
    """Keeps NumPy from warning, where rules are not compiled, that products of random words overflow."""
    config: Any = numba.config
    return np.errstate(over="ignore", divide="ignore") if config.DISABLE_JIT else nullcontext()


_found = False  # code that an earlier process left, or this one meanwhile


def compiled_before() -> bool:
    """Returns whether an earlier process left compiled code. If not, the first run has to compile it."""
    global _found
    config: Any = numba.config
    _found = _found or bool(config.DISABLE_JIT)
    _found = _found or (CACHE is not None and any(CACHE.glob("kernel.play-*.nbc")))
    return _found
