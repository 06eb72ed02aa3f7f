"""What goes to a worker and comes back: scenarios with the runs to play, and runs as compressed arrays."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import pickle
import platform
import zlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np

from callsim.errors import UserError
from callsim.model.blocks.cut import number_of
from callsim.scenario import Scenario
from callsim.sentences import LANGUAGE, say
from callsim.sim.count.tally import Tally
from callsim.study.player import Run, Task, model_of
from callsim.study.store.content import content_of, name_of
from callsim.study.store.parts import narrow, wide
from callsim.study.store.store import Arrays, Store, packed, unpacked
from callsim.study.store.supervised import told_of
from callsim.version import __version__

Versions = dict[str, str]
SECONDS_A_CALL = {"kernel": 1.5e-7, "reference": 2.5e-5}  # to draw, play and count one; measured

_SUMS = [field.name for field in dataclasses.fields(Tally)]
_OWN = ("absent", "lost_to_seats", "percentiles", "waits", "back_p90")


class Group(NamedTuple):
    """Tasks that are played one after another; each scenario goes along once, and never its model."""

    scenarios: tuple[bytes, ...]
    tasks: tuple[tuple[int, Task], ...]  # each with the number of its scenario, and without it
    versions: tuple[tuple[str, str], ...]  # of the client: a worker that has others refuses
    language: str  # in which mistakes are told
    known: bool  # whether the worker keeps parts of runs in memory, as plans that are alike are played


def group_of(tasks: Iterable[Task], known: bool) -> Group:
    """Returns what is sent for some tasks. Raises UserError for supervisors that are only in this process."""
    scenarios: dict[int, int] = {}
    found: list[bytes] = []
    rows = []
    for task in tasks:
        if task.supervisors:
            raise UserError(say("cluster.supervisors"))
        if id(task.scenario) not in scenarios:
            scenarios[id(task.scenario)] = len(found)
            found.append(zlib.compress(pickle.dumps(task.scenario, 5), 1))
        # A task without its scenario is a row of numbers.
        rows.append((scenarios[id(task.scenario)], dataclasses.replace(task, scenario=None)))  # type: ignore[arg-type]
    return Group(tuple(found), tuple(rows), tuple(versions().items()), LANGUAGE.get(), known)


def tasks_of(group: Group) -> list[Task]:
    """The tasks of a group, as they were before."""
    return [
        dataclasses.replace(task, scenario=_scenario(group.scenarios[number])) for number, task in group.tasks
    ]


@functools.lru_cache(maxsize=16)
def _scenario(data: bytes) -> Scenario:
    """A scenario that came: the same object each time, so that its model is made once."""
    found: Scenario = pickle.loads(zlib.decompress(data))
    return found


def seconds(task: Task) -> float:
    """Returns about how long a task takes."""
    model = model_of(task.scenario, task.supervisors)
    calls = model.demand.calls / (1 if task.block is None else number_of(model))
    return max(calls * SECONDS_A_CALL[task.engine], 0.005)


def bytes_of(run: Run) -> bytes:
    """Returns a run as compressed arrays, nothing of which is code."""
    return packed(arrays_of(run))


def run_of_bytes(data: bytes) -> Run:
    """Returns the run of `bytes_of`. Raises ValueError for anything else."""
    return run_of(unpacked(data))


def arrays_of(run: Run) -> Arrays:
    """The arrays of a run, counts in as few bytes as hold them."""
    found = {name: np.asarray(getattr(run.tally, name)) for name in _SUMS}
    found = {f"tally_{name}": array for name, array in found.items()}
    found.update({name: getattr(run, name) for name in _OWN})
    if run.warm is not None:
        found["warm"] = run.warm
    return {name: narrow(array) for name, array in found.items()}


def run_of(arrays: Arrays) -> Run:
    """Returns the run of these arrays. Raises ValueError where they are none of a run."""
    if set(arrays) - {"warm"} != {*(f"tally_{name}" for name in _SUMS), *_OWN}:
        raise ValueError
    sums = {name: wide(arrays[f"tally_{name}"]) for name in _SUMS}
    tally = Tally(**{**sums, "cut_short": int(sums["cut_short"])})  # type: ignore[arg-type]
    run = Run.__new__(Run)
    run.tally = tally
    for name in _OWN:
        setattr(run, name, wide(arrays[name]))
    if "warm" in arrays:
        run.warm = wide(arrays["warm"])
    return run


class Shelf:
    """The store, for whole runs: those that workers have played are known from then on."""

    def __init__(self, store: Store | None):
        self._store = store

    def name(self, task: Task) -> bytes | None:
        """Returns the name of what a task gives; None where it has none, or nothing is kept."""
        if self._store is None:
            return None
        model = model_of(task.scenario, task.supervisors)
        supervisors = told_of(model)
        if supervisors is None:
            return None
        luck = task.engine, task.seed, task.run, dict(task.luck_of), task.seats, _place(task)
        warmer = content_of(model.warmer) if task.warm else None
        return name_of("run", content_of(model), supervisors, warmer, luck)

    def find(self, name: bytes | None) -> Run | None:
        """Returns the run of this name, if it is kept."""
        if self._store is None or name is None:
            return None
        arrays = self._store.known(name, _is_run)
        return None if arrays is None else run_of(arrays)

    def keep(self, name: bytes | None, arrays: Arrays) -> None:
        """Keep a run."""
        if self._store is not None and name is not None:
            self._store.keep(name, arrays)


def _place(task: Task) -> tuple[object, ...]:
    """Which block a task is; nothing for a whole run."""
    blocks = task.scenario.calendar.blocks
    return () if task.block is None or blocks is None else (task.block, blocks.length, blocks.warm_up)


def _is_run(arrays: Arrays) -> bool:
    try:
        run_of(arrays)
    except (ValueError, TypeError):
        return False
    return True


@functools.cache
def _sources() -> str:
    """Returns a digest of all sources of callsim."""
    folder = Path(__file__).parents[2]
    data = (file.read_bytes() for file in sorted(folder.rglob("*.py")))
    return hashlib.sha256(b"".join(data)).hexdigest()[:12]


def versions() -> Versions:
    """What must be alike wherever runs of one study are played."""
    return {
        "callsim": __version__,
        "callsim's sources": _sources(),
        "numba": version("numba"),
        "numpy": np.__version__,
        "scipy": version("scipy"),
        "Python": ".".join(platform.python_version_tuple()[:2]),
    }


def refuse_foreign(workers: Mapping[str, Versions | BaseException], ours: Versions | None = None) -> None:
    """Raise a UserError with a list where a worker, by its address, has other versions, or cannot tell.

    `ours`: those of the client. Default: those of this process.
    """
    ours, lines = versions() if ours is None else ours, []
    for address, theirs in sorted(workers.items()):
        if isinstance(theirs, BaseException):
            lines.append(say("cluster.no_callsim", worker=address, why=theirs))
            continue
        lines += [
            say("cluster.has", worker=address, what=what, theirs=theirs.get(what, "?"), ours=mine)
            for what, mine in ours.items()
            if theirs.get(what) != mine
        ]
    if lines:
        raise UserError(say("cluster.foreign", list="\n  ".join(lines)))
