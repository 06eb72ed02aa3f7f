"""Neighbours of Erlang's formulas: priorities, and the limits of large centres (square-root staffing)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from callsim.erlang.waiting import erlang_c_p_wait


def priority_waits(agents: int, calls_per_hour: Sequence[float], aht_s: float) -> list[float]:
    """Mean waits in seconds of classes of calls, the first one first; all talk alike, nobody is interrupted.

    Cobham 1954, "Priority assignment in waiting line problems"; inf where a class's queue grows without end.
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
    """Limit of Erlang C's P(wait) with a + β√a agents, β > 0: Halfin & Whitt 1981."""
    return 1 / (1 + beta / _hazard(-beta))


def halfin_whitt_beta(p_wait: float) -> float:
    """The β at which a large centre makes this share of calls wait; 0 < p_wait < 1."""
    low, high = 0.0, 40.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if halfin_whitt_p_wait(middle) > p_wait else (low, middle)
    return middle


def garnett_p_wait(beta: float, patience_per_aht: float) -> float:
    """Limit of Erlang A's P(wait) with a + β√a agents: Garnett, Mandelbaum & Reiman 2002, theorem 4."""
    root = math.sqrt(patience_per_aht)
    return 1 / (1 + _hazard(beta * root) / (root * _hazard(-beta)))


def garnett_p_abandon(beta: float, patience_per_aht: float) -> float:
    """Limit of √n × Erlang A's P(abandon): the same theorem."""
    root = math.sqrt(patience_per_aht)
    return (_hazard(beta * root) - beta * root) / root * garnett_p_wait(beta, patience_per_aht)
