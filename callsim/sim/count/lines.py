"""Lines of trunk groups over time: how many calls hold one, of parts of a centre that were played apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from callsim.sim.centre import Centre
from callsim.sim.floor.records import CLOSED
from callsim.units import DAY_MS

SECOND = 1000  # ms; the width of a slot …
MOST_SLOTS = 1 << 16  # … unless a run has more seconds than this


class LineUse:
    """For each slot of time and trunk group, how many calls hold or ask for a line at any moment of it.

    That is at least as many as ever do so at once. Whole numbers: parts may be added in any order.
    """

    def __init__(self, whole: Centre, queues: Sequence[int], trunks: Sequence[int]):
        """`queues`: rows of the whole that the part has; `trunks`: those that are counted."""
        self._until, self._width, slots = _grid(whole)
        self._changes = {trunk: np.zeros(slots + 1, np.int32) for trunk in trunks}
        self._holds = {
            trunk: np.isin(queues, whole.holds[whole.holds[:, 1] == trunk, 0]) for trunk in trunks
        }  # bool [queue of the part]

    def take(self, rows: np.ndarray) -> None:
        """Count records: RECORD [row]."""
        rows = rows[rows["outcome"] != CLOSED]
        first = np.minimum(rows["arrive"], self._until) // self._width
        last = np.minimum(rows["arrive"] + rows["wait"] + rows["talk"], self._until) // self._width
        for trunk, changes in self._changes.items():
            held = self._holds[trunk][rows["queue"]]
            np.add.at(changes, first[held], 1)
            np.add.at(changes, last[held] + 1, -1)

    @staticmethod
    def is_short(whole: Centre, trunk: int, parts: Iterable[LineUse]) -> bool:
        """Whether a call of these parts may have found no line of the trunk group."""
        _, width, slots = _grid(whole)
        lines = np.full(slots + 1, whole.lines[trunk])
        for cut in whole.cuts[whole.cuts["trunks"] == trunk]:
            lines[cut["begins"] // width : cut["ends"] // width + 1] -= cut["lines"]
        wanted = np.cumsum(np.sum([part._changes[trunk] for part in parts], axis=0))
        return bool((wanted > np.maximum(lines, 0)).any())


def _grid(whole: Centre) -> tuple[int, int, int]:
    """When counting ends and how wide a slot is, ms; and how many slots there are."""
    until = whole.clock.ends + DAY_MS
    width = SECOND * -(-until // (SECOND * MOST_SLOTS))
    return until, width, until // width + 1
