"""The covering programme on rosters small enough to be known, and the law's tours."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from callsim.scenario import Scenario
from callsim.study.roster.cover import Cover, Requirement, Roster
from callsim.study.roster.law import Law, at_night
from callsim.study.roster.tours import as_words, days_to_cover, tours
from callsim.study.staff.cut import Cuts
from tests.makers.centres import centre

HALF_HOURS = 48
PARK = """
calendar: {{start: 2024-01-01, days: {days}}}
sites: {{park: {{seats: {seats}}}}}
queues:
  line: {{arrivals: {{per_hour: 60}}, talk: 3 min, goal: {{answer: 80%, within: 20 s}}}}
groups:
  desk: {{site: park, answers: {{line: {{}}}}, staff: 5{more}}}
shifts:
  early: {{from: 06:00, to: 14:00}}
  late: {{from: 14:00, to: 22:00, breaks: ["16:00-16:15"]}}
  day: {{from: 09:00, to: 18:00, breaks: ["12:00-13:00"]}}
  night: {{from: 22:00, to: 06:00}}
"""


def park(folder: Path, days: int = 1, seats: int = 1000, more: str = "") -> Scenario:
    return centre(folder, PARK.format(days=days, seats=seats, more=more))


def solve(scenario: Scenario, wanted: list[float], law: Law | None = None) -> tuple[Roster, Cover]:
    allowed, _ = tours(scenario, law or Law())
    days = days_to_cover(scenario)
    cover = Cover(scenario, allowed, days, law or Law(), {"desk": 1})
    need = Requirement(["desk"], Cuts(np.ones((HALF_HOURS, 1, 1)), np.array(wanted)[:, None]))
    return cover.solve([[need]] * len(days), 20), cover


def by_shift(found: Roster, cover: Cover) -> dict[str, int]:
    return {tour.name: int(n) for tour, n in zip(cover.tours, found.places, strict=True) if n}


def test_every_moment_is_covered_at_least_cost(tmp_path: Path) -> None:
    """Against every roster of up to six people a shift; 16:00 to 16:15 the late shift is away."""
    stream = np.random.default_rng(4)
    plain = park(tmp_path)
    for _ in range(10):
        wanted = np.zeros(HALF_HOURS)
        wanted[12:44] = stream.integers(0, 4, 32)
        wanted[32] = 2
        found, cover = solve(plain, wanted.tolist())
        assert not found.shortages
        there = cover.there[:, 0]
        least = np.array([wanted[at // cover.width] for at in cover.moments])
        best = min(
            float(cover.cost @ np.array(some))
            for some in itertools.product(range(7), repeat=len(cover.tours))
            if (np.array(some) @ there >= least).all()
        )
        assert found.hours == pytest.approx(best)
        assert (found.places @ there >= least).all()
        assert found.bound <= found.hours


def test_fractional_requirements_are_rounded_once(tmp_path: Path) -> None:
    """2.1 agents of whom each is there for 0.8 × 0.95 of the time: 2.76, so 3, not 3 ÷ 0.76 = 4."""
    wanted = [0.0] * HALF_HOURS
    wanted[12:28] = [2.1] * 16
    found, cover = solve(park(tmp_path, more=", shrinkage: 20%, absence: {share: 5%}"), wanted)
    assert by_shift(found, cover) == {"early": 3}


def test_too_few_seats_are_said_with_their_first_moment(tmp_path: Path) -> None:
    wanted = [0.0] * HALF_HOURS
    wanted[18:30] = [12.0] * 12
    found, cover = solve(park(tmp_path, seats=10), wanted)
    (short,) = found.shortages
    assert (short.why, short.moment // 60_000, short.agents) == ("seats", 9 * 60, pytest.approx(2))
    assert (found.places @ cover.there[:, 0]).max() <= 10


def test_hours_that_no_shift_covers_are_said(tmp_path: Path) -> None:
    """Only the late shift would do at 16:00, and it is on its break; at 05:30 the night is there."""
    wanted = [0.0] * HALF_HOURS
    wanted[11] = 1.0
    wanted[40] = 1.0
    plain = park(tmp_path)
    found, _ = solve(plain, wanted)
    assert not found.shortages
    no_night = {name: shift for name, shift in plain.shifts.items() if name != "night"}
    found, _ = solve(plain.model_copy(update={"shifts": no_night}), wanted)
    (short,) = found.shortages
    assert (short.why, short.moment // 60_000) == ("hours", 5 * 60 + 30)


def test_nights_are_shared_by_all(tmp_path: Path) -> None:
    """At most 8 nights a month: somebody must work the days, wanted or not, or the nights stay short."""
    wanted = [0.0] * HALF_HOURS
    wanted[:12] = [10.0] * 12
    found, cover = solve(park(tmp_path), wanted)
    nights = by_shift(found, cover)["night"]
    people = sum(n * tour.people for tour, n in zip(cover.tours, found.places.tolist(), strict=True))
    assert nights == 10
    assert nights * 7 <= 8 * 12 / 52 * people + 1e-6
    free, cover = solve(park(tmp_path), wanted, Law(nights_a_month=31))
    assert by_shift(free, cover) == {"night": 10}


def test_a_week_gives_everybody_days_off(tmp_path: Path) -> None:
    """Ten agents each day of the week from 06:00 to 14:00: fourteen people on five days each."""
    wanted = [0.0] * HALF_HOURS
    wanted[12:28] = [10.0] * 16
    found, cover = solve(park(tmp_path, days=7), wanted)
    assert int(found.places.sum()) == 14
    assert found.hours == pytest.approx(14 * 40)
    assert {len(tour.days) for tour in cover.tours} == {5}


def test_the_law_refuses_and_counts(tmp_path: Path) -> None:
    plain = park(tmp_path)
    shifts = plain.shifts
    assert shifts["late"].paid_ms == shifts["early"].paid_ms == shifts["day"].paid_ms == 8 * 3_600_000
    assert [at_night(shifts[name]) for name in ("early", "late", "day", "night")] == [
        False,
        False,
        False,
        True,
    ]
    long = Law(hours_a_day=7.5)
    assert "8 h of work" in str(long.against(shifts["day"]))
    assert "rest" in str(Law(rest_h=16).against(shifts["day"]))
    assert Law().against(shifts["day"]) is None
    assert "overtime" in str(Law(hours_a_week=50).refused())
    assert Law(hours_a_week=44).refused() is None


def test_shifts_are_written_as_they_are_read(tmp_path: Path) -> None:
    plain = park(tmp_path)
    text = PARK.format(days=1, seats=9, more="")
    for name, shift in plain.shifts.items():
        text += f"  {name} again: {as_words(shift)}\n"
    again = centre(tmp_path, text)
    for name, shift in plain.shifts.items():
        assert again.shifts[f"{name} again"].spans == shift.spans
        assert again.shifts[f"{name} again"].days == shift.days
