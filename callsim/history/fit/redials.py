"""Whether callers who gave up call again: where the log tells which calls are of one caller."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from callsim.history.canonical import ABANDONED, ANSWERED

WITHIN_S = 3600.0  # a later call is not because of an earlier one
KNOWN = 0.8  # share of calls whose caller is known, below which redials stay in the arrivals
FEWEST = 30


@dataclass(frozen=True)
class Redials:
    """What callers do after giving up."""

    known_share: float
    """Of calls: those whose caller is known."""
    abandoned: int
    """By known callers."""
    again_share: float
    """Of these: followed by another call of the caller within an hour."""
    again_share_answered: float
    """The same after answered calls: who calls for another reason."""
    probability: float
    """Of calling again because of having given up."""
    error: float
    """Its standard error."""
    mean_after_s: float
    """From giving up to calling again."""
    used: bool
    """Whether callers are known so well that redials are taken out of the arrivals, into the scenario."""


def redials(rows: np.ndarray) -> tuple[Redials | None, np.ndarray]:
    """Of the calls of a queue: CALL [call], ascending by arrival. Also bool [call]: calls that are redials.

    None where fewer than 30 calls were abandoned by known callers.
    """
    nobody = np.zeros(len(rows), bool)
    known = rows["caller"] >= 0
    if not known.any():
        return None, nobody
    order = np.lexsort((rows["arrival"], rows["caller"]))
    order = order[known[order]]
    calls = rows[order]
    ended = calls["arrival"].astype(np.int64) + np.maximum(calls["wait_ms"], 0)
    ended += np.where(calls["outcome"] == ANSWERED, np.maximum(calls["talk_ms"], 0), 0)
    gap_s = np.full(len(calls), math.inf)  # to the caller's next call
    gap_s[:-1] = np.where(
        calls["caller"][1:] == calls["caller"][:-1],
        (calls["arrival"].astype(np.int64)[1:] - ended[:-1]) / 1000,
        math.inf,
    )
    gave_up = calls["outcome"] == ABANDONED
    answered = calls["outcome"] == ANSWERED
    soon = gap_s <= WITHIN_S
    many = int(gave_up.sum())
    if many < FEWEST:
        return None, nobody
    after, usual = float(soon[gave_up].mean()), float(soon[answered].mean()) if answered.any() else 0.0
    probability = max((after - usual) / max(1 - usual, 1e-9), 0.0)
    mean_after_s = math.nan
    if probability > 0:
        # Of the gaps some are of those who would have called anyway: their mean is that after answered calls.
        seen, anyway = float(gap_s[gave_up & soon].mean()), (after - probability) / after
        usual_gap = float(gap_s[answered & soon].mean()) if (answered & soon).any() else seen
        of_redials = (seen - anyway * usual_gap) / (1 - anyway)
        mean_after_s = _mean_of_cut(min(max(of_redials, 1.0), 0.45 * WITHIN_S))
        probability = min(probability / -math.expm1(-WITHIN_S / mean_after_s), 1.0)
    error = math.hypot(
        math.sqrt(after * (1 - after) / many), math.sqrt(usual * (1 - usual) / max(int(answered.sum()), 1))
    )
    share = float(known.mean())
    used = share >= KNOWN and probability > 2 * error and probability < 1
    again = np.zeros(len(rows), bool)
    follows = np.flatnonzero(gave_up & soon) + 1
    again[order[follows]] = True
    return (
        Redials(
            share,
            many,
            after,
            usual,
            probability,
            error,
            mean_after_s,
            used,
        ),
        again if used else nobody,
    )


def _mean_of_cut(seen: float) -> float:
    """The mean of an exponential whose values up to WITHIN_S have this mean (less than half of that)."""
    mean = seen
    for _ in range(500):  # E[X; X ≤ c] = m − c / (e^(c/m) − 1)
        before, mean = mean, seen + WITHIN_S / math.expm1(min(WITHIN_S / mean, 700.0))
        if abs(mean - before) < 1e-9 * mean:
            break
    return mean
