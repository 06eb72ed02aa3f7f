"""Paid hours by hand: rostered time without unpaid breaks, whoever comes, and late time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import callsim

FILE = """\
calendar: {{start: 2026-03-02, days: 2, interval: 12 h}}
sites: {{park: {{seats: 30}}}}
queues:
  line:
    arrivals: {{per_hour: {calls}}}
    talk: {{constant: {{mean: 20 min}}}}
    patience: {{constant: {{mean: 1 min}}}}
groups:
  desk: {{site: park, answers: {{line: {{}}}}, shifts: {{day: 8, night: 3}}{thinned}}}
  list: {{answers: {{line: {{rank: 2}}}}, staff: {{mon: 2, other: [0, 4]}}}}
shifts:
  day:
    from: 08:00
    to: 17:00
    breaks: [{{length: 1 h, between: 11:00-14:00}}, {{length: 15 min, between: 09:00-11:00}}, 16:00-16:20]
    days: mon-fri
  night:
    from: '22:00'
    to: '06:00'
    breaks: [{{length: 30 min, between: 23:00-01:00}}, {{at: '03:00-04:00', paid: yes}}]
costs: {{wage_per_hour: {{desk: 10, list: 1}}{absence}}}
"""
# Of the day 9 h without lunch and the fixed 20 min; the short break is paid.
DAY = 9 - 1 - 1 / 3
# Of the night 6 h of the evening before, a whole one, 2 h of the last: three agents have their 30 min
# at 23:00, 23:30 and 00:00, and so one of three after midnight.
NIGHTS = 3 * (6 + 8 + 2) - 0.5 * (1 + 3 + 2)


def run(folder: Path, calls: int = 0, thinned: str = "", absence: str = "", **more: Any) -> Any:
    text = FILE.format(calls=max(calls, 1), thinned=thinned, absence=absence)
    if not calls:
        text = text.replace("per_hour: 1}", "per_hour: 0.001}")
    (folder / "a.yaml").write_text(text, "utf-8")
    return callsim.run(callsim.load(folder / "a.yaml", **more), runs=4).to_dict()


def test_paid_hours_are_those_of_the_plan(tmp_path: Path) -> None:
    told = run(tmp_path)
    assert told["groups"]["desk"]["paid_h"]["mean"] == pytest.approx(8 * 2 * DAY + NIGHTS)
    assert told["groups"]["list"]["paid_h"]["mean"] == pytest.approx(2 * 24 + 4 * 12)
    assert told["costs"]["wages"]["mean"] == pytest.approx(10 * (8 * 2 * DAY + NIGHTS) + 96)


def test_who_does_not_come_is_paid_and_so_is_a_lost_site(tmp_path: Path) -> None:
    lost = {"incidents": [{"site": "park", "from": "day 1 00:00", "to": "day 2 24:00", "seats_lost": "100%"}]}
    thinned = ", shrinkage: 20%, absence: {share: 30%, correlation: 5%}"
    for told in (run(tmp_path, thinned=thinned), run(tmp_path, set=lost)):
        assert told["groups"]["desk"]["paid_h"]["mean"] == pytest.approx(8 * 2 * DAY + NIGHTS)


def test_unless_absence_is_not_paid(tmp_path: Path) -> None:
    one = "shifts: {day: 8, night: 3}"
    for words in (", absence_paid: no", ""):
        text = FILE.format(calls=0.001, thinned=", absence: {share: 50%}", absence=words)
        (tmp_path / "a.yaml").write_text(text.replace(one, "shifts: {day: 8}"), "utf-8")
        desk = callsim.run(callsim.load(tmp_path / "a.yaml"), runs=4).to_dict()["groups"]["desk"]
        # 7 h 25 min of the 7 h 40 min that are paid are work.
        absent = desk["absent_h"]["mean"] * DAY / (DAY - 0.25)
        assert absent > 30
        assert desk["paid_h"]["mean"] == pytest.approx(16 * DAY - absent * bool(words))


def test_late_time_is_paid(tmp_path: Path) -> None:
    desk = run(tmp_path, calls=40)["groups"]["desk"]
    assert desk["late_h"]["mean"] > 1
    assert desk["paid_h"]["mean"] == pytest.approx(8 * 2 * DAY + NIGHTS + desk["late_h"]["mean"])
