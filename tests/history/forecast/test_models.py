"""Models of ordinary days on counts whose law is known."""

import numpy as np
import pytest

from callsim.history.forecast.models import MODELS, Past, around, days_of, month_factors, predict
from tests.makers.histories import OPEN, WEEKDAYS, dates, drawn, means, shape

DAYS = dates("2025-01-06", 210)
AHEAD = days_of(dates("2025-08-04", 14))
ORIGIN = int(np.datetime64("2025-08-04").astype(int))


def past(calls: np.ndarray) -> Past:
    return Past(days_of(DAYS), calls)


def test_without_luck_every_model_is_exact() -> None:
    said = predict(past(means(DAYS)), AHEAD, ORIGIN)
    right = means(dates("2025-08-04", 14))
    for name, of in zip(MODELS, said, strict=True):
        np.testing.assert_allclose(of, right, rtol=0.02, atol=0.3, err_msg=name)


def test_models_are_near_the_means_of_drawn_counts() -> None:
    calls = drawn(means(DAYS))
    right = means(dates("2025-08-04", 14))
    for name, of in zip(MODELS, predict(past(calls), AHEAD, ORIGIN), strict=True):
        off = np.abs(of - right).sum() / right.sum()
        assert off < 0.1, name
    by_hand = np.abs(predict(past(calls), AHEAD, ORIGIN)[0] - right).sum()
    assert all(np.abs(of - right).sum() < by_hand for of in predict(past(calls), AHEAD, ORIGIN)[1:])


def test_closed_intervals_stay_closed() -> None:
    said = predict(past(drawn(means(DAYS))), AHEAD, ORIGIN)
    closed = np.ones(48, bool)
    closed[OPEN] = False
    assert not said[:, :, closed].any()
    assert (said >= 0).all()


@pytest.mark.parametrize("growth", [0.998, 1.003])
def test_a_level_that_moves_is_followed(growth: float) -> None:
    number = np.arange(len(DAYS) + 14)
    level = growth**number
    both = means(dates("2025-01-06", len(DAYS) + 14)) * level[:, None]
    said = predict(past(both[: len(DAYS)]), AHEAD, ORIGIN)
    right = both[len(DAYS) :].sum()
    for name, of in zip(MODELS[1:], said[1:], strict=True):
        assert abs(of.sum() / right - 1) < 0.07, name


def test_the_place_in_the_month_is_found() -> None:
    days = days_of(DAYS)
    busy = 1 + 0.2 * (days.month < 4)
    calls = means(DAYS) * busy[:, None]
    factors = month_factors(past(calls), days)
    assert factors[days.month < 3].mean() / factors[(days.month > 8) & (days.month < 26)].mean() > 1.1
    none = month_factors(past(means(DAYS)), days)
    np.testing.assert_allclose(none, 1, atol=0.02)


def test_around_a_moment_both_sides_count() -> None:
    level = np.where(np.arange(len(DAYS)) < 100, 1.0, 2.0)
    calls = means(DAYS) * level[:, None]
    middle = around(past(calls), float(days_of(DAYS).number[100]), np.arange(7)).sum(axis=1)
    np.testing.assert_allclose(middle / WEEKDAYS / 1500, 1, atol=0.1)


def test_few_days_and_many_intervals() -> None:
    days = dates("2025-07-07", 28)
    calls = np.repeat(means(days), 6, axis=1) / 6  # intervals of five minutes
    said = predict(Past(days_of(days), calls), AHEAD, ORIGIN)
    assert np.isfinite(said).all()
    right = 2000 * WEEKDAYS.sum()
    for of in said:
        assert abs(of.sum() / right - 1) < 0.05
    assert shape().sum() == pytest.approx(1)
