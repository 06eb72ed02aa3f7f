"""Sums over records: bins of waits, cells of the report, and the warm-up that counts nowhere."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.results import measures
from callsim.sim.count.columns import (
    ABANDONED_IN,
    ANSWERED_IN,
    BINS,
    CALL_COLUMNS,
    N_AGAIN,
    N_WAITED,
    TALK,
    WAIT_ABANDONED,
    WAIT_ANSWERED,
    WRAP,
    bin_middles,
)
from callsim.sim.count.tally import Tallier, bin_of
from callsim.sim.floor.records import ABANDONED, ANSWERED, BALKED, BLOCKED, CLOSED, RECORD
from callsim.units import DAY_MS
from tests.makers.floors import HOUR, centre

MIDDLES = bin_middles()


@settings(deadline=None)  # the first call may compile
@given(st.integers(0, 2**37 - 1))  # moments reach no further
def test_a_wait_is_known_to_a_fifth_of_a_percent(wait: int) -> None:
    assert abs(MIDDLES[bin_of(wait)] - wait) <= 0.002 * wait


def test_short_waits_are_exact_and_bins_rise() -> None:
    assert [MIDDLES[bin_of(wait)] for wait in range(512)] == list(range(512))
    assert np.all(np.diff(MIDDLES) > 0)
    np.testing.assert_array_equal([bin_of(int(middle)) for middle in MIDDLES], np.arange(BINS))
    assert bin_of(2**40) == BINS - 1, "longer waits share the last"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1), st.integers(0, 2000), st.sampled_from([HOUR, DAY_MS]), st.integers(1, 3))
def test_sums_are_what_a_loop_over_the_records_gives(seed: int, count: int, grid: int, sheets: int) -> None:
    luck = np.random.default_rng(seed)
    floor = centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 1, 1, 0, 1.0)], staff=[[1, 1]] * 24, warm_up=2 * HOUR, days=2
    )
    rows = np.zeros(count, RECORD)
    rows["arrive"] = luck.integers(0, floor.clock.ends, count)
    rows["wait"] = luck.integers(0, 40, count) * 1000
    rows["talk"], rows["wrap"] = luck.integers(0, 10**6, (2, count))
    rows["queue"], rows["group"] = luck.integers(0, 2, (2, count))
    rows["outcome"] = luck.choice([ANSWERED, ABANDONED, BALKED, BLOCKED, CLOSED], count)
    rows["attempt"] = luck.integers(1, 4, count)
    within = np.array([20_000, 10_000])
    tallier = Tallier(floor, within, grid)
    for sheet in np.array_split(rows, sheets):
        tallier.take(sheet)
    tally = tallier.tally
    counted = rows[rows["arrive"] >= 2 * HOUR]
    assert tally.calls.shape == (2 * DAY_MS // grid, 2, CALL_COLUMNS)
    cell = (counted["arrive"] - 2 * HOUR) // grid
    for at in range(len(tally.calls)):
        for q in range(2):
            here = counted[(cell == at) & (counted["queue"] == q)]
            is_ = {outcome: here[here["outcome"] == outcome] for outcome in range(5)}
            sums = tally.calls[at, q]
            assert sums[:5].tolist() == [len(is_[outcome]) for outcome in range(5)]
            assert sums[ANSWERED_IN] == np.sum(is_[ANSWERED]["wait"] <= within[q])
            assert sums[ABANDONED_IN] == np.sum(is_[ABANDONED]["wait"] <= within[q])
            assert sums[WAIT_ANSWERED] == is_[ANSWERED]["wait"].sum()
            assert sums[WAIT_ABANDONED] == is_[ABANDONED]["wait"].sum()
            assert sums[N_WAITED] == np.sum(is_[ANSWERED]["wait"] > 0) + len(is_[ABANDONED])
            assert sums[TALK] == is_[ANSWERED]["talk"].astype(int).sum()
            assert sums[WRAP] == is_[ANSWERED]["wrap"].astype(int).sum()
            assert sums[N_AGAIN] == np.sum((here["attempt"] > 1) & (here["outcome"] != CLOSED))
            assert tally.longest[at, q] == is_[ANSWERED]["wait"].max(initial=0)
            assert tally.work[at, q, 0] == np.sum(
                (counted["group"] == q)[(cell == at) & (counted["outcome"] == ANSWERED)]
            )
    for q in range(2):
        waits = counted["wait"][(counted["queue"] == q) & (counted["outcome"] == ANSWERED)]
        np.testing.assert_array_equal(
            tally.waits[q], np.bincount([bin_of(int(wait)) for wait in waits], minlength=BINS)
        )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 500), st.sampled_from([50, 10**4, 10**6, 10**8]))
def test_percentiles_are_those_of_the_exact_waits(seed: int, count: int, longest: int) -> None:
    waits = np.random.default_rng(seed).integers(0, longest, count)
    bins = np.bincount([bin_of(int(wait)) for wait in waits], minlength=BINS)
    found = measures.percentiles(bins)
    if not count:
        assert np.isnan(found).all()
        return
    exact = [np.quantile(waits, p, method="inverted_cdf") / 1000 for p in measures.PERCENTILES.values()]
    np.testing.assert_allclose(found, exact, rtol=0.002)
