"""Erlang B, C and A with a limited waiting room: n agents, n + r lines; a call that finds no line is blocked.

The states of the birth–death chain are summed one by one (Gross & Harris, "Fundamentals of queueing theory",
§2.5). A call that finds k waiting is answered after k + 1 departures, so e^−(wait ÷ patience) is a beta
variate (Rényi 1953); without patience the wait has Erlang's own distribution.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from callsim.erlang.hill import Floats, log_idle
from callsim.erlang.result import ErlangResult


def waiting_room(
    agents: int, lines: int, load: float, aht_s: float, patience_s: float | None, within_s: float
) -> ErlangResult:
    """Returns the figures of M/M/n/n+r, or +M with patience; as many lines as agents is Erlang B.

    `lines` = n + r ≥ `agents` ≥ 1; `load`: erlangs; `aht_s`, `patience_s` (None: nobody gives up) and
    `within_s`, the wait of the service level: seconds.
    """
    model = "M/M/n/n" if lines == agents else "M/M/n/n+r" if patience_s is None else "M/M/n/n+r+M"
    result = partial(ErlangResult, model, agents, lines, load, aht_s, patience_s, within_s)
    if load == 0:
        return result()
    rate, within = aht_s / patience_s if patience_s else 0.0, within_s / aht_s
    place = np.arange(1.0, lines - agents + 1)  # [waiting place], the first is next to be answered
    departures = agents + rate * place  # [waiting place] per handling time while it is the last one taken

    # logarithms of P(some agent idle) and of P(all busy, k waiting), both ÷ P(all busy, none waiting)
    log_free = math.log(agents) + log_idle(agents, load)
    log_busy = np.concatenate(([0.0], np.cumsum(np.log(load / departures))))
    top = max(log_free, float(log_busy.max()))
    busy, idle = np.exp(log_busy - top), math.exp(log_free - top)
    total = idle + float(busy.sum())
    p_idle, p_block = idle / total, float(busy[-1]) / total

    joins = busy[:-1] / total  # [waiting place] P(a call joins there)
    answered, gives_up = joins * agents / departures, joins * rate * place / departures
    answered_wait = float((answered * np.cumsum(1 / departures)).sum())
    abandoned_wait = float((joins / departures * np.cumsum(rate * place / departures)).sum())
    p_wait, p_abandon = float(joins.sum()), float(gives_up.sum())
    p_answered, p_enter = p_idle + float(answered.sum()), p_idle + p_wait
    wait = answered_wait + abandoned_wait

    likely = np.flatnonzero(joins > joins.max(initial=0.0) * 1e-30)
    soon, late = _answered_soon(agents, place[likely], rate, within)
    answered_soon, p_late = float((answered[likely] * soon).sum()), float((joins[likely] * late).sum())
    stays = math.exp(-rate * within)  # P(patience > within)
    return result(
        p_wait=p_wait,
        p_answered=p_answered,
        p_abandon=p_abandon,
        p_block=p_block,
        wait_s=wait / p_enter * aht_s,
        asa_s=answered_wait / p_answered * aht_s,
        wait_of_abandoned_s=abandoned_wait / p_abandon * aht_s if p_abandon else math.nan,
        wait_of_delayed_s=wait / p_wait * aht_s if p_wait else math.nan,
        virtual_wait_s=float((joins * np.cumsum(1 / (departures - rate))).sum()) / p_enter * aht_s,
        p_wait_longer=p_late * stays,
        occupancy=load * p_answered / agents,
        queue_length=wait * load,
        answered_within=p_idle + answered_soon,
        virtual_within=max(p_enter - p_late, 0.0),
        abandoned_within=max(p_wait - p_late * stays - answered_soon, 0.0) if rate else 0.0,
    )


def _answered_soon(agents: int, place: Floats, rate: float, within: float) -> tuple[Floats, Floats]:
    """P(wait ≤ within) of those answered from a waiting place, P(virtual wait > within) of all there."""
    from scipy.special import betainc, gammainc, gammaincc  # slow to import, and needed only here

    if rate == 0:
        answers, virtual = gammainc(place, agents * within), gammaincc(place, agents * within)
    else:
        gone, stays = -math.expm1(-rate * within), math.exp(-rate * within)
        answers, virtual = betainc(place, agents / rate + 1, gone), betainc(agents / rate, place, stays)
    return np.asarray(answers, np.float64), np.asarray(virtual, np.float64)
