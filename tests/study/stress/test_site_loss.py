"""A site is lost when it matters: in its busiest four hours, on each kind of day, judged by that day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.scenario import Scenario
from callsim.sim.count.columns import (
    ANSWERED_IN,
    N_ABANDONED,
    N_ANSWERED,
    N_BALKED,
    N_BLOCKED,
    N_DROPPED,
)
from callsim.study.stress.site_loss import losses
from callsim.study.stress.stress import stress

HOUR = 3_600_000
EVENING = """
name: evening line
calendar: {start: 2024-01-08, interval: 30 min}
sites: {mill: {seats: 80}}
queues:
  calls: {open: 16:00-24:00, arrivals: {per_hour: 300}, talk: {exponential: {mean: 3 min}},
          patience: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
groups:
  a: {site: mill, answers: {calls: {}}, shifts: {late: 19}}
shifts: {late: {from: "16:00", to: "24:00"}}
"""
WEEK = """
name: a week
calendar: {start: 2024-01-08, days: 7, interval: 1 h}
sites: {a: {seats: 40}, b: {seats: 40}}
queues:
  x: {open: 08:00-20:00, arrivals: {per_hour: 100, weekdays: [1.2, 1, 1, 1, 1, 0.5, 0.3]}, talk: 3 min,
      patience: 3 min, goal: {answer: 80%, within: 20 s}}
groups:
  ga: {site: a, answers: {x: {}}, shifts: {d: 8, l: 8}}
  gb: {site: b, answers: {x: {rank: 2}}, shifts: {d: 3}}
shifts: {d: {from: 08:00, to: 16:00}, l: {from: 12:00, to: 20:00, days: mon-fri}}
"""


def written(folder: Path, text: str, **changes: Any) -> Scenario:
    path = folder / "plan.yaml"
    path.write_text(text)
    return callsim.load(path, set={key.replace("__", "."): value for key, value in changes.items()})


@pytest.mark.parametrize(
    ("interval", "per_hour", "busy", "begins"),
    [
        ("1 h", 1, [(0, 24)], 10),  # flat all day: the middle of the morning
        ("1 h", 1, [(20, 24)], 20),
        ("1 h", 1, [(0, 4)], 0),
        ("30 min", 2, [(16, 24)], 16),  # of equal hours those nearest to 10:00
        ("15 min", 4, [(0, 8)], 4),
        ("1 h", 1, [(9, 10), (12, 13)], 9),
        ("4 h", 0.25, [(8, 12)], 8),  # a cell is as long as the loss
        ("8 h", 0.125, [(16, 24)], 18),  # … or longer: its middle
        ("24 h", 1 / 24, [(0, 24)], 10),
    ],
)
def test_the_busiest_four_hours(
    tmp_path: Path, interval: str, per_hour: float, busy: list[tuple[int, int]], begins: int
) -> None:
    scenario = written(tmp_path, EVENING, calendar__interval=interval)
    cells = round(24 * per_hour)
    work = [10.0 if any(b <= cell / per_hour < e for b, e in busy) else 1.0 for cell in range(cells)]
    (loss,) = losses(scenario, work)
    assert (loss.day, loss.begins, loss.ends) == (0, begins * HOUR, (begins + 4) * HOUR)


def test_a_site_where_nobody_works_is_not_lost(tmp_path: Path) -> None:
    assert list(losses(written(tmp_path, EVENING), [0.0] * 48)) == []


def test_each_kind_of_day_has_a_row_on_its_busiest_day(tmp_path: Path) -> None:
    week = written(tmp_path, WEEK)
    work = np.ones((7, 24))
    work[:, 12:16] = 5
    work[3, 12:16] = 6  # Thursday, of Tuesday to Friday that are alike
    found = [(loss.day, loss.begins // HOUR) for loss in losses(week, work.ravel().tolist())]
    assert found == [(0, 12), (3, 12), (5, 12), (6, 12)]
    alike = written(tmp_path, WEEK, queues__x__arrivals__weekdays=[1] * 7, shifts__l__days="mon-sun")
    assert [loss.day for loss in losses(alike, work.ravel().tolist())] == [3]


RUSH = {"at": "12:00-13:00", "times": 2, "days": [3]}


@pytest.mark.parametrize(
    ("changes", "lost_on"),
    [
        ({"groups__ga__staff": {"sat": 4, "sun": 3, "other": 8}}, [4, 5, 6]),
        ({"groups__ga__staff": {"2024-01-10": 5, "other": 8}}, [2, 4]),
        ({"groups__ga__staff": 8, "queues__x__arrivals__surges": [RUSH]}, [2, 4]),
        ({"groups__ga__staff": 8}, [4]),
    ],
)
def test_days_differ_by_staff_by_day_and_by_surges_too(
    tmp_path: Path, changes: dict[str, Any], lost_on: list[int]
) -> None:
    """Saturdays with half the staff had no row: only weekday factors and shifts told days apart."""
    week = written(
        tmp_path, WEEK, groups__ga__shifts=None, queues__x__arrivals__weekdays=[1] * 7,
        shifts__l__days="mon-sun", **changes,
    )  # fmt: skip
    work = np.ones((7, 24))
    work[4, 12:16] = 9
    work[5:, 12:16] = 5
    work[2, 12:16] = 5
    assert [loss.day for loss in losses(week, work.ravel().tolist())] == lost_on


def test_the_evening_line_is_lost_in_the_evening_as_run_would_tell(tmp_path: Path) -> None:
    found = stress(written(tmp_path, EVENING), runs=2).to_dict()
    (row,) = found["sites"]
    assert row["missed"] == ["calls"]
    assert (row["missed_before"], row["date"]) == ([], "2024-01-08")
    assert "16:00" <= row["from"] <= "20:00"
    assert row["dropped"]["mean"] > 0
    lost = {"site": "mill", "seats_lost": "100%", "calls_in_progress": "dropped"}
    lost |= {"from": f"day 1 {row['from']}", "to": f"day 1 {row['to']}"}
    run = callsim.run(written(tmp_path, EVENING, incidents=[lost]), runs=2).to_dict()
    assert row["service_level"] == run["total"]["service_level"]["offered"]
    assert row["dropped"] == run["total"]["dropped"]


def test_a_day_of_a_week_is_judged_by_its_own_calls(tmp_path: Path) -> None:
    found = stress(written(tmp_path, WEEK), runs=2).to_dict()
    rows = {(row["site"], row["weekday"]): row for row in found["sites"]}
    assert {day for site, day in rows if site == "a"} >= {"mon", "sat", "sun"}
    row = rows["a", "sat"]
    lost = {"site": "a", "seats_lost": "100%", "calls_in_progress": "dropped"}
    lost |= {"from": f"day 6 {row['from']}", "to": f"day 6 {row['to']}"}
    run = callsim.run(written(tmp_path, WEEK, incidents=[lost]), runs=2)
    day = run.sums.calls[:, 5 * 24 : 6 * 24].sum(axis=(0, 1, 2))
    offered = day[[N_ANSWERED, N_ABANDONED, N_BALKED, N_BLOCKED, N_DROPPED]].sum()
    assert row["service_level"]["mean"] == pytest.approx(day[ANSWERED_IN] / offered, abs=1e-12)
    assert row["dropped"]["mean"] == day[N_DROPPED] / 2
    ranked = [one["what"] for one in found["ranking"]]
    assert ranked.count("loss of a") == 1


def test_a_long_calendar_is_looked_at_by_its_first_weeks(tmp_path: Path) -> None:
    long = written(tmp_path, EVENING, calendar__days=40)
    (row,) = stress(long, runs=1, copies_played=1).to_dict()["sites"]
    assert "16:00" <= row["from"] <= "20:00"
