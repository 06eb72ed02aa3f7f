"""A plan laid out in weeks: seats, demand, agents needed, and the scenario that each day becomes."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.model.buildout import Years, lay_out
from callsim.model.demand import accepted_by_weekday, accepted_per_day
from callsim.model.hours import night_share, planned, rostered_hours
from callsim.model.plan_day import Crowd, day_of, kinds
from callsim.scenario import PlanDay, Scenario
from callsim.scenario.buildout.classes import MONTH_DAYS
from callsim.scenario.scaled import mean_s, with_handling, with_pace, with_staff, with_volume

TEXT = """
calendar: {start: 2017-06-05, interval: 1 h}
sites: {a: {seats: 100}, b: {seats: 50}}
queues:
  x: {copies: 4, lines: 30, arrivals: {per_day: 1000}, talk: 3 min, wrap: 60 s}
  y: {arrivals: {per_hour: 60, weekdays: [2, 1, 1, 1, 1, 1, 1]}, talk: {uniform: {low: 1 min, high: 3 min}}}
groups:
  xa: {site: a, answers: {x: {}}, staff: 10}
  yb: {site: b, answers: {y: {}}, shifts: {day: 8, night: 2}, shrinkage: 10%, absence: {share: 5%}}
shifts:
  day: {from: 08:00, to: 17:00, breaks: ["12:00-13:00"], days: mon-fri}
  night: {from: "21:00", to: "07:00", days: [sun]}
lines: {trunk: {count: 100, queues: [x, y]}}
"""
PHASES = """
buildout:
  phases:
    - {name: one, on: 2017-06-05, seats: {a: 50}}
    - {name: two, on: 2017-09-04, over: 70 d, seats: {a: 150, b: 25}}
    - {name: three, on: 2018-01-01, seats: {a: 100}, close: [a]}
"""


def scenario(folder: Path, more: str = PHASES, **settings: object) -> Scenario:
    path = folder / "a.yaml"
    path.write_text(TEXT + more)
    return callsim.load(path, {key.replace("__", "."): value for key, value in settings.items()})


def everybody(years: Years, week: int) -> Crowd:
    return Crowd({}, {}, {name: int(years.seats[row, week]) for row, name in enumerate(years.sites)})


def test_seats_open_evenly_and_demand_follows_them(tmp_path: Path) -> None:
    years = lay_out(scenario(tmp_path))
    first, middle, end = (
        years.week_of(datetime.date.fromisoformat(d)) for d in ("2017-06-05", "2017-10-09", "2017-12-25")
    )
    assert years.seats[:, [first, middle, end, -1]].tolist() == [[50, 100, 150, 100], [0, 12, 25, 25]]
    assert [years.queues["x"][week] for week in (first, middle, end)] == [0.5, 1.0, 1.5]
    assert years.queues["y"][[first, end]].tolist() == [0.0, 0.5]


def test_agents_needed_are_rostered_hours_over_what_one_gives(tmp_path: Path) -> None:
    plan = scenario(
        tmp_path,
        buildout__people__hours_per_week=40,
        buildout__people__shrinkage="25%",
        buildout__people__efficiency="80%",
    )
    years = lay_out(plan)
    last = len(years.weeks) - 1
    assert years.needed[0, last] == pytest.approx(4 * 10 * 168 / (40 * 0.75 * 0.8))
    hours = 8 * 8 * 5 + 2 * 10  # ten at night, eight by day and no lunch; whether they come or not
    assert rostered_hours(plan, plan.groups["yb"]) == pytest.approx(hours)
    assert years.needed[1, last] == pytest.approx(0.5 * hours / (40 * 0.75 * 0.8))


def test_nights_are_from_ten_to_six(tmp_path: Path) -> None:
    plan = scenario(tmp_path)
    assert night_share(plan, plan.groups["xa"]) == pytest.approx(8 / 24)
    assert night_share(plan, plan.groups["yb"]) == pytest.approx(2 * 8 / (8 * 8 * 5 + 2 * 10))
    week = planned(plan, plan.groups["yb"])
    assert week.max() == pytest.approx(8 * 0.9 * 0.95)
    assert week.sum() == pytest.approx(rostered_hours(plan, plan.groups["yb"]) * 0.9 * 0.95)


def test_a_plan_of_the_files_own_size_is_the_file_itself(tmp_path: Path) -> None:
    phase = "\nbuildout: {phases: [{name: now, on: 2017-06-05, seats: {a: 100, b: 50}}]}\n"
    plan = scenario(tmp_path, phase)
    years = lay_out(plan)
    day = day_of(years, 0, PlanDay(), everybody(years, 0))
    assert day.scenario == plan.model_copy(update={"buildout": None})
    assert set(day.stands_for.values()) == {1.0}


def test_copies_come_and_go_and_stand_for_each_other(tmp_path: Path) -> None:
    years = lay_out(scenario(tmp_path, buildout__copies_played=1))
    half, most = 0, years.week_of(datetime.date(2017, 12, 25))
    day = day_of(years, most, PlanDay(), everybody(years, most))
    assert list(day.scenario.queues) == ["x-1", "y"]
    assert (day.stands_for["x-1"], day.original["x-1"]) == (6, "x")
    # One copy is as large as in the file, and its site has its share of the seats.
    assert day.scenario.queues["x-1"].arrivals.per_day == pytest.approx(1000)
    assert day.scenario.sites["a"].seats == round(150 / 6)
    assert day.wanted_peak["a"] == 60
    # Trunks: as many for the calls that are played as the file has for its own.
    calls = (1000 + 0.5 * 1440) / (4 * 1000 + 1440)
    assert day.scenario.lines["trunk"].count == -(-100 * calls // 1)
    assert day.scenario.lines["trunk"].queues == ("x-1", "y")
    early = day_of(years, half, PlanDay(), everybody(years, half))
    assert early.stands_for["x-1"] == 2
    build(day.scenario)


def test_who_is_missing_is_missing_from_every_hour(tmp_path: Path) -> None:
    years = lay_out(scenario(tmp_path))
    week = years.week_of(datetime.date(2017, 12, 25))
    kind = PlanDay.model_validate({"weekday": "thu", "times": {"all": 2}, "absence": "20%"})
    who = Crowd({"xa": 0.5, "yb": 1.0}, {"xa": 1.2}, {"a": 150})
    day = day_of(years, week, kind, who)
    assert day.scenario.calendar.start == datetime.date(2017, 6, 8)
    assert day.scenario.queues["x"].copies == 6
    assert day.scenario.queues["x"].arrivals.per_day == pytest.approx(2000)
    # Half of the ten and of what the file has, less a fifth who stay away: thinned as a run thins them.
    xa, yb = day.scenario.groups["xa"], day.scenario.groups["yb"]
    assert (xa.staff, xa.shrinkage) == ((10,), pytest.approx(0.5))
    assert xa.absence is not None
    assert xa.absence.share == pytest.approx(0.2)
    assert (yb.shifts, yb.shrinkage) == ({"day": 8, "night": 2}, pytest.approx(1 - 0.9 * 0.5))
    assert yb.absence is not None
    assert yb.absence.share == pytest.approx(1 - 0.95 * 0.8)
    # Handling of 240 s takes 288: talk, which alone knows a pace, 228.
    assert day.scenario.groups["xa"].answers["x"].pace == pytest.approx(228 / 180, abs=5e-4)


def test_scaled_words_scale_what_they_say_and_nothing_else(tmp_path: Path) -> None:
    plan = scenario(tmp_path)
    queue, group = plan.queues["y"], plan.groups["xa"]
    assert with_volume(queue.arrivals, 1) is queue.arrivals
    assert with_staff(group, 1) is group
    assert with_pace(group, plan, 1) is group
    assert with_handling(queue, 1) is queue
    longer = with_handling(plan.queues["x"], 1.5)
    assert (mean_s(longer.talk), mean_s(longer.wrap)) == (270, 90)
    uniform = with_handling(queue, 2).talk
    assert (uniform.low, uniform.high, uniform.mean) == (120, 360, (240,))  # type: ignore[union-attr]
    np.testing.assert_allclose(with_volume(queue.arrivals, 1.5).per_hour, 90)


def test_months_have_one_length() -> None:
    assert MONTH_DAYS * 12 == 365.25


BY_DAY = """\
calendar: {start: 2026-03-02}
queues:
  q:
    open: {mon-fri: 08:00-18:00, sat: 09:00-12:00, sun: closed}
    arrivals: {per_hour: 60, weekdays: [1.5, 1, 1, 1, 1, 1, 1]}
    talk: 3 min
    goal: {answer: 80%, within: 20 s}
sites: {here: {seats: 40}}
groups: {g: {site: here, answers: {q: {}}, staff: 6}}
buildout:
  until: 2026-06-01
  phases: [{name: one, on: 2026-03-02, seats: {here: 40}}]
  days: {closing day: {weekday: sun}, saturday: {weekday: sat}, week: {weekday: tue}}
"""


def test_each_day_of_the_week_has_calls_of_its_own_hours(tmp_path: Path) -> None:
    path = tmp_path / "by-day.yaml"
    path.write_text(BY_DAY)
    plan = callsim.load(path)
    queue = plan.queues["q"]
    assert accepted_by_weekday(plan, queue).tolist() == [900, 600, 600, 600, 600, 180, 0]
    assert accepted_per_day(plan, queue) == pytest.approx(3480 / 7)
    assert next(iter(kinds(plan))) == "week"  # the usual day is that nearest to the mean of the week
    rows = [f"2026-03-{2 + day:02d} {hour:02d}:00,{1 + day}" for day in (0, 1, 2) for hour in range(24)]
    (tmp_path / "c.csv").write_text("\n".join(["interval_start,offered", *rows]))
    changes = {"calendar.days": 3, "calendar.interval": "1 h", "queues.q.open": "00:00-24:00"}
    dated = callsim.load(
        path, {**changes, "queues.q.arrivals": {"counts": str(tmp_path / "c.csv")}, "buildout": None}
    )
    assert accepted_by_weekday(dated, dated.queues["q"]) == pytest.approx([24, 48, 72, 48, 48, 48, 48])
