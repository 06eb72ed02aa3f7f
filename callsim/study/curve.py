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

from callsim.erlang import ErlangResult, erlang_a, erlang_c

FURTHEST = 8.0  # normal quantiles of shares are kept within this of 0
_SURPLUS = np.concatenate(
    [np.arange(-40, -4, 0.5), np.arange(-4, 0, 0.2), np.arange(0, 0.4, 0.05), np.arange(0.4, 13, 0.2)]
)
_RATIO = 1.25  # of one load of the table to the next; a half as much would be no sharper from ten erlangs on


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
        column = np.clip(np.searchsorted(_SURPLUS, surplus, "right") - 1, 0, len(_SURPLUS) - 2)
        part = (surplus - _SURPLUS[column]) / (_SURPLUS[column + 1] - _SURPLUS[column])
        left = _cells(self, below, column) * (1 - part) + _cells(self, below, column + 1) * part
        right = _cells(self, below + 1, column) * (1 - part) + _cells(self, below + 1, column + 1) * part
        found = left + (right - left) * (at - below)
        return np.asarray(np.where(agents <= 0, -FURTHEST, found))


def _cells(curve: Curve, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Cells of a curve's table; each is made when it is first asked for."""
    wanted, places = np.unique(row * len(_SURPLUS) + column, return_inverse=True)
    found = [_cell(curve, *divmod(int(place), len(_SURPLUS))) for place in wanted]
    return np.array(found)[places].reshape(row.shape)


@lru_cache(maxsize=200_000)
def _cell(curve: Curve, row: int, column: int) -> float:
    """The normal quantile at one load and surplus; between whole agents the share is straight."""
    load = _RATIO**row
    agents = max(load + float(_SURPLUS[column]) * math.sqrt(load), 0.0)
    whole = math.floor(agents)
    part = agents - whole
    share = _share(curve, whole, load) * (1 - part) + (_share(curve, whole + 1, load) * part if part else 0.0)
    return float(np.clip(special.ndtri(share), -FURTHEST, FURTHEST))


def _share(curve: Curve, agents: int, load: float) -> float:
    if agents == 0:
        return 0.0
    result = _steady(agents, load, curve.aht_s, curve.patience_s, curve.within_s)
    share = 1 - result.p_abandon if curve.counted == "kept" else result.service_level[curve.counted]
    return min(max(share, 0.0), 1.0) if not math.isnan(share) else 0.0


@lru_cache(maxsize=200_000)
def _steady(
    agents: int, load: float, aht_s: float, patience_s: float | None, within_s: float
) -> ErlangResult:
    """A third of a millisecond; both promises of a queue ask for the same."""
    if patience_s is None:
        return erlang_c(agents, load, aht_s, within_s)
    return erlang_a(agents, load, aht_s, patience_s, within_s)
