"""callsim and other simulators side by side, on the same hour of one queue: `python -m benchmarks.rivals`.

With `--queues 3` of three queues whose groups help each other.

Nobody's time is printed before the answers agree: exactly where callsim's own calls can be handed over,
within four joint standard errors where a simulator insists on drawing its own.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

from benchmarks import rival  # noqa: F401  (first: see there)
from benchmarks.clock import race
from benchmarks.rival import (
    bare_buckets,
    bare_heap,
    callsim_engines,
    overflow,
    python_heap,
    simpy_tuned,
    simpy_usual,
)
from benchmarks.work import SEED, Answer, ThreeQueues, Work
from callsim.results.schema import mapped
from callsim.study.runs.bench import machine

CASES = [(1_000, 1.0), (1_000, 1.1), (100_000, 1.0), (100_000, 1.1)]  # agents, load
Runner = Callable[[], None]
AGREES = 4.0  # standard errors
SAMPLES = 12  # short runs with luck of their own, to know the standard error


class Rival(NamedTuple):
    """A simulator: how much of the hour 100,000 agents get in about a minute, whether its luck is its own."""

    play: Callable[[Work], Answer]
    minutes: float = 60
    own_luck: bool = False


def rivals(full: bool = False) -> dict[str, Rival]:
    """All that are installed, ours first; with SimPy's whole hour, half an hour of waiting, if `full`.

    SimPy's `Resource` looks through all who are served for who leaves: it slows down as agents get busy.
    """
    found = {
        "callsim, kernel": Rival(callsim_engines.play),
        "callsim, reference": Rival(callsim_engines.reference, minutes=3),
        "SimPy, a process per call": Rival(simpy_usual.play, minutes=60 if full else 5),
        "SimPy, tuned by hand": Rival(simpy_tuned.play),
        "Python heap of free times": Rival(python_heap.play),
        "bare loop, heap": Rival(bare_heap.play),
        "bare loop, heap, and drawing": Rival(bare_heap.draw_and_play, own_luck=True),
        "bare loop, buckets": Rival(bare_buckets.play),
        "bare loop, buckets, and drawing": Rival(bare_buckets.draw_and_play, own_luck=True),
    }
    try:
        from benchmarks.rival import ciw_network

        found["Ciw"] = Rival(ciw_network.play, minutes=0.05, own_luck=True)
    except ImportError:
        print("Ciw is not installed", file=sys.stderr)
    try:
        from benchmarks.rival import cimba_events

        found["Cimba, events only"] = Rival(cimba_events.play, own_luck=True)
    except ImportError:
        print("Cimba is not installed", file=sys.stderr)
    return found


def with_overflow() -> dict[str, Rival]:
    """Those that can have groups help other queues after a while. In Ciw a server stays at its node."""
    return {
        "callsim, kernel": Rival(callsim_engines.play),
        "callsim, reference": Rival(callsim_engines.reference, minutes=3),
        "SimPy, a process per call": Rival(overflow.usual, minutes=5, own_luck=True),
        "SimPy, tuned by hand": Rival(overflow.tuned, own_luck=True),
    }


class Disagreement(Exception):
    """Two simulators found different things in the same hour."""


def agree(name: str, one: Rival, load: float, kind: type[Work] = Work) -> None:
    """Hold a rival's answer against callsim's."""
    if not one.own_luck:
        work = kind(1_000, load)
        same(name, one.play(work), callsim_engines.play(work))
        return
    # Its own luck: many short runs of both, at a size where some callers give up.
    small = kind(100, load)
    theirs = [one.play(small, seed) for seed in range(1, SAMPLES + 1)]
    ours = [callsim_engines.play(small, run=run) for run in range(1, 10 * SAMPLES + 1)]
    for what in ("abandoned_share", "mean_wait_s"):
        z = _z([getattr(a, what) for a in theirs], [getattr(a, what) for a in ours])
        if not abs(z) <= AGREES:
            raise Disagreement(f"{name}: {what} is {z:.1f} standard errors from callsim's")


def same(name: str, found: Answer, ours: Answer) -> None:
    if found != ours:
        raise Disagreement(f"{name}: {found}, callsim: {ours}")


def _z(a: list[float], b: list[float]) -> float:
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    spread = sum((x - mean_a) ** 2 for x in a) / len(a) / (len(a) - 1)
    spread += sum((x - mean_b) ** 2 for x in b) / len(b) / (len(b) - 1)
    return (mean_a - mean_b) / math.sqrt(spread)


def measured(
    cases: list[tuple[int, float]] = CASES, full: bool = False, queues: int = 1
) -> Iterator[dict[str, Any]]:
    """One row per case and simulator: calls per second, and how many times slower than callsim.

    `queues`: 1, or 3 with overflow.
    """
    kind, entries = (Work, rivals(full)) if queues == 1 else (ThreeQueues, with_overflow())
    for agents, load in cases:
        for name, one in entries.items():
            print(f"{agents:,} agents, load {load}: does {name} agree?", file=sys.stderr)
            agree(name, one, load, kind)
        works = {one.minutes: kind(agents, load, one.minutes) for one in entries.values()}
        if agents <= 1_000:
            works = dict.fromkeys(works, kind(agents, load))
        for work in works.values():
            assert work.lists  # drawn before any clock runs
        answers: dict[str, Answer] = {}

        seconds = race({name: runner(name, one, works, answers) for name, one in entries.items()})
        for name, one in entries.items():
            if not one.own_luck:
                same(name, answers[name], callsim_engines.play(works[one.minutes]))
        speed = {name: answers[name].calls / took for name, took in seconds.items()}
        for name, calls_per_s in speed.items():
            yield {
                "agents": agents,
                "load": load,
                "simulator": name,
                "minutes": works[entries[name].minutes].minutes,
                "calls_per_s": round(calls_per_s),
                "callsim_is_times_as_fast": speed["callsim, kernel"] / calls_per_s,
            }


def runner(name: str, one: Rival, works: dict[float, Work], answers: dict[str, Answer]) -> Runner:
    def play() -> None:
        answers[name] = one.play(works[one.minutes])

    return play


def as_text(about: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    lines = [" · ".join(f"{name} {value}" for name, value in about.items())]
    case = None
    for row in rows:
        if case != (row["agents"], row["load"]):
            case = row["agents"], row["load"]
            lines += ["", f"{row['agents']:,} agents, load {row['load']}".ljust(48) + "calls/s   callsim is"]
        part = "" if row["minutes"] == 60 else f" (first {row['minutes']:g} min)"
        times = row["callsim_is_times_as_fast"]
        ratio = f"{times:,.0f}" if times >= 100 else f"{times:.2f}"
        lines.append(f"  {row['simulator'] + part:<40}{row['calls_per_s']:>13,}{ratio:>9} ×")
    return "\n".join(lines) + "\n"


def as_table(rows: list[dict[str, Any]]) -> str:
    """The rows as the table of README.md has them: loads side by side."""
    loads = sorted({row["load"] for row in rows})
    lines = [
        "| | " + " | | ".join(f"load {load}" for load in loads) + " | |",
        "|---|" + "---:|" * 2 * len(loads),
    ]
    for name in dict.fromkeys(row["simulator"] for row in rows):
        own = [row for row in rows if row["simulator"] == name]
        minutes = own[0]["minutes"]
        label = name + ("" if minutes == 60 else f" (first {minutes:g} min)")
        cells = [f"{row['calls_per_s']:,} | {row['callsim_is_times_as_fast']:,.3g} ×" for row in own]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def about() -> dict[str, Any]:
    found = mapped(machine())
    for name in ("ciw", "cimba"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found | {"seed": SEED}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--json", action="store_true")
    words.add_argument("--table", action="store_true", help="as README.md has it")
    words.add_argument("--agents", type=int, help="only this size")
    words.add_argument("--load", type=float, help="only this load")
    words.add_argument(
        "--queues", type=int, choices=(1, 3), default=1, help="three help each other after 60 s"
    )
    words.add_argument("--full", action="store_true", help="SimPy's whole hour at 100,000 agents")
    asked = words.parse_args()
    cases = [(n, x) for n, x in CASES if asked.agents in (None, n) and asked.load in (None, x)]
    rows = list(measured(cases, asked.full, asked.queues))
    found = about()
    if asked.json:
        print(json.dumps({"machine": found, "rows": rows}, indent=2))
    else:
        print(as_table(rows) if asked.table else as_text(found, rows))


if __name__ == "__main__":
    main()
