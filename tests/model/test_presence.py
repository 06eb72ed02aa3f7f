"""Shifts become crews with their hours; incidents become rows with their moments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import Model, build
from callsim.sim.centre import UNLIMITED
from callsim.units import DAY_MS

H = 3_600_000
FILE = """\
calendar: {start: 2017-06-05, days: 2, warm_up: 2 h}
sites: {a: {seats: 30}, b: {}}
queues:
  telecom: {copies: 2, arrivals: {per_hour: 60}, talk: 2 min}
  bank: {arrivals: {per_hour: 60, surges: [{at: 09:00-11:00, times: 2}]}, talk: 2 min}
groups:
  desk: {site: a, answers: {telecom: {}}, shifts: {early: 20, night: 5}, shrinkage: 20%}
  third: {site: b, answers: {bank: {}}, staff: 3, absence: {share: 4%, correlation: 5%}}
shifts:
  early: {from: 07:00, to: 16:00, breaks: ["09:00-09:15", "12:00-13:00"], days: mon-fri}
  night: {from: "22:00", to: "06:00"}
lines: {main: {count: 91, queues: [telecom]}}
incidents:
  - {site: a, from: day 1 10:00, to: day 1 14:00, seats_lost: 35%}
  - {site: b, from: day 1 10:00, to: day 2 24:00, seats_lost: 100%, calls_in_progress: finished}
  - {queue: [bank, telecom], from: day 1 10:00, to: day 2 12:00, times: 3}
  - {site: a, from: day 2 00:00, to: day 2 24:00, absence: 25%}
  - {lines: main, from: day 1 15:00, to: day 1 15:30, lost: 50%}
"""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    (tmp_path / "a.yaml").write_text(FILE, "utf-8")
    return build(callsim.load(tmp_path / "a.yaml"))


def test_crews(model: Model) -> None:
    assert model.centre.crew_group.tolist() == [0, 0, 1, 1, 2]  # early and night of desk-1 and desk-2, third
    early, night, *_, other = model.roster.crews
    assert early.times.tolist() == [7 * H, 9 * H, 9.25 * H, 12 * H, 13 * H, 16 * H]
    assert early.agents.tolist() == [20, 0, 20, 0, 20, 0]
    assert early.breaks.tolist() == [False, True, True, True, True, False]
    assert (early.weekdays, night.weekdays) == (frozenset(range(5)), frozenset(range(7)))
    assert (early.on_phone, early.absent, other.absent, other.correlation) == (0.8, 0, 0.04, 0.05)
    assert len({crew.key for crew in model.roster.crews}) == 5
    opens = model.centre.clock.opens
    assert early.waves == ((opens + DAY_MS, opens + 2 * DAY_MS, 0.25),)
    assert other.waves == ()
    assert model.roster.day_one == 736_485


def test_planned_staff_by_the_interval(model: Model) -> None:
    staff = model.centre.staff
    assert np.flatnonzero(staff[:, 0]).tolist() == [*range(14, 24), *range(26, 32)]  # 09:00 is touched
    assert np.flatnonzero(staff[:, 1]).tolist() == [*range(12), 44, 45, 46, 47]
    assert set(staff[:, 4].tolist()) == {3}


def test_incidents(model: Model) -> None:
    opens = model.centre.clock.opens
    assert model.centre.seats.tolist() == [30, UNLIMITED]
    losses = model.centre.losses
    assert losses["site"].tolist() == [0, 1]
    assert losses["seats"].tolist() == [11, UNLIMITED]
    assert losses["drops"].tolist() == [True, False]
    assert losses["begins"].tolist() == [opens + 10 * H] * 2
    assert losses["ends"].tolist() == [opens + 14 * H, opens + 2 * DAY_MS]
    assert model.centre.cuts["lines"].tolist() == [46]


def test_a_rush_multiplies_what_comes_in_it(model: Model) -> None:
    bank = model.demand.queues[[copy.name for copy in model.queues].index("bank")]

    def rate(day: int, hour: float) -> float:
        """Calls an hour; day 0 is day 1, the warm-up day before it is -1."""
        per_ms = np.diff(bank.expected[bank.pattern[day + 1]]) / np.diff(bank.times)
        return round(float(per_ms[np.searchsorted(bank.times, hour * H, "right") - 1]) * H, 6)

    assert [rate(-1, hour) for hour in (8, 9.5, 10.5, 13)] == [60, 120, 120, 60]
    assert [rate(0, hour) for hour in (8, 9.5, 10.5, 13, 23.5)] == [60, 120, 360, 180, 180]
    assert [rate(1, hour) for hour in (0, 9.5, 11.5, 12.5)] == [180, 360, 180, 60]
