"""Public holidays of a calendar: which day each date follows, counted by hand from the decree of 2026."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.scenario.words.calendar import Calendar
from callsim.sim.count.columns import G_ON_DUTY
from callsim.study.runs.replicate import run
from callsim.study.runs.unmanned import offered_in

# The State Council: 1 to 3 January off, of which the 3rd is a Saturday as ever; Sunday the 4th is worked for
# Friday the 2nd.
CENTRE = """\
calendar: {start: 2025-12-31, days: 7, interval: 6 h, holidays: HOLIDAYS}
queues:
  q:
    arrivals: {per_hour: 300, weekdays: [1, 2, 3, 4, 5, 6, 0]}
    talk: {constant: {mean: 1 s}}
groups:
  desk: {answers: {q: {}}, HOURS}
shifts:
  day: {from: 06:00, to: 18:00, days: mon-fri}
  sunday: {from: 12:00, to: 18:00, days: sun}
"""


def centre(tmp_path: Path, holidays: str = "CN", hours: str = "staff: 1") -> Path:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.replace("HOLIDAYS", holidays).replace("HOURS", hours))
    return path


def with_few_calls(path: Path) -> callsim.Scenario:
    """Whose staff is looked at needs a call now and then."""
    return callsim.load(path, set={"queues.q.arrivals.per_hour": 3})


def on_duty(path: Path, engine: str) -> list[list[float]]:
    work = run(with_few_calls(path), runs=1, engine=engine).sums.work[0, :, 0, G_ON_DUTY]
    return np.round(work.reshape(-1, 4) / 21_600_000, 2).tolist()


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_staff_follows_the_holiday_or_the_weekday_that_is_replaced(tmp_path: Path, engine: str) -> None:
    staff = "staff: {mon-thu: 4, fri: 3, sat-sun: 2, holiday: 1}"
    # Wed 31, Thu 1 off, Fri 2 off, Sat 3, Sun 4 as Fri, Mon, Tue
    assert on_duty(centre(tmp_path, hours=staff), engine) == [[n] * 4 for n in (4, 1, 1, 2, 3, 4, 4)]
    dated = staff.replace("holiday", "2026-01-02: 9, holiday")
    assert on_duty(centre(tmp_path, hours=dated), engine) == [[n] * 4 for n in (4, 1, 9, 2, 3, 4, 4)]
    no_key = "staff: {mon-fri: 4, sat: 3, sun: 2}"
    assert on_duty(centre(tmp_path, hours=no_key), engine) == [[n] * 4 for n in (4, 2, 2, 3, 4, 4, 4)]


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_shifts_of_sundays_are_worked_on_holidays(tmp_path: Path, engine: str) -> None:
    path = centre(tmp_path, hours="shifts: {day: 3, sunday: 2}")
    day, sunday = [0, 3, 3, 0], [0, 0, 2, 0]
    assert on_duty(path, engine) == [day, sunday, sunday, [0] * 4, day, day, day]
    groups = run(with_few_calls(path), runs=1, engine=engine).to_dict()["groups"]
    assert groups["desk"]["paid_h"]["mean"] == pytest.approx(4 * 36 + 2 * 12)


def test_calls_follow_the_factor_of_the_day(tmp_path: Path) -> None:
    sums = run(callsim.load(centre(tmp_path)), runs=1).sums
    calls = offered_in(sums.calls.sum(axis=0))[:, 0].reshape(-1, 4).sum(axis=1)
    expected = np.array([3, 0, 0, 6, 5, 1, 2]) * 7200
    assert (abs(calls - expected) <= 4 * np.sqrt(expected)).all()


@pytest.mark.parametrize(
    ("holidays", "follows"),
    [
        ("{also: [2025-12-31]}", [6, 3, 4, 5, 6, 0, 1]),
        ("{country: CN, working: [2026-01-03]}", [2, 6, 6, 4, 4, 0, 1]),
        ("{country: CN, working: {2026-01-03: wed}}", [2, 6, 6, 2, 4, 0, 1]),
        ("DE-BY", [2, 6, 4, 5, 6, 0, 6]),  # New Year and Epiphany, which is none in Berlin
        ("DE-BE", [2, 6, 4, 5, 6, 0, 1]),
    ],
)
def test_every_day_follows_a_weekday(tmp_path: Path, holidays: str, follows: list[int]) -> None:
    calendar = callsim.load(centre(tmp_path, holidays)).calendar
    assert [day.weekday for day in calendar.all_days()] == follows


@pytest.mark.parametrize(
    ("holidays", "text"),
    [
        ("Narnia", "no country that callsim knows"),
        ("DE-XX", "no part"),
        ("{country: CN, also: [2026-02-30]}", "2026-02-30"),
        ("{country: CN, working: {2026-01-03: noon}}", "not a day of the week"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, holidays: str, text: str) -> None:
    with pytest.raises(ScenarioError, match=text) as told:
        callsim.load(centre(tmp_path, holidays))
    assert all(mistake.line == 1 for mistake in told.value.mistakes)


def test_a_holiday_that_no_key_covers_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no key covers Thursday, 2026-01-01; write holiday, sun"):
        callsim.load(centre(tmp_path, hours="staff: {mon-fri: 4}"))


def test_beyond_the_last_decree_is_a_warning(tmp_path: Path) -> None:
    path = centre(tmp_path)
    path.write_text(path.read_text().replace("2025-12-31", "2099-12-30"))
    scenario = callsim.load(path)
    assert "are not known" in scenario.notes[0]
    assert any("are not known" in one for one in run(scenario, runs=1).warnings)


def test_the_library_is_not_imported_where_there_are_no_holidays(tmp_path: Path) -> None:
    path = centre(tmp_path)
    path.write_text(path.read_text().replace(", holidays: CN", ""))
    told = f"import sys, callsim; callsim.load({str(path)!r}); assert 'holidays' not in sys.modules"
    subprocess.run([sys.executable, "-c", told], check=True)


def test_dates_about_the_calendar_are_known() -> None:
    calendar = Calendar.model_validate({"start": datetime.date(2026, 1, 5), "holidays": "CN"})
    assert calendar.day(datetime.date(2026, 1, 4)).weekday == 4
    assert calendar.day(datetime.date(2026, 1, 2)).holiday
