"""Calls may keep their lines until wrap-up ends, while there are plenty: nobody can tell."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.sim.floor.records import BLOCKED
from callsim.sim.floor.state import LINES_LATE
from tests.makers.floors import Played, calls, centre, play, same

SECOND, AGENTS = 1_000, 8


def busy_day(lines: int, engine: str) -> Played:
    """Agents who talk ten seconds and write up twenty, or not at all; every second somebody calls."""
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[AGENTS]], lines=[lines], holds=[(0, 0)])
    rows = [
        {"arrive": k * SECOND, "talk": 10 * SECOND, "wrap": 20 * SECOND * (k % 3 > 0), "patience": 2 * SECOND}
        for k in range(200)
    ]
    return play(floor, calls(*rows), engine)


@pytest.mark.parametrize(("lines", "told_apart"), [(2 * AGENTS, False), (AGENTS - 1, True), (2, True)])
def test_lines_are_told_apart_once_there_are_few(lines: int, told_apart: bool) -> None:
    kernel, reference = (busy_day(lines, engine) for engine in ("kernel", "reference"))
    same(kernel, reference)
    assert (kernel.floor.register[LINES_LATE] <= 0) == told_apart
    assert kernel.floor.free_lines.tolist() == [lines]


def test_lines_in_wrap_up_block_nobody() -> None:
    """With as many lines as calls wait or talk at once nobody is blocked, with one line less somebody is."""
    found = busy_day(1_000, "kernel").records
    leave = found["arrive"] + found["wait"] + found["talk"]
    at_once = max(int(np.sum((found["arrive"] <= now) & (now < leave))) for now in found["arrive"])
    for lines in (at_once, at_once - 1):
        played = busy_day(lines, "kernel")
        assert bool(np.any(played.records["outcome"] == BLOCKED)) == (lines < at_once)
