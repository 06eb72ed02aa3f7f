"""Shifts of a group by day: who is on duty on each date, recounted from the words."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.sim.count.columns import G_ON_DUTY
from callsim.study.roster.shifts import roster
from callsim.study.runs.replicate import run
from tests.independent.on_duty import of_date

CENTRE = """\
calendar: {start: START, days: 9, interval: 6 h}
queues:
  q: {arrivals: {per_hour: 60}, talk: {constant: {mean: 1 s}}, goal: {answer: 80%, within: 20 s}}
groups:
  desk: {answers: {q: {}}, shifts: SHIFTS}
shifts:
  early: {from: 06:00, to: 12:00}
  late: {from: 12:00, to: 24:00, days: mon-sat}
  night: {from: 18:00, to: 06:00}
"""
HOURS = {"early": [1], "late": [2, 3], "night": [3, 4]}  # quarters of its day, and of the next


def centre(tmp_path: Path, shifts: str, start: str = "2026-03-02") -> Path:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.replace("SHIFTS", shifts).replace("START", start))
    return path


def on_duty(path: Path, engine: str, changes: dict[str, object]) -> list[int]:
    work = run(callsim.load(path, changes), runs=1, engine=engine).sums.work[0, :, 0, G_ON_DUTY]
    return np.round(work / 21_600_000, 2).tolist()


def recount(shifts: dict[str, dict[str, int]], start: str) -> list[int]:
    """Agents of each quarter of each day, the evening before day 1 like day 1 where no key covers it."""
    first = datetime.date.fromisoformat(start)
    there = [0] * (4 * 11)
    for day in range(-1, 9):
        date = first + datetime.timedelta(days=day)
        for name, people in of_date(shifts, date).items():
            if name == "late" and date.weekday() == 6:
                continue
            for quarter in HOURS[name]:
                there[4 * (day + 1) + quarter] += people
    return there[4:40]


@pytest.mark.parametrize("start", ["2026-03-02", "2026-03-05"])
@pytest.mark.parametrize("by_day", range(3))
def test_who_works_is_what_the_narrowest_key_says(tmp_path: Path, start: str, by_day: int) -> None:
    shifts: dict[str, dict[str, int]] = [
        {"mon-fri": {"early": 5, "late": 3}, "other": {"late": 2, "night": 1}},
        {"mon-wed": {"early": 4}, "tue": {"late": 6, "early": 1}, "2026-03-07": {"night": 2}, "other": {}},
        {"2026-03-06": {"early": 9}, "fri-sun": {"night": 3, "early": 9}, "other": {"late": 1}},
    ][by_day]
    words = str(shifts).replace("'", "")
    path = centre(tmp_path, words, start)
    for engine, warm_up in (("kernel", "0 s"), ("reference", "0 s"), ("kernel", "12 h")):
        found = on_duty(path, engine, {"calendar.warm_up": warm_up})
        assert found == recount(shifts, start), engine


def test_holidays_have_shifts_of_their_own(tmp_path: Path) -> None:
    words = "{mon-fri: {early: 5, late: 3}, other: {late: 2}, holiday: {early: 1}}"
    path = centre(tmp_path, words, "2025-12-31")
    found = on_duty(path, "kernel", {"calendar.holidays": "CN"})
    usual, holiday, saturday = [0, 5, 3, 3], [0, 1, 0, 0], [0, 0, 2, 2]
    # Thursday and Friday are holidays, Sunday the 4th is worked for the Friday.
    assert found == [*usual, *holiday, *holiday, *saturday, *usual, *usual, *usual, *usual, *usual]


def test_paid_hours_are_those_of_the_days(tmp_path: Path) -> None:
    path = centre(tmp_path, "{mon-fri: {early: 5}, sat: {late: 2}, sun: {early: 1}}")
    paid = run(callsim.load(path), runs=1).to_dict()["groups"]["desk"]["paid_h"]["mean"]
    assert paid == pytest.approx(7 * 5 * 6 + 2 * 12 + 6)


def test_shifts_say_their_dates_themselves(tmp_path: Path) -> None:
    path = centre(tmp_path, "{early: 2}")
    changes: dict[str, object] = {"shifts.early.days": "none", "shifts.early.also": ["2026-03-03"]}
    assert on_duty(path, "kernel", changes) == [0] * 5 + [2] + [0] * 30
    found = on_duty(path, "kernel", {"shifts.early.but": ["2026-03-03"]})
    assert found == [0, 2, 0, 0, 0, 0, 0, 0] + [0, 2, 0, 0] * 7


@pytest.mark.parametrize(
    ("shifts", "text"),
    [
        ("{mon-fri: {early: 5}}", "no key covers Saturday"),
        ("{mon-fri: {erly: 5}, other: {}}", "did you mean early"),
        ("{mon-fri: {early: 5}, late: 3}", "is no day"),
        ("{mon-fri: 5, other: {early: 1}}", "here must be the shifts of a day"),
        ("{mon-fri: {early: 0}, other: {}}", "nobody works"),
        ("{mon-fri: {early: 1.5}, other: {}}", "not a whole number"),
        ("{holiday: {early: 1}, other: {early: 2}}", "no holidays"),
    ],
)
def test_mistakes_are_told_where_they_stand(tmp_path: Path, shifts: str, text: str) -> None:
    with pytest.raises(ScenarioError, match=text) as told:
        callsim.load(centre(tmp_path, shifts))
    assert all(mistake.line == 5 for mistake in told.value.mistakes), told.value


def test_a_day_is_set_and_scaled(tmp_path: Path) -> None:
    path = centre(tmp_path, "{mon-fri: {early: 50}, other: {early: 10}}")
    scenario = callsim.load(path, ["groups.desk.shifts.mon-fri.late=20", "groups.desk.scale.staff=90%"])
    assert scenario.groups["desk"].shifts == {"early mon-fri": 45, "early other": 9, "late mon-fri": 18}


def test_a_roster_is_written_that_the_file_beneath_need_not_know(tmp_path: Path) -> None:
    path = centre(tmp_path, "{mon-fri: {early: 5, late: 3, night: 2}, other: {early: 2, late: 2, night: 1}}")
    found = roster(callsim.load(path, {"calendar.days": 7}), limit_s=5)
    (tmp_path / "r.yaml").write_text(found.written.text)
    again = callsim.load(tmp_path / "r.yaml")
    assert again.groups["desk"].shifts == found.rostered.groups["desk"].shifts
    dated = callsim.load(centre(tmp_path, "{2026-03-03: {early: 5}, other: {late: 2}}"))
    assert not list(itertools.islice(dated.written_shifts - {"early", "late", "night"}, 1))
