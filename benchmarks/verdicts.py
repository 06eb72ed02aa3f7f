"""How often do `compare` and `run` say something false?

    python -m benchmarks.verdicts                       # 100 seeds a case, some twenty minutes on one core
    python -m benchmarks.verdicts --only run --seeds 20

`compare`: 1, 5, 15 and 60 queues with a desk of five each, against the same plan under other names, so that
absence falls otherwise and nothing else differs. False is any verdict but alike or too close to call.

`run`: one queue (M/M/n+M) whose exact service level lies at its goal, or half a point, one and two points
below or above. False is a decided verdict on the other side; at the goal every decided verdict is counted.
Exit code 1 where something false is said in more than 5 of 100 seeds by more than four standard errors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import callsim
from callsim.erlang import evaluate
from callsim.scenario import Scenario

QUEUES = (1, 5, 15, 60)
POINTS = (-2, -1, -0.5, 0, 0.5, 1, 2)  # of 100, by which the exact level lies above the goal
PROMISED = 0.05
CALL = "talk: {exponential: {mean: 3 min}}, patience: {exponential: {mean: 3 min}}"


def desks(folder: Path, crew: str, queues: int) -> Scenario:
    """Queues with five agents each, called by a crew's name."""
    lines = [f"name: {crew}", "calendar: {interval: 1 h}", "queues:"]
    lines += [
        f"  q{k}: {{arrivals: {{per_hour: 60}}, {CALL}, goal: {{answer: 80%, within: 20 s}}}}"
        for k in range(queues)
    ]
    lines += ["groups:"]
    lines += [
        f"  {crew}{k}: {{answers: {{q{k}: {{}}}}, staff: 5, absence: {{share: 10%, correlation: 0.02}}}}"
        for k in range(queues)
    ]
    path = folder / f"{crew}-{queues}.yaml"
    path.write_text("\n".join(lines))
    return callsim.load(path)


def near_its_goal(folder: Path, points: float) -> Scenario:
    """One queue whose exact service level lies so many points of 100 above its goal."""
    exact = evaluate(20, 360, 180, 180, 20).service_level["offered"]
    path = folder / f"{points}.yaml"
    path.write_text(
        f"name: {points} points\ncalendar: {{interval: 1 h, warm_up: 2 h}}\n"
        f"queues: {{q: {{arrivals: {{per_hour: 360}}, {CALL}, "
        f"goal: {{answer: {exact - points / 100:.6f}, within: 20 s}}}}}}\n"
        "groups: {g: {answers: {q: {}}, staff: 20}}\n"
    )
    return callsim.load(path)


def compared(folder: Path, queues: int, seeds: int) -> Iterator[bool]:
    """Of each seed, whether equal plans are called better, worse or mixed."""
    plans = [desks(folder, "desk", queues), desks(folder, "team", queues)]
    for seed in range(1, seeds + 1):
        (pair,) = callsim.compare(plans, runs=20, seed=seed).to_dict()["differences"].values()
        yield pair["verdict"] not in ("open", "alike")


def judged(folder: Path, points: float, seeds: int) -> Iterator[tuple[bool, bool]]:
    """Of each seed, whether the verdict is decided, and whether it is then false."""
    scenario = near_its_goal(folder, points)
    for seed in range(1, seeds + 1):
        goal = callsim.run(scenario, seed=seed).to_dict()["queues"]["q"]["goal"]
        decided = goal["decided"] is True
        yield decided, decided and (points == 0 or goal["met"] is not (points > 0))


def main() -> int:
    """Print a line per case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("compare", "run"))
    parser.add_argument("--seeds", type=int, default=100)
    asked = parser.parse_args()
    limit = PROMISED + 4 * (PROMISED * (1 - PROMISED) / asked.seeds) ** 0.5
    fine = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.only != "run":
            for queues in QUEUES:
                wrong = sum(compared(folder, queues, asked.seeds))
                fine &= wrong / asked.seeds <= limit
                print(f"compare, {queues} equal queues: false in {wrong} of {asked.seeds} seeds", flush=True)
        if asked.only != "compare":
            for points in POINTS:
                found = list(judged(folder, points, asked.seeds))
                decided, wrong = (sum(column) for column in zip(*found, strict=True))
                fine &= wrong / asked.seeds <= limit
                print(
                    f"run, {points:+} points from the goal: decided in {decided}, "
                    f"false in {wrong} of {asked.seeds} seeds",
                    flush=True,
                )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
