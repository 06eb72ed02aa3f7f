"""People in line: whoever leaves from wherever, the others keep their order, also around the end."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from callsim.sim.floor.ring import CREW_MASK, slot, stand, step_forward, take_out
from callsim.sim.floor.state import CREW_BITS, Floor
from tests.sim.floor.test_rules import floor_of

SIZE = 5


def line(floor: Floor, count: int) -> list[tuple[int, int]]:
    agents = [int(floor.rings[slot(floor.groups[0], k)]) for k in range(count)]
    return [(agent >> CREW_BITS, agent & CREW_MASK) for agent in agents]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("snFL"), st.integers(0, 2), st.integers(0, 4)), max_size=40))
def test_a_ring_is_a_list(actions: list[tuple[str, int, int]]) -> None:
    floor = floor_of((0, 0, 1, 0), agents=SIZE)
    ring, expected = floor.groups[0], []
    assert ring["ring_size"] == SIZE
    for now, (what, crew, agents) in enumerate(actions):
        if what == "s" and len(expected) < SIZE:
            stand(floor, ring, len(expected), crew, now)
            expected.append((now, crew))
        elif what == "n" and expected:
            assert step_forward(floor, ring) == expected.pop(0)[1]
        elif what in "FL":
            mine = [agent for agent in expected if agent[1] == crew]
            gone = mine[max(len(mine) - agents, 0) :] if what == "L" else mine[:agents]
            assert take_out(floor, ring, len(expected), crew, agents, what == "L") == len(gone)
            expected = [agent for agent in expected if agent not in gone]
        assert line(floor, len(expected)) == expected
