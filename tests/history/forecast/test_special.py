"""What special days do, learned from days that are like a share of a weekday and of a Sunday."""

import datetime

import numpy as np
import pytest

from callsim.history.forecast.calendar import BRIDGE, HOLIDAY, NO_FESTIVAL, ORDINARY
from callsim.history.forecast.events import Event
from callsim.history.forecast.special import UNKNOWN, Seen, Special, learned
from tests.makers.histories import shape

OWN = 1000 * shape()
SUNDAY = 300 * np.roll(shape(), 3)


def day(kind: int = HOLIDAY, name: str = "", festival: int = NO_FESTIVAL, *events: Event) -> Special:
    return Special(kind, name, festival, events)


def seen(of: Special, weekday: float, like_sunday: float) -> Seen:
    return Seen(of, weekday * OWN + like_sunday * SUNDAY, OWN, SUNDAY)


def test_holidays_are_so_much_of_a_weekday_and_of_a_sunday() -> None:
    effects = learned([seen(day(), 0.1, 0.8)] * 4)
    assert effects.shares[HOLIDAY] == pytest.approx((0.1, 0.8))
    np.testing.assert_allclose(effects.curve(day(), OWN, SUNDAY), 0.1 * OWN + 0.8 * SUNDAY)
    assert effects.days_seen(day()) == 4
    assert not effects.is_assumed(day())


def test_a_kind_seen_once_is_assumed_to_be_ordinary() -> None:
    effects = learned([seen(day(), 0.0, 0.5)])
    assert effects.is_assumed(day())
    np.testing.assert_array_equal(effects.curve(day(), OWN, SUNDAY), OWN)
    assert effects.doubt(day()) == UNKNOWN


def test_kinds_that_may_do_nothing_are_drawn_to_nothing() -> None:
    effects = learned([seen(day(BRIDGE), 0.5, 0.0)] * 2)
    assert effects.shares[BRIDGE] == pytest.approx((0.75, 0.0))


def test_days_that_were_far_apart_make_for_doubt() -> None:
    same = learned([seen(day(BRIDGE), 0.7, 0.0)] * 6)
    apart = learned([seen(day(BRIDGE), share, 0.0) for share in (0.0, 1.4) * 3])
    assert same.doubt(day(BRIDGE)) < 0.3
    assert apart.doubt(day(BRIDGE)) > 0.7


def test_a_holiday_with_a_name_has_a_factor_of_its_own() -> None:
    past = [seen(day(name="Christmas"), 0.05, 0.0)] * 2 + [seen(day(name=f"{n}"), 0.2, 0.0) for n in range(8)]
    effects = learned(past)
    assert effects.names["Christmas"] < 0.7
    christmas = effects.curve(day(name="Christmas"), OWN, SUNDAY).sum()
    assert christmas < effects.curve(day(name="another"), OWN, SUNDAY).sum()


def test_one_festival_is_not_believed_whole() -> None:
    feast = day(ORDINARY, festival=3)
    once = learned([seen(feast, 0.5, 0.0)]).curve(feast, OWN, SUNDAY).sum()
    often = learned([seen(feast, 0.5, 0.0)] * 8).curve(feast, OWN, SUNDAY).sum()
    assert 500 < often < 620 < once < 850


def test_what_planners_say_stands_instead_of_the_calendar() -> None:
    feast = Event("feast", ((datetime.date(2027, 2, 5), datetime.date(2027, 2, 5)),), 0.62)
    effects = learned([seen(day(), 0.0, 1.0)] * 4)
    curve = effects.curve(day(HOLIDAY, "", 0, feast), OWN, SUNDAY)
    assert curve.sum() == pytest.approx(620)
    np.testing.assert_allclose(curve, 620 * SUNDAY / SUNDAY.sum())  # with the shape of the holiday


def test_an_event_without_times_is_learned() -> None:
    launch = Event("launch", ((datetime.date(2027, 3, 1), datetime.date(2027, 3, 1)),))
    effects = learned([seen(day(ORDINARY, "", NO_FESTIVAL, launch), 1.5, 0.0)] * 2)
    assert effects.curve(day(ORDINARY, "", NO_FESTIVAL, launch), OWN, SUNDAY).sum() == pytest.approx(
        1500, rel=0.01
    )
    assert learned([]).is_assumed(day(ORDINARY, "", NO_FESTIVAL, launch))


def test_closed_holidays_are_closed() -> None:
    effects = learned([seen(day(), 0.0, 0.0)] * 3)
    assert effects.curve(day(), OWN, SUNDAY).sum() == 0
    nothing = np.zeros(48)
    assert effects.curve(day(), nothing, nothing).sum() == 0
