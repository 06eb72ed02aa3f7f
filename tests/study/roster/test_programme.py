"""Programmes that are solved in pieces are those that are solved whole."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.study.roster.programme import Row, cheapest, solve

GROUPS, TOURS = 3, 4


def row(tours: list[int], values: list[float], limit: float, where: str = "") -> Row:
    return Row(np.array(tours), np.array(values), limit, 0, 0, where)


def demand(stream: np.random.Generator) -> list[Row]:
    """Five moments of three groups of four tours each: who is there must be enough."""
    found = []
    for group in range(GROUPS):
        mine = list(range(group * TOURS, (group + 1) * TOURS))
        for _ in range(5):
            there = stream.integers(0, 2, TOURS).astype(float)
            there[stream.integers(TOURS)] = 1.0
            found.append(row(mine, there.tolist(), float(stream.integers(1, 9))))
    return found


@pytest.mark.parametrize("seats", [8, 14, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_pieces_cost_what_the_whole_costs(seed: int, seats: int) -> None:
    """Seats that all share tie the groups where they are too few, and only there."""
    stream = np.random.default_rng(seed)
    least = demand(stream)
    cost = stream.integers(4, 9, GROUPS * TOURS).astype(float)
    every = list(range(GROUPS * TOURS))
    shared = [row(every, stream.integers(0, 2, len(every)).astype(float).tolist(), seats, "park")]
    whole = solve(cost, least, shared, 20.0)
    found = cheapest(cost, least, [], shared, 20.0)
    if found is None:
        assert whole.x is None
        return
    assert cost @ found.places == pytest.approx(whole.fun, rel=0.01)
    assert found.bound <= whole.fun + 1e-6
    assert found.apart <= cost @ found.places + 1e-6
    for one in least:
        assert one.values @ found.places[one.tours] >= one.limit - 1e-6
    assert shared[0].values @ found.places <= seats + 1e-6


def test_what_nobody_can_cover_has_no_solution() -> None:
    cost = np.ones(2)
    assert cheapest(cost, [row([0, 1], [0.0, 0.0], 1.0)], [], [], 5.0) is None
    assert cheapest(cost, [row([0], [1.0], 3.0)], [row([0], [1.0], 2.0)], [], 5.0) is None
    assert cheapest(cost, [row([0], [1.0], 3.0)], [], [row([0], [1.0], 2.0, "park")], 5.0) is None


def test_who_is_not_asked_for_stays_at_home() -> None:
    found = cheapest(np.ones(3), [row([0, 1], [1.0, 0.0], 2.0)], [], [], 5.0)
    assert found is not None
    assert found.places.tolist() == [2, 0, 0]
