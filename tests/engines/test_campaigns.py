"""Both engines agree, call by call and bit for bit, where numbers are dialled; and laws of campaigns."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.sim.campaigns.sums import (
    D_ATTEMPTS,
    D_CONTACTS,
    D_LIVE,
    D_NUISANCE,
    D_RIGHT,
    D_WRONG,
)
from callsim.sim.campaigns.table import FIRST_QUEUE
from callsim.sim.floor.records import ABANDONED, ANSWERED, DROPPED, FIRST, LAST, NOT_REACHED, REACHED, RIGHT
from callsim.sim.floor.state import CALLS_AGAIN, DUE, KEPT, RINGING
from tests.makers.campaigns import campaigns
from tests.makers.conditions import conditions
from tests.makers.floors import Played, play, same
from tests.makers.follow_ups import announcements, follow_ups
from tests.makers.random_floors import centres, traces

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
