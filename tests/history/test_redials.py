"""Redials, recovered from logs that are drawn without any of callsim's code."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.history.canonical import ABANDONED, ANSWERED, UNKNOWN, blank_calls
from callsim.history.fit.redials import redials


def log(
    seed: int, probability: float, mean_after_s: float, known: float = 1.0, spontaneous: float = 0.05
) -> np.ndarray:
    luck = np.random.default_rng(seed)
    calls = []
    for caller in range(4_000):
        at, first = luck.uniform(0, 20 * 86_400), True
        while True:
            gone, wait = luck.random() < 0.3, luck.exponential(40)
            talk = luck.exponential(200)
            calls.append((at, caller, ABANDONED if gone else ANSWERED, wait, talk, not first))
            at += wait + (0 if gone else talk)
            if gone and luck.random() < probability:
                at += luck.exponential(mean_after_s)
            elif luck.random() < spontaneous:
                at += luck.uniform(0, 3600)
            else:
                break
            first = False
    calls.sort()
    rows = blank_calls(len(calls))
    at, caller, outcome, wait, talk, _ = map(np.array, zip(*calls, strict=True))
    rows["arrival"] = np.datetime64("2024-01-01", "ms") + (at * 1000).astype("timedelta64[ms]")
    rows["outcome"] = outcome
    rows["wait_ms"], rows["talk_ms"] = wait * 1000, np.where(outcome == ANSWERED, talk * 1000, UNKNOWN)
    rows["caller"] = np.where(luck.random(len(calls)) < known, caller, UNKNOWN)
    return rows


@pytest.mark.parametrize(("probability", "mean_after_s"), [(0.5, 300.0), (0.2, 900.0)])
def test_redials_are_recovered(probability: float, mean_after_s: float) -> None:
    z, after = [], []
    for seed in range(6):
        found, again = redials(log(seed, probability, mean_after_s))
        assert found is not None
        assert found.used
        assert again.sum() > 0
        z.append((found.probability - probability) / found.error)
        after.append(found.mean_after_s)
    assert abs(np.mean(z)) * 6**0.5 <= 4
    assert np.mean(after) == pytest.approx(mean_after_s, rel=0.2)


def test_callers_who_never_call_again_for_it_have_no_redials() -> None:
    found, again = redials(log(1, 0.0, 300.0))
    assert found is not None
    assert not found.used
    assert not again.any()
    assert found.probability <= 2 * found.error


def test_where_few_callers_are_known_redials_stay_in_the_arrivals() -> None:
    found, again = redials(log(1, 0.5, 300.0, known=0.4))
    assert found is not None
    assert not found.used
    assert not again.any()


def test_without_callers_nothing_is_said() -> None:
    rows = log(1, 0.5, 300.0)
    rows["caller"] = UNKNOWN
    assert redials(rows)[0] is None
    assert redials(rows[:0])[0] is None
