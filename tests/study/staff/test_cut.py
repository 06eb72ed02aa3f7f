"""The cheapest agents for which all cuts hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from callsim.study.staff.cut import Bounds, Cuts, cheapest


def bounds(groups: int, high: float = 50.0, intervals: int = 1) -> Bounds:
    low = np.zeros((intervals, groups))
    return Bounds(low, np.full_like(low, high), low, 0.0)


def test_groups_of_their_own_follow_from_their_strictest_row() -> None:
    cuts = Cuts(np.array([[[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]]), np.array([[3.2, 9.0, 7.000_000_1]]))
    assert cheapest(cuts, np.ones(2), bounds(2), whole=False)[0] == pytest.approx([4.5, 7.0])
    assert cheapest(cuts, np.ones(2), bounds(2), whole=True)[0].tolist() == [5, 7]


def test_a_flexible_agent_counts_only_for_what_he_is_worth() -> None:
    """Two promises of 10; a flexible agent worth a half for each is worth no more than a specialist."""
    half = Cuts(np.array([[[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]]), np.array([[10.0, 10.0]]))
    assert cheapest(half, np.array([1, 1, 1.001]), bounds(3), whole=True)[0].tolist() == [10, 10, 0]
    more = Cuts(np.array([[[1.0, 0.0, 0.8], [0.0, 1.0, 0.8]]]), np.array([[10.0, 10.0]]))
    assert cheapest(more, np.array([1, 1, 1.001]), bounds(3), whole=True)[0].sum() == 13


def test_whole_agents_are_as_cheap_as_enumeration_finds() -> None:
    stream = np.random.default_rng(3)
    for _ in range(20):
        weight = stream.uniform(0.2, 1.0, (1, 3, 3))
        least = stream.uniform(1, 6, (1, 3))
        cost = stream.uniform(0.5, 2, 3)
        found = cheapest(Cuts(weight, least), cost, bounds(3, high=9), whole=True)[0]
        best = min(
            cost @ np.array(some)
            for some in itertools.product(range(10), repeat=3)
            if (weight[0] @ np.array(some) >= least[0] - 1e-9).all()
        )
        assert cost @ found == pytest.approx(best)
        assert (weight[0] @ found >= least[0] - 1e-6).all()


def test_what_bounds_forbid_is_missed_by_as_little_as_may_be() -> None:
    cuts = Cuts(np.array([[[1.0, 1.0]]]), np.array([[10.0]]))
    assert cheapest(cuts, np.ones(2), bounds(2, high=4), whole=True)[0].tolist() == [4, 4]
