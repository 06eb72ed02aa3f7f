"""The cheapest whole numbers of people on tours, as rows of limits: solved in pieces where nothing ties them.

Groups of people share promises or seats, or they do not. Those that share no promise are solved apart, side
by side: fifteen small programmes are proven good in seconds where one large one is not in minutes. Seats tie
groups only where they are too few: whose people would not find a seat are then solved again together. The
sum of the bounds is a bound of the whole, for a limit that is left out makes nothing dearer.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint, OptimizeResult

GAP = 0.002  # of cost to the best possible, at which the search ends; small pieces may be further off
MISSING = 10.0  # times the dearest tour: the price of one agent missing at one moment …
STEPS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1.0)  # … while no larger part of it is
PRICES = (1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 30, 50)  # … and how many times as much beyond each
OVER = 1e-6  # people above a limit that are none
LEAST_S = 1.0  # seconds that every piece gets


class Row(NamedTuple):
    """Σ value × places on the tours, against a limit."""

    tours: np.ndarray  # int64 [n]
    values: np.ndarray  # float64 [n]
    limit: float
    day: int
    moment: int
    where: str


class Solved(NamedTuple):
    """Whole numbers of places, and how good they are."""

    places: np.ndarray  # float64 [tour]
    bound: float  # cost, below which there is no solution
    apart: float  # cost before shared limits tied anything


def cheapest(
    cost: np.ndarray, least: Sequence[Row], own: Sequence[Row], shared: Sequence[Row], limit_s: float
) -> Solved | None:
    """At least the limits of `least`, at most those of `own` and `shared`; None if there is no solution.

    `shared` ties what it limits only where it is broken. `limit_s`: seconds, each time anything is tied.
    """
    known: dict[tuple[bytes, int], tuple[np.ndarray, float]] = {}  # by the tours of a piece and its limits
    tied: list[Row] = []
    apart = None
    while True:
        pieces = _pieces(len(cost), least, [*own, *tied])
        new = [piece for piece in pieces if piece.key not in known]
        solved = _side_by_side(cost, new, limit_s)
        if solved is None:
            return None
        known |= {piece.key: one for piece, one in zip(new, solved, strict=True)}
        places, bound = np.zeros(len(cost)), 0.0
        for piece in pieces:
            places[piece.tours], lower = known[piece.key]
            bound += lower
        apart = float(cost @ places) if apart is None else apart
        broken = [row for row in shared if row.values @ places[row.tours] > row.limit + OVER]
        if not broken:
            return Solved(places, bound, apart)
        where = {row.where for row in broken}
        tied += [row for row in shared if row.where in where]


class _Piece(NamedTuple):
    tours: np.ndarray  # int64 [n]
    least: list[Row]
    most: list[Row]

    @property
    def key(self) -> tuple[bytes, int]:
        return self.tours.tobytes(), len(self.most)


def _pieces(tours: int, least: Sequence[Row], most: Sequence[Row]) -> list[_Piece]:
    """Tours that no row ties to others; those that nothing asks for are in none."""
    rows = [*least, *most]
    touched = matrix(rows, tours)
    of_row, of_tour = touched.nonzero()
    ends = len(rows) + tours
    ties = sparse.csr_array((np.ones(len(of_row)), (of_row, len(rows) + of_tour)), shape=(ends, ends))
    _, label = sparse.csgraph.connected_components(ties, directed=False)
    found = []
    for piece in np.unique(label[: len(least)]):
        mine = label[: len(rows)] == piece
        found.append(
            _Piece(
                np.flatnonzero(label[len(rows) :] == piece),
                [row for row, is_ in zip(least, mine[: len(least)], strict=True) if is_],
                [row for row, is_ in zip(most, mine[len(least) :], strict=True) if is_],
            )
        )
    return found


def _side_by_side(
    cost: np.ndarray, pieces: list[_Piece], limit_s: float
) -> list[tuple[np.ndarray, float]] | None:
    """Places and bound of every piece; None if one of them has no solution."""
    if not pieces:
        return []
    if any(not len(piece.tours) for piece in pieces):
        return None  # nobody can be there
    ends, lock, left = time.monotonic() + limit_s, threading.Lock(), len(pieces)
    workers = min(len(pieces), os.cpu_count() or 1)
    relaxed = [solve(cost, piece.least, piece.most, limit_s, piece.tours, whole=False) for piece in pieces]
    if any(one.x is None for one in relaxed):
        return None
    fair = sum(one.fun for one in relaxed) / len(pieces)

    def settle(k: int) -> OptimizeResult:
        nonlocal left
        with lock:
            mine = max((ends - time.monotonic()) * workers / left, LEAST_S)
            left -= 1
        gap = GAP * max(1.0, fair / max(relaxed[k].fun, OVER))
        piece = pieces[k]
        return solve(cost, piece.least, piece.most, mine, piece.tours, gap=gap)

    # The smallest first: what they leave of their time is the largest ones'.
    order = sorted(range(len(pieces)), key=lambda k: float(relaxed[k].fun))
    with ThreadPoolExecutor(workers) as pool:
        found = dict(zip(order, pool.map(settle, order), strict=True))
    if any(one.x is None for one in found.values()):
        return None
    return [
        (np.round(found[k].x), max(float(found[k].mip_dual_bound), float(relaxed[k].fun)))
        for k in range(len(pieces))
    ]


def solve(
    cost: np.ndarray,
    least: Sequence[Row],
    most: Sequence[Row],
    limit_s: float,
    tours: np.ndarray | None = None,
    whole: bool = True,
    gap: float = GAP,
) -> OptimizeResult:
    """One programme, of some tours only if given."""
    tours = np.arange(len(cost)) if tours is None else tours
    return _solved(cost[tours], _limits(least, most, len(cost), tours), len(tours), limit_s, whole, gap)


def prices(cost: np.ndarray, least: Sequence[Row], most: Sequence[Row]) -> np.ndarray:
    """What one less of each limit of `least` would save, in fractions of people: float64 [row], of cost.

    0 of all where there is no solution.
    """
    from scipy.optimize import linprog

    rows = [*least, *most]
    sign = np.where(np.arange(len(rows)) < len(least), -1.0, 1.0)
    limits = np.array([row.limit for row in rows])
    below = sparse.diags_array(sign) @ matrix(rows, len(cost))
    solved = linprog(cost, A_ub=below, b_ub=sign * limits, method="highs")
    if solved.x is None:
        return np.zeros(len(least))
    return np.asarray(np.maximum(-solved.ineqlin.marginals[: len(least)], 0.0))


def spread_thin(
    cost: np.ndarray, least: Sequence[Row], most: Sequence[Row], limit_s: float, whole: bool = True
) -> np.ndarray:
    """Where `least` cannot be kept: as little missing as can be, and rather a little of many rows than all of
    one. float64 [tour].

    What is missing of a row costs the more the larger a part of it that is: convex, in steps.
    """
    from scipy.optimize import LinearConstraint

    steps, rows = np.diff([0.0, *STEPS]), len(least)
    limits = np.array([row.limit for row in least])
    slack = sparse.hstack([sparse.csr_array(sparse.eye_array(rows))] * len(steps))
    enough = sparse.hstack([matrix(least, len(cost)), slack])
    constraints = [LinearConstraint(enough, limits, np.inf)]
    if most:
        none = sparse.csr_array((len(most), slack.shape[1]))
        taken = sparse.hstack([matrix(most, len(cost)), none])
        constraints.append(LinearConstraint(taken, -np.inf, np.array([row.limit for row in most])))
    price = MISSING * cost.max() * np.repeat(np.array(PRICES, float), rows)
    room = np.concatenate([np.full(len(cost), np.inf), np.outer(steps, limits).ravel()])
    found = _solved(np.concatenate([cost, price]), constraints, len(cost), limit_s, whole, GAP, room)
    if found.x is None and whole:  # no time for whole numbers: fractions, rounded down, are still a roster
        return np.asarray(np.floor(spread_thin(cost, least, most, max(limit_s, LEAST_S), whole=False) + OVER))
    assert found.x is not None, found.message
    return np.asarray(found.x[: len(cost)])


def _limits(
    least: Sequence[Row], most: Sequence[Row], columns: int, tours: np.ndarray
) -> list[LinearConstraint]:
    from scipy.optimize import LinearConstraint

    found = []
    for rows, low in ((least, True), (most, False)):
        if rows:
            limit = np.array([row.limit for row in rows])
            bounds = (limit, np.inf) if low else (-np.inf, limit)
            found.append(LinearConstraint(matrix(rows, columns)[:, tours], *bounds))
    return found


def _solved(
    price: np.ndarray,
    constraints: list[LinearConstraint],
    people: int,
    limit_s: float,
    whole: bool,
    gap: float,
    room: np.ndarray | None = None,
) -> OptimizeResult:
    """The cheapest columns, of which the first are people, in whole numbers if asked for."""
    from scipy.optimize import Bounds, milp

    return milp(
        price,
        integrality=np.where(np.arange(len(price)) < people, int(whole), 0),
        bounds=Bounds(0, np.inf if room is None else room),
        constraints=constraints,
        options={"time_limit": limit_s, "mip_rel_gap": gap},
    )


def strictest(rows: Sequence[Row]) -> list[Row]:
    """Of rows with the same people on duty only the one that asks for most."""
    found: dict[tuple[bytes, bytes], Row] = {}
    for row in rows:
        key = (row.tours.tobytes(), row.values.tobytes())
        if key not in found or found[key].limit < row.limit:
            found[key] = row
    return list(found.values())


def matrix(rows: Sequence[Row], columns: int) -> sparse.csr_array:
    """The values of rows: float64 [row, tour]."""
    data = np.concatenate([row.values for row in rows])
    column = np.concatenate([row.tours for row in rows])
    index = np.repeat(np.arange(len(rows)), [len(row.tours) for row in rows])
    found = sparse.csr_array((data, (index, column)), shape=(len(rows), columns))
    found.eliminate_zeros()
    return found
