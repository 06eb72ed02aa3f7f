"""A verdict says nothing that the interval beside it takes back."""

from __future__ import annotations

import pytest

from callsim.results.measures import Figure
from callsim.study.runs.compare import verdict_of

WIDEST = Figure(0.010, -0.02, 0.04)


@pytest.mark.parametrize(
    ("shown", "doubt", "verdict"),
    [
        (Figure(0.010, 0.001, 0.019), 0.01, "better"),
        (Figure(-0.010, -0.019, -0.001), 0.01, "better"),
        (Figure(0.010, -0.001, 0.021), 0.01, "open"),
        (Figure(0.010, 0.0, 0.020), 0.01, "open"),
        (Figure(0.010, 0.001, 0.019), 0.06, "open"),
        (Figure(0.010, None, None), 0.01, "open"),
    ],
)
def test_better_only_where_the_interval_leaves_out_nothing(shown: Figure, doubt: float, verdict: str) -> None:
    assert verdict_of(WIDEST, doubt, 1, shown) == verdict
