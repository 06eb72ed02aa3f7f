"""What `callsim staff --shifts` says of its roster: seats, gaps, shortages, people, certainty, closing."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.report.staff.text import report
from callsim.study.roster.programme import STEPS
from callsim.study.staff.subproblem import Options
from tests.makers.rosters import QUICK, found_and_written, runs_as_checked

ONE_SHIFT = """
calendar: {start: 2017-06-05, days: DAYS, interval: 1 h}
queues:
  q:
    arrivals: {per_day: 1500, profile: [0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,0,0,0,0,0,0,0,0],
               weekdays: [2, 1.5, 1, 0.8, 0.7, 0.6, 0.4]}
    open: 08:00-16:00
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  g: {answers: {q: {}}, staff: 1}
shifts:
  a: {from: 08:00, to: 16:00}
"""


@pytest.mark.parametrize("days", [10, 31] if os.environ.get("CALLSIM_GRID") else [31])
def test_calendars_of_any_length(tmp_path: Path, days: int) -> None:
    """Dates of a weekday are one day to cover, and none of them is short."""
    found, told, over = found_and_written(tmp_path, ONE_SHIFT.replace("DAYS", str(days)))
    runs_as_checked(found, over)
    queue = told["queues"]["q"]
    assert queue["intervals_below"] == 0
    assert queue["expected"]["met"] is not False
    assert told["missed"] == []
    required = told["groups"]["g"]["required"]
    assert len(required) == min(days, 7)
    if days > 1:
        busiest = [max(hours) for hours in required.values()]
        assert busiest[0] > 2 * busiest[5]


def test_dates_that_differ_have_a_requirement_of_their_own(tmp_path: Path) -> None:
    """The second Monday is busier than the first: a table by date says so."""
    rows = ["interval_start,offered"]
    for day in range(14):
        for hour in range(24):
            calls = (120 if day == 7 else 60) * (8 <= hour < 16)
            rows.append(f"2017-06-{5 + day:02}T{hour:02}:00,{calls}")
    (tmp_path / "calls.csv").write_text("\n".join(rows) + "\n")
    text = ONE_SHIFT.replace("DAYS", "14")
    begin, end = text.index("    arrivals:"), text.index("    open:")
    text = text[:begin] + "    arrivals: {counts: calls.csv}\n" + text[end:]
    found, told, _ = found_and_written(tmp_path, text)
    required = told["groups"]["g"]["required"]
    assert len(found.days) == len(required) == 8
    assert max(required["2017-06-12"]) > 1.5 * max(required["2017-06-05"])
    assert told["programme"]["hours"] % (2 * 8 * 5) == 0  # both weeks are worked alike


def test_a_shortage_is_spread_and_nothing_is_called_proven(tmp_path: Path) -> None:
    """Seats for less than is needed from eight to eight: no hour goes empty."""
    text = """
calendar: {start: 2017-06-05, interval: 1 h}
sites: {s: {seats: 40}}
queues:
  q: {arrivals: {per_hour: 500}, open: 08:00-20:00, talk: {exponential: {mean: 4 min}},
      patience: {exponential: {mean: 3 min}}, goal: {answer: 80%, within: 20 s}}
groups:
  g: {site: s, answers: {q: {}}, staff: 1, absence: {share: 8%, correlation: 0.05}, shrinkage: 20%}
shifts:
  a: {from: 08:00, to: 16:00}
  b: {from: 12:00, to: 20:00}
  c: {from: 10:00, to: 18:00}
"""
    found, told, _ = found_and_written(tmp_path, text)
    assert told["programme"]["gap"] is told["programme"]["bound"] is None
    assert [verdict["what"] for verdict in told["verdicts"]] == ["seats"]
    assert "not proven to be the fewest" in report(found.answer, 120)
    required = np.array(told["groups"]["g"]["required"]["2017-06-05"])
    shifts = told["groups"]["g"]["shifts"]
    on = np.zeros(24)
    for name, begin in (("a", 8), ("b", 12), ("c", 10)):
        on[begin : begin + 8] += shifts.get(name, 0) * 0.8 * 0.92
    missing = 1 - on[8:20] / required[8:20]
    assert missing.max() < 0.6
    # Morning and evening, which different people cover, bear it alike: one agent less is worth as much in
    # both within a step of the price, and agents are whole.
    morning, evening = missing[:2].max(), missing[-2:].max()
    step = np.diff([0.0, *STEPS])[np.searchsorted(STEPS, max(morning, evening))]
    assert abs(morning - evening) <= step + 0.8 * 0.92 / required[[8, 9, 18, 19]].min()
    # Seats hold on the mean; that more may come is said.
    seats = told["seats"]["s"]
    assert seats["mean"] <= 40 < seats["most"]
    assert "who finds none waits for one" in report(found.answer, 120).replace("\n", " ")


def test_people_are_whole_and_nothing_is_required_after_closing(tmp_path: Path) -> None:
    text = """
calendar: {start: 2024-01-08, interval: 1 h}
queues:
  q: {open: 06:00-20:00, arrivals: {per_hour: 40}, talk: {exponential: {mean: 4 min}},
      patience: {exponential: {mean: 4 min}}, goal: {answer: 80%, within: 20 s}}
groups: {g: {answers: {q: {}}, shifts: {early: 5, late: 5}}}
shifts:
  night: {from: "22:00", to: "06:30"}
  early: {from: "06:00", to: "14:00"}
  late: {from: "12:00", to: "20:00"}
"""
    _, told, _ = found_and_written(tmp_path, text)
    group = told["groups"]["g"]
    places = sum(group["shifts"].values())
    assert group["people"] == -(-places * 7 // 5)
    assert isinstance(group["people"], int)
    (required,) = group["required"].values()
    assert required[:6] == [0] * 6
    assert required[20:] == [0] * 4
    assert min(required[6:20]) > 0
    assert not told["begins_empty"]


def test_a_first_interval_from_empty_is_said(tmp_path: Path) -> None:
    text = """
calendar: {start: 2024-01-08, interval: 6 h}
queues:
  q: {arrivals: {per_hour: 20}, talk: {exponential: {mean: 4 min}}, goal: {answer: 80%, within: 20 s}}
groups: {g: {answers: {q: {}}, staff: 1}}
shifts:
  night: {from: "22:00", to: "06:00"}
  early: {from: "06:00", to: "14:00"}
  late: {from: "14:00", to: "22:00"}
"""
    found, told, _ = found_and_written(tmp_path, text)
    assert told["begins_empty"]
    assert "begins with an empty centre" in report(found.answer, 200)
    _, told, _ = found_and_written(tmp_path, text.replace("interval: 6 h", "interval: 6 h, warm_up: 2 h"))
    assert not told["begins_empty"]


def test_certainty_with_shifts_is_a_share_of_days(tmp_path: Path) -> None:
    """Absence in lumps and busy days: on the mean half of the days would do."""
    text = ONE_SHIFT.replace("DAYS", "1").replace("per_day: 1500", "day_cv: 8%, per_day: 500")
    text = text.replace("staff: 1", "staff: 1, absence: {share: 8%, correlation: 0.05}")
    options = Options(effort=2e4, certainty=0.9)
    found, told, over = found_and_written(tmp_path, text, options)
    assert found.check.runs >= 1000
    assert told["missed"] == []
    assert "meet the goals on 90 % of days" in report(found.answer, 120)
    fresh = callsim.run(callsim.load(over), runs=1000, seed=77)
    assert fresh.to_dict()["queues"]["q"]["goal"]["probability"]["mean"] >= 0.88


def test_old_counts_and_overrides_do_not_survive(tmp_path: Path) -> None:
    text = ONE_SHIFT.replace("DAYS", "1").replace("staff: 1", "shifts: {a: 90, b: 40}")
    text += '  b: {from: 10:00, to: 18:00}\n  "a mon-fri": {from: 09:00, to: 17:00, days: mon-fri}\n'
    sets = "calendar.days=7", "groups.g.staff=5", "queues.q.goal.within=30 s", "queues.q.arrivals.weekdays="
    found, told, over = found_and_written(tmp_path, text, QUICK, sets)
    runs_as_checked(found, over)
    read = callsim.load(over)
    assert read.calendar.days == 7
    assert read.queues["q"].goal is not None
    assert read.queues["q"].goal.within == 30
    result = callsim.run(read, runs=2, seed=1).to_dict()
    on_duty = result["groups"]["g"]["on_duty_h"]["mean"]
    assert on_duty == pytest.approx(told["programme"]["hours"], rel=0.01)
    assert read.shifts["a mon-fri"].spans == ((9 * 3_600_000, 17 * 3_600_000),)


def test_an_answer_whose_check_misses_says_so_first(tmp_path: Path) -> None:
    """Lines that are too few: no repair helps."""
    text = ONE_SHIFT.replace("DAYS", "1").replace(
        "groups:", "lines: {main: {count: 12, queues: [q]}}\ngroups:"
    )
    found, told, _ = found_and_written(tmp_path, text)
    assert told["missed"]
    first = report(found.answer, 200).splitlines()[1]
    assert "Not all goals can be met" in first or "not enough" in first


def test_quiet_nights_take_one_agent_and_no_more(tmp_path: Path) -> None:
    """A desk with one call in ten nights between two and five: ten people on the shifts are enough."""
    text = """
calendar: {start: 2024-01-08, interval: 1 h}
queues:
  q:
    arrivals: {per_day: 300, profile: [1, 0.5, 0.03, 0.03, 0.03, 0.5, 2, 8, 20, 30, 34, 30,
                                       24, 24, 26, 24, 20, 16, 12, 10, 8, 5, 3, 2]}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 4 min}}
    goal: {answer: 80%, within: 20 s}
groups: {g: {answers: {q: {}}, staff: 5}}
shifts:
  early: {from: "06:00", to: "14:00"}
  late: {from: "14:00", to: "22:00"}
  night: {from: "22:00", to: "06:00"}
"""
    _, told, over = found_and_written(tmp_path, text, Options(effort=1e6))
    shifts = told["groups"]["g"]["shifts"]
    assert shifts["night"] == 1
    assert 8 <= sum(shifts.values()) <= 10
    fresh = callsim.run(callsim.load(over), runs=1500, seed=5).to_dict()
    assert min(hour["service_level"]["offered"]["mean"] for hour in fresh["intervals"]) >= 0.79
