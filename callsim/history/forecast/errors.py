"""How far off a forecast was, beside what planners do by hand and beside what chance alone does.

An error is Σ |forecast − calls| ÷ Σ calls (WAPE), over intervals or over days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from callsim.history.forecast.bands import CLOSED, CLOSED_DAY, SHARES, Bands
from callsim.history.forecast.choice import Stretch
from callsim.history.forecast.models import WEEK
from callsim.history.forecast.rolling import Trial
from callsim.history.forecast.series import Series

TESTED = 26  # origins, the last ones, whose days errors are told of


@dataclass(frozen=True)
class Errors:
    """Errors of the days of one stretch ahead in the rolling test. Shares; NaN: there was nothing to test."""

    horizon: str
    days: int
    """Forecasts of days that were tested."""
    interval: float
    day: float
    bias: float
    """Σ (forecast − calls) ÷ Σ calls."""
    four_interval: float
    """Of the mean of the last four same weekdays, as they stand in the file."""
    four_day: float
    last_interval: float
    """Of the same weekday of the last week that is known."""
    last_day: float
    chance_interval: float
    """Of a forecast that knew every mean: what Poisson counts vary by."""
    chance_day: float
    cover: tuple[float, ...]
    """Of intervals with calls to expect: the share inside the bands of 80 % and of 95 %."""
    cover_day: tuple[float, ...]


def errors_of(
    series: Series, trial: Trial, stretch: Stretch, said: np.ndarray, bands: dict[int, Bands]
) -> Errors:
    """Errors of what was said [origin, lead of the stretch, slot] at the last origins that are known."""
    rows = np.arange(len(trial.origins))[-TESTED - stretch.delay :]
    truth = trial.truth[rows][:, stretch.leads]
    known = np.isfinite(truth)
    calls, ours = np.where(known, truth, 0.0), np.where(known, said[rows], 0.0)
    by_hand = {
        many: np.where(known, naive(series, trial.origins[rows], trial.leads[stretch.leads], many), 0.0)
        for many in (4, 1)
    }
    total = float(calls.sum())
    inside, inside_day = covered(said, trial, stretch, bands, trial.truth[:, stretch.leads])

    def off(forecast: np.ndarray, by_day: bool = False) -> float:
        wrong = (forecast - calls).sum(axis=2) if by_day else forecast - calls
        return float(np.abs(wrong).sum()) / total if total > 0 else float("nan")

    return Errors(
        stretch.horizon,
        int(known.any(axis=2).sum()),
        off(ours),
        off(ours, True),
        float((ours - calls).sum()) / total if total > 0 else float("nan"),
        off(by_hand[4]),
        off(by_hand[4], True),
        off(by_hand[1]),
        off(by_hand[1], True),
        _chance(ours),
        _chance(ours.sum(axis=2)),
        inside,
        inside_day,
    )


def naive(series: Series, origins: np.ndarray, leads: np.ndarray, many: int) -> np.ndarray:
    """The mean of the last days of the same weekday that have counts: float64 [origin, lead, slot]."""
    counted = np.isfinite(series.calls).any(axis=1) & ~series.left_out
    said = np.zeros((len(origins), len(leads), series.calls.shape[1]))
    weekday = np.arange(series.past) % WEEK
    for row, origin in enumerate(origins.tolist()):
        before = counted[:origin]
        for of in range(WEEK):
            days = np.flatnonzero(before & (weekday[:origin] == of))[-many:]
            places = np.flatnonzero((origin + leads) % WEEK == of)
            if len(days) and len(places):
                said[row, places] = np.nan_to_num(series.calls[days]).mean(axis=0)
    return said


def _chance(expected: np.ndarray) -> float:
    """E|X − λ| summed, ÷ Σ λ, of Poisson counts: 2 λ^(⌊λ⌋+1) e^−λ ÷ ⌊λ⌋! each."""
    means = expected[expected > 0]
    if not means.size:
        return float("nan")
    whole = np.floor(means)
    apart = 2 * np.exp((whole + 1) * np.log(means) - means - gammaln(whole + 1))
    return float(apart.sum() / means.sum())


def covered(
    said: np.ndarray, trial: Trial, stretch: Stretch, bands: dict[int, Bands], truth: np.ndarray
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The shares of intervals and of days inside the bands that were known at their origins.

    `truth`: float64 [origin, lead of the stretch, slot]; what is NaN is not counted, nor is what is closed.
    """
    inside, many = np.zeros((2, len(SHARES))), np.zeros(2)
    for row, of in bands.items():
        had, would, doubt = truth[row], said[row], trial.doubt[row, stretch.leads]
        whole = np.isfinite(had).all(axis=1)
        of_days = np.where(whole, np.nansum(had, axis=1), np.nan)
        parts = ((had, would, of.interval, CLOSED), (of_days, would.sum(axis=1), of.day, CLOSED_DAY))
        for place, (calls, expected, scale, least) in enumerate(parts):
            ends = scale.bands(expected, doubt)
            there = np.isfinite(calls) & (expected > least)
            hit = (calls >= ends[:, 0]) & (calls <= ends[:, 1]) & there
            many[place] += there.sum()
            inside[place] += hit.reshape(len(SHARES), -1).sum(axis=1)
    shares = np.where(many[:, None] > 0, inside / np.maximum(many[:, None], 1), np.nan)
    return tuple(shares[0].tolist()), tuple(shares[1].tolist())
