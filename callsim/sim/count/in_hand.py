"""Work in the hands of agents who are rows: how much goes on at once, and how often it is interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from callsim.sim.count.columns import HAND_COLUMNS

if TYPE_CHECKING:  # results read the columns, and a check of a file needs no simulation
    from callsim.sim.floor.state import Floor


class InHand:
    """Counts it while a run is played; centres without such agents have zeros."""

    def __init__(self, groups: int):
        self.sums = np.zeros((groups, HAND_COLUMNS), np.int64)
        self._before = np.zeros((groups, HAND_COLUMNS), np.int64)

    def look(self, floor: Floor, now: int, cell: int) -> None:
        """Add what came since the last look; -1 is the warm-up, which is not told."""
        if floor.people is None:
            return
        groups = floor.people.groups
        until = np.stack(
            [
                groups["load_sum"] + now * groups["load"],
                groups["used_sum"] + now * groups["used"],
                groups["interruptions"],
            ],
            axis=1,
        )
        if cell >= 0:
            self.sums += until - self._before
        self._before = until
