"""The wallboard: service of calls that ended lately, against counting the records again."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsim.sim.count.recent import SECONDS, Recent
from callsim.sim.floor.records import ABANDONED, ANSWERED, BALKED, CLOSED, RECORD


@settings(deadline=None, max_examples=100)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 400),
    st.sampled_from([60, 3_000, 20_000]),
    st.integers(1, 4),
    st.sampled_from([0, 1, 10_000, 50_000]),
)
def test_it_is_what_the_records_of_the_last_seconds_say(
    seed: int, count: int, span: int, sheets: int, short: int
) -> None:
    luck = np.random.default_rng(seed)
    rows = np.zeros(count, RECORD)
    rows["wait"], rows["talk"], rows["wrap"] = luck.integers(0, 40_000, (3, count))
    rows["outcome"] = luck.choice([ANSWERED, ABANDONED, BALKED, CLOSED], count)
    rows["wait"][rows["outcome"] == BALKED] = 0
    ended = np.sort(luck.integers(120_000, 120_000 + span * 1000, count))
    rows["arrive"] = ended - rows["wait"] - rows["talk"] - rows["wrap"]
    rows["queue"] = luck.integers(0, 2, count)
    within = np.array([20_000, 10_000])
    recent = Recent(within, short)
    for sheet in np.array_split(rows, sheets):
        recent.take(sheet)
    now = (int(ended[-1]) // 1000 + 1 + int(luck.integers(0, 30))) * 1000 if count else 120_000
    for last in (1_000, 60_000, 900_000, SECONDS * 1000 - 60_000):
        for q in range(2):
            lately = (now - last <= ended) & (rows["queue"] == q) & (rows["outcome"] != CLOSED)
            lately &= ~(np.isin(rows["outcome"], (ABANDONED, BALKED)) & (rows["wait"] < short))
            good = lately & (rows["outcome"] == ANSWERED) & (rows["wait"] <= within[q])
            expected = good.sum() / lately.sum() if lately.any() else math.nan
            np.testing.assert_equal(recent.service_level(q, last, now), expected)


@pytest.mark.parametrize("last", [0, -1, SECONDS * 1000 + 1])
def test_what_is_not_kept_is_not_told(last: int) -> None:
    with pytest.raises(ValueError, match="at most an hour"):
        Recent(np.array([20_000])).service_level(0, last, 0)
