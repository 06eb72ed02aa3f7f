"""Agents as rows, told by hand: chats that slow each other down, mails that calls interrupt, who is next."""

from __future__ import annotations

import numpy as np

from callsim.sim.centre import NEVER, PACE_ONE, Centre
from callsim.sim.floor.records import ABANDONED, ANSWERED, DROPPED
from tests.makers.conditions import condition
from tests.makers.floors import Played, calls, centre, play, roster, same
from tests.makers.rows import PACES, handled, in_rows


def in_both(floor: Centre, trace: np.ndarray, changes: tuple[tuple[int, int, int], ...] = ()) -> Played:
    kernel, reference = (
        play(floor, trace, name, roster=roster(floor, *changes) if changes else None)
        for name in ("kernel", "reference")
    )
    same(kernel, reference)
    return kernel


def at(second: int, queue: int = 0, talk: int = 100, **more: int) -> dict[str, int]:
    return {"arrive": second * 1000, "queue": queue, "talk": talk * 1000, **more}


def told(played: Played, queue: int = 0) -> list[tuple[float, float, float]]:
    """(arrival, wait, talk) of each call of a queue in seconds, in their order of arrival."""
    rows = np.sort(played.records[played.records["queue"] == queue], order="arrive")
    return [tuple(float(r[name]) / 1000 for name in ("arrive", "wait", "talk")) for r in rows]  # type: ignore[misc]


def one_queue(agents: int, slots: int = 3, least: bool = False, paces: tuple[float, ...] = PACES) -> Centre:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[agents]] * 24)
    return floor._replace(
        in_rows=in_rows((0, slots, least), paces=paces), handled=handled((0, 0, slots, False))
    )


def test_a_chat_slows_the_other_down_while_both_go_on() -> None:
    found = in_both(one_queue(1), calls(at(0), at(50)))
    # At 50 s the first has 50 s left, which take until 112.5 s at 1.25; then the second has 50 s left, alone.
    assert told(found) == [(0, 0, 112.5), (50, 0, 112.5)]


def test_wrap_up_keeps_the_slot_and_takes_as_long_as_ever() -> None:
    found = in_both(one_queue(1, 2), calls(at(0, talk=40, wrap=60_000), at(20), at(30, talk=10)))
    # 20 s left at 20 s: until 45 s, wrapped up at 105 s; the third waits for that. The second: beside others
    # from 20 to 117.5 s, in which it does 78 s, then alone.
    assert told(found)[0] == (0, 0, 45)
    assert told(found)[2][1] == 75
    assert told(found)[2][2] == 12.5
    assert told(found)[1][2] == 97.5 + 22


def test_the_least_loaded_is_next_then_who_stands_there_longest() -> None:
    found = in_both(one_queue(2, 2), calls(at(0), at(10), at(20), at(30), at(40, patience=5_000)))
    # Two agents have one each, then two each; the fifth gives up.
    assert (found.records["outcome"] == ABANDONED).sum() == 1
    assert [row[1] for row in told(found)] == [0, 0, 0, 0, 5]
    # First: 20 s alone, then 80 s at 1.25. Second: 20 s alone, then 80 s at 1.25.
    assert [row[2] for row in told(found)[:2]] == [120, 120]


def test_an_agent_who_is_done_with_a_call_takes_up_several_chats() -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (1, 0, 1, 0, 1.0)], staff=[[1]] * 24, priority=[1, 2])
    floor = floor._replace(in_rows=in_rows((0, 3, False)), handled=handled((1, 0, 3, False)))
    trace = calls(at(0, talk=50), at(10, 1), at(11, 1), at(12, 1), at(13, 1), at(60))
    found = in_both(floor, trace)
    # Three chats at 50 s, each until 200 s; the fourth then; the call waits until nothing is in hand.
    assert [row[1] for row in told(found, 1)] == [40, 39, 38, 187]
    assert [row[2] for row in told(found, 1)] == [150, 150, 150, 100]
    assert told(found)[1] == (60, 240, 100)


def mail_and_calls(agents: int, *, also: bool = False) -> Centre:
    """Calls interrupt mails; `also`: a second group answers mails alone."""
    pairs = [(0, 0, 1, 0, 1.0), (1, 0, 2, 0, 1.0), *([(1, 1, 1, 0, 1.0)] if also else [])]
    floor = centre(pairs=pairs, staff=[[agents, 1][: 1 + also]] * 24, priority=[1, 2])
    more = [(1, 1, 1, True)] if also else []
    return floor._replace(
        in_rows=in_rows((0, 1, False), *([(1, 1, False)] if also else [])),
        handled=handled((1, 0, 1, True), *more),
    )


def test_a_call_interrupts_the_mail_that_was_begun_last() -> None:
    found = in_both(mail_and_calls(2), calls(at(0, 1), at(20, 1), at(30, talk=40), at(35, 1, talk=10)))
    assert told(found) == [(30, 0, 40)]
    # The second mail waits from 30 to 70 s before all others; the third until one of them is done.
    mails = told(found, 1)
    assert mails[:2] == [(0, 0, 100), (20, 0, 100)]
    assert mails[2] == (35, 65, 10)
    rows = np.sort(found.records[found.records["queue"] == 1], order="arrive")
    assert rows["times"].tolist() == [0, 1, 0]
    assert found.floor.people is not None
    assert found.floor.people.groups["interruptions"].tolist() == [1]
    # Two busy agents from 0 or 20 s on: 100 + 100 + 40 + 10 s in all.
    assert found.tally.work[:, 0, 1].sum() == 250_000


def test_what_was_interrupted_goes_on_elsewhere_at_once_if_somebody_is_idle() -> None:
    floor = mail_and_calls(1, also=True)
    # The mail of 0 s is done by the second group (its rank is 1), that of 10 s by the first.
    trace = calls(at(0, 1, talk=30), at(10, 1), at(60, talk=500))
    found = in_both(floor, trace)
    assert told(found, 1) == [(0, 0, 30), (10, 0, 100)]
    assert found.records["group"][found.records["queue"] == 1].tolist() == [1, 1]
    assert found.records["times"].sum() == 1


def test_who_takes_up_what_was_interrupted_goes_on_with_what_is_left_at_the_own_pace() -> None:
    """Also where that group does nothing that may be interrupted."""
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 0, 2, 0, 1.0), (1, 1, 1, 0, 2.0)], staff=[[1, 1]] * 24, priority=[1, 2]
    )
    floor = floor._replace(in_rows=in_rows((0, 1, False)), handled=handled((1, 0, 1, True)))
    found = in_both(floor, calls(at(0, 1, talk=30), at(10, 1), at(70, talk=500)))
    # 60 s at pace 1, then 40 s at pace 2.
    assert told(found, 1) == [(0, 0, 60), (10, 0, 140)]


def test_what_was_interrupted_is_never_given_up() -> None:
    trace = calls(at(0, 1, patience=30_000), at(10, talk=5000), at(20, 1, patience=30_000))
    found = in_both(mail_and_calls(1), trace)
    assert sorted(found.records["outcome"].tolist()) == [ANSWERED, ANSWERED, ABANDONED]
    assert told(found, 1)[0] == (0, 0, 100)


def test_calls_that_leave_a_reserve_interrupt_nothing() -> None:
    floor = mail_and_calls(2)._replace(conditions=condition((0, 0, 1, 0, 0)))
    found = in_both(floor, calls(at(0, 1), at(1, 1), at(10)))
    assert found.records["times"].sum() == 0


def test_a_way_that_opens_lets_calls_interrupt() -> None:
    floor = mail_and_calls(1)
    pairs = floor.pairs.copy()
    pairs["after"][0] = 20_000
    found = in_both(floor._replace(pairs=pairs), calls(at(0, 1), at(10, talk=30)))
    assert told(found) == [(10, 20, 30)]
    assert told(found, 1) == [(0, 0, 100)]
    assert found.records["times"].sum() == 1


def test_a_seat_that_is_lost_puts_mails_back_and_drops_all_chats_of_the_agent() -> None:
    floor = mail_and_calls(1)._replace(
        losses=centre(
            pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]] * 24, losses=[(0, True, 1, 50_000, 90_000)]
        ).losses,
        seats=np.array([1], np.int64),
    )
    found = in_both(floor, calls(at(0, 1)))
    assert told(found, 1) == [(0, 0, 100)]
    assert found.records["times"].tolist() == [1]
    lost = one_queue(1)._replace(losses=floor.losses, seats=floor.seats)
    found = in_both(lost, calls(at(0), at(10), at(20)))
    assert found.records["outcome"].tolist() == [DROPPED] * 3
    assert sorted(row[2] for row in told(found)) == [30, 40, 50]


def test_work_put_back_by_a_lost_seat_and_taken_up_at_another_site_is_not_offered_twice() -> None:
    # The second group begins the mail and loses its seat at 50 s; the first goes on with it and ends it.
    lost = centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 0, 2, 0, 1.0), (1, 1, 1, 0, 1.0)],
        staff=[[1, 1]] * 24,
        site=[0, 1],
        seats=[1, 1],
        losses=[(1, True, 1, 50_000, 90_000)],
    )
    floor = mail_and_calls(1, also=True)._replace(site=lost.site, seats=lost.seats, losses=lost.losses)
    found = in_both(floor, calls(at(0, 1), at(200, 1, patience=5_000), at(300, 1)))
    assert told(found, 1) == [(0, 0, 100), (200, 0, 100), (300, 0, 100)]
    assert found.records["times"].tolist() == [1, 0, 0]
    assert found.records["outcome"].tolist() == [ANSWERED] * 3


def test_whose_hours_are_over_takes_up_no_more() -> None:
    changes = ((0, 0, 2), (50_000, 0, -1))
    floor = one_queue(0, 2)
    trace = calls(at(0), at(1), at(60), at(61), at(62, patience=1_000))
    found = in_both(floor, trace, changes)
    # Of two agents with a chat each the first leaves when it is done; the other takes the third, and the
    # fourth once the second is done: 59 s of it alone, 41 s at 1.25.
    rows = np.sort(found.records, order="arrive")
    assert rows["wait"].tolist() == [0, 0, 0, 50_250, 1_000]
    assert rows["outcome"].tolist() == [ANSWERED] * 4 + [ABANDONED]
    assert found.floor.groups["on_duty"].tolist() == [1]


def test_the_least_occupied_is_next() -> None:
    changes = ((0, 0, 1), (60_000, 0, 1))
    trace = calls(at(0, talk=30), at(70, talk=10), at(90, talk=100), at(100, talk=10))
    for least, first in ((False, 0), (True, 1)):
        floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[0]] * 24)
        floor = floor._replace(in_rows=in_rows((0, 1, least)))
        found = in_both(floor, trace, changes)
        assert found.floor.people is not None
        busy = found.floor.people.agents["busy_sum"].tolist()
        # At 70 s: one was busy 30 of 70 s and is idle since 30 s; the other came at 60 s.
        expected = [(30 + 10 + 10, 100), (30 + 100, 10 + 10)][first]
        assert sorted(busy) == sorted(1000 * seconds for seconds in expected)


def test_the_longest_talk_at_the_slowest_pace_does_not_overflow() -> None:
    slow = (1.0, *(10.0,) * 9)
    trace = calls(*({"arrive": k, "queue": 0, "talk": NEVER, "wrap": NEVER} for k in range(10)))
    found = in_both(one_queue(1, 10, paces=slow), trace)
    assert found.floor.people is not None
    left = found.floor.people.work["left"][:10]
    assert np.all(left > 0)
    assert np.all(left <= NEVER << 8)
    assert (NEVER << 8) * 10 * PACE_ONE + (1 << 28) < 1 << 63
    assert np.all(found.records["talk"] > 0)
