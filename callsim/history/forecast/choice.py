"""Which model is believed for which week ahead, by the errors that were known at each origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callsim.history.forecast.models import WEEK
from callsim.history.forecast.rolling import WEEKS, Trial

_MEMORY_WEEKS = 16.0  # weeks, after which an error counts for 37 %
_LEAST = 3  # origins of which the errors are known, before which nobody can choose
_NEARER = 4.0  # origins that the errors of the nearer stretch are worth
_AT_FIRST = "both"
_LEAST_EXPECTED = 0.01  # calls, for the deviation where models expect none
_FAR = 5.0  # standard deviations, and calls, up to which errors are squared
_MANY, _FEW = 20.0, 5.0  # calls to expect: from there the median is the mean; below, errors are squared


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


def scores_of(trial: Trial, stretch: Stretch, nearer: np.ndarray | None = None) -> np.ndarray:
    """How far off each model was at the origins before, per interval plus per day: float64 [origin, model].

    `nearer`: the scores of the stretch before, which weigh as much as a few origins do. NaN: unknown.
    """
    truth = trial.truth[:, stretch.leads]
    known = np.isfinite(truth)
    calls = np.where(known, truth, 0.0).sum(axis=(1, 2))
    wrong = np.where(known, trial.said[:, :, stretch.leads] - np.where(known, truth, 0.0), 0.0)
    said = trial.said[:, :, stretch.leads]
    off = _off(wrong, said).sum(axis=(2, 3)) + _off(wrong.sum(axis=3), said.sum(axis=3)).sum(axis=2)
    scores = np.full((len(trial.origins), len(trial.models)), np.nan)
    for row in range(len(trial.origins)):
        rows = np.flatnonzero(calls[: stretch.known(row)])
        weigh = np.exp(-(row - rows) / _MEMORY_WEEKS)
        many, before = float(weigh.sum()), None if nearer is None else nearer[row]
        if len(rows) >= _LEAST:
            scores[row] = off[:, rows] @ weigh / (calls[rows] @ weigh)
            if before is not None and np.isfinite(before).all():
                scores[row] = (many * scores[row] + _NEARER * before) / (many + _NEARER)
        elif before is not None:
            scores[row] = before
    return scores


def _off(wrong: np.ndarray, said: np.ndarray) -> np.ndarray:
    """How far off each model was, in calls: float64 [model, …].

    Absolute errors, which one strange day does not rule, favour a median, and that of few calls is 0. So
    errors count squared, as a multiple of the standard deviation, where the models together expect few calls.
    """
    expected = said.mean(axis=0)
    deviation = np.sqrt(np.maximum(expected, _LEAST_EXPECTED))
    absolute = np.abs(wrong)
    most = _FAR * deviation + _FAR  # an error beyond it counts as much more as it is larger
    near = np.minimum(absolute, most)
    squared = near * (2 * absolute - near) / deviation
    share = np.clip((_MANY - expected) / (_MANY - _FEW), 0.0, 1.0)
    return np.asarray(share * squared + (1 - share) * absolute)


def best_of(trial: Trial, scores: np.ndarray) -> np.ndarray:
    """int64 [origin]: the model with the least score; the mean of profile and svd where none is known."""
    first = trial.models.index(_AT_FIRST)
    known = np.isfinite(scores).all(axis=1)
    return np.where(known, np.argmin(np.where(np.isnan(scores), np.inf, scores), axis=1), first)


def said_by(trial: Trial, stretch: Stretch, best: np.ndarray) -> np.ndarray:
    """What the chosen models said: float64 [origin, lead of the stretch, slot]."""
    return np.asarray(trial.said[best, np.arange(len(best))][:, stretch.leads])
