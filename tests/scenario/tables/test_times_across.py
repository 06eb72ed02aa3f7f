"""Tables with a row for each day and a column for each interval, against a recount of the same text."""

from __future__ import annotations

import datetime
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import callsim
from callsim.errors import ScenarioError

START = datetime.date(2026, 3, 2)  # a Monday
DAYS = [START + datetime.timedelta(days=k) for k in range(3)]
SCENARIO = """
calendar: {{start: 2026-03-02, days: 3, interval: 1 h}}
queues:
  sales: {{arrivals: {{{arrivals}}}, talk: {talk}}}
groups:
  desk: {{answers: {{sales: {{}}}}, staff: {staff}}}
"""
HEADINGS: dict[str, Callable[[int], str]] = {
    "clock": lambda h: f"{h:02d}:00",
    "short": lambda h: f"{h}:00",
    "points": lambda h: f"{h:02d}.00",
    "seconds": lambda h: f"{h:02d}:00:00",
    "noon": lambda h: f"{h % 12 or 12}:00 {'PM' if h > 11 else 'AM'}",
    "range": lambda h: f"{h:02d}:00-{(h + 1) % 24:02d}:00",
    "to 24:00": lambda h: f"{h:02d}:00 - {h + 1:02d}:00",
    "to the minute": lambda h: f"{h:02d}:00-{h:02d}:59",
    "Uhr": lambda h: f"{h}:00 Uhr",
    "ends, 24:00": lambda h: f"{h + 1:02d}:00",
    "ends, 00:00": lambda h: f"{(h + 1) % 24:02d}:00",
}
NAMES = ["Montag", "Tuesday", "wed"]
DATES: dict[str, tuple[str, Callable[[datetime.date], str]]] = {
    "german": ("Datum", lambda day: f"{day:%d.%m.%Y}"),
    "iso": ("Date", lambda day: f"{day}"),
    "american": ("Date", lambda day: f"{day.month}/{day.day}/{day.year}"),
    "midnight": ("day", lambda day: f"{day} 00:00:00"),
    "serial": ("Date", lambda day: f"{(day - datetime.date(1899, 12, 30)).days}"),
    "weekday": ("Wochentag", lambda day: NAMES[day.weekday()]),
    "unknown name": ("Wann", lambda day: f"{day:%d.%m.%Y}"),
}
QUEUES = {"none": [""], "first": ["sales", "help"], "last": ["help", "Sales"]}


def made(heading: str, date: str, queues: str, mark: str = ";", of: Callable[[int], object] = int) -> str:
    """A table whose values differ in every field."""
    name, written = DATES[date]
    number = itertools.count(1)
    has_queue = queues != "none"
    rows = [[*(["Queue"] if has_queue else []), name, *map(HEADINGS[heading], range(24)), "Total"]]
    for day in DAYS:
        for queue in QUEUES[queues]:
            values = [str(of(next(number))) for _ in range(24)]
            rows.append([*([queue] if has_queue else []), written(day), *values, "7"])
    return "\n".join(map(mark.join, rows)) + "\n"


def recount(text: str, mark: str) -> list[float]:
    """The values of the queue sales in the order of days and hours, as the lines have them."""
    lines = [line.split(mark) for line in text.splitlines()[1:]]
    skip = 2 if lines[0][0].lower() in ("sales", "help") else 1
    ours = [line for line in lines if skip == 1 or line[0].lower() == "sales"]
    return [float(field.replace(",", ".")) for line in ours for field in line[skip : skip + 24]]


def load(
    folder: Path, arrivals: str = "counts: c.csv", staff: str = "20", talk: str = "3 min"
) -> callsim.Scenario:
    (folder / "s.yaml").write_text(SCENARIO.format(arrivals=arrivals, staff=staff, talk=talk))
    return callsim.load(folder / "s.yaml")


def check(folder: Path, heading: str, date: str, queues: str, mark: str) -> None:
    text = made(heading, date, queues, mark)
    (folder / "c.csv").write_text(text)
    rows = load(folder).queues["sales"].arrivals.rows
    hours = [(day, 3_600_000 * hour) for day in DAYS for hour in range(24)]
    assert [row[:2] for row in rows] == hours
    assert [row[2] for row in rows] == recount(text, mark)


FORMS = list(itertools.product(HEADINGS, DATES, QUEUES, ";\t,|"))
USUAL = [
    *((heading, "german", "none", ";") for heading in HEADINGS),
    *(("clock", date, "last", "\t") for date in DATES),
    *(("range", "iso", queues, ",") for queues in QUEUES),
]


@pytest.mark.parametrize(("heading", "date", "queues", "mark"), USUAL)
def test_a_row_for_each_day_is_read_as_it_stands(
    tmp_path: Path, heading: str, date: str, queues: str, mark: str
) -> None:
    check(tmp_path, heading, date, queues, mark)


@pytest.mark.skipif(not os.environ.get("CALLSIM_GRID"), reason="set CALLSIM_GRID for all forms")
def test_every_form_is_read_as_it_stands(tmp_path: Path) -> None:
    for form in FORMS:
        check(tmp_path, *form)


def test_workbooks_notes_and_decimal_commas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Datum", *(datetime.time(hour) for hour in range(24))])
    for k, day in enumerate(DAYS):
        sheet.append([day, *range(24 * k, 24 * k + 24)])
    book.save(tmp_path / "c.xlsx")
    read = load(tmp_path, "counts: c.xlsx")
    assert [row[2] for row in read.queues["sales"].arrivals.rows] == list(range(72))
    assert "c.xlsx: intervals stand across the columns, 00:00:00 to 23:00:00" in read.notes

    text = made("clock", "german", "none", of=lambda k: "1,200" if k == 5 else f"{k},5")
    (tmp_path / "c.csv").write_text(text)
    read = load(tmp_path)
    assert [row[2] for row in read.queues["sales"].arrivals.rows] == recount(text, ";")
    assert "c.csv: the column Total of totals is left out" in read.notes


@pytest.mark.parametrize(
    "above", ["Volumes of the week\nmade by me\n", f"Volumes{';' * 25}\n{';' * 25}\nx;\n"]
)
def test_titles_and_sums_are_left_out(tmp_path: Path, above: str) -> None:
    text = made("clock", "german", "none")
    (tmp_path / "c.csv").write_text(f"{above}{text}Summe{';9' * 25}\n")
    assert [row[2] for row in load(tmp_path).queues["sales"].arrivals.rows] == recount(text, ";")


def test_staff_means_and_a_profile(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(made("clock", "weekday", "none"))
    staff = load(tmp_path, "per_day: 5", "c.csv").groups["desk"].staff
    assert staff == {
        key: tuple(range(24 * k + 1, 24 * k + 25)) for k, key in enumerate(["mon", "tue", "wed"])
    }
    (tmp_path / "t.csv").write_text(made("range", "weekday", "none", of=lambda k: f"0:03:{k % 60:02d}"))
    talk = load(tmp_path, "per_day: 5", talk="{constant: {mean: t.csv}}").queues["sales"].talk
    assert talk.mean["mon"] == tuple(180 + k for k in range(1, 25))
    head, row, *_ = made("clock", "german", "none").splitlines()
    (tmp_path / "c.csv").write_text(f"{head}\n{row}\n".replace("Datum;", "").replace("02.03.2026;", ""))
    profile = load(tmp_path, "per_day: 5, profile: c.csv").queues["sales"].arrivals.profile
    assert profile == tuple(range(1, 25))


def test_a_row_without_a_day_is_of_every_day_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(ONE_ROW)
    read = load(tmp_path)
    assert read.queues["sales"].arrivals.rows == tuple((None, 3_600_000 * hour, 1) for hour in range(24))
    assert "c.csv: its only row is of every day" in read.notes


def test_shorter_intervals_are_added_up_and_holes_filled(tmp_path: Path) -> None:
    halves = [f"{h:02d}:{m:02d}" for h in range(24) for m in (0, 30)]
    rows = [f"{day};" + ";".join(str(k) for k in range(48)) for day in DAYS]
    (tmp_path / "c.csv").write_text("\n".join(["Date;" + ";".join(halves), *rows]))
    found = load(tmp_path).queues["sales"].arrivals.rows
    assert [row[2] for row in found] == [4 * hour + 1 for hour in range(24)] * 3

    hours = [f"{h:02d}:00" for h in range(8, 18)]
    rows = [f"{day};" + ";".join(str(k) for k in range(10)) for day in DAYS]
    (tmp_path / "c.csv").write_text("\n".join(["Date;" + ";".join(hours), *rows]).replace(";4;", ";;"))
    with pytest.raises(ScenarioError, match=r"c.csv:2:20: '' is not a number; write 0 for none"):
        load(tmp_path)
    zero = [
        row[2] for row in load(tmp_path, "counts: {file: c.csv, missing: zero}").queues["sales"].arrivals.rows
    ]
    assert zero == [*[0] * 8, 0, 1, 2, 3, 0, 5, 6, 7, 8, 9, *[0] * 6] * 3


TEXT = made("clock", "german", "none")
TWELVE = f"Date;{';'.join(f'{h}:00' for h in range(1, 13))}\n2026-03-02{';1' * 12}\n"
ONE_ROW = f"Team;{';'.join(f'{h}:00' for h in range(24))}\nx{';1' * 24}\n"
ISO = made("clock", "iso", "none")
BOTH = made("clock", "german", "first")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TEXT.replace(";08:00;", ";07:00;"), r"c.csv:1:55: 07:00 does not come after 07:00"),
        (TEXT.replace(";08:00;", ";7:00;"), "7:00 does not come after 07:00"),
        (TEXT.replace("13:00", "1:00"), "1:00 does not come after 12:00.*AM and PM or hours up to 24"),
        (TEXT.replace(";05:00", ""), r"c.csv:2:\d+: 7 is a field too many"),
        (made("range", "iso", "none").replace("08:00-09:00", "08:00-10:00"), "08:00-10:00 is not 1 h long"),
        (made("range", "iso", "none").replace("08:00-09:00", "08:10-09:10"), "is not on the calendar's grid"),
        (BOTH.replace("Queue", "Team"), r"c.csv:3:6: 02.03.2026 is there twice; write which rows are meant"),
        (BOTH.replace("sales", "bills"), "no row is of the queue sales"),
        (TEXT.replace("Total", "Calls"), "can stand in the column calls or in those named by times"),
        (TEXT.replace("Total", ""), "7 is a field too many: its column has no name"),
        (TEXT.replace(":00", ""), r"c.csv:1:7: the columns 00, 01 … can be hours or other numbers"),
        (ONE_ROW.replace("Team", "Tag"), r"c.csv:2:1: x tells no day"),
        (TWELVE, "1:00 to 12:00 can be of the morning or of the afternoon; write AM or PM"),
        (TEXT.replace("03.03.2026", "someday"), r"c.csv:3:1: someday tells no day"),
        (ISO.replace("2026-03-03", "2026-03-02"), r"c.csv:3:1: 2026-03-02 is there twice"),
        (ISO.replace("2026-03-03", "2026-03-05"), "2026-03-03 00:00 and 23 more missing"),
        (TEXT.replace("Datum;", "Nr;").replace(".03.2026;", ";"), "no column tells the day of each"),
        (
            TEXT.replace("Datum", "Datum;Tag").replace(".2026;", ".2026;2026-03-02;"),
            "the day can be in any of",
        ),
        (TEXT.replace(";31;", ";x;"), r"c.csv:3:\d+: x is not a number"),
        (TEXT.replace(";31;", ";1,200;"), "1,200 can be read in two ways"),
        (TEXT.replace(";71;72;7", ";71"), "this row has 24 of 26 columns"),
        (
            "\n".join([";".join(["Datum", "22:00", "23:00", "00:00", "01:00"]), "02.03.2026;1;2;3;4"]),
            "come after",
        ),
    ],
)
def test_what_cannot_be_known_is_a_mistake(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(ScenarioError, match=says):
        load(tmp_path)
