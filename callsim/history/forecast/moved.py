"""Whether calls have moved to another level of late: no history tells whether such a change will last."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.history.forecast.series import Series

_BEFORE, _LEAST = 8, 4  # days of the same weekday that say what was usual, and as many as are needed
_DAYS = (3, 13)  # that a change has lasted; later the forecast has mostly followed
_FAR = 3.0  # standard deviations, of days before and of chance
_MUCH = 1.3  # times the usual calls


class Moved(NamedTuple):
    """A change of level at the end of a history."""

    days: int  # ordinary days since
    times: float  # their calls relative to usual ones


def moved(series: Series) -> Moved | None:
    """The change of the last days, each of which had far more, or far fewer, calls than usual before them."""
    days = np.flatnonzero(series.ordinary[: series.past])
    total, weekday = series.filled[days].sum(axis=1), series.kinds.like[days]
    for many in range(_DAYS[1], _DAYS[0] - 1, -1):
        if len(days) <= many:
            continue
        begin = len(days) - many
        usual = _usual(total, weekday, begin)
        late = usual[begin:]
        if not np.isfinite(late).all() or not late.all():
            continue
        before = np.isfinite(usual[:begin]) & (usual[:begin] > 0) & (total[:begin] > 0)
        if not before.any():
            continue
        apart = np.log(total[:begin][before] / usual[:begin][before])
        spread = 1.4826 * float(np.median(np.abs(apart - np.median(apart))))
        least = max(_FAR * spread, float(np.log(_MUCH)))
        far = np.log(np.maximum(total[begin:], 0.5) / late)
        chance = np.abs(total[begin:] - late) > _FAR * np.sqrt(late)
        if chance.all() and ((far > least).all() or (far < -least).all()):
            return Moved(many, float(total[begin:].sum() / late.sum()))
    return None


def _usual(total: np.ndarray, weekday: np.ndarray, begin: int) -> np.ndarray:
    """The median of the days of the same weekday before each day, and before `begin`; NaN: too few."""
    found = np.full(len(total), np.nan)
    for day in range(len(total)):
        before = total[: min(day, begin)][weekday[: min(day, begin)] == weekday[day]][-_BEFORE:]
        if len(before) >= _LEAST:
            found[day] = np.median(before)
    return found
