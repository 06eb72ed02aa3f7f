"""Figures of clients, each of whom counts once, and of the menus that they meet before a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from callsim.arrays import Ints
from callsim.model.names import in_order
from callsim.results import measures
from callsim.results.estimates import Estimated, each_of
from callsim.results.measures import COUNTS, HOUR, MS, Estimate, Formula
from callsim.results.schema import Figures
from callsim.results.sums import Runs
from callsim.sim.count.columns import (
    ANSWERED_IN,
    N_AGAIN,
    N_ANSWERED,
    WAIT_ABANDONED,
    WAIT_ANSWERED,
    WAIT_SHORT,
)
from callsim.sim.floor.client_sums import (
    C_ANSWERED,
    C_CALLS,
    C_CLIENTS,
    C_FIRST,
    C_IN,
    C_IN_TIME,
    C_OUT,
    C_REACHED,
    C_SOLVED,
    C_WAIT,
    CLIENT_COLUMNS,
)
from callsim.sim.luck.menu_sums import (
    M_ABANDONED,
    M_BLOCKED,
    M_CONTAINED,
    M_OFFERED,
    M_TIME,
    MENU_COLUMNS,
)

if TYPE_CHECKING:
    from callsim.model import Model


def _formula(over: int, under: int | None = None, scale: float = 1.0, most: float = np.inf) -> Formula:
    unit = np.eye(CLIENT_COLUMNS, dtype=np.int64)
    return Formula(unit[over], None if under is None else unit[under], scale, most)


CLIENTS = {
    "offered_first": _formula(C_FIRST),
    "transferred_in": _formula(C_IN),
    "transferred_out_share": _formula(C_OUT, C_ANSWERED, most=1.0),
    "clients.clients": _formula(C_CLIENTS),
    "clients.reached_share": _formula(C_REACHED, C_CLIENTS, most=1.0),
    "clients.first_contact_resolved": _formula(C_SOLVED, C_REACHED, most=1.0),
    "clients.calls_per_client": _formula(C_CALLS, C_CLIENTS),
    "clients.wait_s": _formula(C_WAIT, C_CLIENTS, MS),
    "clients.service_level": _formula(C_IN_TIME, C_CLIENTS, most=1.0),
}
_UNIT = np.eye(MENU_COLUMNS, dtype=np.int64)
MENUS = {
    "offered": Formula(_UNIT[M_OFFERED], None, 1.0),
    "contained_share": Formula(_UNIT[M_CONTAINED], _UNIT[M_OFFERED], 1.0, 1.0),
    "abandoned_share": Formula(_UNIT[M_ABANDONED], _UNIT[M_OFFERED], 1.0, 1.0),
    "blocked_share": Formula(_UNIT[M_BLOCKED], _UNIT[M_OFFERED], 1.0, 1.0),
    "duration_s": Formula(_UNIT[M_TIME], _UNIT[M_OFFERED] - _UNIT[M_BLOCKED], MS),
}


BLOCKED = "blocked_share"
OF_MENUS = tuple(key for key in MENUS if key != BLOCKED), (BLOCKED,)
"""The figures that each menu has, and those that it has only where menus hold lines."""


def _told(model: Model) -> dict[str, Formula]:
    """The figures of menus."""
    return {key: one for key, one in MENUS.items() if key != BLOCKED or model.centre.menus_with_lines}


def call_again(model: Model) -> bool:
    """Whether any client may have more than one call: there are follow-ups or redials."""
    return model.centre.tells_clients or any(queue.redial is not None for queue in model.demand.queues)


def of_clients(model: Model, runs: Runs, rows: list[int]) -> Estimated:
    """The figures of clients, of each of these queues; none where everybody calls once."""
    return estimated(sums_of(model, runs)[:, rows]) if call_again(model) else {}


def of_all_clients(model: Model, runs: Runs) -> Estimated:
    """The figures of all clients together; none where everybody calls once."""
    return estimated(sums_of(model, runs).sum(axis=1)) if call_again(model) else {}


def of_held(model: Model, runs: Runs, rows: list[int]) -> Estimated:
    """For how long agents of these groups stayed on the line for another call; only where some may."""
    if not len(model.centre.follows):
        return {}
    return held(runs.held[:, rows])


def held(sums: Ints) -> dict[str, Estimate]:
    """For how long agents stayed on the line: int64 [run, …] ms."""
    return {"held_h": measures.estimate_of(sums.astype(float) * HOUR)}


def estimated(sums: Ints) -> dict[str, Estimate]:
    """The figures of clients: int64 [run, …, CLIENT_COLUMNS]."""
    return {name: measures.estimate(sums, formula) for name, formula in CLIENTS.items()}


def sums_of(model: Model, runs: Runs) -> Ints:
    """int64 [run, queue, CLIENT_COLUMNS]. Who only redials stays in a queue, and is answered once at most."""
    if model.centre.tells_clients:
        return np.asarray(runs.clients.sum(axis=1))
    calls = runs.calls.sum(axis=1)
    found = np.zeros((*calls.shape[:-1], CLIENT_COLUMNS), np.int64)
    offered = calls @ COUNTS["offered"].over
    answered = calls[..., N_ANSWERED]
    found[..., C_FIRST] = found[..., C_CLIENTS] = offered - calls[..., N_AGAIN]
    found[..., C_CALLS] = offered
    found[..., C_ANSWERED] = found[..., C_REACHED] = found[..., C_SOLVED] = answered
    found[..., C_IN_TIME] = calls[..., ANSWERED_IN]
    found[..., C_WAIT] = calls[..., [WAIT_ANSWERED, WAIT_ABANDONED, WAIT_SHORT]].sum(axis=-1)
    return found


def of_menus(model: Model, runs: Runs) -> dict[str, Figures]:
    """The figures of each menu, by its name."""
    written = model.scenario.menus
    if not written:
        return {}
    found = dict(zip(in_order(written), each_of(_told(model), runs.menus.sum(axis=1)), strict=True))
    return {name: found[name] for name in written}


def menus_estimated(model: Model, runs: Runs) -> dict[str, Estimated]:
    """The same, run by run, so that plans can be compared by them."""
    return {
        name: {
            key: measures.estimate(runs.menus[:, :, row].sum(axis=1), one)
            for key, one in _told(model).items()
        }
        for row, name in enumerate(in_order(model.scenario.menus))
    }
