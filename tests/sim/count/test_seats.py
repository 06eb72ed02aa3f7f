"""Seats over time: what is not kept of them is never asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from callsim.sim.centre import Clock
from callsim.sim.count.seats import SeatTimeline, SeatUse
from callsim.sim.floor.state import SEAT_CHANGE

GRID, DAY, LAST = 50, 400, 600  # ms
COMINGS = [*range(0, LAST, 30), *range(100, DAY + 1, GRID)]

Changes = list[tuple[int, int, int, int, int]]


@st.composite
def parts(draw: st.DrawFn) -> list[Changes]:
    """Changes of two sites, part by part: agents come at some moments, and go at any."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        rows: Changes = []
        for site in range(2):
            here = 0
            for time in sorted(draw(st.sets(st.integers(0, LAST), max_size=40))):
                left = draw(st.integers(0, here))
                late = draw(st.integers(0, here - left))
                taken = draw(st.integers(0, 5)) if time in COMINGS else 0
                if left or late or taken:
                    rows.append((time, site, left, taken, late))
                here += taken - left - late
        found.append(sorted(rows))
    return found


def laid_together(given_: list[Changes], comings: np.ndarray | None, pieces: int) -> SeatUse:
    timelines = []
    for rows in given_:
        timeline = SeatTimeline(comings)
        for piece in np.array_split(np.array(rows, SEAT_CHANGE), pieces):
            timeline.take(piece)
        timeline.waited = np.zeros(2, np.bool_)
        timelines.append(timeline)
    return SeatUse(1, timelines)


@settings(max_examples=150, deadline=None)
@given(parts(), st.integers(1, 5))
def test_seats_given_back_between_two_comings_may_be_noted_later(given_: list[Changes], pieces: int) -> None:
    whole = laid_together(given_, None, pieces)
    kept = laid_together(given_, np.unique(COMINGS), pieces)
    assert set(kept.times) <= {*COMINGS, *(time for time in whole.times if time > max(COMINGS))}
    clock = Clock(GRID, 100, DAY)
    np.testing.assert_array_equal(kept.peaks(clock, GRID), whole.peaks(clock, GRID))
    most = int(max(whole.used, default=0))
    for seats in range(most + 8):
        assert kept.is_short(seats) == whole.is_short(seats)
