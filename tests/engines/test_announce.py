"""Both engines agree, call by call and bit for bit, where calls are told their wait and called back."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import NOBODY, Centre
from callsim.sim.count.columns import N_BALKED, N_CALLED_BACK
from callsim.sim.floor.client_sums import C_CALLS, C_FIRST
from callsim.sim.floor.promises import (
    T_ACCEPTED,
    T_ENDED,
    T_HUNG_UP,
    T_IN_TIME,
    T_KNOWN,
    T_OFFERED,
    T_OPEN,
    T_REACHED,
    T_TOLD,
)
from callsim.sim.floor.records import ANSWERED, CALLBACK, CALLED_BACK, CLOSED, FIRST, LAST, NOT_REACHED
from tests.makers.floors import Played, play, roster, same
from tests.makers.follow_ups import announcements, follow_ups
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import Inspector, Meddler, People, people

EXAMPLES = int(os.environ.get("CALLSIM_FUZZ", "60"))


def test_engines_agree_where_calls_are_told_their_wait() -> None:
    seen = np.zeros(6, np.int64)

    @settings(max_examples=3 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        centre, luck = data.draw(follow_ups(data.draw(centres())))
        if data.draw(st.booleans()):
            centre = centre._replace(follows=centre.follows[:0])
        centre = data.draw(announcements(centre))
        trace = data.draw(traces(centre.queues))
        kernel, reference = (play(centre, trace, name, luck=luck) for name in ("kernel", "reference"))
        same(kernel, reference)
        np.testing.assert_array_equal(kernel.tally.told, reference.tally.told)
        np.testing.assert_array_equal(kernel.tally.back_waits, reference.tally.back_waits)
        adds_up(kernel, centre, len(trace))
        told = kernel.tally.told.sum(axis=(0, 1))
        seen[:] += told[[T_TOLD, T_HUNG_UP, T_ACCEPTED, T_REACHED, T_OPEN, T_ENDED]]

    agree()
    assert np.all(seen > 0), seen


def adds_up(day: Played, centre: Centre, clients: int) -> None:
    """Laws of callbacks and of what is told."""
    rows, told = day.records, day.tally.told.sum(axis=0)
    assert (rows["flags"] & FIRST > 0).sum() == clients == (rows["flags"] & LAST > 0).sum()
    back = rows["flags"] & CALLBACK > 0
    assert not np.any(rows["outcome"][~back] == NOT_REACHED)
    assert not np.any(back & np.isin(rows["outcome"], (CALLED_BACK, CLOSED)))
    calls = day.tally.calls.sum(axis=0)
    if not centre.counts_callbacks:
        np.testing.assert_array_equal(calls[:, N_CALLED_BACK], told[:, T_ACCEPTED])
    assert np.all(told[:, T_KNOWN] <= told[:, T_TOLD])
    assert np.all(told[:, T_HUNG_UP] <= calls[:, N_BALKED])
    assert np.all(told[:, T_ACCEPTED] <= told[:, T_OFFERED])
    assert np.all(told[:, T_REACHED] <= told[:, T_ENDED])
    assert np.all(told[:, T_IN_TIME] <= told[:, T_REACHED])
    if rows["arrive"].min(initial=centre.clock.opens) >= centre.clock.opens:
        assert np.all(told[:, T_ENDED] <= told[:, T_ACCEPTED])
        assert np.all(told[:, T_ACCEPTED] - told[:, T_ENDED] <= told[:, T_OPEN])
        if centre.tells_clients:
            offered = (rows["outcome"] != CLOSED) & ~back
            sums = day.tally.clients.sum(axis=(0, 1))
            assert sums[C_CALLS] == offered.sum()
            assert sums[C_FIRST] == (offered & (rows["flags"] & FIRST > 0)).sum()
    assert np.all(rows["wait"] >= 0)
    assert np.all(rows["talk"] >= 0)
    assert np.all(rows["group"][rows["outcome"] == ANSWERED] != NOBODY)
    promises = day.floor.follow.promises  # type: ignore[union-attr]
    assert np.all(promises.queues["behind"] == 0)
    assert np.all(promises.queues["at_end"] == NOBODY)
    assert np.all(promises.queues["open"] >= 0)
    if day.tally.cut_short == 0:
        np.testing.assert_array_equal(day.floor.free_lines, centre.lines)


@settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_engines_agree_on_people_who_call_back(data: st.DataObject) -> None:
    given_: People = data.draw(people())
    centre, luck = data.draw(follow_ups(given_.centre))
    centre = data.draw(announcements(centre))
    days = []
    for name in ("kernel", "reference"):
        who = [Meddler(given_.script), Inspector(given_.centre, given_.changes, 300_000)]
        changes = roster(given_.centre, *given_.changes)
        days.append(play(centre, given_.trace, name, roster=changes, supervisors=who, luck=luck))
    same(*days)
    np.testing.assert_array_equal(days[0].tally.told, days[1].tally.told)
    adds_up(days[0], centre, len(given_.trace))
