"""Whether times are rounded: to minutes, to five seconds, to whatever somebody typed in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from callsim.history.fit.samples import Weighed

MOST_S = 4 * 3600  # beyond it nothing is looked at
NOISE = 4.5  # standard errors, so that none of the many remainders stands out by chance


@dataclass(frozen=True)
class Heaping:
    """Times that were rounded."""

    found: bool
    to_s: int | None
    """What they are rounded to; None where nothing was found."""
    digits: tuple[float, ...]
    """Share of times whose whole seconds end in 0 … 9."""
    minutes: float
    """Share of times that are whole minutes …"""
    minutes_expected: float
    """… and of what their neighbours make expected."""


def heaping(sample: Weighed) -> Heaping:
    """Whether times are rounded: whole seconds against what the seconds around them make expected."""
    whole = np.floor(sample.values + 1e-9).astype(np.int64)
    most = int(min(whole.max(), MOST_S)) + 1
    counts = np.bincount(np.minimum(whole, most), sample.times, most + 1)[:most]
    from_s = int(whole.min())
    digits, digits_expected = _by_remainder(counts, 10, from_s)
    minutes, minutes_expected = (shares[0] for shares in _by_remainder(counts, 60, from_s))
    many = max(float(counts.sum()), 1.0)
    off, noise = np.abs(digits - digits_expected), np.sqrt(digits_expected / many)
    found = ((off > 0.2 * digits_expected) & (off > NOISE * noise)).any()
    more = minutes - minutes_expected
    found |= minutes > 1.5 * minutes_expected and more > NOISE * math.sqrt(minutes_expected / many)
    return Heaping(
        bool(found),
        _rounded_to(counts) if found else None,
        tuple(digits.tolist()),
        float(minutes),
        float(minutes_expected),
    )


def _by_remainder(counts: np.ndarray, every: int, from_s: int) -> tuple[np.ndarray, np.ndarray]:
    """float64 [remainder] twice: the share of whole seconds with each remainder, and what is expected.

    Expected is the mean over as many seconds around each, in which whatever is rounded is spread evenly. It
    is asked from where these do not reach below the shortest time.
    """
    start = math.ceil((from_s + every / 2) / every) * every
    upto = np.concatenate([[0.0], np.cumsum(counts)])
    edges = np.arange(len(upto), dtype=float)
    middle = np.arange(len(counts)) + 0.5
    smooth = np.interp(middle + every / 2, edges, upto) - np.interp(middle - every / 2, edges, upto)
    shares, expected = (
        np.bincount(np.arange(len(of) - start) % every, of[start:], every)
        if len(of) > start
        else np.zeros(every)
        for of in (counts, smooth)
    )
    return shares / max(shares.sum(), 1e-300), expected / max(expected.sum(), 1e-300)


def _rounded_to(counts: np.ndarray) -> int | None:
    """The largest of the usual steps of which nine values in ten are multiples."""
    total = counts.sum()
    for step in (300, 60, 30, 15, 10, 5, 2):
        if counts[::step].sum() >= 0.9 * total:
            return step
    return 60 if counts[::60].sum() > 2 / 60 * total else 10
