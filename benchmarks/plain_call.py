"""What a plain call costs here and in another checkout: many short rounds, of which the least counts.

    python -m benchmarks.plain_call ../other [rounds]

Each checkout plays the same calls in a process of its own, in turn, with its own interpreter if it has one;
only `Kernel.catch_up` is timed, without drawing and counting. Least times do not depend on what else the
machine does, so that 1 ns a call can be told from nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
TURNS = 4
SIZES = ((1_000, 30, 12), (10_000, 5, 6))  # agents, minutes, rounds a turn for each round asked for

ROUNDS = """
import json, sys, time
from benchmarks.work import Work
from callsim.sim.count.tally import Tallier
from callsim.sim.engines.day import Day
from callsim.sim.engines.kernel import Kernel
from callsim.sim.luck.draw import draw

class Silent(Tallier):
    def take(self, rows): pass

spent = 0
plain = Kernel.catch_up
def timed(self, now):
    global spent
    start = time.perf_counter_ns()
    plain(self, now)
    spent += time.perf_counter_ns() - start
Kernel.catch_up = timed
found = {}
for agents, minutes, rounds in json.loads(sys.argv[1]):
    work = Work(agents, 1.0, minutes, 30)
    traces = list(draw(work.demand, 1, 0))
    calls = sum(map(len, traces))
    least = float("inf")
    for _ in range(rounds):
        spent = 0
        day = Day(work.centre, iter(traces), calls_per_ms=work.demand.calls_per_ms)
        day.play(Silent(work.centre, work.within, work.clock.width))
        least = min(least, spent / calls)
    found[agents] = least
print(json.dumps(found))
"""


def least(checkout: Path, sizes: list[tuple[int, int, int]]) -> dict[str, float]:
    """ns a call in one process of a checkout, by how many agents."""
    python = checkout / ".venv" / "bin" / "python"
    told = subprocess.run(
        [str(python if python.exists() else sys.executable), "-c", ROUNDS, json.dumps(sizes)],
        cwd=checkout,
        env={"PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {str(agents): float(ns) for agents, ns in json.loads(told.stdout).items()}


def main(other: Path, rounds: int = 10) -> None:
    """Print the least times of both, and their difference."""
    sizes = [(agents, minutes, each * rounds) for agents, minutes, each in SIZES]
    seen: dict[Path, dict[str, list[float]]] = {HERE: {}, other: {}}
    for checkout in seen:  # what is to be compiled is compiled
        least(checkout, [(agents, minutes, 1) for agents, minutes, _ in sizes])
    for _ in range(TURNS):
        for checkout, times in seen.items():
            for agents, ns in least(checkout, sizes).items():
                times.setdefault(agents, []).append(ns)
    for agents in seen[HERE]:
        mine, its = min(seen[HERE][agents]), min(seen[other][agents])
        print(f"{int(agents):,} agents: here {mine:.1f} ns a call, there {its:.1f}: {mine - its:+.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), *map(int, sys.argv[2:3]))
