"""Work that is due: calls that waited longer than their queue allows, and what waits when a cell ends.

Counted only where a queue says when its work is due; other centres have no such sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from callsim.sim.centre import NOBODY, NOT_DUE, Centre
from callsim.sim.floor.outcomes import ABANDONED

if TYPE_CHECKING:  # results read the columns, and a check of a file needs no simulation
    from callsim.sim.floor.state import Floor

# The first is by the cell in which a call was offered, the others are as of the end of the cell.
B_OVERDUE, B_WAITING, B_OLDEST, BACKLOG_COLUMNS = range(4)  # B_OLDEST: ms, of the call that waits longest


class Backlog:
    """Counts work that is due while a run is played."""

    def __init__(self, centre: Centre, cells: int, grid: int, short: int = 0):
        """`cells`: how many there are; `grid`: ms, the width of a cell; `short`: ms, see Tallier."""
        self._opens, self._until = centre.clock.opens, centre.clock.counts_until
        self._grid, self._due, self._short = grid, centre.due, short
        self._owing = np.flatnonzero(centre.due < NOT_DUE)
        self.sums = np.zeros((cells if len(self._owing) else 0, centre.queues, BACKLOG_COLUMNS), np.int64)

    def take(self, rows: np.ndarray) -> None:
        """Count the calls that waited too long: RECORD [row]."""
        if not len(self._owing):
            return
        counts = (rows["arrive"] >= self._opens) & (rows["arrive"] < self._until)
        counts &= (rows["outcome"] != ABANDONED) | (rows["wait"] >= self._short)
        late = rows[(rows["wait"] > self._due[rows["queue"]]) & counts]
        cells = np.minimum((late["arrive"] - self._opens) // self._grid, len(self.sums) - 1)
        np.add.at(self.sums, (cells, late["queue"], B_OVERDUE), 1)

    def look(self, floor: Floor, now: int, cell: int) -> None:
        """Note what waits at the end of a cell; -1 is the warm-up, whose end is not told."""
        if not len(self._owing) or cell < 0:
            return
        queues = floor.queues[self._owing]
        self.sums[cell, self._owing, B_WAITING] = queues["waiting"]
        since = np.where(queues["head"] == NOBODY, now, floor.calls["arrive"][queues["head"]])
        self.sums[cell, self._owing, B_OLDEST] = now - since
