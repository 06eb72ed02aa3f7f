"""People on shifts: every moment is covered, goals hold with absence, the staircase adds up to the roster."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import UserError
from callsim.report.html import page
from callsim.report.staff.days import each_day
from callsim.report.staff.file import overlay, rows
from callsim.report.staff.text import report
from callsim.report.workbook.staff import sheets
from callsim.scenario.words.shifts import Shift
from callsim.study.roster.law import Law
from callsim.study.roster.shifts import Rostering, roster
from callsim.study.staff.subproblem import Options
from tests.makers.answers import fits_its_schema
from tests.makers.centres import centre

DESK = """
name: A desk with shifts
calendar: {start: 2024-01-01, warm_up: 1 h}
sites: {park: {seats: 60}}
queues:
  line:
    open: 08:00-20:00
    arrivals: {per_hour: 300, weekdays: [1.2, 1, 1, 1, 1, 0.8, 0.6]}
    talk: {lognormal: {mean: 4 min, cv: 1}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {site: park, answers: {line: {}}, staff: 20, absence: {share: 5%, correlation: 0.05}, shrinkage: 10%}
shifts:
  early: {from: 07:45, to: 15:45}
  late: {from: 12:15, to: 20:15}
  noon: {from: 10:00, to: 18:00, breaks: ["13:00-13:15"]}
"""
QUICK = Options(runs=20, effort=5e5)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Rostering:
    return roster(centre(tmp_path_factory.mktemp("day"), DESK), QUICK)


def test_the_answer_fits_its_schema(day: Rostering) -> None:
    told = fits_its_schema(day.answer, "roster")
    assert told["sites"] == day.check.to_dict()["sites"]


def test_a_day_is_covered_and_its_goal_kept_in_spite_of_absence(day: Rostering) -> None:
    told = day.to_dict()
    assert told["verdicts"] == []
    assert told["programme"]["gap"] <= 0.01
    assert told["queues"]["line"]["expected"]["met"] is not False
    assert set(told["groups"]["desk"]["shifts"]) <= {"early", "late", "noon"}
    # Who is planned at 14:00 covers the requirement of that moment, absence and shrinkage taken off.
    planned = sum(told["groups"]["desk"]["shifts"].values())
    assert planned * 0.95 * 0.9 >= told["groups"]["desk"]["required"]["2024-01-01"][28] - 1e-6


def test_the_staircase_adds_up_to_the_paid_hours(day: Rostering) -> None:
    told = day.to_dict()
    steps = told["staircase"]
    assert sum(step["agents"] for step in steps) == pytest.approx(told["programme"]["hours"] / 8)
    by_name = {step["step"]: step["agents"] for step in steps}
    assert list(by_name)[-4:] == ["seats", "breaks", "shrinkage", "absence"]
    assert by_name["absence"] == pytest.approx(0.05 * told["programme"]["hours"] / 8)
    assert by_name["seats"] == 0
    noon = told["groups"]["desk"]["shifts"].get("noon", 0)
    assert by_name["breaks"] == pytest.approx(noon * 0.25 * 0.95 * 0.9 / 8)


def test_the_file_that_is_written_is_the_roster(day: Rostering, tmp_path: Path) -> None:
    base = tmp_path / "desk.yaml"
    base.write_text(DESK)
    told = day.to_dict()
    over = tmp_path / "roster.yaml"
    over.write_text(overlay(day.answer, base.name))
    read = callsim.load(over)
    assert dict(read.groups["desk"].shifts or {}) == told["groups"]["desk"]["shifts"]
    assert {row["shift"]: row["agents"] for row in rows(day.answer)} == told["groups"]["desk"]["shifts"]
    assert "people on shifts meet the goals" in page(day.answer)
    for width in (80, 120):
        text = report(day.answer, width)
        assert max(map(len, text.splitlines())) <= width
        assert "people on shifts meet the goals" in text


def test_a_week_has_days_off_and_is_written_with_them(tmp_path: Path) -> None:
    week = DESK.replace("start: 2024-01-01", "start: 2024-01-01, days: 7")
    found = roster(centre(tmp_path, week), QUICK.but(effort=1e5))
    told = found.to_dict()
    assert len(told["groups"]["desk"]["required"]) == 7
    assert told["new_shifts"]
    assert {len(tour.days) for tour in found.settled.tours} == {5}
    base, over = tmp_path / "week.yaml", tmp_path / "roster.yaml"
    base.write_text(week)
    over.write_text(overlay(found.answer, base.name))
    read = callsim.load(over)
    worked = {name: n for name, n in (read.groups["desk"].shifts or {}).items() if n}
    assert sum(worked.values()) == told["groups"]["desk"]["people"]
    hours = sum(n * 8 * len(read.shifts[name].days) for name, n in worked.items())
    assert hours == pytest.approx(told["programme"]["hours"])
    # Each day has its own people, counted again from the written file by the minute, and what it requires.
    desk = told["groups"]["desk"]
    of_day = {
        day.split()[1]: (agents, required) for day, agents, required in each_day(found.answer.groups["desk"])
    }
    assert list(desk["on_duty"]) == list(desk["required"]) == list(of_day)
    for date, agents in desk["on_duty"].items():
        minutes = np.zeros(24 * 60)
        for name, n in worked.items():
            if datetime.date.fromisoformat(date).weekday() in read.shifts[name].days:
                for begin, end in read.shifts[name].spans:
                    minutes[begin // 60_000 : end // 60_000] += n
        assert agents == pytest.approx(minutes.reshape(len(agents), -1).mean(axis=1) * 0.95 * 0.9, abs=1e-3)
        assert of_day[date] == (agents, desk["required"][date])
    intervals = next(sheet for sheet in sheets(found.answer) if sheet.name == "Intervals").rows
    assert [row[3:] for row in intervals if row[1] == "Sun 2024-01-07"] == [
        list(pair) for pair in zip(*of_day["2024-01-07"], strict=True)
    ]
    of_shifts = next(sheet for sheet in sheets(found.answer) if sheet.name == "Shifts")
    for _, name, hours, agents, _ in of_shifts.rows:
        times = [divmod(edge // 60_000, 60) for edge in _edges(read.shifts[str(name)])]
        begin, end = (f"{hour:02d}:{minute:02d}" for hour, minute in times)
        assert str(hours).startswith(f"{begin}–{end}") if name in told["new_shifts"] else hours == "", name
        assert agents == worked.get(str(name), 0)
    assert "desk, Sun 2024-01-07" in page(found.answer)
    assert "Sun 2024-01-07" in report(found.answer, 80)
    # Saturdays need fewer people than Mondays.
    on = [sum(n for name, n in worked.items() if day in read.shifts[name].days) for day in (0, 6)]
    assert on[0] > on[1]


def _edges(shift: Shift) -> tuple[int, int]:
    """From when to when somebody is there, ms of the day."""
    return shift.spans[0][0], shift.spans[-1][1]


def test_seats_that_bind_are_said_and_not_exceeded(tmp_path: Path) -> None:
    found = roster(centre(tmp_path, DESK.replace("seats: 60", "seats: 20")), QUICK)
    (verdict,) = found.verdicts
    assert (verdict.what, verdict.where) == ("seats", "desk")
    assert verdict.first == "2024-01-01T08:00"
    assert "park has too few seats" in verdict.text
    people = found.shifts["desk"]
    assert (people.get("early", 0) + people.get("late", 0)) * 0.95 * 0.9 <= 20
    assert "Not all goals" in report(found.answer, 80)


def test_hours_that_the_law_leaves_uncovered_are_said(tmp_path: Path) -> None:
    """Only a shift of ten hours would be there after 18:00."""
    long = DESK.replace("late: {from: 12:15,", "late: {from: 10:15,")
    (verdict,) = roster(centre(tmp_path, long), QUICK).verdicts
    assert (verdict.what, verdict.where, verdict.first) == ("hours", "desk", "2024-01-01T18:00")
    assert "late would, but it is 10 h of work, more than 8 h a day" in verdict.text


def test_nights_that_the_law_does_not_allow_are_said(tmp_path: Path) -> None:
    only_nights = DESK[: DESK.index("  early:")] + "  night: {from: 22:00, to: 06:00}\n"
    only_nights = only_nights.replace("08:00-20:00", "00:00-05:00")
    (verdict,) = roster(centre(tmp_path, only_nights), QUICK).verdicts
    assert (verdict.what, verdict.where, verdict.first) == ("nights", "desk", "2024-01-01T00:00")
    assert "more than 8 nights a month" in verdict.text


def test_what_cannot_be_worked_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no shifts to choose from"):
        roster(centre(tmp_path, DESK[: DESK.index("shifts:\n")]), QUICK)
    with pytest.raises(UserError, match="may work any of the shifts"):
        roster(centre(tmp_path, DESK), QUICK, Law(hours_a_day=6))
    with pytest.raises(UserError, match="overtime"):
        roster(centre(tmp_path, DESK), QUICK, Law(hours_a_week=55))
