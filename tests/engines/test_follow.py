"""Both engines agree, call by call and bit for bit, where calls are followed by others."""

from __future__ import annotations

import os
from collections import Counter

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import Centre
from callsim.sim.floor.client_sums import (
    C_ANSWERED,
    C_CALLS,
    C_CLIENTS,
    C_FIRST,
    C_IN,
    C_IN_TIME,
    C_OUT,
    C_REACHED,
    C_SOLVED,
    C_WAIT,
)
from callsim.sim.floor.records import AGAIN, ANSWERED, CLOSED, FIRST, HANDED_ON, LAST, REACHED, TRANSFERRED
from callsim.sim.floor.state import HOLDING
from tests.makers.floors import play, roster, same
from tests.makers.follow_ups import follow_ups
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import Inspector, Meddler, People, people

EXAMPLES = int(os.environ.get("CALLSIM_FUZZ", "60"))


def test_engines_agree_where_calls_follow_calls() -> None:
    seen = {"first": 0, "later": 0, "held": 0}

    @settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        centre, luck = data.draw(follow_ups(data.draw(centres())))
        trace = data.draw(traces(centre.queues))
        kernel, reference = (play(centre, trace, name, luck=luck) for name in ("kernel", "reference"))
        same(kernel, reference)
        rows = kernel.records
        first, last = rows["flags"] & FIRST > 0, rows["flags"] & LAST > 0
        assert first.sum() == len(trace) == last.sum(), "each client has one first call and one last"
        assert np.all(rows["flags"][rows["outcome"] == ANSWERED] & REACHED), "who is answered is reached"
        assert np.all(first == (rows["attempt"] == 1))
        assert np.all(rows["flags"][first] & AGAIN == 0)
        follow = kernel.floor.follow
        assert follow is not None
        handed_on_when_talk_ends(rows)
        clients_add_up(kernel.tally.clients.sum(axis=(0, 1)), rows, centre)
        assert not np.any(kernel.floor.calls["state"] == HOLDING)
        if kernel.tally.cut_short == 0:
            assert follow.noted[0] == 0
            np.testing.assert_array_equal(kernel.floor.free_lines, centre.lines)
        seen["first"] += len(trace)
        seen["later"] += int((~first & (rows["outcome"] != CLOSED)).sum())
        seen["held"] += int(follow.stories["held_ms"].any())

    agree()
    assert seen["later"] > 0.1 * seen["first"] > 0, "the floors that are made have calls that follow others"
    assert seen["held"] > 0


def handed_on_when_talk_ends(rows: np.ndarray) -> None:
    """A call that an agent hands on comes in the millisecond in which talk ends."""
    before = rows[(rows["flags"] & HANDED_ON > 0) & (rows["outcome"] == ANSWERED)]
    ends = Counter((before["arrive"].astype(np.int64) + before["wait"] + before["talk"]).tolist())
    comes = Counter(rows["arrive"][rows["flags"] & TRANSFERRED > 0].tolist())
    others = rows[(rows["flags"] & HANDED_ON > 0) & (rows["outcome"] != ANSWERED)]
    assert not ends - comes
    assert (comes - ends).total() <= len(others), "whose agents lost their seats meanwhile"


def clients_add_up(sums: np.ndarray, rows: np.ndarray, centre: Centre) -> None:
    """Laws of the sums of clients: each call has one client, each client one first queue."""
    offered = (rows["outcome"] != CLOSED) & (rows["arrive"] >= centre.clock.opens)
    of_first = offered & (rows["flags"] & FIRST > 0)
    assert sums[C_FIRST] == of_first.sum()
    assert sums[C_IN] == (offered & (rows["flags"] & TRANSFERRED > 0)).sum()
    assert sums[C_SOLVED] <= sums[C_REACHED] <= sums[C_CLIENTS] >= sums[C_IN_TIME]
    assert sums[C_IN_TIME] <= sums[C_REACHED]
    assert sums[C_OUT] <= sums[C_ANSWERED] == (offered & (rows["outcome"] == ANSWERED)).sum()
    if rows["arrive"].min(initial=centre.clock.opens) >= centre.clock.opens:
        assert sums[C_CALLS] == offered.sum()
        assert sums[C_WAIT] == rows["wait"].sum()
        assert sums[C_CLIENTS] >= of_first.sum()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_engines_agree_on_people_who_stay_on_the_line(data: st.DataObject) -> None:
    given_: People = data.draw(people())
    centre, luck = data.draw(follow_ups(given_.centre))
    days = []
    for name in ("kernel", "reference"):
        who = [Meddler(given_.script), Inspector(given_.centre, given_.changes, 300_000)]
        changes = roster(given_.centre, *given_.changes)
        days.append(play(centre, given_.trace, name, roster=changes, supervisors=who, luck=luck))
    same(*days)
    last = days[0].records["flags"] & LAST > 0
    assert last.sum() == len(given_.trace)
