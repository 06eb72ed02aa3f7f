"""Are forecasts of small queues too high or too low? Drawn histories, whose right answer is known.

    python -m benchmarks.small_forecasts              # some minutes on one core
    python -m benchmarks.small_forecasts --seeds 60

Each history has 140 days of Poisson calls with the same profile of the day and the week, and each forecast is
of the week after it. What is printed is the mean error of the week's calls over the seeds, and its standard
error. Exit code 1 where the mean is further than four standard errors from 0, and more than 1 %.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.models import WEEK
from callsim.history.forecast.question import _answer
from callsim.history.forecast.series import series_of

PER_DAY = (0.5, 5.0, 10.0, 40.0, 300.0, 3000.0)
DAYS = 140
FIRST = np.datetime64("2025-01-06", "D")  # a Monday
_HOURS = np.repeat(
    [0.0] * 8 + [2, 5, 7, 6, 4, 4, 5, 5, 4, 3, 2, 1] + [0.0] * 4, 2
)  # half-hours, 08:00 to 20:00
_WEEKDAYS = np.array([1.25, 1.1, 1.0, 1.0, 1.05, 0.6, 0.0])  # Sundays are closed


def means(days: int, per_day: float) -> np.ndarray:
    """Calls that are expected: float64 [day, half-hour]; `per_day` on a mean day of the week."""
    week = _WEEKDAYS / _WEEKDAYS.mean()
    return per_day * np.resize(week, days)[:, None] * (_HOURS / _HOURS.sum())


def errors(per_day: float, seeds: int) -> np.ndarray:
    """The week's forecast ÷ the calls expected in it − 1, for each seed: float64 [seed]."""
    dates = FIRST + np.arange(DAYS + WEEK)
    kinds, right = kinds_of(dates, None), means(WEEK, per_day).sum()
    found = np.zeros(seeds)
    for seed in range(seeds):
        calls = np.random.default_rng([seed, round(10 * per_day)]).poisson(means(DAYS, per_day)).astype(float)
        made = _answer(series_of(calls, kinds), 0, WEEK, np.empty((0, calls.shape[1])))
        found[seed] = made.expected.sum() / right - 1
    return found


def main() -> int:
    """Print a line for each rate; exit code 1 where a bias shows."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--seeds", type=int, default=30)
    words = parser.parse_args()
    worst = 0.0
    for per_day in PER_DAY:
        found = errors(per_day, words.seeds)
        bias, error = found.mean(), found.std(ddof=1) / np.sqrt(len(found))
        apart = abs(bias) / error if abs(bias) > 0.01 else 0.0
        worst = max(worst, apart)
        print(
            f"{per_day:7,.1f} calls a day: {bias:+6.1%} ± {error:.1%} (standard error), {len(found)} seeds",
            flush=True,
        )
    return int(worst > 4)


if __name__ == "__main__":
    sys.exit(main())
