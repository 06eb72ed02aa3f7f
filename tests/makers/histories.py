"""Histories that were never anybody's: counts drawn from a known law."""

from __future__ import annotations

import datetime

import numpy as np

from callsim.history.canonical import IntervalTable, blank_intervals
from callsim.history.forecast.calendar import HOLIDAY, kinds_of

WEEKDAYS = np.array([1.1, 1.0, 0.95, 0.95, 1.0, 0.5, 0.3])
OPEN = slice(16, 40)  # half-hours: 08:00 to 20:00


def shape() -> np.ndarray:
    """A day's shares by half-hour, two humps between 08:00 and 20:00."""
    at = np.arange(48)
    humps = np.exp(-0.5 * ((at - 21) / 3) ** 2) + 0.8 * np.exp(-0.5 * ((at - 30) / 4) ** 2)
    humps[: OPEN.start] = humps[OPEN.stop :] = 0
    return humps / humps.sum()


def dates(first: str, days: int) -> np.ndarray:
    """datetime64[D] of days that follow each other."""
    return np.datetime64(first) + np.arange(days)


def means(
    days: np.ndarray, per_day: float = 1000.0, country: str | None = None, off: float = 0.1
) -> np.ndarray:
    """Mean calls [day, half-hour]: weekdays, holidays with a share of the calls, make-up days as weekdays."""
    kinds = kinds_of(days, country)
    level = per_day * WEEKDAYS[kinds.like]
    level = np.where(kinds.kind == HOLIDAY, level * off, level)
    return level[:, None] * shape()


def drawn(mean: np.ndarray, seed: int = 1, day_cv: float = 0.0, interval_cv: float = 0.0) -> np.ndarray:
    """Counts of these means, days and intervals busier and quieter by gamma factors of mean 1."""
    luck = np.random.default_rng(seed)
    busy = np.ones(mean.shape)
    if day_cv:
        busy = busy * luck.gamma(day_cv**-2, day_cv**2, (len(mean), 1))
    if interval_cv:
        busy = busy * luck.gamma(interval_cv**-2, interval_cv**2, mean.shape)
    return luck.poisson(mean * busy).astype(float)


def table(days: np.ndarray, **queues: np.ndarray) -> IntervalTable:
    """A history of these counts [day, slot]; NaN: no row."""
    parts = []
    slots = next(iter(queues.values())).shape[1]
    width = 86_400_000 // slots
    for number, counts in enumerate(queues.values()):
        day, slot = np.nonzero(np.isfinite(counts))
        rows = blank_intervals(len(day))
        rows["start"] = days[day].astype("datetime64[ms]") + (slot * width).astype("timedelta64[ms]")
        rows["queue"] = number
        rows["offered"] = counts[day, slot]
        parts.append(rows)
    joined = np.concatenate(parts)
    return IntervalTable(joined[np.lexsort((joined["queue"], joined["start"]))], tuple(queues), width)


def day(text: str) -> datetime.date:
    """A date by its ISO form."""
    return datetime.date.fromisoformat(text)
