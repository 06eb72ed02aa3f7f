"""Erlang's formulas as smooth curves: the share of calls that fare well, at any load and with any agents.

A formula takes whole agents and costs a millisecond; a search asks thousands of times, also for fractions of
an agent. So a curve keeps a table in the coordinates in which every queue looks alike, the load and the
square-root surplus (agents − load) ÷ √load, and of the normal quantile of the share, which is almost
straight there.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.erlang import erlang_a, erlang_c

FURTHEST = 8.0  # normal quantiles of shares are kept within this of 0
_SURPLUS = np.array(
    [
        *(-8, -6, -4.5, -3.5, -2.75, -2.2, -1.75, -1.4, -1.1, -0.8, -0.55, -0.3, -0.1, 0.0),
        *(0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.15, 1.4, 1.7, 2.0, 2.4, 2.9, 3.5, 4.25, 5.0, 6.0, 8.0),
    ]
)
_RATIO = 1.5  # of one load of the table to the next


class Promise(NamedTuple):
    """What of its calls a queue promises: at least a share answered in time, or not lost."""

    counted: str  # the service-level formula; or `kept`: one minus the abandoned share
    share: float  # 0…1
    within_s: float


class Curve(NamedTuple):
    """The share of calls that fare as promised in steady state. Times are seconds."""

    counted: str
    within_s: float
    aht_s: float
    patience_s: float | None

    def quantile(self, load: np.ndarray, agents: np.ndarray) -> np.ndarray:
        """The normal quantile of the share: float64, of the shape that load and agents broadcast to."""
        load, agents = np.broadcast_arrays(np.maximum(load, 1e-6), agents)
        surplus = np.clip((agents - load) / np.sqrt(load), _SURPLUS[0], _SURPLUS[-1])
        at = np.log(load) / math.log(_RATIO)
        below = np.floor(at).astype(int)
        first, last = int(below.min()), int(below.max()) + 1
        table = np.array([_row(self, number) for number in range(first, last + 1)])
        column = np.clip(np.searchsorted(_SURPLUS, surplus, "right") - 1, 0, len(_SURPLUS) - 2)
        part = (surplus - _SURPLUS[column]) / (_SURPLUS[column + 1] - _SURPLUS[column])
        row = below - first
        left = table[row, column] * (1 - part) + table[row, column + 1] * part
        right = table[row + 1, column] * (1 - part) + table[row + 1, column + 1] * part
        found = left + (right - left) * (at - below)
        return np.asarray(np.where(agents <= 0, -FURTHEST, found))


@lru_cache(maxsize=4096)
def _row(curve: Curve, number: int) -> np.ndarray:
    """One load of the table: float64 [surplus], normal quantiles."""
    load = _RATIO**number
    shares = {}

    def share(agents: int) -> float:
        if agents not in shares:
            shares[agents] = _share(curve, agents, load)
        return shares[agents]

    found = []
    for surplus in _SURPLUS:
        agents = max(load + surplus * math.sqrt(load), 0.0)
        whole = math.floor(agents)
        part = agents - whole
        found.append(share(whole) * (1 - part) + (share(whole + 1) * part if part else 0.0))
    return np.clip(special.ndtri(np.array(found)), -FURTHEST, FURTHEST)


def _share(curve: Curve, agents: int, load: float) -> float:
    if agents == 0:
        return 0.0
    if curve.patience_s is None:
        result = erlang_c(agents, load, curve.aht_s, curve.within_s)
    else:
        result = erlang_a(agents, load, curve.aht_s, curve.patience_s, curve.within_s)
    share = 1 - result.p_abandon if curve.counted == "kept" else result.service_level[curve.counted]
    return min(max(share, 0.0), 1.0) if not math.isnan(share) else 0.0
