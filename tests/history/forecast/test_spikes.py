"""Which spikes models see: mad ones leave every other count as it is, calls that came stay in."""

import numpy as np
import pytest

from callsim.history.forecast.calendar import kinds_of
from callsim.history.forecast.events import Event
from callsim.history.forecast.question import forecast
from callsim.history.forecast.series import Series, series_of
from tests.makers.histories import dates, day, drawn, means, table

DAYS = dates("2025-01-06", 140)  # a Monday
START = day("2025-05-26")
NIGHT, PEAK = 5, 24

PLACES = {
    "at night": [(100, NIGHT)],
    "at noon": [(100, PEAK)],
    "on the first day": [(0, PEAK)],
    "on the last day": [(139, PEAK)],
    "three within 17 days": [(120, PEAK), (126, PEAK), (137, PEAK)],
    "three at night": [(120, NIGHT), (126, NIGHT), (137, NIGHT)],
    "three Mondays": [(119, PEAK), (126, PEAK), (133, PEAK)],
    "three days, one after the other": [(137, PEAK), (138, PEAK), (139, PEAK)],
    "at three hours": [(120, NIGHT), (126, NIGHT + 1), (137, NIGHT + 2)],
    "seven of 17 days": [(at, PEAK) for at in (121, 122, 125, 128, 129, 133, 136)],
    "a day": [(120, slot) for slot in range(48)],
}


def made(calls: np.ndarray, country: str | None = None, events: tuple[Event, ...] = ()) -> Series:
    return series_of(calls, kinds_of(dates("2025-01-06", len(calls) + 7), country), events)


def seen(series: Series) -> float:
    """Calls that models see, of days that they see."""
    return float(series.filled[series.ordinary[: series.past]].sum())


@pytest.mark.parametrize("zeros", [True, False])
@pytest.mark.parametrize("place", list(PLACES))
def test_mad_counts_leave_all_others_as_they_are(place: str, zeros: bool) -> None:
    for per_day in (0.5, 40.0, 3000.0):
        calls = drawn(means(DAYS, per_day))
        if not zeros:
            calls[calls == 0] = np.nan
        for times in (200.0, 1e6):
            mad = calls.copy()
            cells = tuple(np.array(PLACES[place]).T)
            mad[cells] = np.ceil(times * max(per_day * 0.07, 1.0))
            right, found = made(calls), made(mad)
            lost = np.isnan(found.calls) | found.left_out[:, None]
            there = np.zeros(calls.shape, bool)
            there[cells] = True
            assert (lost & there)[there].all(), (per_day, times)
            assert {one.day for one in found.found if one.kind == "spike"} == set(cells[0].tolist())
            others = found.ordinary[:140, None] & right.ordinary[:140, None] & ~there & np.isfinite(calls)
            np.testing.assert_array_equal(found.filled[others], right.filled[others])
            # What is filled in is as usual: at most the day's busyness that chance makes.
            assert found.filled[found.ordinary[:140]].max() <= max(2 * right.filled.max(), 3), (
                per_day,
                times,
            )


@pytest.mark.parametrize("per_day", [30.0, 300.0, 3000.0])
@pytest.mark.parametrize(("times", "last"), [(20.0, 3), (20.0, 20), (600.0, 7)])
def test_a_level_that_moved_stays(per_day: float, times: float, last: int) -> None:
    calls = drawn(means(DAYS, per_day))
    calls[-last:] = drawn(means(DAYS, per_day * times), 2)[-last:]
    series = made(calls)
    assert np.nansum(series.calls[-last:]) > 0.97 * calls[-last:].sum()
    assert not series.left_out[-last:].any()


def test_hours_that_are_new_stay() -> None:
    calls = drawn(means(DAYS, 1000))
    calls[-10:, 40:44] = drawn(np.full((10, 4), 20.0), 3)
    assert np.isfinite(made(calls).calls).all()


def test_a_queue_whose_calls_come_in_bursts_keeps_them() -> None:
    calls = np.zeros((140, 48))
    calls[::28, 20:24] = 30.0  # a day in four weeks
    series = made(calls)
    assert seen(series) == calls.sum()


def test_a_holiday_is_not_learned_from_a_mad_count_but_an_event_is_what_it_was() -> None:
    calls = drawn(means(DAYS, 300))
    calls[105, PEAK] = 1e6  # 21 April 2025, Easter Monday in France
    assert np.isnan(made(calls, "FR").calls[105, PEAK])
    calls[105, PEAK] = 400
    spot = Event("spot", ((day("2025-04-21"), day("2025-04-21")),))
    assert made(calls, None, (spot,)).calls[105, PEAK] == 400


def test_spikes_are_said_whether_they_are_seen_or_not() -> None:
    calls = drawn(means(DAYS, 300))
    calls[100, PEAK] = 1e6  # 16 April
    calls[-4:] = drawn(means(DAYS[-4:], 300 * 50), 2)
    gone, stayed = (
        text for text in forecast(table(DAYS[77:], line=calls[77:]), START, 7).warnings if "taken" in text
    )
    assert "taken for missing on 2025-04-16;" in gone
    assert "taken as they stand on 2025-05-22, 2025-05-23, 2025-05-24, 2025-05-25," in stayed
