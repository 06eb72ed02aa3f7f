"""What is too long, too much or too early for the numbers ends in words, not in wrong figures."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import callsim
from callsim.errors import UserError
from callsim.model import build
from callsim.model.size import size

TEXT = """
calendar: {start: 2024-01-08}
queues:
  q:
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 3 min}}
groups:
  g: {answers: {q: {}}, staff: 5}
"""


def load(folder: Path, **changes: object) -> callsim.Scenario:
    path = folder / "x.yaml"
    path.write_text(TEXT)
    return callsim.load(path, set={key.replace("__", "."): value for key, value in changes.items()})


def test_a_wait_longer_than_anyone_lives_is_never(tmp_path: Path) -> None:
    found = callsim.run(load(tmp_path, groups__g__answers__q__after="30 d"), runs=1).to_dict()["total"]
    assert found["answered"]["mean"] == 0
    assert found["abandoned_share"]["mean"] == 1
    assert found["wait_max_s"]["mean"] is None


def test_a_talk_of_weeks_does_not_wrap_around(tmp_path: Path) -> None:
    slow = load(tmp_path, queues__q__talk="3 d", groups__g__answers__q__pace=10)
    found = callsim.run(slow, runs=1).to_dict()["total"]
    assert found["aht_s"]["mean"] == pytest.approx((2**31 - 1) / 1000)


def test_patience_of_a_week_is_not_refused(tmp_path: Path) -> None:
    patient = load(tmp_path, queues__q__patience="7 d", queues__q__arrivals__per_hour=40_000)
    assert size(build(patient)).in_building < 2_000_000


def test_what_no_machine_holds_is_refused_before_it_starts(tmp_path: Path) -> None:
    crowd = load(tmp_path, queues__q__patience=None, queues__q__arrivals__per_hour=1_000_000)
    with pytest.raises(UserError, match="calls would be in the building at once"):
        callsim.run(crowd, runs=1)


def test_dated_counts_fill_the_warm_up_like_day_1(tmp_path: Path) -> None:
    start = datetime.datetime(2024, 1, 8)
    rows = [f"{start + datetime.timedelta(hours=h):%Y-%m-%dT%H:%M},{10 * h + 50}" for h in range(24)]
    (tmp_path / "counts.csv").write_text("interval_start,offered\n" + "\n".join(rows) + "\n")
    dated = load(
        tmp_path,
        queues__q__arrivals__per_hour=None,
        queues__q__arrivals__counts=str(tmp_path / "counts.csv"),
        calendar__interval="1 h",
        calendar__warm_up="2 h",
    )
    (demand,) = build(dated).demand.queues
    assert demand.expected[demand.pattern[0]][-1] == demand.expected[demand.pattern[1]][-1] > 0


def test_the_most_agents_on_duty_do_not_depend_on_how_long_is_run(tmp_path: Path) -> None:
    half = [10] * 24 + [0] * 24
    for days in (1, 33):
        plan = load(
            tmp_path, calendar__days=days, groups__g__staff=half, sites={"s": {}}, groups__g__site="s"
        )
        assert callsim.run(plan, runs=1).to_dict()["sites"]["s"]["seats_used_peak"]["mean"] == 10
