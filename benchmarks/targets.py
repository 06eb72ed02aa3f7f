"""What callsim promises about speed and memory, and whether it holds here: `python -m benchmarks.targets`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import rivals
from benchmarks.clock import race
from benchmarks.rival import callsim_engines
from benchmarks.work import Work
from callsim import load, run
from callsim.distribution import CONSTANT, EXPONENTIAL, LOGNORMAL
from callsim.errors import Interrupted
from callsim.model import Model, build
from callsim.sim.engines.day import play
from callsim.sim.luck.demand import Sampler
from callsim.study.player import Around, Task
from callsim.study.player import play as play_task
from callsim.study.runs.bench import Shape, offered, parts, peak_mb

ROOT = Path(__file__).parent.parent
BIG, SMALL = ROOT / "scenarios/zunyi-2017.yaml", ROOT / "scenarios/zunyi-2015.yaml"
SOME_DAYS = 30  # of a year, unless all are asked for
LOADS = (1.0, 1.1)


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

    def row(self) -> str:
        sign = "≤" if self.at_most else "≥"
        verdict = "holds"
        if not self.holds:
            factor = self.measured / self.promised
            verdict = f"missed by {factor - 1 if self.at_most else 1 - factor:.0%}"
        promised = f"{sign} {self.promised:,.10g}{self.unit}"
        line = f"{self.what:<58}{promised:>14}{_shown(self.measured) + self.unit:>15}  {verdict}"
        return line + (f"\n    {self.note}" if self.note else "")


def _shown(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"


def one_run(model: Model, spare: threading.Semaphore | None = None) -> int:
    """Run 0 as `callsim run` plays it, island by island: its calls."""
    return offered(play_task(Task(model.scenario, 1, 0), Around(spare=spare)).tally)


def a_day(path: Path) -> Iterator[Line]:
    """One day, one run, one job, after start-up."""
    model = build(load(path))
    calls = one_run(model)
    took = race({"one thread": lambda: one_run(model), "draw": lambda: only_draw(model)})
    wall = race({"two threads": lambda: one_run(model, threading.Semaphore())}, time.perf_counter)
    spent = parts(model.centre, model.demand, model.within, "kernel")
    ns = {name: seconds / calls * 1e9 for name, seconds in (took | wall).items()}
    by_part = ", ".join(f"{part} {total / calls:.0f}" for part, total in spent.items())
    what = "a day of 100,000 seats, ns per call"
    for line, promised, threads, note in (
        (f"{what}, --jobs 2", 55, "two threads", f"{calls:,} calls, by the clock"),
        (f"{what}, --jobs 1", 100, "one thread", f"as one: {by_part}"),
    ):
        yield Line(line, promised, True, ns[threads], " ns", note)
    ratio = ns["one thread"] / ns["draw"]
    yield Line("all-in ÷ only drawing with NumPy", 4, True, ratio, "", f"drawing takes {ns['draw']:.0f} ns")


def growth() -> Iterator[Line]:
    """What a call costs in a large centre and in a small one of the same shape."""
    shapes = {seats: Shape(seats) for seats in (1_000, 200_000)}
    calls = {}

    def runner(seats: int) -> Callable[[], None]:
        shape = shapes[seats]

        def day() -> None:
            tally = play(shape.centre, shape.demand, shape.within, shape.clock.width, seed=1, run=0)
            calls[seats] = offered(tally)

        return day

    took = race({str(seats): runner(seats) for seats in shapes}, rounds=3, long=60)
    cost = {seats: took[str(seats)] / calls[seats] * 1e9 for seats in shapes}
    note = f"{cost[200_000]:.0f} ns ÷ {cost[1_000]:.0f} ns"
    yield Line("cost per call at 200,000 seats ÷ at 1,000", 1.3, True, cost[200_000] / cost[1_000], "", note)


def peak_of(path: Path, days: int, played: int) -> float:
    """MB a process of its own needs at most for the first days of a run."""
    model = build(load(path, [f"calendar.days={days}"]))

    class Enough:
        def is_set(self) -> bool:
            return self.part * days >= played

        part = 0.0

        def note(self, part: float) -> None:
            self.part = part

    enough = Enough()
    with contextlib.suppress(Interrupted):
        play(
            model.centre,
            model.demand,
            model.within,
            model.grid,
            seed=1,
            run=0,
            spare=threading.Semaphore(),
            on_progress=enough.note,
            stop=enough if played < days else None,
        )
    return peak_mb()


def memory(path: Path, full: bool) -> Iterator[Line]:
    """Peak memory of a day and of a year."""
    played = 365 if full else SOME_DAYS
    peaks = []
    for days, part in ((1, 1), (365, played)):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            peaks.append(pool.submit(peak_of, path, days, part).result())
    yield Line("peak memory of a 100,000-seat day", 400, True, peaks[0], " MB")
    yield Line(
        "peak memory of 365 such days", 400, True, peaks[1], " MB", f"{played} of 365 days were played"
    )


def against_rivals(full: bool) -> Iterator[Line]:
    """One queue of 100,000 agents, an hour from empty."""
    promises = [
        ("SimPy, a process per call", 2_000),
        ("SimPy, tuned by hand", 40),
        ("Python heap of free times", 4),
        ("Cimba, events only", 3),
        ("bare loop, heap, and drawing", 0.6),
        ("bare loop, buckets, and drawing", 0.6),
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


def jobs(*paths: Path) -> Iterator[Line]:
    """Two jobs against one on 8 runs."""
    for path in paths:
        scenario = load(path)
        took = race(
            {
                "one": lambda s=scenario: run(s, runs=8, jobs=1),
                "two": lambda s=scenario: run(s, runs=8, jobs=2),
            },
            time.perf_counter,
            long=60,
        )
        yield Line("two jobs against one, 8 runs", 1.8, False, took["one"] / took["two"], "", path.name)


def verdict(path: Path) -> Iterator[Line]:
    """From typing to the verdict, cached."""
    command = [sys.executable, "-m", "callsim", "run", str(path), "--runs", "1"]

    def typed() -> None:
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    took = race({"typed": typed}, time.perf_counter)["typed"]
    yield Line("from typing to the verdict, cached", 6, True, took, " s")


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
    "jobs": lambda path, full: jobs(path, SMALL),
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
