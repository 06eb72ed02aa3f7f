"""Many cells at once are told as one by one, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.results import measures
from callsim.results.estimates import each_of
from callsim.results.measures import COUNTS, RATIOS, SERVICE_LEVEL, Formula
from callsim.sim.count.columns import CALL_COLUMNS

FORMULAS: dict[str, Formula] = SERVICE_LEVEL | RATIOS | COUNTS


@pytest.mark.parametrize("runs", [1, 2, 7, 8, 9, 20, 200])
def test_ratios_and_counts(runs: int) -> None:
    rng = np.random.default_rng(runs)
    sums = rng.integers(0, 1000, (runs, 5, 4, CALL_COLUMNS)) * rng.integers(0, 2, (1, 5, 4, 1))
    cells = sums.reshape(runs, 20, CALL_COLUMNS).swapaxes(0, 1)
    assert each_of(FORMULAS, sums) == [
        {name: measures.figure(cell, formula) for name, formula in FORMULAS.items()} for cell in cells
    ]
    assert each_of(FORMULAS, cells[3])[0] == each_of(FORMULAS, sums)[3]
    assert measures.estimate(sums, RATIOS["asa_s"]).values.shape == (5, 4, runs)


@pytest.mark.parametrize("runs", [1, 2, 9, 200])
def test_means_of_what_some_runs_do_not_have(runs: int) -> None:
    rng = np.random.default_rng(runs)
    values = rng.random((runs, 6))
    values[rng.random((runs, 6)) < 0.3] = np.nan
    values[:, 0], values[:, 1] = np.nan, 1.0
    assert measures.figures(measures.estimate_of(values)) == [measures.mean_of(cell) for cell in values.T]
