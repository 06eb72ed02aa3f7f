"""Traps of exports: clocks and calendars of every kind, each read in one way or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.read.how import How
from callsim.history.read.reader import read


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., str]:
    """A planner's table of a day, with these labels of its intervals."""

    def make(
        labels: Sequence[str], head: str = "Date,Interval,Calls,AHT", row: str = "2024-05-{day},{label},4,200"
    ) -> str:
        path = tmp_path / "sheet.csv"
        rows = [row.format(day=day, label=label) for day in (13, 14) for label in labels]
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        return str(path)

    return make


HALVES = [f"{minute // 60}:{minute % 60:02d}" for minute in range(0, 1440, 30)]


@pytest.mark.parametrize(
    "labels",
    [
        HALVES,
        [f"{label} - {after}" for label, after in zip(HALVES, [*HALVES[1:], "24:00"], strict=True)],
        [*HALVES[1:], "24:00"],  # ends
        [*HALVES[1:], "0:00"],  # ends, the last of its own day
        [str(number) for number in range(48)],
        [str(number) for number in range(1, 49)],
        [label.replace(":", "").lstrip("0") or "0" for label in HALVES],  # 30, 100, 130 …
        [
            f"{(minute // 60 % 12) or 12}:{minute % 60:02d} {'AM' if minute < 720 else 'PM'}"
            for minute in range(0, 1440, 30)
        ],
    ],
)
def test_labels_of_intervals(sheet: Callable[..., str], labels: list[str]) -> None:
    table = read([sheet(labels)])
    assert table.width_ms == 1_800_000
    assert str(table.rows["start"][0]) == "2024-05-13T00:00:00.000"
    assert str(table.rows["start"][-1]) == "2024-05-14T23:30:00.000"
    assert len(np.unique(table.rows["start"])) == 96


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([str(number) for number in range(16, 40)], "can be an hour, a time without colon or the number"),
        (["9:00", "9:30", "ten"], "is no date or time"),
        (["9:00", "9:00"], "is there twice"),
    ],
)
def test_labels_that_tell_nothing_certain(sheet: Callable[..., str], labels: list[str], says: str) -> None:
    with pytest.raises(UserError, match=says):
        read([sheet(labels)])


def test_clock_times_need_a_day(sheet: Callable[..., str]) -> None:
    with pytest.raises(UserError, match="--column date="):
        read([sheet(HALVES, "Interval,Calls,AHT", "{label},4,200")])


def test_the_hour_that_is_told_twice(sheet: Callable[..., str]) -> None:
    night = [f"2024-10-26T{hour:02d}:00:00Z" for hour in range(21, 24)]
    night += [f"2024-10-27T{hour:02d}:00:00Z" for hour in range(4)]
    path = Path(sheet([]))
    rows = [f"{at},{calls}" for calls, at in enumerate(night)]
    path.write_text("\n".join(["Interval,Calls", *rows]) + "\n", "utf-8")
    table = read([str(path)], How(zone="Europe/Berlin"))
    # Berlin tells 02:00 twice that night: 00:00Z (3 calls) and 01:00Z (4 calls).
    assert str(table.rows["start"][0]) == "2024-10-26T23:00:00.000"
    twice = table.rows[table.rows["start"] == np.datetime64("2024-10-27T02:00")]
    assert twice["offered"].tolist() == [3.5]
    assert len(table.rows) == 6
    assert any("clock put back" in note.text for note in table.notes)


def test_a_workbook_is_read_as_its_sheet(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    import datetime

    book = openpyxl.Workbook()
    book.active.append(["Report of May"])
    book.active.append([])
    book.active.append(["Date", "Interval", "Skill", "Calls", "Answered", "AHT"])
    for day in (13, 14):
        for hour in range(8, 20):
            book.active.append([datetime.date(2024, 5, day), datetime.time(hour), "sales", 40, 38, 215.5])
    book.active.append(["Total", None, None, 960, 912, None])
    path = tmp_path / "may.xlsx"
    book.save(path)
    table = read([str(path)])
    assert table.queues == ("sales",)
    assert table.rows["offered"].tolist() == [40] * 24
    assert table.rows["handle_s"].tolist() == [38 * 215.5] * 24
    assert [note.rows for note in table.notes if note.kind == "dropped"] == [1]


def test_a_file_without_names_of_columns_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("Jane Roe,+49301234567,2024-05-13 09:00,12\nJohn Doe,+49301234568,2024-05-13 09:01,8\n")
    with pytest.raises(UserError) as caught:
        read([str(path)])
    assert "Roe" not in str(caught.value)
    assert "4930" not in str(caught.value)


def test_rows_that_are_no_intervals_of_calls_are_dropped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "genesys.csv"
    head = "Interval Start,Interval End,Interval Complete,Media Type,Queue Name,Offer,Answer,Avg Handle"
    rows = [
        "5/13/24 9:00 AM,5/13/24 9:30 AM,true,voice,sales,5,5,200000",
        "5/13/24 9:00 AM,5/13/24 9:30 AM,true,email,sales,7,7,900000",
        "5/13/24 9:30 AM,5/13/24 10:00 AM,true,voice,sales,4,4,210000",
        "5/13/24 10:00 AM,5/13/24 10:30 AM,false,voice,sales,1,1,190000",
    ]
    path.write_text("\n".join([head, *rows]) + "\n")
    table = read([str(path)])
    assert table.rows["offered"].tolist() == [5, 4]
    assert sorted(note.text for note in table.notes if note.kind == "dropped") == [
        "1 row: it is of another medium than voice",
        "1 row: its interval was not complete",
    ]


def test_parts_of_an_interval_are_added_where_the_system_tells_parts(tmp_path: Path) -> None:
    path = tmp_path / "uccx.csv"
    head = "CSQ Name,Interval Start Time,Calls Presented,Calls Handled,Calls Abandoned,Max Queue Time,"
    head += "Avg Handle Time"
    rows = [
        "sales,5/13/24 9:00:00 AM,5,4,1,0:00:40,0:03:00",
        "sales,5/13/24 9:00:00 AM,3,3,0,0:01:10,0:02:00",
        "sales,5/13/24 9:30:00 AM,2,2,0,0:00:10,0:02:00",
    ]
    path.write_text("\n".join([head, *rows]) + "\n")
    first, _ = read([str(path)]).rows
    assert (first["offered"], first["answered"], first["abandoned"]) == (8, 7, 1)
    assert (first["wait_max_s"], first["handle_s"]) == (70, 4 * 180 + 3 * 120)
