"""A year of the city in blocks of a week, killed midway and gone on with: memory, time, seams, equal sums.

`python -m benchmarks.cluster --only year [--days 365] [--jobs 2]` plays the year in a process of its own,
which is killed on the way; a second process plays the rest, and a third one, which finds
all of it on disk, gives the year once more. Then the first block, those that were played when the first
process was killed, their neighbours and the last one are played once more, each by itself, without a folder
and without a stop, half a minute of a core each; every sum by day is held against the days of the year.
`--state DIR` keeps the year, and goes on with one that is there.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np

from callsim import load
from callsim.model.islands import islands
from callsim.scenario import Scenario
from callsim.study.blocks import BY_CELL
from callsim.study.options import RunOptions
from callsim.study.player import Task, model_of, play
from callsim.study.runs.replicate import replicate
from callsim.study.store.store import kept_in

CITY = Path(__file__).parent.parent / "scenarios" / "zunyi-city.yaml"
BLOCKS = "calendar.blocks={length: 7 d, warm_up: 1 d}"
WEEK = 7  # days
_ROUND_S = 1.0  # between two looks at a process
_LOOKS = 12  # at the memory of a process are shown


class Look(NamedTuple):
    """At a process that plays."""

    parts: int  # parts of runs on disk
    now: int  # memory, MB
    peak: int  # the most until then, MB


class Played(NamedTuple):
    """A process that has ended, or was killed."""

    code: int
    cpu: float  # s
    wall: float  # s
    looks: list[Look]


def year(days: int, jobs: int, kept: Path | None = None) -> float:
    """Print what a killed year of the city cost, and whether its days are those of blocks without a stop.

    `kept`: a folder for the year, instead of one that is deleted. Returns seconds of a core for a week with
    the day of its warm-up.
    """
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        state, weeks = folder / "state", -(-days // WEEK)
        print(f"{days} days of {CITY.name} in {weeks} blocks, {jobs} threads, load {os.getloadavg()[0]:.1f}")
        at_least = weeks * len(islands(model_of(_cut(days))))  # parts
        found, again = folder / "year.npz", folder / "again.npz"
        first = _play(days, jobs, found, state, kill_at=at_least // 3)
        second = _play(days, jobs, found, state)
        third = _play(days, jobs, again, state)
        a_week = len(_parts(state)) / weeks
        for name, one in ("until it was killed", first), ("the rest", second), ("all from the disk", third):
            print(f"  {name}: exit {one.code}, cpu {one.cpu:.0f} s, wall {one.wall:.0f} s")
            for look in _some(one.looks):
                print(f"    week {look.parts / a_week:4.1f}: {look.now} MB now, {look.peak} MB at most")
        size = sum(file.stat().st_size for file in _parts(state))
        print(f"  {size / 1e6:.0f} MB in {len(_parts(state))} files of the folder")
        with np.load(found) as whole, np.load(again) as twice:
            alike = all(np.array_equal(whole[key], twice[key], equal_nan=True) for key in whole.files)
            print(f"  the year from the disk: {'the same' if alike else 'NOT the same'} {_digest(twice)}")
            at = int(first.looks[-1].parts / a_week) if first.looks else 0
            _hold_against(whole, days, {0, *range(at - 1, at + 3), weeks - 1} & set(range(weeks)))
            worst, calls = 100 * np.abs(whole["apart"]).max(), int(whole["calls"][..., 0].sum())
            print(f"  {calls:,} calls; service levels at {weeks - 1} seams: {worst:.3f} points apart at most")
            print(f"  {int(whole['warned'])} queues are warned of")
        cost = (first.cpu + second.cpu) / (weeks + (weeks - 1) / WEEK) * (1 + 1 / WEEK)
        print(f"  {first.cpu + second.cpu:.0f} s of a core in all, {cost:.1f} s a week with its warm-up")
        return cost


def _cut(days: int) -> Scenario:
    return load(CITY, [f"calendar.days={days}", BLOCKS])


def _parts(state: Path) -> list[Path]:
    return sorted(state.glob("*.part")) if state.exists() else []


def _digest(arrays: np.lib.npyio.NpzFile) -> str:
    data = b"".join(np.ascontiguousarray(arrays[key]).tobytes() for key in sorted(arrays.files))
    return hashlib.sha256(data).hexdigest()[:16]


def _hold_against(whole: np.lib.npyio.NpzFile, days: int, blocks: set[int]) -> None:
    """Play blocks of the year without a folder or a stop, and print whether the year has the same sums."""
    scenario, sums, equal = _cut(days), 0, 0
    for block in sorted(blocks):
        alone = play(Task(scenario, 1, 0, block=block))
        rows = slice(block * WEEK, min((block + 1) * WEEK, days))
        kinds = [name for name in BY_CELL if getattr(alone.tally, name).size]
        sums += len(kinds)
        equal += sum(np.array_equal(whole[name][rows], getattr(alone.tally, name)) for name in kinds)
    told = ", ".join(str(block + 1) for block in sorted(blocks))
    print(
        f"  weeks {told}, played once more without a stop: {equal} of {sums} arrays of sums by day are equal"
    )


def _play(days: int, jobs: int, out: Path, state: Path, kill_at: int | None = None) -> Played:
    """Play so many days in a process of its own; `kill_at`: parts of runs on disk, and then it is killed."""
    before, begun = _children(), time.monotonic()
    words = [sys.executable, "-m", "benchmarks.year", str(days), str(jobs), str(out), str(state)]
    process = subprocess.Popen(words, start_new_session=True)
    looks: list[Look] = []
    while process.poll() is None:
        parts = len(_parts(state))
        memory = _memory(process.pid)
        if memory is not None:
            looks.append(Look(parts, *memory))
        if kill_at is not None and parts >= kill_at:
            process.send_signal(signal.SIGKILL)
        time.sleep(_ROUND_S)
    return Played(process.returncode, _children() - before, time.monotonic() - begun, looks)


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _memory(pid: int) -> tuple[int, int] | None:
    """Returns the memory that a process has now and at most so far, MB; None where it has ended."""
    try:
        rows = (line.split() for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines())
    except OSError:
        return None
    found = {row[0]: int(row[1]) // 1000 for row in rows if row[:1] in (["VmRSS:"], ["VmHWM:"])}
    return (found["VmRSS:"], found["VmHWM:"]) if len(found) == 2 else None


def _some(looks: list[Look]) -> list[Look]:
    """Some looks, from the first to the last."""
    last = max(len(looks) - 1, 0)
    rows = sorted({round(row) for row in np.linspace(0, last, _LOOKS + 1).tolist()[1:]}) if looks else []
    return [looks[row] for row in rows]


def _in_this_process(days: int, jobs: int, out: Path, state: Path) -> None:
    """Play some days of the city, and write the sums of each."""
    cut = _cut(days)
    result = replicate(cut, RunOptions(runs=1, jobs=jobs, store=kept_in(state, [cut])), weigh=False)
    told = result.told(pages=False).blocks
    apart = [] if told is None else [one.service_level or 0.0 for one in told.apart.values()]
    warned = sum(len(one.queues) for one in result.warned if one.what == "blocks apart")
    sums = {name: getattr(result.sums, name)[0] for name in BY_CELL}
    np.savez(out, apart=np.array(apart), warned=np.array(warned), **sums)


if __name__ == "__main__":
    _in_this_process(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
