"""Queues of few calls, queues that fell silent, and spikes: forecasts that look right and are not."""

import dataclasses

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.canonical import IntervalTable
from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.models import WEEK
from callsim.history.forecast.question import _answer, forecast
from callsim.history.forecast.series import series_of
from tests.makers.histories import dates, day, drawn, means, table

DAYS = dates("2025-01-06", 140)
START = day("2025-05-26")


@pytest.mark.parametrize(
    ("per_day", "seeds", "most"),
    [(0.5, 8, 0.3), (5.0, 5, 0.09), (10.0, 4, 0.08), (40.0, 3, 0.05), (300.0, 2, 0.02), (3000.0, 1, 0.01)],
)
def test_forecasts_are_neither_too_low_nor_too_high(per_day: float, seeds: int, most: float) -> None:
    """`most`: at least two standard errors of what is drawn; low before by 81, 43, 17 and 6 %."""
    right = means(dates(str(START), WEEK), per_day)
    kinds = kinds_of(dates("2025-01-06", 140 + WEEK), None)
    total = 0.0
    for seed in range(seeds):
        made = _answer(series_of(drawn(means(DAYS, per_day), seed), kinds), 0, WEEK, np.empty((0, 48)))
        assert (made.expected >= 0).all()
        assert not made.expected[right == 0].any()
        total += float(made.expected.sum())
    assert total / seeds / right.sum() == pytest.approx(1, abs=most)


@pytest.mark.parametrize(("silent", "said"), [(3, False), (6, False), (7, True), (20, True)])
def test_a_queue_that_fell_silent_is_said(silent: int, said: bool) -> None:
    calls = drawn(means(DAYS, 500))
    calls[-silent:] = 0
    made = forecast(table(DAYS, line=drawn(means(DAYS)), gone=calls), START, 7)
    assert any("gone: nobody called after" in text for text in made.warnings) == said
    assert not any("line: nobody" in text for text in made.warnings)


def test_closed_weekends_are_no_silence() -> None:
    calls = drawn(means(DAYS, 500))
    calls[[at for at in range(len(DAYS)) if at % WEEK >= 1]] = 0  # open on Mondays
    calls[-WEEK:] = 0
    assert not forecast(table(DAYS, line=drawn(means(DAYS)), mondays=calls), START, 7).warnings


def test_one_mad_interval_changes_nothing_and_is_said() -> None:
    calls = drawn(means(DAYS, 300))
    mad = calls.copy()
    mad[100, 24] = 1e6
    made, other = (forecast(table(DAYS, line=of), START, 7) for of in (calls, mad))
    right, found = (one.queues["line"] for one in (made, other))
    assert found.expected.sum() == pytest.approx(right.expected.sum(), rel=0.01)
    assert found.busyness.day_cv == pytest.approx(right.busyness.day_cv, abs=0.02)
    assert "2025-04-16" in "".join(other.warnings)
    assert not made.warnings


@pytest.mark.parametrize("of_days", [True, False])
@pytest.mark.parametrize("per_day", [40.0, 300.0, 3000.0])
def test_what_is_missing_at_random_is_not_closed(per_day: float, of_days: bool) -> None:
    calls = drawn(means(DAYS, per_day))
    luck = np.random.default_rng(2)
    gone = luck.random((len(calls), 1) if of_days else calls.shape) < 0.3
    gone[-1] = False
    history = table(DAYS, whole=drawn(means(DAYS)), line=np.where(gone, np.nan, calls))
    found = forecast(history, START, 14, queue="line").queues["line"].expected.sum()
    assert found == pytest.approx(means(dates(str(START), 14), per_day).sum(), rel=0.06)


def test_a_history_without_rows_is_refused() -> None:
    whole = table(DAYS, line=drawn(means(DAYS)))
    empty: IntervalTable = dataclasses.replace(whole, rows=whole.rows[:0])
    with pytest.raises(UserError, match="no rows"):
        forecast(empty, START, 7)
