"""Rules on the smallest floors: who answers whom, and idle agents in their ring."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsim.sim.centre import NEVER, NOBODY, PACE_ONE, Centre
from callsim.sim.floor import control, duty, lines, places, rules
from callsim.sim.floor.records import blank_records
from callsim.sim.floor.ring import CREW_MASK
from callsim.sim.floor.state import CREW_BITS, FREE_PLACES, Floor, open_floor
from callsim.sim.luck.trace import blank_trace
from tests.makers.floors import centre


def floor_of(*pairs: tuple[int, int, int, int], agents: int = 3, prefers: list[int] | None = None) -> Floor:
    """Pairs are (queue, group, rank, after); nobody is on duty yet, every line is open."""
    groups = 1 + max(pair[1] for pair in pairs)
    rows = [(*pair, 1.0) for pair in pairs]
    floor = open_floor(centre(pairs=rows, staff=[[agents] * groups], prefers=prefers), places=16)
    floor.queues["open"] = 1
    return floor


def idle(floor: Floor, g: int) -> list[tuple[int, int]]:
    """(since, crew) of the idle agents of a group, longest idle first."""
    group = floor.groups[g]
    ring = floor.rings[group["ring_from"] : group["ring_from"] + group["ring_size"]]
    at = (group["oldest"] + np.arange(group["idle"])) % group["ring_size"]
    return [(int(agent) >> CREW_BITS, int(agent) & CREW_MASK) for agent in ring[at]]


def call_in(floor: Floor, queue: int, now: int, talk: int = 1000) -> int:
    trace = blank_trace(1)
    trace["queue"], trace["talk"], trace["patience"] = queue, talk, 60_000
    place = int(places.dial(floor, trace, 0))
    rules.arrive(floor, place, now)
    return place


def come(floor: Floor, crew: int, agents: int, now: int) -> None:
    duty.come(floor, crew, agents, now)
    control.fill_all_seats(floor, blank_records(1), control.blank_steps(0), now)


def hang_up(floor: Floor, place: int, now: int) -> None:
    call = floor.calls[place]
    duty.free(floor, int(floor.pairs[call["pair"]]["group"]), int(call["crew"]), now)


def test_group_for_takes_rank_then_longest_idle_then_the_first() -> None:
    floor = floor_of((0, 0, 2, 0), (0, 1, 1, 0), (0, 2, 1, 0), agents=1)
    assert rules.group_for(floor, 0, 0, 1) == NOBODY
    come(floor, 0, 1, 10)
    assert floor.pairs[rules.group_for(floor, 0, 0, 1)]["group"] == 0
    come(floor, 2, 1, 30)
    assert floor.pairs[rules.group_for(floor, 0, 0, 1)]["group"] == 2
    come(floor, 1, 1, 30)  # idle as long as group 2
    assert floor.pairs[rules.group_for(floor, 0, 0, 1)]["group"] == 1


@pytest.mark.parametrize(("waited", "group"), [(0, None), (4_999, None), (5_000, 1), (9_999, 1), (10_000, 0)])
def test_group_for_looks_at_the_wait(waited: int, group: int | None) -> None:
    floor = floor_of((0, 0, 1, 10_000), (0, 1, 2, 5_000))
    come(floor, 0, 1, 0)
    come(floor, 1, 1, 0)
    pair = rules.group_for(floor, 0, waited, 1)
    assert (None if pair == NOBODY else int(floor.pairs[pair]["group"])) == group


def test_pick_for_takes_the_head_that_waits_longest_of_those_old_enough() -> None:
    floor = floor_of((0, 0, 1, 5_000), (1, 0, 1, 0), (2, 0, 1, 0))
    assert rules.pick_for(floor, 0, 0) == NOBODY
    call_in(floor, 0, 1_000)
    call_in(floor, 2, 2_000)
    call_in(floor, 1, 2_000)
    picked = [int(floor.picks[rules.pick_for(floor, 0, now)]["queue"]) for now in (5_999, 6_000)]
    assert picked == [1, 0], "too young at first; of equal waits the first queue"


def test_pick_for_takes_what_the_group_prefers_whatever_the_rank() -> None:
    floor = floor_of((0, 0, 1, 0), (1, 0, 3, 0), (2, 0, 2, 0), (3, 0, 1, 5_000), prefers=[0, -1, -1, -2])
    call_in(floor, 0, 1_000)
    assert floor.picks[rules.pick_for(floor, 0, 9_000)]["queue"] == 0
    call_in(floor, 2, 4_000)
    call_in(floor, 1, 3_000)
    call_in(floor, 3, 2_000)
    picked = [int(floor.picks[rules.pick_for(floor, 0, now)]["queue"]) for now in (6_999, 7_000)]
    assert picked == [1, 3], "the first choice is too young at first; of equals the longest wait"


def test_idle_agents_stand_in_a_ring_that_wraps_around() -> None:
    floor = floor_of((0, 0, 1, 0), agents=3)
    come(floor, 0, 3, 0)
    assert idle(floor, 0) == [(0, 0)] * 3
    waiting = [call_in(floor, 0, now) for now in (1, 2)]
    assert floor.groups[0]["oldest"] == 2
    for place, now in zip(waiting, (10, 11), strict=True):
        hang_up(floor, place, now)
    assert idle(floor, 0) == [(0, 0), (10, 0), (11, 0)], "the end of the ring goes on at its start"
    call_in(floor, 0, 12)
    assert floor.groups[0]["oldest"] == 0
    assert idle(floor, 0) == [(10, 0), (11, 0)]


def test_the_longest_idle_of_the_crew_goes_first_and_the_order_of_others_stays() -> None:
    small = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[5]])
    two_crews: Centre = small._replace(crew_group=np.zeros(2, np.int32), staff=np.full((1, 2), 3, np.int64))
    floor = open_floor(two_crews, places=16)
    floor.queues["open"] = 1
    for since, crew in enumerate([0, 1, 0, 1, 1, 0]):
        come(floor, crew, 1, since)
    busy = [call_in(floor, 0, 10) for _ in range(2)]  # the first of each crew; the ring wraps around next
    for place in busy:
        hang_up(floor, place, 20)
    assert idle(floor, 0) == [(2, 0), (3, 1), (4, 1), (5, 0), (20, 0), (20, 1)]
    duty.go(floor, 1, 2, 30)
    assert idle(floor, 0) == [(2, 0), (5, 0), (20, 0), (20, 1)]
    duty.go(floor, 0, 2, 31)
    assert idle(floor, 0) == [(20, 0), (20, 1)]
    assert floor.groups[0]["on_duty"] == 2
    call_in(floor, 0, 40)
    duty.go(floor, 0, 1, 41)  # its last one talks
    assert floor.crews["owed"].tolist() == [1, 0]
    assert idle(floor, 0) == [(20, 1)]


@settings(deadline=None)  # the first call may compile
@given(st.integers(0, 2**31 - 1), st.integers(1, 4 * PACE_ONE))
def test_paced_talk_is_rounded_to_the_nearest_millisecond(talk: int, pace: int) -> None:
    exact = (2 * talk * pace + PACE_ONE) // (2 * PACE_ONE)
    assert int(lines.paced(talk, pace)) == min(exact, NEVER)


@settings(deadline=None)  # the first call may compile
@given(st.integers(0, 2**31 - 1))
def test_the_usual_pace_changes_nothing(talk: int) -> None:
    assert lines.paced(talk, PACE_ONE) == talk


def test_moments_of_one_millisecond_come_in_the_order_of_kind_and_place() -> None:
    told = [places.moment(t, kind, place) for t in (0, 1, 2**35) for kind in range(1, 6) for place in (0, 7)]
    assert told == sorted(told)
    assert len(set(told)) == len(told)


def test_the_place_given_back_last_is_taken_first() -> None:
    floor = floor_of((0, 0, 1, 0))
    taken = [int(places.take_place(floor)) for _ in range(3)]
    assert taken == [0, 1, 2]
    places.give_back(floor, 0)
    places.give_back(floor, 2)
    assert [int(places.take_place(floor)) for _ in range(3)] == [2, 0, 3]
    assert floor.register[FREE_PLACES] == 16 - 4


def test_the_table_of_arguments_is_whole() -> None:
    """Every argument of a rule of the floor stands in the table at the head of `rules`, and no other does."""
    used = set[str]()
    for file in Path(rules.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and {"rule", "aside"} & {
                name.id for name in node.decorator_list if isinstance(name, ast.Name)
            }:
                used |= {argument.arg for argument in node.args.args}
    table = [line.split("|")[1] for line in (rules.__doc__ or "").splitlines() if line.startswith("| `")]
    assert {name for cell in table for name in re.findall(r"`(\w+)`", cell)} == used
