"""Seats in use over time: by one part of a centre, and by several parts that were played apart."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callsim.sim.centre import NOBODY, Clock
from callsim.sim.floor.state import SEAT_CHANGE, Floor
from callsim.sim.jit import direct, rule


class SeatTimeline:
    """The changes of the seats that the agents of one part use."""

    def __init__(self, comings: np.ndarray | None = None) -> None:
        """`comings`: int64 [moment] ms, by time: when agents of any part may take seats, and when cells
        begin.

        Seats that are given back between two comings are noted at the later one, because the number of used
        seats matters only then; so a day has as many rows as its shifts need. Without `comings` every change
        is kept.
        """
        self.comings, self._pieces = comings, list[np.ndarray]()
        self.waited = np.zeros(0, np.bool_)  # bool [site]  whether an agent ever stood in line for a seat
        self.until = 0  # ms; nothing is known of what came later

    def take(self, rows: np.ndarray) -> None:
        """Keep changes: SEAT_CHANGE [row]."""
        if not len(rows):
            return
        kept = rows.copy()
        if self.comings is not None:
            newest = np.full(rows["site"].max() + 1, NOBODY)
            first = np.searchsorted(self.comings, rows["time"][0])
            kept = kept[: put_together(rows, self.comings, first, newest, kept)].copy()
        self._pieces.append(kept)

    def close(self, floor: Floor, until: int) -> None:
        """Ends the timeline at `until` ms: takes the changes that the floor has not yet handed in."""
        changed = [
            (site["at"], s, site["left"], site["taken"], site["left_late"])
            for s, site in enumerate(floor.sites)
            if site["left"] or site["taken"] or site["left_late"]
        ]
        self.take(np.array(changed, SEAT_CHANGE))
        self.waited, self.until = floor.sites["lined_up"] > 0, until

    def changes(self) -> np.ndarray:
        """All changes: SEAT_CHANGE [row]."""
        return _joined(self._pieces)

    def know(self, changes: np.ndarray, waited: np.ndarray, until: int) -> None:
        """Takes over the changes that another timeline of the same part has noted."""
        self._pieces, self.waited, self.until = [changes], waited, until

    def of(self, site: int) -> np.ndarray:
        """SEAT_CHANGE [row] of a site, by time."""
        # `take` copies whole rows, an index goes field by field: five times as slow.
        return _joined([rows.take(np.flatnonzero(rows["site"] == site)) for rows in self._pieces])


@direct
@rule
def put_together(rows, comings, first, newest, kept):
    """Moves changes in which no seat is taken to the next coming, and writes the changes to `kept`.

    Returns the number of rows written. `rows`: SEAT_CHANGE [row], those of each site by time; `kept`: as many
    rows or more; `first`: int64, the first of the comings at the first row or after it; `newest`: int64
    [site], all NOBODY, for scratch.
    """
    count, at = 0, first
    for k in range(len(rows)):
        row = rows[k]
        time, site, left, left_late = row["time"], row["site"], row["left"], row["left_late"]
        if row["taken"] == 0:
            while at > 0 and comings[at - 1] >= time:
                at -= 1
            while at < len(comings) and comings[at] < time:
                at += 1
            if at < len(comings) and comings[at] > time:
                time, left, left_late = comings[at], left + left_late, np.int32(0)
        last = newest[site]
        if last == NOBODY or kept[last]["time"] != time:
            last = newest[site] = count
            count += 1
            kept[last]["time"], kept[last]["site"] = time, site
            kept[last]["left"] = kept[last]["taken"] = kept[last]["left_late"] = 0
        kept[last]["left"] += left
        kept[last]["taken"] += row["taken"]
        kept[last]["left_late"] += left_late
    return count


class SeatUse:
    """The seats of one site that several parts of a centre use together."""

    def __init__(self, site: int, parts: Sequence[SeatTimeline]):
        rows = _joined([part.of(site) for part in parts])
        rows = rows.take(np.argsort(rows["time"], kind="stable"))  # of runs that are in order already
        last = np.flatnonzero(np.diff(rows["time"], append=-1))  # of each millisecond
        self.times = rows["time"][last]  # int64 [moment] ms
        left_late = np.cumsum(rows["left_late"], dtype=np.int64)[last]
        came = np.cumsum(rows["taken"] - rows["left"], dtype=np.int64)[last]
        self.used = came - left_late  # int64 [moment]  when the millisecond is over
        # In a millisecond agents who leave by the roster go first, and those who finish a call last.
        self._most = self.used + np.diff(left_late, prepend=0)  # within the millisecond
        self._waited = any(bool(part.waited[site]) for part in parts)

    def is_short(self, seats: int) -> bool:
        """Returns whether somebody would have had to wait for a seat if the site had `seats` of them."""
        return self._waited or bool((self._most > seats).any())

    def peaks(self, clock: Clock, grid: int) -> np.ndarray:
        """Most seats in use at once, for a millisecond at least: int64 [cell]."""
        starts = np.arange(clock.opens, clock.ends, grid)
        first = np.searchsorted(self.times, starts, "right")  # the first change after the cell's first ms
        at_start = np.append(0, self.used)[first]
        last = np.searchsorted(self.times, starts + grid, "left")
        peaks = at_start.copy()
        for cell in np.flatnonzero(last > first):
            peaks[cell] = max(peaks[cell], self.used[first[cell] : last[cell]].max())
        return peaks


def _joined(pieces: Sequence[np.ndarray]) -> np.ndarray:
    """Joins arrays as bytes: NumPy would copy field by field."""
    return np.concatenate([np.zeros(0, np.uint8), *(rows.view(np.uint8) for rows in pieces)]).view(
        SEAT_CHANGE
    )
