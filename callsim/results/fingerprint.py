"""A short name for everything that a result hangs on: equal fingerprints and runs mean equal numbers."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence

from callsim.scenario import Scenario
from callsim.version import __version__


def fingerprint(scenario: Scenario, seed: int, supervisors: Sequence[Callable[..., object]] = ()) -> str:
    """SHA-256 of the scenario as it was understood (files read, --set applied), the version and the seed.

    `in_full` names each value with its type, so a constant of 3 min is not an exponential of 3 min.
    `supervisors` that came from Python count by their text, where there is one.
    """
    told = f"{__version__}\n{seed}\n{scenario.in_full()}" + "".join(map(_text, supervisors))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def _text(function: Callable[..., object]) -> str:
    try:
        return "\n" + inspect.getsource(function)
    except (OSError, TypeError):
        return f"\n{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}"
