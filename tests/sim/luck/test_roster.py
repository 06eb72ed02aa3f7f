"""The plan for people as changes: day by day, who goes before who comes, anew at midnight."""

from __future__ import annotations

import itertools

import numpy as np

from callsim.sim.luck.roster import CHANGE, in_order, planned
from callsim.units import DAY_MS
from tests.makers.floors import HOUR, centre


def days(changes: list[np.ndarray]) -> list[list[tuple[int, int, int]]]:
    return [[(int(t) // HOUR, int(c), int(a)) for t, c, a, _ in rows.tolist()] for rows in changes]


def test_the_plan_goes_on_for_ever_and_begins_anew_at_midnight() -> None:
    staff = [[2, 0]] * 8 + [[5, 1]] * 8 + [[3, 0]] * 8
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 1, 0, 1.0)], staff=staff, days=1)
    a_day = [(8, 0, 3), (8, 1, 1), (16, 0, -2), (16, 1, -1)]
    again = [(0, 0, -3), (0, 0, 2), *a_day]
    assert days(list(itertools.islice(planned(floor), 3))) == [
        [(0, 0, 2), *a_day],
        [(24 + hour, crew, agents) for hour, crew, agents in again],
        [(48 + hour, crew, agents) for hour, crew, agents in again],
    ]


def test_a_warm_up_begins_in_the_middle_of_a_day() -> None:
    staff = [[hour % 24] for hour in range(24)]
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=staff, warm_up=2 * HOUR)
    first, second = days(list(itertools.islice(planned(floor), 2)))
    assert first == [(0, 0, 22), (1, 0, 1)]
    assert second == [(2, 0, -23), *((2 + hour, 0, 1) for hour in range(1, 24))]


def test_nobody_there_is_no_change() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[0]] * 24, warm_up=DAY_MS)
    assert days(list(itertools.islice(planned(floor), 3))) == [[], [], []]


def test_who_goes_comes_first() -> None:
    rows = [(5, 1, 2, False), (5, 0, 2, False), (5, 1, -2, True), (4, 3, 1, False), (5, 0, -1, False)]
    assert in_order(np.array(rows, CHANGE)).tolist() == [rows[k] for k in (3, 4, 2, 1, 0)]
