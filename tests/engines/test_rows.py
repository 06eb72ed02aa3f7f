"""Agents as rows: as anonymous ones where nobody asks which one it is; elsewhere both engines agree."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from callsim.sim.centre import PACE_ONE
from callsim.sim.count.columns import G_BUSY
from callsim.sim.floor.records import ANSWERED, RECORD
from callsim.units import DAY_MS
from tests.makers.conditions import conditions
from tests.makers.floors import Played, play, roster, same, without_rings
from tests.makers.follow_ups import follow_ups
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import Inspector, Meddler, People, people
from tests.makers.rows import forced, with_rows

PHASES = [Phase.explicit, Phase.reuse, Phase.generate]  # to shrink a day of calls takes long
pytestmark = pytest.mark.timeout(1500)  # the kernel is compiled for each kind of floor
EXAMPLES = int(os.environ.get("CALLSIM_FUZZ", "40"))
some = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)


def idle_again(played: Played) -> None:
    """At the end of a day nothing is in hand, and each agent who is there stands in a list."""
    table, groups = played.floor.people, played.floor.groups
    if table is None:
        return
    rows = table.groups["slots"] > 0
    assert np.all(table.groups["load"] == 0)
    assert np.all(table.groups["used"] == 0)
    assert np.all(table.groups["newest"] == -1)
    for g in np.flatnonzero(rows):
        first = int(table.groups["lists"][g])
        count, a = 0, int(table.lists[first, 0])
        while a != -1:
            assert table.agents["group"][a] == g
            assert table.agents["load"][a] == 0
            count, a = count + 1, int(table.agents["behind"][a])
        assert count == groups["idle"][g] == groups["on_duty"][g]
        assert np.all(table.lists[first + 1 : first + int(table.groups["slots"][g]) ** 2 + 2] == -1)


@settings(some, max_examples=2 * EXAMPLES)
@given(st.data())
def test_rows_of_whom_nobody_asks_are_anonymous_agents(data: st.DataObject) -> None:
    centre = data.draw(centres())
    trace = data.draw(traces(centre.queues))
    for engine in ("kernel", "reference"):
        same(*(without_rings(play(floor, trace, engine)) for floor in (centre, forced(centre))))


@some
@given(st.data())
def test_rows_of_whom_nobody_asks_are_anonymous_agents_with_people_and_places(data: st.DataObject) -> None:
    given_: People = data.draw(people())
    centre, luck = data.draw(follow_ups(data.draw(conditions(given_.centre))))
    days = []
    for floor in (centre, forced(centre)):
        who = [Meddler(given_.script), Inspector(floor, given_.changes, 300_000)]
        changes = roster(floor, *given_.changes)
        days.append(play(floor, given_.trace, "kernel", roster=changes, supervisors=who, luck=luck))
    same(*map(without_rings, days))


@settings(some, max_examples=3 * EXAMPLES)
@given(st.data())
def test_engines_agree_on_rows(data: st.DataObject) -> None:
    floor = data.draw(with_rows(data.draw(conditions(data.draw(centres())))))
    trace = data.draw(traces(floor.queues))
    kernel, reference = (play(floor, trace, name) for name in ("kernel", "reference"))
    same(kernel, reference)
    if not kernel.tally.cut_short:
        idle_again(kernel)


@some
@given(st.data())
def test_interrupted_work_is_conserved(data: st.DataObject) -> None:
    """To the millisecond: what each record says was worked off is what the call brought."""
    floor = data.draw(with_rows(data.draw(centres()), most=1))
    pairs = floor.pairs.copy()
    pairs["pace"] = PACE_ONE
    trace = data.draw(traces(floor.queues))
    trace["redials"] = 0
    played = play(floor._replace(pairs=pairs, losses=floor.losses[:0]), trace, "kernel")
    if played.tally.cut_short:
        return
    key = ["queue", "arrive", "talk"]
    answered = played.records[played.records["outcome"] == ANSWERED]
    brought = {tuple(int(row[name]) for name in key) for row in trace}
    assert {tuple(int(row[name]) for name in key) for row in answered} <= brought
    busy = int(played.tally.work[:, :, G_BUSY].sum())
    if len(answered) and answered["arrive"].max() < floor.clock.ends - DAY_MS // 2 and floor.clock.opens == 0:
        ends = answered["arrive"] + answered["wait"] + answered["talk"].sum() + answered["wrap"].sum()
        if ends.max() < floor.clock.ends:
            assert busy == int(answered["talk"].sum() + answered["wrap"].sum())


@settings(some, max_examples=2 * EXAMPLES)
@given(st.data())
def test_engines_agree_on_rows_with_people_and_places(data: st.DataObject) -> None:
    """Seats, shifts, breaks, incidents and supervisors."""
    given_: People = data.draw(people())
    floor = data.draw(with_rows(data.draw(conditions(given_.centre))))
    days, seen = [], []
    for name in ("kernel", "reference"):
        meddler = Meddler(given_.script)
        changes = roster(floor, *given_.changes)
        days.append(play(floor, given_.trace, name, roster=changes, supervisors=[meddler]))
        seen.append(meddler.seen)
    same(*days)
    assert seen[0] == seen[1]
    assert RECORD.itemsize == 32
