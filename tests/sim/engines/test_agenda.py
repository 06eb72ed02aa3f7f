"""The agenda against Python's own heap: any moments, near and many rounds away, in the same order."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsim.sim.engines import agenda as agendas
from callsim.sim.engines.agenda import BUCKETS, FEW, LIKED_IN_A_BUCKET, NOTHING, blank_agenda
from callsim.sim.floor.rules import moment
from callsim.sim.floor.state import CALL, PLACE_BITS

PLACES = 300


@pytest.mark.parametrize("moments_per_ms", [1e-9, 1e-3, 1.0, 1000.0])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), reach=st.sampled_from([0.2, 3.0, BUCKETS / 2, 2.5 * BUCKETS]))
def test_moments_come_in_order(moments_per_ms: float, seed: int, reach: float) -> None:
    luck = np.random.default_rng(seed)
    far = max(int(min(LIKED_IN_A_BUCKET / moments_per_ms, 2**22) * reach), 5)  # ms: so many buckets
    calls = np.zeros(PLACES, CALL)
    agenda = blank_agenda(PLACES, moments_per_ms)
    expected: list[int] = []
    free, now = list(range(PLACES)), 0
    for _ in range(200):
        for _ in range(luck.integers(0, 4)):
            if free:
                place = free.pop(int(luck.integers(len(free))))
                later = 0 if luck.random() < 0.2 else int(luck.integers(0, far))
                calls[place]["moment"] = moment(now + later, int(luck.integers(1, 6)), place)
                agendas.add(agenda, calls[place]["moment"])
                heapq.heappush(expected, int(calls[place]["moment"]))
        limit = moment(now + int(luck.integers(0, far)), 5, 0)
        for _ in range(luck.integers(0, 4)):
            first = int(agendas.first(agenda, calls, limit))
            if not expected or expected[0] >= limit:
                assert first == NOTHING
                break
            assert first == heapq.heappop(expected)
            agendas.drop_first(agenda)
            place = first & ((1 << PLACE_BITS) - 1)
            now = first >> 27
            free.append(place)
    while expected:
        assert agendas.first(agenda, calls, np.int64(2**63 - 1)) == heapq.heappop(expected)
        agendas.drop_first(agenda)
    assert agendas.first(agenda, calls, np.int64(2**62)) == NOTHING


def test_a_grown_agenda_holds_what_it_held() -> None:
    calls = np.zeros(8, CALL)
    agenda = blank_agenda(4, 1.0)
    times = [5, 10**7, 3, 4 * BUCKETS, 10**7, 0, 7, 1]
    for place, time in enumerate(times):
        if place == 4:
            agenda = agendas.grow(agenda, 8)
        calls[place]["moment"] = moment(time, 1, place)
        agendas.add(agenda, calls[place]["moment"])
    for wanted in sorted(calls["moment"].tolist()):
        assert agendas.first(agenda, calls, np.int64(2**62)) == wanted
        agendas.drop_first(agenda)


@pytest.mark.parametrize("many", [1, 2, FEW, FEW + 1, FEW + 2, 1000])
def test_a_bucket_of_any_size_is_put_in_order(many: int) -> None:
    calls = np.zeros(many, CALL)
    agenda = blank_agenda(many, 1e-9)
    times = np.random.default_rng(many).integers(2**22, 2**22 + 5000, many)
    wanted = [moment(int(time), 1, place) for place, time in enumerate(times)]
    for one in wanted:
        agendas.add(agenda, one)
    for one in sorted(wanted):
        assert agendas.first(agenda, calls, np.int64(2**62)) == one
        agendas.drop_first(agenda)
