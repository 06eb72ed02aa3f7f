"""Seats, incidents and causes on a page, where a result tells of them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.makers.made_up import figure

from .pages import TRICKS, Reader, data_of, nasty, page


@pytest.fixture
def found() -> dict[str, Any]:
    """A result with seats by interval, an incident and a cause, all made up."""
    found = copy.deepcopy(nasty()[0])
    starts = [row["start"] for row in found["interval_totals"]]
    for row, name in enumerate(("north", "south")):
        found["sites"][name] = {
            "seats": None if row else 40,
            "seats_used_peak": figure(30.0 + row),
            "seats_used_h": figure(300.0),
            "waited_for_seat_h": figure(1.5),
            "calls_lost_to_seats": figure(7.0),
            "intervals": [
                {
                    "start": start,
                    "seats_used": figure(k + row + 0.25),
                    "waiting_for_seat": figure(0.0),
                    "seats_used_peak": figure(30.0),
                }
                for k, start in enumerate(starts)
            ],
        }
    level = {name: figure(0.71, 0.05) for name in found["total"]["service_level"]}
    found["incidents"] = [
        {
            "what": "north loses <b>all</b> seats",
            "from": "2017-06-05T10:00",
            "to": "2017-06-05T14:00",
            "dropped": figure(6.0),
            "queues": {
                TRICKS[0]: {
                    "service_level": level,
                    "abandoned_share": figure(0.1),
                    "recovery_s": figure(5400.0),
                    "recovered": figure(0.8),
                },
                TRICKS[2]: {"service_level": level, "abandoned_share": figure(0.1)},
            },
        }
    ]
    shares = {"busyness of the day": figure(0.7, 0.1), "single calls": figure(0.3, 0.1)}
    split = {"standard_deviation": 0.042, "shares": shares}
    queues = dict.fromkeys(found["queues"], split)
    found["why"] = {"kind": "why", "total": split, "queues": queues, "runs": 10, "counted": "offered"}
    return found


def test_seats_are_told_and_drawn_by_site(found: dict[str, Any]) -> None:
    text = page(found)
    rows = {row[0]: row[1:] for row in Reader(text).table("site", "seats")}
    assert rows["north"] == ["40", "30", "1.5", "7"]
    assert rows["south"][0] == "no limit"
    data = data_of(text)
    chart = next(chart for chart in data["charts"] if chart["title"] == "Seats in use")
    drawn = {series["label"]: data["columns"][series["column"]] for series in chart["series"]}
    assert drawn["north (40 seats)"] == [k + 0.25 for k in range(48)]
    assert drawn["south (no limit)"] == [k + 1.25 for k in range(48)]


def test_incidents_are_told_with_the_queues_they_hurt(found: dict[str, Any]) -> None:
    rows = Reader(page(found)).table("incident")
    assert rows[0][:3] == ["north loses <b>all</b> seats; 6 calls dropped", "10:00 – 14:00", TRICKS[0]]
    assert rows[0][3:] == ["71.0 % ± 5.0", "10.0 %", "1 h 30 min, in 80 % of runs"]
    assert rows[1][:3] == ["", "", TRICKS[2]]
    assert rows[1][5] == "–"


def test_causes_are_told_with_their_intervals(found: dict[str, Any]) -> None:
    rows = Reader(page(found)).table("queue", "varies by", "busyness of the day")
    assert rows[-1] == ["all queues", "4.2 points", "70.0 % ± 10.0", "30.0 % ± 10.0"]
    assert len(rows) == len(found["queues"]) + 1


def test_costs_are_told_in_their_currency(found: dict[str, Any]) -> None:
    amounts = {"wages": 1000.0, "seats": 200.0, "abandoned": 30.0, "per_contact": 1.5, "total": 1230.0}
    found["costs"] = {"currency": "元", **{name: figure(amount) for name, amount in amounts.items()}}
    text = page(found)
    assert Reader(text).table("plan", "wages")[0][1:] == ["1,000", "200", "30", "1.50", "1,230"]
    assert "In 元, of all days together." in text
