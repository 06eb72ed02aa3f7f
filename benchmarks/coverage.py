"""Do intervals cover what they claim to? Against exact values, at 50 and at 1,000 agents.

    python -m benchmarks.coverage                       # 1,000 experiments each, about ten minutes
    python -m benchmarks.coverage --agents 50 --experiments 200

An experiment compares n and n + 1 agents (M/M/n+M, as much load as n agents, patience as long as a call) by
`callsim.compare` with twenty runs, under a seed of its own. It looks whether the 95 % interval of each figure
holds the value of `callsim.erlang`, and whether the interval of the difference holds the exact difference.
A run is a day of 24 (1,000 agents) or 48 (50 agents) handling times, after a warm-up of 12 or 24, which
leave e^-12 of the empty start. Exit code 1 where a coverage is further from 95 % than `--within` points.

Shorter experiments cover less: 1,000 agents are now all busy and now not for handling times on end, so the
service levels of short runs are lopsided. With ten runs of 12 handling times, a quarter of the length, the
service level was covered 91 to 92 times in 100.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import callsim
from callsim.erlang import evaluate
from callsim.report.kit.progress import bar
from callsim.results import measures
from callsim.study.runs.compare import Comparison

# agents -> mean handling time in minutes, warm-up in hours
CASES = {50: (30, 12), 1000: (60, 12)}
FIGURES = {
    "service level": ("service_level", "offered"),
    "abandoned share": ("abandoned_share",),
    "wait": ("wait_s",),
}
PLAN = """
name: {agents} agents
calendar: {{interval: 12 h, warm_up: {warm_up} h}}
queues:
  q:
    arrivals: {{per_hour: {per_hour}}}
    talk: {{exponential: {{mean: {aht} min}}}}
    patience: {{exponential: {{mean: {aht} min}}}}
    goal: {{answer: 80%, within: {within} s}}
groups:
  g: {{answers: {{q: {{}}}}, staff: {agents}}}
"""


def exact(agents: int, per_hour: float, aht_s: float, within_s: float) -> dict[str, float]:
    """What theory says of the figures."""
    found = evaluate(agents, per_hour, aht_s, aht_s, within_s)
    values = (found.service_level["offered"], found.p_abandon, found.wait_s)
    return dict(zip(FIGURES, values, strict=True))


def covered(comparison: Comparison, truths: list[dict[str, float]]) -> dict[tuple[str, str], bool]:
    """Whether each interval holds the truth: (figure, of what) -> bool."""
    names, found = list(comparison.plans), {}
    for figure, path in FIGURES.items():
        estimates = [_at(comparison.plans[name].estimates["total"], path) for name in names]
        for estimate, truth, of in zip(estimates, truths, ("n", "n + 1"), strict=True):
            found[figure, of] = _holds(measures.known(estimate), truth[figure])
        difference = measures.difference(*estimates, comparison.confidence)
        found[figure, "difference"] = _holds(difference, truths[1][figure] - truths[0][figure])
    return found


def _at(estimates: dict[str, measures.Estimate], path: tuple[str, ...]) -> measures.Estimate:
    for name in path:
        estimates = estimates[name]  # type: ignore[assignment]
    return estimates  # type: ignore[return-value]


def _holds(figure: measures.Figure, truth: float) -> bool:
    assert figure.low is not None
    assert figure.high is not None
    return figure.low <= truth <= figure.high


def study(agents: int, experiments: int, runs: int) -> dict[tuple[str, str], float]:
    """The share of experiments whose intervals hold the truth."""
    aht, warm_up = CASES[agents]
    per_hour, within = agents * 60 / aht, round(aht * 60 / 20)
    truths = [exact(n, per_hour, aht * 60, within) for n in (agents, agents + 1)]
    with tempfile.TemporaryDirectory() as folder, bar("experiment") as tell:
        plans = []
        for n in (agents, agents + 1):
            path = Path(folder, f"{n}.yaml")
            path.write_text(PLAN.format(agents=n, warm_up=warm_up, per_hour=per_hour, aht=aht, within=within))
            plans.append(callsim.load(path))
        counts: dict[tuple[str, str], int] = {}
        for seed in range(experiments):
            for what, holds in covered(callsim.compare(plans, runs=runs, seed=seed), truths).items():
                counts[what] = counts.get(what, 0) + holds
            if tell is not None:
                tell((seed + 1) / experiments, seed + 1, experiments)
    return {what: count / experiments for what, count in counts.items()}


def main() -> int:
    """Print a table per size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, choices=CASES, action="append", help="only this size")
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=20, help="runs of an experiment")
    parser.add_argument("--within", type=float, default=2.0, help="points that a coverage may be off")
    asked = parser.parse_args()
    fine = True
    print(f"{asked.experiments} experiments of {asked.runs} runs; intervals that hold the exact value, %")
    print(f"{'':>8} {'figure':<16}{'n':>8}{'n + 1':>8}{'difference':>12}")
    for agents in asked.agents or CASES:
        found = study(agents, asked.experiments, asked.runs)
        for figure in FIGURES:
            shares = [found[figure, of] * 100 for of in ("n", "n + 1", "difference")]
            fine &= all(abs(share - 95) <= asked.within for share in shares)
            print(f"{agents:>8} {figure:<16}{shares[0]:>8.1f}{shares[1]:>8.1f}{shares[2]:>12.1f}", flush=True)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
