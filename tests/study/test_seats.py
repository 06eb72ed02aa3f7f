"""Seats: used, waited for, and the calls that waiting costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.build import build
from callsim.sim.centre import UNLIMITED
from callsim.study.seats import _without_limit

SHARED = """\
calendar: {start: 2017-06-05}
sites: {park: {seats: 20}}
queues:
  telecom:
    arrivals: {per_hour: 240}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 2 min}}
groups:
  desk: {site: park, answers: {telecom: {}}, shifts: {early: 20, late: 20, night: 20}}
shifts:
  early: {from: 06:00, to: 14:00}
  late: {from: 14:00, to: 22:00}
  night: {from: 22:00, to: 06:00}
"""


def result(folder: Path, *words: str) -> callsim.Result:
    (folder / "shared.yaml").write_text(SHARED, "utf-8")
    return callsim.run(callsim.load(folder / "shared.yaml", words), runs=3, jobs=1)


def test_a_seat_for_everybody_is_as_good_as_no_limit(tmp_path: Path) -> None:
    enough, free = result(tmp_path, "sites.park.seats=40"), result(tmp_path, "sites.park.seats=")
    np.testing.assert_array_equal(enough.sums.calls, free.sums.calls)
    np.testing.assert_array_equal(enough.sums.work, free.sums.work)
    park = enough.to_dict()["sites"]["park"]
    assert park["waited_for_seat_h"]["mean"] == park["calls_lost_to_seats"]["mean"] == 0
    assert park["seats_used_peak"]["mean"] > 20  # while the last calls of a shift go on


def test_two_people_a_seat_wait_for_each_other(tmp_path: Path) -> None:
    shared, free = result(tmp_path), result(tmp_path, "sites.park.seats=")
    park = shared.to_dict()["sites"]["park"]
    assert park["seats_used_peak"]["mean"] == 20
    assert park["waited_for_seat_h"]["mean"] > 0
    lost = (free.sums.calls - shared.sums.calls)[..., 0].sum(axis=(1, 2))
    np.testing.assert_array_equal(shared.sums.lost_to_seats[:, 0], lost)
    used = [row["seats_used"]["mean"] for row in park["intervals"]]
    assert max(used) <= 20
    assert sum(used) / 2 == pytest.approx(park["seats_used_h"]["mean"])


def test_fewer_seats_cost_more_calls(tmp_path: Path) -> None:
    lost = [
        result(tmp_path, f"sites.park.seats={seats}").to_dict()["sites"]["park"]["calls_lost_to_seats"][
            "mean"
        ]
        for seats in (20, 16, 10)
    ]
    assert lost == sorted(lost)
    assert lost[2] > lost[1] > 100


def test_what_is_lost_stays_lost_without_a_limit(tmp_path: Path) -> None:
    (tmp_path / "lost.yaml").write_text(
        SHARED + "incidents:\n"
        "  - {site: park, from: day 1 10:00, to: day 1 12:00, seats_lost: 50%}\n"
        "  - {site: park, from: day 1 11:00, to: day 1 13:00, seats_lost: 25%,"
        " calls_in_progress: finished}\n",
        "utf-8",
    )
    centre = build(callsim.load(tmp_path / "lost.yaml")).centre
    free = _without_limit(centre, 0)
    assert free.seats.tolist() == [UNLIMITED]
    rows = [(row["begins"] // 3_600_000, UNLIMITED - row["seats"], row["drops"]) for row in free.losses]
    assert [tuple(map(int, row)) for row in rows] == [(10, 10, 1), (11, 5, 0), (12, 15, 0)]


def test_absence_is_told_in_hours(tmp_path: Path) -> None:
    words = ("groups.desk.absence.share=25%", "groups.desk.shrinkage=10%")
    desk = result(tmp_path, *words).to_dict()["groups"]["desk"]
    assert desk["on_duty_h"]["mean"] + desk["absent_h"]["mean"] - desk["late_h"]["mean"] == pytest.approx(
        20 * 24 * 0.9, abs=2
    )
