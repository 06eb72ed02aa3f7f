"""How far a run has come and how long it will take, on standard error and only for a person who waits."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator

from callsim import interrupt
from callsim.study.options import Progress

_PATIENCE_S = 1.0  # what is over sooner needs no bar


@contextlib.contextmanager
def bar(what: str = "run") -> Iterator[Progress]:
    """What to tell the progress to; it tells nobody where nobody watches.

    Meanwhile standard output is for nobody: what a supervisor writes goes to standard error.
    """
    if not sys.stderr.isatty():
        with contextlib.redirect_stdout(sys.stderr):
            yield Progress()
        return
    from rich import progress as parts
    from rich.console import Console

    progress = parts.Progress(
        parts.TextColumn("{task.description}"),
        parts.BarColumn(),
        parts.TaskProgressColumn(),
        parts.TimeRemainingColumn(elapsed_when_finished=True),
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
            yield Progress(tell)
    finally:
        with lock:
            over = True
        progress.stop()


def _show_cursor() -> None:
    os.write(2, b"\r\x1b[K\x1b[?25h")
