"""Promises as linear inequalities for the agents of each interval, and the cheapest agents that satisfy them.

A cut says: the agents of the groups, each group times its weight, add up to at least the number that the
promise needs. Cezik & L'Ecuyer (2008, Management Science 54, 310-323) make such cuts from simulated slopes of
the service level. Here they are laid in the units of agents, where a promise is nearly straight: by the
normal quantile of the share of good calls. A flexible agent counts for each promise only as far as simulation
shows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SHORT = 1e4  # the price of one agent missing, where a promise cannot be kept
WHOLE = 1e-6  # a requirement of 12 and less than this is 12


class Cuts(NamedTuple):
    """Σ weight × agents ≥ least, for each row and interval."""

    weight: np.ndarray  # float64 [interval, row, group]
    least: np.ndarray  # float64 [interval, row]


class Bounds(NamedTuple):
    """Where to look; float64 [interval, group], agents."""

    low: np.ndarray
    high: np.ndarray
    usual: np.ndarray  # the usual mix of groups
    off: float  # the price of one agent off that mix: among plans of about the same cost the steadiest wins


def cheapest(cuts: Cuts, cost: np.ndarray, bounds: Bounds, whole: bool) -> np.ndarray:
    """The cheapest agents within bounds: float64 [interval, group], whole numbers if asked for.

    `cost`: float64 [group]. Where the bounds do not allow a cut, as little as possible is missing.
    """
    if (np.count_nonzero(cuts.weight, axis=2) <= 1).all():
        found = np.clip(_alone(cuts), bounds.low, bounds.high)
        return np.asarray(np.ceil(found - WHOLE) if whole else found)
    return _together(cuts, cost, bounds, whole)


def _alone(cuts: Cuts) -> np.ndarray:
    """Solves the case in which every promise depends on one group only: each group needs the most of its
    rows.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(cuts.weight > 0, cuts.least[:, :, None] / cuts.weight, 0.0)
    return np.asarray(np.maximum(each.max(axis=1), 0.0))


def _together(cuts: Cuts, cost: np.ndarray, bounds: Bounds, whole: bool) -> np.ndarray:
    """One small programme an interval: agents of each group, what is missing, and how far off the mix."""
    from scipy import optimize

    intervals, rows, groups = cuts.weight.shape
    found = np.zeros((intervals, groups))
    price = np.concatenate([cost, np.full(rows, SHORT), np.full(groups, bounds.off)])
    integrality = np.concatenate([np.full(groups, int(whole)), np.zeros(rows + groups)])
    one, none = np.eye(groups), np.zeros((groups, rows))
    for k in range(intervals):
        if (cuts.least[k] <= 0).all():
            continue
        bottom = np.ceil(bounds.low[k] - WHOLE) if whole else bounds.low[k]
        top = np.maximum(np.floor(bounds.high[k] + WHOLE) if whole else bounds.high[k], bottom)
        enough = np.hstack([cuts.weight[k], np.eye(rows), np.zeros((rows, groups))])
        above, below = np.hstack([-one, none, one]), np.hstack([one, none, one])
        usual = bounds.usual[k]
        solved = optimize.milp(
            price,
            integrality=integrality,
            bounds=optimize.Bounds(
                np.concatenate([bottom, np.zeros(rows + groups)]),
                np.concatenate([top, np.full(rows + groups, np.inf)]),
            ),
            constraints=optimize.LinearConstraint(
                np.vstack([enough, above, below]), np.concatenate([cuts.least[k], -usual, usual]), np.inf
            ),
        )
        assert solved.x is not None, solved.message
        found[k] = solved.x[:groups]
    return np.round(found) if whole else found
