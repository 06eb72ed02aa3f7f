"""Compiles a rule in a process of its own, while this process compiles what it needs before.

Numba compiles under one lock, so a second thread would only wait. The other process keeps what it compiled on
disk, where this one finds it. Without a folder for that, or on one processor, nothing is compiled ahead.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST_S = 120.0  # to wait for the other process; then this one compiles the rule itself

_started: dict[str, subprocess.Popen[bytes]] = {}
_lock = threading.Lock()


def begin(kept: Path | None, function: Callable[..., Any], *arguments: object) -> None:
    """Starts to compile a rule for arguments of these types, once; `kept` is the folder of compiled code."""
    dispatcher: Any = getattr(function, "compiled", None)
    # A folder that is not below "callsim" goes with this process (see cache): another one has its own.
    if dispatcher is None or kept is None or kept.parent.name != "callsim" or processors() < 2:
        return
    name = dispatcher.py_func.__name__
    with _lock:
        if name not in _started:
            kinds = tuple(map(dispatcher.typeof_pyval, arguments))
            with contextlib.suppress(OSError):
                task = pickle.dumps((dispatcher.py_func.__module__, name, kinds))
                _started[name] = _other(task, kept.parent.parent)


def wait_for(dispatcher: Any) -> None:
    """Waits until a rule that another process compiles is on disk; returns at once where there is none."""
    child = _started.get(dispatcher.py_func.__name__)
    if child is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(LONGEST_S)


def compile_here() -> None:
    """Compiles the rule that stands in the standard input, as `begin` wrote it: for the other process."""
    module, name, kinds = pickle.load(sys.stdin.buffer)
    getattr(importlib.import_module(module), name).compiled.compile(kinds)


def processors() -> int:
    """Returns how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _other(task: bytes, home: Path) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "callsim.sim.ahead"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"CALLSIM_CACHE": str(home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    atexit.register(child.kill)
    assert child.stdin is not None
    with child.stdin:
        child.stdin.write(task)
    return child


if __name__ == "__main__":
    compile_here()
