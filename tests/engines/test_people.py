"""People and places told by hand: hand-overs, breaks, lost seats and lines, supervisors (rules 5 and 6).

Each story is a few people; a supervisor who only looks tells what there was to see, minute by minute.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from callsim.sim.centre import NEVER, UNLIMITED, Centre
from callsim.sim.count.columns import (
    G_BUSY,
    G_LATE,
    G_ON_DUTY,
    S_USED,
    S_WAITED,
)
from callsim.sim.engines.supervision import Desk
from callsim.sim.floor.records import ABANDONED, ANSWERED, BLOCKED, DROPPED
from callsim.sim.floor.rules import paced
from tests.makers.floors import NOBODY, Played, calls, centre, play, roster
from tests.makers.random_people import People, people

S = 1000  # ms
MINUTE = 60 * S

both = pytest.mark.parametrize("engine", ["kernel", "reference"])
often = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def crews(*groups: int, queues: int = 1, **others: Any) -> Centre:
    """Crews of these groups, nobody there by default; every group answers every queue."""
    pairs = [(q, g, 1, 0, 1.0) for q in range(queues) for g in range(max(groups) + 1)]
    others = {"pairs": pairs, **others}
    return centre(staff=[[0] * len(groups)] * 24, crew_group=list(groups), **others)


def story(
    floor: Centre,
    engine: str,
    changes: list[tuple[Any, ...]],
    *rows: dict[str, int],
    supervisors: tuple[Callable[[Desk], Any], ...] = (),
) -> Played:
    return play(floor, calls(*rows), engine, roster=roster(floor, *changes), supervisors=supervisors)


class Watch:
    """A supervisor who looks at whole minutes and writes down what is asked for."""

    def __init__(self, what: Callable[[Desk], Any], minutes: range | list[int]):
        self.what, self.minutes, self.seen = what, minutes, []  # type: ignore[var-annotated]

    def __call__(self, desk: Desk) -> Generator[Any, Any, None]:
        for minute in self.minutes:
            yield desk.wait(minute * MINUTE - desk.now)
            self.seen.append((minute, self.what(desk)))


def at(minute: float, act: Callable[[Desk], object]) -> Callable[[Desk], Generator[Any, Any, None]]:
    """A supervisor who acts once."""

    def supervisor(desk: Desk) -> Generator[Any, Any, None]:
        yield desk.wait(round(minute * MINUTE))
        act(desk)

    return supervisor


def history(played: Played) -> list[tuple[float, ...]]:
    """(arrive, wait, talk, wrap) in minutes, group, outcome, attempt of every ended call."""
    return [
        (a / MINUTE, w / MINUTE, t / MINUTE, p / MINUTE, g, o, n)
        for a, w, t, p, _, g, o, n, *_ in played.records.tolist()
    ]


def answered(
    arrive: float, wait: float, talk: float, wrap: float = 0, group: int = 0, attempt: int = 1
) -> tuple[float, ...]:
    return (arrive, wait, talk, wrap, group, ANSWERED, attempt)


def call(arrive: float, talk: float, wrap: float = 0, **others: int) -> dict[str, int]:
    return {
        "arrive": round(arrive * MINUTE),
        "talk": round(talk * MINUTE),
        "wrap": round(wrap * MINUTE),
        **others,
    }


# Rule 6: the hand-over.


@both
def test_the_next_shift_waits_for_its_chairs(engine: str) -> None:
    floor = crews(0, 0, seats=[2])
    changes = [(0, 0, 2), (60 * MINUTE, 0, -2), (60 * MINUTE, 1, 2)]
    watch = Watch(
        lambda desk: (
            desk.seats_used(0),
            desk.late(0),
            desk.waiting_for_seat(0),
            desk.idle(0),
            desk.waiting(0),
        ),
        range(59, 67),
    )
    played = story(
        floor,
        engine,
        changes,
        call(58, 5),
        call(59, 1.5, 0.25),
        call(60.5, 4),
        call(62, 1),
        supervisors=(watch,),
    )
    assert watch.seen == [
        # used, late, in line, idle, calls waiting
        (59, (2, 0, 0, 1, 0)),
        (60, (2, 2, 2, 0, 0)),  # both still talk; the next two stand behind their chairs
        (61, (2, 1, 1, 0, 0)),  # at 60:45 the first is wrapped up: log in, take the call of 60:30
        (62, (2, 1, 1, 0, 0)),
        (63, (2, 1, 1, 0, 1)),  # what ends at 63:00 has not ended yet
        (64, (2, 0, 0, 0, 0)),  # at 63:00 the second chair is free: log in, take the call of 62:00
        (65, (2, 0, 0, 2, 0)),
        (66, (2, 0, 0, 2, 0)),
    ]
    assert history(played) == [
        answered(59, 0, 1.5, 0.25),
        answered(58, 0, 5),
        answered(62, 1, 1),
        answered(60.5, 0.25, 4),
    ]
    tally = played.tally
    assert tally.work[:2, 0, G_LATE].tolist() == [0, (45 + 180) * S], "late until wrapped, call by call"
    assert tally.sites[:2, 0, S_WAITED].tolist() == [0, (45 + 180) * S]
    assert tally.sites[:, 0, S_USED].tolist() == [120 * MINUTE] * 24
    np.testing.assert_array_equal(tally.sites[:, 0, S_USED], tally.work[:, 0, G_ON_DUTY])
    assert tally.seats_peak[:, 0].tolist() == [2] * 24


@both
def test_who_waits_for_a_seat_goes_home_first_then_who_is_idle(engine: str) -> None:
    floor = crews(0, 0, seats=[3])
    changes = [(0, 0, 2), (MINUTE, 1, 3), (10 * MINUTE, 1, -1), (20 * MINUTE, 1, -2)]
    watch = Watch(lambda desk: (desk.on_duty(0), desk.waiting_for_seat(0), desk.late(0)), [2, 11, 21, 31])
    story(floor, engine, changes, call(5, 20), supervisors=(watch,))
    assert watch.seen == [(2, (3, 2, 0)), (11, (3, 1, 0)), (21, (2, 0, 0)), (31, (2, 0, 0))]


@both
def test_a_break_gives_the_seat_to_who_waits_and_coming_back_is_waiting_too(engine: str) -> None:
    floor = crews(0, 0, seats=[1])
    changes = [
        (0, 0, 1),
        (MINUTE, 1, 1),
        (10 * MINUTE, 0, -1, True),
        (15 * MINUTE, 0, 1, True),
        (30 * MINUTE, 1, -1),
    ]
    played = story(floor, engine, changes, call(9, 2), call(29, 2), call(32, 1))
    # The break begins late, at 11; the second crew sits from 11 to 31, the first waits from 15 to 31.
    assert played.tally.sites[0, 0].tolist() == [60 * MINUTE, (10 + 16) * MINUTE]
    assert played.tally.work[0, 0, G_LATE] == 2 * MINUTE
    assert history(played) == [answered(9, 0, 2), answered(29, 0, 2), answered(32, 0, 1)]


@both
def test_who_still_talks_when_the_break_is_over_just_stays(engine: str) -> None:
    floor = crews(0, 0, seats=[1])
    changes = [
        (0, 0, 1),
        (MINUTE, 1, 1),
        (10 * MINUTE, 0, -1, True),
        (15 * MINUTE, 0, 1, True),
        (30 * MINUTE, 0, -1),
    ]
    played = story(floor, engine, changes, call(9, 7), call(31, 1))
    assert played.tally.work[0, 0, G_LATE] == 5 * MINUTE
    assert played.tally.sites[0, 0].tolist() == [60 * MINUTE, 29 * MINUTE]  # until the first crew has gone
    assert history(played) == [answered(9, 0, 7), answered(31, 0, 1)]


@both
def test_half_the_slack_at_the_hand_over_makes_people_wait(engine: str) -> None:
    changes = [(0, 0, 10), (30 * MINUTE, 0, -10), (30 * MINUTE, 1, 10)]
    rows = [call(28 + k / 10, 5) for k in range(8)]  # eight talk when the shift changes
    waited = {}
    for seats in (18, 14, UNLIMITED):
        played = story(crews(0, 0, seats=[seats]), engine, changes, *rows)
        waited[seats] = int(played.tally.sites[0, 0, S_WAITED])
        assert played.tally.work[0, 0, G_LATE] == sum(round((3 + k / 10) * MINUTE) for k in range(8))
    # The first four chairs are free after 3.0, 3.1, 3.2 and 3.3 minutes.
    assert waited == {18: 0, 14: round(12.6 * MINUTE), UNLIMITED: 0}


@often
@given(people())
def test_as_many_seats_as_people_are_no_limit(given_: People) -> None:
    open_ended = given_.centre._replace(seats=given_.centre.seats[:0], losses=given_.centre.losses[:0])
    free = story_of(open_ended, given_)
    enough = story_of(open_ended._replace(seats=free.tally.seats_peak.max(axis=0)), given_)
    np.testing.assert_array_equal(free.records, enough.records)
    for name in ("calls", "work", "sites", "seats_peak"):
        np.testing.assert_array_equal(getattr(free.tally, name), getattr(enough.tally, name))
    assert not enough.tally.sites[:, :, S_WAITED].any()


def story_of(floor: Centre, given_: People) -> Played:
    return play(floor, given_.trace, "kernel", roster=roster(floor, *given_.changes))


@often
@given(people())
def test_nothing_but_a_lost_seat_interrupts_a_call(given_: People) -> None:
    finished = given_.centre.losses.copy()
    finished["drops"] = False
    rows = story_of(given_.centre._replace(losses=finished), given_).records
    assert not np.any(rows["outcome"] == DROPPED)
    pace = {(int(p["queue"]), int(p["group"])): int(p["pace"]) for p in given_.centre.pairs}
    brought = {tuple(row) for row in given_.trace[["arrive", "queue", "talk", "wrap"]].tolist()}
    for row in rows[(rows["outcome"] == ANSWERED) & (rows["attempt"] == 1)]:
        arrive, q, g = int(row["arrive"]), int(row["queue"]), int(row["group"])
        talks = {
            talk for a, queue, talk, wrap in brought if (a, queue, wrap) == (arrive, q, int(row["wrap"]))
        }
        assert int(row["talk"]) in {int(paced(talk, pace[q, g])) for talk in talks}


# Incidents.


@both
def test_a_lost_park_drops_its_calls_and_the_callers_dial_again(engine: str) -> None:
    floor = crews(0, 1, site=[0, 1], seats=[5], losses=[(0, True, 5, 10 * MINUTE, 20 * MINUTE)], pairs=HOME)
    changes = [(0, 0, 2), (12 * MINUTE, 0, 1)]
    watch = Watch(lambda desk: (desk.seats(0), desk.on_duty(0), desk.waiting_for_seat(0)), [9, 10, 13, 20])
    played = story(
        floor,
        engine,
        changes,
        call(8, 5, 1, redials=1, again_after=3 * MINUTE),  # dropped at 10, dials again at 13, waits until 20
        call(7, 2.5, 2),  # wraps up since 9:30: that is cut short, the call was answered
        call(15, 1, patience=MINUTE),
        supervisors=(watch,),
    )
    assert watch.seen == [(9, (5, 2, 0)), (10, (0, 0, 2)), (13, (0, 0, 3)), (20, (5, 3, 0))]
    assert sorted(history(played)) == [
        answered(7, 0, 2.5, 0.5),
        (8, 0, 2, 0, 0, DROPPED, 1),
        answered(13, 7, 5, 1, attempt=2),
        (15, 1, 0, 0, NOBODY, ABANDONED, 1),
    ]
    assert played.tally.work[0, 0, G_BUSY] == (3 + 2 + 6) * MINUTE
    assert played.tally.sites[0, 0].tolist() == [(20 + 120) * MINUTE, (20 + 8) * MINUTE]


HOME = [(0, 0, 1, 0, 1.0), (0, 1, 2, 5 * MINUTE, 1.0)]  # group 1 helps after five minutes


@both
def test_calls_of_a_lost_park_overflow_after_their_wait(engine: str) -> None:
    floor = crews(0, 1, site=[0, 1], losses=[(0, True, UNLIMITED, 10 * MINUTE, 40 * MINUTE)], pairs=HOME)
    played = story(floor, engine, [(0, 0, 1), (0, 1, 1)], call(11, 2))
    assert history(played) == [answered(11, 5, 2, group=1)]


@both
def test_who_may_finish_leaves_the_lost_seat_when_wrapped_up(engine: str) -> None:
    floor = crews(0, seats=[4], losses=[(0, False, 3, 10 * MINUTE, 30 * MINUTE)])
    watch = Watch(
        lambda desk: (desk.on_duty(0), desk.idle(0), desk.waiting_for_seat(0)), [10, 12, 14, 29, 31]
    )
    played = story(
        floor, engine, [(0, 0, 4)], call(8, 3), call(8, 4, 1), call(20, 2), call(21, 1), supervisors=(watch,)
    )
    assert watch.seen == [
        (10, (2, 0, 2)),  # the idle stop at once
        (12, (1, 0, 3)),
        (14, (1, 1, 3)),  # one seat is left
        (29, (1, 1, 3)),
        (31, (4, 4, 0)),
    ]
    assert history(played) == [
        answered(8, 0, 3),
        answered(8, 0, 4, 1),
        answered(20, 0, 2),
        answered(21, 1, 1),
    ]


@both
def test_one_incident_follows_another_without_an_instant_between(engine: str) -> None:
    losses = [(0, True, 1, 10 * MINUTE, 20 * MINUTE), (0, True, 1, 20 * MINUTE, 30 * MINUTE)]
    played = story(crews(0, seats=[1], losses=losses), engine, [(0, 0, 1)], call(15, 1))
    assert history(played) == [answered(15, 15, 1)]


@both
def test_a_late_agent_whose_call_is_dropped_goes_home(engine: str) -> None:
    floor = crews(0, seats=[1], losses=[(0, True, 1, 10 * MINUTE, 12 * MINUTE)])
    played = story(floor, engine, [(0, 0, 1), (9 * MINUTE, 0, -1)], call(8, 5))
    assert history(played) == [(8, 0, 2, 0, 0, DROPPED, 1)]
    assert played.tally.work[0, 0].tolist()[1:] == [2 * MINUTE, 10 * MINUTE, MINUTE]
    assert played.tally.sites[0, 0].tolist() == [10 * MINUTE, 0]


@both
def test_a_dropped_call_gives_its_line_back(engine: str) -> None:
    floor = crews(0, seats=[1], losses=[(0, True, 1, 10 * MINUTE, 11 * MINUTE)], lines=[1], holds=[(0, 0)])
    played = story(floor, engine, [(0, 0, 1)], call(9, 9), call(9.5, 1), call(12, 3, 1), call(15.5, 1))
    assert history(played) == [
        (9.5, 0, 0, 0, NOBODY, BLOCKED, 1),
        (9, 0, 1, 0, 0, DROPPED, 1),
        answered(12, 0, 3, 1),
        answered(15.5, 0.5, 1),
    ]
    assert played.floor.free_lines.tolist() == [1]


@both
def test_a_cut_of_lines_cuts_nobody_off_but_blocks_who_calls(engine: str) -> None:
    floor = crews(0, lines=[2], holds=[(0, 0)], cuts=[(0, 2, 10 * MINUTE, 20 * MINUTE)])
    played = story(floor, engine, [(0, 0, 9)], call(9, 2), call(9, 3), call(10, 1), call(13, 1), call(20, 1))
    assert sorted(history(played)) == [
        answered(9, 0, 2),
        answered(9, 0, 3),
        (10, 0, 0, 0, NOBODY, BLOCKED, 1),
        (13, 0, 0, 0, NOBODY, BLOCKED, 1),
        answered(20, 0, 1),
    ]


# Supervisors.


@both
def test_moved_agents_go_home_with_their_own_shift(engine: str) -> None:
    floor = crews(0, 1, 1, queues=2, pairs=[(0, 0, 1, 0, 1.0), (1, 1, 1, 0, 1.0)])
    changes = [(0, 0, 3), (0, 1, 1), (30 * MINUTE, 0, -3)]
    watch = Watch(lambda desk: (desk.on_duty(0), desk.on_duty(1), desk.late(1)), [9, 11, 13, 29, 31, 36])
    played = story(
        floor,
        engine,
        changes,
        call(5, 7),
        call(8, 30, queue=1),
        call(9, 3, queue=1),  # waits for the agents who come at 10
        call(28, 7, queue=1),
        call(29, 5, queue=1),
        supervisors=(watch, at(10, lambda desk: desk.move(3, 0, 1))),
    )
    assert watch.seen == [
        (9, (3, 1, 0)),
        (11, (1, 3, 0)),
        (13, (0, 4, 0)),  # the one who talked follows at 12
        (29, (0, 4, 0)),
        (31, (0, 3, 2)),  # two talk, one has left
        (36, (0, 1, 0)),
    ]
    assert history(played) == [
        answered(5, 0, 7),
        answered(9, 1, 3, group=1),
        answered(29, 0, 5, group=1),
        answered(28, 0, 7, group=1),
        answered(8, 0, 30, group=1),
    ]


@both
def test_a_shift_that_was_moved_away_makes_no_room_in_the_line_it_left(engine: str) -> None:
    floor = crews(0, 1, 0, 0, site=[0, NOBODY], seats=[1])
    comes = [(0, 0, 2), (0, 1, 1), (10 * MINUTE, 0, -2), (10 * MINUTE, 2, 3), (10 * MINUTE, 3, 3)]
    goes = [(20 * MINUTE, 2, -3), (25 * MINUTE, 3, -3)]
    watch = Watch(lambda desk: (desk.on_duty(0), desk.waiting_for_seat(0)), [9, 11, 21, 26])
    story(floor, engine, comes + goes, supervisors=(at(5, lambda desk: desk.move(2, 0, 1)), watch))
    assert watch.seen == [(9, (0, 0)), (11, (1, 5)), (21, (1, 2)), (26, (0, 0))]


@both
def test_who_moves_to_another_park_needs_a_seat_there(engine: str) -> None:
    floor = crews(0, 1, site=[0, 1], seats=[3, 2], pairs=[(0, 0, 1, 0, 1.0), (1, 1, 1, 0, 1.0)])
    changes = [(0, 0, 3), (0, 1, 1), (20 * MINUTE, 1, -1)]
    watch = Watch(lambda desk: (desk.on_duty(0), desk.on_duty(1), desk.waiting_for_seat(1)), [9, 10, 21])
    story(floor, engine, changes, supervisors=(at(10, lambda desk: desk.move(2, 0, 1)), watch))
    assert watch.seen == [(9, (3, 1, 0)), (10, (1, 2, 1)), (21, (1, 2, 0))]


@both
def test_people_of_a_lost_park_may_be_moved(engine: str) -> None:
    floor = crews(0, 1, site=[0, 1], seats=[3, 9], losses=[(0, True, 3, 5 * MINUTE, 60 * MINUTE)], pairs=HOME)
    watch = Watch(lambda desk: (desk.waiting_for_seat(0), desk.on_duty(1), desk.idle(1)), [9, 10, 12])
    played = story(
        floor, engine, [(0, 0, 3)], call(9, 4), supervisors=(at(10, lambda desk: desk.move(2, 0, 1)), watch)
    )
    assert watch.seen == [(9, (3, 0, 0)), (10, (1, 2, 2)), (12, (1, 2, 2))]
    assert history(played) == [answered(9, 5, 4, group=1)], "group 1 may answer after five minutes"


@both
def test_overflow_opens_and_closes(engine: str) -> None:
    floor = crews(0, 1, pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, NEVER, 1.0)])
    actions = (
        at(10, lambda desk: desk.overflow(0, 1, True, after=3 * MINUTE)),
        at(20, lambda desk: desk.overflow(0, 1, False)),
        at(30, lambda desk: desk.overflow(0, 1, True)),
    )
    played = story(
        floor,
        engine,
        [(0, 1, 9), (60 * MINUTE, 0, 1)],
        call(5, 1),  # has waited five minutes when the way opens
        call(9, 1),  # one minute: may go at 12
        call(9.5, 1, patience=2 * MINUTE),  # hangs up before that
        call(18, 1),  # would go at 21, but the way is closed at 20
        call(19, 1, patience=2 * MINUTE),
        supervisors=actions,
    )
    assert history(played) == [
        answered(5, 5, 1, group=1),
        (9.5, 2, 0, 0, NOBODY, ABANDONED, 1),
        answered(9, 3, 1, group=1),
        (19, 2, 0, 0, NOBODY, ABANDONED, 1),
        answered(18, 12, 1, group=1),
    ]


@both
def test_who_is_called_in_stays_for_a_while(engine: str) -> None:
    floor = crews(0)
    watch = Watch(lambda desk: (desk.on_duty(0), desk.late(0)), [9, 10, 39, 41, 46])
    played = story(
        floor,
        engine,
        [],
        call(5, 1),
        call(38, 7),
        supervisors=(at(10, lambda d: d.call_in(0, 3, 30 * MINUTE)), watch),
    )
    assert watch.seen == [(9, (0, 0)), (10, (3, 0)), (39, (3, 0)), (41, (1, 1)), (46, (0, 0))]
    assert history(played) == [answered(5, 5, 1), answered(38, 0, 7)]


@both
def test_who_is_sent_home_has_gone_when_the_shift_ends_and_misses_its_breaks(engine: str) -> None:
    floor = crews(0)
    changes = [
        (0, 0, 4),
        (20 * MINUTE, 0, -4, True),
        (25 * MINUTE, 0, 4, True),
        (50 * MINUTE, 0, -4),
        (70 * MINUTE, 0, 4),
    ]
    watch = Watch(lambda desk: desk.on_duty(0), [9, 10, 13, 22, 26, 51, 71])
    story(
        floor,
        engine,
        changes,
        *[call(8, 4) for _ in range(3)],
        supervisors=(at(10, lambda desk: desk.send_home(0, 2)), watch),
    )
    assert watch.seen == [(9, 4), (10, 3), (13, 2), (22, 0), (26, 2), (51, 0), (71, 4)]


@both
def test_who_is_sent_home_comes_again_when_the_hours_begin_anew(engine: str) -> None:
    day = 24 * 60
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[3]] * 24, days=2)
    watch = Watch(lambda desk: (desk.on_duty(0), desk.idle(0)), [9, 11, day - 1, day, day + 1])
    rows = [call(day - 2, 4)]  # somebody talks at midnight, and simply stays
    played = play(floor, calls(*rows), engine, supervisors=[at(10, lambda desk: desk.send_home(0, 2)), watch])
    assert watch.seen == [(9, (3, 3)), (11, (1, 1)), (day - 1, (1, 0)), (day, (3, 2)), (day + 1, (3, 2))]
    assert not played.tally.work[:, 0, G_LATE].any()


@both
def test_an_order_that_nobody_is_left_to_obey_is_void(engine: str) -> None:
    floor = crews(0, 1)
    changes = [(0, 0, 2), (11 * MINUTE, 0, -2), (30 * MINUTE, 0, 2)]
    watch = Watch(lambda desk: (desk.on_duty(0), desk.on_duty(1)), [10, 14, 31])
    rows = [call(8, 4), call(8, 4), call(32, 1)]
    played = story(
        floor, engine, changes, *rows, supervisors=(at(10, lambda desk: desk.move(2, 0, 1)), watch)
    )
    assert watch.seen == [(10, (2, 0)), (14, (0, 0)), (31, (2, 0))]
    assert history(played)[-1] == answered(32, 0, 1, group=0)


@both
def test_the_service_level_is_that_of_calls_that_ended_lately(engine: str) -> None:
    floor = crews(0, queues=2)
    levels: list[float] = []

    def look(desk: Desk) -> None:
        levels.append(desk.service_level(0, 10 * MINUTE))
        levels.append(desk.service_level(0, 5 * MINUTE))
        levels.append(desk.service_level(1, 60 * MINUTE))

    rows = [call(1, 4), call(2, 4), call(8, 5), call(8.5, 1, patience=30 * S)]
    story(floor, engine, [(0, 0, 1)], *rows, supervisors=(at(14, look), at(14, look)))
    # Ended: at 5 (at once), at 9 (waited three minutes), at 9 (hung up), at 14:00 (not yet over).
    np.testing.assert_array_equal(levels, [1 / 3, 0, np.nan] * 2)


@both
def test_a_supervisor_that_raises_ends_the_day_with_its_own_traceback(engine: str) -> None:
    mistake = KeyError("evening")

    def broken(desk: Desk) -> Generator[Any, Any, None]:
        yield desk.wait(MINUTE)
        raise mistake

    with pytest.raises(KeyError) as caught:
        story(crews(0), engine, [(0, 0, 1)], call(5, 1), supervisors=(broken,))
    assert caught.value is mistake
    assert caught.value.__cause__ is None
    assert "broken" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]


@both
def test_a_supervisor_may_use_all_of_simpy(engine: str) -> None:
    told: list[object] = []

    def clerk(desk: Desk) -> Generator[Any, Any, str]:
        yield desk.env.timeout(2 * MINUTE)
        return "done"

    def boss(desk: Desk) -> Generator[Any, Any, None]:
        told.append((yield desk.env.process(clerk(desk))))
        yield desk.env.timeout(MINUTE) | desk.env.timeout(3.0 * MINUTE)
        told.append(desk.now / MINUTE)
        with pytest.raises(ValueError, match="whole milliseconds"):
            desk.env.timeout(0.5)
        try:
            yield desk.env.process(fails(desk))
        except RuntimeError as error:
            told.append(str(error))
        with pytest.raises(ValueError, match="does not answer"):
            desk.overflow(0, 1, True)
        with pytest.raises(ValueError, match="fewer than none"):
            desk.move(-1, 0, 0)

    def fails(desk: Desk) -> Generator[Any, Any, None]:
        yield desk.wait(1)
        raise RuntimeError("no")

    story(crews(0), engine, [(0, 0, 1)], call(5, 1), supervisors=(boss,))
    assert told == ["done", 3, "no"]


@both
def test_at_one_millisecond_shifts_come_before_incidents_before_supervisors_before_calls(engine: str) -> None:
    floor = crews(0, seats=[9], losses=[(0, True, 8, 10 * MINUTE, 20 * MINUTE)])
    seen: list[tuple[int, ...]] = []

    def look(desk: Desk) -> None:
        seen.append((desk.on_duty(0), desk.idle(0), desk.busy(0), desk.waiting_for_seat(0), desk.waiting(0)))

    # The call that would end at 10:00 is still on the line, the one that arrives then has not arrived.
    story(
        floor, engine, [(0, 0, 2), (10 * MINUTE, 0, 3)], call(9, 1), call(10, 1), supervisors=(at(10, look),)
    )
    assert seen == [(1, 0, 1, 4, 0)]
