"""How far a run has come and how long it will take, on standard error: on a terminal a bar, else lines."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator

from callsim import interrupt
from callsim.report.kit.terminal import tell as say_aloud
from callsim.sentences import label, say
from callsim.study.options import Progress
from callsim.units import show_duration

_PATIENCE_S = 1.0  # what is over sooner needs no bar
_ENOUGH_S = 2.0  # of work tell how fast it goes
FIRST_LINES_S, LATER_LINES_S = (10.0, 30.0), 60.0  # when lines are written, and how often later


@contextlib.contextmanager
def bar(what: str = "run") -> Iterator[Progress]:
    """What to tell the progress to; where nobody watches it writes a line now and then.

    Meanwhile standard output is for nobody: what a supervisor writes goes to standard error.
    """
    if not sys.stderr.isatty():
        with contextlib.redirect_stdout(sys.stderr):
            yield Progress(lines(time.monotonic))
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
    task = progress.add_task(label("simulating"), total=1.0)
    begun, lock, shown, over = time.monotonic(), threading.Lock(), False, False

    def tell(done: float, runs: int, expected: int) -> None:
        nonlocal shown
        progress.update(
            task,
            completed=done,
            description=f"{label(what)} {min(runs + 1, expected)}{label(' of ')}{expected}",
        )
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


def lines(clock: Callable[[], float]) -> Callable[[float, int, int], None]:
    """Returns what writes the time left to standard error, a line after 10 s, 30 s and then every minute.

    `clock` returns seconds. How fast it goes is measured from the first moment at which something is done,
    for before it the simulation may have been compiled.
    """
    begun, lock, due = clock(), threading.Lock(), FIRST_LINES_S[0]
    first: tuple[float, float] | None = None  # s since it begun, and the share that was done then

    def tell(done: float, runs: int, expected: int) -> None:
        nonlocal due, first
        gone = clock() - begun
        if not 0 < done < 1:
            return
        with lock:
            if first is None:
                first = gone, done
            since, before = first
            if gone < due or gone - since < _ENOUGH_S or done <= before:
                return
            later = (when for when in FIRST_LINES_S if when > gone)
            due = next(later, (gone // LATER_LINES_S + 1) * LATER_LINES_S)
        left = (gone - since) * (1 - done) / (done - before)
        say_aloud(say("cli.so_far", done=done, gone=_shown(gone), left=_shown(left)))

    return tell


def _shown(seconds: float) -> str:
    """About as long: to ten seconds, from ten minutes on to a minute."""
    step = 10 if seconds < 600 else 60
    return show_duration(max(step, round(seconds / step) * step))


def _show_cursor() -> None:
    os.write(2, b"\r\x1b[K\x1b[?25h")
