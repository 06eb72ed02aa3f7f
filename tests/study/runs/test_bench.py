"""`callsim bench`: each case measured by itself, both engines on the same calls, the contract's JSON."""

import math

import numpy as np
import pytest

from callsim.report.bench import as_text
from callsim.study.runs import bench as module
from callsim.study.runs.bench import Bench, Case, Shape, bench, feasible, parts
from tests.makers.answers import fits_its_schema


@pytest.fixture(scope="module")
def progress() -> list[float]:
    return []


@pytest.fixture(scope="module")
def small(progress) -> Bench:
    ballast = np.ones(50_000_000)  # 400 MB, which no case may be charged with
    found = bench((20,), on_progress=lambda done, number, of: progress.append(done))
    assert all(case.peak_mb < ballast.nbytes / 2**20 for case in found.cases)
    return found


def test_both_engines_play_the_same_calls(small):
    kernel, reference = small.cases
    assert (kernel.engine, reference.engine) == ("kernel", "reference")
    assert kernel.calls == reference.calls > 1000


def test_every_figure_is_measured(small):
    for case in small.cases:
        for figure in (case.calls_per_s, case.draw_ns, case.play_ns, case.tally_ns):
            assert math.isfinite(figure)
            assert figure > 0
        assert case.peak_mb > 20


def test_json_is_the_contracts(small):
    found = fits_its_schema(small, "bench")
    assert set(found) == {"kind", "machine", "cases"}
    assert {"agents", "calls", "calls_per_s", "peak_mb"} <= set(found["cases"][0])
    assert {"processor", "cores", "python", "callsim", "numba"} <= set(found["machine"])


def test_the_table_fits_80_columns(small):
    huge = Case(200_000, "reference", 250, 48_000_000, 12_345_678.0, 105.0, 31_000.0, 27.0, 1_234.0)
    table = as_text(Bench(machine=small.machine, cases=[*small.cases, huge]), 80)
    assert all(len(line) <= 80 for line in table.splitlines()[1:])
    assert "200,000  reference" in table


def test_the_reference_is_left_out_where_it_would_take_too_long():
    assert feasible((1_000, 200_000), ("kernel", "reference")) == [
        (1_000, "kernel"),
        (1_000, "reference"),
        (200_000, "kernel"),
    ]


def test_progress_runs_from_nothing_to_all(small, progress):
    assert progress == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("seats", [100, 1_000, 10_000, 200_000])
def test_the_shape_has_all_its_agents_and_programmes_in_pairs(seats):
    shape = Shape(seats)
    assert shape.programmes % 2 == 0
    assert shape.staff.max(axis=0).sum() == seats
    pairs = shape.centre.pairs
    helpers = pairs[pairs["rank"] == 2]
    assert np.array_equal(helpers["queue"] ^ 1, helpers["group"])
    assert set(helpers["after"]) == {module.HELPS_AFTER}


def test_cost_grows_with_seats_as_calls_do():
    per_seat = [Shape(seats).demand.calls / seats for seats in (1_600, 200_000)]
    assert per_seat[0] == pytest.approx(per_seat[1], rel=0.01)


def test_parts_are_of_the_whole():
    shape = Shape(20)
    spent = parts(shape.centre, shape.demand, shape.within, "kernel")
    assert set(spent) == {"draw", "play", "tally"}
    assert min(spent.values()) > 0
