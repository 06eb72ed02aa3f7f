"""Erlang's formulas as smooth curves: the share of calls that fare well, at any load and with any agents.

A formula takes whole agents and costs a millisecond; a search asks thousands of times, also for fractions of
an agent. So a curve keeps tables. A large queue has one in the coordinates in which every such queue looks
alike, the load and the square-root surplus (agents − load) ÷ √load. A small queue moves from one whole agent
to the next in steps of its own, so its table has the load and the number of agents. Where agents are far too
few for a large queue the share follows from agents ÷ load. All hold the normal quantile of the share, which
is almost straight there. None ends anywhere: a cell is made when it is asked for.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.erlang import ErlangResult, erlang_a, erlang_c

NO_DOUBT = 0.999_999  # a promise beyond this is one that nobody waits at all
FURTHEST = 8.0  # normal quantiles of shares are kept within this of 0
SMALL = 12.0  # a load below which agents are counted one by one
_RATIO = 1.25  # of one load of the table to the next; a half as much would be no sharper from ten erlangs on
_FINE_RATIO = 1.12  # … where agents are counted
_STEP, _NEAR_STEP, _MIDDLE_STEP = 0.2, 0.05, 0.5  # of the surplus, by where it lies
_LEAST = 1e-9  # erlangs: nobody waits at one agent


class Promise(NamedTuple):
    """What of its calls a queue promises: at least a share answered in time, or not lost."""

    counted: str  # the service-level formula; or `kept`: one minus the abandoned share
    share: float  # 0…1
    within_s: float

    @property
    def quantile(self) -> float:
        """The normal quantile of the promised share."""
        return float(special.ndtri(min(self.share, NO_DOUBT)))

    @property
    def lost(self) -> float:
        """The share that may fare badly; more than 0, so that parts of it have a size."""
        return max(1 - self.share, 1 - NO_DOUBT)


class Curve(NamedTuple):
    """The share of calls that fare as promised in steady state. Times are seconds."""

    counted: str
    within_s: float
    aht_s: float
    patience_s: float | None

    def quantile(self, load: np.ndarray, agents: np.ndarray) -> np.ndarray:
        """The normal quantile of the share: float64, of the shape that load and agents broadcast to."""
        load, agents = np.broadcast_arrays(np.maximum(load, _LEAST), np.maximum(agents, 0.0))
        small = load < SMALL
        if small.all():
            return _counted(self, load, agents)
        if not small.any():
            return _by_surplus(self, load, agents)
        found = np.empty(load.shape)
        found[small] = _counted(self, load[small], agents[small])
        found[~small] = _by_surplus(self, load[~small], agents[~small])
        return found


def _counted(curve: Curve, load: np.ndarray, agents: np.ndarray) -> np.ndarray:
    """Between whole agents the share is straight; between loads its quantile is."""
    whole = np.floor(agents).astype(np.int64)
    part = agents - whole
    at = np.log(load) / math.log(_FINE_RATIO)
    row = np.floor(at).astype(np.int64)

    def of(agents: np.ndarray) -> np.ndarray:
        left, right = (_cells(curve, _FINE_RATIO, row + k, agents) for k in (0, 1))
        return np.asarray(left + (right - left) * (at - row))

    found = of(whole)
    between = part > 0
    if between.any():
        share = special.ndtr(found) * (1 - part) + special.ndtr(of(whole + between)) * part
        found = np.where(between, np.clip(special.ndtri(share), -FURTHEST, FURTHEST), found)
    return np.asarray(found)


def _by_surplus(curve: Curve, load: np.ndarray, agents: np.ndarray) -> np.ndarray:
    """Straight between four cells of the table."""
    surplus = (agents - load) / np.sqrt(load)
    column = _column_of(surplus)
    begins, ends = _surplus_of(column), _surplus_of(column + 1)
    found = _between(curve, load, column, (surplus - begins) / (ends - begins))
    few = agents < _FEW * load
    if few.any():
        at = np.log(np.maximum(agents[few], 1e-9) / load[few]) / math.log(_SHARE_RATIO)
        column = np.floor(at).astype(np.int64)
        found[few] = _between(curve, load[few], column - _SHARES, at - column)
    return np.asarray(np.where(agents <= 0, -FURTHEST, found))


def _between(curve: Curve, load: np.ndarray, column: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Between a column and the next, of loads above and below. `part`: 0…1, how far."""
    at = np.log(load) / math.log(_RATIO)
    row = np.floor(at).astype(np.int64)

    def of(row: np.ndarray) -> np.ndarray:
        left, right = (_cells(curve, _RATIO, row, column + k) for k in (0, 1))
        return np.asarray(left * (1 - part) + right * part)

    left, right = of(row), of(row + 1)
    return np.asarray(left + (right - left) * (at - row))


_FEW = 0.25  # agents ÷ load, below which it tells more than the surplus
_SHARE_RATIO = 1.03  # of one agents ÷ load to the next, in columns far to the left of all surpluses
_SHARES = 1 << 24
# Columns of surpluses: 0 is at 0; coarse far below, fine just above, without an end on the right.
_FINE_TO, _COARSE_FROM = 8, -20


def _surplus_of(column: np.ndarray) -> np.ndarray:
    return np.where(
        column > _FINE_TO,
        _FINE_TO * _NEAR_STEP + (column - _FINE_TO) * _STEP,
        np.where(
            column >= 0,
            column * _NEAR_STEP,
            np.where(
                column >= _COARSE_FROM,
                column * _STEP,
                _COARSE_FROM * _STEP + (column - _COARSE_FROM) * _MIDDLE_STEP,
            ),
        ),
    )


def _column_of(surplus: np.ndarray) -> np.ndarray:
    """The column at or below a surplus: int64."""
    fine, coarse = _FINE_TO * _NEAR_STEP, _COARSE_FROM * _STEP
    found = np.where(
        surplus >= fine,
        _FINE_TO + np.floor((surplus - fine) / _STEP),
        np.where(
            surplus >= 0,
            np.floor(surplus / _NEAR_STEP),
            np.where(
                surplus >= coarse,
                np.floor(surplus / _STEP),
                _COARSE_FROM + np.floor((surplus - coarse) / _MIDDLE_STEP),
            ),
        ),
    )
    return np.asarray(found.astype(np.int64))


def _cells(curve: Curve, ratio: float, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Cells of a curve's table; each is made when it is first asked for."""
    wide = 1 << 32
    unique, places = np.unique(row * wide + column + wide // 2, return_inverse=True)
    known, wanted = _known(curve, ratio), unique.tolist()
    for place in wanted:
        if place not in known:
            known[place] = _cell(curve, ratio, place // wide, place % wide - wide // 2)
    return np.array([known[place] for place in wanted])[places].reshape(row.shape)


@lru_cache(maxsize=1000)
def _known(curve: Curve, ratio: float) -> dict[int, float]:
    """The cells of a curve that were made, by row and column in one number."""
    return {}


def _cell(curve: Curve, ratio: float, row: int, column: int) -> float:
    """The normal quantile at one load, with so many agents or at one surplus."""
    load = ratio**row
    if ratio == _FINE_RATIO:
        share = _share(curve, column, load)
    else:  # between whole agents the share is straight
        if column < -_SHARES // 2:
            agents = load * _SHARE_RATIO ** (column + _SHARES)
        else:
            agents = max(load + float(_surplus_of(np.array(column))) * math.sqrt(load), 0.0)
        whole = math.floor(agents)
        part = agents - whole
        share = _share(curve, whole, load) * (1 - part)
        share += _share(curve, whole + 1, load) * part if part else 0.0
    return float(np.clip(special.ndtri(share), -FURTHEST, FURTHEST))


def _share(curve: Curve, agents: int, load: float) -> float:
    if agents == 0:
        return 0.0
    result = _steady(agents, load, curve.aht_s, curve.patience_s, curve.within_s)
    share = 1 - result.p_abandon if curve.counted == "kept" else result.service_level[curve.counted]
    return min(max(share, 0.0), 1.0) if not math.isnan(share) else 0.0


@lru_cache(maxsize=400_000)
def _steady(
    agents: int, load: float, aht_s: float, patience_s: float | None, within_s: float
) -> ErlangResult:
    """A third of a millisecond; both promises of a queue ask for the same."""
    if patience_s is None:
        return erlang_c(agents, load, aht_s, within_s)
    return erlang_a(agents, load, aht_s, patience_s, within_s)
