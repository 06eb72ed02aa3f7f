"""Seats: used, waited for, and the calls that waiting costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.results.staffing.seats import _without_limit
from callsim.sim.centre import UNLIMITED
from callsim.sim.luck.presence import come_and_go

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


def free(folder: Path, *incidents: str, words: tuple[str, ...] = ()) -> list[tuple[int, int, int]]:
    """(hour, seats left, seats at which calls are dropped) of the park, if it had a seat for everybody."""
    text = SHARED + "incidents:\n" + "".join(f"  - {{site: park, {one}}}\n" for one in incidents)
    (folder / "lost.yaml").write_text(text, "utf-8")
    plan = build(callsim.load(folder / "lost.yaml", words))
    centre = _without_limit(plan.centre, 0, lambda: come_and_go(plan.roster, plan.centre, 1, 0))
    assert centre.seats.tolist() == [UNLIMITED]
    rows = centre.losses
    found = []
    for time in np.unique(rows["begins"]):
        now = rows[(rows["begins"] <= time) & (time < rows["ends"])]
        drops = now[now["drops"] & (now["begins"] == time)]["seats"].sum()
        found.append((int(time) / 3_600_000, UNLIMITED - int(now["seats"].sum()), int(drops)))
    return found


def test_what_is_lost_stays_lost_without_a_limit(tmp_path: Path) -> None:
    halves = (
        "from: day 1 10:00, to: day 1 12:00, seats_lost: 50%",
        "from: day 1 11:00, to: day 1 13:00, seats_lost: 25%, calls_in_progress: finished",
    )
    assert free(tmp_path, *halves) == [(10, 10, 10), (11, 5, 0), (12, 15, 0)]
    # With 40 who want to sit there it would have as many, and lose the same shares of them.
    assert free(tmp_path, *halves, words=("groups.desk.shifts.early=40",)) == [
        (10, 20, 20),
        (11, 10, 0),
        (12, 30, 0),
    ]
    over = "from: day 1 05:00, to: day 1 15:00, seats_lost: 50%"
    assert free(tmp_path, over, words=("groups.desk.shifts.early=40",)) == [
        (5, 10, 10),
        (6, 20, 0),
        (14, 10, 0),
    ]


def test_an_incident_that_takes_no_seat_or_one_hides_nothing(tmp_path: Path) -> None:
    day = "from: day 1 00:00, to: day 1 24:00"
    assert free(tmp_path, f"{day}, seats_lost: 2%") == []  # of 20 seats: none
    one = free(
        tmp_path, f"{day}, seats_lost: 5%", words=("sites.park.seats=20", "groups.desk.shifts.early=28")
    )
    assert one == [(0, 19, 1), (6, 27, 0), (14, 19, 0)]
    assert free(tmp_path, f"{day}, seats_lost: 100%", words=("groups.desk.shifts.early=28",))[0][1] == 0


def lost_of(folder: Path, *incidents: str) -> np.ndarray:
    text = SHARED + "incidents:\n" * bool(incidents)
    text += "".join(f"  - {{site: park, {one}}}\n" for one in incidents)
    (folder / "lost.yaml").write_text(text, "utf-8")
    scenario = callsim.load(folder / "lost.yaml", ("sites.park.seats=14",))
    return np.asarray(callsim.run(scenario, runs=2, jobs=1).sums.lost_to_seats[:, 0])


def test_what_seats_cost_is_told_beside_an_incident(tmp_path: Path) -> None:
    """Twenty people on 14 seats, of which an incident takes none, one, half or all, all day."""
    day = "from: day 1 00:00, to: day 1 24:00, seats_lost"
    without, none, one, half, every = (
        lost_of(tmp_path, *found)
        for found in ([], *([f"{day}: {share}"] for share in ("3%", "7%", "50%", "100%")))
    )
    np.testing.assert_array_equal(none, without)
    assert np.all(one > 0.8 * without), "one seat of 14 hides little of what six too few cost"
    assert np.all(half > 0.3 * without)
    assert not every.any(), "a lost park is not blamed on its seats"


def test_absence_is_told_in_hours(tmp_path: Path) -> None:
    words = ("groups.desk.absence.share=25%", "groups.desk.shrinkage=10%")
    desk = result(tmp_path, *words).to_dict()["groups"]["desk"]
    assert desk["on_duty_h"]["mean"] + desk["absent_h"]["mean"] - desk["late_h"]["mean"] == pytest.approx(
        20 * 24 * 0.9, abs=2
    )
