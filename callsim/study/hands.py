"""What plays runs: threads of this process, or anything else that takes a task and gives back a run."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, Self

from callsim.arrays import Rows
from callsim.study.blocks import blocks_of, joined, play_whole
from callsim.study.options import Progress
from callsim.study.player import Around, Run, Task
from callsim.study.store.store import Store


class Hands(Protocol):
    """Plays tasks, some of them at a time."""

    @property
    def abreast(self) -> int:
        """How many tasks are wanted in flight: more than are played, so that nobody waits for a slow one."""

    @property
    def apart(self) -> bool:
        """Whether blocks of a run may be played side by side."""

    def play(self, task: Task) -> Future[Run]:
        """Begin a task, or have it wait for its turn."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *failure: object) -> None:
        """End all that was begun, whether it is done or not."""


class Threads:
    """Threads of this process, `jobs` at a time; those to spare draw calls ahead for the others."""

    def __init__(
        self,
        jobs: int,
        stop: threading.Event | None = None,
        note: Callable[[int, float], None] | None = None,
        also: Callable[[int, Rows], None] | None = None,
        at_once: int | None = None,
        store: Store | None = None,
    ):
        """`note` hears of each task, by its number, how far it is: 0 to 1. `also` gets each run's number and
        its RECORD [row].

        `at_once`: tasks that there are at most, where they are fewer than `jobs`. `store`: what has been
        played before, and is not played again.
        """
        workers = min(jobs, at_once or jobs)
        self._workers = workers
        self._halt, self._spare = _Halt(stop), threading.Semaphore(jobs)
        self._note, self._also, self._store = note, also, store
        self._pool, self._begun = ThreadPoolExecutor(max_workers=workers), 0

    @property
    def abreast(self) -> int:
        """How many tasks are wanted in flight."""
        return 2 * self._workers - 1  # one job is one thread

    @property
    def apart(self) -> bool:
        """Whether blocks of a run may be played side by side: records come in the order of days."""
        return self._also is None

    def play(self, task: Task) -> Future[Run]:
        """Begin a task, or have it wait for its turn."""
        self._begun += 1
        return self._pool.submit(self._when_free, task, self._begun)

    def _when_free(self, task: Task, number: int) -> Run:
        note, also = self._note, self._also
        around = Around(
            self._spare,
            self._halt,
            None if note is None else lambda done: note(number, done),
            None if also is None else lambda rows: also(task.run, rows),
            self._store,
        )
        with self._spare:
            found = play_whole(task, around)
        if note is not None:
            note(number, 1.0)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._halt.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


class _Halt(threading.Event):
    """Set when the runs shall end, or with the caller's own event."""

    def __init__(self, outer: threading.Event | None):
        super().__init__()
        self.outer = outer

    def is_set(self) -> bool:
        return super().is_set() or (self.outer is not None and self.outer.is_set())


def in_turn(hands: Hands, tasks: Iterable[Task]) -> Generator[Run, None, None]:
    """The runs of tasks, in the order of the tasks; closing this ends the others."""
    with hands:
        yield from joined(_in_turn(hands, tasks))


def _in_turn(hands: Hands, tasks: Iterable[Task]) -> Iterator[tuple[Task, Run]]:
    """Each task, or each block of it where these may be apart, and its run."""
    waiting: deque[tuple[Task, Future[Run]]] = deque()
    for whole in tasks:
        for task in blocks_of(whole) if hands.apart else [whole]:
            waiting.append((task, hands.play(task)))
            if len(waiting) >= hands.abreast:
                done, run = waiting.popleft()
                yield done, run.result()
    while waiting:
        done, run = waiting.popleft()
        yield done, run.result()


def cores() -> int:
    """Returns the number of threads that can work at once on this machine."""
    return os.cpu_count() or 1


class Watch:
    """Adds up the progress of tasks that are played side by side."""

    def __init__(self, progress: Progress, expected: int, abreast: int = 1):
        """`expected`: runs, which may change; `abreast`: tasks of each run."""
        self.progress, self.expected, self.abreast = progress, expected, abreast
        self._parts: dict[int, float] = {}
        self._lock = threading.Lock()

    def note(self, task: int, part: float) -> None:
        """The task of this number is played in part, 0 to 1."""
        if not self.progress:
            return
        with self._lock:
            self._parts[task] = part
            done = sum(self._parts.values()) / self.abreast
            finished = sum(part >= 1 for part in self._parts.values()) // self.abreast
            self.progress(done / self.expected, finished, self.expected)
