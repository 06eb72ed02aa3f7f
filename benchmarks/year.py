"""A year of the city in blocks of a week, killed midway and gone on with: memory, time, seams, equal sums.

`python -m benchmarks.cluster --only year [--days 365] [--jobs 2]` plays five weeks without a stop, half a
minute of a core each. Then it plays the year in a process of its own, which is killed when a third of the
weeks is on disk; a second process plays the rest. The five weeks are held against the same days of the year.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

CITY = Path(__file__).parent.parent / "scenarios" / "zunyi-city.yaml"
BLOCKS = "calendar.blocks={length: 7 d, warm_up: 1 d}"
UNKILLED = 35  # days that are played once more, without a stop
_BY_DAY = ("calls", "longest", "work", "sites", "seats_peak")
_ROUND_S = 1.0  # between two looks at a process


class Played(NamedTuple):
    """A process that has ended, or was killed."""

    code: int
    cpu: float  # s
    wall: float  # s
    peaks: list[tuple[int, int]]  # parts of runs on disk, and the peak of memory until then, MB


def year(days: int, jobs: int) -> None:
    """Print what a killed year of the city cost, and whether its days are those of a run without a stop."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        state, out, plain = folder / "state", folder / "year.npz", folder / "plain.npz"
        weeks = -(-days // 7)
        print(f"{days} days of {CITY.name} in {weeks} blocks, {jobs} threads, load {os.getloadavg()[0]:.1f}")
        unkilled = _play(min(UNKILLED, days), jobs, plain, folder / "plain")
        a_week = len(list((folder / "plain").glob("*.part"))) / -(-min(UNKILLED, days) // 7)
        first = _play(days, jobs, out, state, kill_at=int(a_week * weeks / 3))
        second = _play(days, jobs, out, state)
        for name, one in ("without a stop", unkilled), ("until it was killed", first), ("the rest", second):
            told = [f"{peak} MB at week {parts / a_week:.0f}" for parts, peak in _some(one.peaks)]
            print(f"  {name}: exit {one.code}, cpu {one.cpu:.0f} s, wall {one.wall:.0f} s; {', '.join(told)}")
        size = sum(file.stat().st_size for file in state.glob("*.part"))
        print(f"  {size / 1e6:.0f} MB in the folder")
        with np.load(out) as all_days, np.load(plain) as some:
            # The last day of the shorter run has nobody after it.
            known = min(UNKILLED, days) - 1
            same = [np.array_equal(all_days[key][:, :known], some[key][:, :known]) for key in _BY_DAY]
            print(f"  {known} days alike in {sum(same)} of {len(same)} kinds of sums")
            worst, calls = 100 * np.abs(all_days["apart"]).max(), int(all_days["calls"][..., 0].sum())
            print(f"  {calls:,} calls; service levels at {weeks - 1} seams: {worst:.3f} points apart at most")


def _play(days: int, jobs: int, out: Path, state: Path, kill_at: int | None = None) -> Played:
    """Play so many days in a process of its own; `kill_at`: parts of runs on disk, and then it is killed."""
    before, begun = _children(), time.monotonic()
    words = [sys.executable, "-m", "benchmarks.year", str(days), str(jobs), str(out), str(state)]
    process = subprocess.Popen(words, start_new_session=True)
    peaks: list[tuple[int, int]] = []
    while process.poll() is None:
        parts = len(list(state.glob("*.part"))) if state.exists() else 0
        peak = _peak(process.pid)
        if peak:
            peaks.append((parts, peak))
        if kill_at is not None and parts >= kill_at:
            process.send_signal(signal.SIGKILL)
        time.sleep(_ROUND_S)
    return Played(process.returncode, _children() - before, time.monotonic() - begun, peaks)


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _peak(pid: int) -> int:
    """Returns the most memory that a process has had so far, MB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("VmHWM")), 0)


def _some(peaks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Six looks, from the first to the last."""
    rows = sorted({round(row) for row in np.linspace(0, len(peaks) - 1, 7).tolist()[1:]}) if peaks else []
    return [peaks[row] for row in rows]


def _in_this_process(days: int, jobs: int, out: Path, state: Path) -> None:
    """Play some days of the city, and write the sums of each."""
    from callsim import load
    from callsim.study.options import RunOptions
    from callsim.study.runs.replicate import replicate
    from callsim.study.store.store import Store

    cut = load(CITY, [f"calendar.days={days}", BLOCKS])
    result = replicate(cut, RunOptions(runs=1, jobs=jobs, store=Store(state)), weigh=False)
    told = result.told(pages=False).blocks
    apart = [] if told is None else [one.service_level or 0.0 for one in told.apart.values()]
    sums = {name: getattr(result.sums, name) for name in _BY_DAY}
    np.savez(out, apart=np.array(apart), **sums)


if __name__ == "__main__":
    _in_this_process(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
