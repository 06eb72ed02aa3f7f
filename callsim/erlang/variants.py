"""Neighbours of Erlang's formulas: priorities, and the limits of large centres (square-root staffing)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from callsim.erlang.waiting import erlang_c_p_wait


def priority_waits(agents: int, calls_per_hour: Sequence[float], aht_s: float) -> list[float]:
    """Returns the mean wait in seconds of each class of calls, the first class served first.

    `agents`: 1 or more, who finish a call before they take another; `calls_per_hour`: of each class, nobody
    gives up; `aht_s`: mean handling time of all, seconds. Infinite where a class's queue grows without end.
    Source: Cobham 1954, "Priority assignment in waiting line problems".
    """
    loads = [calls * aht_s / 3600 for calls in calls_per_hour]
    left = [
        1 - sum(loads[:k]) / agents for k in range(len(loads) + 1)
    ]  # share of agents the first k classes leave
    p_wait = erlang_c_p_wait(agents, sum(loads))
    return [
        p_wait * aht_s / agents / (before * after) if after > 0 else math.inf
        for before, after in pairwise(left)
    ]


def _hazard(x: float) -> float:
    """Density ÷ upper tail of the standard normal distribution."""
    from scipy.special import erfcx

    return math.sqrt(2 / math.pi) / float(erfcx(x / math.sqrt(2)))


def halfin_whitt_p_wait(beta: float) -> float:
    """Returns the limit of Erlang C's P(wait) with a + β√a agents for a load of a erlangs, a → ∞.

    `beta` > 0. Source: Halfin & Whitt 1981.
    """
    return 1 / (1 + beta / _hazard(-beta))


def halfin_whitt_beta(p_wait: float) -> float:
    """Returns the β at which the share `p_wait` of a large centre's calls wait; 0 < `p_wait` < 1."""
    low, high = 0.0, 40.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if halfin_whitt_p_wait(middle) > p_wait else (low, middle)
    return middle


def garnett_p_wait(beta: float, patience_per_aht: float) -> float:
    """Returns the limit of Erlang A's P(wait) with a + β√a agents for a load of a erlangs, a → ∞.

    `beta`: any number; `patience_per_aht`: mean patience ÷ mean handling time. Source: Garnett, Mandelbaum &
    Reiman 2002, theorem 4.
    """
    root = math.sqrt(patience_per_aht)
    return 1 / (1 + _hazard(beta * root) / (root * _hazard(-beta)))


def garnett_p_abandon(beta: float, patience_per_aht: float) -> float:
    """Returns the limit of √n × Erlang A's P(abandon) under the same conditions; the same theorem.

    `beta`, `patience_per_aht`: as for `garnett_p_wait`.
    """
    root = math.sqrt(patience_per_aht)
    return (_hazard(beta * root) - beta * root) / root * garnett_p_wait(beta, patience_per_aht)
