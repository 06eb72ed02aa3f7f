"""Tests which formula of the service level gives the percentages that a file has itself."""

from __future__ import annotations

import numpy as np

from callsim.history.canonical import Formula
from callsim.sentences import say

FEWEST = 30  # intervals that must have been tested before a formula counts as right


def is_right(one: Formula) -> bool:
    """Returns whether a formula gives the file's percentages in at least 99 of 100 intervals."""
    return one.tested >= FEWEST and one.fits >= 0.99 * one.tested


def level_of(rows: np.ndarray, share: np.ndarray | None) -> tuple[Formula, ...]:
    """Returns each formula with the number of intervals in which it gives the file's share.

    `rows`: INTERVAL [row]; `share`: float64 [row], None where the file has no percentages.
    """
    if share is None:
        return ()
    known = np.isfinite(share)
    step = _step(share[known])
    short = np.nan_to_num(rows["abandoned_short"])
    denominators = {
        "offered": rows["offered"],
        "answered": rows["answered"],
        say("history.without_in_time"): rows["offered"] - rows["abandoned_in_sl"],
        say("history.without_short"): np.where(short.any(), rows["offered"] - short, np.nan),
    }
    answered, gone = rows["answered_in_sl"], rows["abandoned_in_sl"]
    found = []
    for name, below in denominators.items():
        usable = known & np.isfinite(below) & (below > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            for formula, calls in (
                (say("history.level_answered", counted=name), answered),
                (say("history.level_both", counted=name), answered + gone),
            ):
                there = usable & np.isfinite(calls)
                if there.any():
                    off = np.abs(calls[there] / below[there] - share[there])
                    found.append(
                        Formula(
                            formula,
                            int(there.sum()),
                            int((off <= 0.501 * step + 1e-9).sum()),
                            True,
                        )
                    )
        if np.isnan(answered).all():
            # Of many calls some whole number gives any percentage: only few calls test anything.
            there = usable & (below * step < 0.4)
            calls = np.round(share[there] * below[there])
            off = np.abs(calls / below[there] - share[there])
            fits = int(((off <= 0.501 * step + 1e-9) & (calls <= below[there])).sum())
            found.append(Formula(say("history.level_any", counted=name), int(there.sum()), fits, False))
    return tuple(one for one in found if one.tested)


def _step(share: np.ndarray) -> float:
    """Returns the unit of the last digit with which shares are written."""
    for digits in range(2, 7):
        if np.allclose(np.round(share, digits), share, atol=1e-9, rtol=0):
            return float(10.0**-digits)
    return 1e-6
