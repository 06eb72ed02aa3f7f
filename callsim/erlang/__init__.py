"""Erlang B, C and A for one queue, forwards and inverse, to 1e-9 from one agent to ten million.

    evaluate(14, calls_per_hour=200, aht_s=180, patience_s=300).service_level["offered"]   # 0.9168
    fewest_agents(0.8, calls_per_hour=200, aht_s=180, within_s=20)                         # 14
    fewest_lines(0.01, calls_per_hour=200, aht_s=180)                                      # 18

All times are seconds, all shares lie in 0…1; a mistake raises `UserError`. The formulas
beneath take the load in erlangs (calls per hour × handling time ÷ one hour) and check nothing.
"""

from __future__ import annotations

import math

from callsim.erlang.lost import blocking, lines_for, load_for, log_blocking
from callsim.erlang.result import ErlangResult
from callsim.erlang.room import waiting_room
from callsim.erlang.search import MOST, fewest
from callsim.erlang.variants import (
    garnett_p_abandon,
    garnett_p_wait,
    halfin_whitt_beta,
    halfin_whitt_p_wait,
    priority_waits,
)
from callsim.erlang.waiting import (
    erlang_a,
    erlang_a_wait_quantile,
    erlang_c,
    erlang_c_p_wait,
    erlang_c_wait_quantile,
    fared,
)
from callsim.errors import UserError
from callsim.sentences import say

__all__ = [
    "ErlangResult",
    "blocking",
    "erlang_a",
    "erlang_c",
    "erlang_c_p_wait",
    "evaluate",
    "fared",
    "fewest_agents",
    "fewest_lines",
    "garnett_p_abandon",
    "garnett_p_wait",
    "halfin_whitt_beta",
    "halfin_whitt_p_wait",
    "lines_for",
    "load_for",
    "log_blocking",
    "most_calls_per_hour",
    "priority_waits",
    "wait_quantile",
    "waiting_room",
]


def evaluate(
    agents: int | None,
    calls_per_hour: float,
    aht_s: float,
    patience_s: float | None = None,
    within_s: float = 20.0,
    lines: int | None = None,
    short_s: float = 0.0,
) -> ErlangResult:
    """Evaluate one queue in steady state: Erlang A with patience, C without, B with `lines` and no agents.

    Args:
        agents: 0 or more; None with `lines` alone.
        calls_per_hour: offered, 0 or more.
        aht_s: mean handling time in seconds, above 0.
        patience_s: mean patience in seconds, exponential; None: nobody gives up.
        within_s: the wait in seconds of the service level.
        lines: calls that wait or talk at once; a call that finds no line is blocked. None: no limit.
        short_s: who gives up before this wait in seconds has not abandoned, and is in no service level, no
            `abandoned_share` and no mean wait. Not with `lines`.

    Returns the figures: seconds, and shares of all offered calls. Where agents cannot carry the load and
    nobody gives up, waits are infinite and `note` says so. Raises UserError for numbers that make no sense.
    """
    load = _load(calls_per_hour, aht_s)
    _check_patience(patience_s)
    _at_least_zero("within", within_s)
    _at_least_zero("short_abandon", short_s)
    if short_s and lines is not None:
        raise UserError(say("erlang.short_and_lines"))
    if lines is None:
        agents = _count("agents", agents, 0)
        if patience_s is None:
            return erlang_c(agents, load, aht_s, within_s)
        return erlang_a(agents, load, aht_s, patience_s, within_s, short_s)
    lines = _count("lines", lines, 1)
    agents = lines if agents is None else _count("agents", agents, 1)
    if lines < agents:
        raise UserError(say("erlang.few_lines", lines=lines, agents=agents))
    return waiting_room(agents, lines, load, aht_s, patience_s, within_s)


def wait_quantile(
    share: float, agents: int, calls_per_hour: float, aht_s: float, patience_s: float | None = None
) -> float:
    """Returns the wait in seconds, to answer or hang-up, that a share of calls does not exceed.

    Args:
        share: of calls, above 0 and below 1.
        agents: 0 or more.
        calls_per_hour: offered, 0 or more.
        aht_s: mean handling time in seconds, above 0.
        patience_s: mean patience in seconds (Erlang A); None: nobody gives up (Erlang C).

    Infinite where the queue grows without end. Raises UserError for numbers that make no sense.
    """
    load, agents = _load(calls_per_hour, aht_s), _count("agents", agents, 0)
    _check_patience(patience_s)
    _share(say("erlang.share_of_calls"), share)
    if load == 0:
        return 0.0
    if patience_s is None:
        return erlang_c_wait_quantile(agents, load, aht_s, share)
    return erlang_a_wait_quantile(agents, load, aht_s, patience_s, share)


def fewest_agents(
    goal: float | None,
    calls_per_hour: float,
    aht_s: float,
    patience_s: float | None = None,
    within_s: float = 20.0,
    abandon_at_most: float | None = None,
    wait_at_most_s: float | None = None,
    counted: str = "offered",
    *,
    asa_at_most_s: float | None = None,
    occupancy_at_most: float | None = None,
    short_s: float = 0.0,
) -> int:
    """Returns the fewest agents that keep all given goals; 0 without calls.

    Args:
        goal: the service level to reach, above 0 and below 1; None: none.
        calls_per_hour: offered, 0 or more.
        aht_s: mean handling time in seconds, above 0.
        patience_s: mean patience in seconds (Erlang A); None: nobody gives up (Erlang C).
        within_s: the wait in seconds of the service level.
        abandon_at_most: the largest share of calls that may give up; needs `patience_s`.
        wait_at_most_s: the largest mean wait in seconds, of answered and abandoned calls.
        counted: the formula of the service level, a key of `ErlangResult.service_level`.
        asa_at_most_s: the largest mean wait in seconds of answered calls.
        occupancy_at_most: the largest share of their time that agents may be busy, above 0, at most 1.
        short_s: who gives up before this wait in seconds has not abandoned, see `evaluate`.

    Raises UserError without any goal, for numbers that make no sense, and where 10 million agents are too
    few.
    """
    load = _load(calls_per_hour, aht_s)
    _check_patience(patience_s)
    _at_least_zero("within", within_s)
    _at_least_zero("short_abandon", short_s)
    if goal is not None:
        _share(say("erlang.goal"), goal)
    if abandon_at_most is not None:
        _share(say("erlang.abandoned_share"), abandon_at_most)
        if patience_s is None:
            raise UserError(say("erlang.needs_patience"))
    if wait_at_most_s is not None:
        _above_zero(say("erlang.mean_wait"), wait_at_most_s)
    if asa_at_most_s is not None:
        _above_zero(say("erlang.mean_wait"), asa_at_most_s)
    if occupancy_at_most is not None and not 0 < occupancy_at_most <= 1:
        raise UserError(say("erlang.no_occupancy", share=occupancy_at_most))
    limits = (goal, abandon_at_most, wait_at_most_s, asa_at_most_s, occupancy_at_most)
    if all(limit is None for limit in limits):
        raise UserError(say("erlang.no_goal"))
    formulas = erlang_c(1, 0.0, aht_s, within_s).service_level
    if counted not in formulas:
        raise UserError(say("erlang.no_formula", counted=counted, formulas=", ".join(formulas)))

    def enough(agents: int) -> bool:
        if patience_s is None:
            result = erlang_c(agents, load, aht_s, within_s)
        else:
            result = erlang_a(agents, load, aht_s, patience_s, within_s, short_s)
        return (
            (goal is None or result.service_level[counted] >= goal)
            and (abandon_at_most is None or result.abandoned_share <= abandon_at_most)
            and (wait_at_most_s is None or result.wait_s <= wait_at_most_s)
            and (asa_at_most_s is None or result.asa_s <= asa_at_most_s)
            and (occupancy_at_most is None or load == 0 or result.occupancy <= occupancy_at_most)
        )

    return fewest(enough, start=math.ceil(load))


def fewest_lines(p_block: float, calls_per_hour: float, aht_s: float) -> int:
    """Returns the fewest lines that block at most the share `p_block` of calls: Erlang B.

    `calls_per_hour`: offered, 0 or more; `aht_s`: mean handling time in seconds, above 0. Raises UserError
    for numbers that make no sense, and where 10 million lines are too few.
    """
    load = _load(calls_per_hour, aht_s)
    _share(say("erlang.blocked_share"), p_block)
    return lines_for(p_block, load)


def most_calls_per_hour(p_block: float, lines: int, aht_s: float) -> float:
    """Returns the calls per hour of which `lines` block exactly the share `p_block`: Erlang B inverted.

    `lines`: 1 or more; `aht_s`: mean handling time in seconds, above 0. Raises UserError for numbers that
    make no sense.
    """
    lines = _count("lines", lines, 1)
    _share(say("erlang.blocked_share"), p_block)
    _above_zero(say("erlang.handling_time"), aht_s)
    return load_for(lines, p_block) * 3600 / aht_s


def _load(calls_per_hour: float, aht_s: float) -> float:
    _at_least_zero(say("erlang.calls_per_hour"), calls_per_hour)
    _above_zero(say("erlang.handling_time"), aht_s)
    load = calls_per_hour * aht_s / 3600
    if load > MOST:
        raise UserError(say("erlang.too_many_erlangs", load=load, most=MOST))
    return load


def _check_patience(patience_s: float | None) -> None:
    if patience_s is not None:
        _above_zero("patience", patience_s)


def _count(what: str, number: int | None, least: int) -> int:
    if number is None or not least <= number <= MOST or number != int(number):
        raise UserError(say("erlang.not_whole", what=what, least=least, most=MOST, number=number))
    return int(number)


def _share(what: str, share: float) -> None:
    if not 0 < share < 1:
        raise UserError(say("erlang.no_share", what=what, share=share))


def _at_least_zero(what: str, number: float) -> None:
    if not 0 <= number < math.inf:
        raise UserError(say("erlang.below_zero", what=what, number=number))


def _above_zero(what: str, number: float) -> None:
    if not 0 < number < math.inf:
        raise UserError(say("erlang.not_above_zero", what=what, number=number))
