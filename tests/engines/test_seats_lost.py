"""Incidents that take seats (rule 6): who gives up a seat, which calls are cut off, and by whom; peaks."""

from __future__ import annotations

import itertools
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import callsim
from callsim.model import Model, build
from callsim.sim.centre import UNLIMITED, Centre, edges
from callsim.sim.count.columns import N_DROPPED
from callsim.sim.engines.supervision import Desk
from callsim.sim.floor.records import BLOCKED, DROPPED
from callsim.sim.luck.draw import draw
from callsim.sim.luck.presence import come_and_go
from tests.engines.test_people import MINUTE, answered, both, call, crews, history, often, story
from tests.makers.floors import NOBODY, Played, play, roster, same
from tests.makers.random_people import People, people


def dropped(arrive: float, wait: float, talk: float, group: int = 0, attempt: int = 1) -> tuple[float, ...]:
    return (arrive, wait, talk, 0, group, DROPPED, attempt)


def one_by_one(
    *minutes: float, until: float = 60, drops: bool = True
) -> list[tuple[int, bool, int, int, int]]:
    """Incidents that take one seat of the first site each."""
    return [(0, drops, 1, round(minute * MINUTE), round(until * MINUTE)) for minute in minutes]


@both
def test_the_idle_go_first_then_who_wraps_up_then_who_talks_the_latest_answered_first(engine: str) -> None:
    floor = crews(0, seats=[6], losses=one_by_one(10, 11, 12, 13, 14, 15))
    played = story(
        floor,
        engine,
        [(0, 0, 6)],
        call(0.5, 1, 20),  # wraps up from 1:30 on
        call(1, 20),
        call(2, 20),
        call(3, 1, 20),  # wraps up from 4:00 on: after the first, but it was answered later
        call(4, 6.5, 20),  # talks until 10:30, wraps up then, answered latest of the three
    )
    assert history(played) == [
        answered(4, 0, 6.5, 0.5),  # at 11; at 10 the idle one went
        answered(3, 0, 1, 8),  # at 12
        answered(0.5, 0, 1, 11.5),  # at 13
        dropped(2, 0, 12),  # at 14
        dropped(1, 0, 14),  # at 15
    ]
    assert played.tally.cut_off.tolist() == [0, 0, 0, 0, 1, 1]


@both
def test_a_call_that_ends_just_now_is_still_talked_and_one_that_ended_is_wrapped_up(engine: str) -> None:
    floor = crews(0, seats=[2], losses=one_by_one(10))
    ends = {"talk": 5 * MINUTE, "wrap": MINUTE}
    rows = [{"arrive": 5 * MINUTE - 1, **ends}, {"arrive": 5 * MINUTE, **ends}]
    played = story(floor, engine, [(0, 0, 2)], *rows)
    first, second = played.records.tolist()
    assert first[:4] == (5 * MINUTE - 1, 0, 5 * MINUTE, 1), "cut short after a millisecond of wrap-up"
    assert second[:4] == (5 * MINUTE, 0, 5 * MINUTE, MINUTE)
    assert played.tally.cut_off.tolist() == [0]


@both
def test_calls_answered_at_once_stop_in_the_order_of_their_places(engine: str) -> None:
    floor = crews(0, seats=[3], losses=one_by_one(10, 11))
    played = story(floor, engine, [(0, 0, 3)], call(1, 30), call(1, 31), call(1, 32))
    assert history(played) == [dropped(1, 0, 9), dropped(1, 0, 10), answered(1, 0, 32)]


@both
def test_two_incidents_count_each_its_own(engine: str) -> None:
    """In one cell, at other sites, minutes apart: what was dropped is not told by when it was offered."""
    losses = [(0, True, UNLIMITED, 10 * MINUTE, 20 * MINUTE), (1, True, 2, 15 * MINUTE, 20 * MINUTE)]
    floor = crews(0, 1, queues=2, site=[0, 1], losses=losses, pairs=[(0, 0, 1, 0, 1.0), (1, 1, 1, 0, 1.0)])
    rows = [call(1, 30), call(2, 30), call(9, 30), *(call(k, 30, queue=1) for k in (3, 4, 12, 13))]
    played = story(floor, engine, [(0, 0, 3), (0, 1, 5)], *rows)
    assert played.tally.cut_off.tolist() == [3, 0], "the second has seats enough"
    fewer = floor._replace(seats=np.array([UNLIMITED, 4]))
    assert story(fewer, engine, [(0, 0, 3), (0, 1, 5)], *rows).tally.cut_off.tolist() == [3, 2]


@both
def test_of_incidents_at_one_moment_each_cuts_off_its_share_in_any_order(engine: str) -> None:
    losses = [(0, True, 5, 10 * MINUTE, 20 * MINUTE), (0, True, 3, 10 * MINUTE, 20 * MINUTE)]
    rows = [call(k / 10, 30) for k in range(7)]
    for order in (1, -1):
        floor = crews(0, seats=[8], losses=losses[::order])
        assert story(floor, engine, [(0, 0, 8)], *rows).tally.cut_off.tolist()[::order] == [5, 2]


@both
def test_an_incident_cuts_off_no_more_calls_than_it_takes_seats(engine: str) -> None:
    """Who may finish the call may, though another incident of the site drops calls meanwhile."""
    rows = [call(k, 30) for k in range(1, 5)]
    losses = [*one_by_one(10, 10, drops=False), *one_by_one(11)]
    played = story(crews(0, seats=[4], losses=losses), engine, [(0, 0, 4)], *rows)
    assert history(played) == [dropped(4, 0, 7), *(answered(k, 0, 30) for k in range(1, 4))]
    assert played.tally.cut_off.tolist() == [0, 0, 1]
    none = [*losses[:2], (0, True, 0, 11 * MINUTE, 60 * MINUTE)]
    played = story(crews(0, seats=[4], losses=none), engine, [(0, 0, 4)], *rows)
    assert played.tally.cut_off.tolist() == [0, 0, 0], "it takes none"


@both
def test_what_is_cut_off_at_the_first_moment_counts_though_it_came_in_the_warm_up(engine: str) -> None:
    hour = 60 * MINUTE
    floor = crews(0, seats=[1], warm_up=hour, losses=[(0, True, 1, hour, hour + MINUTE)])
    played = story(floor, engine, [(0, 0, 1)], call(50, 30))
    assert history(played) == [dropped(50, 0, 10)]
    assert played.tally.cut_off.tolist() == [1]
    assert not played.tally.calls[..., N_DROPPED].any(), "it was not offered on a day that is reported"


@both
def test_a_dropped_caller_dials_again_and_a_line_is_free(engine: str) -> None:
    floor = crews(0, seats=[2], losses=one_by_one(10, until=12), lines=[2], holds=[(0, 0)])
    again = {"redials": 1, "again_after": 4 * MINUTE}
    played = story(floor, engine, [(0, 0, 2)], call(1, 30), call(8, 5, **again), call(9, 1))
    assert history(played) == [
        (9, 0, 0, 0, NOBODY, BLOCKED, 1),
        dropped(8, 0, 2),
        answered(14, 0, 5, attempt=2),
        answered(1, 0, 30),
    ]
    assert played.floor.free_lines.tolist() == [2]


# Peaks.


@both
def test_a_seat_that_nobody_can_use_is_no_peak(engine: str) -> None:
    """A shift begins as its seats are lost, and another ends as they come back."""
    floor = crews(0, seats=[10], losses=[(0, True, 10, 10 * MINUTE, 150 * MINUTE)])
    changes = [(10 * MINUTE, 0, 10), (150 * MINUTE, 0, -10)]
    played = story(floor, engine, changes)
    assert not played.tally.seats_peak.any()
    later = story(floor, engine, [(10 * MINUTE, 0, 10), (151 * MINUTE, 0, -10)])
    assert later.tally.seats_peak[:4, 0].tolist() == [0, 0, 10, 0]


@both
def test_a_peak_is_of_the_cell_in_which_it_lasts(engine: str) -> None:
    floor = crews(0, seats=[10])
    played = story(floor, engine, [(0, 0, 3), (60 * MINUTE, 0, 4), (120 * MINUTE, 0, -5)], call(59, 61))
    assert played.tally.seats_peak[:4, 0].tolist() == [3, 7, 2, 2]
    late = story(floor, engine, [(0, 0, 1), (90 * MINUTE, 0, -1)], call(59, 61))  # until 120:00.000
    assert late.tally.seats_peak[:4, 0].tolist() == [1, 1, 0, 0]


def usable(floor: Centre, site: int, begins: int, ends: int) -> int:
    """Most seats that a site has at once between two moments."""
    rows = floor.losses[floor.losses["site"] == site]
    moments = [begins, *(time for time in edges(rows) if begins < time < ends)]
    lost = [int(rows["seats"][(rows["begins"] <= t) & (t < rows["ends"])].sum()) for t in moments]
    return max(floor.seats_of(site) - min(lost), 0)


def lawful(floor: Centre, played: Played) -> None:
    """Where every incident drops calls nobody ever sits on a lost seat; who is cut off is counted once."""
    tally, width = played.tally, floor.clock.width
    for site in range(floor.sites):
        if floor.losses["drops"][floor.losses["site"] == site].all():
            for cell, peak in enumerate(tally.seats_peak[:, site].tolist()):
                begins = floor.clock.opens + cell * width
                assert peak <= usable(floor, site, begins, begins + width)
    assert tally.cut_off.sum() == (played.records["outcome"] == DROPPED).sum()
    assert np.all(tally.cut_off <= floor.losses["seats"])
    assert not tally.cut_off[~floor.losses["drops"]].any()


@often
@given(people())
def test_peaks_and_cut_off_calls_are_lawful(given_: People) -> None:
    played = play(given_.centre, given_.trace, "kernel", roster=roster(given_.centre, *given_.changes))
    lawful(given_.centre, played)


@often
@given(people())
def test_the_order_of_incidents_changes_nothing(given_: People) -> None:
    def of(floor: Centre) -> Played:
        return play(floor, given_.trace, "kernel", roster=roster(floor, *given_.changes))

    floor = given_.centre
    order = np.argsort(-floor.losses["seats"] - floor.losses["ends"], kind="stable")
    one, other = of(floor), of(floor._replace(losses=floor.losses[order]))
    np.testing.assert_array_equal(one.records, other.records)
    # Two that are equal in all but their end share in the order in which they stand.
    keys = [tuple(row) for row in floor.losses[["site", "drops", "seats", "begins"]].tolist()]
    for key in set(keys):
        found, again = (
            [cut for k, cut in zip(names, cuts, strict=True) if k == key]
            for names, cuts in (
                (keys, one.tally.cut_off.tolist()),
                ([keys[k] for k in order], other.tally.cut_off.tolist()),
            )
        )
        assert sorted(found) == sorted(again)


# A grid of sizes, shares and times, from the words of a file on.

SEATS, SHARES = (1, 2, 7), ("1%", "34%", "50%", "100%")
SPANS = (
    ("day 1 00:00", "day 1 24:00"),
    ("day 1 00:00", "day 1 00:01"),
    ("day 1 09:00", "day 1 10:30"),
    ("day 1 23:59", "day 1 24:00"),
)
DROPS = ("dropped", "finished")
GRID = list(itertools.product(SEATS, SHARES, SPANS, DROPS))
FEW = GRID if os.environ.get("CALLSIM_GRID") else GRID[::7]


@pytest.mark.parametrize(("seats", "share", "span", "drops"), FEW)
def test_any_incident_in_both_engines(
    tmp_path: Path, seats: int, share: str, span: tuple[str, str], drops: str
) -> None:
    """Alone, or with another of half the seats that begins as it does and lasts for the day."""
    incident = f"seats_lost: {share}, calls_in_progress: {drops}"
    other = (
        "" if share == "100%" else f"  - {{site: east, from: {span[0]}, to: day 1 24:00, seats_lost: 50%}}\n"
    )
    (tmp_path / "a.yaml").write_text(
        "calendar: {start: 2024-01-01, interval: 30 min, warm_up: 30 min}\n"
        f"sites: {{east: {{seats: {seats}}}}}\n"
        "queues:\n"
        "  a: {arrivals: {per_hour: 70}, talk: {exponential: {mean: 4 min}}, wrap: 1 min,"
        " patience: 3 min, redial: {probability: 50%, after: 2 min}}\n"
        "shifts: {early: {from: 07:00, to: 09:00}, late: {from: 09:00, to: 07:00}}\n"
        "groups: {ga: {site: east, answers: {a: {}}, shifts: {early: 6, late: 5}}}\n"
        "incidents:\n"
        f"  - {{site: east, from: {span[0]}, to: {span[1]}, {incident}}}\n{other}",
        "utf-8",
    )
    model = build(callsim.load(tmp_path / "a.yaml"))
    trace, floor = np.concatenate(list(draw(model.demand, 1, 0))), model.centre
    days = [whole_day(model, trace, engine) for engine in ("kernel", "reference")]
    same(*days)
    lawful(floor, days[0])
    first = days[0].records["attempt"] == 1
    np.testing.assert_array_equal(np.sort(days[0].records["arrive"][first]), trace["arrive"])


def whole_day(model: Model, trace: np.ndarray, engine: str) -> Played:
    """Watched every nine minutes, right after the incidents and shifts of that moment."""
    floor = model.centre

    def watch(desk: Desk) -> Generator[Any, Any, None]:
        while desk.now < floor.clock.ends + 60 * MINUTE:
            assert desk.seats(0) >= 0
            if floor.losses["drops"].all():
                assert desk.seats_used(0) <= desk.seats(0)
            yield desk.wait(9 * MINUTE)

    roster = come_and_go(model.roster, floor, 1, 0)
    return play(floor, trace, engine, roster=roster, supervisors=(watch,))
