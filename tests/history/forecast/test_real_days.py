"""What is promised on real days; the benchmark tells all of it, these are the parts that cost seconds."""

import numpy as np
import pytest

from benchmarks.forecast import DATA, axa, bank, judged

if not DATA.exists():
    pytest.skip("there is no shared/data beside this repository", allow_module_level=True)


def test_the_bank_is_forecast_better_than_by_hand() -> None:
    counts = bank()
    days = np.zeros(len(counts.dates), bool)
    days[np.flatnonzero(np.isfinite(counts.calls).any(axis=1))[60:120]] = True
    found = judged(counts, None, days, 1)
    assert found.days == 60
    assert found.better_interval >= 0.10
    assert found.better_day >= 0.15
    assert 0.93 <= found.inside <= 0.97


@pytest.mark.parametrize("name", ["tech_axa", "cat", "nuit"])
def test_queues_with_holidays(name: str) -> None:
    counts = dict(axa())[name]
    last = np.arange(len(counts.dates)) >= len(counts.dates) - 182
    found = judged(counts, "FR", last, 1)
    assert 1 - found.interval / found.four_interval >= 0.08
    assert 0.93 <= found.inside <= 0.97
    if name == "tech_axa":
        assert 1 - found.holiday / found.holiday_four >= 0.5
