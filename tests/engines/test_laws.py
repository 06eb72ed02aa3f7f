"""Laws that hold on every floor and need no oracle, found again from nothing but records and staff."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import Centre
from callsim.sim.count.columns import (
    ANSWERED_IN,
    G_ANSWERED,
    G_BUSY,
    G_LATE,
    G_ON_DUTY,
)
from callsim.sim.engines.day import STAFF, Day, control
from callsim.sim.floor.records import ABANDONED, ANSWERED, BALKED, BLOCKED, CLOSED
from callsim.units import DAY_MS
from tests.makers.floors import HOUR, Played, calls, centre, play, roster, same
from tests.makers.random_floors import centres, traces

ENGINES = st.sampled_from(["kernel", "kernel", "kernel", "reference"])
often = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def staff_at(floor: Centre, times: np.ndarray) -> np.ndarray:
    """int64 [time, group]; crews are groups here."""
    return floor.staff[(times - floor.clock.opens) % DAY_MS // floor.clock.width]


def busy_at(played: Played, groups: int, times: np.ndarray) -> np.ndarray:
    """int64 [time, group]  after all that happens at each time."""
    rows = played.records[played.records["outcome"] == ANSWERED]
    starts = rows["arrive"] + rows["wait"]
    ends = starts + rows["talk"] + rows["wrap"]
    found = np.zeros((len(times), groups), np.int64)
    for g in range(groups):
        here = rows["group"] == g
        found[:, g] = np.searchsorted(np.sort(starts[here]), times, "right")
        found[:, g] -= np.searchsorted(np.sort(ends[here]), times, "right")
    return found


def spent(edges: np.ndarray, values: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """∫ of a step function (values[k] from edges[k] on) over each cell: int64 [cell, group]."""
    lengths = np.diff(edges)[:, None] * values[:-1]
    sums = np.concatenate([np.zeros((1, values.shape[1]), np.int64), np.cumsum(lengths, axis=0)])
    return np.diff(sums[np.searchsorted(edges, cells)], axis=0)


def moments(floor: Centre, played: Played) -> np.ndarray:
    """Every time at which anything may change, sorted, and the edges of the report's cells."""
    rows, clock = played.records, floor.clock
    starts = rows["arrive"] + rows["wait"]
    after = np.unique(floor.pairs["after"])
    return np.unique(
        np.concatenate(
            [
                np.arange(0, clock.ends + DAY_MS + 1, clock.width),
                (rows["arrive"][:, None] + after).ravel(),
                starts,
                starts + rows["talk"] + rows["wrap"],
            ]
        )
    )


@often
@given(st.data(), ENGINES)
def test_every_caller_leaves_one_record_per_attempt(data: st.DataObject, engine: str) -> None:
    floor = data.draw(centres())
    trace = data.draw(traces(floor.queues))
    # A talk of its own tells whose record it is, where there is one; the rest must add up.
    rows = play(floor, trace, engine).records
    first = rows[rows["attempt"] == 1]
    for name in ("arrive", "queue"):
        np.testing.assert_array_equal(np.sort(first[name]), np.sort(trace[name]))
    assert set(np.unique(rows["outcome"])) <= {ANSWERED, ABANDONED, BALKED, BLOCKED, CLOSED}
    assert len(rows) <= np.sum(trace["redials"].astype(int) + 1)
    failed = np.isin(rows["outcome"], [ABANDONED, BALKED, BLOCKED])
    for attempt in range(1, 5):
        # Who calls for the n-th time has failed n-1 times, is willing, and does so after the same pause.
        again = rows[rows["attempt"] == attempt + 1]
        before = rows[failed & (rows["attempt"] == attempt)]
        assert len(again) <= len(before)
        assert len(again) <= np.sum(trace["redials"] >= attempt)
        hung_up = before["arrive"] + before["wait"]
        for row in again:
            pauses = row["arrive"] - hung_up[before["queue"] == row["queue"]]
            assert np.isin(pauses, trace["again_after"][trace["queue"] == row["queue"]]).any()
    unanswered = rows[rows["outcome"] != ANSWERED]
    assert not unanswered["talk"].any()
    assert not unanswered["wrap"].any()
    assert np.all(unanswered["group"] == -1)
    assert not rows["wait"][np.isin(rows["outcome"], [BALKED, BLOCKED, CLOSED])].any()
    assert np.all(rows["arrive"] < floor.clock.ends)


@often
@given(st.data())
def test_the_sum_of_waits_is_the_integral_of_the_queues(data: st.DataObject) -> None:
    floor = data.draw(centres())
    trace = data.draw(traces(floor.queues))
    played = play(floor, trace, "kernel")
    rows = played.records
    times = np.unique(np.concatenate([rows["arrive"], rows["arrive"] + rows["wait"]]))
    # Looked at by a process of the day, just after everything of each millisecond has happened.
    seen = np.zeros((len(times), floor.queues), np.int64)
    edges = np.searchsorted(trace["arrive"], np.arange(0, floor.clock.ends + 1, floor.clock.width))
    day = Day(floor, iter([trace[a:b] for a, b in itertools.pairwise(edges)]), "kernel")

    def look():  # type: ignore[no-untyped-def]
        for k, time in enumerate(times.tolist()):
            if time >= floor.clock.ends + DAY_MS:
                return
            yield control(day.env, time + 1, STAFF + 9)
            day.engine.catch_up(time + 1)
            seen[k] = day.engine.floor.queues["waiting"]

    day.env.process(look())
    for story in (day.calls(), day.hours(), day.staff()):
        day.env.process(day.told(story))
    day.env.run(until=day.over)
    for q in range(floor.queues):
        waits = int(rows["wait"][rows["queue"] == q].sum())
        assert int(np.diff(times) @ seen[:-1, q]) == waits


@often
@given(st.data(), ENGINES)
def test_time_at_work_is_what_the_records_say(data: st.DataObject, engine: str) -> None:
    floor = data.draw(centres())
    played = play(floor, data.draw(traces(floor.queues)), engine)
    clock, work = floor.clock, played.tally.work
    times = moments(floor, played)
    busy, staff = busy_at(played, floor.groups, times), staff_at(floor, times)
    cells = np.arange(clock.opens, clock.ends + 1, clock.width)
    late = np.maximum(busy - staff, 0)  # with one crew a group, idle agents leave first
    np.testing.assert_array_equal(work[:, :, G_BUSY], spent(times, busy, cells))
    np.testing.assert_array_equal(work[:, :, G_LATE], spent(times, late, cells))
    np.testing.assert_array_equal(work[:, :, G_ON_DUTY], spent(times, staff + late, cells))
    assert np.all(work[:, :, G_BUSY] <= work[:, :, G_ON_DUTY])
    assert np.all(work[:, :, G_LATE] <= work[:, :, G_BUSY])
    rows = played.records[played.records["arrive"] >= clock.opens]
    offered = np.zeros(work.shape[:2], np.int64)
    done = rows[rows["outcome"] == ANSWERED]
    np.add.at(offered, ((done["arrive"] - clock.opens) // clock.width, done["group"]), 1)
    np.testing.assert_array_equal(work[:, :, G_ANSWERED], offered)


@often
@given(st.data(), ENGINES)
def test_nobody_waits_while_an_eligible_agent_is_idle(data: st.DataObject, engine: str) -> None:
    floor = data.draw(centres())
    played = play(floor, data.draw(traces(floor.queues)), engine)
    times = moments(floor, played)
    idle = busy_at(played, floor.groups, times) < staff_at(floor, times)
    for row in played.records[played.records["wait"] > 0]:
        last = min(row["arrive"] + row["wait"], floor.clock.ends + DAY_MS)
        for pair in floor.pairs[floor.pairs["queue"] == row["queue"]]:
            here = slice(*np.searchsorted(times, [row["arrive"] + pair["after"], last]))
            assert not idle[here, pair["group"]].any(), (row, pair)


@often
@given(st.data(), ENGINES)
def test_who_is_answered_may_be_answered_by_that_group(data: st.DataObject, engine: str) -> None:
    floor = data.draw(centres())
    played = play(floor, data.draw(traces(floor.queues)), engine)
    pairs = {(int(p["queue"]), int(p["group"])): int(p["after"]) for p in floor.pairs}
    rows = played.records[played.records["outcome"] == ANSWERED]
    for row in rows:
        assert row["wait"] >= pairs[int(row["queue"]), int(row["group"])]
    # Answered at once: nobody of better rank was idle then, as after that nothing happens that millisecond.
    times = moments(floor, played)
    idle = staff_at(floor, times) - busy_at(played, floor.groups, times)
    rank = {(int(p["queue"]), int(p["group"])): int(p["rank"]) for p in floor.pairs}
    starts, counts = np.unique(rows["arrive"] + rows["wait"], return_counts=True)
    alone = set(starts[counts == 1].tolist())
    for row in rows[rows["wait"] == 0]:
        if row["arrive"] not in alone or row["talk"] + row["wrap"] == 0:
            continue  # several at one millisecond are told by stories
        at = int(np.searchsorted(times, row["arrive"]))
        for (q, g), after in pairs.items():
            if q == row["queue"] and after == 0 and rank[q, g] < rank[q, int(row["group"])]:
                assert idle[at, g] <= 0, (row, g)


@often
@given(st.data(), ENGINES)
def test_what_all_agents_prefer_is_a_priority(data: st.DataObject, engine: str) -> None:
    """Where all groups prefer queues in one order, every call fares as if the queues had these priorities."""
    floor = data.draw(centres())
    turns = np.array([data.draw(st.integers(-3, -1)) for _ in range(floor.queues)])
    calls = data.draw(traces(floor.queues))
    pairs = floor.pairs.copy()
    pairs["prefers"] = turns[pairs["queue"]]
    preferred = floor._replace(pairs=pairs, priority=np.ones(floor.queues, np.int32))
    first = play(preferred, calls, engine)
    # Queues of one priority are equals here, whatever their rank.
    pairs = pairs.copy()
    pairs["prefers"] = -1
    other = play(floor._replace(pairs=pairs, priority=(turns + 4).astype(np.int32)), calls, engine)
    np.testing.assert_array_equal(first.records, other.records)


def one_queue(staff: list[int]) -> Centre:
    return centre(pairs=[(0, 0, 1, 0, 1.0)], staff=[[n] for n in staff])


@st.composite
def single_queues(draw: st.DrawFn) -> tuple[list[int], np.ndarray]:
    """Staff of one group by hour, and calls of endless patience, each with a talk of its own."""
    staff = draw(st.lists(st.integers(0, 4), min_size=8, max_size=8))
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    unit, count = draw(st.sampled_from([1, 1000, 60_000])), draw(st.integers(1, 120))
    arrive = np.sort(luck.integers(0, 4 * HOUR // unit, count) * unit)
    talk, wrap = luck.integers(0, 900_000 // unit, (2, count)) * unit
    rows = (
        {"arrive": int(a), "talk": int(t), "wrap": int(w)} for a, t, w in zip(arrive, talk, wrap, strict=True)
    )
    return [*staff, *[4] * 16], calls(*rows)


def in_order_of_arrival(played: Played) -> np.ndarray:
    """The records in the order of the trace: a single queue answers those of one millisecond in turn."""
    return np.sort(played.records, order=["arrive", "wait"])


@often
@given(single_queues(), ENGINES)
def test_a_single_queue_is_served_in_the_order_of_arrival(
    given_: tuple[list[int], np.ndarray], engine: str
) -> None:
    staff, trace = given_
    rows = in_order_of_arrival(play(one_queue(staff), trace, engine))
    assert np.all(rows["outcome"] == ANSWERED)
    np.testing.assert_array_equal(rows["arrive"], trace["arrive"])
    # The n-th to arrive is the n-th to be answered, with what it brought.
    answered = rows["arrive"] + rows["wait"]
    assert np.all(np.diff(answered) >= 0)
    for name in ("talk", "wrap"):
        both = np.unique(np.stack([trace["arrive"], trace[name]]), axis=1)
        np.testing.assert_array_equal(np.unique(np.stack([rows["arrive"], rows[name]]), axis=1), both)


@often
@given(single_queues(), st.integers(1, 3), st.integers(0, 6), st.integers(1, 24), ENGINES)
def test_more_agents_never_hurt_any_call(
    given_: tuple[list[int], np.ndarray], more: int, start: int, hours: int, engine: str
) -> None:
    staff, trace = given_
    reinforced = [n + more * (start <= hour < start + hours) for hour, n in enumerate(staff)]
    before = in_order_of_arrival(play(one_queue(staff), trace, engine))
    after = in_order_of_arrival(play(one_queue(reinforced), trace, engine))
    np.testing.assert_array_equal(before["arrive"], after["arrive"])
    assert np.all(after["wait"] <= before["wait"])


def test_arrays_that_lie_scattered_in_memory_or_hold_other_numbers_say_the_same() -> None:
    minute = HOUR // 60
    trace = calls(*({"arrive": k * minute // 4, "talk": 5 * minute, "wrap": minute} for k in range(2_000)))
    floor = one_queue([30] * 24)
    hours = [(0, 0, 20), (2 * HOUR, 0, -5), (3 * HOUR, 0, -8), (3 * HOUR, 0, 13), (6 * HOUR, 0, -3)]

    def played(trace: np.ndarray, step: int, within: float) -> Played:
        changes = (day.repeat(step)[::step] for day in roster(floor, *hours))
        return play(floor, trace.repeat(step)[::step], "kernel", within, roster=changes)

    wanted = played(trace, 1, 20_000)
    assert wanted.tally.calls[..., ANSWERED_IN].sum() not in (0, len(trace))
    same(played(trace, 2, 20_000.0), wanted)
