"""The workers of a Dask cluster: groups of runs go to workers, and come back in the order of their tasks.

Each worker makes models of the scenarios that it gets, so little is sent. What a worker has not finished when
it is lost is played again by another one. Nothing here changes a number.
"""

from __future__ import annotations

import math
import socket
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self, cast
from weakref import WeakKeyDictionary

from distributed import Client, KilledWorker, get_worker
from distributed import Future as Promised
from distributed.comm.core import CommClosedError

from callsim.errors import CallsimError, Interrupted, UserError
from callsim.model import Model
from callsim.model.size import machine_memory, size
from callsim.sentences import LANGUAGE, say
from callsim.study.cluster import loads
from callsim.study.cluster.loads import Group, Shelf, Versions
from callsim.study.player import Around, Run, Task, model_of, play
from callsim.study.store.store import Store, unpacked

GRAIN_S = 1.0  # a task of Dask is to last so long: then Dask's own work is below 2 %
AHEAD = 2  # tasks of Dask in flight for each thread, so that an early end wastes little
_ASKS_S = 0.25  # between two looks whether somebody wants to stop
_TELLS_S = 1.0  # between two words of a worker on how far it is
_JOIN_S = 30  # a first worker may take so long to come


# What is done where runs are played.


class About(NamedTuple):
    """A worker."""

    host: str
    threads: int
    memory: int  # bytes
    versions: Versions


def about(dask_worker: Any) -> About:  # Any: Dask tells no types of it
    """What this worker is; Dask hands it over by the name of the argument."""
    worker = dask_worker
    memory = worker.memory_manager.memory_limit or machine_memory()
    return About(socket.gethostname(), worker.state.nthreads, memory, loads.versions())


def warm_up() -> None:
    """Compile the rules, where no process of this host has: once, before all its workers would at once."""
    from callsim import scenario
    from callsim.sim.jit import compiled_before

    if not compiled_before():
        play(Task(scenario.load(Path(scenario.__file__).with_name("template.yaml")), 1, 0))


def work(group: Group, topic: str) -> list[bytes]:
    """Play a group of runs on a worker. Raises UserError where this worker has other versions."""
    worker = get_worker()
    LANGUAGE.set(group.language)
    loads.refuse_foreign({worker.address: loads.versions()}, dict(group.versions))  # it may have joined late
    key = worker.get_current_task()
    stop, store = _Cancelled(worker.state.tasks, key), _store() if group.known else None
    worker.log_event(topic, (key, 0, 0.0))
    found = []
    for row, task in enumerate(loads.tasks_of(group)):
        progress = _Teller(partial(_tell, topic, key, row))
        found.append(loads.bytes_of(play(task, Around(stop=stop, progress=progress, store=store))))
    return found


def _tell(topic: str, key: object, row: int, part: float) -> None:
    get_worker().log_event(topic, (key, row, part))


class _Cancelled(threading.Event):
    """Set once the client does not want a task any more, as the worker's own books say."""

    def __init__(self, tasks: Mapping[Any, Any], key: object):  # Any: as above
        super().__init__()
        self._tasks, self._key = tasks, key

    def is_set(self) -> bool:
        task = self._tasks.get(self._key)
        return task is None or getattr(task, "state", None) in ("cancelled", "resumed")


class _Teller:
    """Tells how far a run is, now and then."""

    def __init__(self, tell: Callable[[float], object]):
        self._tell, self._last = tell, time.monotonic()

    def __call__(self, part: float) -> None:
        now = time.monotonic()
        if now - self._last >= _TELLS_S:
            self._last = now
            self._tell(part)


_kept: list[Store] = []


def _store() -> Store:
    """The store of this worker, in memory."""
    if not _kept:
        _kept.append(Store())
    return _kept[0]


# What is done where the study is.


class Cluster:
    """A client, whose workers have been looked at once: versions, memory, compiled rules."""

    def __init__(self, client: Client):
        """Raises UserError where there is no worker, or one has other versions than this process."""
        self.client = client
        self.again = 0  # runs that were played again, for their worker was lost
        address = _address(client)
        try:
            client.wait_for_workers(1, timeout=_JOIN_S)
        except TimeoutError:
            raise UserError(say("cluster.no_worker", address=address)) from None
        with _lost():
            told = client.run(about, on_error="return")
        loads.refuse_foreign(
            {worker: one.versions if isinstance(one, About) else one for worker, one in told.items()}
        )
        self.workers: dict[str, About] = told
        one_of = {one.host: worker for worker, one in told.items()}
        warm = [client.submit(warm_up, workers=[worker], pure=False) for worker in one_of.values()]
        with _lost():
            client.gather(warm)

    @property
    def threads(self) -> int:
        """Threads of all workers that are there now."""
        with _lost():
            return sum(self.client.nthreads().values()) or 1

    def refuse_too_large(self, models: Sequence[Model]) -> None:
        """Raise a UserError where a worker has too little memory for a run in each of its threads."""
        largest = max((size(model) for model in models), key=lambda need: need.one_run + need.kept)
        for worker, one in self.workers.items():
            needed = largest.needed(one.threads, one.threads)
            if needed > one.memory:
                have = one.memory / 1e9
                told = say(
                    "cluster.memory", worker=worker, threads=one.threads, have=have, needed=needed / 1e9
                )
                raise UserError(told)


def _address(client: Client) -> str:
    return str(getattr(client.scheduler, "address", "?"))


_clusters: WeakKeyDictionary[object, Cluster] = WeakKeyDictionary()


def cluster_of(client: object) -> Cluster:
    """Returns the cluster of a client; its workers are looked at the first time. Raises UserError."""
    if client not in _clusters:
        _clusters[client] = Cluster(cast(Client, client))
    return _clusters[client]


class Workers:
    """The workers of a cluster: they play groups of tasks, each of a second or more."""

    def __init__(
        self,
        cluster: Cluster,
        number: int,
        stop: threading.Event | None = None,
        note: Callable[[int, float], None] | None = None,
        store: Store | None = None,
    ):
        """`number`: tasks that there are at most. All others: see Threads."""
        self._cluster, self._stop, self._note = cluster, stop, note
        self._shelf, self._known = Shelf(store), store is not None
        self._topic = f"callsim-{uuid.uuid4().hex}"
        self._threads, self._begun, self._most = cluster.threads, 0, math.ceil(number / cluster.threads)
        self._size, self._open = 1, _Sent()
        self._sent: dict[str, _Sent] = {}
        self._starts: Counter[str] = Counter()
        self._client = cluster.client

    @property
    def abreast(self) -> int:
        """How many tasks are wanted in flight."""
        return AHEAD * self._threads * self._size

    @property
    def apart(self) -> bool:
        """Whether blocks of a run may be played side by side."""
        return True

    def play(self, task: Task) -> Future[Run]:
        """Begin a task as soon as there are enough of them to send."""
        self._begun += 1
        name = self._shelf.name(task)
        known = self._shelf.find(name)
        if known is not None:
            done: Future[Run] = Future()
            done.set_result(known)
            self._hear(self._begun, 1.0)
            return done
        group = self._open
        group.add(task, self._begun, name)
        if group.seconds >= GRAIN_S or len(group.tasks) >= self._most:
            self._send(group)
        return _Awaited(partial(self._result, group, len(group.tasks) - 1))

    def _send(self, group: _Sent) -> None:
        """Send what has been collected."""
        if group.promised is not None or not group.tasks:
            return
        if group is self._open:
            self._open = _Sent()
        load = loads.group_of(group.tasks, self._known)
        key = f"callsim-{uuid.uuid4().hex}"
        self._size, self._sent[key] = max(self._size, len(group.tasks)), group
        with _lost():
            self._threads = self._cluster.threads
            group.promised = self._client.submit(work, load, self._topic, key=key, pure=False)
            group.promised.add_done_callback(group.hear)

    def _result(self, group: _Sent, row: int) -> Run:
        self._send(group)
        while group.results is None:
            assert group.promised is not None
            if self._stop is not None and self._stop.is_set():
                raise Interrupted
            if not group.done.wait(_ASKS_S):
                continue
            try:
                with _lost():
                    group.results = group.promised.result()
            except ModuleNotFoundError as error:  # a worker that joined late
                loads.refuse_foreign({"?": error})
            except KilledWorker as error:
                first = group.tasks[0]
                needed = size(model_of(first.scenario)).needed(1, 1) / 1e9
                times, run, name = error.allowed_failures + 1, first.run, first.scenario.name
                told = say("cluster.killed", run=run, name=name, times=times, needed=needed)
                raise CallsimError(told) from None
            group.promised.release()
        arrays, group.results[row] = unpacked(group.results[row]), b""
        self._shelf.keep(group.names[row], arrays)
        self._hear(group.numbers[row], 1.0)
        return loads.run_of(arrays)

    def _hear(self, number: int, part: float) -> None:
        if self._note is not None:
            self._note(number, part)

    def _told(self, event: tuple[float, tuple[str, int, float]]) -> None:
        """A worker has begun a group, or tells how far it is."""
        key, row, part = event[1]
        group = self._sent.get(key)
        if group is None or group.results is not None:
            return
        if row == 0 and part == 0:
            self._starts[key] += 1
            if self._starts[key] > 1:
                self._cluster.again += len(group.tasks)
        for earlier in range(row):
            self._hear(group.numbers[earlier], 1.0)
        self._hear(group.numbers[row], min(part, 0.99))

    def __enter__(self) -> Self:
        self._client.subscribe_topic(self._topic, self._told)
        return self

    def __exit__(self, *failure: object) -> None:
        left = [one.promised for one in self._sent.values() if one.results is None and one.promised]
        with suppress(Exception):  # where the scheduler is lost, nobody works any more
            self._client.cancel(left)
            self._client.unsubscribe_topic(self._topic)


class _Sent:
    """Tasks that are sent together, and what comes back."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.numbers: list[int] = []  # by which their progress is told
        self.names: list[bytes | None] = []  # by which they are kept
        self.seconds = 0.0
        self.promised: Promised[Any] | None = None  # Any: as above
        self.results: list[bytes] | None = None
        self.done = threading.Event()  # asking Dask costs a hundred times what asking this does

    def hear(self, promised: object) -> None:
        """The workers are done with it, one way or another, or nobody will be."""
        self.done.set()

    def add(self, task: Task, number: int, name: bytes | None) -> None:
        """One more, as long as nothing is sent."""
        self.tasks.append(task)
        self.numbers.append(number)
        self.names.append(name)
        self.seconds += loads.seconds(task)


class _Awaited(Future[Run]):
    """A run of a group: who asks for it has the group sent, and waits."""

    def __init__(self, ask: Callable[[], Run]):
        super().__init__()
        self._ask = ask

    def result(self, timeout: float | None = None) -> Run:
        """Returns the run; there is no limit to the wait."""
        return self._ask()


@contextmanager
def _lost() -> Iterator[None]:
    """Where the scheduler cannot be reached any more, that is said."""
    try:
        yield
    except (CancelledError, CommClosedError, ConnectionError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CallsimError(say("cluster.lost", why=why)) from None
