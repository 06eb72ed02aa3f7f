"""What a cluster costs: `python -m benchmarks.cluster [--runs N] [--scenario FILE]`.

First it is measured on this machine: threads, and processes of a Dask cluster, warm; and weeks of a city in
blocks. Processor time tells; wall-clock time is shown beside it, for others may use the machine. Then 100
machines are played: tasks as long as measured, with jitter, cold starts, a client that takes its time for
each result, and lost machines.
"""

from __future__ import annotations

import argparse
import heapq
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.year import year
from callsim import load
from callsim.scenario import Scenario
from callsim.study.cluster.where import Where
from callsim.study.runs.replicate import run

if TYPE_CHECKING:
    from distributed import Client

ROOT = Path(__file__).parent.parent
CITY = ROOT / "scenarios" / "zunyi-city.yaml"
JITTER, COLD_S, HOUR_S = 0.15, 30.0, 3600.0
TURNS = 5  # in which one way and another are measured
CLIENT_S, CLIENT_S_A_MB = 0.005, 0.008  # of the client for a task, and for each MB of its result
CITY_DAY_S = 2.5  # of a core, a day of zunyi-city.yaml: 19.4 s a week of eight, as `--only year` measured
CITY_MB = 0.36  # a run of it, compressed
WEEK_MB = 0.25  # a week of it, by day


class Cost(NamedTuple):
    """Seconds of something that was done."""

    cpu: float
    wall: float


def own_cpu() -> float:
    """Processor time of this process, and of those that it started and that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _worker_cpu() -> float:
    spent = os.times()
    return spent.user + spent.system


def threads(scenario: Scenario, runs: int, jobs: int) -> Cost:
    """Threads of this process."""
    cpu, wall = own_cpu(), time.perf_counter()
    run(scenario, runs=runs, jobs=jobs)
    return Cost(own_cpu() - cpu, time.perf_counter() - wall)


def processes(scenario: Scenario, runs: int, client: Client) -> Cost:
    """Workers of a Dask cluster on this machine; with the scheduler and this process."""

    def spent() -> float:
        return own_cpu() + sum(client.run(_worker_cpu).values())

    cpu, wall = spent(), time.perf_counter()
    run(scenario, runs=runs, client=client)
    wall = time.perf_counter() - wall
    return Cost(spent() - cpu, wall)


def played(
    tasks: int, seconds: float, mb: float, machines: int, cores: int, lost: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Seconds until a study of equal tasks is done, and the share of the cores' time that is used.

    `lost`: machines that are lost in an hour, as a share; one that is lost is replaced, cold, and what its
    cores played is begun again. The client sends a task when a core is free, and takes results one by one.
    """
    free = [(COLD_S * rng.uniform(0.5, 1.0), machine) for machine in range(machines) for _ in range(cores)]
    heapq.heapify(free)
    ends = rng.exponential(HOUR_S / lost, machines) if lost else np.full(machines, np.inf)
    client = done = used = 0.0
    waiting = tasks
    while waiting:
        at, machine = heapq.heappop(free)
        begins = max(at, client)
        length = seconds * max(rng.normal(1.0, JITTER), 0.3)
        if begins >= ends[machine]:  # it has been replaced
            ends[machine] = begins + rng.exponential(HOUR_S / lost)
        if begins + length > ends[machine]:  # the core comes back cold, and the task is begun again
            heapq.heappush(free, (float(ends[machine]) + COLD_S, machine))
            continue
        client = max(client, at) + CLIENT_S + CLIENT_S_A_MB * mb
        waiting -= 1
        used += length
        done = max(done, begins + length)
        heapq.heappush(free, (begins + length, machine))
    return done, used / (done * machines * cores)


def measured(file: Path, runs: int, jobs: int) -> None:
    """Print what runs cost here, one way beside another: in turns, for others use the machine, too."""
    from callsim.study.cluster.joining import joined

    scenario, each = load(file), max(runs // TURNS, 1)
    run(scenario, runs=2)
    with joined(Where(None), jobs) as client:
        run(scenario, runs=6 * jobs, client=client)  # now the workers are warm
        ways: dict[str, Callable[[], Cost]] = {
            "1 thread": lambda: threads(scenario, each, 1),
            f"{jobs} threads": lambda: threads(scenario, each, jobs),
            f"{jobs} processes (--cluster local)": lambda: processes(scenario, each, client),
        }
        print(f"{file.name}, {TURNS} times {each} runs, load of this machine {os.getloadavg()[0]:.1f}")
        found = [{name: way() for name, way in ways.items()} for _ in range(TURNS)]
    for name in ways:
        cpu, wall = (sum(getattr(turn[name], what) for turn in found) for what in ("cpu", "wall"))
        ratios = sorted(turn[name].cpu / turn["1 thread"].cpu for turn in found)
        print(f"  {name:34} cpu {cpu:7.1f} s  ({ratios[0]:.2f} to {ratios[-1]:.2f})   wall {wall:7.1f} s")


def blocks(days: int) -> float:
    """Print what some days of the city cost in blocks of a week, and what memory they need week by week.

    Returns seconds of a core for a week with the day of its warm-up.
    """
    cut = load(CITY, [f"calendar.days={days}", "calendar.blocks={length: 7 d, warm_up: 1 d}"])
    weeks, peaks = days // 7, list[int]()

    def note(done: float, number: int, of: int) -> None:
        while done >= (len(peaks) + 1) / weeks:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000)

    run(load(CITY, ["calendar.days=1"]), runs=1, jobs=1)
    cpu = own_cpu()
    result = run(cut, runs=1, jobs=1, weigh=False, on_progress=note)
    cpu = own_cpu() - cpu
    told = result.told(pages=False).blocks
    assert told is not None
    worst = max(abs(one.service_level or 0.0) for one in told.apart.values())
    a_week = cpu / (weeks + (weeks - 1) / 7) * 8 / 7
    print(
        f"{days} days of {CITY.name}, {weeks} weeks: cpu {cpu:.0f} s, {a_week:.1f} s a week with its warm-up"
    )
    print(f"  peak memory after each week: {', '.join(f'{peak} MB' for peak in peaks)}")
    print(f"  service levels at {weeks - 1} seams differ by {worst * 100:.3f} points or less on the mean")
    print(f"  a year of 53 weeks, from these: {53 * a_week / 60:.0f} min of one core")
    return a_week


def on_paper(week_s: float = 8 * CITY_DAY_S) -> None:
    """Print how long 100 years of the city would take, by how they are cut.

    `week_s`: seconds of a core for a week with the day of its warm-up.
    """
    rng = np.random.default_rng(1)
    cuts = (
        ("whole years", 100, 365 * week_s / 8, CITY_MB * 30),
        ("weeks (calendar.blocks)", 5300, week_s, WEEK_MB),
    )
    print("100 years of zunyi-city.yaml, simulated: minutes, and the share of the cores' time that is used")
    for name, tasks, seconds, mb in cuts:
        for machines, cores in ((1, 16), (10, 16), (100, 16)):
            for lost in (0.0, 0.05):
                done, used = played(tasks, seconds, mb, machines, cores, lost, rng)
                losses = f"{lost:.0%} of machines lost an hour" if lost else "no losses"
                print(f"  {name:25} {machines:4} x {cores} cores, {losses:27} {done / 60:7.1f}  {used:4.0%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--scenario", type=Path, default=ROOT / "scenarios" / "zunyi-2016.yaml")
    parser.add_argument(
        "--days", type=int, help="of the city in blocks, whole weeks: 28, and 365 of the year"
    )
    parser.add_argument("--state", type=Path, help="a folder that keeps the year, or has some of one")
    parser.add_argument(
        "--week", type=float, default=8 * CITY_DAY_S, help="of on-paper: seconds of a core, with its warm-up"
    )
    parser.add_argument("--only", choices=("measured", "blocks", "year", "on-paper"))
    options = parser.parse_args()
    week_s = options.week
    if options.only in (None, "measured"):
        measured(options.scenario, options.runs, options.jobs)
    if options.only in (None, "blocks"):
        week_s = blocks(options.days or 28)
    if options.only == "year":
        week_s = year(options.days or 365, options.jobs, options.state)
    if options.only != "measured":
        on_paper(week_s)


if __name__ == "__main__":
    main()
