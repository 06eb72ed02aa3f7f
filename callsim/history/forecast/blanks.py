"""Rows that a file left out because nobody called, told from rows that are missing.

Many phone systems write no row for an interval without calls. Of Poisson counts with mean λ a share e^−λ is
empty: where no more rows than that are absent, those that are absent are zeros.
"""

from __future__ import annotations

import numpy as np

from callsim.history.forecast.usual import runs_of, usual_of

BUSY = 10.0  # usual calls of a day or a stretch; where none came at all, that was no chance
_TELLING = 2.0  # calls to expect, of which mostly some come, so that an absent row tells something
_SMALL = 5.0  # calls to expect, of which sometimes none comes
_WRITTEN = 0.2  # of the zeros to expect; where fewer have a row, the file does not write them
_SLACK = 0.05  # of rows; calls that vary more than by chance leave that many intervals empty, too


def with_zeros(
    calls: np.ndarray, weekday: np.ndarray, special: np.ndarray, unknown: np.ndarray
) -> tuple[np.ndarray, int]:
    """Returns the counts [day, slot] with the zeros that the file did not write, and how many these are.

    NaN stays where a row is missing. Special days stay as they are, and intervals that are `unknown`
    (bool [day, slot]) for another reason. Of absent rows that may be either, the share that is
    likely to be missing stays missing, by turns, so that the mean is right.
    """
    usual, known = usual_of(calls, weekday, special)
    absent = np.isnan(calls) & ~unknown
    some = ~special[:, None] & (usual > 0) & (usual < _SMALL)
    expected = float(np.exp(-usual[some & np.isfinite(calls)]).sum())
    if not absent.any() or int((calls[some] == 0).sum()) >= _WRITTEN * expected > 0 or not expected:
        return calls, 0
    blank = absent.all(axis=1)
    has_rows = np.where(blank, np.nan, 1.0)[:, None]
    of_days = usual_of(has_rows, weekday, special)[1][:, 0]
    would_day = (usual * known).sum(axis=1)  # an absent row counted as no calls
    would = usual * known / np.maximum(of_days, 1e-12)[:, None]
    plain = ~special
    lost = _missing(blank & plain, would_day, of_days, plain)
    shares = known / np.maximum(of_days, 1e-12)[:, None]
    gone = _missing(absent & ~blank[:, None] & plain[:, None], would, shares, plain[:, None] & (would > 0))
    for day in np.flatnonzero(plain & ~blank & absent.any(axis=1)).tolist():
        for begin, end in runs_of(absent[day]):
            gone[day, begin:end] |= would[day, begin:end].sum() >= BUSY
    zeros = absent & plain[:, None] & ~gone & ~lost[:, None]
    return np.where(zeros, 0.0, calls), int((zeros & (usual > 0)).sum())


def _missing(absent: np.ndarray, would: np.ndarray, there: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Which of the absent are missing: bool of their shape, days first.

    `would`: mean calls, what is absent counted as none; `there`: the share of like ones that is there.
    """
    telling = np.broadcast_to(plain, would.shape) & (would >= _TELLING)
    share = 1 - float(np.median(there[telling] / -np.expm1(-would[telling]))) if telling.any() else 0.0
    if share <= _SLACK:
        return absent & (would >= BUSY)
    share = min(share, 0.9)
    likely = share / (share + (1 - share) * np.exp(-would / (1 - share)))
    up_to = np.floor(np.cumsum(np.where(absent, likely, 0.0), axis=0) + 0.5)
    return absent & (np.diff(up_to, axis=0, prepend=0.0) > 0)
