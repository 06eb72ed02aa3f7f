"""What callsim promises about speed and memory, and whether it holds here: `python -m benchmarks.targets`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import rivals
from benchmarks.clock import race
from benchmarks.programmes import programmes
from benchmarks.rival import callsim_engines
from benchmarks.work import Work
from callsim import load, run
from callsim.distribution import CONSTANT, EXPONENTIAL, LOGNORMAL
from callsim.errors import Interrupted
from callsim.model import Model, build
from callsim.model.islands import Island, islands, part_of
from callsim.sim.luck.demand import Sampler
from callsim.study.player import Around, Task, model_of
from callsim.study.player import play as play_task
from callsim.study.runs.bench import offered, parts, peak_mb
from callsim.study.store.store import Store

ROOT = Path(__file__).parent.parent
BIG, SMALL = ROOT / "scenarios/zunyi-2017.yaml", ROOT / "scenarios/zunyi-2015.yaml"
SOME_DAYS = 30  # of a year, unless all are asked for
LOADS = (1.0, 1.1)
LOOKS = 5


class Line(NamedTuple):
    """A promise and what became of it."""

    what: str
    promised: float
    at_most: bool  # or at least
    measured: float
    unit: str = ""
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.measured <= self.promised if self.at_most else self.measured >= self.promised

    @property
    def bar(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.promised:,.10g}{self.unit}"

    @property
    def found(self) -> str:
        figure = f"{self.measured:,.0f}" if self.measured >= 100 else f"{self.measured:.2f}"
        return figure + self.unit

    @property
    def verdict(self) -> str:
        if self.holds:
            return "holds"
        factor = self.measured / self.promised
        return f"missed by {factor - 1 if self.at_most else 1 - factor:.0%}"

    def row(self) -> str:
        line = f"{self.what:<58}{self.bar:>14}{self.found:>15}  {self.verdict}"
        return line + (f"\n    {self.note}" if self.note else "")


def one_run(model: Model, spare: threading.Semaphore | None = None) -> int:
    """Run 0 as `callsim run` plays it, island by island: its calls."""
    return offered(play_task(Task(model.scenario, 1, 0), Around(spare=spare)).tally)


def a_day(path: Path) -> Iterator[Line]:
    """One day, one run, one job and two, after start-up."""
    model = build(load(path))
    calls = one_run(model)
    took = race({"one thread": lambda: one_run(model), "draw": lambda: only_draw(model)})
    wall = race(
        {"one": lambda: one_run(model), "two": lambda: one_run(model, threading.Semaphore())},
        time.perf_counter,
    )
    ns = {name: seconds / calls * 1e9 for name, seconds in (took | wall).items()}
    spent = sum((Counter(_parts(model, island)) for island in islands(model)), Counter())
    by_part = ", ".join(f"{part} {total / calls:.0f}" for part, total in spent.items())
    what = "a day of 100,000 seats, ns per call"
    yield Line(f"{what}, --jobs 2", 55, True, ns["two"], " ns", f"{calls:,} calls, by the clock")
    yield Line(f"{what}, --jobs 1", 100, True, ns["one thread"], " ns", f"of processor time; {by_part}")
    yield Line("two jobs against one, one run", 1.85, False, wall["one"] / wall["two"], "", path.name)
    ratio = ns["one thread"] / ns["draw"]
    yield Line("all-in ÷ only drawing with NumPy", 4, True, ratio, "", f"drawing takes {ns['draw']:.0f} ns")


def _parts(model: Model, island: Island) -> dict[str, float]:
    """Nanoseconds of drawing, playing and tallying an island."""
    part = part_of(model, island)
    return parts(part.centre, part.demand, part.within, "kernel")


def growth() -> Iterator[Line]:
    """What a call costs in a large centre and in a small one of the same shape."""
    models = {str(seats): build(programmes(seats)) for seats in (1_000, 200_000)}
    calls = {seats: one_run(model) for seats, model in models.items()}
    runners = {seats: partial(one_run, model) for seats, model in models.items()}
    took = race(runners, rounds=3, long=60)
    small, large = (took[seats] / calls[seats] * 1e9 for seats in models)
    note = f"{large:.0f} ns ÷ {small:.0f} ns"
    yield Line("cost per call at 200,000 seats ÷ at 1,000", 1.15, True, large / small, "", note)


def peak_of(path: Path, days: int, played: int) -> float:
    """MB a process of its own needs at most for so many of the days of a run, and their calls."""

    class Enough(threading.Event):
        def note(self, part: float) -> None:
            if part * days >= played:
                self.set()

    enough = Enough()
    scenario = load(path, [f"calendar.days={days}"])
    with contextlib.suppress(Interrupted):
        around = Around(threading.Semaphore(), enough if played < days else None, enough.note)
        play_task(Task(scenario, 1, 0), around)
    return peak_mb()


def memory(path: Path, full: bool) -> Iterator[Line]:
    """Peak memory of a day and of a year."""
    played = 365 if full else SOME_DAYS
    peaks = []
    for days, part in ((1, 1), (365, played)):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            peaks.append(pool.submit(peak_of, path, days, part).result())
    note = "" if full else f"as many calls as of {played} days were played: some islands, each for a year"
    yield Line("peak memory of a 100,000-seat day", 400, True, peaks[0], " MB")
    yield Line("peak memory of 365 such days", 400, True, peaks[1], " MB", note)


def against_rivals(full: bool) -> Iterator[Line]:
    """One queue of 100,000 agents, an hour from empty."""
    promises = [
        ("SimPy, a process per call", 2_000),
        ("SimPy, tuned by hand", 40),
        ("Python heap of free times", 4),
        ("Cimba, events only", 3),
        ("bare loop, heap, and drawing", 0.6),
        ("bare loop, buckets, and drawing", 0.5),
        ("bare loop, heap", 0.6),
        ("bare loop, buckets", 0.6),
    ]
    rows = list(rivals.measured([(100_000, load) for load in LOADS], full))
    for simulator, promised in promises:
        for row in rows:
            if row["simulator"] == simulator:
                what = f"times as fast as {simulator}, load {row['load']}"
                note = "" if row["minutes"] == 60 else f"it played {row['minutes']:g} of 60 minutes"
                yield Line(what, promised, False, row["callsim_is_times_as_fast"], "", note)


def only_draw(model: Model) -> None:
    """The random numbers of a run's first calls with NumPy, and nothing else."""
    stream = np.random.default_rng(1)
    for queue in model.demand.queues:
        samplers = [queue.talk, queue.wrap, queue.patience, queue.redial and queue.redial.after]
        edges = np.arange(0, queue.times[-1] + 1, model.demand.clock.width)
        for day, pattern in enumerate(queue.pattern):
            until = np.interp(edges, queue.times, queue.expected[pattern]) * queue.times_day[day]
            for mean in np.diff(until):
                calls = stream.poisson(mean)
                stream.standard_exponential(calls)  # arrivals
                for sampler in samplers:
                    if sampler is not None:
                        _only_draw(sampler, stream, calls)
                if queue.balk > 0:
                    stream.random(calls)
                if queue.redial:
                    stream.standard_exponential(calls)


def _only_draw(sampler: Sampler, stream: np.random.Generator, calls: int) -> None:
    if sampler.family == EXPONENTIAL:
        stream.standard_exponential(calls)
    elif sampler.family == LOGNORMAL:
        stream.lognormal(0.0, sampler.shape[0], calls)
    elif sampler.family != CONSTANT:
        raise ValueError("the cost of drawing is known for constant, exponential and lognormal only")


def changed(path: Path) -> Iterator[Line]:
    """A plan of which one shift of one programme changes again and again, all others being known."""
    store, spent = Store(), Counter[str]()
    shift = "groups.gov-xinpu.shifts.mid-b"
    play_task(Task(load(path), 1, 0), Around(store=store))
    for agents in range(31, 31 + LOOKS):
        began = time.process_time()
        scenario = load(path, [f"{shift}={agents}"])
        loaded = time.process_time()
        model = model_of(scenario)
        built = time.process_time()
        play_task(Task(model.scenario, 1, 0), Around(store=store))
        spent += Counter(read=loaded - began, built=built - loaded, played=time.process_time() - built)
    read, built, played = (spent[part] / LOOKS for part in ("read", "built", "played"))
    note = f"{shift} of all copies; besides {read:.3f} s to read the file, {built:.3f} s to build the model"
    yield Line("a changed programme, all others known", 0.1, True, played, " s", note)


def jobs(path: Path) -> Iterator[Line]:
    """Two jobs against one on 8 runs."""
    scenario = load(path)
    runners = {str(number): partial(run, scenario, runs=8, jobs=number) for number in (1, 2)}
    took = race(runners, time.perf_counter, long=60)
    yield Line("two jobs against one, 8 runs", 1.85, False, took["1"] / took["2"], "", path.name)


def verdict(path: Path) -> Iterator[Line]:
    """From typing to the verdict, cached."""
    took = race({"typed": lambda: _typed(path)}, time.perf_counter)["typed"]
    yield Line("from typing to the verdict, cached", 6, True, took, " s")


def compilation(path: Path) -> Iterator[Line]:
    """What the first run after an installation costs more than the next one."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = (_typed(path, CALLSIM_CACHE=folder) for _ in range(2))
    note = f"processor time; the next run takes {second:.1f} s"
    yield Line("first compilation", 15, True, first - second, " s", note)


def _typed(path: Path, **also: str) -> float:
    """One run as somebody types it, with `also` in its environment: seconds of its processor time."""
    began = os.times()
    subprocess.run(
        [sys.executable, "-m", "callsim", "run", str(path), "--runs", "1"],
        check=True,
        cwd=ROOT,
        env=os.environ | also,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ended = os.times()
    return ended.children_user - began.children_user + ended.children_system - began.children_system


def reference() -> Iterator[Line]:
    """The reference engine at every size."""
    for agents, minutes in ((100, 600), (1_000, 60), (10_000, 10), (100_000, 2)):
        work = Work(agents, 1.0, minutes)
        took = race({"reference": lambda w=work: callsim_engines.reference(w)}, rounds=3)["reference"]
        speed = len(work.calls) / took
        yield Line(f"reference engine at {agents:,} agents, calls/s", 25_000, False, speed)


PARTS: dict[str, Callable[[Path, bool], Iterator[Line]]] = {
    "day": lambda path, full: a_day(path),
    "memory": memory,
    "verdict": lambda path, full: verdict(path),
    "compilation": lambda path, full: compilation(SMALL),
    "jobs": lambda path, full: jobs(SMALL),
    "changed": lambda path, full: changed(BIG),
    "reference": lambda path, full: reference(),
    "growth": lambda path, full: growth(),
    "rivals": lambda path, full: against_rivals(full),
}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="whole years and hours")
    words.add_argument("--json", action="store_true")
    words.add_argument("--scenario", type=Path, default=BIG, help="instead of zunyi-2017.yaml")
    words.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    asked = words.parse_args()
    about = rivals.about() | {"busy": round(os.getloadavg()[0], 1), "scenario": asked.scenario.name}
    if not asked.json:
        print(" · ".join(f"{name} {value}" for name, value in about.items()), "\n", flush=True)
    found: list[dict[str, Any]] = []
    for line in (line for part in asked.only for line in PARTS[part](asked.scenario, asked.full)):
        found.append(line._asdict() | {"holds": line.holds})
        if not asked.json:
            print(line.row(), flush=True)
    if asked.json:
        print(json.dumps({"machine": about, "lines": found}, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
