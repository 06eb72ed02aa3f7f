"""Does the score of `callsim validate` keep its word? A centre of 50 agents that callsim lived is judged.

    python -m benchmarks.validate                    # 200 days and 60 weeks of each mistake, about 20 minutes
    python -m benchmarks.validate --days 40 --weeks 10

True: each of 200 simulated days is taken for reality and judged by the scenario that it was made of. Its p
values must be uniform (Kolmogorov and Smirnov), and its bands of 95 % must hold 95 ± 1.5 % of the intervals.
Wrong: five simulated days are judged by a scenario with one agent in ten less, and with half the patience;
more than 80 of 100 such weeks must be found (p at most 0.05). Exit code 1 where one of these does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import stats

import callsim
from callsim.history.validate.result import ValidateResult
from callsim.scenario import Scenario
from callsim.study.options import RunOptions
from tests.makers.realities import lived

CENTRE = """
calendar: {start: 2024-03-04, interval: 30 min}
queues:
  service:
    open: 08:00-20:00
    arrivals: {per_day: 6800, profile: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0], day_cv: 3%}
    talk: {lognormal: {mean: 4m30s, cv: 1.1}}
    wrap: {exponential: {mean: 30 s}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups: {agents: {answers: {service: {}}, staff: 50}}
"""  # noqa: E501
MISTAKES: dict[str, dict[str, object]] = {
    "one agent in ten less": {"groups.agents.staff": 45},
    "half the patience": {"queues.service.patience.exponential.mean": "90 s"},
}
RUNS = 199
WEEK = 5
CONVICTED = 0.05


class Kept(NamedTuple):
    """What true days have shown."""

    p: np.ndarray  # float64 [day]
    inside: dict[str, float]  # figure → share of intervals in the band of 95 %

    @property
    def uniform(self) -> float:
        """The p value of Kolmogorov and Smirnov that the p values are uniform."""
        return float(stats.kstest(self.p, "uniform").pvalue)


def centre() -> Scenario:
    """The true scenario."""
    return _loaded({})


def _loaded(changes: dict[str, object]) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "centre.yaml"
        path.write_text(CENTRE)
        return callsim.load(path, changes)


def true_days(days: int, runs: int = RUNS) -> Kept:
    """Each simulated day judged by what it was made of, under a seed of its own."""
    right = centre()
    found = [_judged(right, lived(right, 1, seed=10_000 + k), k, runs) for k in range(days)]
    inside = {name: _inside(found, name) for name in (band.figure for band in found[0].bands)}
    return Kept(np.array([one.verdict.p for one in found]), inside)


def _inside(found: list[ValidateResult], name: str) -> float:
    """The share of intervals of all days that lie in their band of 95 %."""
    bands = [band for one in found for band in one.bands if band.figure == name]
    inside = sum((band.inside_95 or 0.0) * band.intervals for band in bands)
    return inside / sum(band.intervals for band in bands)


def power(mistake: str, weeks: int, runs: int = RUNS) -> float:
    """The share of weeks in which a wrong scenario is found."""
    right, wrong = centre(), _loaded(MISTAKES[mistake])
    found = [
        _judged(wrong, lived(right, WEEK, seed=50_000 + WEEK * k), 1000 + k, runs).verdict.p
        for k in range(weeks)
    ]
    return float(np.mean(np.array(found) <= CONVICTED))


def _judged(scenario: Scenario, history: object, seed: int, runs: int) -> ValidateResult:
    options = RunOptions(runs=runs, seed=seed)
    return callsim.validate(scenario, history, options=options, ladder=False)  # type: ignore[arg-type]


def main() -> int:
    """Print what holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=60)
    parser.add_argument("--runs", type=int, default=RUNS)
    arguments = parser.parse_args()
    kept = true_days(arguments.days, arguments.runs)
    false = float((kept.p <= CONVICTED).mean())
    print(f"true: {arguments.days} days, p uniform with p = {kept.uniform:.3f}; {false:.1%} have p <= 0.05")
    held = kept.uniform >= 0.01
    for name, share in kept.inside.items():
        print(f"  bands of 95 % hold {share:.2%} of the intervals: {name}")
        held &= abs(share - 0.95) <= 0.015
    for mistake in MISTAKES:
        share = power(mistake, arguments.weeks, arguments.runs)
        print(f"{mistake}: found in {share:.0%} of {arguments.weeks} weeks")
        held &= share > 0.8
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
