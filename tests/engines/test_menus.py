"""Both engines agree, call by call and bit for bit, where clients hold lines in menus."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import NOBODY
from callsim.sim.floor.records import BLOCKED, CLOSED, FIRST
from tests.makers.floors import play, roster, same
from tests.makers.follow_ups import announcements, follow_ups
from tests.makers.held_in_menus import through_menus, with_menus
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import Inspector, Meddler, People, people

EXAMPLES = int(os.environ.get("CALLSIM_FUZZ", "60"))


def test_engines_agree_where_menus_hold_lines() -> None:
    seen = {"dialled": 0, "in queues": 0, "blocked": 0}

    @settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        centre, luck = data.draw(follow_ups(data.draw(centres())))
        if data.draw(st.booleans()):
            centre = data.draw(announcements(centre))
        centre, luck = data.draw(with_menus(centre, luck))
        trace = data.draw(through_menus(centre, data.draw(traces(centre.queues))))
        kernel, reference = (play(centre, trace, name, luck=luck) for name in ("kernel", "reference"))
        same(kernel, reference)
        goes_on = trace["to"] != NOBODY
        first = (kernel.records["flags"] & FIRST > 0).sum()
        direct = trace["menu"] == 0
        assert direct.sum() <= first <= (direct | goes_on).sum()
        if kernel.tally.cut_short == 0:  # who holds a line gives it back
            np.testing.assert_array_equal(kernel.floor.free_lines, centre.lines)
        seen["dialled"] += int((~direct).sum())
        seen["in queues"] += int(first - direct.sum())
        seen["blocked"] += int((~direct & goes_on).sum() - (first - direct.sum()))

    agree()
    assert seen["in queues"] > 0.1 * seen["dialled"] > 0, (
        "the floors that are made have menus that hold lines"
    )
    assert seen["blocked"] > 0


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_engines_agree_on_people_and_menus(data: st.DataObject) -> None:
    given_: People = data.draw(people())
    centre, luck = data.draw(follow_ups(given_.centre))
    centre, luck = data.draw(with_menus(centre, luck))
    trace = data.draw(through_menus(centre, given_.trace))
    days = []
    for name in ("kernel", "reference"):
        who = [Meddler(given_.script), Inspector(given_.centre, given_.changes, 300_000)]
        changes = roster(given_.centre, *given_.changes)
        days.append(play(centre, trace, name, roster=changes, supervisors=who, luck=luck))
    same(*days)


@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_with_plenty_of_lines_nobody_is_blocked(data: st.DataObject) -> None:
    """No call of the floor is refused, and every client who goes on comes to a queue."""
    centre, luck = data.draw(follow_ups(data.draw(centres())))
    centre, luck = data.draw(with_menus(centre, luck))
    centre = centre._replace(lines=np.full(len(centre.lines), 1_000))
    trace = data.draw(through_menus(centre, data.draw(traces(centre.queues))))
    played = play(centre, trace, "kernel", luck=luck)
    comes = (trace["menu"] == 0) | (trace["to"] != NOBODY)
    assert (played.records["flags"] & FIRST > 0).sum() == comes.sum()
    assert not np.any(played.records["outcome"] == BLOCKED)
    came = played.records[(played.records["flags"] & FIRST > 0) & (played.records["outcome"] != CLOSED)]
    at_queue = np.where(trace["menu"] == 0, trace["arrive"], trace["arrive"] + trace["in_menus"])
    assert np.all(np.isin(came["arrive"], at_queue))
