"""Both engines agree, call by call and bit for bit, where numbers are dialled; and laws of campaigns.

Agents who dial come and go, are moved, have too few seats, or lose them while a number rings.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.sim.campaigns.sums import (
    D_ATTEMPTS,
    D_CONTACTS,
    D_DIALLING,
    D_LIVE,
    D_NUISANCE,
    D_OUT_AFTER,
    D_OUTS,
    D_RIGHT,
    D_WRONG,
)
from callsim.sim.campaigns.table import FIRST_QUEUE
from callsim.sim.centre import LOSS, NOBODY, UNLIMITED, Centre
from callsim.sim.count.columns import G_BUSY, G_ON_DUTY, S_WAITED
from callsim.sim.engines.supervision import Desk
from callsim.sim.floor.records import ABANDONED, ANSWERED, DROPPED, FIRST, LAST, NOT_REACHED, REACHED, RIGHT
from callsim.sim.floor.state import CALLS_AGAIN, DUE, KEPT, RINGING
from callsim.sim.luck.numbers import numbers
from tests.makers.campaigns import campaigns, demand, row, with_campaigns
from tests.makers.conditions import conditions
from tests.makers.floors import Played, calls, play, roster, same
from tests.makers.floors import centre as floor_of
from tests.makers.follow_ups import announcements, constant, follow_ups
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import MINUTES, Meddler, People, people

pytestmark = pytest.mark.timeout(1500)  # the kernel is compiled for each kind of floor
EXAMPLES = int(os.environ.get("CALLSIM_FUZZ", "60"))


def test_engines_agree_where_numbers_are_dialled() -> None:
    seen = dict.fromkeys(("attempts", "talks", "nuisance", "redials", "inbound"), 0)

    @settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        called = data.draw(conditions(data.draw(centres())))
        trace = data.draw(traces(called.queues))
        luck = None
        if data.draw(st.booleans()):
            called, luck = data.draw(follow_ups(called))
            if data.draw(st.booleans()):
                called = data.draw(announcements(called))
        centre, numbers = data.draw(campaigns(called))
        kernel, reference = (
            play(centre, trace, name, luck=luck, numbers=numbers) for name in ("kernel", "reference")
        )
        same(kernel, reference)
        rows = kernel.records[kernel.records["queue"] >= centre.called]
        laws(kernel, rows)
        seen["attempts"] += len(rows)
        seen["talks"] += int((rows["outcome"] == ANSWERED).sum())
        seen["nuisance"] += int((rows["outcome"] == ABANDONED).sum())
        seen["redials"] += int((rows["flags"] & FIRST == 0).sum())
        seen["inbound"] += len(kernel.records) - len(rows)

    agree()
    assert all(seen.values()), seen


def laws(played: Played, rows: np.ndarray) -> None:
    """What holds of all campaigns."""
    dialler = played.floor.dialler
    assert dialler is not None
    first, last = rows["flags"] & FIRST > 0, rows["flags"] & LAST > 0
    assert set(rows["outcome"].tolist()) <= {ANSWERED, ABANDONED, NOT_REACHED, DROPPED}
    assert np.all((rows["flags"] & REACHED > 0) == (rows["outcome"] != NOT_REACHED))
    assert not np.any(rows["flags"][rows["outcome"] == ABANDONED] & RIGHT)
    dialled = dialler.lists["lists"] * dialler.campaigns["contacts"]
    assert first.sum() <= dialled.sum(), "nobody is dialled who is on no list"
    calls = played.floor.calls
    waits = (calls["queue"] >= dialler.state[FIRST_QUEUE]) & np.isin(calls["state"], (CALLS_AGAIN, DUE))
    assert first.sum() == last.sum() + waits.sum(), "each contact has a last attempt, or waits for another"
    for c, campaign in enumerate(dialler.campaigns):
        own = rows[rows["queue"] == int(dialler.state[FIRST_QUEUE]) + c]
        if campaign["holds"]:
            assert not np.any(own["outcome"] == ABANDONED), "an agent is kept for each number"
    if not played.tally.cut_short:
        assert not np.any(np.isin(played.floor.calls["state"], (RINGING, KEPT)))
        assert not dialler.lists["ringing"].any()
        assert not dialler.kept.any()
    sums = played.tally.dialled.sum(axis=(0, 1))
    assert sums[D_ATTEMPTS] >= sums[D_CONTACTS]
    assert sums[D_ATTEMPTS] >= sums[D_LIVE]
    assert sums[D_LIVE] == sums[D_RIGHT] + sums[D_WRONG] + sums[D_NUISANCE]


def test_engines_agree_where_agents_who_dial_come_and_go() -> None:
    seen = dict.fromkeys(("attempts", "talks", "dropped", "in vain", "waited for a seat"), 0)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(people(), st.data())
    def agree(given_: People, data: st.DataObject) -> None:
        centre, luck = data.draw(campaigns(given_.centre))

        def played(name: str, centre: Centre, meddler: Meddler) -> Played:
            changes = roster(centre, *given_.changes)
            return play(centre, given_.trace, name, roster=changes, supervisors=(meddler,), numbers=luck)

        first = played("kernel", centre, Meddler(given_.script))
        centre = centre._replace(losses=np.append(centre.losses, amid_a_talk(first, centre)))
        meddlers = [Meddler(given_.script), Meddler(given_.script)]
        kernel, reference = (
            played(name, centre, meddler)
            for name, meddler in zip(("kernel", "reference"), meddlers, strict=True)
        )
        same(kernel, reference)
        assert meddlers[0].seen == meddlers[1].seen
        rows = kernel.records[kernel.records["queue"] >= centre.called]
        laws(kernel, rows)
        nobody_dials_on_lost_seats(centre, rows)
        seen["attempts"] += len(rows)
        seen["talks"] += int((rows["outcome"] == ANSWERED).sum())
        seen["dropped"] += int((rows["outcome"] == DROPPED).sum())
        seen["in vain"] += int((rows["outcome"] == NOT_REACHED).sum())
        seen["waited for a seat"] += int(kernel.tally.sites[:, :, S_WAITED].any())

    agree()
    assert all(seen.values()), seen


def amid_a_talk(played: Played, centre: Centre) -> np.ndarray:
    """LOSS [row]: a site loses all seats for ten minutes amid a talk with a number; nothing without one."""
    rows = played.records[played.records["queue"] >= centre.called]
    talks = rows[(rows["outcome"] == ANSWERED) & (rows["talk"] > 1)]
    talks = talks[centre.site[talks["group"]] != NOBODY]  # of agents who sit at a site
    if not len(talks):
        return centre.losses[:0]
    one = talks[len(talks) // 2]
    begins = int(one["arrive"] + one["wait"] + one["talk"] // 2)
    return np.array([(centre.site[one["group"]], True, UNLIMITED, begins, begins + 10 * MINUTES)], LOSS)


def nobody_dials_on_lost_seats(centre: Centre, rows: np.ndarray) -> None:
    """While an incident takes all seats of a site, no agent of its groups answers a number."""
    for loss in centre.losses[(centre.losses["seats"] == UNLIMITED) & centre.losses["drops"]]:
        groups = np.flatnonzero(centre.site == loss["site"])
        taken = rows[np.isin(rows["group"], groups) & (rows["outcome"] == ANSWERED)]
        talks = taken["arrive"] + taken["wait"]
        assert not np.any((talks > loss["begins"]) & (talks < loss["ends"]))
        if loss["begins"] < loss["ends"]:
            assert not np.any((talks < loss["begins"]) & (talks + taken["talk"] > loss["begins"]))


def dialling(contacts: int, losses: list[tuple[int, bool, int, int, int]] | None = None) -> Centre:
    """Three agents at one site, who dial one list from the start of the day on; nobody calls."""
    floor = floor_of(
        pairs=[(0, 0, 1, 0, 1.0)], staff=[[3]] * 24, site=[0], seats=[3], losses=losses, open_=[((0, 1),)]
    )
    return with_campaigns(floor, [row(contacts=contacts, once=True)], [(0, 0, 1)])


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_list_that_has_run_out_leaves_its_agents_idle(engine: str) -> None:
    """Twenty talks of a minute among three agents: seven minutes, and nothing after them."""
    played = play(dialling(20), calls(), engine, numbers=numbers([demand(ring=constant(6_000.0))], 0, 0))
    sums, work = played.tally.dialled.sum(axis=(0, 1)), played.tally.work.sum(axis=(0, 1))
    last = 6 * 66_000  # ms: then the last numbers begin to ring
    assert (sums[D_ATTEMPTS], sums[D_CONTACTS], sums[D_RIGHT], sums[D_OUTS]) == (20, 20, 20, 1)
    assert sums[D_OUT_AFTER] == last
    assert sums[D_DIALLING] == played.records["arrive"].max() == last + 6_000
    assert work[G_ON_DUTY] == 3 * 24 * 3_600_000
    assert work[G_BUSY] == 20 * 60_000, "whose number rings is not busy yet"


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_lost_site_dials_less_and_no_number_is_lost_or_dialled_twice(engine: str) -> None:
    """All seats are lost for ten minutes, in the middle of three talks: the others are dialled later."""
    luck = numbers([demand(ring=constant(6_000.0))], 0, 0)
    begins, ends = 630_000, 1_230_000
    usual, lost = (
        play(dialling(100, losses), calls(), engine, numbers=luck)
        for losses in (None, [(0, True, UNLIMITED, begins, ends)])
    )
    before, there = usual.records["arrive"] < ends, lost.records["arrive"] < ends
    assert there.sum() < before.sum()
    assert not np.any((lost.records["arrive"] > begins) & there)
    assert (lost.records["outcome"] == DROPPED).sum() == 3
    for played in (usual, lost):
        sums = played.tally.dialled.sum(axis=(0, 1))
        assert sums[D_ATTEMPTS] == sums[D_CONTACTS] == len(played.records) == 100
        assert np.all(played.records["flags"] & FIRST)
        assert np.all(played.records["flags"] & LAST)
    next_round = 10 * 66_000  # ms; it begins when the seats are back
    assert lost.records["arrive"].max() - usual.records["arrive"].max() == ends - next_round


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_numbers_ring_when_control_of_a_millisecond_is_over(engine: str) -> None:
    """A supervisor sends home an agent who has just come, and who is idle until then: no number rings."""
    comes, seen = 600_000, []

    def boss(desk: Desk) -> Generator[Any, Any, None]:
        yield desk.env.timeout(comes)
        seen.append((desk.waiting(0), desk.idle(0), desk.busy(0)))
        desk.send_home(0, 1)
        seen.append((desk.waiting(0), desk.idle(0), desk.busy(0)))

    centre = dialling(20)._replace(staff=np.zeros((24, 1), np.int64))
    luck = numbers([demand(ring=constant(6_000.0))], 0, 0)
    who = roster(centre, (comes, 0, 1))
    played = play(centre, calls(), engine, roster=who, supervisors=(boss,), numbers=luck)
    assert seen == [(0, 1, 0), (0, 0, 0)]
    assert not len(played.records)
