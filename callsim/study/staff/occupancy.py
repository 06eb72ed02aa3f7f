"""How busy groups are that shall not be too busy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from callsim.results.result import Result
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY
from callsim.units import DAY_MS, show_clock

NEARLY = 0.005  # of occupancy above the wish: less than anybody tells


@dataclass(frozen=True, kw_only=True)
class Occupancy:
    """The wish for a group, and its busiest interval on fresh days, days taken together."""

    at_most: float  # share of the time on duty
    reached: float  # in the busiest interval
    at: str  # HH:MM
    met: bool  # whether the group is nowhere busier than it shall be


def occupancies(check: Result, wishes: Mapping[str, float]) -> dict[str, Occupancy]:
    """The busiest interval of each group for which there is a wish; time at work ÷ time on duty."""
    model = check.model
    per_day = DAY_MS // model.grid
    work = check.sums.work.sum(axis=0)
    by_interval = work.reshape(-1, per_day, *work.shape[1:]).sum(axis=0)  # [interval, group, column]
    found = {}
    for name, most in wishes.items():
        group = model.scenario.groups[name]
        rows = [row for row, copy in enumerate(model.groups) if copy.group is group]
        busy, there = (by_interval[:, rows, column].sum(axis=1) for column in (G_BUSY, G_ON_DUTY))
        share = np.divide(busy, there, out=np.zeros(per_day), where=there > 0)
        worst = int(share.argmax())
        reached, at = float(share[worst]), show_clock(worst * model.grid)
        found[name] = Occupancy(at_most=most, reached=reached, at=at, met=reached <= most + NEARLY)
    return found
