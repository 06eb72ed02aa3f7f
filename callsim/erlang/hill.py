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
from typing import NamedTuple

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
    """Hills on one side of 0, ready to be summed against any function of time; agents ≥ 1, load > 0.

    Many at once: `agents`, `load`, `rate` and `split` are numbers or float64 [hill]. `rate` is 1 on the idle
    side (side −1) and handling time ÷ patience on the queueing side (side +1). No panel reaches across the
    time `split`, so sums up to there and from there are as good as whole ones.
    """

    def __init__(
        self,
        agents: Floats | float,
        load: Floats | float,
        rate: Floats | float,
        side: int,
        split: Floats | float = 0.0,
    ) -> None:
        agents, load, rate, split = np.broadcast_arrays(*np.atleast_1d(agents, load, rate, split))
        slope = load - agents  # of the exponent at t = 0
        near = np.abs(slope) < agents / 2
        log_ratio = np.where(
            near, np.log1p(np.where(near, slope / agents, 0.0)), np.log(load) - np.log(agents)
        )
        inside = log_ratio * side > 0
        top = np.where(inside, log_ratio / rate, 0.0)
        load_at_top = np.where(inside, agents, load)  # erlangs not given up by then
        hills = _Hills(*(one[:, None] for one in (agents, load_at_top, rate)))
        self.height = np.where(inside, agents / rate * bend(-rate * top), 0.0)

        edges = np.concatenate(
            [hills.edges(place[:, None]) for place in (np.zeros_like(top), -top, split - top)], axis=1
        )
        low, high = (-top, math.inf) if side > 0 else (-math.inf, -top)
        edges = np.clip(edges, *(np.reshape(end, (-1, 1)) for end in (low, high)))
        edges = np.sort(np.where(hills.depth(edges) < _LOWEST, edges, math.inf), axis=1)
        panels = (edges[:, 1:] > edges[:, :-1]) & np.isfinite(edges[:, 1:])
        of = np.nonzero(panels)[0]  # int64 [panel]  its hill
        begins, ends = edges[:, :-1][panels][:, None], edges[:, 1:][panels][:, None]
        half = (ends - begins) / 2
        from_top = (begins + ends) / 2 + half * _NODES
        self._starts = np.searchsorted(of, np.arange(len(top))) * len(_NODES)
        self._each = np.bincount(of, minlength=len(top)) * len(_NODES)
        self.t = (top[of][:, None] + from_top).ravel()  # float64 [node] handling times, hill after hill
        depth = _Hills(*(one[of] for one in hills)).depth(from_top)
        self.mass = (half * _WEIGHTS * np.exp(-depth)).ravel()  # float64 [node] ÷ e^height
        self.area = self.sum(self.mass)  # float64 [hill]
        self.log_area = self.height + np.log(self.area)

    def sum(self, values: Floats) -> Floats:
        """Sums of values of nodes: float64 [hill]."""
        return np.asarray(np.add.reduceat(values, self._starts))

    def spread(self, values: Floats | float) -> Floats:
        """A value of each hill at all its nodes: float64 [node]."""
        return np.repeat(np.broadcast_to(values, self._each.shape), self._each)


class _Hills(NamedTuple):
    """Hills about their tops; all float64 [hill, 1]."""

    agents: Floats
    load: Floats  # erlangs not given up by the top
    rate: Floats

    def depth(self, from_top: Floats) -> Floats:
        """Returns the depth of the exponent below the top, at times after the top: float64 [hill, node]."""
        with np.errstate(over="ignore", invalid="ignore"):
            return (self.agents - self.load) * from_top + self.load / self.rate * bend(self.rate * from_top)

    def edges(self, from_top: Floats) -> Floats:
        """Edges of panels around a place, fine where the hill is steep or bent, ever wider away from it."""
        load = self.load * np.exp(-self.rate * from_top)
        width = 1 / (np.abs(load - self.agents) + np.sqrt(load * self.rate) + self.rate)
        return np.concatenate([from_top - width * _STEPS, from_top + width * _STEPS], axis=1)


def log_idle(agents: float, load: float) -> float:
    """The log area of the idle side, which is the same for every patience."""
    return float(Side(agents, load, rate=1.0, side=-1).log_area[0])
