"""Erlang C (nobody gives up) and Erlang A (exponential patience): n agents, and room for every waiting call.

Erlang 1917; Palm 1946, "Specialnummer för teletrafikteknik"; Garnett, Mandelbaum & Reiman 2002, "Designing a
call center with impatient customers"; Mandelbaum & Zeltyn 2007, "Service engineering in action: the
Palm/Erlang-A queue". Loads are in erlangs. Inside, times are mean handling times; nothing is checked here.
"""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import numpy as np

from callsim.erlang.hill import Floats, Side, bend, log_idle
from callsim.erlang.result import ErlangResult, abandoned_share, service_levels
from callsim.halving import least
from callsim.sentences import say


def _shares(log_busy: Floats | float, log_idle: Floats | float) -> tuple[Floats, Floats]:
    """Two weights, given by their logarithms, as shares of their sum; each as accurate as the logarithms."""
    lead = np.subtract(log_busy, log_idle)
    less = np.exp(-np.abs(lead))
    more = 1 / (1 + less)
    return np.where(lead > 0, more, less * more), np.where(lead > 0, less * more, more)


def _erlang_c_shares(agents: int, load: float) -> tuple[float, float]:
    """P(wait) and its complement for 0 < load < agents; the queueing side of the hill is an exponential."""
    p_wait, p_idle = _shares(-math.log(agents - load), log_idle(agents, load))
    return float(p_wait), float(p_idle)


def erlang_c_p_wait(agents: int, load: float) -> float:
    """Returns the share of calls that wait: Erlang C; 1 where the queue grows without end.

    `agents`: 0 or more; `load`: erlangs, 0 or more.
    """
    if load == 0:
        return 0.0
    return _erlang_c_shares(agents, load)[0] if load < agents else 1.0


def erlang_c(agents: int, load: float, aht_s: float, within_s: float) -> ErlangResult:
    """Returns the figures of M/M/n: Erlang C. Waits are infinite where `load` is not below `agents`.

    `load`: erlangs; `aht_s`, `within_s`, the wait of the service level: seconds.
    """
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
            note=say("erlang.grows", load=load, agents=math.floor(load)),
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
    """Returns the wait in seconds that the share `share` of calls does not exceed: Erlang C.

    `agents`: 0 or more; `load`: erlangs, above 0; `aht_s`: seconds. Infinite where the queue grows without
    end.
    """
    if load >= agents:
        return math.inf
    p_wait, longer = erlang_c_p_wait(agents, load), 1 - share
    return math.log(p_wait / longer) / (agents - load) * aht_s if p_wait > longer else 0.0


def erlang_a(
    agents: int, load: float, aht_s: float, patience_s: float, within_s: float, short_s: float = 0.0
) -> ErlangResult:
    """Returns the figures of M/M/n+M: a call is answered after its virtual wait V, or gives up before it.

    `agents`: 0 or more; `load`: erlangs; `aht_s`, `patience_s`, `within_s` (the wait of the service level),
    `short_s` (who gives up before has not abandoned): seconds.
    """
    result = partial(
        ErlangResult, "M/M/n+M", agents, None, load, aht_s, patience_s, within_s, short_s=short_s
    )
    if load == 0:
        return result()
    rate, within = aht_s / patience_s, within_s / aht_s
    stays = math.exp(-rate * within)  # P(patience > within)
    if agents == 0:
        return result(
            p_wait=1.0,
            p_answered=0.0,
            p_abandon=1.0,
            wait_s=patience_s + short_s,  # a patience has no memory
            asa_s=math.nan,
            wait_of_abandoned_s=patience_s + short_s,
            wait_of_delayed_s=patience_s,
            virtual_wait_s=math.inf,
            p_wait_longer=stays,
            queue_length=load / rate,
            answered_within=0.0,
            abandoned_within=-math.expm1(-rate * within),
            virtual_within=0.0,
            short_abandoned=-math.expm1(-short_s / patience_s),
        )
    short = _Short(agents, load, rate, short_s / aht_s)
    queue = _Abandoning(agents, load, rate, within)
    (p_wait,), (p_left,), (answered,) = (
        queue.p_wait.tolist(),
        queue.p_left.tolist(),
        queue.p_answered.tolist(),
    )
    (p_late,), in_patiences = queue.p_late.tolist(), rate * queue.t
    left_after = queue.given_wait * _patience_below(in_patiences)
    return result(
        p_wait=p_wait,
        p_answered=answered,
        p_abandon=p_wait * p_left,
        # abandoned calls = rate × time spent waiting
        wait_s=(p_wait * p_left - short.waited) * patience_s / (1 - short.share),
        asa_s=p_wait * float((queue.stayed * queue.t).sum()) / answered * aht_s,
        wait_of_abandoned_s=short.rest(float(left_after.sum()), p_left, p_wait) * patience_s,
        wait_of_delayed_s=p_left * patience_s,
        virtual_wait_s=p_wait * float((queue.given_wait * queue.t).sum()) * aht_s,
        p_wait_longer=p_late * stays,
        occupancy=load * answered / agents,
        queue_length=p_wait * p_left * load / rate,
        answered_within=float(queue.answered_within[0]),
        abandoned_within=float(queue.abandoned_within[0]),
        virtual_within=float(queue.virtual_within[0]),
        short_abandoned=short.share,
    )


def _patience_below(waits: Floats) -> Floats:
    """E[patience; patience < wait] of each wait, in mean patiences: 1 − (1 + z)e^−z without cancellation."""
    near = np.minimum(waits, 50)
    return np.where(waits < 50, np.exp(-near) * bend(-near), 1.0)


class _Short:
    """Calls of one queue that give up before the time `short`: whose patience is below it and below V."""

    def __init__(self, agents: int, load: float, rate: float, short: float) -> None:
        self.share = self.waited = 0.0  # of all calls; in mean patiences, of all calls together
        if short == 0:
            return
        queue = _Abandoning(agents, load, rate, short)
        self.share = float(queue.abandoned_within[0])
        soon = np.where(queue.t < short, queue.given_wait * _patience_below(rate * queue.t), 0.0)
        late = float(queue.p_late[0]) * float(_patience_below(np.array([rate * short]))[0])
        self.waited = float(queue.p_wait[0]) * float(soon.sum()) + late

    def rest(self, waited: float, left: float, p_wait: float) -> float:
        """The mean wait of the others who gave up, in mean patiences; nan where there are none.

        `waited`, `left`: wait in all and share of all who gave up, both of those who had to wait.
        """
        if self.share == 0:
            return waited / left
        others = p_wait * left - self.share
        return (p_wait * waited - self.waited) / others if others > 0 else math.nan


class _Abandoning:
    """Erlang A of many queues at once: shares of calls, float64 [queue], and virtual waits V > 0 by node.

    `agents` ≥ 1 and `load` > 0: numbers or float64 [queue].
    """

    def __init__(self, agents: Floats | float, load: Floats | float, rate: float, within: float) -> None:
        queueing = Side(agents, load, rate, side=+1, split=within)
        self.t = queueing.t  # V, of each queue the nodes one after the other …
        self.given_wait = queueing.mass / queueing.spread(queueing.area)  # … their chance given that V > 0
        self.stay = np.exp(-rate * self.t)
        self.stayed, left = self.given_wait * self.stay, -self.given_wait * np.expm1(-rate * self.t)
        self.p_wait, self.p_idle = _shares(queueing.log_area, Side(agents, load, 1.0, side=-1).log_area)
        self.p_left = queueing.sum(left)  # of those who wait
        self.p_answered = self.p_idle + self.p_wait * queueing.sum(self.stayed)
        self.answered_wait = self.p_wait * queueing.sum(self.stayed * self.t)  # of all calls, those answered
        soon = self.t < within
        self.p_late = self.p_wait * queueing.sum(np.where(soon, 0.0, self.given_wait))  # P(V > within)
        self.answered_within = self.p_idle + self.p_wait * queueing.sum(np.where(soon, self.stayed, 0.0))
        self.abandoned_within = self.p_wait * queueing.sum(np.where(soon, left, 0.0))
        self.abandoned_within -= math.expm1(-rate * within) * self.p_late
        self.virtual_within = self.p_idle + self.p_wait * queueing.sum(np.where(soon, self.given_wait, 0.0))


class Fared(NamedTuple):
    """How calls fare in many queues: shares of all calls offered, float64 [queue]."""

    service_level: dict[str, Floats]  # by formula; nan where nobody is answered
    abandoned: Floats
    asa_s: Floats  # mean wait of answered calls, seconds; inf where the queue grows without end


def fared(
    agents: Floats,
    load: Floats,
    aht_s: float,
    patience_s: float | None,
    within_s: float,
    short_s: float = 0.0,
) -> Fared:
    """Returns how calls fare in many queues at once: Erlang A, or C where nobody gives up.

    `agents` ≥ 1 and `load` > 0, erlangs: float64 [queue]; `aht_s`, `patience_s` (None: nobody gives up),
    `within_s` (the wait of the service level), `short_s` (who gives up before has not abandoned): seconds,
    the same for all.
    """
    if patience_s is None:
        carried = load < agents
        spare = np.where(carried, agents - load, 1.0)
        idle = Side(agents, np.where(carried, load, agents / 2), 1.0, side=-1).log_area
        p_wait, p_idle = _shares(-np.log(spare), idle)
        longer = np.where(carried, p_wait * np.exp(-spare * within_s / aht_s), 1.0)
        soon = np.where(carried, p_idle - p_wait * np.expm1(-spare * within_s / aht_s), 0.0)
        none = np.zeros_like(load)
        asa_s = np.where(carried, p_wait / spare * aht_s, np.inf)
        return Fared(service_levels(soon, none, np.where(carried, 1.0, agents / load), longer), none, asa_s)
    rate, within = aht_s / patience_s, within_s / aht_s
    queue = _Abandoning(agents, load, rate, within)
    shares = queue.answered_within, queue.abandoned_within, queue.p_answered
    answered_within, abandoned_within, answered = (np.clip(share, 0.0, 1.0) for share in shares)
    short: Floats | float = 0.0
    if short_s:
        short = np.clip(_Abandoning(agents, load, rate, short_s / aht_s).abandoned_within, 0.0, 1.0)
    late = queue.p_late * math.exp(-rate * within)
    levels = service_levels(answered_within, abandoned_within, answered, late, short)
    asa_s = queue.answered_wait / np.maximum(answered, 1e-300) * aht_s
    abandoned = np.clip(queue.p_wait * queue.p_left, 0.0, 1.0)
    return Fared(levels, abandoned_share(abandoned, short) if short_s else abandoned, asa_s)


def erlang_a_wait_quantile(agents: int, load: float, aht_s: float, patience_s: float, share: float) -> float:
    """Returns the wait in seconds, to answer or hang-up, that the share `share` of calls does not exceed.

    `agents`: 0 or more; `load`: erlangs, above 0; `aht_s`, `patience_s`: seconds.
    """
    longer = 1 - share
    if erlang_a(agents, load, aht_s, patience_s, within_s=0.0).p_wait <= longer:
        return 0.0
    most = -math.log(longer) * patience_s  # nobody waits longer than his patience
    return least(
        lambda wait_s: not erlang_a(agents, load, aht_s, patience_s, wait_s).p_wait_longer > longer,
        0.0,
        most,
        exact=1e-14,
    )
