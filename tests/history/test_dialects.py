"""Shapes of files: what a Dialect says of itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.read import head, vendors
from callsim.history.read.dialects import UNITS_OF
from callsim.history.read.how import How
from callsim.history.read.reader import read


@pytest.mark.parametrize("unit", ["min", "", "ms!", "S"])
def test_an_unknown_unit_is_refused_when_the_dialect_is_made(unit: str) -> None:
    with pytest.raises(ValueError, match=r"s, ms, ms\?, \?"):
        dataclasses.replace(vendors.UCCX, unit=unit)


@pytest.mark.parametrize(
    ("unit", "number", "seconds"),
    [("ms", 180_000, 180), ("ms", 2, 0.002), ("s", 180, 180), ("s", 180_000, 180_000), ("ms?", 180_000, 180)],
)
def test_durations_are_of_the_unit_of_their_system(
    unit: str, number: int, seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certain unit is taken for every length of calls; `ms?` where calls take a likely time by it."""
    monkeypatch.setattr(head, "DIALECTS", (dataclasses.replace(vendors.UCCX, unit=unit),))
    path = tmp_path / "report.csv"
    names = "Interval Start Time,CSQ Name,Calls Presented,Calls Handled,Avg Handle Time"
    path.write_text(f"{names}\n2026-01-05 07:00,a,2,2,{number}\n", "utf-8")
    assert read([str(path)]).rows["handle_s"] == pytest.approx(np.array([2 * seconds]))
    if unit == "ms":
        assert read([str(path)], How(unit="s")).rows["handle_s"] == pytest.approx(2 * number)


@pytest.mark.parametrize("unit", UNITS_OF)
def test_every_unit_can_be_read(unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "DIALECTS", (dataclasses.replace(vendors.UCCX, unit=unit),))
    path = tmp_path / "report.csv"
    names = "Interval Start Time,CSQ Name,Calls Presented,Calls Handled,Avg Handle Time"
    path.write_text(f"{names}\n2026-01-05 07:00,a,2,2,9\n", "utf-8")
    if len(UNITS_OF[unit]) > 1:  # neither 9 s nor 9 ms is likely
        with pytest.raises(UserError, match="--unit"):
            read([str(path)])
    else:
        assert len(read([str(path)]).rows) == 1
