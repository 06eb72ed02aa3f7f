"""Shifts on dates: each date is covered by the shifts worked on it, and the written file keeps its goals."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.scenario import Scenario
from callsim.study.roster.cover import Cover
from callsim.study.roster.law import Law
from callsim.study.roster.shifts import roster
from callsim.study.roster.tours import days_to_cover, more_on_dates, tours, with_members
from callsim.study.staff.subproblem import Options
from callsim.units import DAY_MS, HOUR_MS

HOLIDAY = datetime.date(2026, 3, 4)
WEEK = """
name: A week with a holiday
calendar: {start: 2026-03-02, days: 7, interval: 1 h}
queues:
  q:
    open: {mon-fri: 08:00-20:00, sat: 09:00-14:00, sun: closed, 2026-03-04: 10:00-14:00}
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
shifts:
  early: {from: 08:00, to: 16:00}
  late: {from: 12:00, to: 20:00}
  short: {from: 10:00, to: 14:00}
  saturday: {from: 09:00, to: 14:00}
groups:
  g:
    answers: {q: {}}
    shifts: {mon-fri: {early: 9, late: 1}, sat: {saturday: 1}, sun: {saturday: 0}, 2026-03-04: {short: 1}}
"""


@pytest.fixture
def week(tmp_path: Path) -> str:
    path = tmp_path / "week.yaml"
    path.write_text(WEEK)
    return str(path)


def rostered_h(scenario: Scenario) -> dict[datetime.date, float]:
    """Paid hours of each date of the calendar, counted from the words of a file alone."""
    found = {}
    for day in scenario.calendar.all_days():
        working = [
            (scenario.shifts[name], people)
            for group in scenario.groups.values()
            for name, people in (group.shifts or {}).items()
        ]
        found[day.date] = sum(
            people * shift.paid_ms / HOUR_MS for shift, people in working if shift.works(day)
        )
    return found


def test_the_written_file_keeps_the_goal_on_every_day(week: str, tmp_path: Path) -> None:
    found = roster(week, Options(runs=20, effort=5e5))
    out = tmp_path / "roster.yaml"
    out.write_text(found.written.text)
    written = callsim.load(str(out))  # it extends the file beside it
    hours = rostered_h(written)
    assert sum(hours.values()) == pytest.approx(found.answer.programme.hours)
    assert hours[HOLIDAY] <= 4 * 6  # of short, not a whole day of early and late
    assert not any(hours[HOLIDAY + datetime.timedelta(days=k)] == hours[HOLIDAY] for k in (-2, -1, 1, 2))
    # Nobody beyond those whose shifts are not worked on the holiday.
    shifts = written.groups["g"].shifts
    assert shifts is not None
    on_holiday = sum(people for name, people in shifts.items() if name.endswith("2026-03-04"))
    assert found.people == {"g": sum(shifts.values()) - on_holiday}
    assert found.answer.on_dates == ["short 2026-03-04"]
    result = callsim.run(written, runs=30, seed=5).to_dict()
    answered: dict[str, float] = {}
    offered: dict[str, float] = {}
    for row in result["intervals"]:
        date = row["start"][:10]
        offered[date] = offered.get(date, 0.0) + row["offered"]["mean"]
        level = row["service_level"]["offered"]["mean"]
        answered[date] = answered.get(date, 0.0) + row["offered"]["mean"] * (level or 0.0)
    assert {date for date, calls in offered.items() if calls} == {
        str(date) for date, of_date in hours.items() if of_date
    }
    assert all(answered[date] / calls > 0.78 for date, calls in offered.items() if calls)


@pytest.mark.parametrize("seed", range(20))
def test_tours_are_there_when_the_words_say_so(week: str, seed: int) -> None:
    """Cover against `Shift.works`, over random dates, nights and holidays."""
    luck = random.Random(seed)
    text = WEEK.replace("days: 7", f"days: {luck.choice((3, 7, 10, 15))}")
    dates = [datetime.date(2026, 3, 1) + datetime.timedelta(days=k) for k in range(17)]
    shifts = ["shifts:"]
    for name, hours in (("early", "from: 08:00, to: 16:00"), ("night", "from: 22:00, to: 05:00")):
        for number in range(2):
            also = luck.sample(dates, luck.randrange(4))
            but = [date for date in luck.sample(dates, luck.randrange(4)) if date not in also]
            days = luck.choice(["none", "mon-fri", "sat-sun", "[tue, thu]"]) if also else "mon-sun"
            told = f"also: [{', '.join(map(str, also))}], but: [{', '.join(map(str, but))}]"
            shifts.append(f"  {name}{number}: {{{hours}, days: {days}, {told}}}")
    start = text.index("shifts:")
    text = text[:start] + "\n".join(shifts) + "\ngroups: {g: {answers: {q: {}}, staff: 1}}\n"
    Path(week).write_text(text.replace(", 2026-03-04: 10:00-14:00", ""))
    scenario = callsim.load(week)
    law = Law.of_labour(scenario.labour)
    days = days_to_cover(scenario)
    allowed, _ = tours(scenario, law)
    cover = Cover(with_members(scenario), allowed, days, law, {"g": 1})
    calendar = scenario.calendar
    assert sorted(number for day in days for number in day.numbers) == list(range(calendar.days))
    at = np.array(cover.moments)
    for d, day in enumerate(days):
        for number in day.numbers:
            for t, tour in enumerate(allowed):
                shift = scenario.shifts[tour.shift].model_copy(update={"days": tour.days})
                there = np.zeros(len(at), bool)
                for before in (0, 1):
                    began = calendar.day(calendar.start + datetime.timedelta(days=number - before))
                    if shift.works(began):
                        for begin, end in shift.spans:
                            there |= (begin <= at + before * DAY_MS) & (at + before * DAY_MS < end)
                assert np.array_equal(there, cover.there[t, d]), (tour, number)


def test_people_on_a_date_beyond_those_who_are_free(week: str) -> None:
    scenario = callsim.load(week)
    allowed, _ = tours(scenario, Law.of_labour(scenario.labour))
    days = days_to_cover(scenario)
    names = [tour.name for tour in allowed]
    places = [{"early mon-fri": 2, "late mon-fri": 1, "short 2026-03-04": 7}.get(name, 0) for name in names]
    assert more_on_dates(allowed, places, days) == {"g": 4}
    places = [{"early mon-fri": 9, "short 2026-03-04": 7}.get(name, 0) for name in names]
    assert more_on_dates(allowed, places, days) == {"g": 0}


def test_shifts_of_a_holiday(tmp_path: Path) -> None:
    path = tmp_path / "holiday.yaml"
    path.write_text("""\
calendar: {start: 2026-04-27, days: 7, interval: 1 h, holidays: DE-BY}
queues: {q: {open: 08:00-16:00, arrivals: {per_hour: 60}, talk: 3 min, goal: {answer: 80%, within: 20 s}}}
groups: {g: {answers: {q: {}}, shifts: {mon-fri: {early: 5}, holiday: {early: 2}, other: {early: 3}}}}
shifts: {early: {from: 08:00, to: 16:00}}
""")
    found = roster(callsim.load(path), Options(runs=5, effort=1e5))
    (tmp_path / "roster.yaml").write_text(found.written.text)
    hours = rostered_h(callsim.load(str(tmp_path / "roster.yaml")))
    assert len(set(hours.values())) == 1  # the same calls on every day, the holiday among them
    assert found.answer.on_dates == ["early holiday"]
