"""Which model is believed for which week ahead, by the errors that were known at each origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callsim.history.forecast.models import WEEK
from callsim.history.forecast.rolling import WEEKS, Trial

_MEMORY_WEEKS = 16.0  # an error of so many weeks ago counts for 37 %
_LEAST = 3  # origins of which the errors are known, before which nobody can choose
_AT_FIRST = "both"


@dataclass(frozen=True)
class Stretch:
    """Leads that are judged together: a week ahead, or several."""

    week: int  # index in WEEKS: it ends with that many weeks
    leads: np.ndarray  # int64 [lead of the stretch]  places in the trial's leads
    delay: int  # weeks from an origin until all days of its stretch are known

    @property
    def horizon(self) -> str:
        """`1 week`, `8 weeks`."""
        weeks = WEEKS[self.week]
        return f"{weeks} week{'s' * (weeks != 1)}"

    @property
    def weeks(self) -> float:
        """How long it is."""
        return max(len(self.leads) / WEEK, 1.0)

    def known(self, row: int) -> int:
        """Origins, the first ones, of whose stretches all days are known at an origin."""
        return max(row - self.delay + 1, 0)


def stretches(trial: Trial) -> list[Stretch]:
    """The leads of a trial, in the stretches that are judged together."""
    week = trial.week()
    found = []
    for index in np.unique(week).tolist():
        leads = np.flatnonzero(week == index)
        delay = int(-(-(trial.leads[leads[-1]] + 1) // WEEK))
        found.append(Stretch(int(index), leads, delay))
    return found


def best_models(trial: Trial, stretch: Stretch) -> np.ndarray:
    """int64 [origin]: the model that did best at the origins before, per interval and per day together."""
    truth = trial.truth[:, stretch.leads]
    known = np.isfinite(truth)
    wrong = np.where(known, trial.said[:, :, stretch.leads] - np.where(known, truth, 0.0), 0.0)
    by_interval, by_day = np.abs(wrong).sum(axis=(2, 3)), np.abs(wrong.sum(axis=3)).sum(axis=2)
    there = known.any(axis=(1, 2))
    best = np.full(len(trial.origins), trial.models.index(_AT_FIRST))
    for row in range(len(trial.origins)):
        rows = np.flatnonzero(there[: stretch.known(row)])
        if len(rows) >= _LEAST:
            weigh = np.exp(-(row - rows) / _MEMORY_WEEKS)
            best[row] = int(np.argmin((by_interval[:, rows] + by_day[:, rows]) @ weigh))
    return best


def said_by(trial: Trial, stretch: Stretch, best: np.ndarray) -> np.ndarray:
    """What the chosen models said: float64 [origin, lead of the stretch, slot]."""
    return np.asarray(trial.said[best, np.arange(len(best))][:, stretch.leads])
