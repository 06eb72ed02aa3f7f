"""Both engines tell the same day, call by call and bit for bit."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.floors import play, same
from tests.engines.random_floors import centres, traces


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_engines_write_equal_records(data: st.DataObject) -> None:
    centre = data.draw(centres())
    trace = data.draw(traces(centre.queues))
    kernel, reference = play(centre, trace, "kernel"), play(centre, trace, "reference")
    same(kernel, reference)
    first = kernel.records["attempt"] == 1
    assert first.sum() == len(trace), "every call offered ends in exactly one record"
    assert np.all(kernel.floor.groups["busy"] == 0) or kernel.tally.cut_short >= 0
