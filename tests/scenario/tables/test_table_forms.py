"""Tables as people have them: each form of time, encoding, layout and kind of table says the same."""

from __future__ import annotations

import datetime
import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import callsim
from callsim.errors import ScenarioError

START = datetime.datetime(2026, 3, 2)
MOMENTS = [START + datetime.timedelta(minutes=30 * k) for k in range(3 * 48)]
VALUES = [k * 7 % 50 for k in range(len(MOMENTS))]
HALF = datetime.timedelta(minutes=30)
SCENARIO = """
calendar: {{start: 2026-03-02, days: 3}}
queues:
  sales: {{arrivals: {{{arrivals}}}, talk: 3 min}}
  help: {{arrivals: {{per_day: 10}}, talk: 3 min}}
groups:
  desk: {{answers: {{sales: {{}}, help: {{}}}}, staff: {staff}}}
"""
Rows = list[list[object]]


def us(at: datetime.datetime) -> str:
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M} {'PM' if at.hour > 11 else 'AM'}"


def serial(at: datetime.datetime) -> str:
    return f"{(at - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1):.5f}"


def ends(at: datetime.datetime, form: str) -> str:
    """The end of an interval, where midnight ends the day as 24:00."""
    end = at + HALF
    return f"{at:{form}} 24:00" if end.hour == end.minute == 0 else f"{end:{form}} {end:%H:%M}"


def rows_of(head: list[object], form: Callable[[datetime.datetime], list[object]]) -> Rows:
    return [head, *([*form(at), value] for at, value in zip(MOMENTS, VALUES, strict=True))]


CLOCKS = {
    "iso": rows_of(["interval_start", "offered"], lambda at: [f"{at:%Y-%m-%dT%H:%M}"]),
    "seconds": rows_of(["Start", "Calls"], lambda at: [f"{at:%Y-%m-%d %H:%M:%S}"]),
    "slashes": rows_of(["Start", "Calls"], lambda at: [f"{at:%Y/%m/%d %H:%M}"]),
    "german": rows_of(["Datum", "Uhrzeit", "Anrufe"], lambda at: [f"{at:%d.%m.%Y}", f"{at:%H:%M}"]),
    "german, two digits": rows_of(["Zeitpunkt", "Anrufe"], lambda at: [f"{at:%d.%m.%y %H:%M}"]),
    "german, weekday": rows_of(["Zeitpunkt", "Anrufe"], lambda at: [f"Mo, {at:%d.%m.%Y %H:%M} Uhr"]),
    "american": rows_of(["Interval Start", "Offered"], lambda at: [us(at)]),
    "chinese": rows_of(["日期", "时间段", "来电量"], lambda at: [f"{at:%Y年%m月%d日}", f"{at:%H:%M}"]),
    "month by name": rows_of(["Start", "Calls"], lambda at: [f"{at:%d-%b-%Y %H:%M}"]),
    "serial": rows_of(["interval_start", "offered"], lambda at: [serial(at)]),
    "number of hours": rows_of(
        ["Date", "starttime", "calls"], lambda at: [f"{at:%Y-%m-%d}", f"{at.hour * 100 + at.minute}"]
    ),
    "ranges": rows_of(
        ["Datum", "Intervall", "Anrufe"],
        lambda at: [f"{at:%d.%m.%Y}", f"{at:%H:%M} - {at + HALF:%H:%M}"],
    ),
    "ends, 24:00": rows_of(["time", "calls"], lambda at: [ends(at, "%Y-%m-%d")]),
    "ends, next day": rows_of(["time", "calls"], lambda at: [f"{at + HALF:%Y-%m-%d %H:%M}"]),
    "ends by name": rows_of(["Interval End", "calls"], lambda at: [f"{at + HALF:%Y-%m-%d %H:%M}"]),
    "ends, own day": rows_of(
        ["Datum", "Zeit", "Anrufe"], lambda at: [f"{at:%d.%m.%Y}", f"{at + HALF:%H:%M}"]
    ),
    "an unknown name": rows_of(["Wann", "Anrufe"], lambda at: [f"{at:%d.%m.%Y %H:%M}"]),
    "wide": [
        ["Datum", "Zeit", "Help", "Sales"],
        *([f"{at:%d.%m.%Y}", f"{at:%H:%M}", 1, value] for at, value in zip(MOMENTS, VALUES, strict=True)),
    ],
    "long": [
        ["queue", "interval_start", "offered"],
        *(
            [queue, f"{at:%Y-%m-%d %H:%M}", value if queue == "sales" else 1]
            for at, value in zip(MOMENTS, VALUES, strict=True)
            for queue in ("sales", "help")
        ),
    ],
    "title and total": [
        ["Volumes of the week 02.03.2026", "", ""],
        ["made", "by me", ""],
        ["Datum", "Uhrzeit", "Anrufe"],
        *rows_of([], lambda at: [f"{at:%d.%m.%Y}", f"{at:%H:%M}"])[1:],
        ["Summe", "", sum(VALUES)],
    ],
    "reversed": [["time", "calls"], *rows_of([], lambda at: [f"{at:%Y-%m-%d %H:%M}"])[:0:-1]],
}


def csv(rows: Rows, mark: str = ";", end: str = "\r\n") -> str:
    return end.join(mark.join(map(str, row)) for row in rows) + end


def read(folder: Path, arrivals: str = "counts: c.csv", staff: str = "20") -> callsim.Scenario:
    (folder / "s.yaml").write_text(SCENARIO.format(arrivals=arrivals, staff=staff))
    return callsim.load(folder / "s.yaml")


def counts(scenario: callsim.Scenario) -> list[tuple[datetime.datetime, float]]:
    return [
        (datetime.datetime.combine(date, datetime.time()) + datetime.timedelta(milliseconds=at), count)
        for date, at, count in scenario.queues["sales"].arrivals.rows
        if date
    ]


RIGHT = list(zip(MOMENTS, VALUES, strict=True))


@pytest.mark.parametrize("form", CLOCKS)
def test_every_form_of_time_says_the_same(tmp_path: Path, form: str) -> None:
    for mark in ";\t":
        (tmp_path / "c.csv").write_text(csv(CLOCKS[form], mark), "utf-8")
        assert counts(read(tmp_path)) == RIGHT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", ["german", "chinese", "title and total"])
def test_every_encoding_that_shows_itself(tmp_path: Path, encoding: str, form: str) -> None:
    (tmp_path / "c.csv").write_bytes(csv(CLOCKS[form]).encode(encoding))
    assert counts(read(tmp_path)) == RIGHT


@pytest.mark.parametrize(("encoding", "word"), [("windows-1252", "Größe"), ("gb18030", "备注")])
def test_another_encoding_hurts_only_where_its_letters_count(
    tmp_path: Path, encoding: str, word: str
) -> None:
    rows: Rows = [[*row, word] for row in CLOCKS["german"]]
    (tmp_path / "c.csv").write_bytes(csv(rows).encode(encoding))
    assert counts(read(tmp_path)) == RIGHT
    rows[0][2] = word + "1"
    (tmp_path / "c.csv").write_bytes(csv(rows).encode(encoding))
    with pytest.raises(ScenarioError, match=f"as {encoding} it is {word}1.* encoding: {encoding}}}") as told:
        read(tmp_path)
    assert told.value.mistakes[0].line == 1
    arrivals = f"counts: {{file: c.csv, column: {word}1, encoding: {encoding}}}"
    assert counts(read(tmp_path, arrivals)) == RIGHT


def test_a_line_that_names_the_separator(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("sep=|\r\n" + csv(CLOCKS["german"], "|"))
    assert counts(read(tmp_path)) == RIGHT
    (tmp_path / "c.csv").write_text("sep=;\n" + csv(CLOCKS["german"], ";", "\n").replace(";7\n", ";x\n", 1))
    with pytest.raises(ScenarioError) as told:
        read(tmp_path)
    assert (told.value.mistakes[0].line, told.value.mistakes[0].column) == (4, 18)


def workbook(path: Path, sheets: dict[str, Rows]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


BOOKS: dict[str, Rows] = {
    "moments": rows_of(["Start", "Calls"], lambda at: [at]),
    "date and time": rows_of(
        ["Date", "Time", "Calls"], lambda at: [datetime.datetime.combine(at, datetime.time()), at.time()]
    ),
    "texts": CLOCKS["german"],
    "title and total": CLOCKS["title and total"],
}


@pytest.mark.parametrize("form", BOOKS)
def test_workbooks(tmp_path: Path, form: str) -> None:
    workbook(tmp_path / "c.xlsx", {"Week 10": BOOKS[form], "empty": []})
    assert counts(read(tmp_path, "counts: c.xlsx")) == RIGHT


def test_places_in_a_workbook_are_cells(tmp_path: Path) -> None:
    rows = [list(row) for row in BOOKS["moments"]]
    rows[4][1] = "many"
    workbook(tmp_path / "c.xlsx", {"Week 10": rows, "other": rows})
    with pytest.raises(ScenarioError, match="sheets 'Week 10', other; write which"):
        read(tmp_path, "counts: c.xlsx")
    with pytest.raises(ScenarioError, match=r"c.xlsx:Week 10!B5: many is not a number"):
        read(tmp_path, "counts: {file: c.xlsx, sheet: Week 10}")
    with pytest.raises(ScenarioError, match="there is no sheet x"):
        read(tmp_path, "counts: {file: c.xlsx, sheet: x}")


def test_a_number_of_a_workbook_is_a_number(tmp_path: Path) -> None:
    rows = [list(row) for row in BOOKS["moments"]]
    rows[1][1] = 1.234
    workbook(tmp_path / "c.xlsx", {"a": rows})
    assert counts(read(tmp_path, "counts: c.xlsx"))[0] == (START, 1.234)


@pytest.mark.parametrize("damage", ["no zip", "cut", "bomb", "shared", "no book"])
def test_damaged_and_swollen_workbooks_are_refused(tmp_path: Path, damage: str) -> None:
    workbook(tmp_path / "c.xlsx", {"a": BOOKS["moments"]})
    data = (tmp_path / "c.xlsx").read_bytes()
    if damage == "no zip":
        data = b"interval_start,offered\n"
    elif damage == "cut":
        data = data[: len(data) // 2]
    else:
        made = io.BytesIO()
        name = {"bomb": "xl/worksheets/sheet1.xml", "shared": "xl/sharedStrings.xml"}.get(damage, "x.xml")
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(name, b" " * (40_000_000 if damage != "no book" else 10))
        data = made.getvalue()
    (tmp_path / "c.xlsx").write_bytes(data)
    with pytest.raises(ScenarioError, match=r"unpacks to 40 MB|cannot be read as a workbook"):
        read(tmp_path, "counts: c.xlsx")


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>'
    "</worksheet>"
)
SWOLLEN = {
    "empty rows": "<row/>" * 4_000_000,
    "far cells": '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
    "many cells": ("<row>" + "<c><v>1</v></c>" * 20 + "</row>") * 80_000,
}


@pytest.mark.parametrize("what", SWOLLEN)
def test_sheets_of_very_many_cells_are_refused_soon(tmp_path: Path, what: str) -> None:
    workbook(tmp_path / "a.xlsx", {"a": BOOKS["moments"]})
    with zipfile.ZipFile(tmp_path / "a.xlsx") as good, zipfile.ZipFile(tmp_path / "c.xlsx", "w", 8) as bad:
        for name in good.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            bad.writestr(name, SHEET.format(SWOLLEN[what]) if is_sheet else good.read(name))
    began = time.process_time()
    with pytest.raises(ScenarioError, match=r"more cells than a table may have|more than 100,000 rows"):
        read(tmp_path, "counts: c.xlsx")
    assert time.process_time() - began < 5


def test_dates_that_can_be_read_in_two_ways_are_asked_for(tmp_path: Path) -> None:
    one_day = [["Start", "Calls"], *([f"{3:02d}/04/2026 {at:%H:%M}", 1] for at in MOMENTS[:48])]
    (tmp_path / "c.csv").write_text(csv(one_day))
    with pytest.raises(ScenarioError, match=r"03/04/2026 00:00. can be day first or month first") as told:
        read(tmp_path)
    assert (told.value.mistakes[0].line, told.value.mistakes[0].column) == (2, 1)
    with pytest.raises(ScenarioError, match="2026-03-02 00:00"):
        read(tmp_path, "counts: {file: c.csv, date_order: day_first}")  # a day that is not simulated
    assert any("month first" in note for note in _notes(tmp_path, CLOCKS["american"]))
    (tmp_path / "c.csv").write_text(
        csv([["Start", "Calls"], ["13/04/2026 00:00", 1], ["04/13/2026 00:30", 1]])
    )
    with pytest.raises(ScenarioError, match="some dates are day first, some month first"):
        read(tmp_path)


def _notes(folder: Path, rows: Rows) -> tuple[str, ...]:
    (folder / "c.csv").write_text(csv(rows))
    return read(folder).notes


def test_what_was_found_out_is_said(tmp_path: Path) -> None:
    assert "c.csv: 1 row of totals left out (line 148)" in _notes(tmp_path, CLOCKS["title and total"])
    assert "ends of intervals" in " ".join(_notes(tmp_path, CLOCKS["ends, next day"]))


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (["Start", "Umfang"], r"column offered is missing.*{file: c.csv, column: Umfang}"),
        (["Start", "Calls", "Volume"], "it can be any of the columns calls, volume; write which"),
        (["Start", "Von", "Calls"], r"the time can be in any of the columns.*time:"),
    ],
)
def test_what_cannot_be_known_is_asked_for_by_name(tmp_path: Path, head: list[object], says: str) -> None:
    rows = [[at if name in ("Start", "Von") else 1 for name in head] for at in MOMENTS]
    (tmp_path / "c.csv").write_text(csv([head, *rows]))
    with pytest.raises(ScenarioError, match=says):
        read(tmp_path)


def test_columns_rows_and_holes_that_are_named(tmp_path: Path) -> None:
    rows = [["Von", "Bis", "Art", "A", "B"]]
    rows += [[str(at), str(at + HALF), art, "1", value] for at, value in RIGHT for art in ("in", "out")]
    rows[5][4] = rows[6][4] = ""
    (tmp_path / "c.csv").write_text(csv(rows))
    said = "counts: {file: c.csv, column: b, time: Von, where: {art: in}"
    with pytest.raises(ScenarioError, match=r"c.csv:6:46: '' is not a number; write 0 for none, or"):
        read(tmp_path, said + "}")
    assert counts(read(tmp_path, said + ", missing: zero}"))[2] == (MOMENTS[2], 0)
    filled = counts(read(tmp_path, said + ", missing: interpolate}"))
    assert filled == [*RIGHT[:2], (MOMENTS[2], (VALUES[1] + VALUES[3]) / 2), *RIGHT[3:]]
    with pytest.raises(ScenarioError, match="no row has inn in the column art; there are in, out"):
        read(tmp_path, said.replace("art: in", "art: inn") + "}")


@pytest.mark.parametrize("extra", ["colum: B", "date_order: dmy", "where: x", "missing: no"])
def test_mistakes_in_what_is_said_of_a_table(tmp_path: Path, extra: str) -> None:
    (tmp_path / "c.csv").write_text(csv(CLOCKS["iso"]))
    with pytest.raises(ScenarioError) as told:
        read(tmp_path, f"counts: {{file: c.csv, {extra}}}")
    assert [mistake.line for mistake in told.value.mistakes] == [4]


WEEK = ["Montag", "Tuesday", "wed"]


def test_staff_by_date_and_by_weekday(tmp_path: Path) -> None:
    by_date = csv(rows_of(["Datum", "Zeit", "Mitarbeiter"], lambda at: [f"{at:%d.%m.%Y}", f"{at:%H:%M}"]))
    by_weekday = csv(rows_of(["Tag", "Zeit", "Agents"], lambda at: [WEEK[at.weekday()], f"{at:%H:%M}"]))
    for text, keys in (
        (by_date, ["2026-03-02", "2026-03-03", "2026-03-04"]),
        (by_weekday, ["mon", "tue", "wed"]),
    ):
        (tmp_path / "c.csv").write_text(text)
        staff = read(tmp_path, "per_day: 5", "c.csv").groups["desk"].staff
        assert staff == {key: tuple(VALUES[48 * k : 48 * k + 48]) for k, key in enumerate(keys)}


def test_counts_by_weekday_and_a_profile(tmp_path: Path) -> None:
    rows = rows_of(["Wochentag", "Zeit", "Anrufe"], lambda at: [WEEK[at.weekday()], f"{at:%H:%M}"])
    (tmp_path / "c.csv").write_text(csv(rows))
    assert counts(read(tmp_path)) == RIGHT
    workbook(tmp_path / "p.xlsx", {"a": [["Zeit", "Anteil"], *([at.time(), 2.5] for at in MOMENTS[:48])]})
    profile = read(tmp_path, "per_day: 5, profile: p.xlsx").queues["sales"].arrivals.profile
    assert profile == (2.5,) * 48


HOSTILE = {
    "times": "time;calls\n" + "02.03.2026 00:30;1\n" * 120_000,
    "no times": "time;calls\n" + "02.03.20261 00:30;1\n" * 120_000,
    "columns of times": ";".join(f"t{k}" for k in range(500))
    + "\n"
    + (";".join(["00:30"] * 500) + "\n") * 490,
    "long words": "time;calls\n" + (" " * 50 + "1:1" * 30 + ";1\n") * 100_000,
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in /proc")
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_tables_cost_little(tmp_path: Path, what: str) -> None:
    (tmp_path / "c.csv").write_text(HOSTILE[what])
    (tmp_path / "s.yaml").write_text(SCENARIO.format(arrivals="counts: c.csv", staff="c.csv"))
    code = (
        "import re, time\nfrom callsim import cli\ncode = cli.main(['check', 's.yaml'])\n"
        "status = open('/proc/self/status').read()\n"
        "print(code, re.search(r'VmHWM:\\s+(\\d+)', status)[1], time.process_time())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    status, peak_kb, cpu_s = done.stdout.split()
    assert (status, int(peak_kb) < 300_000) == ("2", True)
    assert float(cpu_s) < 2 * 3 + 3  # the file is read twice; starting takes a part
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["interval_start", "Start", "Zeit"])
def test_weekdays_beside_the_start_of_an_interval(tmp_path: Path, name: str) -> None:
    """Calls, handling times and staff of one file without dates, its rows in any order."""
    head = f"weekday,{name},offered,aht_s,staff"
    rows = [
        f"{WEEK[at.weekday()]},{at:%H:%M},{calls},{100 + calls},{calls % 7}"
        for at, calls in zip(MOMENTS, VALUES, strict=True)
    ]
    (tmp_path / "c.csv").write_text("\n".join([head, *reversed(rows)]))
    sales = "arrivals: {counts: c.csv}, aht: {exponential: {mean: c.csv}}, wrap_share: 0"
    text = SCENARIO.format(arrivals="counts: c.csv", staff="c.csv")
    text = text.replace("arrivals: {counts: c.csv}, talk: 3 min", sales)
    (tmp_path / "s.yaml").write_text(text)
    scenario = callsim.load(tmp_path / "s.yaml")
    assert counts(scenario) == RIGHT
    mean = scenario.queues["sales"].aht.mean
    assert mean == {
        day: tuple(100 + calls for calls in VALUES[48 * k : 48 * k + 48])
        for k, day in enumerate(["mon", "tue", "wed"])
    }
    assert scenario.groups["desk"].staff == {
        day: tuple(calls % 7 for calls in VALUES[48 * k : 48 * k + 48])
        for k, day in enumerate(["mon", "tue", "wed"])
    }
