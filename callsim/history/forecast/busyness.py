"""Busyness of days and intervals beside a forecast: what a plan must stand besides chance.

Calls of day d and interval j are Poisson with mean e(d,j) · B(d) · W(d,j), as `day_cv`, `interval_cv` and
`interval_correlation` of a scenario draw them. So for errors of two intervals of a day, k apart,
    E[(x − e)(x′ − e′)] / (e e′) = b² + (1 + b²) w² ρ^k, and at k = 0 chance adds 1/e.

`history/fit/busyness.py` estimates the same cvs where no forecast is known, by another estimator: there alike
days share a mean that is estimated from them; here each day's means are given, and differ from day to day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

_RHOS = np.linspace(0.0, 0.98, 50)
_MOST_LAGS = 24
_LEAST_DAYS = 7
_BUSY = 1.0  # expected calls of an interval that tells something


class Busyness(NamedTuple):
    """Coefficients of variation beside a forecast, as scenarios have them; NaN: there was nothing to test."""

    day_cv: float
    interval_cv: float
    interval_correlation: float
    days: int
    """Days that they were estimated from."""


def busyness(said: np.ndarray, truth: np.ndarray, weigh: np.ndarray) -> Busyness:
    """The busyness of errors: `said` and `truth` float64 [day, slot] (NaN: unknown), `weigh` [day]."""
    known = np.isfinite(truth) & (said >= _BUSY)
    there = known.any(axis=1)
    if there.sum() < _LEAST_DAYS:
        return Busyness(np.nan, np.nan, np.nan, int(there.sum()))
    said, truth, known, weigh = said[there], truth[there], known[there], weigh[there]
    expected = np.where(known, said, 0.0)
    wrong = np.where(known, truth - said, 0.0)
    lags = min(_MOST_LAGS, said.shape[1] - 1)
    up, down = np.zeros(lags + 1), np.zeros(lags + 1)
    for lag in range(lags + 1):
        ahead = slice(lag, None)
        behind = slice(None, said.shape[1] - lag)
        up[lag] = weigh @ (wrong[:, ahead] * wrong[:, behind]).sum(axis=1)
        down[lag] = weigh @ (expected[:, ahead] * expected[:, behind]).sum(axis=1)
    up[0] -= weigh @ np.where(known, truth, 0.0).sum(axis=1)  # chance
    of_day = weigh @ (wrong.sum(axis=1) ** 2 - np.where(known, truth, 0.0).sum(axis=1))
    day_down = weigh @ (expected.sum(axis=1) ** 2)
    told = down > 1e-9 * down[0]
    shares = np.where(told, up / np.maximum(down, 1e-300), 0.0)
    best: tuple[float, float, float, float] | None = None
    for rho in _RHOS:
        fades = rho ** np.arange(lags + 1)
        # The share of a day's own variance that fading errors make: all lags, the far ones from the model.
        whole = _whole(expected, weigh, rho) / day_down
        importance = np.sqrt(np.where(told, down, 0.0) / down.sum())
        firm = np.sqrt(10.0)  # the variances of intervals and of days must be right; what is between may bend
        rows = np.column_stack([np.ones(lags + 1), fades]) * importance[:, None]
        rows[0] *= firm / importance[0] if importance[0] else 1.0
        wanted = shares * importance
        wanted[0] = shares[0] * firm
        rows = np.vstack([rows, firm * np.array([1.0, whole])])
        found, off = nnls(rows, np.append(wanted, firm * of_day / day_down))
        if best is None or off < best[0]:
            best = (off, float(found[0]), float(found[1]), float(rho))
    assert best is not None
    _, of_days, of_intervals, rho = best
    return Busyness(
        float(np.sqrt(of_days)),
        float(np.sqrt(of_intervals / (1 + of_days))),
        rho if of_intervals > 0 else 0.0,
        int(there.sum()),
    )


def _whole(expected: np.ndarray, weigh: np.ndarray, rho: float) -> float:
    """Sum over days and pairs of intervals of e e′ ρ^|j − j′|, by two sweeps instead of all pairs."""
    carried = np.zeros(len(expected))
    total = np.zeros(len(expected))
    for slot in range(expected.shape[1]):
        total += expected[:, slot] * (expected[:, slot] + 2 * rho * carried)
        carried = rho * carried + expected[:, slot]
    return float(weigh @ total)
