"""Both engines tell the same day, call by call and bit for bit."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.makers.floors import Played, play, roster, same
from tests.makers.random_floors import centres, traces
from tests.makers.random_people import Inspector, Meddler, People, people

EXAMPLES = int(os.environ.get("CALLSIM_FUZZ", "150"))


@settings(max_examples=2 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_engines_write_equal_records(data: st.DataObject) -> None:
    centre = data.draw(centres())
    trace = data.draw(traces(centre.queues))
    kernel, reference = play(centre, trace, "kernel"), play(centre, trace, "reference")
    same(kernel, reference)
    first = kernel.records["attempt"] == 1
    assert first.sum() == len(trace), "every call offered ends in exactly one record"
    assert np.all(kernel.floor.groups["busy"] == 0) or kernel.tally.cut_short >= 0


def played(
    given_: People, engine: str, every: int, calls_per_ms: float = 1.0
) -> tuple[Played, list[tuple[float, ...]]]:
    """What an engine makes of it, watched, and what the supervisor saw."""
    meddler = Meddler(given_.script)
    inspector = Inspector(given_.centre, given_.changes, every)
    changes = roster(given_.centre, *given_.changes)
    day = play(
        given_.centre,
        given_.trace,
        engine,
        calls_per_ms=calls_per_ms,
        roster=changes,
        supervisors=[meddler, inspector],
    )
    return day, meddler.seen


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(people(), st.sampled_from([60_000, 300_000, 97_001]))
def test_engines_agree_on_people_and_places(given_: People, every: int) -> None:
    (kernel, seen), (reference, also_seen) = (played(given_, name, every) for name in ("kernel", "reference"))
    same(kernel, reference)
    np.testing.assert_array_equal(
        np.array([x for row in seen for x in row]), np.array([x for row in also_seen for x in row])
    )
    assert (kernel.records["attempt"] == 1).sum() == len(given_.trace)
