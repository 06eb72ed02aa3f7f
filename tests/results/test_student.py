"""Student's quantile, solved here so that intervals are the same for every release of SciPy."""

from __future__ import annotations

import pytest
from scipy import stats

from callsim.results.measures import student

FREEDOMS = [1, 2, 3, 4, 5, 9, 10, 19, 20, 99, 100, 999, 10_000]
CONFIDENCES = [0.5, 0.9, 0.95, 0.99, 1 - 0.05 / 15, 1 - 0.05 / 1225 / 5]


@pytest.mark.parametrize("freedom", FREEDOMS)
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_it_is_the_quantile(freedom: int, confidence: float) -> None:
    expected = stats.t.ppf(0.5 + confidence / 2, freedom)
    assert student(freedom, confidence) == pytest.approx(expected, rel=1e-8)
    # What matters: it holds the share that it claims, by a function that shares nothing with it.
    assert 2 * stats.t.cdf(student(freedom, confidence), freedom) - 1 == pytest.approx(confidence, rel=1e-10)


def test_by_tables() -> None:
    # Fisher and Yates, 1963, table III.
    for freedom, value in ((1, 12.706), (2, 4.303), (10, 2.228), (30, 2.042), (120, 1.980)):
        assert round(student(freedom), 3) == value
