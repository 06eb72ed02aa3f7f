"""Staff that differs by day: which key a day follows, what is a mistake, and who is on duty in the end."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.scenario.words import by_day
from callsim.sim.count.columns import G_ON_DUTY
from callsim.study.runs.replicate import run

H = 3_600_000
CENTRE = """\
calendar: {{start: {start}, days: {days}, interval: 6 h, warm_up: 2 h}}
queues:
  q: {{arrivals: {{per_hour: 12}}, talk: {{exponential: {{mean: 3 min}}}}}}
groups:
  desk: {{answers: {{q: {{}}}}, staff: {staff}}}
"""


def centre(tmp_path: Path, staff: str, start: str = "2026-03-02", days: int = 10) -> Path:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.format(staff=staff, start=start, days=days))
    return path


def plain(date: datetime.date) -> by_day.Day:
    """A date of a calendar without holidays."""
    return by_day.Day(date, date.weekday(), False)


def on_duty(path: Path, engine: str) -> list[list[float]]:
    """Agents on duty in each interval of each day, on the mean."""
    result = run(callsim.load(path), runs=2, seed=1, engine=engine)
    width = 6 * H
    return (result.sums.work[0, :, 0, G_ON_DUTY].reshape(-1, 4) / width).tolist()


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_who_is_on_duty_is_what_the_narrowest_key_says(tmp_path: Path, engine: str) -> None:
    (tmp_path / "friday.csv").write_text("interval_start,staff\n00:00,5\n06:00,6\n12:00,7\n18:00,5\n")
    staff = "{mon-fri: 3, tue-wed: 4, Wed: [1, 2, 3, 4], 2026-03-06: friday.csv, other: 2}"
    wanted = [[3] * 4, [4] * 4, [1, 2, 3, 4], [3] * 4, [5, 6, 7, 5], [2] * 4, [2] * 4]
    wanted += [[3] * 4, [4] * 4, [1, 2, 3, 4]]
    found = on_duty(centre(tmp_path, staff), engine)
    # Who is late with a call counts apart, so a few ms can be missing at the change of days.
    np.testing.assert_allclose(found, wanted, atol=1e-3)


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_equal_days_are_as_one_number_to_the_last_digit(tmp_path: Path, engine: str) -> None:
    results = []
    for staff in ("3", "{mon-wed: 3, thu: 3, other: 3, 2026-03-07: [3, 3, 3, 3]}", "[3, 3, 3, 3]"):
        path = centre(tmp_path, f"{staff}, absence: {{share: 10%, correlation: 0.1}}, shrinkage: 12%")
        found = run(callsim.load(path), runs=3, seed=1, engine=engine)
        results.append((found.sums.calls, found.sums.work, found.sums.absent))
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, two)


def test_days_about_the_calendar_have_the_staff_of_its_ends(tmp_path: Path) -> None:
    """The warm-up of a Wednesday is a Tuesday evening, and a call of Friday may last till Saturday."""
    path = centre(tmp_path, "{wed: 2, thu: 3, fri: 4}", "2026-03-04", 3)
    assert on_duty(path, "kernel") == [[2] * 4, [3] * 4, [4] * 4]


@pytest.mark.parametrize(
    ("staff", "says"),
    [
        ("{mon: 3}", "no key covers Tuesday, 2026-03-03; write tue"),
        ("{mon-fri: 3}", "no key covers Saturday, 2026-03-07"),
        ("{mon-fri: 3, xx: 1, other: 2}", "xx is no day"),
        ("{mon-: 3, other: 2}", "mon- is no day"),
        ("{mon-wed: 3, wed-fri: 4, other: 1}", "wed is in mon-wed and in wed-fri"),
        ("{mon-fri: [1, 2], other: 1}", "a list of 2 does not fit"),
        ("{holiday: 3, other: 1}", "no holidays"),
        ("{2026-02-30: 3, other: 1}", "there is no day 2026-02-30"),
        ("{mon-fri: 1.5, other: 1}", "1.5 is not a whole number"),
        ("{mon-fri: -1, other: 1}", "out of range"),
        ("{mon-fri: nosuch.csv, other: 1}", "nosuch.csv"),
        ("{}", "empty"),
        ("{mon: {a: 1}, other: 3}", "cannot stand here|not a"),
        ("{mon: 0, other: [0, 0, 0, 0]}", "no staff at any time"),
    ],
)
def test_what_cannot_be_read_is_a_mistake(tmp_path: Path, staff: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says) as told:
        callsim.load(centre(tmp_path, staff))
    assert all(mistake.line == 5 for mistake in told.value.mistakes)


def test_a_build_out_looks_at_all_days_of_a_week(tmp_path: Path) -> None:
    path = centre(tmp_path, "{mon: 3}", days=1)
    callsim.load(path)
    with path.open("a") as file:
        file.write("buildout: {until: 2026-05, phases: [{name: one, on: 2026-03-02, seats: {}}]}\n")
    with pytest.raises(ScenarioError, match="no key covers Tuesday"):
        callsim.load(path)


@pytest.mark.parametrize("name", ["mon", "sat-sun", "Other", "holiday", "2026-03-04"])
def test_nothing_is_called_like_a_day(tmp_path: Path, name: str) -> None:
    path = centre(tmp_path, "3")
    path.write_text(path.read_text().replace("desk:", f'"{name}":'))
    with pytest.raises(ScenarioError, match="a group cannot be called"):
        callsim.load(path)


def test_a_queue_may_be_called_other(tmp_path: Path) -> None:
    path = centre(tmp_path, "{mon: 3, other: 2}", days=2)
    path.write_text(path.read_text().replace("q: {", "other: {"))
    assert "other" in callsim.load(path).queues


def test_staff_of_all_days_replaces_that_of_the_base(tmp_path: Path) -> None:
    centre(tmp_path, "{mon: 9, tue: 8, other: 7}")
    over = tmp_path / "over.yaml"
    over.write_text("extends: centre.yaml\ngroups: {desk: {staff: {mon-fri: 3, other: 2}}}\n")
    assert callsim.load(over).groups["desk"].staff == {"mon-fri": (3,), "other": (2,)}
    scenario = callsim.load(over, ["groups.desk.staff.mon-fri=5"])
    assert scenario.groups["desk"].staff == {"mon-fri": (5,), "other": (2,)}


@pytest.mark.parametrize("first", range(7))
def test_every_day_follows_one_key_and_as_few_keys_as_can_be_say_it(first: int) -> None:
    """Against a search through all keys for the day's own, widths counted by hand."""
    width = {"2026-03-04": 0, "wed": 1, "tue-wed": 2, "sat-mon": 3, "other": 9}
    names = {"2026-03-04": {2}, "wed": {2}, "tue-wed": {1, 2}, "sat-mon": {5, 6, 0}, "other": set(range(7))}
    for day in range(14):
        date = datetime.date(2026, 3, 2) + datetime.timedelta(days=day + first)
        fits = [
            key
            for key in width
            if date.weekday() in names[key] and (key != "2026-03-04" or date.isoformat() == key)
        ]
        assert by_day.on({key: key for key in width}, plain(date)) == min(fits, key=lambda key: width[key])
    week = {day: "a" if (day + first) % 7 < 3 else "b" for day in range(7)}
    keys = by_day.in_ranges({by_day.WEEKDAYS[day]: value for day, value in week.items()})
    monday = datetime.date(2026, 3, 2)
    for day in range(7):
        assert by_day.on(keys, plain(monday + datetime.timedelta(days=day))) == week[day]
    assert len(keys) <= 3
