"""How far a run has come and how long it will take, on standard error and only for a person who waits."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator

from callsim import interrupt

_PATIENCE_S = 1.0  # what is over sooner needs no bar


@contextlib.contextmanager
def bar(what: str = "run") -> Iterator[Callable[[float, int, int], None] | None]:
    """What to tell the progress to (done 0…1, runs done, runs expected); None where nobody watches.

    Meanwhile standard output is for nobody: what a supervisor writes goes to standard error.
    """
    if not sys.stderr.isatty():
        with contextlib.redirect_stdout(sys.stderr):
            yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task("simulating", total=1.0)
    begun, lock, shown, over = time.monotonic(), threading.Lock(), False, False

    def tell(done: float, runs: int, expected: int) -> None:
        nonlocal shown
        progress.update(task, completed=done, description=f"{what} {min(runs + 1, expected)} of {expected}")
        with lock:
            if not shown and not over and time.monotonic() - begun > _PATIENCE_S:
                shown = True
                interrupt.before_exit(_show_cursor)
                progress.start()

    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield tell
    finally:
        with lock:
            over = True
        progress.stop()


def _show_cursor() -> None:
    os.write(2, b"\r\x1b[K\x1b[?25h")
