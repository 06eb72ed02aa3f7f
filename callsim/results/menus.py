"""Figures of menus: how many calls they get, and what becomes of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from callsim.model.names import in_order
from callsim.results.estimates import each_of
from callsim.results.measures import MS, Formula
from callsim.results.schema import Figures
from callsim.results.sums import Runs
from callsim.sim.luck.menu_sums import M_ABANDONED, M_CONTAINED, M_OFFERED, M_TIME, MENU_COLUMNS

if TYPE_CHECKING:
    from callsim.model import Model

_UNIT = np.eye(MENU_COLUMNS, dtype=np.int64)
MENUS = {
    "offered": Formula(_UNIT[M_OFFERED], None, 1.0),
    "contained_share": Formula(_UNIT[M_CONTAINED], _UNIT[M_OFFERED], 1.0, 1.0),
    "abandoned_share": Formula(_UNIT[M_ABANDONED], _UNIT[M_OFFERED], 1.0, 1.0),
    "duration_s": Formula(_UNIT[M_TIME], _UNIT[M_OFFERED], MS),
}


def of_menus(model: Model, runs: Runs) -> dict[str, Figures]:
    """The figures of each menu, by its name."""
    written = model.scenario.menus
    if not written:
        return {}
    found = dict(zip(in_order(written), each_of(MENUS, runs.menus.sum(axis=1)), strict=True))
    return {name: found[name] for name in written}
