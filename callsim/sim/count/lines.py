"""Lines of trunk groups over time: how many calls hold one, counted for parts of a centre that are played
apart.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callsim.sim.centre import Centre
from callsim.sim.floor.records import CLOSED
from callsim.sim.jit import direct, rule
from callsim.units import DAY_MS

SECOND = 1000  # ms; the width of a slot …
MOST_SLOTS = 1 << 16  # … unless a run has more seconds than this


class LineUse:
    """How many calls hold or ask for a line of each trunk group in each slot of time.

    Calls are counted that do so at any moment of the slot, so at least as many as do so at once. Whole
    numbers: parts may be added in any order.
    """

    def __init__(self, whole: Centre, queues: Sequence[int], trunks: Sequence[int]):
        """`queues`: rows of the whole that the part has; `trunks`: those that are counted."""
        self._until, self._width, slots = _grid(whole)
        self._row = {trunk: row for row, trunk in enumerate(trunks)}
        self.changes = np.zeros((len(trunks), slots + 1), np.int32)
        row_of = {queue: row for row, queue in enumerate(queues)}
        held = np.array(
            sorted(
                (row_of[q], self._row[t]) for q, t in whole.holds.tolist() if q in row_of and t in self._row
            ),
            np.int64,
        ).reshape(-1, 2)
        self._held = held[:, 1].copy()  # int64 [n]  rows of trunk groups, queue after queue
        self._from = np.searchsorted(held[:, 0], np.arange(len(queues) + 1))  # int64 [queue and one more]

    @property
    def counted(self) -> tuple[object, ...]:
        """Returns what is counted, and in which slots: parts with equal values count the same."""
        return self._until, self._width, self.changes.shape, self._held, self._from

    def take(self, rows: np.ndarray) -> None:
        """Count records: RECORD [row]."""
        count_holders(rows, self._from, self._held, self._until, self._width, self.changes)

    @staticmethod
    def is_short(whole: Centre, trunk: int, parts: Sequence[LineUse]) -> bool:
        """Whether a call of these parts may have found no line of the trunk group."""
        changes = [part.changes[part._row[trunk]] for part in parts]
        wanted = changes[0].astype(np.int32)  # which may be kept in fewer bytes
        for more in changes[1:]:
            wanted += more
        np.cumsum(wanted, out=wanted)
        cuts, lines = whole.cuts[whole.cuts["trunks"] == trunk], whole.lines[trunk]
        if not len(cuts):
            return bool(wanted.max() > max(lines, 0))
        _, width, slots = _grid(whole)
        left = np.full(slots + 1, lines)
        for cut in cuts:
            left[cut["begins"] // width : cut["ends"] // width + 1] -= cut["lines"]
        return bool((wanted > np.maximum(left, 0)).any())


@direct
@rule
def count_holders(rows, held_from, held, until, width, changes):
    """Adds calls to `changes`: int32 [row, slot], how many more calls hold a line than in the slot before.

    `width`: of a slot, ms. `held`: int64 [n], rows of `changes`, the trunk groups of each queue; `held_from`:
    int64 [queue and one more], where those of each queue begin.
    """
    wide = np.float64(width)  # a quotient of numbers below 2^53 is never rounded up to the next whole one
    for k in range(len(rows)):
        row = rows[k]
        if row["outcome"] == CLOSED:
            continue
        arrive, q = row["arrive"], row["queue"]
        first = np.int64(min(arrive, until) / wide)
        last = np.int64(min(arrive + row["wait"] + row["talk"], until) / wide)
        for at in range(held_from[q], held_from[q + 1]):
            changes[held[at], first] += 1
            changes[held[at], last + 1] -= 1


def _grid(whole: Centre) -> tuple[int, int, int]:
    """When counting ends and how wide a slot is, ms; and how many slots there are."""
    until = whole.clock.ends + DAY_MS
    width = SECOND * -(-until // (SECOND * MOST_SLOTS))
    return until, width, until // width + 1
