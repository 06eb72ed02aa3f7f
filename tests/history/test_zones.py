"""Times of UTC become those of a wall clock, whether the times, their column or their system tell it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.read import head, vendors
from callsim.history.read.fields import ahead_in
from callsim.history.read.how import How
from callsim.history.read.reader import read
from callsim.history.understood.question import understood
from callsim.sentences import say

OSLO = "Europe/Oslo"  # an hour ahead of UTC in winter, two in summer
AT = {  # by UTC: by the wall
    "2026-01-05T07:00": "2026-01-05T08:00",
    "2026-01-05T07:30": "2026-01-05T08:30",
    "2026-07-06T07:00": "2026-07-06T09:00",
}


def starts(path: Path, how: How) -> list[str]:
    rows = read([str(path)], how).rows
    return [str(start)[:16] for start in rows["start"][rows["offered"] > 0]]


def sheet(path: Path, heading: str, times: list[str]) -> Path:
    """A planner's table with a row for each time."""
    rows = "".join(f"{time},{calls},180\n" for calls, time in enumerate(times, 4))
    path.write_text(f"{heading},Calls,AHT (s)\n{rows}", "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        *((name, 0) for name in ("start (utc)", "start_utc", "utc", "utc start", "startutc", "utcdatetime")),
        *((name, 0) for name in ("start gmt", "start time [gmt]", "time (utc+0)", "zeitpunkt utc")),
        *(("start (utc+1)", 1), ("start (gmt+01:00)", 1), ("start (utc-05:30)", -5.5), ("utc+0530", 5.5)),
        *((name, None) for name in ("start", "interval start", "mgmt start", "outcome", "cutcalls", "zeit")),
    ],
)
def test_a_name_tells_its_zone(name: str, hours: float | None) -> None:
    assert ahead_in(name) == (None if hours is None else hours * 3_600_000)


@pytest.mark.parametrize("suffix", ["", ":00"])
@pytest.mark.parametrize(("heading", "ours"), [("Start (UTC)", "clock"), ("GMT start", "clock")])
def test_a_column_called_utc_is_moved(heading: str, ours: str, suffix: str, tmp_path: Path) -> None:
    path = sheet(tmp_path / "calls.csv", heading, [time + suffix for time in AT])
    columns = {ours: heading}
    assert starts(path, How(columns, zone=OSLO)) == list(AT.values())
    assert understood(read([str(path)], How(columns, zone=OSLO))).zone == OSLO
    with pytest.raises(UserError, match=r"--zone Asia/Shanghai") as caught:
        read([str(path)], How(columns))
    assert heading.lower() in str(caught.value)


def test_a_column_that_names_an_offset_is_moved_by_it(tmp_path: Path) -> None:
    path = sheet(tmp_path / "calls.csv", "Start (UTC+01:00)", list(AT))
    expected = ["2026-01-05T07:00", "2026-01-05T07:30", "2026-07-06T08:00"]
    assert starts(path, How({"clock": "Start (UTC+01:00)"}, zone=OSLO)) == expected


def test_a_time_that_tells_its_zone_is_moved_by_that_not_by_its_column(tmp_path: Path) -> None:
    path = sheet(tmp_path / "calls.csv", "Start (UTC)", ["2026-01-05 07:00", "2026-01-05 09:00+02:00"])
    with pytest.raises(UserError, match="twice"):  # both are 07:00 of UTC
        read([str(path)], How({"clock": "Start (UTC)"}, zone=OSLO))


@pytest.mark.parametrize("day", ["Date (UTC)", "Date"])
@pytest.mark.parametrize("clock", ["Time UTC", "Time"])
def test_a_date_and_a_clock_are_moved_over_midnight(day: str, clock: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(f"{day},{clock},Calls\n2026-01-31,23:30,5\n2026-02-01,07:30,7\n", "utf-8")
    found = starts(path, How({"date": day, "clock": clock}, zone=OSLO))
    if "UTC" in day + clock:
        assert found == ["2026-02-01T00:30", "2026-02-01T08:30"]
    else:
        assert found == ["2026-01-31T23:30", "2026-02-01T07:30"]


def test_a_clock_that_tells_utc_beside_a_date_is_moved(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("Date,Time,Calls\n2026-01-31,23:30Z,5\n2026-02-01,07:30Z,7\n", "utf-8")
    assert starts(path, How(zone=OSLO)) == ["2026-02-01T00:30", "2026-02-01T08:30"]
    with pytest.raises(UserError, match=r"(23|07):30Z"):
        read([str(path)])


@pytest.mark.parametrize("table", ["calls", "intervals"])
def test_tables_of_ours_are_moved_by_the_name_of_their_column(table: str, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    if table == "calls":
        path.write_text("Arrived (UTC),wait_s,outcome\n2026-01-05 07:00:00,5,answered\n", "utf-8")
        columns = {"arrival": "Arrived (UTC)"}
    else:
        path.write_text("Start (UTC),queue,offered\n2026-01-05 07:00,a,5\n", "utf-8")
        columns = {"interval_start": "Start (UTC)"}
    found = read([str(path)], How(columns, zone=OSLO))
    assert (starts(path, How(columns, zone=OSLO)), found.zone) == (["2026-01-05T08:00"], OSLO)
    with pytest.raises(UserError, match="--zone"):
        read([str(path)], How(columns))


@pytest.mark.parametrize("table", ["calls", "intervals"])
def test_a_zone_that_moves_nothing_is_not_told_as_the_clock(table: str, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    if table == "calls":
        path.write_text("arrival,wait_s,outcome\n2026-01-05 07:00:00,5,answered\n", "utf-8")
    else:
        path.write_text("interval_start,queue,offered\n2026-01-05 07:00,a,5\n", "utf-8")
    told = say("rows.zone_unused", zone=OSLO)
    moved, local = (read([str(path)], how) for how in (How(zone=OSLO), How()))
    assert np.array_equal(moved.rows["start"], local.rows["start"])
    assert understood(moved).zone is None
    assert told in [note.text for note in moved.notes]
    assert told not in [note.text for note in local.notes]


@pytest.mark.parametrize("start", ["2026-01-05 07:00", "2026-01-05 08:00+01:00", "1/5/2026 7:00 AM"])
def test_a_system_that_writes_utc_is_moved(
    start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    utc = dataclasses.replace(vendors.UCCX, utc=True)
    monkeypatch.setattr(head, "DIALECTS", (utc,))
    path = tmp_path / "report.csv"
    path.write_text(f"Interval Start Time,CSQ Name,Calls Presented\n{start},a,5\n", "utf-8")
    how = How(zone=OSLO, dates="month-first")
    assert starts(path, how) == ["2026-01-05T08:00"]
    assert read([str(path)], how).zone == OSLO
    with pytest.raises(UserError, match="--zone"):
        read([str(path)], How(dates="month-first"))


def test_files_of_which_one_is_moved_tell_the_zone_and_which_were_not(tmp_path: Path) -> None:
    local = sheet(tmp_path / "local.csv", "Start", ["2026-01-05 08:00"])
    utc = sheet(tmp_path / "utc.csv", "Start", ["2026-01-06 07:00Z"])
    for paths in ([str(local), str(utc)], [str(utc), str(local)]):
        found = read(paths, How(zone=OSLO))
        assert [str(start)[:16] for start in found.rows["start"]] == ["2026-01-05T08:00", "2026-01-06T08:00"]
        assert found.zone == OSLO
        assert [note.text for note in found.notes].count(say("rows.zone_unused", zone=OSLO)) == 1
