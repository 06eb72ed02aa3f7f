"""Units as planners write them."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from callsim import units


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20 s", 20), ("20s", 20), ("90 sec", 90), ("4 min", 240), ("4m", 240), ("1h30m", 5400), ("1 h 30 min", 5400),
        ("1.5 h", 5400), ("200 ms", 0.2), ("2 d", 172_800), ("1 w", 604_800), ("0.01 min", 0.6), (".5 s", 0.5),
        ("1_000 s", 1000), ("0 s", 0), ("1.1 min", 66), ("3 hours", 10_800),
    ],
)  # fmt: skip
def test_durations(text, seconds):
    assert units.duration(text) == seconds


@pytest.mark.parametrize(
    "value",
    [20, 0, 1.5, "20", "-5 s", "5:00", "", " ", "s", "5 parsecs", "1,5 h", "1 h 30", "30m1h", "1e3 s", None, True, [],
     float("nan"), float("inf"), "367 d", "1 month", "1 s 2 s", "٣ s", 10**400, "9" * 400 + " s"],
)  # fmt: skip
def test_no_durations(value):
    with pytest.raises(units.UnitError):
        units.duration(value)


def test_shares():
    assert [units.share(v) for v in ("85%", 0.85, "5.5 %", 1, 0)] == [0.85, 0.85, 0.055, 1, 0]
    for value in (85, "101%", -0.1, "-1%", "0.85", "x", None, True, float("nan"), float("inf"), 10**400):
        with pytest.raises(units.UnitError):
            units.share(value)


def test_clock():
    assert units.clock_range("22:00-06:00") == ((0, 21_600_000), (79_200_000, 86_400_000))
    assert units.clock_range("8:00-24:00") == ((28_800_000, 86_400_000),)
    assert units.clock_range("22:00-00:00") == ((79_200_000, 86_400_000),)
    for value in ("08:00", "08:00-08:00", "24:00-08:00", "08:60-09:00", 8, None, "٠٨:٠٠-٢٠:٠٠"):
        with pytest.raises(units.UnitError):
            units.clock_range(value)


def test_shown_again():
    assert [units.show_duration(s) for s in (0, 20, 90, 5400, 86_400, 0.25)] == [
        "0 s", "20 s", "1 min 30 s", "1 h 30 min", "1 d", "0.25 s",
    ]  # fmt: skip
    assert units.show_share(0.85) == "85%"
    assert units.show_clock(34_200_000) == "09:30"
