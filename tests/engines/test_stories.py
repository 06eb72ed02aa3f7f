"""A few calls at a time, told by hand: every rule of the floor (contract, section 2), in both engines.

Each story asserts the whole history: one line per ended call, in the order in which calls end.
"""

from __future__ import annotations

import numpy as np
import pytest

from callsim.sim.centre import Centre
from callsim.sim.count.columns import (
    G_ANSWERED,
    G_BUSY,
    G_LATE,
    G_ON_DUTY,
    N_ABANDONED,
    N_AGAIN,
    N_ANSWERED,
    N_CLOSED,
    WAIT_ANSWERED,
)
from callsim.sim.floor.records import ABANDONED, ANSWERED, BALKED, BLOCKED, CLOSED
from callsim.units import DAY_MS
from tests.makers.floors import HOUR, NOBODY, Played, calls, centre, play

S = 1000  # ms
MINUTE = 60 * S

pytestmark = pytest.mark.parametrize("engine", ["kernel", "reference"])


def history(played: Played) -> list[tuple[int, ...]]:
    """(arrive, wait, talk, wrap, queue, group, outcome, attempt) of every ended call."""
    assert not played.records["flags"].any(), "no call follows another"
    return [row[:8] for row in played.records.tolist()]


def told(floor: Centre, engine: str, *rows: dict[str, int]) -> list[tuple[int, ...]]:
    return history(play(floor, calls(*rows), engine))


def answered(
    arrive: int, wait: int, talk: int, wrap: int = 0, queue: int = 0, group: int = 0, attempt: int = 1
) -> tuple[int, ...]:
    return (arrive, wait, talk, wrap, queue, group, ANSWERED, attempt)


def lost(outcome: int, arrive: int, wait: int = 0, queue: int = 0, attempt: int = 1) -> tuple[int, ...]:
    return (arrive, wait, 0, 0, queue, NOBODY, outcome, attempt)


def hours(*staff: list[int]) -> list[list[int]]:
    """Staff by hour: the last row goes on until midnight."""
    return [*staff, *[staff[-1]] * (24 - len(staff))]


# Rule 2: who answers a call that need not wait.


def test_equal_ranks_go_to_the_longest_idle(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 1, 0, 1.0)], staff=[[1, 1]])
    assert told(
        floor,
        engine,
        {"arrive": 10 * S, "talk": 5 * S},  # both idle since midnight: the first group
        {"arrive": 20 * S, "talk": 2 * S},  # group 1 has been idle since midnight, group 0 since 15 s
        {"arrive": 30 * S, "talk": 7 * S},  # group 0 has been idle since 15 s, group 1 since 22 s
        {"arrive": 31 * S, "talk": 1 * S},  # only group 1 is idle
        {"arrive": 40 * S, "talk": 1 * S},  # group 1 since 32 s, group 0 since 37 s
    ) == [
        answered(10 * S, 0, 5 * S, group=0),
        answered(20 * S, 0, 2 * S, group=1),
        answered(31 * S, 0, 1 * S, group=1),
        answered(30 * S, 0, 7 * S, group=0),
        answered(40 * S, 0, 1 * S, group=1),
    ]


def test_best_rank_comes_before_longest_idle(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 2, 0, 1.0), (0, 1, 1, 0, 1.0)], staff=[[1, 1]])
    assert told(
        floor,
        engine,
        {"arrive": 10 * S, "talk": 5 * S},
        {"arrive": 20 * S, "talk": 5 * S},  # group 0 has been idle longer, but ranks second
        {"arrive": 21 * S, "talk": 1 * S},  # now only group 0 is idle
    ) == [
        answered(10 * S, 0, 5 * S, group=1),
        answered(21 * S, 0, 1 * S, group=0),
        answered(20 * S, 0, 5 * S, group=1),
    ]


# Rule 3: whom a freed agent takes.


def test_priority_then_rank_then_longest_wait(engine: str) -> None:
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 0, 2, 0, 1.0), (2, 0, 1, 0, 1.0), (3, 0, 1, 0, 1.0)],
        priority=[2, 1, 1, 1],
        staff=[[1]],
    )
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10 * S, "queue": 0},
        {"arrive": 1 * S, "talk": 10 * S, "queue": 0},  # rank 1, but priority 2
        {"arrive": 2 * S, "talk": 10 * S, "queue": 1},  # priority 1, but rank 2
        {"arrive": 3 * S, "talk": 10 * S, "queue": 3},  # priority 1, rank 1, waits longest of these
        {"arrive": 4 * S, "talk": 10 * S, "queue": 2},
        {"arrive": 5 * S, "talk": 10 * S, "queue": 3},
    ) == [
        answered(0, 0, 10 * S, queue=0),
        answered(3 * S, 7 * S, 10 * S, queue=3),
        answered(4 * S, 16 * S, 10 * S, queue=2),
        answered(5 * S, 25 * S, 10 * S, queue=3),
        answered(2 * S, 38 * S, 10 * S, queue=1),
        answered(1 * S, 49 * S, 10 * S, queue=0),
    ]


def test_a_freed_agent_passes_over_a_call_too_young_for_the_group(engine: str) -> None:
    floor = centre(
        pairs=[(0, 0, 1, 10 * S, 1.0), (1, 0, 1, 0, 1.0)],
        priority=[1, 2],
        staff=[[1]],
    )
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 12 * S, "queue": 1},
        {"arrive": 3 * S, "talk": 5 * S, "queue": 0},  # at 12 s it has waited 9 s
        {"arrive": 4 * S, "talk": 5 * S, "queue": 1},  # worse priority, but the agent may answer it
        {"arrive": 5 * S, "talk": 5 * S, "queue": 1},
    ) == [
        answered(0, 0, 12 * S, queue=1),
        answered(4 * S, 8 * S, 5 * S, queue=1),
        answered(3 * S, 14 * S, 5 * S, queue=0),
        answered(5 * S, 17 * S, 5 * S, queue=1),
    ]


# Overflow, and rule 4.


def overflowing() -> Centre:
    return centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 10 * S, 1.0)], staff=[[1, 1]])


def test_a_call_overflows_exactly_after_the_wait(engine: str) -> None:
    assert told(
        overflowing(),
        engine,
        {"arrive": 0, "talk": 60 * S},
        {"arrive": 1 * S, "talk": 5 * S},
        {"arrive": 2 * S, "talk": 60 * S},  # at 12 s group 1 is busy; it takes the call when free
    ) == [
        answered(1 * S, 10 * S, 5 * S, group=1),
        answered(0, 0, 60 * S, group=0),
        answered(2 * S, 14 * S, 60 * S, group=1),
    ]


@pytest.mark.parametrize(
    ("talk", "wait", "group"),
    [
        (10_999, 9_999, 0),  # its own group is free a millisecond before
        (11_000, 10_000, 0),  # at the same millisecond: the end of wrap comes first
        (11_001, 10_000, 1),  # a millisecond too late
    ],
)
def test_own_group_against_overflow_at_the_millisecond(engine: str, talk: int, wait: int, group: int) -> None:
    assert sorted(
        told(overflowing(), engine, {"arrive": 0, "talk": talk}, {"arrive": 1 * S, "talk": 5 * S})
    ) == [
        answered(0, 0, talk, group=0),
        answered(1 * S, wait, 5 * S, group=group),
    ]


@pytest.mark.parametrize(
    ("patience", "story"),
    [
        (9_999, lost(ABANDONED, 1 * S, 9_999)),
        (10_000, answered(1 * S, 10_000, 5 * S, group=1)),  # equal times: answered
    ],
)
def test_patience_against_overflow(engine: str, patience: int, story: tuple[int, ...]) -> None:
    told_ = told(
        overflowing(),
        engine,
        {"arrive": 0, "talk": 60 * S},
        {"arrive": 1 * S, "talk": 5 * S, "patience": patience},
    )
    assert told_ == [story, answered(0, 0, 60 * S)]


@pytest.mark.parametrize(
    ("patience", "story"),
    [
        (3_999, lost(ABANDONED, 1 * S, 3_999)),
        (4_000, answered(1 * S, 4_000, 9 * S)),  # equal times: answered
    ],
)
def test_patience_against_an_agent_who_gets_free(engine: str, patience: int, story: tuple[int, ...]) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]])
    told_ = told(
        floor,
        engine,
        {"arrive": 0, "talk": 3 * S, "wrap": 2 * S},
        {"arrive": 1 * S, "talk": 9 * S, "patience": patience},
    )
    assert sorted(told_) == [answered(0, 0, 3 * S, 2 * S), story]


def test_patience_ends_at_the_moment_of_an_overflow_that_finds_nobody(engine: str) -> None:
    assert told(
        overflowing(),
        engine,
        {"arrive": 0, "talk": 60 * S},
        {"arrive": 0, "talk": 60 * S},  # overflows at 10 s
        {"arrive": 1 * S, "talk": 5 * S, "patience": 10 * S},
    ) == [
        lost(ABANDONED, 1 * S, 10 * S),
        answered(0, 0, 60 * S, group=0),
        answered(0, 10 * S, 60 * S, group=1),
    ]


def test_three_groups_one_after_the_other(engine: str) -> None:
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 5 * S, 1.0), (0, 2, 3, 9 * S, 1.0), (1, 1, 1, 0, 1.0)],
        staff=[[1, 1, 1]],
    )
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": MINUTE},
        {"arrive": 0, "talk": MINUTE, "queue": 1},
        {"arrive": 1 * S, "talk": 1 * S},  # group 1 is busy at 6 s, group 2 idle at 10 s
    ) == [
        answered(1 * S, 9 * S, 1 * S, group=2),
        answered(0, 0, MINUTE, group=0),
        answered(0, 0, MINUTE, queue=1, group=1),
    ]


# Rule 7.


def test_pace_stretches_talk_and_not_wrap(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.2), (1, 0, 1, 0, 1.5)], staff=[[1]])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10_001, "wrap": 5 * S},  # 12,001.2 ms
        {"arrive": 1 * S, "talk": 3, "queue": 1},  # 4.5 ms: up
    ) == [
        answered(0, 0, 12_001, 5 * S),
        answered(1 * S, 16_001, 5, queue=1),
    ]


# Lines.


def test_full_lines_block_and_are_free_when_talk_ends(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[2]], lines=[1], holds=[(0, 0)])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10 * S, "wrap": 30 * S},
        {"arrive": 9_999, "talk": 1 * S},
        {"arrive": 10_000, "talk": 2 * S},  # talk ends first; the second agent is idle
    ) == [
        lost(BLOCKED, 9_999),
        answered(10_000, 0, 2 * S),
        answered(0, 0, 10 * S, 30 * S),
    ]


def test_who_waits_holds_a_line_until_hanging_up(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]], lines=[2], holds=[(0, 0)])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": MINUTE},
        {"arrive": 1 * S, "patience": 9 * S},
        {"arrive": 9_999},
        {"arrive": 10_000, "talk": 3 * S},  # patience ends before arrivals
    ) == [
        lost(BLOCKED, 9_999),
        lost(ABANDONED, 1 * S, 9 * S),
        answered(0, 0, MINUTE),
        answered(10_000, 50_000, 3 * S),
    ]


def test_a_trunk_group_is_shared_and_a_blocked_call_takes_no_line(engine: str) -> None:
    # Trunk group 0 (2 lines) is shared by queues 0 and 1; queue 0 has one line of its own besides.
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 0, 1, 0, 1.0), (2, 0, 1, 0, 1.0)],
        staff=[[9]],
        lines=[2, 1],
        holds=[(0, 0), (1, 0), (0, 1)],
    )
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10 * S, "queue": 0},
        {"arrive": 1 * S, "talk": 10 * S, "queue": 0},  # its own line is taken
        {"arrive": 2 * S, "talk": 10 * S, "queue": 1},  # the second shared line
        {"arrive": 3 * S, "talk": 10 * S, "queue": 1},  # no shared line is left
        {"arrive": 4 * S, "talk": 1 * S, "queue": 2},  # needs no line
        {"arrive": 10 * S, "talk": 1 * S, "queue": 1},  # queue 0 has given its line back
    ) == [
        lost(BLOCKED, 1 * S, queue=0),
        lost(BLOCKED, 3 * S, queue=1),
        answered(4 * S, 0, 1 * S, queue=2),
        answered(0, 0, 10 * S, queue=0),
        answered(10 * S, 0, 1 * S, queue=1),
        answered(2 * S, 0, 10 * S, queue=1),
    ]


# Balking and dialling again.


def test_who_balks_hangs_up_only_when_not_answered_at_once(engine: str) -> None:
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 1 * S, 1.0)], staff=[[1, 1]], lines=[2], holds=[(0, 0)]
    )
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10 * S, "balks": 1},  # answered at once
        {"arrive": 1 * S, "balks": 1},  # group 1 is idle, but not for it yet
        {"arrive": 2 * S, "talk": 4 * S},  # the line of the call that balked is free
    ) == [
        lost(BALKED, 1 * S),
        answered(2 * S, 1 * S, 4 * S, group=1),
        answered(0, 0, 10 * S),
    ]


def test_who_balks_dials_again_and_balks_again_unless_answered_at_once(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]], lines=[2], holds=[(0, 0)])
    again = {"balks": 1, "again_after": 4 * S, "talk": 2 * S}
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10 * S},
        {"arrive": 1 * S, "redials": 3, **again},  # 1, 5, 9 s: busy; 13 s: answered
        {"arrive": 3 * S, "redials": 1, **again},  # 3, 7 s, no more
        {"arrive": 4 * S, "redials": 0, **again},
    ) == [
        lost(BALKED, 1 * S),
        lost(BALKED, 3 * S),
        lost(BALKED, 4 * S),
        lost(BALKED, 5 * S, attempt=2),
        lost(BALKED, 7 * S, attempt=2),
        lost(BALKED, 9 * S, attempt=3),
        answered(0, 0, 10 * S),
        answered(13 * S, 0, 2 * S, attempt=4),
    ]


def test_a_caller_brings_the_same_luck_again_and_again_but_not_for_ever(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]])
    impatient = {"patience": 5 * S, "again_after": 30 * S, "talk": 7 * S, "wrap": 3 * S}
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 75 * S},
        {"arrive": 1 * S, "redials": 2, **impatient},  # 1 s, 36 s, 71 s: waits 4 s the third time
        {"arrive": 2 * S, "redials": 1, **impatient},  # 2 s, 37 s, no more
        {"arrive": 3 * S, "redials": 0, **impatient},
    ) == [
        lost(ABANDONED, 1 * S, 5 * S),
        lost(ABANDONED, 2 * S, 5 * S),
        lost(ABANDONED, 3 * S, 5 * S),
        lost(ABANDONED, 36 * S, 5 * S, attempt=2),
        lost(ABANDONED, 37 * S, 5 * S, attempt=2),
        answered(0, 0, 75 * S),
        answered(71 * S, 4 * S, 7 * S, 3 * S, attempt=3),
    ]


def test_who_finds_no_line_dials_again(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[2]], lines=[1], holds=[(0, 0)])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10 * S},
        {"arrive": 1 * S, "talk": 2 * S, "redials": 5, "again_after": 4 * S},
    ) == [
        lost(BLOCKED, 1 * S),
        lost(BLOCKED, 5 * S, attempt=2),
        lost(BLOCKED, 9 * S, attempt=3),
        answered(0, 0, 10 * S),
        answered(13 * S, 0, 2 * S, attempt=4),
    ]


def test_nobody_dials_again_after_the_last_day(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]])
    again = {"patience": 1 * S, "redials": 9, "again_after": 9 * S}
    assert told(
        floor,
        engine,
        {"arrive": DAY_MS - MINUTE, "talk": 2 * MINUTE},
        {"arrive": DAY_MS - 10_001, **again},  # would dial again one millisecond before midnight
        {"arrive": DAY_MS - 10_000, **again},  # would dial again at midnight
    ) == [
        lost(ABANDONED, DAY_MS - 10_001, 1 * S),
        lost(ABANDONED, DAY_MS - 10_000, 1 * S),
        lost(ABANDONED, DAY_MS - 1, 1 * S, attempt=2),
        answered(DAY_MS - MINUTE, 0, 2 * MINUTE),
    ]


# Hours.


def test_calls_outside_the_hours_are_closed_and_who_waits_is_served(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]], open_=[((HOUR, 2 * HOUR),)])
    assert told(
        floor,
        engine,
        {"arrive": HOUR - 1, "redials": 9},  # nobody dials again to a closed line
        {"arrive": HOUR, "talk": HOUR},
        {"arrive": 2 * HOUR - 1, "talk": 5 * S},
        {"arrive": 2 * HOUR},
    ) == [
        lost(CLOSED, HOUR - 1),
        answered(HOUR, 0, HOUR),
        lost(CLOSED, 2 * HOUR),
        answered(2 * HOUR - 1, 1, 5 * S),
    ]


def test_closing_disconnects_who_waits_and_not_who_talks(engine: str) -> None:
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 0, 1, 0, 1.0)],
        staff=[[1]],
        open_=[((0, HOUR), (HOUR + 5 * MINUTE, 2 * HOUR)), ((0, DAY_MS),)],
        disconnects=[True, True],
    )
    late = HOUR - MINUTE
    assert told(
        floor,
        engine,
        {"arrive": late, "talk": 2 * MINUTE},
        {"arrive": late + 1 * S, "redials": 2, "again_after": MINUTE},  # dials again: closed
        {"arrive": late + 2 * S, "redials": 2, "again_after": 5 * MINUTE, "talk": 3 * S},  # … as it opens
        {"arrive": late + 3 * S, "queue": 1, "talk": 4 * S},  # the other queue stays open
    ) == [
        lost(ABANDONED, late + 1 * S, 59 * S),
        lost(ABANDONED, late + 2 * S, 58 * S),
        answered(late, 0, 2 * MINUTE),
        lost(CLOSED, HOUR + MINUTE, attempt=2),
        answered(late + 3 * S, 117 * S, 4 * S, queue=1),
        answered(HOUR + 5 * MINUTE, 0, 3 * S, attempt=2),
    ]


def test_closing_comes_before_an_agent_who_gets_free_at_that_millisecond(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]], open_=[((0, HOUR),)], disconnects=[True])
    assert told(floor, engine, {"arrive": 0, "talk": HOUR}, {"arrive": 1 * S, "talk": 1 * S}) == [
        lost(ABANDONED, 1 * S, HOUR - 1 * S),
        answered(0, 0, HOUR),
    ]


def test_open_past_midnight(engine: str) -> None:
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0)],
        staff=[[1]],
        open_=[((0, 6 * HOUR), (22 * HOUR, DAY_MS))],
        disconnects=[True],
        days=2,
    )
    assert told(
        floor,
        engine,
        {"arrive": 6 * HOUR, "talk": 1 * S},
        {"arrive": DAY_MS - 1 * S, "talk": 2 * S},
        {"arrive": DAY_MS - 1 * S, "talk": 3 * S},  # waits over midnight: the line stays open
        {"arrive": DAY_MS + 6 * HOUR, "talk": 1 * S},
        {"arrive": DAY_MS + 22 * HOUR, "talk": 1 * S},
    ) == [
        lost(CLOSED, 6 * HOUR),
        answered(DAY_MS - 1 * S, 0, 2 * S),
        answered(DAY_MS - 1 * S, 2 * S, 3 * S),
        lost(CLOSED, DAY_MS + 6 * HOUR),
        answered(DAY_MS + 22 * HOUR, 0, 1 * S),
    ]


# Rule 5: staff.


def test_idle_agents_leave_at_once_and_busy_ones_finish_late(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=hours([3], [1], [0], [1]))
    played = play(
        floor,
        calls(
            {"arrive": 10 * MINUTE, "talk": 60 * MINUTE, "wrap": 5 * MINUTE},  # until 75 min: late 15 min
            {"arrive": 20 * MINUTE, "talk": 70 * MINUTE},  # until 90 min, stays: one is on duty until 120
            {"arrive": 61 * MINUTE, "talk": 31 * MINUTE},  # the third left at 60: waits until 90
            {"arrive": 130 * MINUTE, "talk": 10 * MINUTE},  # nobody until 180
        ),
        engine,
    )
    assert history(played) == [
        answered(10 * MINUTE, 0, 60 * MINUTE, 5 * MINUTE),
        answered(20 * MINUTE, 0, 70 * MINUTE),
        answered(61 * MINUTE, 29 * MINUTE, 31 * MINUTE),  # until 121 min: late 1 min
        answered(130 * MINUTE, 50 * MINUTE, 10 * MINUTE),
    ]
    work = played.tally.work[:4, 0] // MINUTE
    # At 60 min two of three go: the idle one at once, one busy one is late until the first call ends.
    assert work[:, G_BUSY].tolist() == [50 + 40, 15 + 30 + 30, 1, 10]
    assert work[:, G_LATE].tolist() == [0, 15, 1, 0]
    assert work[:, G_ON_DUTY].tolist() == [180, 60 + 15, 1, 60]
    answers = played.tally.work[:4, 0, G_ANSWERED]
    assert answers.tolist() == [2, 1, 1, 0], "by the hour in which the call was offered"
    assert not np.any(played.tally.work[0:4, 0, G_BUSY:] % MINUTE)


def test_who_is_late_stays_when_staff_rises_again(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=hours([1], [0], [1]))
    played = play(
        floor,
        calls(
            {"arrive": 50 * MINUTE, "talk": 100 * MINUTE},  # until 150 min
            {"arrive": 125 * MINUTE, "talk": 5 * MINUTE},  # one agent is on duty, not two
        ),
        engine,
    )
    assert history(played) == [
        answered(50 * MINUTE, 0, 100 * MINUTE),
        answered(125 * MINUTE, 25 * MINUTE, 5 * MINUTE),
    ]
    work = played.tally.work[:3, 0] // MINUTE
    assert work[:, G_BUSY].tolist() == [10, 60, 35]
    assert work[:, G_LATE].tolist() == [0, 60, 0]
    assert work[:, G_ON_DUTY].tolist() == [60, 60, 60]


def test_newcomers_take_who_waits(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (1, 0, 1, 0, 1.0)], priority=[2, 1], staff=hours([0], [2]))
    assert told(
        floor,
        engine,
        {"arrive": 1 * S, "talk": 8 * S},
        {"arrive": 2 * S, "talk": 5 * S},
        {"arrive": 3 * S, "talk": 9 * S, "queue": 1},
    ) == [
        answered(1 * S, HOUR - 1 * S, 8 * S),
        answered(3 * S, HOUR - 3 * S, 9 * S, queue=1),
        answered(2 * S, HOUR + 6 * S, 5 * S),
    ]


# Rule 9: the end.


def test_staff_goes_on_as_on_the_next_day_until_every_call_is_finished(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=hours([0], [1], [0]))
    played = play(
        floor,
        calls(
            {"arrive": DAY_MS - 1 * S, "talk": 5 * S},
            {"arrive": DAY_MS - 1, "talk": 5 * S, "patience": 10 * S},
        ),
        engine,
    )
    assert history(played) == [
        lost(ABANDONED, DAY_MS - 1, 10 * S),
        answered(DAY_MS - 1 * S, HOUR + 1 * S, 5 * S),
    ]
    assert played.tally.cut_short == 0
    assert played.tally.calls[-1, 0, [N_ANSWERED, N_ABANDONED]].tolist() == [1, 1]


def test_what_still_waits_a_day_later_is_cut_short_and_counted(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (1, 1, 1, 0, 1.0)], staff=hours([1, 0]))
    played = play(
        floor,
        calls(
            {
                "arrive": DAY_MS - MINUTE,
                "talk": 3 * DAY_MS,
                "wrap": 1 * S,
            },  # still talks a day later: answered
            {"arrive": DAY_MS - 30 * S, "redials": 9},
            {"arrive": DAY_MS - 20 * S, "queue": 1},
        ),
        engine,
    )
    assert sorted(history(played)) == [
        answered(DAY_MS - MINUTE, 0, 3 * DAY_MS, 1 * S),
        lost(ABANDONED, DAY_MS - 30 * S, DAY_MS + 30 * S),
        lost(ABANDONED, DAY_MS - 20 * S, DAY_MS + 20 * S, queue=1),
    ]
    assert played.tally.cut_short == 2


def test_the_warm_up_is_not_counted(engine: str) -> None:
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]] * 24, warm_up=HOUR, open_=[((0, 23 * HOUR + 1800 * S),)]
    )
    played = play(
        floor,
        calls(
            {"arrive": 1 * S, "talk": HOUR + 9 * S},  # offered in the warm-up, until 10 s after midnight
            {"arrive": 2 * S, "patience": 4 * S, "redials": 1, "again_after": HOUR},  # again after midnight
            {"arrive": 3 * S, "talk": 1 * S},  # offered in the warm-up, answered on day 1
            {"arrive": HOUR - 1, "talk": 1 * S},  # 23:59:59.999 is closed
            {"arrive": HOUR, "talk": 20 * S},
        ),
        engine,
    )
    assert history(played) == [
        lost(ABANDONED, 2 * S, 4 * S),
        lost(CLOSED, HOUR - 1),
        answered(1 * S, 0, HOUR + 9 * S),
        lost(ABANDONED, HOUR + 6 * S, 4 * S, attempt=2),
        answered(3 * S, HOUR + 7 * S, 1 * S),
        answered(HOUR, 11 * S, 20 * S),
    ]
    first = played.tally.calls[0, 0]
    assert len(played.tally.calls) == 24
    assert first[[N_ANSWERED, N_ABANDONED, N_CLOSED, N_AGAIN]].tolist() == [1, 1, 0, 1]
    assert first[WAIT_ANSWERED] == 11 * S
    assert not played.tally.calls[1:].any()
    # Work is counted where it is done: the calls of the warm-up keep the agent busy for 11 s of day 1.
    assert played.tally.work[0, 0].tolist() == [1, 31 * S, HOUR, 0]
    assert played.tally.work[:, 0, G_BUSY].sum() == 31 * S


# Rule 1: the order of what happens at one millisecond.


def test_control_comes_before_the_end_of_wrap(engine: str) -> None:
    # At one o'clock group 1 comes on duty and the agent of group 0 gets free: the newcomer answers.
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 0, 1.0)], staff=hours([1, 0], [1, 1]))
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": HOUR},
        {"arrive": 1 * S, "talk": 5 * S},
    ) == [answered(0, 0, HOUR), answered(1 * S, HOUR - 1 * S, 5 * S, group=1)]


def test_an_agent_who_goes_at_the_end_of_the_call_is_late_by_nothing(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=hours([1], [0], [1]))
    played = play(floor, calls({"arrive": 0, "talk": HOUR}, {"arrive": 1 * S, "talk": 5 * S}), engine)
    assert history(played) == [answered(0, 0, HOUR), answered(1 * S, 2 * HOUR - 1 * S, 5 * S)]
    assert played.tally.work[:2, 0, G_LATE].tolist() == [0, 0]


def test_staff_goes_before_staff_comes(engine: str) -> None:
    # Group 0's idle agent goes at one o'clock, group 1's comes: the call of that millisecond is group 1's.
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 0, 1.0)], staff=hours([1, 0], [0, 1]))
    assert told(floor, engine, {"arrive": HOUR, "talk": 5 * S}) == [answered(HOUR, 0, 5 * S, group=1)]


def test_end_of_wrap_then_end_of_talk_then_overflow_then_patience_then_arrivals(engine: str) -> None:
    # Queue 0: group 0, after 5 s also group 1, 3 lines. Queue 1: group 1, no lines. Queue 2 dials again.
    # Everything happens at 10 s. In any other order one of these calls would have another fate.
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 5 * S, 1.0), (1, 1, 1, 0, 1.0)],
        staff=[[2, 1]],
        lines=[4],
        holds=[(0, 0)],
    )
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 4 * S, "wrap": 6 * S},  # wrap ends at 10 s: takes the call of 1 s
        {"arrive": 0, "talk": 10 * S, "wrap": 20 * S},  # talk ends at 10 s: a line is free
        {"arrive": 0, "talk": 7 * S, "queue": 1},  # keeps group 1 busy until 7 s
        {"arrive": 1 * S, "talk": 30 * S, "patience": 9 * S},  # overflow at 6 s found nobody; see at 7 s
        {"arrive": 2 * S, "talk": 30 * S, "patience": 8 * S},  # patience ends at 10 s, wrap ended before
        {"arrive": 5 * S, "talk": 30 * S, "patience": 5 * S},  # 10 s: overflow finds nobody, hangs up
        {"arrive": 10 * S, "talk": 1 * S, "patience": 1 * S},  # gets one of the lines freed at 10 s
        {"arrive": 10 * S, "talk": 1 * S, "patience": 2 * S},  # gets the other
        {"arrive": 10 * S, "talk": 1 * S, "patience": 2 * S},  # none is left
    ) == [
        answered(0, 0, 7 * S, queue=1, group=1),
        answered(0, 0, 4 * S, 6 * S, group=0),
        lost(ABANDONED, 5 * S, 5 * S),
        lost(BLOCKED, 10 * S),
        lost(ABANDONED, 10 * S, 1 * S),
        lost(ABANDONED, 10 * S, 2 * S),
        answered(0, 0, 10 * S, 20 * S, group=0),
        answered(1 * S, 6 * S, 30 * S, group=1),
        answered(2 * S, 8 * S, 30 * S, group=0),
    ]


def test_overflow_comes_before_an_arrival_of_that_millisecond(engine: str) -> None:
    # Group 1 is idle at 11 s: the call that overflows then gets it, not the one that arrives.
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 10 * S, 1.0), (1, 1, 1, 0, 1.0)], staff=[[1, 1]])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": MINUTE},
        {"arrive": 1 * S, "talk": 5 * S},
        {"arrive": 11 * S, "talk": 7 * S, "queue": 1},
    ) == [
        answered(1 * S, 10 * S, 5 * S, group=1),
        answered(11 * S, 5 * S, 7 * S, queue=1, group=1),
        answered(0, 0, MINUTE),
    ]


def test_who_dials_again_comes_before_who_dials_first_at_that_millisecond(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 20 * S},
        {"arrive": 1 * S, "talk": 3 * S, "patience": 1 * S, "redials": 1, "again_after": 28 * S},
        {"arrive": 30 * S, "talk": 4 * S},
    ) == [
        lost(ABANDONED, 1 * S, 1 * S),
        answered(0, 0, 20 * S),
        answered(30 * S, 0, 3 * S, attempt=2),
        answered(30 * S, 3 * S, 4 * S),
    ]


def test_no_patience_at_all_is_gone_before_the_next_arrival(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[1]], lines=[2], holds=[(0, 0)])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": 10 * S},
        {"arrive": 1 * S, "patience": 0},
        {"arrive": 1 * S, "talk": 2 * S},  # the line is free again
    ) == [
        lost(ABANDONED, 1 * S, 0),
        answered(0, 0, 10 * S),
        answered(1 * S, 9 * S, 2 * S),
    ]


def test_overflow_comes_before_another_call_that_hangs_up_at_that_millisecond(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0), (0, 1, 2, 10 * S, 1.0)], staff=[[1, 1]])
    assert told(
        floor,
        engine,
        {"arrive": 0, "talk": MINUTE},
        {"arrive": 1 * S, "talk": 0},  # overflows at 11 s, and is over at once
        {"arrive": 2 * S, "patience": 9 * S},  # hangs up at 11 s
    ) == [
        answered(1 * S, 10 * S, 0, group=1),
        lost(ABANDONED, 2 * S, 9 * S),
        answered(0, 0, MINUTE),
    ]


def test_lines_close_before_agents_come(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=hours([0], [1]), open_=[((0, HOUR),)], disconnects=[True])
    assert told(floor, engine, {"arrive": 1 * S}) == [lost(ABANDONED, 1 * S, HOUR - 1 * S)]


def test_the_last_cell_is_reported_though_nobody_is_in_the_building(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[2]] * 24)
    played = play(floor, calls({"arrive": DAY_MS - 10 * MINUTE, "talk": 5 * MINUTE}), engine)
    assert played.tally.work[-1, 0].tolist() == [1, 5 * MINUTE, 2 * HOUR, 0]


def test_a_crowd_that_becomes_answerable_in_one_millisecond(engine: str) -> None:
    """Each of them at a moment of its own: one agent who gets ready takes one call, however many idle."""
    floor = centre(pairs=[(0, 0, 1, 30_000, 1.0), (1, 0, 1, 0, 1.0)], staff=[[1500]] * 24)
    crowd = [{"arrive": 1_000, "queue": 0, "talk": 1_000} for _ in range(1_400)]
    last = {"arrive": 1_000, "queue": 1, "talk": 30_000}  # ends in the very millisecond
    played = play(floor, calls(*crowd, last), engine)
    assert (played.records["outcome"] == ANSWERED).all()
    assert sorted(played.records["wait"].tolist()) == [0] + [30_000] * 1_400


def test_a_crowd_waits_where_a_shift_begins(engine: str) -> None:
    floor = centre(pairs=[(0, 0, 1, 30_000, 1.0)], staff=[[1_200], [1_201], *[[1_201]] * 22])
    crowd = [{"arrive": HOUR - 30_000, "queue": 0, "talk": 1_000} for _ in range(1_200)]
    played = play(floor, calls(*crowd), engine)
    assert (played.records["wait"] == 30_000).all()
    assert (played.records["outcome"] == ANSWERED).all()
