"""Erlang C (nobody gives up) and Erlang A (exponential patience): n agents, and room for every waiting call.

Erlang 1917; Palm 1946, "Specialnummer för teletrafikteknik"; Garnett, Mandelbaum & Reiman 2002, "Designing a
call center with impatient customers"; Mandelbaum & Zeltyn 2007, "Service engineering in action: the
Palm/Erlang-A queue". Loads are in erlangs. Inside, times are mean handling times; nothing is checked here.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from callsim.erlang.hill import Side, bend, log_idle
from callsim.erlang.result import ErlangResult


def _shares(log_busy: float, log_idle: float) -> tuple[float, float]:
    """Two weights, given by their logarithms, as shares of their sum; each as accurate as the logarithms."""
    lead = log_busy - log_idle
    less = math.exp(-abs(lead))
    more = 1 / (1 + less)
    return (more, less * more) if lead > 0 else (less * more, more)


def _erlang_c_shares(agents: int, load: float) -> tuple[float, float]:
    """P(wait) and its complement for 0 < load < agents; the queueing side of the hill is an exponential."""
    return _shares(-math.log(agents - load), log_idle(agents, load))


def erlang_c_p_wait(agents: int, load: float) -> float:
    """Erlang C: the share of calls that wait; 1 where the queue grows without end."""
    if load == 0:
        return 0.0
    return _erlang_c_shares(agents, load)[0] if load < agents else 1.0


def erlang_c(agents: int, load: float, aht_s: float, within_s: float) -> ErlangResult:
    """M/M/n. Where the load is not below the agents there is no steady state, and waits are infinite."""
    result = partial(ErlangResult, "M/M/n", agents, None, load, aht_s, None, within_s)
    if load == 0:
        return result()
    if load >= agents:
        return result(
            p_wait=1.0,
            p_answered=agents / load,
            wait_s=math.inf,
            asa_s=math.inf,
            wait_of_delayed_s=math.inf,
            virtual_wait_s=math.inf,
            p_wait_longer=1.0,
            occupancy=1.0,
            queue_length=math.inf,
            answered_within=0.0,
            virtual_within=0.0,
            note=f"the queue grows without end: {load:.6g} erlangs need more than {math.floor(load)} agents",
        )
    p_wait, p_idle = _erlang_c_shares(agents, load)
    spare = agents - load  # the rate at which queues melt
    melted = -math.expm1(-spare * within_s / aht_s)
    wait_s = p_wait / spare * aht_s
    return result(
        p_wait=p_wait,
        wait_s=wait_s,
        asa_s=wait_s,
        wait_of_delayed_s=aht_s / spare,
        virtual_wait_s=wait_s,
        p_wait_longer=p_wait * math.exp(-spare * within_s / aht_s),
        occupancy=load / agents,
        queue_length=p_wait * load / spare,
        answered_within=p_idle + p_wait * melted,
        virtual_within=p_idle + p_wait * melted,
    )


def erlang_c_wait_quantile(agents: int, load: float, aht_s: float, share: float) -> float:
    """The wait in seconds that this share of calls does not exceed."""
    if load >= agents:
        return math.inf
    p_wait, longer = erlang_c_p_wait(agents, load), 1 - share
    return math.log(p_wait / longer) / (agents - load) * aht_s if p_wait > longer else 0.0


def erlang_a(agents: int, load: float, aht_s: float, patience_s: float, within_s: float) -> ErlangResult:
    """M/M/n+M: a call is answered after its virtual wait V, or gives up when its patience is shorter."""
    result = partial(ErlangResult, "M/M/n+M", agents, None, load, aht_s, patience_s, within_s)
    if load == 0:
        return result()
    rate, within = aht_s / patience_s, within_s / aht_s
    stays = math.exp(-rate * within)  # P(patience > within)
    if agents == 0:
        return result(
            p_wait=1.0,
            p_answered=0.0,
            p_abandon=1.0,
            wait_s=patience_s,
            asa_s=math.nan,
            wait_of_abandoned_s=patience_s,
            wait_of_delayed_s=patience_s,
            virtual_wait_s=math.inf,
            p_wait_longer=stays,
            queue_length=load / rate,
            answered_within=0.0,
            abandoned_within=-math.expm1(-rate * within),
            virtual_within=0.0,
        )
    queueing = Side(agents, load, rate, side=+1, split=within)
    p_wait, p_idle = _shares(queueing.log_area, log_idle(agents, load))
    t, given_wait = queueing.t, queueing.mass / queueing.area  # V, and its probabilities given that V > 0
    in_patiences = rate * t
    stay = np.exp(-in_patiences)
    stayed, left = given_wait * stay, -given_wait * np.expm1(-in_patiences)
    # E[patience; patience < V] is 1 − (1 + z)e^−z in mean patiences, z = V, here without cancellation
    left_after = given_wait * np.where(in_patiences < 50, stay * bend(-np.minimum(in_patiences, 50)), 1.0)
    soon = t < within
    p_late = p_wait * float(given_wait[~soon].sum())  # P(V > within)
    p_left = float(left.sum())  # of those who wait
    answered = p_idle + p_wait * float(stayed.sum())
    return result(
        p_wait=p_wait,
        p_answered=answered,
        p_abandon=p_wait * p_left,
        wait_s=p_wait * p_left * patience_s,  # abandoned calls = rate × time spent waiting
        asa_s=p_wait * float((stayed * t).sum()) / answered * aht_s,
        wait_of_abandoned_s=float(left_after.sum()) / p_left * patience_s,
        wait_of_delayed_s=p_left * patience_s,
        virtual_wait_s=p_wait * float((given_wait * t).sum()) * aht_s,
        p_wait_longer=p_late * stays,
        occupancy=load * answered / agents,
        queue_length=p_wait * p_left * load / rate,
        answered_within=p_idle + p_wait * float(stayed[soon].sum()),
        abandoned_within=p_wait * float(left[soon].sum()) - math.expm1(-rate * within) * p_late,
        virtual_within=p_idle + p_wait * float(given_wait[soon].sum()),
    )


def erlang_a_wait_quantile(agents: int, load: float, aht_s: float, patience_s: float, share: float) -> float:
    """The wait in seconds, ended by an answer or by giving up, that this share of calls does not exceed."""
    longer = 1 - share
    if erlang_a(agents, load, aht_s, patience_s, within_s=0.0).p_wait <= longer:
        return 0.0
    low, high = 0.0, -math.log(longer) * patience_s  # nobody waits longer than his patience
    while high - low > 1e-14 * high:
        middle = (low + high) / 2
        if erlang_a(agents, load, aht_s, patience_s, middle).p_wait_longer > longer:
            low = middle
        else:
            high = middle
    return high
