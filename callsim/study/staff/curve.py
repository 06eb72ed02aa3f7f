"""Erlang's formulas as smooth curves: the share of calls that fare well, at any load and with any agents.

A formula is for whole agents and takes a millisecond; a search needs thousands of values, also for fractions
of an agent. So a curve keeps tables, in which it interpolates. For large queues the table is by load and
square-root surplus, (agents − load) ÷ √load: all large queues look alike by these. In small queues each agent
makes a step of another size, so their table is by load and number of agents. Where a large queue has far too
few agents, the table is by load and agents ÷ load. All tables hold the normal quantile of the share, which is
almost straight between their cells. Tables have no ends: a cell is made when it is first needed.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from callsim.erlang import fared
from callsim.results.measures import SERVICE_LEVEL

NO_DOUBT = 0.999_999  # the largest share that a promise is taken for: beyond it nobody may wait at all
FURTHEST = 8.0  # normal quantiles of shares are kept within this of 0
SMALL = 12.0  # a load below which agents are counted one by one
ASA = "asa"  # of promises: one minus the mean wait of answered calls …
WORST = 10.0  # … ÷ so many times the wait that is promised, so that a tenth may be lost
_RATIO = 1.25  # of one load of the table to the next; a half as much would be no sharper from ten erlangs on
_FINE_RATIO = 1.12  # … where agents are counted
_STEP, _NEAR_STEP, _MIDDLE_STEP = 0.2, 0.05, 0.5  # of the surplus, by where it lies
_WIDE = 1 << 32  # columns of a table
_AT_ONCE = 200  # cells are made: what they take stays in the second cache
_LEAST = 1e-9  # erlangs: nobody waits at one agent


class Promise(NamedTuple):
    """What of its calls a queue promises: at least a share answered in time, or not lost.

    A mean wait is a share, too: each second that an answered call waits loses a part of it (`ASA`).
    """

    counted: str  # the service-level formula; `kept`: one minus the abandoned share; or `ASA`
    share: float  # 0…1
    within_s: float  # of `ASA` the mean wait that is promised

    @property
    def quantile(self) -> float:
        """The normal quantile of the promised share."""
        return float(special.ndtri(min(self.share, NO_DOUBT)))

    def asa_s(self, share: float) -> float:
        """The mean wait in seconds that a share of `ASA` stands for."""
        return (1 - share) * WORST * self.within_s

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
    short_s: float = 0.0  # who gives up before has not abandoned

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
    """Interpolates in the table of small queues: shares between whole agents, quantiles between loads."""
    whole = np.floor(agents).astype(np.int64)
    part = agents - whole
    at = np.log(load) / math.log(_FINE_RATIO)
    row = np.floor(at).astype(np.int64)

    def of(agents: np.ndarray) -> np.ndarray:
        left, right = _cells(curve, _FINE_RATIO, np.stack([row, row + 1]), np.stack([agents, agents]))
        return np.asarray(left + (right - left) * (at - row))

    found = of(whole)
    between = part > 0
    if between.any():
        share = special.ndtr(found) * (1 - part) + special.ndtr(of(whole + between)) * part
        found = np.where(between, np.clip(special.ndtri(share), -FURTHEST, FURTHEST), found)
    return np.asarray(found)


def _by_surplus(curve: Curve, load: np.ndarray, agents: np.ndarray) -> np.ndarray:
    """Interpolates between four cells of the table by surplus."""
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
    """Interpolates between a column and the next, and between the loads above and below.

    `part`: 0…1, how far.
    """
    at = np.log(load) / math.log(_RATIO)
    row = np.floor(at).astype(np.int64)

    four = _cells(curve, _RATIO, np.stack([row, row, row + 1, row + 1]), np.stack([column, column + 1] * 2))
    left, right = (four[k] * (1 - part) + four[k + 1] * part for k in (0, 2))
    return np.asarray(left + (right - left) * (at - row))


_FEW = 0.25  # agents ÷ load, below which the table is by agents ÷ load
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
    return _known(curve._replace(counted=""), ratio).at(curve.counted, row, column)


@lru_cache(maxsize=1000)
def _known(calls: Curve, ratio: float) -> _Cells:
    """The cells that were made, of all promises for the same calls."""
    return _Cells(calls, ratio)


class _Cells:
    """Normal quantiles by load and by agents or surplus, of all formulas at once."""

    def __init__(self, calls: Curve, ratio: float) -> None:
        self.calls, self.ratio = calls, ratio
        # One cell beyond all others, so that a search always ends at one.
        self.places = np.array([np.iinfo(np.int64).max])  # int64 [cell]  row and column in one number, rising
        self.quantiles: dict[str, np.ndarray] = {}  # by formula, float64 [cell]

    def at(self, counted: str, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Cells by row and column; those that are asked for the first time are made."""
        wanted = row * _WIDE + column + _WIDE // 2
        found = np.searchsorted(self.places, wanted)
        new = np.unique(wanted[self.places[found] != wanted])
        if len(new):
            among = np.searchsorted(self.places, new)
            for formula, made in self._made(new // _WIDE, new % _WIDE - _WIDE // 2).items():
                known = self.quantiles.get(formula, np.array([math.nan]))
                self.quantiles[formula] = np.insert(known, among, made)
            self.places = np.insert(self.places, among, new)
            found = np.searchsorted(self.places, wanted)
        return np.asarray(self.quantiles[counted][found])

    def _made(self, row: np.ndarray, column: np.ndarray) -> dict[str, np.ndarray]:
        load = self.ratio ** row.astype(float)
        if self.ratio == _FINE_RATIO:
            shares = self._shares(column, load)
        else:  # between whole agents the share is straight
            few = load * _SHARE_RATIO ** np.where(column < -_SHARES // 2, column + _SHARES, 0).astype(float)
            beside = np.maximum(load + _surplus_of(column) * np.sqrt(load), 0.0)
            agents = np.where(column < -_SHARES // 2, few, beside)
            whole = np.floor(agents)
            part, more = agents - whole, self._shares(whole + 1, load)
            shares = {
                formula: share * (1 - part) + more[formula] * part
                for formula, share in self._shares(whole, load).items()
            }
        return {
            formula: np.clip(special.ndtri(share), -FURTHEST, FURTHEST) for formula, share in shares.items()
        }

    def _shares(self, agents: np.ndarray, load: np.ndarray) -> dict[str, np.ndarray]:
        """The share of calls that fare well, by formula: none without agents."""
        found = {formula: np.zeros(len(load)) for formula in (*SERVICE_LEVEL, "kept", ASA)}
        for begin in range(0, len(load), _AT_ONCE):
            some = np.flatnonzero(agents[begin : begin + _AT_ONCE] > 0) + begin
            if len(some):
                _, within_s, aht_s, patience_s, short_s = self.calls
                calls = fared(agents[some].astype(float), load[some], aht_s, patience_s, within_s, short_s)
                waits = 1 - calls.asa_s / (WORST * max(within_s, 1e-9))
                others = {"kept": 1 - calls.abandoned, ASA: waits}
                for formula, share in (calls.service_level | others).items():
                    found[formula][some] = np.clip(np.nan_to_num(share), 0.0, 1.0)
        return found
