"""The rolling test: what the models would have said week by week, and which of them said it best.

Each origin sees nothing but the days before it. The choice among models at an origin sees nothing but errors
of days before it, so that the error of the choice is honest, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callsim.history.forecast.models import MODELS, SUNDAY, WEEK, Days, Past, around, days_of, predict
from callsim.history.forecast.series import Series
from callsim.history.forecast.special import Effects, Seen, learned

WEEKS = (1, 2, 4, 8, 16, 32, 53)
"""Horizons by whose ends errors are told: days of the first week, of the second, of the third and fourth …"""

MEANS = {"both": ("profile", "svd"), "both by month": ("profile by month", "svd by month")}
"""The means of models, tried as models are."""

LEAST_DAYS = 28  # of history before the first origin
_MOST_ORIGINS = 52
_WINDOW = 400  # days that a model sees
_NEAR = 150  # days on either side that say what a special day would have been
_SETTLED = 28  # days after a special day until what it would have been is known for good


@dataclass(frozen=True)
class Trial:
    """The forecasts of each model at each origin."""

    models: tuple[str, ...]
    origins: np.ndarray  # int64 [origin]  index of the first day that is not known; a week apart
    leads: np.ndarray  # int64 [lead]  days from an origin to the days that are forecast
    said: np.ndarray  # float64 [model, origin, lead, slot]
    truth: np.ndarray  # float64 [origin, lead, slot]; NaN: unknown, or not yet
    doubt: np.ndarray  # float64 [origin, lead]  share by which a special day may be off; NaN: an ordinary day

    def week(self) -> np.ndarray:
        """int64 [lead]: index in WEEKS of each lead, counted from the first one."""
        return np.asarray(np.searchsorted(np.array(WEEKS) * WEEK, self.leads - self.leads[0], side="right"))


class Forecaster:
    """Forecasts one series at any origin, by all models."""

    def __init__(self, series: Series):
        self.series = series
        self._calls, self._kinds = series.filled, series.kinds
        self._days = days_of(series.kinds.dates, series.kinds.like)
        self._seen: dict[tuple[int, int], Seen] = {}

    @property
    def first_number(self) -> int:
        """The number of the first day, see `Days`."""
        return int(self._days.number[0])

    def effects(self, origin: int) -> Effects:
        """Returns the effects of special days, learned from those before an origin."""
        past = [self._was(day, origin) for day in self.series.special if self._is_known(day, origin)]
        return learned(past)

    def predict(self, origin: int, ahead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the calls that each model forecasts for days ahead (indices): float64 [model, day, slot].

        And the share by which special days may be off: float64 [day ahead], NaN for ordinary ones.
        """
        past = self.past(origin)
        special = [place for place, day in enumerate(ahead) if int(day) in self.series.special]
        days, number = _taken(self._days, ahead), self.first_number + origin
        as_sunday = _taken(self._days, ahead[special])._replace(weekday=np.full(len(special), SUNDAY))
        both = Days(*(np.concatenate(parts) for parts in zip(days, as_sunday, strict=True)))
        order = np.argsort(both.number, kind="stable")
        both, back = Days(*(part[order] for part in both)), np.argsort(order)
        effects = self.effects(origin) if special else Effects()
        plain = predict(past, both, number)[:, back]
        said = plain[:, : len(ahead)].copy()
        for row, of in enumerate(plain):
            for place, sunday in zip(special, of[len(ahead) :], strict=True):
                day = self.series.special[int(ahead[place])]
                said[row, place] = effects.curve(day, of[place], sunday)
        doubt = np.full(len(ahead), np.nan)
        for place in special:
            doubt[place] = effects.doubt(self.series.special[int(ahead[place])])
        return said, doubt

    def past(self, origin: int) -> Past:
        """The ordinary days before an origin."""
        first = max(origin - _WINDOW, 0)
        days = first + np.flatnonzero(self.series.ordinary[first:origin])
        return Past(_taken(self._days, days), self._calls[days])

    def _is_known(self, day: int, origin: int) -> bool:
        return day < origin and not self.series.left_out[day]

    def _was(self, day: int, origin: int) -> Seen:
        """A special day beside what it would have been as an ordinary one, as known at an origin."""
        until = min(origin, day + _SETTLED)
        if (day, until) not in self._seen:
            first = max(day - _NEAR, 0)
            days = first + np.flatnonzero(self.series.ordinary[first:until])
            past = Past(_taken(self._days, days), self._calls[days])
            weekdays = np.array([self._kinds.like[day], SUNDAY])
            own, sunday = around(past, float(self._days.number[day]), weekdays)
            self._seen[day, until] = Seen(self.series.special[day], self.series.calls[day], own, sunday)
        return self._seen[day, until]


def trial(forecaster: Forecaster, gap: int, days: int) -> Trial:
    """What the models would have said at each weekly origin of the past of days `gap` to `gap + days` ahead.

    The last origin is the end of the past: what it says is the forecast.
    """
    series = forecaster.series
    past = series.past
    many = min((past - LEAST_DAYS) // WEEK, _MOST_ORIGINS)
    origins = past - WEEK * np.arange(max(many, 0), -1, -1)
    leads = np.arange(gap, gap + days)
    models = (*MODELS, *MEANS)
    said = np.zeros((len(models), len(origins), days, series.calls.shape[1]))
    truth, doubt = np.full(said.shape[1:], np.nan), np.full(said.shape[1:3], np.nan)
    for row, origin in enumerate(origins.tolist()):
        said[: len(MODELS), row], doubt[row] = forecaster.predict(origin, origin + leads)
        known = np.flatnonzero(origin + leads < past)
        known = known[~series.left_out[origin + leads[known]]]
        truth[row, known] = series.calls[origin + leads[known]]
    for row, (mean, parts) in enumerate(MEANS.items(), start=len(MODELS)):
        said[row] = sum(said[models.index(part)] for part in parts) / len(parts)
        assert models[row] == mean
    return Trial(models, origins, leads, said, truth, doubt)


def _taken(days: Days, places: np.ndarray) -> Days:
    return Days(*(part[places] for part in days))
