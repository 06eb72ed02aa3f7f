"""Forecasts of histories whose law is known: errors near chance, bands that hold, holidays, events."""

import datetime

import numpy as np
import pytest

import callsim
from callsim.errors import UserError
from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.choice import best_of, said_by, scores_of, stretches
from callsim.history.forecast.events import Event
from callsim.history.forecast.question import days_in, forecast
from callsim.history.forecast.rolling import Forecaster, trial
from callsim.history.forecast.series import series_of
from tests.makers.histories import dates, day, drawn, means, table

DAYS = dates("2024-09-02", 560)
START = day("2026-02-02")  # 518 days are before it


@pytest.fixture(scope="module")
def china() -> callsim.ForecastResult:
    line = drawn(means(DAYS, 1000, "CN"), 3, day_cv=0.05)
    few = drawn(means(DAYS, 30, "CN"), 4)
    return forecast(table(DAYS, line=line, few=few), START, "4 weeks", "CN")


def test_errors_are_near_chance_and_far_from_naive_ones(china: callsim.ForecastResult) -> None:
    first = china.queues["line"].tested[0].errors
    assert first.days == 182
    assert first.interval < 1.15 * first.chance_interval
    assert first.interval < 0.8 * first.four_interval < first.last_interval
    few = china.queues["few"].tested[0].errors
    assert few.interval < 1.1 * few.chance_interval


def test_bands_hold_what_they_say(china: callsim.ForecastResult) -> None:
    for queue in china.queues.values():
        for part in queue.tested:
            at_80, at_95 = part.errors.cover
            assert 0.93 <= at_95 <= 0.98
            assert 0.76 <= at_80 <= 0.86
        low_80, high_80 = queue.ends[0]
        low_95, high_95 = queue.ends[1]
        assert (low_95 <= low_80).all()
        assert (high_80 <= high_95).all()
        assert ((low_80 <= queue.expected) & (queue.expected <= high_80)).all()


def test_days_that_were_not_looked_at_are_judged(china: callsim.ForecastResult) -> None:
    held = china.queues["line"].held_out
    assert held is not None
    assert held.days == 28
    assert held.interval < 0.17
    assert 0.92 <= held.cover[1] <= 0.99


def test_make_up_days_are_worked_and_holidays_are_not(china: callsim.ForecastResult) -> None:
    by_date = dict(zip(map(str, china.dates), china.queues["line"].expected.sum(axis=1), strict=True))
    assert by_date["2026-02-14"] == pytest.approx(1000, rel=0.1)  # a Saturday, worked for a Friday
    assert by_date["2026-02-28"] == pytest.approx(1100, rel=0.1)  # a Saturday, worked for a Monday
    assert by_date["2026-02-21"] == pytest.approx(500, rel=0.1)  # a Saturday as others
    assert by_date["2026-02-17"] == pytest.approx(100, rel=0.15)  # the Spring Festival
    assert any("Spring Festival of 2026" in text for text in china.warnings)


def test_the_busyness_is_that_of_the_errors(china: callsim.ForecastResult) -> None:
    found = china.queues["line"].busyness
    assert 0.04 < found.day_cv < 0.07  # 5 % of days, and what the level is not known by
    assert found.interval_cv < 0.06


def test_later_days_change_nothing() -> None:
    counts = drawn(means(DAYS, 1000), 3)
    other = counts.copy()
    later = np.datetime64(START) <= DAYS
    other[later] = 7.0
    one, two = (forecast(table(DAYS, line=of), START, 7).queues["line"] for of in (counts, other))
    np.testing.assert_array_equal(one.expected, two.expected)
    np.testing.assert_array_equal(one.ends, two.ends)
    assert one.held_out != two.held_out


def test_an_origin_of_the_rolling_test_says_what_a_forecast_from_there_says() -> None:
    days = DAYS[:300]
    counts = drawn(means(days, 1000, "FR"), 5, day_cv=0.05)
    kinds = kinds_of(dates("2024-09-02", len(days) + 7), "FR")
    tested = trial(Forecaster(series_of(counts, kinds)), 0, 7)
    (stretch,) = stretches(tested)
    said = said_by(tested, stretch, best_of(tested, scores_of(tested, stretch)))
    for row in (-3, -20):
        start = kinds.dates[tested.origins[row]].astype(datetime.date)
        made = forecast(table(days, line=counts), start, 7, "FR").queues["line"]
        np.testing.assert_allclose(made.expected, said[row], rtol=1e-6, atol=1e-6)


def test_events_of_planners() -> None:
    counts = drawn(means(DAYS, 1000), 6)
    counts[np.datetime64("2025-11-11") == DAYS] *= 2
    given = Event("launch", ((day("2026-02-10"), day("2026-02-11")),), 1.5)
    learned = Event("sale", ((day("2025-11-11"), day("2025-11-11")), (day("2026-02-12"), day("2026-02-12"))))
    others = Event("other", ((day("2026-02-03"), day("2026-02-03")),), 9.0, ("two",))
    made = forecast(table(DAYS, one=counts, two=counts), START, 14, None, [given, learned, others], "one")
    total = made.queues["one"].expected.sum(axis=1)
    assert total[8] == pytest.approx(1500, rel=0.06)
    assert total[9] == pytest.approx(0.95 * 1500, rel=0.06)
    assert total[10] == pytest.approx(0.95 * 2000, rel=0.1)
    assert total[1] == pytest.approx(1000, rel=0.06)
    assert [one.name for one in made.queues["one"].special] == ["launch", "launch", "sale"]


def test_a_gap_between_history_and_forecast() -> None:
    made = forecast(
        table(DAYS[:400], line=drawn(means(DAYS[:400], 1000), 2)), DAYS[420].astype(datetime.date), 7
    )
    assert made.queues["line"].expected.sum() == pytest.approx(means(DAYS[420:427]).sum(), rel=0.06)
    assert "the history ends 20 days before" in made.warnings[0]
    assert made.queues["line"].held_out is None


@pytest.mark.parametrize("days", [28, 33, 40, 60, 100])
def test_short_histories_are_forecast_with_or_without_bands(days: int) -> None:
    history = table(DAYS[:days], line=drawn(means(DAYS[:days], 500), 2))
    made = forecast(history, DAYS[days].astype(datetime.date), 14)
    queue = made.queues["line"]
    assert queue.expected.sum() == pytest.approx(means(DAYS[days : days + 14], 500).sum(), rel=0.1)
    assert np.isnan(queue.ends).all() == (days < 49)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((day("2024-08-01"), 7), "nothing is known before 2024-08-01"),
        ((day("2024-09-20"), 7), "18 days of history are too few"),
        ((day("2027-09-20"), 7), "can be passed over"),
        ((START, 0), "ask for 1 day to 53 weeks"),
        ((START, "54 weeks"), "ask for 1 day to 53 weeks"),
        ((START, "some weeks"), "is no length"),
        (("2026-02-30", 7), "is no date"),
        ((START, 7, "ZZ"), "no country"),
        ((START, 7, None, (), "other"), "has no queue other"),
    ],
)
def test_what_cannot_be_forecast_is_said(arguments: tuple, said: str) -> None:  # type: ignore[type-arg]
    history = table(DAYS, line=means(DAYS).round())
    with pytest.raises(UserError, match=said):
        forecast(history, *arguments)


def test_queues_that_cannot_be_forecast_are_left_out_and_said() -> None:
    counts = drawn(means(DAYS, 1000), 2)
    gone, never = counts.copy(), counts * 0
    gone[300:] = 0
    made = forecast(table(DAYS, line=counts, gone=gone, never=never), START, 7)
    assert list(made.queues) == ["line"]
    assert any("gone: nobody called after" in text for text in made.warnings)
    assert any("never: nobody called" in text for text in made.warnings)


def test_lengths() -> None:
    assert [days_in(text) for text in ("8 weeks", "1 week", "10 days", "2w", "3 d")] == [56, 7, 10, 14, 3]
