"""Conditions of pairs and weights of queues: both engines agree, and laws hold above them."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import NEVER, Centre
from callsim.sim.floor.records import ANSWERED
from callsim.units import DAY_MS
from tests.engines.test_laws import busy_at, moments, staff_at
from tests.makers.conditions import condition, conditions, crowded, short, weight
from tests.makers.floors import Played, calls, centre, play, roster, same
from tests.makers.follow_ups import follow_ups
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import Inspector, Meddler, People, people

EXAMPLES = int(os.environ.get("CALLSIM_FUZZ", "40"))
some = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@some
@given(st.data())
def test_engines_agree_under_conditions(data: st.DataObject) -> None:
    floor = data.draw(conditions(data.draw(centres())))
    trace = data.draw(traces(floor.queues))
    kernel, reference = (play(floor, trace, name) for name in ("kernel", "reference"))
    same(kernel, reference)
    table = kernel.floor.conditions
    if table is not None:
        assert table.called[0] == -1
        answered = (kernel.records["outcome"] == ANSWERED).sum()
        assert table.pairs["answered"].sum() == answered
        for q in range(floor.queues):
            mine = kernel.records["queue"] == q
            assert table.queues["decided"][q] == (mine & (kernel.records["outcome"] <= 3)).sum()


@settings(some, max_examples=EXAMPLES // 2)
@given(st.data())
def test_engines_agree_on_people_calls_and_conditions_together(data: st.DataObject) -> None:
    """Seats, shifts, incidents and supervisors, and calls that follow calls."""
    given_: People = data.draw(people())
    floor, luck = data.draw(follow_ups(data.draw(conditions(given_.centre))))
    days = []
    for name in ("kernel", "reference"):
        who = [Meddler(given_.script), Inspector(given_.centre, given_.changes, 300_000)]
        changes = roster(floor, *given_.changes)
        days.append(play(floor, given_.trace, name, roster=changes, supervisors=who, luck=luck))
    same(*days)


def unused(floor: Centre) -> Centre:
    """Conditions that ask nothing of any pair, and weights that weigh nothing."""
    pairs = floor.pairs
    return floor._replace(
        conditions=condition(
            *((int(p["queue"]), int(p["group"]), 0, k % 2, 0.0) for k, p in enumerate(pairs))
        ),
        weights=weight(*((q, 1.0, 0) for q in range(floor.queues))),
    )


@some
@given(st.data())
def test_what_asks_nothing_changes_nothing(data: st.DataObject) -> None:
    floor = data.draw(centres())
    trace = data.draw(traces(floor.queues))
    plain, written = play(floor, trace, "kernel"), play(unused(floor), trace, "kernel")
    np.testing.assert_array_equal(plain.records, written.records)
    np.testing.assert_array_equal(plain.tally.work, written.tally.work)


def waiting_at(played: Played, queue: int, times: np.ndarray) -> np.ndarray:
    """int64 [time]  calls in the queue after all that happens at each time."""
    rows = played.records[played.records["queue"] == queue]
    return np.searchsorted(np.sort(rows["arrive"]), times, "right") - np.searchsorted(
        np.sort(rows["arrive"] + rows["wait"]), times, "right"
    )


@some
@given(st.data())
def test_nobody_waits_while_an_agent_is_idle_above_what_is_reserved(data: st.DataObject) -> None:
    """And while as many wait as the group asks for."""
    floor = data.draw(conditions(data.draw(centres()), switches=False))
    played = play(floor, data.draw(traces(floor.queues)), "kernel")
    times = moments(floor, played)
    idle = staff_at(floor, times) - busy_at(played, floor.groups, times)
    asked = {(int(c["queue"]), int(c["group"])): c for c in floor.conditions}
    waiting = [waiting_at(played, q, times) for q in range(floor.queues)]
    for row in played.records[played.records["wait"] > 0]:
        queue = int(row["queue"])
        last = min(row["arrive"] + row["wait"], floor.clock.ends + DAY_MS)
        for pair in floor.pairs[floor.pairs["queue"] == queue]:
            here = slice(*np.searchsorted(times, [row["arrive"] + pair["after"], last]))
            found = asked.get((queue, int(pair["group"])))
            reserve, crowd = (0, 0) if found is None else (found["reserve"], found["min_waiting"])
            able = (idle[here, pair["group"]] > reserve) & (waiting[queue][here] >= crowd)
            assert not able.any(), (row, pair)


def in_both(floor: Centre, trace: np.ndarray) -> Played:
    kernel, reference = (play(floor, trace, name) for name in ("kernel", "reference"))
    same(kernel, reference)
    return kernel


def waits(played: Played, queue: int = 0) -> list[tuple[int, int, int]]:
    """(arrival, wait, group) of each call of a queue, in seconds and in their order of arrival."""
    rows = np.sort(played.records[played.records["queue"] == queue], order="arrive")
    return [(int(r["arrive"]) // 1000, int(r["wait"]) // 1000, int(r["group"])) for r in rows]


def at(second: int, queue: int = 0, talk: int = 100, **more: int) -> dict[str, int]:
    return {"arrive": second * 1000, "queue": queue, "talk": talk * 1000, **more}


def test_a_mail_waits_until_more_agents_than_the_reserve_are_idle() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (1, 0, 2, 0, 1.0)], staff=[[3]] * 24)
    floor = floor._replace(conditions=condition((1, 0, 2, 0, 0)))
    trace = calls(at(0), at(10, 1), at(20, 1, talk=50), at(30), at(40))
    played = in_both(floor, trace)
    assert waits(played) == [(0, 0, 0), (30, 0, 0), (40, 0, 0)]
    # At 100, 130 and 140 s an agent is free: only at 140 s more than 2 are. Then at 240 s again.
    assert waits(played, 1) == [(10, 130, 0), (20, 220, 0)]


def test_agents_who_come_serve_mails_down_to_the_reserve() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]] + [[5]] * 23)
    floor = floor._replace(conditions=condition((0, 0, 2, 0, 0)))
    trace = calls(*(at(100 + k, talk=7200) for k in range(6)))
    # 5 are there from 3,600 s on, of whom 2 stay in reserve.
    assert [(arrive, wait) for arrive, wait, _ in waits(in_both(floor, trace))[:3]] == [
        (100, 3500),
        (101, 3499),
        (102, 3498),
    ]


def test_the_first_of_a_crowd_is_answered_when_the_last_joins() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 0, 1.0)], staff=[[1, 1]] * 24)
    floor = floor._replace(conditions=condition((0, 1, 0, 3, 0)))
    trace = calls(at(0, talk=1000), at(10), at(20), at(30, talk=500), at(40, talk=500), at(300))
    # At 30 s three wait, and the helper takes the first; at 40 s three wait again, of whom the helper takes
    # one at 130 s. Two are no crowd, until another joins at 300 s.
    assert waits(in_both(floor, trace))[:4] == [(0, 0, 0), (10, 20, 1), (20, 110, 1), (30, 270, 1)]


def test_a_crowd_is_no_crowd_before_its_first_call_has_waited_long_enough() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 60_000, 1.0)], staff=[[1, 2]] * 24)
    floor = floor._replace(conditions=condition((0, 1, 0, 2, 0)))
    trace = calls(at(0, talk=1000), at(10), at(20), at(90))
    # At 70 s the first of two has waited a minute. At 80 s the second has, alone; at 90 s another joins.
    assert waits(in_both(floor, trace))[:3] == [(0, 0, 0), (10, 60, 1), (20, 70, 1)]


def test_weights_and_head_starts_order_equal_priorities() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (1, 0, 1, 0, 1.0)], staff=[[1]] * 24)
    trace = calls(at(0), at(10), at(70, 1), at(80, 1))
    plain = [(0, 0, 0), (10, 90, 0)]
    assert waits(in_both(floor, trace)) == plain
    heavy = floor._replace(weights=weight((1, 4.0, 0)))
    # At 100 s: 90 against 30 × 4; at 200 s: 190 against 120 × 4.
    assert waits(in_both(heavy, trace)) == [(0, 0, 0), (10, 290, 0)]
    # Equal values go to the queue that comes first.
    equal = floor._replace(weights=weight((1, 3.0, 0)))
    assert waits(in_both(equal, trace)) == plain
    ahead = floor._replace(weights=weight((1, 1.0, 61_000)))
    assert waits(in_both(ahead, trace))[1] == (10, 190, 0)


def test_quotas_are_kept_without_luck() -> None:
    floor = centre(pairs=[(0, g, 1, 0, 1.0) for g in range(3)], staff=[[20, 20, 20]] * 24)
    floor = floor._replace(conditions=condition((0, 0, 0, 0, 0.5), (0, 1, 0, 0, 0.3), (0, 2, 0, 0, 0.2)))
    played = in_both(floor, calls(*(at(10 * k, talk=60) for k in range(300))))
    assert np.bincount(played.records["group"]).tolist() == [150, 90, 60]
    # Where a group has nobody left, the others take its calls.
    few = floor._replace(staff=floor.staff * [[0, 1, 1]])
    counts = np.bincount(in_both(few, calls(*(at(10 * k, talk=60) for k in range(300)))).records["group"])
    assert counts.tolist() == [0, 180, 120]


def test_a_switch_opens_and_closes_at_its_looks() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 0, 1.0)], staff=[[1, 5]] * 24)
    on_length = floor._replace(switches=crowded(0, 1, 2))
    trace = calls(at(0, talk=2000), at(30), at(40), at(50), at(70, talk=20), at(130))
    # Three wait at 60 s: the helpers take all of them, and who comes at 70 s. At 120 s nobody waits.
    assert waits(in_both(on_length, trace)) == [
        (0, 0, 0),
        (30, 30, 1),
        (40, 20, 1),
        (50, 10, 1),
        (70, 0, 1),
        (130, 1870, 0),
    ]
    # Answered within 20 s of those whose wait has ended in 2 min, and of those that wait longer now. At 60 s
    # 1 of 1 + 1, for who came at 50 s may still be in time; at 120 s 1 of 1 + 2: on. At 180 s and at 240 s 2
    # of 4: off. At 300 s 0 of 0 + 2.
    on_level = floor._replace(switches=short(0, 1, 0.5, 120_000, 20_000))
    trace = calls(at(0, talk=2000), at(30), at(50), at(125), at(170), at(230), at(250))
    assert waits(in_both(on_level, trace)) == [
        (0, 0, 0),
        (30, 90, 1),
        (50, 70, 1),
        (125, 0, 1),
        (170, 0, 1),
        (230, 70, 1),
        (250, 50, 1),
    ]


def test_a_switch_that_is_never_turned_is_a_way_that_is_closed() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 0, 1.0)], staff=[[1, 5]] * 24)
    trace = calls(*(at(10 * k, patience=60_000) for k in range(200)))
    never = floor.pairs.copy()
    never["after"][1] = NEVER
    closed = in_both(floor._replace(pairs=never), trace)
    np.testing.assert_array_equal(
        in_both(floor._replace(switches=crowded(0, 1, 300)), trace).records, closed.records
    )
