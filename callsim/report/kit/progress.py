"""How far a run has come and how long it will take, on standard error: on a terminal a bar, else lines."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from callsim import interrupt
from callsim.report.kit.terminal import tell as say_aloud
from callsim.report.kit.terminal import written_in
from callsim.sentences import label, say
from callsim.study.options import Progress
from callsim.units import show_duration

if TYPE_CHECKING:
    from callsim.results.judgement import Judgement

_PATIENCE_S = 0.5  # what is over sooner needs no bar
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
    from rich.console import Console, RenderableType
    from rich.text import Text

    class Bar(parts.Progress):
        """The bar, and below it what is known by now: both go when the answer comes."""

        so_far = Text()

        def get_renderables(self) -> Iterator[RenderableType]:
            yield from super().get_renderables()
            if self.so_far:
                yield self.so_far

    progress = Bar(
        parts.TextColumn("{task.description}"),
        parts.BarColumn(),
        parts.TaskProgressColumn(),
        parts.TimeElapsedColumn(),
        parts.TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task(label("getting ready"), total=None)  # nobody knows how long: it is compiled
    lock, shown, over = threading.Lock(), False, False

    def show() -> None:
        nonlocal shown
        with lock:
            if not shown and not over:
                shown = True
                interrupt.before_exit(_show_cursor)
                progress.start()

    def tell(done: float, runs: int, expected: int) -> None:
        description = f"{label(what)} {min(runs + 1, expected)}{label(' of ')}{expected}"
        progress.update(task, total=1.0, completed=done, description=description)

    def so_far(runs: int, goals: Sequence[Judgement]) -> None:
        progress.so_far = Text(written_in(verdicts(runs, goals), sys.stderr.encoding))
        progress.refresh()

    waits = threading.Timer(_PATIENCE_S, show)
    waits.daemon = True
    waits.start()
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield Progress(tell, so_far)
    finally:
        waits.cancel()
        with lock:
            over = True
        progress.stop()


def verdicts(runs: int, goals: Sequence[Judgement]) -> str:
    """Returns in a line what some runs have shown of the goals; nothing where no goal can be judged."""
    judged = [goal for goal in goals if goal.met is not None]
    close = sum(goal.decided is False for goal in judged)
    met = sum(goal.met is True and goal.decided is not False for goal in judged)
    missed = len(judged) - close - met
    if not judged:
        return ""
    return say("cli.goals_so_far", runs=runs, goals=len(judged), met=met, missed=missed, close=close)


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
