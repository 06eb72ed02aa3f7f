"""The short form of `benchmarks.validate`: true days are not convicted, a wrong centre is."""

from __future__ import annotations

import os

import numpy as np

from benchmarks.validate import MISTAKES, power, true_days

DAYS = int(os.environ.get("CALLSIM_SCORES", "0")) or 12


def test_true_days_are_not_convicted_and_lie_inside_their_bands() -> None:
    kept = true_days(DAYS, runs=119)
    assert kept.uniform >= 1e-3
    assert (kept.p <= 0.05).mean() <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / DAYS)
    assert min(kept.inside.values()) >= 0.85


def test_one_agent_in_ten_less_and_half_the_patience_are_found() -> None:
    assert [power(mistake, 1, runs=119) for mistake in MISTAKES] == [1, 1]
