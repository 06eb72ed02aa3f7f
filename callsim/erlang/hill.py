"""One integral carries Erlang B, C and A: a log-concave hill over time, idle left of 0, queueing right of it.

With time counted in mean handling times, a load of a erlangs, n agents and b = handling time ÷ patience, let

    hill(t) = exp(a·m(t) − n·t),   m(t) = 1 − e^−t  for t ≤ 0,   m(t) = (1 − e^−bt) ÷ b  for t ≥ 0.

Right of 0 it is, but for a constant, the density of the virtual wait of a caller who would never give up
(Palm 1946; Mandelbaum & Zeltyn 2007, "Service engineering in action: the Palm/Erlang-A queue", §4). Left of 0
its area is 1 ÷ (a·B(n−1, a)), from 1/B(n, a) = a ∫ e^−av (1+v)^n dv over v > 0 (Jagerman 1974) with
1 + v = e^−t. So P(wait) is the right area ÷ the whole.

Nothing here overflows, cancels or slows down as n grows: heights are measured from the hill's top, and
Gauss–Legendre panels that widen geometrically away from the places of interest follow it on all its scales.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_STEPS = np.concatenate(([0.0], 1.6 ** np.arange(100)))  # [step] in widths of the place they start from
_LOWEST = 800.0  # e^−800 is 0 in double precision: nothing lower can be seen in a figure


def bend(z: Floats) -> Floats:
    """z − 1 + e^−z to full relative accuracy, also where z is so small that the terms cancel."""
    with np.errstate(over="ignore", invalid="ignore"):
        flat = np.atleast_1d(z)
        found = flat + np.expm1(-flat)
    tiny = np.abs(flat) < 0.03
    if tiny.any():
        at = flat[tiny]
        near = 1 - at / 9
        for k in range(8, 2, -1):
            near = 1 - at / k * near
        found[tiny] = near * (at * at / 2)
    return found.reshape(z.shape)


class Side:
    """The hill on one side of 0, ready to be summed against any function of time; agents ≥ 1, load > 0.

    `rate` is 1 on the idle side (side −1) and handling time ÷ patience on the queueing side (side +1).
    No panel reaches across the time `split`, so sums up to there and from there are as good as whole ones.
    """

    def __init__(self, agents: float, load: float, rate: float, side: int, split: float = 0.0) -> None:
        slope = load - agents  # of the exponent at t = 0
        self._agents, self._rate = agents, rate
        near = abs(slope) < agents / 2
        top = (math.log1p(slope / agents) if near else math.log(load) - math.log(agents)) / rate
        inside = top * side > 0
        self._top = top if inside else 0.0
        self._load_at_top = agents if inside else load  # erlangs not given up by then
        self.height = agents / rate * float(bend(np.array(-rate * top))) if inside else 0.0

        edges = np.concatenate([self._edges(place - self._top) for place in {self._top, 0.0, split}])
        ends = (-self._top, math.inf) if side > 0 else (-math.inf, -self._top)
        edges = np.unique(np.clip(edges, *ends))
        edges = edges[self._depth(edges) < _LOWEST]
        half = np.diff(edges)[:, None] / 2
        from_top = ((edges[:-1] + edges[1:])[:, None] / 2 + half * _NODES).ravel()
        self.t = self._top + from_top  # float64 [node] handling times
        self.mass = (half * _WEIGHTS).ravel() * np.exp(-self._depth(from_top))  # float64 [node] ÷ e^height
        self.area = float(self.mass.sum())
        self.log_area = self.height + math.log(self.area)

    def _depth(self, from_top: Floats) -> Floats:
        """How far the exponent lies below the top."""
        load, rate = self._load_at_top, self._rate
        with np.errstate(over="ignore"):
            return (self._agents - load) * from_top + load / rate * bend(rate * from_top)

    def _edges(self, from_top: float) -> Floats:
        """Edges of panels around a place, fine where the hill is steep or bent, ever wider away from it."""
        load = self._load_at_top * math.exp(-self._rate * from_top)
        width = 1 / (abs(load - self._agents) + math.sqrt(load * self._rate) + self._rate)
        return np.concatenate([from_top - width * _STEPS, from_top + width * _STEPS])


@lru_cache(maxsize=100_000)
def log_idle(agents: float, load: float) -> float:
    """The log area of the idle side, which is the same for every patience: many curves ask for it again."""
    return Side(agents, load, rate=1.0, side=-1).log_area
