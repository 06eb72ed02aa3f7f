"""What must hold in each interval, as straight lines, and the cheapest agents for which it does.

A cut says: so many agents of this group and so many of that count for the promise, together at least so many.
Cezik & L'Ecuyer (2008, Management Science 54, 310-323) make such cuts from simulated slopes of the service
level. Here they are laid in the units of agents, where a promise is nearly straight: by the normal quantile of
the share of good calls. A flexible agent counts for each promise only as far as simulation shows.
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


def cheapest(cuts: Cuts, cost: np.ndarray, low: np.ndarray, high: np.ndarray, whole: bool) -> np.ndarray:
    """The cheapest agents within bounds: float64 [interval, group], whole numbers if asked for.

    `cost`: float64 [group]; `low`, `high`: float64 [interval, group]. Where the bounds do not allow a cut, as
    little as possible is missing.
    """
    single = (np.count_nonzero(cuts.weight, axis=2) <= 1).all()
    found = _alone(cuts) if single else _together(cuts, cost, low, high, whole)
    found = np.clip(found, low, high)
    return np.asarray(np.ceil(found - WHOLE) if whole else found)


def _alone(cuts: Cuts) -> np.ndarray:
    """Where no promise depends on two groups each group follows from its own rows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(cuts.weight > 0, cuts.least[:, :, None] / cuts.weight, 0.0)
    return np.asarray(np.maximum(each.max(axis=1), 0.0))


def _together(cuts: Cuts, cost: np.ndarray, low: np.ndarray, high: np.ndarray, whole: bool) -> np.ndarray:
    from scipy.optimize import Bounds, LinearConstraint, milp

    intervals, rows, groups = cuts.weight.shape
    found = np.zeros((intervals, groups))
    price = np.concatenate([cost, np.full(rows, SHORT)])
    integrality = np.concatenate([np.full(groups, int(whole)), np.zeros(rows)])
    for k in range(intervals):
        if (cuts.least[k] <= 0).all():
            continue
        bottom = np.ceil(low[k] - WHOLE) if whole else low[k]
        top = np.floor(high[k] + WHOLE) if whole else high[k]
        solved = milp(
            price,
            integrality=integrality,
            bounds=Bounds(
                np.concatenate([bottom, np.zeros(rows)]),
                np.concatenate([np.maximum(top, bottom), np.full(rows, np.inf)]),
            ),
            constraints=LinearConstraint(np.hstack([cuts.weight[k], np.eye(rows)]), cuts.least[k], np.inf),
        )
        assert solved.x is not None, solved.message
        found[k] = solved.x[:groups]
    return found
