"""Does a fit give back the truth? Logs of known worlds are fitted, and what is found is held against it.

    python -m benchmarks.fits                        # 100 logs of each world, about half an hour
    python -m benchmarks.fits --logs 20 --world calm

Each log is a run of eight weeks under a seed of its own. For every figure: its truth, the mean and the spread
of what was found, the mean z score (in standard errors of the mean; beyond 4 is a bias), the spread of the z
scores (1 where standard errors are right), and how often its 95 % interval holds the truth. Exit code 1 where
a mean z score is beyond 4.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from callsim.history.canonical import summed
from callsim.history.fit.question import fit_table
from callsim.history.fit.result import QueueFit
from callsim.report.kit.progress import bar
from callsim.scenario import Scenario
from tests.makers.worlds import log, world

HALF_HOUR = 1_800_000
WORLDS: dict[str, dict[str, object]] = {
    "usual": {},
    "calm": {"day_cv": 0, "interval_cv": 0, "correlation": 0},
    "busy days": {"day_cv": "15%", "interval_cv": 0, "correlation": 0},
    "rough": {"day_cv": "5%", "interval_cv": "25%", "correlation": 0.8, "staff": 6},
    "small": {"per_day": 150, "staff": 2, "talk": "{gamma: {mean: 240 s, cv: 0.8}}"},
    "patient": {"patience": "{weibull: {shape: 0.7, scale: 200 s}}", "staff": 6},
}


class Seen(NamedTuple):
    """A figure of one fit."""

    name: str
    truth: float
    found: float
    error: float  # its standard error
    low: float
    high: float


def figures(scenario: Scenario, queue: QueueFit) -> Iterator[Seen]:
    """What was found, beside the truth."""
    true = scenario.queues["sales"]
    busy, waits = queue.arrivals.busyness, queue.patience
    assert busy is not None
    assert waits is not None
    excess = (1 + true.arrivals.day_cv**2) * (1 + true.arrivals.interval_cv**2) - 1
    swings = (
        ("excess", excess, busy.excess, busy.excess_interval),
        ("day_cv", true.arrivals.day_cv, busy.day_cv, busy.day_cv_interval),
        ("interval_cv", true.arrivals.interval_cv, busy.interval_cv, busy.interval_cv_interval),
        ("correlation", true.arrivals.interval_correlation, busy.correlation, busy.correlation_interval),
    )
    for name, truth, found, (low, high) in swings:
        if truth:  # of none only more can be found
            yield Seen(name, truth, found, max((high - low) / 3.92, 1e-9), low, high)
    for name, law, times in (("talk", true.talk, queue.talk), ("wrap", true.wrap, queue.wrap)):
        assert law is not None
        assert times is not None
        error = law.mean[0] * _cv(law) / math.sqrt(times.calls)
        yield _about(f"{name} mean", law.mean[0], times.mean_s, error)
        if law.family == "lognormal":
            sigma = math.sqrt(math.log1p(law.cv**2))
            fit = next(one for one in times.candidates if one.family == "lognormal").parameters
            mu = math.log(law.mean[0]) - sigma**2 / 2
            yield _about(f"{name} mu", mu, fit["mu"], sigma / math.sqrt(times.sample))
            yield _about(f"{name} sigma", sigma, fit["sigma"], sigma / math.sqrt(2 * times.sample))
    assert true.patience is not None
    for one in waits.candidates:
        if one.family == true.patience.family == "exponential":
            yield _about("patience mean", true.patience.mean[0], one.mean_s, one.errors["mean_s"])
        elif one.family == true.patience.family == "weibull":
            shape, scale = true.patience.shape, true.patience.scale
            assert scale is not None
            yield _about("patience shape", shape, one.parameters["shape"], one.errors["shape"])
            yield _about("patience scale", scale, one.parameters["scale_s"], one.errors["scale_s"])


def _about(name: str, truth: float, found: float, error: float) -> Seen:
    return Seen(name, truth, found, error, found - 1.96 * error, found + 1.96 * error)


def _cv(law: Any) -> float:
    return 1.0 if law.family == "exponential" else float(law.cv)


def main() -> int:
    """Fit all logs, and print a table for each world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--logs", type=int, default=100, help="of each world")
    parser.add_argument("--world", choices=WORLDS, action="append")
    arguments = parser.parse_args()
    biased = False
    for name in arguments.world or WORLDS:
        with tempfile.TemporaryDirectory() as folder, bar("log") as on_progress:
            scenario = world(Path(folder), **WORLDS[name])
            seen: dict[str, list[Seen]] = {}
            families: dict[str, int] = {}
            for seed in range(1, arguments.logs + 1):
                (queue,) = fit_table(summed(log(scenario, seed), HALF_HOUR)).queues
                for one in figures(scenario, queue):
                    seen.setdefault(one.name, []).append(one)
                chosen = tuple(
                    part.best.family if part and part.best else "none"
                    for part in (queue.talk, queue.wrap, queue.patience)
                )
                families[", ".join(chosen)] = families.get(", ".join(chosen), 0) + 1
                if on_progress is not None:
                    on_progress(seed / arguments.logs, seed, arguments.logs)
        print(f"\n{name}: {arguments.logs} logs; talk, wrap and patience are", families)
        print(
            f"{'figure':16}{'truth':>10}{'mean':>10}{'spread':>9}{'mean z':>9}{'z spread':>9}{'covered':>9}"
        )
        for figure, all_of_it in seen.items():
            z = np.array([(one.found - one.truth) / one.error for one in all_of_it])
            found = np.array([one.found for one in all_of_it])
            mean_z = z.mean() * math.sqrt(len(z)) / max(z.std(), 0.5)
            covered = np.mean([one.low <= one.truth <= one.high for one in all_of_it])
            biased |= abs(mean_z) > 4
            print(
                f"{figure:16}{all_of_it[0].truth:10.4f}{found.mean():10.4f}{found.std():9.4f}"
                f"{mean_z:+9.1f}{z.std():9.2f}{covered:9.0%}"
            )
    return int(biased)


if __name__ == "__main__":
    sys.exit(main())
