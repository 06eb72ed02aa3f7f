"""Erlang B: n lines and nobody waits; a call that finds all lines busy is lost, however talk is distributed.

Erlang 1917, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges". Loads are in erlangs, shares in 0…1; nothing is checked here.
"""

from __future__ import annotations

import math

from callsim.erlang.hill import log_idle
from callsim.erlang.search import fewest


def log_blocking(lines: int, load: float) -> float:
    """Returns the natural logarithm of Erlang B, finite where the share itself is too small for a float.

    `lines`: 0 or more; `load`: erlangs, 0 or more.
    """
    if load == 0:
        return -math.inf
    return -math.log(load) - log_idle(lines + 1, load)


def blocking(lines: int, load: float) -> float:
    """Returns the share of calls that `lines` lines lose of `load` erlangs: Erlang B."""
    return math.exp(min(log_blocking(lines, load), 0.0))


def lines_for(blocking_at_most: float, load: float) -> int:
    """Returns the fewest lines that lose at most the share `blocking_at_most` of `load` erlangs.

    0 < `blocking_at_most` ≤ 1. Raises UserError where 10 million lines are too few.
    """
    goal = math.log(blocking_at_most)
    carried = math.ceil(load * (1 - blocking_at_most))
    return fewest(lambda lines: log_blocking(lines, load) <= goal, start=carried)


def load_for(lines: int, blocking_share: float) -> float:
    """Returns the load in erlangs of which `lines` lines lose exactly the share `blocking_share`.

    `lines` ≥ 1; 0 < `blocking_share` < 1. Newton on log B over log load, where log B is increasing and
    concave, so from the left it never overshoots: d log B / d log a = n − a(1 − B). It starts from B ≤ a^n /
    n!.
    """
    goal = math.log(blocking_share)
    load = math.exp((goal + math.lgamma(lines + 1)) / lines)
    for _ in range(200):
        reached = log_blocking(lines, load)
        step = (goal - reached) / (lines + load * math.expm1(min(reached, 0.0)))
        load *= math.exp(step)
        if abs(step) < 1e-15:
            break
    return load
