"""What kind of day each date is, against decrees as they were published."""

import datetime

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.forecast.calendar import (
    AFTER,
    BRIDGE,
    HOLIDAY,
    KINDS,
    MAKE_UP,
    NO_FESTIVAL,
    ORDINARY,
    WEEKEND_HOLIDAY,
    kinds_of,
)
from tests.makers.histories import dates

# Notices of the State Council for 2024, 2025 and 2026: the weekend days that are worked.
MADE_UP = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


@pytest.mark.parametrize("year", MADE_UP)
def test_make_up_days_of_china_are_working_days(year: int) -> None:
    kinds = kinds_of(dates(f"{year}-01-01", 365 + (year == 2024)), "CN")
    made_up = kinds.dates[kinds.kind == MAKE_UP]
    assert [str(day)[5:] for day in made_up] == MADE_UP[year].split()
    assert set(kinds.like[kinds.kind == MAKE_UP]) <= set(range(5)), (
        "they behave as the weekday that they replace"
    )
    assert not kinds.warnings


def test_a_make_up_day_follows_the_weekday_that_it_replaces() -> None:
    kinds = kinds_of(dates("2026-02-14", 1), "CN")  # a Saturday, worked for Friday 20 February
    assert (kinds.kind[0], kinds.like[0]) == (MAKE_UP, 4)


def test_the_spring_festival_moves() -> None:
    for eve in ("2024-02-09", "2025-01-28", "2026-02-16", "2027-02-05"):
        kinds = kinds_of(np.datetime64(eve) + np.arange(-11, 17), "CN")
        assert kinds.festival.tolist() == [NO_FESTIVAL, *range(-10, 16), NO_FESTIVAL]


def test_beyond_the_last_decree_is_a_warning() -> None:
    kinds = kinds_of(dates("2027-01-01", 60), "CN")
    assert "make-up working days of 2027 are not known" in kinds.warnings[0]
    assert (kinds.kind == HOLIDAY).any(), "statutory days are known"
    assert not kinds_of(dates("2027-01-01", 60), "FR").warnings, "France works no weekends instead"


def test_bridges_days_after_and_holidays_at_weekends() -> None:
    kinds = kinds_of(dates("2012-04-27", 15), "FR")
    told = {str(day)[5:]: KINDS[kind] for day, kind in zip(kinds.dates, kinds.kind, strict=True) if kind}
    assert told == {
        "04-30": KINDS[BRIDGE],
        "05-01": KINDS[HOLIDAY],
        "05-02": KINDS[AFTER],
        "05-07": KINDS[BRIDGE],
        "05-08": KINDS[HOLIDAY],
        "05-09": KINDS[AFTER],
    }
    assert kinds_of(dates("2012-01-01", 1), "FR").kind[0] == WEEKEND_HOLIDAY
    assert kinds.names[4] == "Labor Day"


def test_days_of_one_s_own() -> None:
    also, working = datetime.date(2026, 3, 3), datetime.date(2026, 3, 7)
    kinds = kinds_of(dates("2026-03-01", 8), None, [also], [working])
    assert kinds.kind.tolist() == [ORDINARY, BRIDGE, HOLIDAY, AFTER, ORDINARY, ORDINARY, MAKE_UP, ORDINARY]
    assert not kinds_of(dates("2026-03-01", 8)).kind.any()


@pytest.mark.parametrize(
    ("code", "text"), [("XQ", "no country"), ("DE-XX", "parts are BB"), ("GERMANY", "two letters")]
)
def test_an_unknown_country_is_refused(code: str, text: str) -> None:
    with pytest.raises(UserError, match=text):
        kinds_of(dates("2026-01-01", 2), code)
